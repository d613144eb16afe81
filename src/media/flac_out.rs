//! Writing FLAC, by flac-codec, a frame at a time.

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use flac_codec::encode::{FlacSampleWriter, Options};

use crate::Error;
use crate::writer::{Begin, Samples, Sink};

pub(crate) struct Flac {
    path: PathBuf,
    writer: FlacSampleWriter<Shared>,
    file: Shared,
}

impl Flac {
    pub fn begin(begin: Begin<'_>) -> Result<Self, Error> {
        let file = Shared(Arc::new(Mutex::new(BufWriter::new(begin.file))));
        let bits = begin.format.bits().unwrap_or(24);
        let options = Options::default().seektable_seconds(10);
        let writer =
            FlacSampleWriter::new(file.clone(), options, begin.sample_rate_hz, bits, begin.channels, None)
                .map_err(|e| failed(begin.path, e))?;
        Ok(Self { path: begin.path.into(), writer, file })
    }
}

impl Sink for Flac {
    fn write(&mut self, samples: Samples<'_>) -> Result<(), Error> {
        match samples {
            Samples::Integers(samples) => self.writer.write(samples).map_err(|e| failed(&self.path, e)),
            Samples::Floats(_) => {
                Err(Error::Unstorable { path: self.path.clone(), detail: "FLAC holds integers".into() })
            }
        }
    }

    fn finish(mut self: Box<Self>) -> Result<(), Error> {
        self.writer.finalize().map_err(|e| failed(&self.path, e))?;
        self.file.flush().map_err(|source| Error::Unwritable { path: self.path.clone(), source })
    }
}

fn failed(path: &Path, error: flac_codec::Error) -> Error {
    match error {
        flac_codec::Error::Io(source) => Error::Unwritable { path: path.into(), source },
        other => Error::Unstorable { path: path.into(), detail: other.to_string() },
    }
}

/// The buffered file. The encoder drops its writer when it is done, and with it the error of the last flush; through this second
/// handle the flush is ours.
#[derive(Clone)]
struct Shared(Arc<Mutex<BufWriter<File>>>);

impl Shared {
    fn file(&self) -> MutexGuard<'_, BufWriter<File>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file().flush()
    }
}

impl Seek for Shared {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.file().seek(position)
    }
}
