//! A fixed delay.

/// Delays samples of one channel, or frames of several, by a fixed number.
#[derive(Clone, Debug, Default)]
pub struct Delay<T = f64> {
    line: Vec<T>,
    at: usize,
}

impl<T: Copy + Default> Delay<T> {
    /// A delay of `samples`, filled with silence.
    pub fn new(samples: usize) -> Self {
        Self { line: vec![T::default(); samples], at: 0 }
    }

    /// Sets the length and clears. Allocates when the new length exceeds every earlier one.
    pub fn resize(&mut self, samples: usize) {
        self.line.clear();
        self.line.resize(samples, T::default());
        self.at = 0;
    }

    /// The delay in samples.
    pub fn len(&self) -> usize {
        self.line.len()
    }

    /// True for a delay of no samples, which passes its input.
    pub fn is_empty(&self) -> bool {
        self.line.is_empty()
    }

    /// Fills with silence.
    pub fn reset(&mut self) {
        self.line.fill(T::default());
        self.at = 0;
    }

    /// Delays a block in place.
    pub fn process(&mut self, block: &mut [T]) {
        if self.line.is_empty() {
            return;
        }
        let mut block = block;
        while !block.is_empty() {
            let n = (self.line.len() - self.at).min(block.len());
            let (now, later) = block.split_at_mut(n);
            self.line[self.at..self.at + n].swap_with_slice(now);
            self.at = (self.at + n) % self.line.len();
            block = later;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::count;

    #[test]
    fn delays_by_its_length_whatever_the_blocks() {
        for length in [0, 1, 5, 64] {
            let mut delay = Delay::new(length);
            let mut frames: Vec<_> = (0..200_usize).map(|n| [count(n + 1), -count(n + 1)]).collect();
            let mut rest = frames.as_mut_slice();
            for n in [1, 7, 64, 3, 100, 25] {
                let (now, later) = rest.split_at_mut(n);
                delay.process(now);
                rest = later;
            }
            for (n, frame) in frames.iter().enumerate() {
                let expected = if n < length { 0.0 } else { count(n - length + 1) };
                assert_eq!(*frame, [expected, if n < length { 0.0 } else { -expected }]);
            }
        }
    }
}
