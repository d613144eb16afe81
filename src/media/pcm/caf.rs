//! CAF (Apple, "Core Audio Format Specification 1.0"), as far as its samples are not compressed.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use super::chunks::{Chunks, Dialect};
use super::sample::{Kind, Sample};
use super::{Content, Layout};
use crate::Error;
use crate::info::Extra;
use crate::source::{damaged, unreadable};

/// `mFormatFlags`: the samples are floats; they are little-endian.
const FLOAT: u32 = 1;
const LITTLE_ENDIAN: u32 = 2;

/// Bytes of the edit count that precedes the samples.
const EDIT_COUNT: u64 = 4;

/// Reads the chunks of a CAF file.
pub(crate) fn caf(path: &Path, file: &mut BufReader<File>) -> Result<Layout, Error> {
    let failed = |e| unreadable(path, e);
    let mut chunks = Chunks::new(file, Dialect::Caf, 8).map_err(failed)?;
    let (mut format, mut data, mut extras) = (None, None, Vec::new());
    while let Some(chunk) = chunks.next().map_err(failed)? {
        match &chunk.id {
            b"desc" if format.is_none() => {
                let bytes = chunks.content(&chunk, 32).map_err(failed)?;
                format = Some(parse(&bytes).ok_or_else(|| damaged(path, "its desc chunk is wrong"))?);
            }
            b"data" if data.is_none() => {
                data = Some(chunks.extent(&chunk, EDIT_COUNT, None).map_err(failed)?);
            }
            b"info" => extras.push(Extra::Tags),
            b"mark" => extras.push(Extra::Cues),
            b"inst" => extras.push(Extra::Sampler),
            _ => {}
        }
    }
    extras.sort_unstable();
    extras.dedup();
    let (sample_rate_hz, channels, content) =
        format.ok_or_else(|| damaged(path, "it does not say what its samples are"))?;
    let extent = data.ok_or_else(|| Error::Empty { path: path.into() })?;
    Ok(Layout { kind: "CAF", sample_rate_hz, channels, content, extent, extras })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates; rates are checked later"
)]
fn parse(bytes: &[u8]) -> Option<(u32, usize, Content)> {
    let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let sample_rate_hz = f64::from_be_bytes(bytes.get(..8)?.try_into().ok()?).round() as u32;
    let (flags, packet, channels, bits) = (number(12)?, number(16)?, number(24)?, number(28)?);
    let channels = usize::try_from(channels).ok().filter(|&n| n > 0)?;
    let codec = bytes.get(8..12)?;
    if codec != b"lpcm" {
        let content = Content::Codec(format!("codec {:?}", String::from_utf8_lossy(codec)));
        return Some((sample_rate_hz, channels, content));
    }
    let kind = if flags & FLOAT != 0 { Kind::Float } else { Kind::Signed };
    let width = usize::try_from(packet).ok()? / channels;
    let sample = Sample::new(kind, width, bits, flags & LITTLE_ENDIAN == 0)?;
    Some((sample_rate_hz, channels, Content::Samples(sample)))
}
