//! The level of a signal: its power, sample by sample or averaged, in dB.

use crate::dsp::exponential::log2;
use crate::dsp::extremes::larger;
use crate::dsp::svf::Frame;
use crate::units::samples_from_ms;

/// The lowest level that is told from silence, in dB.
pub const FLOOR_DB: f64 = -180.0;
/// [`FLOOR_DB`] as a power.
pub const FLOOR_POWER: f64 = 1e-18;
/// Decibels of a doubled power, 10 log10 2.
const DB_OF_DOUBLE_POWER: f64 = 3.010_299_956_639_812;

/// Power of both channels: of each sample (peak), averaged over a window (RMS), or between the two.
#[derive(Clone, Copy, Debug)]
pub struct Detector {
    /// The averaged power of each channel.
    mean: Frame,
    /// Weight of the newest sample in the average.
    averaging: f64,
}

impl Default for Detector {
    /// A window of one sample.
    fn default() -> Self {
        Self { mean: [0.0; 2], averaging: 1.0 }
    }
}

impl Detector {
    /// Sets the length of the RMS window in ms.
    ///
    /// The average is exponential with a time constant of half the window: it suppresses as much noise as a plain mean over the
    /// whole window.
    pub fn set_window(&mut self, window_ms: f64, sample_rate_hz: f64) {
        self.averaging = -(-2.0 / samples_from_ms(window_ms, sample_rate_hz)).exp_m1();
    }

    /// The power of each channel, at least [`FLOOR_POWER`]; `rms` goes from 0, the sample's power, to 1, the average.
    #[inline(always)]
    pub fn power(&mut self, x: Frame, rms: f64) -> Frame {
        let mut powers = [0.0; 2];
        for i in 0..2 {
            let power = x[i] * x[i];
            self.mean[i] = (1.0 - self.averaging) * self.mean[i] + self.averaging * power;
            powers[i] = larger(power + rms * (self.mean[i] - power), FLOOR_POWER);
        }
        powers
    }

    /// Forgets the signal; the window stays.
    pub fn reset(&mut self) {
        self.mean = [0.0; 2];
    }

    /// Turns an average far below the floor into silence. Call on an absolute sample grid.
    pub fn settle(&mut self) {
        for mean in &mut self.mean {
            if *mean < FLOOR_POWER * FLOOR_POWER {
                *mean = 0.0;
            }
        }
    }
}

/// Turns powers of at least [`FLOOR_POWER`] into levels in dB.
#[inline(always)]
pub fn to_decibels(powers: &mut [f64]) {
    for power in powers {
        *power = DB_OF_DOUBLE_POWER * log2(*power);
    }
}

/// A channel's level in dB, moved towards the louder channel's by `share`, 0 (independent) to 1 (equal).
#[inline(always)]
pub fn link(own_db: f64, loudest_db: f64, share: f64) -> f64 {
    loudest_db - (1.0 - share) * (loudest_db - own_db)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::count;

    #[test]
    fn a_sine_reads_its_peak_or_3_db_less() {
        let (mut peak, mut rms) = (Detector::default(), Detector::default());
        rms.set_window(300.0, 48_000.0);
        let mut greatest = [0.0_f64; 2];
        for n in 0..96_000_usize {
            let x = (std::f64::consts::TAU * count(n) / 48.0).sin();
            let levels = [peak.power([x, 0.0], 0.0), rms.power([x, 0.0], 1.0)];
            for (greatest, [left, right]) in greatest.iter_mut().zip(levels) {
                *greatest = greatest.max(left);
                assert_eq!(right, FLOOR_POWER);
            }
        }
        to_decibels(&mut greatest);
        assert!(greatest[0].abs() < 1e-9, "{greatest:?}");
        assert!((greatest[1] + 3.0103).abs() < 0.01, "{greatest:?}");
    }

    #[test]
    fn linked_levels_lie_between_the_own_and_the_louder_one() {
        assert_eq!([0.0, 0.5, 1.0].map(|share| link(-30.0, -10.0, share)), [-30.0, -20.0, -10.0]);
    }
}
