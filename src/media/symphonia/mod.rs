//! Decoding what lies in MP4, Ogg, Matroska and CAF, and rarer codecs in WAV and AIFF: containers by Symphonia; AAC by syom, since
//! Symphonia knows only its simplest profile; FLAC by our own way of using flac-codec; ALAC, Vorbis and the rest by Symphonia.

mod codec;
mod container;

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use ::symphonia::core::codecs::audio::well_known::CODEC_ID_FLAC;
use ::symphonia::core::errors::Error as Fault;
use ::symphonia::core::formats::{FormatReader, TrackType};

use crate::info::{Encoding, Extra, Info, Warning};
use crate::mp4::Heard;
use crate::source::{Opened, Source, damaged, not_audio, unreadable};
use crate::{Error, Planes, flac, mp4, ogg};
use codec::{Decoder, Shape, decoder, description, lossless, pre_skip};
pub(crate) use container::Container;

/// Opens a file of this kind.
pub(crate) fn open(path: &Path, mut file: BufReader<File>, kind: Container) -> Result<Opened, Error> {
    let pages = if kind == Container::Ogg { ogg::check(path, &mut file)? } else { ogg::Pages::default() };
    let is_mp4 = kind == Container::Mp4;
    let found = if is_mp4 { mp4::read(&mut file).unwrap_or_default() } else { mp4::Found::default() };
    if is_mp4 && !found.index {
        return Err(damaged(path, "it breaks off before the index of its audio"));
    }
    let mut reader = container::open(path, file.into_inner(), kind, found.stated)?;
    let mut extras = found.extras;
    if reader.metadata().current().is_some_and(|revision| !revision.media.tags.is_empty()) {
        extras.push(Extra::Tags);
    }
    extras.sort_unstable();
    extras.dedup();
    let track = reader.default_track(TrackType::Audio).ok_or_else(|| not_audio(path))?;
    let (id, expected) = (track.id, track.num_frames);
    let parameters =
        track.codec_params.as_ref().and_then(|p| p.audio()).ok_or_else(|| not_audio(path))?.clone();
    if parameters.codec == CODEC_ID_FLAC {
        return flac::open_packets(path, reader, id, &parameters, extras, pages.cut);
    }
    let lossless = lossless(&parameters);
    let mut source = Demuxed {
        path: path.into(),
        decoder: decoder(path, &parameters)?,
        reader,
        id,
        broken: found.stated.is_some(),
        stated: expected.filter(|_| found.stated.is_some()),
        decoded: 0,
        shape: None,
        first: Planes::new(),
        heard: 0..u64::MAX,
        ended: false,
        cut: pages.cut,
    };
    let mut first = Planes::new();
    source.decode(&mut first)?;
    source.first = first;
    let (sample_rate_hz, channels) = source.shape.ok_or_else(|| Error::Empty { path: path.into() })?;
    source.heard = heard(&found.heard, sample_rate_hz);
    source.heard.start = source.heard.start.max(pre_skip(&parameters));
    let end = expected.map(|n| n.min(source.heard.end).saturating_sub(source.heard.start));
    let encoding = lossless.map_or(Encoding::Lossy, Encoding::Integer);
    let info = Info {
        sample_rate_hz,
        channels,
        frames: None,
        expected_frames: end,
        encoding,
        description: description(&parameters, encoding),
        extras,
    };
    Ok((info, Box::new(source)))
}

/// The part to be heard, in frames.
fn heard(heard: &Heard, rate_hz: u32) -> std::ops::Range<u64> {
    let frames = |time: u64, clock_hz: u32| {
        let exact = u128::from(time) * u128::from(rate_hz);
        u64::try_from((exact + u128::from(clock_hz) / 2) / u128::from(clock_hz.max(1))).unwrap_or(u64::MAX)
    };
    if heard.clock_hz == 0 {
        return 0..u64::MAX;
    }
    let start = frames(heard.start, heard.clock_hz);
    let length = heard.length.map_or(u64::MAX, |(length, clock_hz)| frames(length, clock_hz));
    start..start.saturating_add(length)
}

struct Demuxed {
    path: PathBuf,
    reader: Box<dyn FormatReader>,
    decoder: Decoder,
    id: u32,
    /// Whether the file is known to end too early.
    broken: bool,
    /// Frames that such a file should have.
    stated: Option<u64>,
    /// Frames decoded so far, to be heard or not.
    decoded: u64,
    shape: Option<Shape>,
    /// The frames that were decoded to learn rate and channels.
    first: Planes,
    /// The decoded frames that are to be heard.
    heard: std::ops::Range<u64>,
    ended: bool,
    /// Whether the file ends in a part of a packet.
    cut: bool,
}

impl Demuxed {
    /// Decodes the next packet that holds frames; false at the end.
    fn decode(&mut self, planes: &mut Planes) -> Result<bool, Error> {
        loop {
            let packet = match self.reader.next_packet() {
                Ok(Some(packet)) => packet,
                Ok(None) => break,
                Err(Fault::ResetRequired) => {
                    self.chain()?;
                    continue;
                }
                Err(error) if self.decoded > 0 && (self.broken || is_end(&error)) => {
                    self.cut = true;
                    break;
                }
                Err(error) => return Err(fault(&self.path, error)),
            };
            if packet.track_id != self.id {
                continue;
            }
            if let Some(shape) = self.decoder.decode(&self.path, &packet, planes)? {
                if *self.shape.get_or_insert(shape) != shape {
                    return Err(damaged(&self.path, "its sample rate or channel count changes midway"));
                }
                return Ok(true);
            }
        }
        self.ended = true;
        Ok(false)
    }

    /// Goes on with the stream that follows in the same file, as where two Ogg files were joined.
    fn chain(&mut self) -> Result<(), Error> {
        let track = self.reader.default_track(TrackType::Audio).ok_or_else(|| not_audio(&self.path))?;
        let parameters = track.codec_params.as_ref().and_then(|p| p.audio());
        self.id = track.id;
        self.decoder = decoder(&self.path, parameters.ok_or_else(|| not_audio(&self.path))?)?;
        Ok(())
    }

    /// Takes out what is not to be heard.
    fn trim(&mut self, planes: &mut Planes) {
        let frames = planes.first().map_or(0, Vec::len) as u64;
        let inside = |position: u64| {
            let within = position.saturating_sub(self.decoded).min(frames);
            usize::try_from(within).unwrap_or(usize::MAX)
        };
        let (from, to) = (inside(self.heard.start), inside(self.heard.end));
        for plane in planes.iter_mut() {
            plane.truncate(to);
            plane.drain(..from.min(to));
        }
        self.decoded += frames;
    }
}

impl Source for Demuxed {
    fn next(&mut self, planes: &mut Planes) -> Result<bool, Error> {
        if self.first.is_empty() {
            if !self.decode(planes)? {
                return Ok(false);
            }
        } else {
            *planes = std::mem::take(&mut self.first);
        }
        self.trim(planes);
        Ok(true)
    }

    fn warnings(&self) -> Vec<Warning> {
        let Some((sample_rate_hz, _)) = self.shape.filter(|_| self.ended) else { return Vec::new() };
        let missing = self.stated.map(|stated| stated.saturating_sub(self.decoded)).filter(|&n| n > 0);
        let frames = self.decoded.min(self.heard.end).saturating_sub(self.heard.start);
        let cut = Warning::CutOff { frames, missing, sample_rate_hz };
        if self.cut || missing.is_some() { vec![cut] } else { Vec::new() }
    }
}

fn is_end(error: &Fault) -> bool {
    matches!(error, Fault::IoError(e) if e.kind() == std::io::ErrorKind::UnexpectedEof)
}

/// An error of Symphonia in our words.
pub(crate) fn fault(path: &Path, error: Fault) -> Error {
    match error {
        Fault::IoError(source) => unreadable(path, source),
        Fault::Unsupported(detail) => Error::Codec { path: path.into(), detail: detail.into() },
        other => damaged(path, other.to_string()),
    }
}
