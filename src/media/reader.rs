//! Reading audio files in pieces: memory does not grow with the length of the file.

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::info::{Info, Warning};
use crate::source::{self, Source};
use crate::{Error, Planes};

/// How tolerant a [`Reader`] is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// Turns every [`Warning`] into an error: a file that breaks off is refused instead of read as far as it goes.
    pub strict: bool,
}

/// A mono or stereo audio file, read from start to end in pieces of any size.
///
/// Samples are 32-bit floats, full scale ±1. Integers of up to 24 bits arrive exactly. Wider integers and 64-bit floats are
/// rounded to the nearest 32-bit float, an error of at most -150 dB relative to the sample itself: far below any
/// converter's noise and below one step of 24 bits. A 64-bit float that no 32-bit float can hold becomes infinite.
/// Infinities and samples that are not numbers are passed on unchanged.
///
/// What a file's own checksum refutes is never delivered without an error: a damaged frame of FLAC fails where it lies, a
/// wrong MD5 at the end of the stream, before [`Reader::read`] reports that end.
///
/// ```no_run
/// # fn main() -> Result<(), garnish_media::Error> {
/// let mut reader = garnish_media::Reader::open("mix.wav")?;
/// let mut planes = vec![vec![0.0; 4096]; reader.info().channels];
/// loop {
///     let frames = reader.read(&mut planes)?;
///     if frames == 0 {
///         break;
///     }
///     // planes[0][..frames] is the left channel.
/// }
/// for warning in reader.warnings() {
///     eprintln!("mix.wav: {warning}");
/// }
/// # Ok(()) }
/// ```
pub struct Reader {
    path: PathBuf,
    file: File,
    options: ReadOptions,
    info: Info,
    source: Box<dyn Source>,
    piece: Planes,
    taken: usize,
    position: u64,
    ended: bool,
}

impl Reader {
    /// Opens a file for reading; tolerant, see [`ReadOptions`].
    ///
    /// # Errors
    ///
    /// The file is missing, unreadable, not audio, neither mono nor stereo, or holds a codec that is not supported.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        Self::open_with(path, ReadOptions::default())
    }

    /// Opens a file for reading, as tolerant as `options` says.
    ///
    /// # Errors
    ///
    /// As [`Reader::open`]; if strict, also what a tolerant reader only warns about.
    pub fn open_with(path: impl AsRef<Path>, options: ReadOptions) -> Result<Self, Error> {
        let path = path.as_ref();
        Self::over(path, source::file(path)?, options)
    }

    /// Format, length and origin of the audio.
    pub fn info(&self) -> &Info {
        &self.info
    }

    /// Fills every plane with the next frames of its channel and returns their number, which is the length of the planes
    /// except at the end of the audio; 0 from then on.
    ///
    /// # Errors
    ///
    /// Damaged audio, a failing disk, or planes that are not [`Info::channels`] slices of equal length.
    pub fn read(&mut self, planes: &mut [impl AsMut<[f32]>]) -> Result<usize, Error> {
        let wanted = planes.first_mut().map_or(0, |plane| plane.as_mut().len());
        let even = planes.iter_mut().all(|plane| plane.as_mut().len() == wanted);
        if planes.len() != self.info.channels || !even {
            return Err(Error::Planes { channels: self.info.channels });
        }
        let mut done = 0;
        while done < wanted && self.refill()? {
            let frames = (self.piece[0].len() - self.taken).min(wanted - done);
            for (plane, piece) in planes.iter_mut().zip(&self.piece) {
                plane.as_mut()[done..done + frames].copy_from_slice(&piece[self.taken..self.taken + frames]);
            }
            self.taken += frames;
            done += frames;
            self.position += frames as u64;
        }
        Ok(done)
    }

    /// What is wrong with the file without making it useless; complete once [`Reader::read`] has reported the end.
    pub fn warnings(&self) -> Vec<Warning> {
        self.source.warnings()
    }

    /// Position in frames from the start of the audio.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Part of the file that has been read, 0 to 1; an estimate where the length is one.
    #[expect(clippy::cast_precision_loss, reason = "a progress bar needs no precision")]
    pub fn fraction(&self) -> f64 {
        match self.info.frames.or(self.info.expected_frames) {
            _ if self.ended => 1.0,
            Some(frames) if frames > 0 => (self.position as f64 / frames as f64).min(1.0),
            _ => 0.0,
        }
    }

    /// Starts again at the first frame.
    ///
    /// # Errors
    ///
    /// As [`Reader::open_with`].
    pub fn rewind(&mut self) -> Result<(), Error> {
        let file = self.file.try_clone().map_err(|e| source::unreadable(&self.path, e))?;
        *self = Self::over(&self.path, file, self.options)?;
        Ok(())
    }

    fn over(path: &Path, file: File, options: ReadOptions) -> Result<Self, Error> {
        // Both handles share one position, which belongs to the decoder.
        let kept = file.try_clone().map_err(|e| source::unreadable(path, e))?;
        let (info, source) = source::open(path, file)?;
        accept(path, &info)?;
        let piece = vec![Vec::new(); info.channels];
        let path = path.into();
        let reader =
            Self { path, file: kept, options, info, source, piece, taken: 0, position: 0, ended: false };
        reader.refuse_warnings()?;
        Ok(reader)
    }

    /// Makes the current piece one with frames left to take; false at the end of the audio.
    fn refill(&mut self) -> Result<bool, Error> {
        while self.taken == self.piece[0].len() {
            if self.ended {
                return Ok(false);
            }
            self.piece.iter_mut().for_each(Vec::clear);
            self.taken = 0;
            if !self.source.next(&mut self.piece)? {
                self.ended = true;
                if self.position == 0 {
                    return Err(Error::Empty { path: self.path.clone() });
                }
                self.refuse_warnings()?;
            }
        }
        Ok(true)
    }

    fn refuse_warnings(&self) -> Result<(), Error> {
        match self.source.warnings().first() {
            Some(warning) if self.options.strict => {
                Err(Error::Damaged { path: self.path.clone(), detail: warning.to_string() })
            }
            _ => Ok(()),
        }
    }
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("path", &self.path).field("info", &self.info).finish_non_exhaustive()
    }
}

fn accept(path: &Path, info: &Info) -> Result<(), Error> {
    if !(1..=2).contains(&info.channels) {
        return Err(Error::Channels { path: path.into(), channels: info.channels });
    }
    if !(8_000..=384_000).contains(&info.sample_rate_hz) {
        return Err(Error::SampleRate { path: path.into(), sample_rate_hz: info.sample_rate_hz });
    }
    if info.frames == Some(0) {
        return Err(Error::Empty { path: path.into() });
    }
    Ok(())
}
