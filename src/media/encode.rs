//! Writing audio files.

use std::path::Path;

use crate::replace::replace;
use crate::{Audio, Error, Progress, flac, wav};

/// How samples are stored.
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
}

impl Format {
    /// Bits of an integer format; `None` for floats.
    pub fn bits(self) -> Option<u32> {
        match self {
            Self::Wav16 | Self::Flac16 => Some(16),
            Self::Wav24 | Self::Flac24 => Some(24),
            Self::WavF32 => None,
        }
    }

    /// The usual file extension, without a dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Wav16 | Self::Wav24 | Self::WavF32 => "wav",
            Self::Flac16 | Self::Flac24 => "flac",
        }
    }
}

/// What became of the samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Samples that did not fit an integer format and were set to its nearest limit.
    pub clipped: u64,
}

/// Writes a whole file, beside its place first and renamed when complete: an existing file is replaced, and if anything
/// fails it stays as it was.
///
/// Integer formats round to the nearest step. Samples that already lie on the format's grid (multiples of 2^-15 or
/// 2^-23) are stored exactly. There is no dither here; that is the engine's.
///
/// # Errors
///
/// Audio without samples or with more than two channels, a missing folder, a full disk, audio too long for WAV: see [`Error`].
pub fn encode(path: impl AsRef<Path>, audio: &Audio, format: Format) -> Result<Written, Error> {
    encode_with(path, audio, format, &mut |_| {})
}

/// As [`encode`], and tells how far it has come.
///
/// # Errors
///
/// As [`encode`].
pub fn encode_with(
    path: impl AsRef<Path>,
    audio: &Audio,
    format: Format,
    progress: &mut Progress<'_>,
) -> Result<Written, Error> {
    let path = path.as_ref();
    let frames = audio.frames();
    if frames == 0 || audio.channels.iter().any(|c| c.len() != frames) {
        return Err(Error::Empty { path: path.into() });
    }
    if audio.channels.len() > 2 {
        return Err(Error::Channels { path: path.into(), channels: audio.channels.len() });
    }
    replace(path, |file| match format {
        Format::Wav16 | Format::Wav24 | Format::WavF32 => wav::write(path, file, audio, format, progress),
        Format::Flac16 | Format::Flac24 => flac::write(path, file, audio, format, progress),
    })?;
    progress(1.0);
    Ok(Written { clipped: format.bits().map_or(0, |bits| clipped(audio, bits)) })
}

/// The nearest step of a `bits`-bit integer; beyond full scale its limit, and 0 for NaN.
#[expect(clippy::cast_possible_truncation, reason = "`as` saturates far outside the range clamped to")]
pub(crate) fn quantised(sample: f32, bits: u32) -> i32 {
    let full_scale = f64::from(1u32 << (bits - 1));
    (f64::from(sample) * full_scale).round().clamp(-full_scale, full_scale - 1.0) as i32
}

/// Frames a progress report apart.
pub(crate) const CHUNK: usize = 1 << 16;

#[expect(clippy::cast_precision_loss, reason = "a progress bar needs no precision")]
pub(crate) fn fraction(done: usize, all: usize) -> f64 {
    done as f64 / all.max(1) as f64
}

fn clipped(audio: &Audio, bits: u32) -> u64 {
    let full_scale = f64::from(1u32 << (bits - 1));
    let beyond = |&&s: &&f32| {
        let step = (f64::from(s) * full_scale).round();
        !(-full_scale..=full_scale - 1.0).contains(&step)
    };
    audio.channels.iter().map(|c| c.iter().filter(beyond).count() as u64).sum()
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
    fn what_does_not_fit_is_counted() {
        let audio =
            Audio { sample_rate_hz: 48_000, channels: vec![vec![0.0, 1.0, -1.0, -1.5, f32::INFINITY]] };
        assert_eq!(clipped(&audio, 16), 3);
    }
}
