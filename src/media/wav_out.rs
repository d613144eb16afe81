//! Writing WAV, by hound.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use hound::{SampleFormat, WavSpec, WavWriter};

use crate::writer::{Begin, Samples, Sink};
use crate::{Error, Format};

/// Bytes of audio a WAV file can hold: its RIFF header counts in 32 bits, and its own bytes are fewer than 128.
const MOST_BYTES: u64 = u32::MAX as u64 - 128;

pub(crate) struct Wav {
    path: PathBuf,
    writer: WavWriter<BufWriter<File>>,
    bytes: u64,
    bytes_per_sample: u64,
}

impl Wav {
    pub fn begin(begin: Begin<'_>) -> Result<Self, Error> {
        let (bits_per_sample, sample_format) = match begin.format {
            Format::Wav16 => (16, SampleFormat::Int),
            Format::WavF32 => (32, SampleFormat::Float),
            _ => (24, SampleFormat::Int),
        };
        let (channels, sample_rate) = (u16::from(begin.channels), begin.sample_rate_hz);
        let spec = WavSpec { channels, sample_rate, bits_per_sample, sample_format };
        let writer = WavWriter::new(BufWriter::new(begin.file), spec).map_err(|e| failed(begin.path, e))?;
        Ok(Self {
            path: begin.path.into(),
            writer,
            bytes: 0,
            bytes_per_sample: u64::from(bits_per_sample / 8),
        })
    }
}

impl Sink for Wav {
    fn write(&mut self, samples: Samples<'_>) -> Result<(), Error> {
        let count = match samples {
            Samples::Integers(samples) => samples.len(),
            Samples::Floats(samples) => samples.len(),
        };
        self.bytes += count as u64 * self.bytes_per_sample;
        if self.bytes > MOST_BYTES {
            return Err(Error::TooLong { path: self.path.clone() });
        }
        match samples {
            Samples::Integers(samples) => samples.iter().try_for_each(|&s| self.writer.write_sample(s)),
            Samples::Floats(samples) => samples.iter().try_for_each(|&s| self.writer.write_sample(s)),
        }
        .map_err(|e| failed(&self.path, e))
    }

    fn finish(self: Box<Self>) -> Result<(), Error> {
        self.writer.finalize().map_err(|e| failed(&self.path, e))
    }
}

fn failed(path: &Path, error: hound::Error) -> Error {
    match error {
        hound::Error::IoError(source) => Error::Unwritable { path: path.into(), source },
        other => Error::Unstorable { path: path.into(), detail: other.to_string() },
    }
}
