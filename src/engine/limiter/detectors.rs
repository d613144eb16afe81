//! The detectors of both channels, long or short.

use crate::limiter::detector::Detector;
use crate::limiter::settings::LatencyMode;

/// Reach of the default mode's detector: that of the finest meters.
pub const LONG_REACH: usize = 128;
/// Reach of the low-latency mode's, enough below 0.468 of the sample rate.
pub const SHORT_REACH: usize = 32;

/// Samples from the newest input back to the start of the interval that is read.
pub const fn detection(reach: usize) -> usize {
    reach + 2
}

/// A detector for each channel, as long as the latency mode allows.
#[derive(Clone, Debug, Default)]
pub struct Detectors {
    mode: LatencyMode,
    long: [Detector<LONG_REACH>; 2],
    short: [Detector<SHORT_REACH>; 2],
}

impl Detectors {
    /// Chooses the detector and forgets the past.
    pub fn prepare(&mut self, mode: LatencyMode) {
        self.mode = mode;
        self.reset();
    }

    /// Forgets the past.
    pub fn reset(&mut self) {
        self.long.iter_mut().for_each(Detector::reset);
        self.short.iter_mut().for_each(Detector::reset);
    }

    /// The peaks of one channel's intervals: see [`Detector::process`].
    pub fn process(&mut self, channel: usize, input: &[f64], peaks: &mut [f64]) {
        match self.mode {
            LatencyMode::Default => self.long[channel].process(input, peaks),
            LatencyMode::Low => self.short[channel].process(input, peaks),
        }
    }
}
