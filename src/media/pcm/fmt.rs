//! The `fmt ` chunk of WAV and W64 files (Microsoft, WAVEFORMATEX and WAVEFORMATEXTENSIBLE).

use std::path::Path;

use super::Content;
use super::sample::{Kind, Sample};
use crate::Error;
use crate::source::damaged;

/// What a `fmt ` chunk says.
pub(crate) struct Fmt {
    pub sample_rate_hz: u32,
    pub channels: usize,
    pub content: Content,
}

/// Offsets of the fields behind the 16 bytes that every `fmt ` chunk has.
const VALID_BITS: usize = 18;
const SUBFORMAT: usize = 24;

/// Reads the first bytes of a `fmt ` chunk; what follows the known fields is ignored.
pub(crate) fn parse(path: &Path, bytes: &[u8], big_endian: bool) -> Result<Fmt, Error> {
    let short = |at: usize| {
        let two = bytes.get(at..at + 2)?.try_into().ok()?;
        Some(if big_endian { u16::from_be_bytes(two) } else { u16::from_le_bytes(two) })
    };
    let long = |at: usize| {
        let four = bytes.get(at..at + 4)?.try_into().ok()?;
        Some(if big_endian { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) })
    };
    let (Some(tag), Some(channels), Some(sample_rate_hz), Some(block)) =
        (short(0), short(2), long(4), short(12))
    else {
        return Err(damaged(path, "its fmt chunk breaks off"));
    };
    let bits = short(14).unwrap_or(0);
    let extensible = tag == 0xFFFE;
    let tag = if extensible { short(SUBFORMAT).unwrap_or(1) } else { tag };
    let valid =
        if extensible { short(VALID_BITS).filter(|&v| v > 0 && v <= bits).unwrap_or(bits) } else { bits };
    let channels = usize::from(channels);
    if channels == 0 {
        return Err(damaged(path, "it states 0 channels"));
    }
    let bytes = container(usize::from(bits), usize::from(block), channels);
    let kind = match tag {
        1 if bytes == 1 => Kind::Unsigned,
        1 => Kind::Signed,
        3 => Kind::Float,
        6 => Kind::ALaw,
        7 => Kind::MuLaw,
        0x50 | 0x55 => return Ok(Fmt { sample_rate_hz, channels, content: Content::Mpeg }),
        other => {
            let content = Content::Codec(format!("codec {other:#x}"));
            return Ok(Fmt { sample_rate_hz, channels, content });
        }
    };
    let sample = Sample::new(kind, bytes, u32::from(valid), big_endian)
        .ok_or_else(|| damaged(path, format!("it states samples of {bits} bits")))?;
    Ok(Fmt { sample_rate_hz, channels, content: Content::Samples(sample) })
}

/// Bytes a sample occupies: what the block has for each channel, unless that contradicts the bits.
fn container(bits: usize, block: usize, channels: usize) -> usize {
    let least = bits.div_ceil(8);
    let share = block / channels;
    if block.is_multiple_of(channels) && share >= least && share <= 8 { share } else { least }
}
