//! Decoding FLAC, by flac-codec; what a checksum refutes is never used.
//!
//! Frames are cut out of the file here and handed to the decoder one by one, once their CRC-16 is right: so a damaged frame is an error at
//! its place, a truncated one is told apart from it, and the decoder, which trusts what it reads, never sees either. The same
//! goes for frames that lie in Ogg, Matroska or MP4. The MD5 of all samples is compared at the end, where the file states one.

mod frames;
mod header;
mod packets;

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use flac_codec::decode::FlacSampleReader;

use crate::info::{Encoding, Extra, Info, Warning};
use crate::source::{Opened, Source, damaged, unreadable};
use crate::{Error, Planes};

use header::Stream;
pub(crate) use packets::open as open_packets;

/// Where whole frames come from.
trait Frames: Send {
    /// Puts the next frame, whose CRC is right, into `frame`.
    fn next(&mut self, frame: &mut Vec<u8>) -> Result<Next, Error>;
}

/// What [`Frames::next`] found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Frame,
    End,
    /// A part of a frame, then the end of the file.
    Cut,
    /// A frame whose CRC is wrong.
    Damaged,
}

/// Opens a FLAC file, which begins at `start`.
pub(crate) fn open(
    path: &Path,
    mut file: BufReader<File>,
    audio: std::ops::Range<u64>,
    mut extras: Vec<Extra>,
) -> Result<Opened, Error> {
    let failed = |e| unreadable(path, e);
    file.seek(SeekFrom::Start(audio.start)).map_err(failed)?;
    let (stream, begin) = header::read(&mut file, &mut extras)
        .map_err(failed)?
        .ok_or_else(|| damaged(path, "its header breaks off or is wrong"))?;
    file.seek(SeekFrom::Start(begin)).map_err(failed)?;
    let frames = frames::Native::new(path, file, audio.end.saturating_sub(begin), &stream);
    Ok(with_frames(path, "FLAC", stream, Box::new(frames), extras))
}

fn with_frames(
    path: &Path,
    kind: &str,
    stream: Stream,
    frames: Box<dyn Frames>,
    mut extras: Vec<Extra>,
) -> Opened {
    extras.sort_unstable();
    extras.dedup();
    let encoding = Encoding::Integer(stream.bits);
    let info = Info {
        sample_rate_hz: stream.sample_rate_hz,
        channels: stream.channels,
        frames: None,
        expected_frames: stream.total,
        encoding,
        description: format!("{kind}, {encoding}"),
        extras,
    };
    let source = Flac {
        path: path.into(),
        frames,
        md5: stream.md5.map(|_| md5::Context::new()),
        stream,
        frame: Vec::new(),
        done: 0,
        cut: None,
    };
    (info, Box::new(source))
}

/// The samples of one frame, interleaved.
fn samples(stream: &Stream, frame: &[u8]) -> Option<Vec<i32>> {
    let bytes = stream.header.as_slice().chain(frame);
    // A frame with a right checksum may still be nonsense, if someone meant it to be; the decoder may then panic.
    let samples = catch_unwind(AssertUnwindSafe(|| {
        let mut reader = FlacSampleReader::new(bytes).ok()?;
        reader.fill_buf().ok().map(<[i32]>::to_vec)
    }));
    samples.ok().flatten().filter(|samples| !samples.is_empty())
}

struct Flac {
    path: PathBuf,
    frames: Box<dyn Frames>,
    stream: Stream,
    /// The sum so far, where the file states one to compare it with.
    md5: Option<md5::Context>,
    frame: Vec<u8>,
    done: u64,
    cut: Option<Warning>,
}

impl Flac {
    fn decode(&self) -> Result<Vec<i32>, Error> {
        samples(&self.stream, &self.frame)
            .ok_or_else(|| damaged(&self.path, format!("its FLAC frame at {} makes no sense", self.place())))
    }

    /// The current position for people, as "12.345 s".
    #[expect(clippy::cast_precision_loss, reason = "seconds for people")]
    fn place(&self) -> String {
        format!("{:.3} s", self.done as f64 / f64::from(self.stream.sample_rate_hz.max(1)))
    }

    fn sum(&mut self, samples: &[i32]) {
        let width = self.stream.bits.div_ceil(8) as usize;
        if let Some(md5) = &mut self.md5 {
            let bytes: Vec<u8> =
                samples.iter().flat_map(|s| s.to_le_bytes().into_iter().take(width)).collect();
            md5.consume(bytes);
        }
    }

    /// Compares length and sum with what the file states.
    fn end(&mut self, cut: bool) -> Result<bool, Error> {
        let missing = self.stream.total.map(|total| total.saturating_sub(self.done)).filter(|&n| n > 0);
        if missing.is_some() || cut {
            let (frames, sample_rate_hz) = (self.done, self.stream.sample_rate_hz);
            self.cut = Some(Warning::CutOff { frames, missing, sample_rate_hz });
            return Ok(false);
        }
        let sum = self.md5.take().map(|md5| md5.finalize().0);
        if sum.is_some() && sum != self.stream.md5 {
            return Err(damaged(&self.path, "its audio does not match the MD5 checksum it carries"));
        }
        Ok(false)
    }
}

impl Source for Flac {
    #[expect(clippy::cast_precision_loss, reason = "rounding to f32 is the purpose; 24 bits are exact")]
    fn next(&mut self, planes: &mut Planes) -> Result<bool, Error> {
        let mut frame = std::mem::take(&mut self.frame);
        let next = self.frames.next(&mut frame);
        self.frame = frame;
        match next? {
            Next::Frame => {}
            Next::End => return self.end(false),
            Next::Cut => return self.end(true),
            Next::Damaged => {
                let detail = format!("the checksum of its FLAC frame at {} is wrong", self.place());
                return Err(damaged(&self.path, detail));
            }
        }
        let samples = self.decode()?;
        self.sum(&samples);
        let scale = 0.5f32.powi(i32::try_from(self.stream.bits).unwrap_or(32) - 1);
        let channels = self.stream.channels;
        for (channel, plane) in planes.iter_mut().enumerate() {
            plane.extend(samples.iter().skip(channel).step_by(channels).map(|&s| s as f32 * scale));
        }
        self.done += (samples.len() / channels) as u64;
        Ok(true)
    }

    fn warnings(&self) -> Vec<Warning> {
        self.cut.iter().cloned().collect()
    }
}
