//! Walking through the chunks of RIFF, RF64, BW64, W64, AIFF and CAF files.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

/// How a family of files writes its chunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Four letters, 32-bit little-endian size, even alignment.
    Riff,
    /// The same with big-endian sizes: RIFX and AIFF.
    BigEndian,
    /// A GUID, 64-bit little-endian size that counts this header, alignment to 8.
    W64,
    /// Four letters, 64-bit big-endian size, no alignment.
    Caf,
}

/// One chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chunk {
    /// Its name; for W64 the first four bytes of it.
    pub id: [u8; 4],
    /// Position of its content.
    pub start: u64,
    /// Length of its content as stated.
    pub size: u64,
}

/// Position and length of the audio in a file, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    pub start: u64,
    /// Bytes that are there.
    pub bytes: u64,
    /// Bytes that should be there, `bytes` or more.
    pub stated: u64,
}

/// Chunks that a header is never expected to exceed: a damaged file may look like millions of empty ones.
const MOST_CHUNKS: usize = 10_000;

pub(crate) struct Chunks<'a> {
    file: &'a mut BufReader<File>,
    dialect: Dialect,
    position: u64,
    /// Length of the file.
    end: u64,
    count: usize,
}

impl<'a> Chunks<'a> {
    /// Chunks from `position` to the end of the file.
    pub fn new(file: &'a mut BufReader<File>, dialect: Dialect, position: u64) -> io::Result<Self> {
        let end = file.seek(SeekFrom::End(0))?;
        Ok(Self { file, dialect, position, end, count: 0 })
    }

    /// The next chunk; `None` where the file ends or what follows is no chunk.
    pub fn next(&mut self) -> io::Result<Option<Chunk>> {
        self.count += 1;
        if self.count > MOST_CHUNKS {
            return Ok(None);
        }
        let Some(chunk) = self.header_at(self.position)? else { return Ok(None) };
        self.position = self.after(chunk.start.saturating_add(chunk.size))?;
        Ok(Some(chunk))
    }

    /// Goes on behind a chunk whose size came from elsewhere.
    pub fn resume_after(&mut self, chunk: &Chunk) -> io::Result<()> {
        self.position = self.after(chunk.start.saturating_add(chunk.size))?;
        Ok(())
    }

    /// Up to `most` first bytes of a chunk.
    pub fn content(&mut self, chunk: &Chunk, most: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.file.seek(SeekFrom::Start(chunk.start))?;
        self.file.by_ref().take(chunk.size.min(most)).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Where the audio in `chunk` lies, once the size it states has been compared with the file.
    ///
    /// `whole` is the length of the file by its outermost header: a file of just that length is complete, whatever the chunk says.
    pub fn extent(&mut self, chunk: &Chunk, skipped: u64, whole: Option<u64>) -> io::Result<Extent> {
        let start = chunk.start.saturating_add(skipped);
        let left = self.end.saturating_sub(start);
        let all = Extent { start, bytes: left, stated: left };
        let stated = chunk.size.saturating_sub(skipped);
        if stated == 0 && self.header_at(start)?.is_none_or(|next| !self.fits(&next)) {
            // The writer never came back to fill the size in: it wrote to a pipe, or was stopped.
            return Ok(all);
        }
        if stated > left {
            let complete = whole.is_some_and(|whole| whole.abs_diff(self.end) <= 1);
            let unknown = complete || placeholder(chunk.size, self.dialect);
            return Ok(if unknown { all } else { Extent { start, bytes: left, stated } });
        }
        let mut bytes = stated;
        if matches!(self.dialect, Dialect::Riff | Dialect::BigEndian) {
            // A size in 32 bits that wrapped around: more follows than a chunk can hold, and it is no chunk.
            while left - bytes >= 1 << 32 && self.header_at(start + bytes)?.is_none() {
                bytes += 1 << 32;
            }
        }
        Ok(Extent { start, bytes, stated: bytes })
    }

    /// The header at a position, if it looks like one.
    fn header_at(&mut self, position: u64) -> io::Result<Option<Chunk>> {
        let length: u64 = match self.dialect {
            Dialect::Riff | Dialect::BigEndian => 8,
            Dialect::W64 => 24,
            Dialect::Caf => 12,
        };
        if position.checked_add(length).is_none_or(|end| end > self.end) {
            return Ok(None);
        }
        let mut bytes = [0; 24];
        self.file.seek(SeekFrom::Start(position))?;
        self.file.read_exact(&mut bytes[..usize::try_from(length).unwrap_or(24)])?;
        let [a, b, c, d, e, f, g, h, ..] = bytes;
        let id = [a, b, c, d];
        if !id.iter().all(|byte| (0x20..0x7F).contains(byte)) {
            return Ok(None);
        }
        let size = match self.dialect {
            Dialect::Riff => u64::from(u32::from_le_bytes([e, f, g, h])),
            Dialect::BigEndian => u64::from(u32::from_be_bytes([e, f, g, h])),
            Dialect::W64 => {
                let size = bytes[16..24].try_into().map_or(0, u64::from_le_bytes);
                if size < 24 {
                    return Ok(None);
                }
                size - 24
            }
            Dialect::Caf => bytes[4..12].try_into().map_or(0, u64::from_be_bytes),
        };
        Ok(Some(Chunk { id, start: position + length, size }))
    }

    /// Where the chunk after one that ends at `end` begins.
    fn after(&mut self, end: u64) -> io::Result<u64> {
        Ok(match self.dialect {
            Dialect::W64 => end.checked_next_multiple_of(8).unwrap_or(u64::MAX),
            Dialect::Caf => end,
            _ if end.is_multiple_of(2) => end,
            // Some programs leave the byte out that should fill an odd chunk.
            _ => match (self.header_at(end + 1)?, self.header_at(end)?) {
                (None, Some(_)) => end,
                (Some(padded), Some(unpadded)) if !self.fits(&padded) && self.fits(&unpadded) => end,
                _ => end + 1,
            },
        })
    }

    fn fits(&self, chunk: &Chunk) -> bool {
        chunk.start.saturating_add(chunk.size) <= self.end
    }
}

/// Whether a size is one that programs leave behind when they write to a pipe: all ones (ffmpeg and others), the greatest
/// positive number, 2^31 (arecord), 0x7FFFF000 or 0x7F000000 (sox), give or take the header's own bytes.
pub(crate) fn placeholder(size: u64, dialect: Dialect) -> bool {
    match dialect {
        Dialect::Riff | Dialect::BigEndian => {
            [0xFFFF_FFFF, 0x8000_0000, 0x7FFF_F000, 0x7F00_0000].iter().any(|p| size.abs_diff(*p) <= 256)
        }
        Dialect::W64 | Dialect::Caf => size >= 1 << 62,
    }
}
