//! AIFF and AIFF-C (Apple, "Audio Interchange File Format", version 1.3, and the AIFF-C draft of 1991).

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use super::chunks::{Chunk, Chunks, Dialect, Extent, placeholder};
use super::sample::{Kind, Sample};
use super::{Content, Layout};
use crate::Error;
use crate::info::Extra;
use crate::source::{damaged, unreadable};

/// What a `COMM` chunk says.
struct Common {
    channels: usize,
    frames: u64,
    sample_rate_hz: u32,
    content: Content,
}

/// Reads the chunks of an AIFF or AIFF-C file. The size in `FORM` is not looked at: it is often wrong, and never needed.
pub(crate) fn aiff(path: &Path, file: &mut BufReader<File>) -> Result<Layout, Error> {
    let failed = |e| unreadable(path, e);
    let mut chunks = Chunks::new(file, Dialect::BigEndian, 12).map_err(failed)?;
    let (mut common, mut sound, mut extras) = (None, None, Vec::new());
    while let Some(chunk) = chunks.next().map_err(failed)? {
        match &chunk.id {
            b"COMM" if common.is_none() => {
                let bytes = chunks.content(&chunk, 64).map_err(failed)?;
                common = Some(parse(path, &bytes)?);
            }
            b"SSND" if sound.is_none() => sound = Some(extent(&mut chunks, &chunk).map_err(failed)?),
            b"NAME" | b"AUTH" | b"(c) " | b"ANNO" | b"COMT" | b"ID3 " => extras.push(Extra::Tags),
            b"MARK" => extras.push(Extra::Cues),
            b"INST" => extras.push(Extra::Sampler),
            _ => {}
        }
    }
    extras.sort_unstable();
    extras.dedup();
    let Common { channels, frames, sample_rate_hz, content } =
        common.ok_or_else(|| damaged(path, "it does not say what its samples are"))?;
    let (mut extent, known) = sound.ok_or_else(|| Error::Empty { path: path.into() })?;
    if let Content::Samples(sample) = &content
        && known
    {
        // COMM counts frames, which tells a truncated file from one whose SSND merely states too much.
        let stated = frames.saturating_mul((channels * sample.bytes) as u64);
        extent.stated = stated.max(extent.bytes);
    }
    Ok(Layout { kind: "AIFF", sample_rate_hz, channels, content, extent, extras })
}

/// Where the samples lie, and whether `SSND` states a true size.
///
/// It begins with the offset of the first sample and a block size that says nothing about where samples are.
fn extent(chunks: &mut Chunks<'_>, chunk: &Chunk) -> std::io::Result<(Extent, bool)> {
    let head = chunks.content(chunk, 8)?;
    let offset = head.get(..4).and_then(|b| b.try_into().ok()).map_or(0, u32::from_be_bytes);
    let extent = chunks.extent(chunk, 8 + u64::from(offset), None)?;
    Ok((extent, !placeholder(chunk.size, Dialect::BigEndian)))
}

fn parse(path: &Path, bytes: &[u8]) -> Result<Common, Error> {
    let short = |at: usize| Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
    let (Some(channels), Some(high), Some(low), Some(bits), Some(rate)) =
        (short(0), short(2), short(4), short(6), bytes.get(8..18))
    else {
        return Err(damaged(path, "its COMM chunk breaks off"));
    };
    if channels == 0 {
        return Err(damaged(path, "it states 0 channels"));
    }
    let frames = (u64::from(high) << 16) | u64::from(low);
    Ok(Common {
        channels: usize::from(channels),
        frames,
        sample_rate_hz: whole(rate),
        content: content(path, bytes.get(18..22), bits)?,
    })
}

fn content(path: &Path, compression: Option<&[u8]>, bits: u16) -> Result<Content, Error> {
    let bits = u32::from(bits);
    let bytes = usize::try_from(bits.div_ceil(8)).unwrap_or(0);
    let sample = match compression.unwrap_or(b"NONE") {
        b"NONE" | b"twos" | b"in16" | b"in24" | b"in32" => Sample::new(Kind::Signed, bytes, bits, true),
        b"sowt" | b"23ni" | b"42ni" => Sample::new(Kind::Signed, bytes, bits, false),
        b"raw " => Sample::new(Kind::Unsigned, bytes, bits, true),
        b"fl32" | b"FL32" => Sample::new(Kind::Float, 4, 32, true),
        b"fl64" | b"FL64" => Sample::new(Kind::Float, 8, 64, true),
        b"alaw" | b"ALAW" => Sample::new(Kind::ALaw, 1, 8, true),
        b"ulaw" | b"ULAW" => Sample::new(Kind::MuLaw, 1, 8, true),
        other => {
            return Ok(Content::Codec(format!("codec {:?}", String::from_utf8_lossy(other))));
        }
    };
    sample.map(Content::Samples).ok_or_else(|| damaged(path, format!("it states samples of {bits} bits")))
}

/// The nearest whole number to an 80-bit extended float; 0 for what is no sample rate.
fn whole(extended: &[u8]) -> u32 {
    let [a, b, mantissa @ ..] = extended else { return 0 };
    let exponent = u32::from(u16::from_be_bytes([*a, *b]));
    let mantissa = mantissa.try_into().map_or(0, u64::from_be_bytes);
    // The mantissa counts from 2^(exponent - 16383) downwards over 64 bits.
    let Some(shift) = (16_383u32 + 63).checked_sub(exponent).filter(|s| (1..64).contains(s)) else {
        return 0;
    };
    let rounded = (mantissa >> shift) + ((mantissa >> (shift - 1)) & 1);
    u32::try_from(rounded).unwrap_or(u32::MAX)
}
