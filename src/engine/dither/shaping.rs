//! Noise-shaping filters, designed for any sample rate.

use crate::units::count;
use std::f64::consts::{PI, TAU};

/// Taps of every shaping filter, after the leading 1.
pub const ORDER: usize = 10;
/// Points of the frequency grid that the design integrates over.
const POINTS: usize = 512;
/// Above this the ear hears nothing that matters, and the threshold is not followed further up, in kHz.
const HIGHEST_KHZ: f64 = 20.0;

/// Taps h of the error feedback: the error's spectrum is shaped by |1 + sum h(k) z^-k|.
pub type Taps = [f64; ORDER];

/// The filter of its order that makes white requantisation noise least audible at this rate, if the ear's sensitivity
/// varies by no more than `range_db`.
///
/// It minimises the noise power weighted by the inverse threshold in quiet: that is linear prediction of a signal with
/// this spectrum, solved by the Levinson-Durbin recursion. So it is minimum-phase, and the mean of its log magnitude is 0
/// (Gerzon and Craven, "Optimal noise shaping and dither of digital signals", AES 87th Convention, 1989). Threshold in quiet:
/// Terhardt, "Calculating virtual pitch", Hearing Research 1, 1979. The feedback is a FIR of bounded errors:
/// stable at every rate, whatever its taps.
pub fn design(range_db: f64, sample_rate_hz: f64) -> Taps {
    let mut correlation = [0.0; ORDER + 1];
    for n in 0..POINTS {
        let position = (count(n) + 0.5) / count(POINTS);
        let weight = sensitivity(position * sample_rate_hz / 2000.0, range_db);
        for (lag, r) in correlation.iter_mut().enumerate() {
            *r += weight * (PI * position * count(lag)).cos();
        }
    }
    levinson(&correlation)
}

/// Magnitude of `1 + sum h(k) z^-k` at a frequency.
pub fn response(taps: &Taps, frequency_hz: f64, sample_rate_hz: f64) -> f64 {
    let w = TAU * frequency_hz / sample_rate_hz;
    let (mut re, mut im) = (1.0, 0.0);
    for (k, tap) in taps.iter().enumerate() {
        let phase = w * count(k + 1);
        re += tap * phase.cos();
        im -= tap * phase.sin();
    }
    re.hypot(im)
}

/// Greatest factor by which the filter can raise the peak of the error.
pub fn peak_factor(taps: &Taps) -> f64 {
    1.0 + taps.iter().map(|tap| tap.abs()).sum::<f64>()
}

/// Power sensitivity of the ear in quiet, 1 where it is greatest, at least 10^(-range/10).
fn sensitivity(frequency_khz: f64, range_db: f64) -> f64 {
    let f = frequency_khz.clamp(0.02, HIGHEST_KHZ);
    let threshold_db = 3.64 * f.powf(-0.8) - 6.5 * (-0.6 * (f - 3.3).powi(2)).exp() + 1e-3 * f.powi(4);
    // -4.98 dB is its least value, near 3.3 kHz
    let above_db = (threshold_db + 4.98).clamp(0.0, range_db);
    10f64.powf(-above_db / 10.0)
}

/// The prediction-error filter of a process with this autocorrelation (Durbin 1960).
fn levinson(correlation: &[f64; ORDER + 1]) -> Taps {
    let mut taps = [0.0; ORDER];
    let mut error = correlation[0];
    for order in 0..ORDER {
        let known: f64 = (0..order).map(|k| taps[k] * correlation[order - k]).sum();
        let reflection = -(correlation[order + 1] + known) / error;
        let before = taps;
        for k in 0..order {
            taps[k] = before[k] + reflection * before[order - 1 - k];
        }
        taps[order] = reflection;
        error *= 1.0 - reflection * reflection;
    }
    taps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::db_from_gain;

    const RATES_HZ: [f64; 8] =
        [8_000.0, 22_050.0, 44_100.0, 48_000.0, 88_200.0, 96_000.0, 192_000.0, 384_000.0];

    #[test]
    fn mean_log_magnitude_is_zero() {
        for rate_hz in RATES_HZ {
            for range_db in [12.0, 40.0] {
                let taps = design(range_db, rate_hz);
                let mean: f64 = (0..4000)
                    .map(|n| db_from_gain(response(&taps, (f64::from(n) + 0.5) / 8000.0 * rate_hz, rate_hz)))
                    .sum::<f64>()
                    / 4000.0;
                assert!(mean.abs() < 0.01, "{mean} dB at {rate_hz} Hz, {range_db} dB: not minimum-phase");
            }
        }
    }

    #[test]
    fn no_neighbouring_filter_is_quieter() {
        let weighted = |taps: &Taps, rate_hz: f64| -> f64 {
            (0..2000)
                .map(|n| {
                    let hz = (f64::from(n) + 0.5) / 4000.0 * rate_hz;
                    sensitivity(hz / 1e3, 40.0) * response(taps, hz, rate_hz).powi(2)
                })
                .sum()
        };
        for rate_hz in [44_100.0, 96_000.0] {
            let taps = design(40.0, rate_hz);
            let least = weighted(&taps, rate_hz);
            for k in 0..ORDER {
                for step in [-0.02, 0.02] {
                    let mut other = taps;
                    other[k] += step;
                    assert!(weighted(&other, rate_hz) > least, "tap {k} at {rate_hz} Hz");
                }
            }
        }
    }
}
