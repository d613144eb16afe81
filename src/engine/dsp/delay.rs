//! A fixed delay.

/// Delays one channel by a fixed number of samples.
#[derive(Clone, Debug, Default)]
pub struct Delay {
    line: Vec<f64>,
    at: usize,
}

impl Delay {
    /// A delay of `samples`, filled with silence.
    pub fn new(samples: usize) -> Self {
        Self { line: vec![0.0; samples], at: 0 }
    }

    /// Sets the length and clears. Allocates when the new length exceeds every earlier one.
    pub fn resize(&mut self, samples: usize) {
        self.line.clear();
        self.line.resize(samples, 0.0);
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
        self.fill(0.0);
    }

    /// Fills with one value, as if it had always been the input.
    pub fn fill(&mut self, value: f64) {
        self.line.fill(value);
        self.at = 0;
    }

    /// Takes the newest sample, returns the one from `len` samples ago.
    pub fn push(&mut self, x: f64) -> f64 {
        let Some(slot) = self.line.get_mut(self.at) else { return x };
        let delayed = std::mem::replace(slot, x);
        self.at += 1;
        if self.at == self.line.len() {
            self.at = 0;
        }
        delayed
    }

    /// Delays a channel in place.
    pub fn process(&mut self, channel: &mut [f64]) {
        for x in channel {
            *x = self.push(*x);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_by_its_length() {
        for length in [0, 1, 5, 64] {
            let mut delay = Delay::new(length);
            for n in 0..200_usize {
                let expected = if n < length { 0.0 } else { crate::units::count(n - length + 1) };
                assert_eq!(delay.push(crate::units::count(n + 1)), expected);
            }
        }
    }
}
