//! Decoding AAC as a bare stream of ADTS frames, by syom.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};

use syom::{AacError, DecodeOptions, Decoder};

use crate::info::{Encoding, Extra, Info, Warning};
use crate::source::{Opened, Source, damaged, not_audio, unreadable};
use crate::{Error, Planes};

/// Bytes handed to the decoder at a time.
const PIECE: u64 = 4096;

/// Opens the ADTS stream between the tags of a file.
pub(crate) fn open(
    path: &Path,
    mut file: BufReader<File>,
    audio: Range<u64>,
    extras: Vec<Extra>,
) -> Result<Opened, Error> {
    let failed = |e| unreadable(path, e);
    let (blocks, whole) = walk(&mut file, &audio).map_err(failed)?;
    file.seek(SeekFrom::Start(audio.start)).map_err(failed)?;
    let mut source = Adts {
        path: path.into(),
        input: file.take(audio.end - audio.start),
        decoder: Box::new(Decoder::new(DecodeOptions::unbounded())),
        first: Planes::new(),
        shape: None,
        frames: 0,
        block: 0,
        ended: false,
        cut: !whole,
    };
    let mut first = Planes::new();
    while first.is_empty() && source.feed(&mut first)? {}
    let (sample_rate_hz, channels) = source.shape.ok_or_else(|| not_audio(path))?;
    // Each decodes to as many samples as the first.
    let expected = blocks * source.block;
    source.first = first;
    let info = Info {
        sample_rate_hz,
        channels,
        frames: None,
        expected_frames: Some(expected),
        encoding: Encoding::Lossy,
        description: "AAC".into(),
        extras,
    };
    Ok((info, Box::new(source)))
}

/// Counts the frames of AAC, and says whether the last is whole.
fn walk(file: &mut BufReader<File>, audio: &Range<u64>) -> std::io::Result<(u64, bool)> {
    file.seek(SeekFrom::Start(audio.start))?;
    let (mut position, mut frames) = (audio.start, 0);
    while position + 7 <= audio.end {
        let mut header = [0; 7];
        file.read_exact(&mut header)?;
        // ISO/IEC 13818-7, section 6.2: 12 ones, then among others 13 bits of length, this header included.
        let [0xFF, second, _, a, b, c, _] = header else { return Ok((frames, true)) };
        let length = u64::from(u32::from_be_bytes([0, a & 3, b, c]) >> 5);
        if second & 0xF0 != 0xF0 || length < 7 {
            return Ok((frames, true));
        }
        position += length;
        if position > audio.end {
            return Ok((frames, false));
        }
        frames += 1;
        file.seek_relative(i64::try_from(length).unwrap_or(0) - 7)?;
    }
    Ok((frames, position == audio.end))
}

struct Adts {
    path: PathBuf,
    input: std::io::Take<BufReader<File>>,
    decoder: Box<Decoder>,
    /// The frames that were decoded to learn rate and channels.
    first: Planes,
    shape: Option<(u32, usize)>,
    frames: u64,
    /// Frames (samples of one channel) that a frame of AAC decodes to.
    block: u64,
    ended: bool,
    cut: bool,
}

impl Adts {
    /// Decodes the next piece of the file; false at its end.
    fn feed(&mut self, planes: &mut Planes) -> Result<bool, Error> {
        if self.ended {
            return Ok(false);
        }
        let mut bytes = Vec::new();
        self.input.by_ref().take(PIECE).read_to_end(&mut bytes).map_err(|e| unreadable(&self.path, e))?;
        let (mut shape, mut frames, mut changed) = (self.shape, self.frames, false);
        let block = &mut self.block;
        let take = |frame: syom::Frame<'_>| {
            append(&frame, planes, &mut shape, &mut changed);
            *block = frame.samples as u64;
            frames += *block;
            Ok(())
        };
        let result = if bytes.is_empty() {
            self.ended = true;
            self.decoder.finish(take).map(|_| ())
        } else {
            self.decoder.feed(&bytes, take).map(|_| ())
        };
        (self.shape, self.frames) = (shape, frames);
        if changed {
            return Err(damaged(&self.path, "its sample rate or channel count changes midway"));
        }
        match result {
            Err(AacError::Truncated { .. }) if self.ended && frames > 0 => self.cut = true,
            Err(error) => return Err(damaged(&self.path, error.to_string())),
            Ok(()) => {}
        }
        Ok(true)
    }
}

/// Appends a decoded frame, and notes if its rate or channels are not those of the first.
pub(crate) fn append(
    frame: &syom::Frame<'_>,
    planes: &mut Planes,
    shape: &mut Option<(u32, usize)>,
    changed: &mut bool,
) {
    let current = (frame.sample_rate, frame.planar.len());
    *changed |= *shape.get_or_insert(current) != current;
    planes.resize_with(current.1, Vec::new);
    for (plane, samples) in planes.iter_mut().zip(frame.planar) {
        plane.extend_from_slice(samples);
    }
}

impl Source for Adts {
    fn next(&mut self, planes: &mut Planes) -> Result<bool, Error> {
        if !self.first.is_empty() {
            *planes = std::mem::take(&mut self.first);
            return Ok(true);
        }
        self.feed(planes)
    }

    fn warnings(&self) -> Vec<Warning> {
        let (sample_rate_hz, _) = self.shape.unwrap_or_default();
        let cut = Warning::CutOff { frames: self.frames, missing: None, sample_rate_hz };
        if self.cut && self.ended { vec![cut] } else { Vec::new() }
    }
}
