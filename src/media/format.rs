//! The formats that can be written.

/// How an output stores its samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// WAV, 16-bit integers.
    Wav16,
    /// WAV, 24-bit integers.
    Wav24,
    /// WAV, 32-bit floats: the samples as they are.
    WavF32,
    /// FLAC, 16-bit integers.
    Flac16,
    /// FLAC, 24-bit integers.
    Flac24,
    /// AIFF, 16-bit integers.
    Aiff16,
    /// AIFF, 24-bit integers.
    Aiff24,
    /// AIFF-C, 32-bit floats: the samples as they are.
    AiffF32,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 8] = [
        Self::Wav16,
        Self::Wav24,
        Self::WavF32,
        Self::Flac16,
        Self::Flac24,
        Self::Aiff16,
        Self::Aiff24,
        Self::AiffF32,
    ];

    /// Bits of an integer format; `None` for floats.
    pub fn bits(self) -> Option<u32> {
        match self {
            Self::Wav16 | Self::Flac16 | Self::Aiff16 => Some(16),
            Self::Wav24 | Self::Flac24 | Self::Aiff24 => Some(24),
            Self::WavF32 | Self::AiffF32 => None,
        }
    }

    /// The usual file extension, without a dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Wav16 | Self::Wav24 | Self::WavF32 => "wav",
            Self::Flac16 | Self::Flac24 => "flac",
            Self::Aiff16 | Self::Aiff24 | Self::AiffF32 => "aiff",
        }
    }
}

/// The nearest step of a `bits`-bit integer; beyond full scale its limit, and 0 for NaN.
#[expect(clippy::cast_possible_truncation, reason = "`as` saturates far outside the range clamped to")]
pub(crate) fn quantised(sample: f32, bits: u32) -> i32 {
    let full_scale = f64::from(1u32 << (bits - 1));
    (f64::from(sample) * full_scale).round().clamp(-full_scale, full_scale - 1.0) as i32
}

/// Whether a sample lies beyond the limits of a `bits`-bit integer, or is not a number.
pub(crate) fn exceeds(sample: f32, bits: u32) -> bool {
    let full_scale = f64::from(1u32 << (bits - 1));
    !(-full_scale..=full_scale - 1.0).contains(&(f64::from(sample) * full_scale).round())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::cast_possible_truncation, reason = "24 bits fit")]
    fn narrow(x: f64) -> f32 {
        x as f32
    }

    #[test]
    fn steps_are_exact_and_limits_hold() {
        for bits in [16, 24] {
            let half = 1i32 << (bits - 1);
            for step in [-half, -half + 1, -1, 0, 1, 12_345, half - 1] {
                let sample = f64::from(step) / f64::from(half);
                assert_eq!(quantised(narrow(sample), bits), step, "{bits} bits");
            }
            assert_eq!(quantised(1.0, bits), half - 1);
            assert_eq!(quantised(-7.0, bits), -half);
            assert_eq!(quantised(f32::NAN, bits), 0);
        }
    }

    #[test]
    fn what_does_not_fit_is_told_apart() {
        let samples = [0.0, 1.0, -1.0, -1.5, f32::INFINITY, f32::NAN];
        assert_eq!(samples.map(|s| exceeds(s, 16)), [false, true, false, true, true, true]);
    }
}
