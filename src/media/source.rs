//! The seam between a [`Reader`](crate::Reader) and the decoders, and the choice of a decoder for a file.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;

use crate::info::{Extra, Info, Warning};
use crate::pcm::{self, Content};
use crate::symphonia::{self, Container};
use crate::{Error, Planes, aac, flac, id3, mp3, opus};

/// A decoder at work on one file.
pub(crate) trait Source: Send {
    /// Appends the next frames, as many as suits the decoder, to `planes`, one a channel; false if there are none left.
    fn next(&mut self, planes: &mut Planes) -> Result<bool, Error>;

    /// What has been found wrong so far.
    fn warnings(&self) -> Vec<Warning>;
}

/// What opening a file gives.
pub(crate) type Opened = (Info, Box<dyn Source>);

/// Bytes at the start of a file by which its kind is told.
const HEAD: u64 = 64;

/// Opens a file with the decoder its first bytes call for; the extension has no say.
pub(crate) fn open(path: &Path, file: File) -> Result<Opened, Error> {
    let failed = |e| unreadable(path, e);
    let mut file = BufReader::new(file);
    let mut head = Vec::new();
    file.seek(SeekFrom::Start(0)).map_err(failed)?;
    file.by_ref().take(HEAD).read_to_end(&mut head).map_err(failed)?;
    if let Some(layout) = pcm::layout(path, &mut file, &head)? {
        return match layout.content {
            Content::Samples(sample) => pcm::open(path, file, layout, sample),
            Content::Mpeg => mp3::open_inside(path, file, layout.extent, layout.extras),
            Content::Codec(detail) => {
                symphonia::open(path, file, Container::Unknown).map_err(|error| match error {
                    Error::NotAudio { path } => Error::Codec { path, detail },
                    other => other,
                })
            }
        };
    }
    match kind(path, &mut file, &head)? {
        Kind::Mpeg => mp3::open(path, file),
        Kind::Flac { audio, extras } => flac::open(path, file, audio, extras),
        Kind::Adts { audio, extras } => aac::open(path, file, audio, extras),
        Kind::Opus => opus::open(path, file),
        Kind::Other(container) => symphonia::open(path, file, container),
    }
}

enum Kind {
    Mpeg,
    Flac { audio: Range<u64>, extras: Vec<Extra> },
    Adts { audio: Range<u64>, extras: Vec<Extra> },
    Opus,
    Other(Container),
}

/// Tells compressed audio by its first bytes, behind `ID3v2` tags if there are any.
fn kind(path: &Path, file: &mut BufReader<File>, head: &[u8]) -> Result<Kind, Error> {
    if head.starts_with(b"OggS") {
        // The first packet of a stream is alone on its page, behind 27 bytes of header and 1 of segment table.
        return Ok(if head.get(28..36) == Some(b"OpusHead") {
            Kind::Opus
        } else {
            Kind::Other(Container::Ogg)
        });
    }
    if head.starts_with(&MATROSKA) {
        return Ok(Kind::Other(Container::Matroska));
    }
    if matches!(head.get(4..8), Some(b"ftyp" | b"moov" | b"mdat" | b"free" | b"wide" | b"skip")) {
        return Ok(Kind::Other(Container::Mp4));
    }
    let failed = |e| unreadable(path, e);
    let id3::Tags { audio, extras } = id3::around(file).map_err(failed)?;
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(audio.start)).map_err(failed)?;
    file.by_ref().take(DETECTED_IN).read_to_end(&mut bytes).map_err(failed)?;
    Ok(match bytes.as_slice() {
        [b'f', b'L', b'a', b'C', ..] => Kind::Flac { audio, extras },
        // ADTS: 12 ones, then layer 0, which is none of MPEG audio's.
        [0xFF, second, ..] if second & 0xF6 == 0xF0 => Kind::Adts { audio, extras },
        bytes if nanomp3::frames(bytes).next().is_some() => Kind::Mpeg,
        _ => Kind::Other(Container::Unknown),
    })
}

/// The first bytes of Matroska files.
const MATROSKA: [u8; 4] = [0x1A, 0x45, 0xDF, 0xA3];

/// Bytes in which frames of MPEG audio are looked for; junk of that length may precede them.
const DETECTED_IN: u64 = 1 << 16;

/// Opens a file to read. What is no plain file, a pipe for one, is first copied to a temporary file, since decoders go back and forth.
pub(crate) fn file(path: &Path) -> Result<File, Error> {
    let unreadable = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => Error::Missing { path: path.into() },
        _ => Error::Unreadable { path: path.into(), source },
    };
    let mut file = File::open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    if metadata.is_dir() {
        return Err(unreadable(io::Error::from(io::ErrorKind::IsADirectory)));
    }
    if metadata.is_file() {
        return if metadata.len() == 0 { Err(Error::Empty { path: path.into() }) } else { Ok(file) };
    }
    let mut copy = tempfile::tempfile().map_err(unreadable)?;
    if io::copy(&mut file, &mut copy).map_err(unreadable)? == 0 {
        return Err(Error::Empty { path: path.into() });
    }
    Ok(copy)
}

/// The error for a file that is no known kind of audio.
pub(crate) fn not_audio(path: &Path) -> Error {
    Error::NotAudio { path: path.into() }
}

/// The error for a file that contradicts itself.
pub(crate) fn damaged(path: &Path, detail: impl Into<String>) -> Error {
    Error::Damaged { path: path.into(), detail: detail.into() }
}

/// Tells a failing disk from a file that breaks off.
pub(crate) fn unreadable(path: &Path, source: io::Error) -> Error {
    match source.kind() {
        io::ErrorKind::UnexpectedEof => damaged(path, "it breaks off"),
        _ => Error::Unreadable { path: path.into(), source },
    }
}
