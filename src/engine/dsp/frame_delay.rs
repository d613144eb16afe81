//! A fixed delay of stereo frames.

use super::svf::Frame;

/// [`Delay`](super::Delay) for both channels at once.
#[derive(Clone, Debug, Default)]
pub struct FrameDelay {
    line: Vec<Frame>,
    at: usize,
}

impl FrameDelay {
    /// Sets the length in samples and clears. Allocates when the new length exceeds every earlier one.
    pub fn resize(&mut self, samples: usize) {
        self.line.clear();
        self.line.resize(samples, [0.0; 2]);
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
        self.line.fill([0.0; 2]);
        self.at = 0;
    }

    /// Delays frames in place.
    pub fn process(&mut self, frames: &mut [Frame]) {
        if self.line.is_empty() {
            return;
        }
        let mut frames = frames;
        while !frames.is_empty() {
            let n = (self.line.len() - self.at).min(frames.len());
            let (now, later) = frames.split_at_mut(n);
            self.line[self.at..self.at + n].swap_with_slice(now);
            self.at = (self.at + n) % self.line.len();
            frames = later;
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
            let mut delay = FrameDelay::default();
            delay.resize(length);
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
