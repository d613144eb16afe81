//! Uncompressed audio: WAV, RF64, BW64, RIFX, W64, AIFF, AU and CAF, read by hand because their headers are so often wrong.
//!
//! A header that contradicts the file is the rule here, not the exception: programs that write to a pipe cannot go back to fill
//! in sizes, others count in 32 bits what does not fit. Sizes are therefore checked against the file and each other
//! ([`chunks::Extent`]), and nothing is allocated on their word.

mod aiff;
mod au;
mod caf;
mod chunks;
mod fmt;
mod riff;
mod sample;

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use crate::info::{Extra, Info, Warning};
use crate::source::{Opened, Source, unreadable};
use crate::{Error, Planes};

pub(crate) use chunks::Extent;
pub(crate) use sample::Sample;

/// Frames read at a time.
const PIECE: u64 = 4096;

/// Where a file keeps its samples, and how.
pub(crate) struct Layout {
    /// Kind of file, as "WAV".
    pub kind: &'static str,
    pub sample_rate_hz: u32,
    pub channels: usize,
    pub content: Content,
    /// Position and length of the audio in bytes.
    pub extent: Extent,
    pub extras: Vec<Extra>,
}

/// What the bytes of the audio are.
pub(crate) enum Content {
    /// Plain samples.
    Samples(Sample),
    /// MPEG audio.
    Mpeg,
    /// A codec that the container names, as "codec 0x2".
    Codec(String),
}

/// Reads the header of an uncompressed file; `None` if the file is of no such kind.
pub(crate) fn layout(path: &Path, file: &mut BufReader<File>, head: &[u8]) -> Result<Option<Layout>, Error> {
    match head {
        [b'R', b'I', b'F', b'F' | b'X', _, _, _, _, b'W', b'A', b'V', b'E', ..]
        | [b'R', b'F', b'6', b'4', _, _, _, _, b'W', b'A', b'V', b'E', ..]
        | [b'B', b'W', b'6', b'4', _, _, _, _, b'W', b'A', b'V', b'E', ..] => {
            riff::riff(path, file).map(Some)
        }
        [b'r', b'i', b'f', b'f', rest @ ..] if rest.starts_with(&riff::GUID_TAIL_RIFF) => {
            riff::w64(path, file).map(Some)
        }
        [b'F', b'O', b'R', b'M', _, _, _, _, b'A', b'I', b'F', b'F' | b'C', ..] => {
            aiff::aiff(path, file).map(Some)
        }
        [b'.', b's', b'n', b'd', ..] | [b'd', b'n', b's', b'.', ..] => au::au(path, file, head).map(Some),
        [b'c', b'a', b'f', b'f', ..] => caf::caf(path, file).map(Some),
        _ => Ok(None),
    }
}

/// Samples as they lie in the file.
struct Pcm {
    path: PathBuf,
    file: BufReader<File>,
    sample: Sample,
    channels: usize,
    frames: u64,
    done: u64,
    bytes: Vec<u8>,
    cut: Option<Warning>,
}

/// Begins reading the samples of a file whose layout is known.
pub(crate) fn open(
    path: &Path,
    mut file: BufReader<File>,
    layout: Layout,
    sample: Sample,
) -> Result<Opened, Error> {
    file.seek(SeekFrom::Start(layout.extent.start)).map_err(|e| unreadable(path, e))?;
    let frame = (layout.channels * sample.bytes).max(1) as u64;
    let frames = layout.extent.bytes / frame;
    let missing = (layout.extent.stated / frame).saturating_sub(frames);
    let sample_rate_hz = layout.sample_rate_hz;
    let cut = (missing > 0).then_some(Warning::CutOff { frames, missing: Some(missing), sample_rate_hz });
    let info = Info {
        sample_rate_hz,
        channels: layout.channels,
        frames: Some(frames),
        expected_frames: Some(frames),
        encoding: sample.encoding(),
        description: format!("{}, {}", layout.kind, sample.encoding()),
        extras: layout.extras,
    };
    let channels = layout.channels;
    let source = Pcm { path: path.into(), file, sample, channels, frames, done: 0, bytes: Vec::new(), cut };
    Ok((info, Box::new(source)))
}

impl Source for Pcm {
    fn next(&mut self, planes: &mut Planes) -> Result<bool, Error> {
        let frames = (self.frames - self.done).min(PIECE);
        if frames == 0 {
            return Ok(false);
        }
        self.done += frames;
        let frame = self.channels * self.sample.bytes;
        let frames = usize::try_from(frames).unwrap_or(0);
        self.bytes.resize(frames * frame, 0);
        self.file.read_exact(&mut self.bytes).map_err(|e| unreadable(&self.path, e))?;
        for (channel, plane) in planes.iter_mut().enumerate() {
            let first = channel * self.sample.bytes;
            let samples =
                self.bytes.chunks_exact(frame).map(|bytes| &bytes[first..first + self.sample.bytes]);
            plane.extend(samples.map(|bytes| self.sample.value(bytes)));
        }
        Ok(true)
    }

    fn warnings(&self) -> Vec<Warning> {
        self.cut.iter().cloned().collect()
    }
}
