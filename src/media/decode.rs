//! Reading audio files of many formats, by Symphonia.

use std::fs::File;
use std::io;
use std::path::Path;

use symphonia::core::audio::Channels;
use symphonia::core::codecs::audio::well_known::CODEC_ID_OPUS;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error as Symphonia;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;

use crate::{Audio, Error, Progress};

/// Reads a whole file: WAV, AIFF, FLAC, MP3, AAC-LC (M4A, ADTS), ALAC or Ogg Vorbis; mono or stereo.
///
/// Samples of up to 24 bits arrive exactly; wider ones are rounded to 32-bit floats. The encoder delay and padding that
/// MP3 and Vorbis files declare are removed. Those of AAC are not: such a file starts with the encoder's priming.
///
/// # Errors
///
/// Every way in which the file is not one or two channels of undamaged audio: see [`Error`].
pub fn decode(path: impl AsRef<Path>) -> Result<Audio, Error> {
    decode_with(path, &mut |_| {})
}

/// As [`decode`], and tells how far it has come.
///
/// # Errors
///
/// As [`decode`].
pub fn decode_with(path: impl AsRef<Path>, progress: &mut Progress<'_>) -> Result<Audio, Error> {
    let path = path.as_ref();
    let mut reader = open(path)?;
    let track = reader.default_track(TrackType::Audio).ok_or_else(|| not_audio(path))?;
    let (id, expected) = (track.id, track.num_frames);
    let parameters =
        track.codec_params.as_ref().and_then(|p| p.audio()).ok_or_else(|| not_audio(path))?.clone();
    let mut decoder = decoder(path, &parameters)?;

    let mut audio = Audio::default();
    let mut planes: Vec<Vec<f32>> = Vec::new();
    while let Some(packet) = reader.next_packet().map_err(|e| damaged(path, e))? {
        if packet.track_id != id {
            continue;
        }
        let buffer = decoder.decode(&packet).map_err(|e| damaged(path, e))?;
        if buffer.frames() == 0 {
            continue;
        }
        let spec = buffer.spec();
        accept(path, &mut audio, spec.rate(), spec.channels().count(), expected)?;
        buffer.copy_to_vecs_planar(&mut planes);
        for (channel, plane) in audio.channels.iter_mut().zip(&planes) {
            channel.extend_from_slice(plane);
        }
        progress(fraction(audio.frames(), expected));
    }
    complete(path, &audio, &parameters, expected)?;
    progress(1.0);
    Ok(audio)
}

fn open(path: &Path) -> Result<Box<dyn FormatReader>, Error> {
    let unreadable = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => Error::Missing { path: path.into() },
        _ => Error::Unreadable { path: path.into(), source },
    };
    let file = File::open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    if metadata.is_dir() {
        return Err(unreadable(io::Error::from(io::ErrorKind::IsADirectory)));
    }
    if metadata.is_file() && metadata.len() == 0 {
        return Err(Error::Empty { path: path.into() });
    }
    let mut hint = Hint::new();
    if let Some(extension) = path.extension().and_then(|e| e.to_str()) {
        hint.with_extension(extension);
    }
    let stream = MediaSourceStream::new(Box::new(file), MediaSourceStreamOptions::default());
    symphonia::default::get_probe()
        .probe(&hint, stream, FormatOptions::default(), MetadataOptions::default())
        .map_err(|_| not_audio(path))
}

fn decoder(path: &Path, parameters: &AudioCodecParameters) -> Result<Box<dyn AudioDecoder>, Error> {
    if parameters.codec == CODEC_ID_OPUS {
        return Err(Error::Opus { path: path.into() });
    }
    if let Some(channels) = parameters.channels.as_ref().map(Channels::count).filter(|&n| n > 2) {
        return Err(Error::Channels { path: path.into(), channels });
    }
    symphonia::default::get_codecs()
        .make_audio_decoder(parameters, &AudioDecoderOptions::default())
        .map_err(|e| Error::Codec { path: path.into(), detail: e.to_string() })
}

/// Takes the shape of the audio from its first packet, and holds the others to it.
fn accept(
    path: &Path,
    audio: &mut Audio,
    sample_rate_hz: u32,
    channels: usize,
    expected: Option<u64>,
) -> Result<(), Error> {
    if audio.channels.is_empty() {
        if !(1..=2).contains(&channels) {
            return Err(Error::Channels { path: path.into(), channels });
        }
        if !(8_000..=384_000).contains(&sample_rate_hz) {
            return Err(Error::SampleRate { path: path.into(), sample_rate_hz });
        }
        // A header may lie: no more than an hour is reserved on its word.
        let frames = usize::try_from(expected.unwrap_or(0)).unwrap_or(0).min(192_000 * 3600);
        audio.sample_rate_hz = sample_rate_hz;
        audio.channels = (0..channels).map(|_| Vec::with_capacity(frames)).collect();
    } else if audio.channels.len() != channels || audio.sample_rate_hz != sample_rate_hz {
        let detail = "its sample rate or channel count changes midway".into();
        return Err(Error::Damaged { path: path.into(), detail });
    }
    Ok(())
}

/// An uncompressed or lossless file must hold what its header promises; lossy ones only estimate their length.
fn complete(
    path: &Path,
    audio: &Audio,
    parameters: &AudioCodecParameters,
    expected: Option<u64>,
) -> Result<(), Error> {
    let frames = audio.frames() as u64;
    if frames == 0 {
        return Err(Error::Empty { path: path.into() });
    }
    match expected.filter(|_| parameters.bits_per_sample.is_some()) {
        Some(expected) if frames < expected => {
            let detail = format!("it breaks off after {frames} of {expected} frames");
            Err(Error::Damaged { path: path.into(), detail })
        }
        _ => Ok(()),
    }
}

fn not_audio(path: &Path) -> Error {
    Error::NotAudio { path: path.into() }
}

fn damaged(path: &Path, error: Symphonia) -> Error {
    match error {
        Symphonia::IoError(source) if source.kind() != io::ErrorKind::UnexpectedEof => {
            Error::Unreadable { path: path.into(), source }
        }
        Symphonia::IoError(_) => Error::Damaged { path: path.into(), detail: "it breaks off".into() },
        Symphonia::Unsupported(detail) => Error::Codec { path: path.into(), detail: detail.into() },
        other => Error::Damaged { path: path.into(), detail: other.to_string() },
    }
}

#[expect(clippy::cast_precision_loss, reason = "a progress bar needs no precision")]
fn fraction(frames: usize, expected: Option<u64>) -> f64 {
    expected.filter(|&n| n > 0).map_or(0.0, |n| (frames as f64 / n as f64).min(1.0))
}
