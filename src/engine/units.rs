//! Conversions between the units people use and the numbers that DSP uses. The only casts of the engine are here.

use std::f64::consts::{LN_10, TAU};

/// Gain of a level in dB: 10^(dB/20).
pub fn gain_from_db(level_db: f64) -> f64 {
    (level_db * (LN_10 / 20.0)).exp()
}

/// Level of a gain in dB: 20 log10 |gain|. Zero gives minus infinity.
pub fn db_from_gain(gain: f64) -> f64 {
    20.0 * gain.abs().log10()
}

/// Level of a power (squared gain) in dB: 10 log10 power. Zero gives minus infinity.
pub fn db_from_power(power: f64) -> f64 {
    10.0 * power.log10()
}

/// Angular frequency in radians a sample.
pub fn radians_per_sample(frequency_hz: f64, sample_rate_hz: f64) -> f64 {
    TAU * frequency_hz / sample_rate_hz
}

/// A time in ms as samples, not rounded.
pub fn samples_from_ms(time_ms: f64, sample_rate_hz: f64) -> f64 {
    time_ms * 1e-3 * sample_rate_hz
}

/// Samples as a time in ms.
pub fn ms_from_samples(samples: usize, sample_rate_hz: f64) -> f64 {
    count(samples) * 1e3 / sample_rate_hz
}

/// A count as a real number. Exact to 2^53.
#[expect(clippy::cast_precision_loss, reason = "counts of samples stay far below 2^53")]
pub fn count(n: usize) -> f64 {
    n as f64
}

/// The nearest count; negative and NaN give 0.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates, and NaN gives 0: what is wanted here"
)]
pub fn whole(x: f64) -> usize {
    x.round() as usize
}

/// A sample for the host: the nearest 32-bit float.
#[expect(clippy::cast_possible_truncation, reason = "rounding to f32 is the purpose")]
pub fn narrow(x: f64) -> f32 {
    x as f32
}

/// Hundredths, the nearest; saturates, and NaN gives 0.
#[expect(clippy::cast_possible_truncation, reason = "`as` saturates: what is wanted here")]
pub fn hundredths(x: f64) -> i16 {
    (x * 100.0).round() as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decibels_agree_with_the_definition() {
        for tenth_db in -1200..=240 {
            let level_db = f64::from(tenth_db) / 10.0;
            let gain = 10f64.powf(level_db / 20.0);
            assert!((gain_from_db(level_db) / gain - 1.0).abs() < 1e-14, "{level_db} dB");
            assert!((db_from_gain(gain) - level_db).abs() < 1e-12, "{level_db} dB");
            assert!((db_from_power(gain * gain) - level_db).abs() < 1e-12, "{level_db} dB");
        }
        assert_eq!(gain_from_db(0.0), 1.0);
        assert_eq!(db_from_gain(0.0), f64::NEG_INFINITY);
    }

    #[test]
    fn whole_saturates() {
        assert_eq!(whole(2.5), 3);
        assert_eq!(whole(-3.0), 0);
        assert_eq!(whole(f64::NAN), 0);
        assert_eq!(whole(f64::INFINITY), usize::MAX);
    }
}
