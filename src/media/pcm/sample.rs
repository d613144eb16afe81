//! One sample as bytes.

use crate::info::Encoding;

/// How a sample is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sample {
    pub kind: Kind,
    /// Bytes a sample occupies, 1 to 8.
    pub bytes: usize,
    /// Significant bits; the rest, at the lower end, is padding.
    pub bits: u32,
    pub big_endian: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Two's complement.
    Signed,
    /// Offset binary: silence is the middle of the range.
    Unsigned,
    /// IEEE 754, 4 or 8 bytes.
    Float,
    /// ITU-T G.711 A-law, 1 byte.
    ALaw,
    /// ITU-T G.711 μ-law, 1 byte.
    MuLaw,
}

impl Sample {
    /// A sample of these sizes, if there is such a one.
    pub fn new(kind: Kind, bytes: usize, bits: u32, big_endian: bool) -> Option<Self> {
        let possible = match kind {
            Kind::Signed | Kind::Unsigned => (1..=8).contains(&bytes),
            Kind::Float => bytes == 4 || bytes == 8,
            Kind::ALaw | Kind::MuLaw => bytes == 1,
        };
        let whole = u32::try_from(bytes * 8).ok()?;
        let bits = if (1..=whole).contains(&bits) { bits } else { whole };
        possible.then_some(Self { kind, bytes, bits, big_endian })
    }

    pub fn encoding(self) -> Encoding {
        match self.kind {
            Kind::Signed | Kind::Unsigned => Encoding::Integer(self.bits),
            Kind::Float if self.bytes == 8 => Encoding::Float(64),
            Kind::Float => Encoding::Float(32),
            Kind::ALaw | Kind::MuLaw => Encoding::Lossy,
        }
    }

    /// The sample at full scale ±1. `bytes` holds exactly [`Sample::bytes`].
    #[inline]
    pub fn value(self, bytes: &[u8]) -> f32 {
        // The number fills the upper end of 64 bits, so that one scale fits every width.
        let mut word = [0; 8];
        if self.big_endian {
            word[..self.bytes].copy_from_slice(bytes);
        } else {
            for (to, from) in word.iter_mut().zip(bytes.iter().rev()) {
                *to = *from;
            }
        }
        match self.kind {
            Kind::Signed => unit(i64::from_be_bytes(word)),
            Kind::Unsigned => unit(i64::from_be_bytes(word) ^ i64::MIN),
            Kind::Float if self.bytes == 8 => narrow(f64::from_be_bytes(word)),
            Kind::Float => f32::from_be_bytes([word[0], word[1], word[2], word[3]]),
            Kind::ALaw => f32::from(a_law(word[0])) / 32_768.0,
            Kind::MuLaw => f32::from(mu_law(word[0])) / 32_768.0,
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "rounding to f32 is the purpose; 24 bits are exact")]
fn unit(number: i64) -> f32 {
    const SCALE: f32 = 1.0 / 9_223_372_036_854_775_808.0; // 2^-63, exact
    number as f32 * SCALE
}

#[expect(clippy::cast_possible_truncation, reason = "rounding to f32 is the purpose")]
fn narrow(number: f64) -> f32 {
    number as f32
}

/// ITU-T G.711, A-law to 16 bits.
fn a_law(code: u8) -> i16 {
    let code = code ^ 0x55;
    let step = i16::from(code & 0x0F) << 4;
    let magnitude = match (code >> 4) & 7 {
        0 => step + 8,
        segment => (step + 0x108) << (segment - 1),
    };
    if code & 0x80 == 0 { -magnitude } else { magnitude }
}

/// ITU-T G.711, μ-law to 16 bits.
fn mu_law(code: u8) -> i16 {
    let code = !code;
    let magnitude = (((i16::from(code & 0x0F) << 3) + 0x84) << ((code >> 4) & 7)) - 0x84;
    if code & 0x80 == 0 { magnitude } else { -magnitude }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(kind: Kind, big_endian: bool, bytes: &[u8]) -> f32 {
        Sample::new(kind, bytes.len(), 0, big_endian).map_or(f32::NAN, |s| s.value(bytes))
    }

    #[test]
    fn every_width_and_byte_order() {
        for (kind, bytes, expected) in [
            (Kind::Signed, &[0xC0][..], -0.5),
            (Kind::Unsigned, &[0x40], -0.5),
            (Kind::Unsigned, &[0x80], 0.0),
            (Kind::Signed, &[0x00, 0x40], 0.5),
            (Kind::Signed, &[0x01, 0x00, 0x80], 1.0 / 8_388_608.0 - 1.0),
            (Kind::Signed, &[0x00, 0x01, 0x00, 0x00], 1.0 / 8_388_608.0),
            (Kind::Signed, &[0, 0, 0, 0, 0, 0, 0, 0x20], 0.25),
            (Kind::Float, &(-1.5f32).to_le_bytes(), -1.5),
            (Kind::Float, &1e300f64.to_le_bytes(), f32::INFINITY),
            (Kind::Float, &0.125f64.to_le_bytes(), 0.125),
        ] {
            assert_eq!(value(kind, false, bytes), expected, "{kind:?} {bytes:?}");
            let reversed: Vec<u8> = bytes.iter().rev().copied().collect();
            assert_eq!(value(kind, true, &reversed), expected, "{kind:?} {bytes:?}, reversed");
        }
        assert!(value(Kind::Float, false, &f32::NAN.to_le_bytes()).is_nan());
    }

    // The ends of each law's range, and silence: ITU-T G.711, tables 1 and 2, scaled from 13 and 14 to 16 bits.
    #[test]
    fn laws_of_g711() {
        assert_eq!([0xAA, 0x2A, 0xD5, 0x55].map(a_law), [32_256, -32_256, 8, -8]);
        assert_eq!([0x80, 0x00, 0xFF, 0x7F].map(mu_law), [32_124, -32_124, 0, 0]);
    }
}
