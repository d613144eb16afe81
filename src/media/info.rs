//! What is known about a file besides its samples.

use std::fmt;

/// Format, length and origin of the audio in a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Info {
    /// Sample rate in Hz, 8000 to 384000.
    pub sample_rate_hz: u32,
    /// Number of channels, 1 or 2.
    pub channels: usize,
    /// Length in frames (samples of one channel) where it is certain before reading.
    pub frames: Option<u64>,
    /// Length in frames as the file states or suggests it; good for a progress bar, not to rely on.
    pub expected_frames: Option<u64>,
    /// How the file stores its samples.
    pub encoding: Encoding,
    /// Kind of file and codec in words, as "WAV, 24-bit integers".
    pub description: String,
    /// What the file carries besides audio.
    pub extras: Vec<Extra>,
}

/// How a file stores its samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Encoding {
    /// Integers of this many significant bits, stored without loss.
    Integer(u32),
    /// Floating-point numbers of this many bits, stored without loss.
    Float(u32),
    /// A lossy codec, which has no word length.
    Lossy,
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(bits) => write!(f, "{bits}-bit integers"),
            Self::Float(bits) => write!(f, "{bits}-bit floats"),
            Self::Lossy => f.write_str("lossy"),
        }
    }
}

/// Something a file carries besides audio, which an output does not get by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Extra {
    /// Title, artist and the like: ID3, Vorbis comments, RIFF INFO, MP4 metadata.
    Tags,
    /// A cover or another picture.
    Picture,
    /// Broadcast extension (`bext`): originator, time reference, loudness.
    Bext,
    /// Cue points or a cue sheet.
    Cues,
    /// Production data (`iXML`).
    Ixml,
    /// Audio definition model (`axml`, `chna`).
    Adm,
    /// Loop and root note for samplers (`smpl`, `inst`).
    Sampler,
}

impl fmt::Display for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tags => "tags",
            Self::Picture => "picture",
            Self::Bext => "bext",
            Self::Cues => "cue points",
            Self::Ixml => "iXML",
            Self::Adm => "ADM",
            Self::Sampler => "sampler data",
        })
    }
}

/// Something wrong with a file that leaves the rest of it usable. Its text completes a sentence that names the file.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Warning {
    /// The audio ends earlier than the file itself says.
    CutOff {
        /// Frames that are there.
        frames: u64,
        /// Frames that are missing, where the file says how many it should have.
        missing: Option<u64>,
        /// Sample rate in Hz.
        sample_rate_hz: u32,
    },
}

impl fmt::Display for Warning {
    #[expect(clippy::cast_precision_loss, reason = "seconds for people")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::CutOff { frames, missing, sample_rate_hz } = self;
        let seconds = |frames: u64| frames as f64 / f64::from((*sample_rate_hz).max(1));
        write!(f, "it breaks off after {:.3} s", seconds(*frames))?;
        match missing {
            Some(1) => f.write_str(": 1 frame is missing"),
            Some(missing) => write!(f, ": {missing} frames ({:.3} s) are missing", seconds(*missing)),
            None => f.write_str(", and does not say how much is missing"),
        }
    }
}
