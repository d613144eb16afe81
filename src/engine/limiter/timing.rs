//! Where every sample of the limiter's delay goes.

use crate::limiter::settings::LatencyMode;
use crate::limiter::soft_clip::SoftClip;
use crate::units::{count, samples_from_ms, whole};

/// The rate at which the lengths below were tuned. Above it they grow with the rate (all but the detector's), below it
/// they stay: the promise needs a number of samples, not of milliseconds.
const TUNED_HZ: f64 = 44_100.0;

/// Lengths in samples, for one sample rate and latency mode.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Timing {
    sample_rate_hz: f64,
    /// Delay of the signal.
    pub latency: usize,
    /// Longest look-ahead: from a detected peak to the moment it leaves.
    pub longest: usize,
    /// Shortest look-ahead that keeps the promise whatever the signal.
    pub safe: usize,
    /// Shortest look-ahead that keeps it for signals without content near Nyquist.
    pub shortest: usize,
    /// How long gain must stay flat after a peak where there is content near Nyquist, and before it: there a peak between
    /// samples is a sum over so many samples around, and gain that moves within lets it through.
    pub flat: usize,
}

impl Timing {
    /// How long gain stays flat after a peak where there is no such content.
    pub const LEAST_FLAT: usize = 16;

    /// The lengths at this rate.
    pub fn new(mode: LatencyMode, sample_rate_hz: f64) -> Self {
        let scale = (sample_rate_hz / TUNED_HZ).max(1.0);
        let (tuned_latency, safe, shortest, flat) = match mode {
            // below its band limit nothing comes near Nyquist
            LatencyMode::Low => (88.2, 40, 40, 40),
            LatencyMode::Long => (485.1, 176, 48, 128),
            LatencyMode::Default => (308.7, 176, 48, 128),
        };
        let latency = whole((tuned_latency * scale).floor());
        let longest = latency - mode.detection() - SoftClip::LATENCY;
        Self { sample_rate_hz, latency, longest, safe, shortest, flat }
    }

    /// A look-ahead time in samples, as far as there is room.
    pub fn look_ahead(&self, time_ms: f64) -> usize {
        whole(samples_from_ms(time_ms, self.sample_rate_hz)).clamp(self.shortest, self.longest)
    }

    /// Length of each of the two running means: together they take two thirds of the look-ahead, the last third is flat.
    pub fn mean(look_ahead: usize) -> usize {
        whole(count(look_ahead) / 3.0) + 1
    }
}
