//! The delay between a band's gain and its use: the signal's latency less the band's look-ahead.

use crate::dsp::svf::Frame;
use crate::units::whole;

/// A delay line whose delay may move, for gains in dB. Between samples it interpolates linearly.
#[derive(Clone, Debug, Default)]
pub(super) struct GainLine {
    line: Vec<Frame>,
    at: usize,
}

impl GainLine {
    /// Allocates for delays up to `longest` samples; a `longest` of 0 passes gains as they are.
    pub(super) fn prepare(&mut self, longest: usize) {
        self.line.clear();
        self.line.resize(if longest > 0 { longest + 2 } else { 0 }, [0.0; 2]);
        self.at = 0;
    }

    /// Fills the line with a gain, as if there had never been another.
    pub(super) fn fill(&mut self, gain: Frame) {
        self.line.fill(gain);
        self.at = 0;
    }

    /// Delays gains in place.
    #[inline(always)]
    pub(super) fn process(&mut self, delay: f64, gains: &mut [Frame]) {
        let length = self.line.len();
        if length == 0 {
            return;
        }
        let steps = whole(delay.floor()).min(length - 2);
        let between = delay - delay.floor();
        for gain in gains {
            self.line[self.at] = *gain;
            let newer = self.line[(self.at + length - steps) % length];
            let older = self.line[(self.at + length - steps - 1) % length];
            for i in 0..2 {
                gain[i] = newer[i] + between * (older[i] - newer[i]);
            }
            self.at = (self.at + 1) % length;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::count;

    #[test]
    fn delays_by_whole_and_broken_samples() {
        for delay in [0.0, 1.0, 3.25, 7.0] {
            let mut line = GainLine::default();
            line.prepare(7);
            for n in 0..50_usize {
                let mut gain = [[count(n), 2.0 * count(n)]];
                line.process(delay, &mut gain);
                if n > 8 {
                    assert_eq!(gain[0], [count(n) - delay, 2.0 * (count(n) - delay)]);
                }
            }
        }
        let mut line = GainLine::default();
        line.prepare(0);
        let mut gain = [[3.0, 4.0]];
        line.process(0.0, &mut gain);
        assert_eq!(gain[0], [3.0, 4.0]);
    }
}
