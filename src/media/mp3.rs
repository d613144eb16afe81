//! Decoding MPEG audio (MP3, also layers I and II), by nanomp3, a frame at a time.
//!
//! The length is never guessed: every frame that is there is decoded. Only what the tag of LAME declares to be encoder delay and
//! padding is left out, as ffmpeg does, also where a second file was appended to a first.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};

use nanomp3::{DecodeError, Decoder, FrameInfo, MAX_SAMPLES_PER_FRAME, VbrTag};

use crate::info::{Encoding, Extra, Info, Warning};
use crate::pcm::Extent;
use crate::source::{Opened, Source, damaged, not_audio, unreadable};
use crate::{Error, Planes, id3};

/// Bytes kept ahead of the decoder, which recognises a frame by those that follow it.
const AHEAD: usize = 16 * 1024;

/// Bytes read at a time.
const BUFFER: usize = 4 * AHEAD;

/// Samples by which a decoder of layer III lags behind its encoder.
const DECODER_DELAY: u64 = 529;

/// Opens the MPEG audio between the tags of a file.
pub(crate) fn open(path: &Path, mut file: BufReader<File>) -> Result<Opened, Error> {
    let tags = id3::around(&mut file).map_err(|e| unreadable(path, e))?;
    open_extent(path, file, tags.audio, "MP3", tags.extras)
}

/// Opens the MPEG audio inside a WAV file.
pub(crate) fn open_inside(
    path: &Path,
    file: BufReader<File>,
    extent: Extent,
    extras: Vec<Extra>,
) -> Result<Opened, Error> {
    open_extent(path, file, extent.start..extent.start + extent.bytes, "WAV, MP3", extras)
}

fn open_extent(
    path: &Path,
    mut file: BufReader<File>,
    audio: Range<u64>,
    kind: &str,
    extras: Vec<Extra>,
) -> Result<Opened, Error> {
    let failed = |e| unreadable(path, e);
    file.seek(SeekFrom::Start(audio.start)).map_err(failed)?;
    let mut source = Mpeg {
        path: path.into(),
        input: file.take(audio.end - audio.start),
        decoder: Box::new(Decoder::new()),
        window: Vec::new(),
        pcm: vec![0.0; MAX_SAMPLES_PER_FRAME],
        shape: None,
        decoded: 0,
        dropped: [0..0, 0..0],
        stated: None,
        ended: false,
        incomplete: false,
    };
    source.fill().map_err(failed)?;
    let first = source.begin().ok_or_else(|| not_audio(path))?;
    let (sample_rate_hz, channels) = (first.sample_rate_hz, first.channels);
    source.shape = Some((sample_rate_hz, channels));
    let dropped: u64 = source.dropped.iter().map(|range| range.end - range.start).sum();
    let bytes = audio.end - audio.start;
    let guess = bytes * 8 * u64::from(sample_rate_hz) / (1000 * u64::from(first.kbps.max(8)));
    let info = Info {
        sample_rate_hz,
        channels,
        frames: None,
        expected_frames: Some(source.stated.map_or(guess, |stated| stated.saturating_sub(dropped))),
        encoding: Encoding::Lossy,
        description: kind.into(),
        extras,
    };
    Ok((info, Box::new(source)))
}

struct Mpeg {
    path: PathBuf,
    input: std::io::Take<BufReader<File>>,
    decoder: Box<Decoder>,
    /// Bytes read and not yet decoded.
    window: Vec<u8>,
    pcm: Vec<f32>,
    shape: Option<(u32, usize)>,
    /// Frames decoded so far, dropped ones included.
    decoded: u64,
    /// Encoder delay and padding, counted in decoded frames.
    dropped: [Range<u64>; 2],
    /// Decoded frames as the tag has them.
    stated: Option<u64>,
    ended: bool,
    /// Whether the file ends in a part of a frame.
    incomplete: bool,
}

/// What the first frame says.
struct First {
    sample_rate_hz: u32,
    channels: usize,
    kbps: u32,
}

impl Mpeg {
    /// Reads ahead; true at the end of the file.
    fn fill(&mut self) -> std::io::Result<bool> {
        if self.window.len() < AHEAD {
            let more = (BUFFER - self.window.len()) as u64;
            self.input.by_ref().take(more).read_to_end(&mut self.window)?;
        }
        Ok(self.window.len() < AHEAD)
    }

    /// Finds the first frame, and reads the tag that it may hold instead of audio.
    fn begin(&mut self) -> Option<First> {
        let frame = nanomp3::frames(&self.window).next()?;
        let first = First {
            sample_rate_hz: frame.sample_rate,
            channels: usize::from(frame.channels.num()),
            kbps: frame.bitrate_kbps,
        };
        let (tag, samples, end) =
            (VbrTag::parse(frame.data), frame.samples as u64, frame.offset + frame.data.len());
        let Some(tag) = tag else { return Some(first) };
        self.window.drain(..end);
        self.stated = tag.frames.map(|frames| u64::from(frames) * samples).filter(|&n| n > 0);
        if let (Some(stated), Some((delay, padding))) = (self.stated, tag.encoder_delay_padding) {
            let padding = u64::from(padding).saturating_sub(DECODER_DELAY).min(stated);
            self.dropped = [0..u64::from(delay) + DECODER_DELAY, stated - padding..stated];
        }
        Some(first)
    }

    /// Decodes the next frame and tells how many samples a channel it has; `None` at the end.
    fn decode(&mut self) -> Result<Option<usize>, Error> {
        loop {
            let last = self.fill().map_err(|e| unreadable(&self.path, e))?;
            if self.window.is_empty() {
                return Ok(None);
            }
            if let Some(length) = id3::length(&self.window) {
                // The tag of a second file that was appended to a first; a picture in it may look like frames.
                self.skip(length).map_err(|e| unreadable(&self.path, e))?;
                continue;
            }
            let (consumed, result) = self.decoder.decode(&self.window, &mut self.pcm);
            let (info, sound) = match result {
                Ok(info) => (info, true),
                Err(DecodeError::NoFrame) if last => {
                    self.incomplete = self.window.first() == Some(&0xFF);
                    self.window.clear();
                    return Ok(None);
                }
                Err(DecodeError::NoFrame) => {
                    // A frame may begin in the bytes that were looked at last.
                    self.window.drain(..self.window.len() - AHEAD / 2);
                    continue;
                }
                Err(error) => match error.frame_info() {
                    Some(info) => (*info, false),
                    None => return Err(damaged(&self.path, error.to_string())),
                },
            };
            self.window.drain(..consumed.min(self.window.len()));
            if self.shape.is_some_and(|s| s != (info.sample_rate, usize::from(info.channels.num()))) {
                return Err(damaged(&self.path, "its sample rate or channel count changes midway"));
            }
            let samples = samples(&info);
            if !sound {
                // Keeps what follows in its place, as other decoders do.
                self.pcm[..samples * usize::from(info.channels.num())].fill(0.0);
            }
            return Ok(Some(samples));
        }
    }

    fn skip(&mut self, length: u64) -> std::io::Result<()> {
        let here = usize::try_from(length).map_or(self.window.len(), |n| n.min(self.window.len()));
        self.window.drain(..here);
        std::io::copy(&mut self.input.by_ref().take(length - here as u64), &mut std::io::sink())?;
        Ok(())
    }

    /// Frames delivered so far.
    fn kept(&self) -> u64 {
        let dropped = |range: &Range<u64>| range.end.min(self.decoded).saturating_sub(range.start);
        self.decoded - self.dropped.iter().map(dropped).sum::<u64>().min(self.decoded)
    }
}

/// Samples a channel of one frame.
fn samples(info: &FrameInfo) -> usize {
    match info.layer {
        1 => 384,
        3 if info.sample_rate < 32_000 => 576,
        _ => 1152,
    }
}

impl Source for Mpeg {
    fn next(&mut self, planes: &mut Planes) -> Result<bool, Error> {
        let Some(samples) = self.decode()? else {
            self.ended = true;
            return Ok(false);
        };
        let channels = planes.len();
        let positions = self.decoded..self.decoded + samples as u64;
        for (frame, position) in self.pcm.chunks_exact(channels).zip(positions) {
            if !self.dropped.iter().any(|range| range.contains(&position)) {
                planes.iter_mut().zip(frame).for_each(|(plane, sample)| plane.push(*sample));
            }
        }
        self.decoded += samples as u64;
        Ok(true)
    }

    fn warnings(&self) -> Vec<Warning> {
        let Some((sample_rate_hz, _)) = self.shape.filter(|_| self.ended) else { return Vec::new() };
        let missing = self.stated.map(|stated| stated.saturating_sub(self.decoded));
        // Some encoders count the frame of the tag itself.
        let short = missing.is_some_and(|missing| missing > 1152);
        let cut = Warning::CutOff { frames: self.kept(), missing: missing.filter(|_| short), sample_rate_hz };
        if short || self.incomplete { vec![cut] } else { Vec::new() }
    }
}
