//! AU (Sun, NeXT): a header of fixed numbers, then samples.

use std::fs::File;
use std::io::{BufReader, Seek, SeekFrom};
use std::path::Path;

use super::chunks::Extent;
use super::sample::{Kind, Sample};
use super::{Content, Layout};
use crate::Error;
use crate::source::{damaged, unreadable};

/// The size that stands for "not known".
const UNKNOWN: u32 = u32::MAX;

/// Reads the header of an AU file from `head`, the file's first bytes.
pub(crate) fn au(path: &Path, file: &mut BufReader<File>, head: &[u8]) -> Result<Layout, Error> {
    let big_endian = head.first() == Some(&b'.');
    let number = |at: usize| -> Option<u32> {
        let four = head.get(at..at + 4)?.try_into().ok()?;
        Some(if big_endian { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) })
    };
    let (Some(offset), Some(size), Some(encoding), Some(sample_rate_hz), Some(channels)) =
        (number(4), number(8), number(12), number(16), number(20))
    else {
        return Err(damaged(path, "its header breaks off"));
    };
    let sample = match encoding {
        1 => Sample::new(Kind::MuLaw, 1, 8, big_endian),
        2 => Sample::new(Kind::Signed, 1, 8, big_endian),
        3 => Sample::new(Kind::Signed, 2, 16, big_endian),
        4 => Sample::new(Kind::Signed, 3, 24, big_endian),
        5 => Sample::new(Kind::Signed, 4, 32, big_endian),
        6 => Sample::new(Kind::Float, 4, 32, big_endian),
        7 => Sample::new(Kind::Float, 8, 64, big_endian),
        27 => Sample::new(Kind::ALaw, 1, 8, big_endian),
        _ => None,
    };
    let content = sample.map_or_else(|| Content::Codec(format!("codec {encoding}")), Content::Samples);
    if channels == 0 {
        return Err(damaged(path, "it states 0 channels"));
    }
    let end = file.seek(SeekFrom::End(0)).map_err(|e| unreadable(path, e))?;
    let start = u64::from(offset).min(end);
    let left = end - start;
    let stated = if size == UNKNOWN || size == 0 { left } else { u64::from(size) };
    Ok(Layout {
        kind: "AU",
        sample_rate_hz,
        channels: usize::try_from(channels).unwrap_or(usize::MAX),
        content,
        extent: Extent { start, bytes: stated.min(left), stated },
        extras: Vec::new(),
    })
}
