//! What a history is made of: one point every 100 ms.

use crate::units::hundredths;

/// One hop of 100 ms in a history, to 0.01 dB.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Momentary loudness at its end, in LUFS.
    pub momentary_lufs: f64,
    /// Short-term loudness at its end, in LUFS.
    pub short_term_lufs: f64,
    /// Its greatest true peak, in dBTP.
    pub true_peak_dbtp: f64,
    /// Its greatest gain reduction, in dB, 0 or more; for whoever reduces gain to fill in.
    pub gain_reduction_db: f64,
}

impl Point {
    /// Nothing measured.
    pub const SILENCE: Self = Self {
        momentary_lufs: f64::NEG_INFINITY,
        short_term_lufs: f64::NEG_INFINITY,
        true_peak_dbtp: f64::NEG_INFINITY,
        gain_reduction_db: 0.0,
    };

    /// The point as one word, so that it can cross between threads whole: four numbers of 16 bits in 0.01 dB.
    pub fn to_bits(self) -> u64 {
        [self.momentary_lufs, self.short_term_lufs, self.true_peak_dbtp, self.gain_reduction_db]
            .into_iter()
            .fold(0, |bits, level| bits << 16 | u64::from(hundredths(level).cast_unsigned()))
    }

    /// The point that [`to_bits`](Self::to_bits) made this word of, to 0.01 dB. -327.68 dB stands for minus infinity.
    pub fn from_bits(bits: u64) -> Self {
        let level = |shift: u32| {
            let [low, high, ..] = (bits >> shift).to_le_bytes();
            match i16::from_le_bytes([low, high]) {
                i16::MIN => f64::NEG_INFINITY,
                n => f64::from(n) / 100.0,
            }
        };
        Self {
            momentary_lufs: level(48),
            short_term_lufs: level(32),
            true_peak_dbtp: level(16),
            gain_reduction_db: level(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_survives_its_journey() {
        let point = Point {
            momentary_lufs: -14.27,
            short_term_lufs: f64::NEG_INFINITY,
            true_peak_dbtp: 3.456,
            gain_reduction_db: 2.0,
        };
        let back = Point::from_bits(point.to_bits());
        assert_eq!(back, Point { true_peak_dbtp: 3.46, ..point });
        assert_eq!(Point::from_bits(Point::SILENCE.to_bits()), Point::SILENCE);
    }
}
