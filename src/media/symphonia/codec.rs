//! The codecs of packets.

use std::path::Path;

use ::symphonia::core::audio::Channels;
use ::symphonia::core::codecs::audio::well_known::{CODEC_ID_AAC, CODEC_ID_ALAC, CODEC_ID_OPUS};
use ::symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use ::symphonia::core::packet::Packet;
use opus_pure::{MAX_PACKET_SAMPLES, OpusDecoder};

use super::fault;
use crate::info::Encoding;
use crate::source::damaged;
use crate::{Error, Planes, aac};

/// Sample rate in Hz and number of channels.
pub(super) type Shape = (u32, usize);

/// Bits of a lossless codec; ALAC in CAF states them only in its own header.
pub(super) fn lossless(parameters: &AudioCodecParameters) -> Option<u32> {
    let bits = parameters.bits_per_sample.filter(|&bits| bits > 0);
    if parameters.codec == CODEC_ID_ALAC {
        let mut header = parameters.extra_data.as_deref().unwrap_or_default();
        // Some files wrap it in boxes, of 12 bytes as far as they concern us.
        while matches!(header.get(4..8), Some(b"frma" | b"alac")) {
            header = &header[header.len().min(12)..];
        }
        return bits.or(header.get(5).map(|&bits| u32::from(bits)));
    }
    bits.filter(|_| name(parameters).starts_with("pcm_s") || name(parameters).starts_with("pcm_u"))
}

fn name(parameters: &AudioCodecParameters) -> &'static str {
    if parameters.codec == CODEC_ID_OPUS {
        return "opus";
    }
    ::symphonia::default::get_codecs()
        .get_audio_decoder(parameters.codec)
        .map_or("unknown codec", |decoder| decoder.codec.info.short_name)
}

/// Codec and encoding in words.
pub(super) fn description(parameters: &AudioCodecParameters, encoding: Encoding) -> String {
    let codec = name(parameters).to_uppercase();
    match encoding {
        Encoding::Lossy => codec,
        encoding => format!("{codec}, {encoding}"),
    }
}

/// A decoder for packets.
pub(super) enum Decoder {
    Symphonia(Box<dyn AudioDecoder>),
    Aac(Box<syom::Decoder>),
    Opus { decoder: Box<OpusDecoder>, pcm: Vec<f32>, channels: usize },
}

impl Decoder {
    /// Puts the samples of a packet into `planes`; rate and channels of what it held, if it held anything.
    pub fn decode(
        &mut self,
        path: &Path,
        packet: &Packet,
        planes: &mut Planes,
    ) -> Result<Option<Shape>, Error> {
        planes.clear();
        match self {
            Self::Symphonia(decoder) => {
                let buffer = decoder.decode(packet).map_err(|e| fault(path, e))?;
                if buffer.frames() == 0 {
                    return Ok(None);
                }
                buffer.copy_to_vecs_planar(planes);
                Ok(Some((buffer.spec().rate(), buffer.spec().channels().count())))
            }
            Self::Aac(decoder) => {
                let (mut shape, mut changed) = (None, false);
                let append = |frame: syom::Frame<'_>| {
                    aac::append(&frame, planes, &mut shape, &mut changed);
                    Ok(())
                };
                decoder.decode_au(&packet.data, append).map_err(|e| damaged(path, e.to_string()))?;
                Ok(shape)
            }
            Self::Opus { decoder, pcm, channels } => {
                let samples = decoder
                    .decode(&packet.data, MAX_PACKET_SAMPLES, pcm)
                    .map_err(|e| damaged(path, e.to_string()))?;
                let frames = pcm[..samples * *channels].chunks_exact(*channels);
                planes.extend((0..*channels).map(|channel| frames.clone().map(|f| f[channel]).collect()));
                Ok((samples > 0).then_some((48_000, *channels)))
            }
        }
    }
}

/// Makes the decoder for a track of one or two channels.
pub(super) fn decoder(path: &Path, parameters: &AudioCodecParameters) -> Result<Decoder, Error> {
    if parameters.codec == CODEC_ID_OPUS {
        return opus(parameters).ok_or_else(|| damaged(path, "its Opus header is wrong"));
    }
    if let Some(channels) = parameters.channels.as_ref().map(Channels::count).filter(|&n| n > 2) {
        return Err(Error::Channels { path: path.into(), channels });
    }
    let codec = |detail: String| Error::Codec { path: path.into(), detail };
    if parameters.codec == CODEC_ID_AAC
        && let Some(config) = parameters.extra_data.as_deref()
    {
        let decoder = syom::Decoder::from_asc(config, syom::DecodeOptions::unbounded())
            .map_err(|e| codec(e.to_string()))?;
        return Ok(Decoder::Aac(Box::new(decoder)));
    }
    ::symphonia::default::get_codecs()
        .make_audio_decoder(parameters, &AudioDecoderOptions::default())
        .map(Decoder::Symphonia)
        .map_err(|e| codec(e.to_string()))
}

/// Opus outside Ogg; the header is that of Ogg (RFC 7845, section 5.1).
fn opus(parameters: &AudioCodecParameters) -> Option<Decoder> {
    let header = parameters.extra_data.as_deref()?;
    let channels = usize::from(*header.get(9)?);
    let mut decoder = OpusDecoder::new(48_000, channels).ok()?;
    decoder.gain_q8 = i32::from(i16::from_le_bytes(header.get(16..18)?.try_into().ok()?));
    let pcm = vec![0.0; MAX_PACKET_SAMPLES * channels];
    Some(Decoder::Opus { decoder: Box::new(decoder), pcm, channels })
}

/// Samples that a decoder of Opus is to skip at the start.
pub(super) fn pre_skip(parameters: &AudioCodecParameters) -> u64 {
    let header = parameters.extra_data.as_deref().filter(|_| parameters.codec == CODEC_ID_OPUS);
    let skip = header.and_then(|header| header.get(10..12)?.try_into().ok());
    skip.map_or(0, |bytes| u64::from(u16::from_le_bytes(bytes)))
}
