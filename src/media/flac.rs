//! Writing FLAC, by flacenc, a frame at a time: memory does not grow with the length of the audio.

use std::fs::File;
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::path::Path;

use flacenc::bitsink::ByteSink;
use flacenc::component::{BitRepr, Stream, StreamInfo};
use flacenc::config;
use flacenc::error::{Verified, Verify};
use flacenc::source::{Context, Fill, FrameBuf};

use crate::encode::{CHUNK, Format, fraction, quantised};
use crate::{Audio, Error, Progress};

/// The highest rate flacenc accepts; FLAC itself goes to 2^20 - 1 Hz.
const HIGHEST_HZ: u32 = 96_000;

/// Stands for a higher rate while encoding: no frame header can hold this one, so flacenc writes "see the stream header"
/// there, and the stream header is ours to complete.
const PLACEHOLDER_HZ: u32 = 65_537;

/// Frames in a FLAC block: what the reference encoder uses at 44.1 and 48 kHz.
const BLOCK: usize = 4096;

pub(crate) fn write(
    path: &Path,
    file: &mut File,
    audio: &Audio,
    format: Format,
    progress: &mut Progress<'_>,
) -> Result<(), Error> {
    let bits = format.bits().unwrap_or(24);
    let unstorable = |e: String| Error::Unstorable { path: path.into(), detail: e };
    let unwritable = |source| Error::Unwritable { path: path.into(), source };
    let mut encoder = Encoder::new(audio, bits).map_err(unstorable)?;
    let mut out = BufWriter::new(file);
    // A place for the header, whose check sum is known only at the end.
    out.write_all(&encoder.header().map_err(unstorable)?).map_err(unwritable)?;

    let frames = audio.frames();
    let mut interleaved = Vec::with_capacity(BLOCK * audio.channels.len());
    for start in (0..frames).step_by(BLOCK) {
        interleaved.clear();
        for frame in start..(start + BLOCK).min(frames) {
            interleaved.extend(audio.channels.iter().map(|c| quantised(c[frame], bits)));
        }
        let bytes = encoder.block(&interleaved).map_err(unstorable)?;
        out.write_all(&bytes).map_err(unwritable)?;
        if start % CHUNK == 0 {
            progress(fraction(start, frames));
        }
    }

    let header = encoder.header().map_err(unstorable)?;
    out.seek(SeekFrom::Start(0)).map_err(unwritable)?;
    out.write_all(&header).map_err(unwritable)?;
    out.flush().map_err(unwritable)
}

struct Encoder {
    predictive: Verified<config::Encoder>,
    verbatim: Verified<config::Encoder>,
    buffer: FrameBuf,
    context: Context,
    info: StreamInfo,
    sample_rate_hz: u32,
}

impl Encoder {
    fn new(audio: &Audio, bits: u32) -> Result<Self, String> {
        let verified = |c: config::Encoder| c.into_verified().map_err(|(_, e)| e.to_string());
        let predictive = verified(config::Encoder::default())?;
        let mut plain = config::Encoder::default();
        plain.subframe_coding.use_fixed = false;
        plain.subframe_coding.use_lpc = false;
        let verbatim = verified(plain)?;
        let (channels, bits) = (audio.channels.len(), bits as usize);
        let sample_rate_hz = audio.sample_rate_hz;
        if sample_rate_hz >= 1 << 20 {
            return Err("FLAC holds rates below 1048576 Hz".into());
        }
        let shown_hz = if sample_rate_hz > HIGHEST_HZ { PLACEHOLDER_HZ } else { sample_rate_hz };
        let mut info = StreamInfo::new(shown_hz as usize, channels, bits).map_err(text)?;
        info.set_block_sizes(BLOCK, BLOCK).map_err(text)?;
        let buffer = FrameBuf::with_size(channels, BLOCK).map_err(text)?;
        Ok(Self { predictive, verbatim, buffer, context: Context::new(bits, channels), info, sample_rate_hz })
    }

    /// Encodes the next block, interleaved; all but the last hold [`BLOCK`] frames.
    fn block(&mut self, interleaved: &[i32]) -> Result<Vec<u8>, String> {
        self.buffer.fill_interleaved(interleaved).map_err(text)?;
        self.context.fill_interleaved(interleaved).map_err(text)?;
        let mut bytes = self.frame(&self.predictive)?;
        // flacenc's Rice codes stop at 14 bits. On loud 24-bit noise its predictive frames can then exceed the samples
        // themselves, beyond what decoders take for a frame.
        if bytes.len() > interleaved.len() * self.info.bits_per_sample() / 8 {
            bytes = self.frame(&self.verbatim)?;
        }
        let smallest = self.info.min_frame_size().min(bytes.len());
        let largest = self.info.max_frame_size().max(bytes.len());
        self.info.set_frame_sizes(smallest, largest).map_err(text)?;
        Ok(bytes)
    }

    /// The samples in the buffer as one frame.
    fn frame(&self, config: &Verified<config::Encoder>) -> Result<Vec<u8>, String> {
        let number = self.context.current_frame_number().unwrap_or(0);
        let frame =
            flacenc::encode_fixed_size_frame(config, &self.buffer, number, &self.info).map_err(text)?;
        let mut sink = ByteSink::new();
        frame.write(&mut sink).map_err(text)?;
        Ok(sink.into_inner())
    }

    fn header(&mut self) -> Result<Vec<u8>, String> {
        self.info.set_md5_digest(&self.context.md5_digest());
        self.info.set_total_samples(self.context.total_samples());
        let mut sink = ByteSink::new();
        Stream::with_stream_info(self.info.clone()).write(&mut sink).map_err(text)?;
        let mut bytes = sink.into_inner();
        // RFC 9639, section 8.2: "fLaC", 4 bytes of block header, 10 of sizes, then 20 bits of sample rate.
        if let Some([high, middle, low]) = bytes.get_mut(18..21) {
            let [_, a, b, c] = (self.sample_rate_hz << 4).to_be_bytes();
            (*high, *middle, *low) = (a, b, c | (*low & 0x0F));
        }
        Ok(bytes)
    }
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
