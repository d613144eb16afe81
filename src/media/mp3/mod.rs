//! Decoding MPEG audio (MP3, also layers I and II), by nanomp3, a frame at a time.
//!
//! The length is never guessed: every frame that is there is decoded. Only what the tag of LAME declares to be encoder delay and
//! padding is left out, as ffmpeg does, also where a second file was appended to a first.

mod header;

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};

use nanomp3::{DecodeError, Decoder, MAX_SAMPLES_PER_FRAME, VbrTag};

use crate::info::{Encoding, Extra, Info, Warning};
use crate::pcm::Extent;
use crate::source::{Opened, Source, damaged, not_audio, unreadable};
use crate::{Error, Planes, id3};
use header::{frame_length, samples};

/// Bytes kept ahead of the decoder, which recognises a frame by those that follow it.
const AHEAD: usize = 16 * 1024;

/// Bytes read at a time.
const BUFFER: usize = 4 * AHEAD;

/// Samples by which a decoder of layer III lags behind its encoder.
const DECODER_DELAY: u64 = 529;

/// Opens the MPEG audio between the tags of a file.
pub(crate) fn open(path: &Path, mut file: BufReader<File>) -> Result<Opened, Error> {
    let tags = id3::around(&mut file).map_err(|e| unreadable(path, e))?;
    open_extent(path, file, tags.audio, "", tags.extras)
}

/// Opens the MPEG audio inside a WAV file.
pub(crate) fn open_inside(
    path: &Path,
    file: BufReader<File>,
    extent: Extent,
    extras: Vec<Extra>,
) -> Result<Opened, Error> {
    open_extent(path, file, extent.start..extent.start + extent.bytes, "WAV, ", extras)
}

fn open_extent(
    path: &Path,
    mut file: BufReader<File>,
    audio: Range<u64>,
    container: &str,
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
        padding: Planes::new(),
        stated: None,
        ended: false,
        incomplete: false,
    };
    source.fill().map_err(failed)?;
    let first = source.begin().ok_or_else(|| not_audio(path))?;
    let (sample_rate_hz, channels) = (first.sample_rate_hz, first.channels);
    source.shape = Some((sample_rate_hz, channels));
    let dropped: u64 = source.dropped.iter().map(|range| range.end - range.start).sum();
    let counted = if source.stated.is_none() { source.count().map_err(failed)? } else { 0 };
    let info = Info {
        sample_rate_hz,
        channels,
        frames: None,
        expected_frames: Some(source.stated.map_or(counted, |stated| stated.saturating_sub(dropped))),
        encoding: Encoding::Lossy,
        description: format!("{container}MP{}", first.layer),
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
    /// Samples that are padding if nothing follows.
    padding: Planes,
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
    layer: u8,
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
            layer: frame.layer,
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

    /// Counts the samples from the first frame to where the frames end, or something else lies between them.
    fn count(&mut self) -> std::io::Result<u64> {
        let Some(first) = nanomp3::frames(&self.window).next() else { return Ok(0) };
        let (samples, limit) = (first.samples as u64, self.input.limit());
        let file = self.input.get_mut();
        let back = file.stream_position()?;
        let end = back + limit;
        let mut position = back - (self.window.len() - first.offset) as u64;
        file.seek(SeekFrom::Start(position))?;
        let mut frames = 0;
        let mut header = [0; 4];
        while position + 4 <= end {
            file.read_exact(&mut header)?;
            let Some(length) = frame_length(&header) else { break };
            frames += 1;
            position += length as u64;
            file.seek_relative(i64::try_from(length).unwrap_or(4) - 4)?;
        }
        file.seek(SeekFrom::Start(back))?;
        Ok(frames * samples)
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
            let length = self.frame();
            let (mut consumed, mut result) = self.decoder.decode(&self.window[..length], &mut self.pcm);
            if matches!(result, Err(DecodeError::NoFrame)) && length < self.window.len() {
                (consumed, result) = self.decoder.decode(&self.window, &mut self.pcm);
            }
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

    /// Bytes to hand to the decoder: just the frame that the window begins with, where there is one. With more, the decoder would take
    /// what follows for proof, and drop the last frame before anything else.
    fn frame(&self) -> usize {
        let length =
            frame_length(&self.window).filter(|length| self.decoded > 0 && *length <= self.window.len());
        length.unwrap_or(self.window.len())
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

impl Source for Mpeg {
    fn next(&mut self, planes: &mut Planes) -> Result<bool, Error> {
        let Some(samples) = self.decode()? else {
            self.ended = true;
            return Ok(false);
        };
        let channels = planes.len();
        let positions = self.decoded..self.decoded + samples as u64;
        // More than the tag states: another file was appended, and what looked like padding is kept, as ffmpeg does.
        if self.stated == Some(self.decoded) {
            planes.iter_mut().zip(&mut self.padding).for_each(|(plane, held)| plane.append(held));
            self.dropped[1] = 0..0;
        }
        self.padding.resize_with(channels, Vec::new);
        for (frame, position) in self.pcm.chunks_exact(channels).zip(positions) {
            let to = match &self.dropped {
                [delay, _] if delay.contains(&position) => continue,
                [_, padding] if padding.contains(&position) => &mut self.padding,
                _ => &mut *planes,
            };
            to.iter_mut().zip(frame).for_each(|(plane, sample)| plane.push(*sample));
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
