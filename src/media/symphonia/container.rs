//! Opening containers with Symphonia, also those that break off.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use ::symphonia::core::errors::Error as Fault;
use ::symphonia::core::formats::probe::Hint;
use ::symphonia::core::formats::{FormatOptions, FormatReader};
use ::symphonia::core::io::{MediaSource, MediaSourceStream, MediaSourceStreamOptions, ReadOnlySource};
use ::symphonia::core::meta::MetadataOptions;

use crate::Error;
use crate::source::{damaged, not_audio, unreadable};

/// What the first bytes of a file say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Container {
    Mp4,
    Ogg,
    Matroska,
    /// Anything else that Symphonia may know.
    Unknown,
}

/// Opens a container; `stated` is the length in bytes that the file should have, where it has less.
pub(super) fn open(
    path: &Path,
    mut file: File,
    kind: Container,
    stated: Option<u64>,
) -> Result<Box<dyn FormatReader>, Error> {
    let failed = |e| unreadable(path, e);
    let mut again = file.try_clone().map_err(failed)?;
    file.seek(SeekFrom::Start(0)).map_err(failed)?;
    if let Ok(reader) = probe(Box::new(Longer { file, stated })) {
        return Ok(reader);
    }
    // A container that breaks off can often be read, if only forwards.
    again.seek(SeekFrom::Start(0)).map_err(failed)?;
    probe(Box::new(ReadOnlySource::new(again))).map_err(|_| match kind {
        Container::Unknown => not_audio(path),
        _ => damaged(path, "its header breaks off or is wrong"),
    })
}

fn probe(source: Box<dyn MediaSource>) -> Result<Box<dyn FormatReader>, Fault> {
    let stream = MediaSourceStream::new(source, MediaSourceStreamOptions::default());
    ::symphonia::default::get_probe().probe(
        &Hint::new(),
        stream,
        FormatOptions::default(),
        MetadataOptions::default(),
    )
}

/// A file that claims the length it should have: Symphonia refuses an MP4 file that breaks off, unless it finds out by itself.
struct Longer {
    file: File,
    stated: Option<u64>,
}

impl Read for Longer {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        self.file.read(bytes)
    }
}

impl Seek for Longer {
    fn seek(&mut self, position: SeekFrom) -> std::io::Result<u64> {
        self.file.seek(position)
    }
}

impl MediaSource for Longer {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        self.stated.or_else(|| self.file.byte_len())
    }
}
