//! The seam between a [`Reader`](crate::Reader) and the decoders, and the choice of a decoder for a file.

use std::fs::File;
use std::io;
use std::path::Path;

use crate::info::{Info, Warning};
use crate::{Error, Planes, symphonia};

/// A decoder at work on one file.
pub(crate) trait Source: Send {
    /// Appends the next frames, as many as suits the decoder, to `planes`, one a channel; false if there are none left.
    fn next(&mut self, planes: &mut Planes) -> Result<bool, Error>;

    /// What has been found wrong so far.
    fn warnings(&self) -> Vec<Warning>;
}

/// What opening a file gives.
pub(crate) type Opened = (Info, Box<dyn Source>);

/// Opens a file with the decoder its first bytes call for; the extension has no say.
pub(crate) fn open(path: &Path) -> Result<Opened, Error> {
    let unreadable = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => Error::Missing { path: path.into() },
        _ => Error::Unreadable { path: path.into(), source },
    };
    let file = File::open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    if metadata.is_dir() {
        return Err(unreadable(io::Error::from(io::ErrorKind::IsADirectory)));
    }
    if metadata.is_file() && metadata.len() == 0 {
        return Err(Error::Empty { path: path.into() });
    }
    symphonia::open(path, file)
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
