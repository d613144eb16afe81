//! The last samples of a stream, contiguous in memory.

/// Keeps so many samples of the past in front of what is appended: what filters and delays of any length read from.
///
/// The samples move to the front of the memory only when its end is reached, so appending costs next to nothing.
#[derive(Clone, Debug)]
pub struct History<T> {
    line: Vec<T>,
    length: usize,
    end: usize,
}

impl<T: Copy + Default> History<T> {
    /// Room for appended samples, at least, between two moves.
    const ROOM: usize = 1024;

    /// A past of `length` samples of silence.
    pub fn new(length: usize) -> Self {
        let mut history = Self { line: Vec::new(), length: 0, end: 0 };
        history.resize(length);
        history
    }

    /// Sets the length of the past and fills it with silence. Allocates.
    pub fn resize(&mut self, length: usize) {
        self.length = length;
        self.line.resize(length + length.max(Self::ROOM), T::default());
        self.reset();
    }

    /// Fills the past with silence.
    pub fn reset(&mut self) {
        self.fill(T::default());
    }

    /// Fills the past with one value.
    pub fn fill(&mut self, value: T) {
        self.line.fill(value);
        self.end = self.length;
    }

    /// Takes over the past of another history of the same length. Never allocates.
    pub fn copy_from(&mut self, other: &Self) {
        self.line.copy_from_slice(&other.line);
        self.end = other.end;
    }

    /// The past, followed by `count` slots (at most 1024) for the caller to write to.
    pub fn append(&mut self, count: usize) -> &mut [T] {
        if self.end + count > self.line.len() {
            self.line.copy_within(self.end - self.length..self.end, 0);
            self.end = self.length;
        }
        self.end += count;
        &mut self.line[self.end - count - self.length..self.end]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_past_precedes_what_is_appended() {
        let mut history = History::new(7);
        let mut next = 1.0;
        for count in [1, 1024, 3, 500, 600, 7, 1000] {
            let line = history.append(count);
            assert_eq!(line.len(), 7 + count);
            for slot in &mut line[7..] {
                *slot = next;
                next += 1.0;
            }
            let newest = next - 1.0;
            for (n, x) in line.iter().rev().enumerate() {
                assert_eq!(*x, (newest - crate::units::count(n)).max(0.0));
            }
        }
    }
}
