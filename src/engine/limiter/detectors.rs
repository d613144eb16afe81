//! The detectors of both channels, long or short.

use crate::limiter::detector::Detector;
use crate::limiter::settings::LatencyMode;
use crate::quality::Quality;

/// Reach of the default mode's detector: that of the finest meters.
pub const LONG_REACH: usize = 128;
/// Reach of the low-latency mode's, enough below 0.468 of the sample rate.
pub const SHORT_REACH: usize = 32;

/// Samples from the newest input back to the start of the interval that is read.
pub const fn detection(reach: usize) -> usize {
    reach + 2
}

impl LatencyMode {
    /// Samples of the latency that peak detection takes.
    pub(super) fn detection(self) -> usize {
        match self {
            Self::Low => detection(SHORT_REACH),
            Self::Default | Self::Long => detection(LONG_REACH),
        }
    }
}

/// What must be left of the ceiling for the detectors' own errors, in dB.
pub fn margin_db(quality: Quality) -> f64 {
    match quality {
        // a parabola through three points of a 4-fold grid under-reads the highest frequency by 0.074 dB
        Quality::Eco => 0.08,
        Quality::Standard | Quality::High => 0.006,
    }
}

/// A detector for each channel, as long as the latency mode allows, as fine as the quality asks for.
#[derive(Clone, Debug, Default)]
pub struct Detectors {
    mode: LatencyMode,
    eco: bool,
    long: [Detector<LONG_REACH>; 2],
    short: [Detector<SHORT_REACH>; 2],
}

impl Detectors {
    /// Chooses the detector and forgets the past.
    pub fn prepare(&mut self, mode: LatencyMode, quality: Quality) {
        self.mode = mode;
        self.eco = quality == Quality::Eco;
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
            LatencyMode::Default | LatencyMode::Long => self.long[channel].process(input, peaks, self.eco),
            LatencyMode::Low => self.short[channel].process(input, peaks, self.eco),
        }
    }
}
