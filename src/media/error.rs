//! Why a file could not be read or written.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// One variant a failure. Each message is one sentence that names the file and says what to do.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// Nothing at this path.
    #[error("{} does not exist: check the name", path.display())]
    Missing {
        /// The path as given.
        path: PathBuf,
    },
    /// The file exists but cannot be opened or read.
    #[error("{} cannot be read ({source}): check that it is a file you may read", path.display())]
    Unreadable {
        /// The path as given.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// No known container.
    #[error("{} is not an audio file Garnish knows: use WAV, AIFF, FLAC, MP3, M4A, Ogg Vorbis or Opus", path.display())]
    NotAudio {
        /// The path as given.
        path: PathBuf,
    },
    /// A container we know around a codec we do not.
    #[error("{} holds a codec Garnish does not decode ({detail}): convert it to WAV or FLAC first", path.display())]
    Codec {
        /// The path as given.
        path: PathBuf,
        /// The decoder's own words.
        detail: String,
    },
    /// More than two channels.
    #[error("{} has {channels} channels: Garnish masters mono and stereo, so export a stereo version", path.display())]
    Channels {
        /// The path as given.
        path: PathBuf,
        /// How many it has.
        channels: usize,
    },
    /// Audio without a single frame.
    #[error("{} contains no samples: export it again", path.display())]
    Empty {
        /// The path as given.
        path: PathBuf,
    },
    /// Audio that breaks off or contradicts itself.
    #[error("{} is damaged ({detail}): export or copy it again", path.display())]
    Damaged {
        /// The path as given.
        path: PathBuf,
        /// The decoder's own words.
        detail: String,
    },
    /// A rate outside what the engine processes.
    #[error("{} has a sample rate of {sample_rate_hz} Hz: Garnish works from 8000 to 384000 Hz, so convert it first", path.display())]
    SampleRate {
        /// The path as given.
        path: PathBuf,
        /// The rate it states.
        sample_rate_hz: u32,
    },
    /// The folder of an output does not exist.
    #[error("the folder of {} does not exist: create it first", path.display())]
    NoFolder {
        /// The output path as given.
        path: PathBuf,
    },
    /// The output exists and is no plain file.
    #[error("{} exists and is not a file: choose another name", path.display())]
    NotAFile {
        /// The output path as given.
        path: PathBuf,
    },
    /// Writing failed; nothing was left behind and an older file of that name is untouched.
    #[error("{} cannot be written ({source}): check space and permissions", path.display())]
    Unwritable {
        /// The output path as given.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// More than a WAV or AIFF file can hold.
    #[error("{} would exceed the 4 GiB a WAV or AIFF file can hold: write FLAC, or split it", path.display())]
    TooLong {
        /// The output path as given.
        path: PathBuf,
    },
    /// Buffers handed over that do not match the audio; a mistake of the program, not of the file.
    #[error("buffers do not match the audio: pass {channels} of equal length")]
    Planes {
        /// Number of channels, and so of buffers.
        channels: usize,
    },
    /// The encoder cannot store this.
    #[error("{} cannot be stored in this format ({detail}): choose another format", path.display())]
    Unstorable {
        /// The output path as given.
        path: PathBuf,
        /// The encoder's own words.
        detail: String,
    },
    /// The resampler cannot go between these rates.
    #[error("audio at {from_hz} Hz cannot be resampled to {to_hz} Hz ({detail}): choose another rate")]
    Resample {
        /// Rate of the audio.
        from_hz: u32,
        /// Rate wanted.
        to_hz: u32,
        /// The resampler's own words.
        detail: String,
    },
}
