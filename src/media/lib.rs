//! Audio files in and out. Never on the audio thread.
//!
//! [`Reader`] and [`Writer`] go through a file in pieces, in memory that does not grow with its length. [`decode`], [`encode`]
//! and [`resample`] work on a whole [`Audio`]. Samples are 32-bit floats, full scale ±1, one or two channels. That holds
//! 16- and 24-bit samples exactly, so what was decoded from an integer file and is encoded at the same depth is the same
//! to the bit.
#![forbid(unsafe_code)]

mod aac;
mod aiff_out;
mod decode;
mod encode;
mod error;
mod flac;
mod flac_out;
mod format;
mod id3;
mod info;
mod mp3;
mod mp4;
mod ogg;
mod opus;
mod pcm;
mod reader;
mod replace;
mod resample;
mod source;
mod symphonia;
mod wav_out;
mod writer;

pub use decode::{decode, decode_with};
pub use encode::{encode, encode_with};
pub use error::Error;
pub use format::Format;
pub use info::{Encoding, Extra, Info, Warning};
pub use reader::{ReadOptions, Reader};
pub use replace::replace_file;
pub use resample::resample;
pub use writer::{Writer, Written};

/// Samples of each channel.
pub(crate) type Planes = Vec<Vec<f32>>;

/// A piece of audio, one or two channels.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Audio {
    /// Sample rate in Hz.
    pub sample_rate_hz: u32,
    /// One `Vec` a channel, left first, all of the same length. Full scale is ±1; floating-point files may go beyond.
    pub channels: Vec<Vec<f32>>,
}

impl Audio {
    /// Length in frames (samples of one channel).
    pub fn frames(&self) -> usize {
        self.channels.first().map_or(0, Vec::len)
    }

    /// Length in seconds.
    #[expect(clippy::cast_precision_loss, reason = "frame counts stay far below 2^53")]
    pub fn seconds(&self) -> f64 {
        self.frames() as f64 / f64::from(self.sample_rate_hz.max(1))
    }
}

/// Is told how far a job has come, from 0 to 1, many times a second at most.
pub type Progress<'a> = dyn FnMut(f64) + 'a;
