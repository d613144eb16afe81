//! Decoding by Symphonia: AAC, ALAC and Vorbis, and the rarer codecs inside WAV and AIFF.

use std::fs::File;
use std::path::{Path, PathBuf};

use ::symphonia::core::audio::Channels;
use ::symphonia::core::codecs::audio::well_known::{CODEC_ID_FLAC, CODEC_ID_OPUS};
use ::symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use ::symphonia::core::errors::Error as Fault;
use ::symphonia::core::formats::probe::Hint;
use ::symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use ::symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use ::symphonia::core::meta::MetadataOptions;

use crate::info::{Encoding, Info, Warning};
use crate::source::{Opened, Source, damaged, not_audio, unreadable};
use crate::{Error, Planes, flac};

/// Opens a file whose container and codec Symphonia knows.
pub(crate) fn open(path: &Path, file: File) -> Result<Opened, Error> {
    let stream = MediaSourceStream::new(Box::new(file), MediaSourceStreamOptions::default());
    let reader = ::symphonia::default::get_probe()
        .probe(&Hint::new(), stream, FormatOptions::default(), MetadataOptions::default())
        .map_err(|_| not_audio(path))?;
    let track = reader.default_track(TrackType::Audio).ok_or_else(|| not_audio(path))?;
    let (id, expected) = (track.id, track.num_frames);
    let parameters =
        track.codec_params.as_ref().and_then(|p| p.audio()).ok_or_else(|| not_audio(path))?.clone();
    if parameters.codec == CODEC_ID_FLAC {
        return flac::open_packets(path, "FLAC", reader, id, &parameters, Vec::new());
    }
    let lossless = parameters.bits_per_sample;
    let mut source = Demuxed {
        path: path.into(),
        decoder: decoder(path, &parameters)?,
        reader,
        id,
        stated: expected.filter(|_| lossless.is_some()),
        frames: 0,
        shape: None,
        first: Planes::new(),
        missing: None,
    };
    let mut first = Planes::new();
    source.decode(&mut first)?;
    source.first = first;
    let (sample_rate_hz, channels) = source.shape.ok_or_else(|| Error::Empty { path: path.into() })?;
    let info = Info {
        sample_rate_hz,
        channels,
        frames: None,
        expected_frames: expected,
        encoding: lossless.map_or(Encoding::Lossy, Encoding::Integer),
        description: String::new(),
        extras: Vec::new(),
    };
    Ok((info, Box::new(source)))
}

fn decoder(path: &Path, parameters: &AudioCodecParameters) -> Result<Box<dyn AudioDecoder>, Error> {
    if parameters.codec == CODEC_ID_OPUS {
        return Err(Error::Opus { path: path.into() });
    }
    if let Some(channels) = parameters.channels.as_ref().map(Channels::count).filter(|&n| n > 2) {
        return Err(Error::Channels { path: path.into(), channels });
    }
    ::symphonia::default::get_codecs()
        .make_audio_decoder(parameters, &AudioDecoderOptions::default())
        .map_err(|e| Error::Codec { path: path.into(), detail: e.to_string() })
}

struct Demuxed {
    path: PathBuf,
    reader: Box<dyn FormatReader>,
    decoder: Box<dyn AudioDecoder>,
    id: u32,
    /// Frames that a lossless file promises.
    stated: Option<u64>,
    frames: u64,
    shape: Option<(u32, usize)>,
    /// The frames that were decoded to learn rate and channels.
    first: Planes,
    missing: Option<u64>,
}

impl Demuxed {
    /// Decodes the next packet that holds frames; false at the end.
    fn decode(&mut self, planes: &mut Planes) -> Result<bool, Error> {
        while let Some(packet) = self.reader.next_packet().map_err(|e| fault(&self.path, e))? {
            if packet.track_id != self.id {
                continue;
            }
            let buffer = self.decoder.decode(&packet).map_err(|e| fault(&self.path, e))?;
            if buffer.frames() == 0 {
                continue;
            }
            let shape = (buffer.spec().rate(), buffer.spec().channels().count());
            if *self.shape.get_or_insert(shape) != shape {
                return Err(damaged(&self.path, "its sample rate or channel count changes midway"));
            }
            buffer.copy_to_vecs_planar(planes);
            self.frames += buffer.frames() as u64;
            return Ok(true);
        }
        self.missing = self.stated.and_then(|stated| stated.checked_sub(self.frames)).filter(|&n| n > 0);
        Ok(false)
    }
}

impl Source for Demuxed {
    fn next(&mut self, planes: &mut Planes) -> Result<bool, Error> {
        if !self.first.is_empty() {
            *planes = std::mem::take(&mut self.first);
            return Ok(true);
        }
        self.decode(planes)
    }

    fn warnings(&self) -> Vec<Warning> {
        let sample_rate_hz = self.shape.map_or(0, |(rate, _)| rate);
        let cut = |missing| Warning::CutOff { frames: self.frames, missing: Some(missing), sample_rate_hz };
        self.missing.map(cut).into_iter().collect()
    }
}

pub(crate) fn fault(path: &Path, error: Fault) -> Error {
    match error {
        Fault::IoError(source) => unreadable(path, source),
        Fault::Unsupported(detail) => Error::Codec { path: path.into(), detail: detail.into() },
        other => damaged(path, other.to_string()),
    }
}
