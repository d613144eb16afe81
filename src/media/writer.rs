//! Writing audio files in pieces: memory does not grow with their length.

use std::path::{Path, PathBuf};

use crate::format::{exceeds, quantised};
use crate::replace::Part;
use crate::{Error, Format, aiff_out, flac_out, wav_out};

/// A mono or stereo audio file in the making.
///
/// It is written beside its place under another name and renamed by [`Writer::finish`], once it is complete and on disk. An
/// existing file is replaced; if anything fails, or the writer is dropped, that file stays as it was and nothing is left behind.
///
/// Integer formats round to the nearest step. Samples that already lie on the format's grid (multiples of 2^-15 or
/// 2^-23) are stored exactly. There is no dither here; that is the engine's.
///
/// ```no_run
/// # fn main() -> Result<(), garnish_media::Error> {
/// let mut writer = garnish_media::Writer::create("master.wav", garnish_media::Format::Wav24, 48_000, 2)?;
/// writer.write(&[[0.0_f32; 480], [0.0; 480]])?;
/// let written = writer.finish()?;
/// println!("{} frames, {} samples clipped", written.frames, written.clipped);
/// # Ok(()) }
/// ```
pub struct Writer {
    // The encoder comes first, so that it lets go of the file before the file is removed.
    sink: Box<dyn Sink>,
    part: Part,
    path: PathBuf,
    format: Format,
    channels: usize,
    written: Written,
    integers: Vec<i32>,
    floats: Vec<f32>,
}

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Length in frames.
    pub frames: u64,
    /// Samples that did not fit an integer format and were set to its nearest limit, or to 0 if they were not numbers.
    pub clipped: u64,
}

/// An encoder that takes interleaved samples.
pub(crate) trait Sink: Send {
    /// Takes whole frames.
    fn write(&mut self, samples: Samples<'_>) -> Result<(), Error>;

    /// Completes the file and hands everything to the system.
    fn finish(self: Box<Self>) -> Result<(), Error>;
}

/// Interleaved samples in the way the format stores them.
#[derive(Clone, Copy)]
pub(crate) enum Samples<'a> {
    Integers(&'a [i32]),
    Floats(&'a [f32]),
}

/// What an encoder needs to begin.
pub(crate) struct Begin<'a> {
    pub path: &'a Path,
    pub file: std::fs::File,
    pub format: Format,
    pub sample_rate_hz: u32,
    pub channels: u8,
}

impl Writer {
    /// Begins a file of 1 or 2 channels.
    ///
    /// # Errors
    ///
    /// Other numbers of channels, a missing folder, a name that belongs to no plain file, a rate the format cannot state.
    pub fn create(
        path: impl AsRef<Path>,
        format: Format,
        sample_rate_hz: u32,
        channels: usize,
    ) -> Result<Self, Error> {
        let path = path.as_ref();
        let count = match channels {
            1 => 1,
            2 => 2,
            _ => return Err(Error::Channels { path: path.into(), channels }),
        };
        let part = Part::create(path)?;
        let begin = Begin { path, file: part.open()?, format, sample_rate_hz, channels: count };
        let sink: Box<dyn Sink> = match format {
            Format::Wav16 | Format::Wav24 | Format::WavF32 => Box::new(wav_out::Wav::begin(begin)?),
            Format::Flac16 | Format::Flac24 => Box::new(flac_out::Flac::begin(begin)?),
            Format::Aiff16 | Format::Aiff24 | Format::AiffF32 => Box::new(aiff_out::Aiff::begin(begin)?),
        };
        Ok(Self {
            sink,
            part,
            path: path.into(),
            format,
            channels,
            written: Written::default(),
            integers: Vec::new(),
            floats: Vec::new(),
        })
    }

    /// Appends frames: one slice a channel, all of the same length.
    ///
    /// # Errors
    ///
    /// A full disk, more than the format can hold, or planes that do not match the number of channels.
    pub fn write(&mut self, planes: &[impl AsRef<[f32]>]) -> Result<(), Error> {
        let frames = planes.first().map_or(0, |plane| plane.as_ref().len());
        if planes.len() != self.channels || planes.iter().any(|plane| plane.as_ref().len() != frames) {
            return Err(Error::Planes { channels: self.channels });
        }
        let interleaved = (0..frames).flat_map(|frame| planes.iter().map(move |p| p.as_ref()[frame]));
        if let Some(bits) = self.format.bits() {
            self.written.clipped += interleaved.clone().filter(|&s| exceeds(s, bits)).count() as u64;
            self.integers.clear();
            self.integers.extend(interleaved.map(|s| quantised(s, bits)));
            self.sink.write(Samples::Integers(&self.integers))?;
        } else {
            self.floats.clear();
            self.floats.extend(interleaved);
            self.sink.write(Samples::Floats(&self.floats))?;
        }
        self.written.frames += frames as u64;
        Ok(())
    }

    /// Completes the file and gives it its name.
    ///
    /// # Errors
    ///
    /// No frame was written, or the disk is full.
    pub fn finish(self) -> Result<Written, Error> {
        if self.written.frames == 0 {
            return Err(Error::Empty { path: self.path });
        }
        self.sink.finish()?;
        self.part.persist()?;
        Ok(self.written)
    }
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer")
            .field("path", &self.path)
            .field("format", &self.format)
            .field("written", &self.written)
            .finish_non_exhaustive()
    }
}
