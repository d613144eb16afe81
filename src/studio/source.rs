//! Where the samples of offline work come from.

use garnish_engine::units::count;
use garnish_media::{Audio, Error, Reader};

/// Mono or stereo audio that is read in pieces, any number of times.
pub trait Source {
    /// Sample rate in Hz.
    fn sample_rate_hz(&self) -> u32;

    /// Number of channels, 1 or 2.
    fn channels(&self) -> usize;

    /// Part that has been read, 0 to 1; an estimate where the length is not known.
    fn fraction(&self) -> f64;

    /// Fills the planes, one a channel and of equal length, and returns the number of frames, which is less than their length
    /// only at the end.
    ///
    /// # Errors
    /// Damaged audio or a failing disk.
    fn read(&mut self, planes: &mut [Vec<f32>]) -> Result<usize, Error>;

    /// Starts again at the first frame.
    ///
    /// # Errors
    /// The audio cannot be opened again.
    fn rewind(&mut self) -> Result<(), Error>;
}

impl Source for Reader {
    fn sample_rate_hz(&self) -> u32 {
        self.info().sample_rate_hz
    }

    fn channels(&self) -> usize {
        self.info().channels
    }

    fn fraction(&self) -> f64 {
        Reader::fraction(self)
    }

    fn read(&mut self, planes: &mut [Vec<f32>]) -> Result<usize, Error> {
        Reader::read(self, planes)
    }

    fn rewind(&mut self) -> Result<(), Error> {
        Reader::rewind(self)
    }
}

/// Audio in memory.
#[derive(Clone, Copy, Debug)]
pub struct Memory<'a> {
    audio: &'a Audio,
    at: usize,
}

impl<'a> Memory<'a> {
    /// Starts at the first frame of `audio`.
    pub fn new(audio: &'a Audio) -> Self {
        Self { audio, at: 0 }
    }
}

impl Source for Memory<'_> {
    fn sample_rate_hz(&self) -> u32 {
        self.audio.sample_rate_hz
    }

    fn channels(&self) -> usize {
        self.audio.channels.len()
    }

    fn fraction(&self) -> f64 {
        count(self.at) / count(self.audio.frames().max(1))
    }

    fn read(&mut self, planes: &mut [Vec<f32>]) -> Result<usize, Error> {
        let wanted = planes.first().map_or(0, Vec::len);
        let frames = wanted.min(self.audio.frames() - self.at);
        for (plane, channel) in planes.iter_mut().zip(&self.audio.channels) {
            plane[..frames].copy_from_slice(&channel[self.at..self.at + frames]);
        }
        self.at += frames;
        Ok(frames)
    }

    fn rewind(&mut self) -> Result<(), Error> {
        self.at = 0;
        Ok(())
    }
}
