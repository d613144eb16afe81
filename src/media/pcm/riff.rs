//! WAV and its kin: RIFF, RIFX (big-endian), RF64 (EBU Tech 3306), BW64 (ITU-R BS.2088) and W64 (Sony Wave64).

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use super::Layout;
use super::chunks::{Chunk, Chunks, Dialect, Extent};
use super::fmt::{self, Fmt};
use crate::Error;
use crate::info::Extra;
use crate::source::{damaged, unreadable};

/// What follows "riff" in the GUID that begins a W64 file.
pub(crate) const GUID_TAIL_RIFF: [u8; 12] =
    [0x2E, 0x91, 0xCF, 0x11, 0xA5, 0xD6, 0x28, 0xDB, 0x04, 0xC1, 0x00, 0x00];

/// Most bytes of a chunk that are looked at.
const HEADER: u64 = 256;

/// Reads the chunks of a RIFF, RIFX, RF64 or BW64 file.
pub(crate) fn riff(path: &Path, file: &mut BufReader<File>) -> Result<Layout, Error> {
    walk(path, file, None)
}

/// Reads the chunks of a W64 file.
pub(crate) fn w64(path: &Path, file: &mut BufReader<File>) -> Result<Layout, Error> {
    walk(path, file, Some(Dialect::W64))
}

fn walk(path: &Path, file: &mut BufReader<File>, dialect: Option<Dialect>) -> Result<Layout, Error> {
    let failed = |e| unreadable(path, e);
    let first = |file: &mut BufReader<File>, dialect| -> Result<Option<Chunk>, Error> {
        Chunks::new(file, dialect, 0).map_err(failed)?.next().map_err(failed)
    };
    let outer = first(file, dialect.unwrap_or(Dialect::Riff))?
        .ok_or_else(|| damaged(path, "its header breaks off"))?;
    let big_endian = outer.id == *b"RIFX";
    let dialect = dialect.unwrap_or(if big_endian { Dialect::BigEndian } else { Dialect::Riff });
    let outer = first(file, dialect)?.unwrap_or(outer);
    let (kind, inner) = match outer.id {
        _ if dialect == Dialect::W64 => ("W64", 40),
        [b'R', b'F', ..] => ("RF64", 12),
        [b'B', b'W', ..] => ("BW64", 12),
        _ => ("WAV", 12),
    };
    let mut whole = outer.size.saturating_add(outer.start);
    let mut chunks = Chunks::new(file, dialect, inner).map_err(failed)?;
    let (mut format, mut data, mut extras) = (None, None, Vec::new());
    let mut large: Option<u64> = None;
    while let Some(mut chunk) = chunks.next().map_err(failed)? {
        match &chunk.id {
            b"ds64" if kind != "WAV" => {
                let bytes = chunks.content(&chunk, HEADER).map_err(failed)?;
                let number = |at: usize| Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?));
                whole = number(0).unwrap_or(0).saturating_add(8);
                large = number(8).filter(|&size| size != 0 && size < 1 << 62);
            }
            b"fmt " if format.is_none() => {
                let bytes = chunks.content(&chunk, HEADER).map_err(failed)?;
                format = Some(fmt::parse(path, &bytes, big_endian)?);
            }
            b"data" if data.is_none() => {
                if let Some(size) = large.filter(|_| chunk.size == u64::from(u32::MAX)) {
                    chunk.size = size;
                    chunks.resume_after(&chunk).map_err(failed)?;
                }
                data = Some(chunks.extent(&chunk, 0, Some(whole)).map_err(failed)?);
            }
            _ => extras.extend(extra(&mut chunks, &chunk).map_err(failed)?),
        }
    }
    extras.sort_unstable();
    extras.dedup();
    finish(path, kind, format, data, extras)
}

fn finish(
    path: &Path,
    kind: &'static str,
    format: Option<Fmt>,
    data: Option<Extent>,
    extras: Vec<Extra>,
) -> Result<Layout, Error> {
    let format = format.ok_or_else(|| damaged(path, "it does not say what its samples are"))?;
    let extent = data.ok_or_else(|| Error::Empty { path: path.into() })?;
    let Fmt { sample_rate_hz, channels, content } = format;
    Ok(Layout { kind, sample_rate_hz, channels, content, extent, extras })
}

fn extra(chunks: &mut Chunks<'_>, chunk: &Chunk) -> std::io::Result<Option<Extra>> {
    Ok(match &chunk.id {
        b"LIST" | b"list" => match chunks.content(chunk, 4)?.as_slice() {
            b"INFO" => Some(Extra::Tags),
            b"adtl" => Some(Extra::Cues),
            _ => None,
        },
        b"id3 " | b"ID3 " => Some(Extra::Tags),
        b"bext" => Some(Extra::Bext),
        b"cue " => Some(Extra::Cues),
        b"iXML" => Some(Extra::Ixml),
        b"axml" | b"chna" => Some(Extra::Adm),
        b"smpl" | b"inst" => Some(Extra::Sampler),
        _ => None,
    })
}
