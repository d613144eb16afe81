//! What a history is made of: one point every 100 ms, small enough to cross between threads as one word.

use crate::sync::Word;
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
}

/// The greatest gain reduction of each module that reduces gain within one hop of 100 ms, in dB, 0 or more, to 0.01 dB.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reductions {
    /// The multiband compressor's, of the band reduced most.
    pub multiband_db: f64,
    /// How far the saturator held peaks down.
    pub saturator_db: f64,
    /// The limiter's, of the channel reduced most.
    pub limiter_db: f64,
}

impl Reductions {
    /// The greater of both, module by module.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        Self {
            multiband_db: self.multiband_db.max(other.multiband_db),
            saturator_db: self.saturator_db.max(other.saturator_db),
            limiter_db: self.limiter_db.max(other.limiter_db),
        }
    }
}

/// Three levels in one word: numbers of 16 bits in 0.01 dB.
fn pack(levels_db: [f64; 3]) -> u64 {
    levels_db.into_iter().fold(0, |bits, level| bits << 16 | u64::from(hundredths(level).cast_unsigned()))
}

/// What [`pack`] made the word of, to 0.01 dB. -327.68 dB stands for minus infinity.
fn unpack(bits: u64) -> [f64; 3] {
    [32, 16, 0].map(|shift: u32| {
        let [low, high, ..] = (bits >> shift).to_le_bytes();
        match i16::from_le_bytes([low, high]) {
            i16::MIN => f64::NEG_INFINITY,
            n => f64::from(n) / 100.0,
        }
    })
}

impl Word for Point {
    fn to_bits(self) -> u64 {
        pack([self.momentary_lufs, self.short_term_lufs, self.true_peak_dbtp])
    }

    fn from_bits(bits: u64) -> Self {
        let [momentary_lufs, short_term_lufs, true_peak_dbtp] = unpack(bits);
        Self { momentary_lufs, short_term_lufs, true_peak_dbtp }
    }
}

impl Word for Reductions {
    fn to_bits(self) -> u64 {
        pack([self.multiband_db, self.saturator_db, self.limiter_db])
    }

    fn from_bits(bits: u64) -> Self {
        let [multiband_db, saturator_db, limiter_db] = unpack(bits);
        Self { multiband_db, saturator_db, limiter_db }
    }
}

impl Point {
    /// Nothing measured.
    pub const SILENCE: Self = Self {
        momentary_lufs: f64::NEG_INFINITY,
        short_term_lufs: f64::NEG_INFINITY,
        true_peak_dbtp: f64::NEG_INFINITY,
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_survives_its_journey() {
        let point =
            Point { momentary_lufs: -14.27, short_term_lufs: f64::NEG_INFINITY, true_peak_dbtp: 3.456 };
        let back = Point::from_bits(point.to_bits());
        assert_eq!(back, Point { true_peak_dbtp: 3.46, ..point });
        assert_eq!(Point::from_bits(Point::SILENCE.to_bits()), Point::SILENCE);
        let reductions = Reductions { multiband_db: 0.0, saturator_db: 1.23, limiter_db: 12.0 };
        assert_eq!(Reductions::from_bits(reductions.to_bits()), reductions);
    }
}
