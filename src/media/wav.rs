//! Writing WAV, by hound.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use hound::{SampleFormat, WavSpec, WavWriter};

use crate::encode::{CHUNK, Format, fraction, quantised};
use crate::{Audio, Error, Progress};

pub(crate) fn write(
    path: &Path,
    file: &mut File,
    audio: &Audio,
    format: Format,
    progress: &mut Progress<'_>,
) -> Result<(), Error> {
    let spec = spec(audio, format);
    let frames = audio.frames();
    let bytes = (frames as u64) * u64::from(spec.channels) * u64::from(spec.bits_per_sample / 8);
    // The RIFF header counts bytes, its own included, in 32 bits; 128 is more than its own.
    if bytes > u64::from(u32::MAX) - 128 {
        return Err(Error::TooLong { path: path.into() });
    }
    let failed = |e| failed(path, e);
    let mut writer = WavWriter::new(BufWriter::new(file), spec).map_err(failed)?;
    for frame in 0..frames {
        for channel in &audio.channels {
            match format.bits() {
                Some(bits) => writer.write_sample(quantised(channel[frame], bits)),
                None => writer.write_sample(channel[frame]),
            }
            .map_err(failed)?;
        }
        if frame % CHUNK == 0 {
            progress(fraction(frame, frames));
        }
    }
    writer.finalize().map_err(failed)
}

fn spec(audio: &Audio, format: Format) -> WavSpec {
    let (bits_per_sample, sample_format) = match format {
        Format::Wav16 => (16, SampleFormat::Int),
        Format::WavF32 => (32, SampleFormat::Float),
        _ => (24, SampleFormat::Int),
    };
    let channels = if audio.channels.len() == 1 { 1 } else { 2 };
    WavSpec { channels, sample_rate: audio.sample_rate_hz, bits_per_sample, sample_format }
}

fn failed(path: &Path, error: hound::Error) -> Error {
    match error {
        hound::Error::IoError(source) => Error::Unwritable { path: path.into(), source },
        other => Error::Unstorable { path: path.into(), detail: other.to_string() },
    }
}
