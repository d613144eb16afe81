//! Where every sample of the limiter's delay goes.

use crate::limiter::detector::Detector;
use crate::units::{count, whole};

/// The rate at which the lengths below were tuned. Above it they grow with the rate (all but the detector's), below it
/// they stay: the promise needs a number of samples, not of milliseconds.
const TUNED_HZ: f64 = 44_100.0;

/// Lengths in samples, for one sample rate and latency mode.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timing {
    /// Delay of the signal.
    pub latency: usize,
    /// From a detected peak to the moment it leaves: the gain has that long to come down.
    pub look_ahead: usize,
    /// Lengths of the two running means.
    pub means: [usize; 2],
    /// Shortest hold: covers the means, and flat stretches of gain before and after a peak. Interpolation sums over many
    /// samples, so gain that moves near a peak lets it through.
    pub least_window: usize,
    /// Longest hold of any style.
    pub longest_window: usize,
}

impl Timing {
    /// Latency at 44.1 kHz in the default mode.
    const DEFAULT_LATENCY: f64 = 308.0;

    /// The lengths at this rate, for holds of up to `longest_hold` samples.
    pub fn new(sample_rate_hz: f64, longest_hold: usize) -> Self {
        let scale = (sample_rate_hz / TUNED_HZ).max(1.0);
        let latency = whole(Self::DEFAULT_LATENCY * scale);
        let look_ahead = latency - Detector::LATENCY;
        let mean = whole(count(look_ahead) / 3.0) + 1;
        let least_window = 2 * look_ahead;
        Self {
            latency,
            look_ahead,
            means: [mean; 2],
            least_window,
            longest_window: least_window + longest_hold,
        }
    }
}
