//! Changing the sample rate, by rubato: for reference tracks, which must run at the session's rate.

use rubato::audioadapter::{Adapter, AdapterMut};
use rubato::audioadapter_buffers::owned::SequentialOwned;
use rubato::{Fft, FixedSync, Resampler, WindowFunction};

use crate::{Audio, Error};

/// Frames rubato takes at a time, at least, at the lower rate. Its filter is as long, which leaves 20 kHz untouched between
/// 44.1 and 48 kHz.
const CHUNK: u32 = 4096;

/// The same audio at another rate, band-limited to the lower of the two, aligned in time.
///
/// Its length is that of the original times the ratio of rates, rounded up. At the same rate the audio comes back as it
/// is. Computed in 64-bit floats: the error is that of rounding the result to 32 bits.
///
/// # Errors
///
/// [`Error::Resample`] if a rate is 0 or there is no channel.
pub fn resample(audio: &Audio, to_hz: u32) -> Result<Audio, Error> {
    let from_hz = audio.sample_rate_hz;
    if to_hz == from_hz {
        return Ok(audio.clone());
    }
    convert(audio, to_hz).map_err(|detail| Error::Resample { from_hz, to_hz, detail })
}

fn convert(audio: &Audio, to_hz: u32) -> Result<Audio, String> {
    let from_hz = audio.sample_rate_hz;
    let channels = audio.channels.len();
    let window = WindowFunction::BlackmanHarris2;
    let mut resampler = Fft::<f64>::new_custom(
        usize::try_from(from_hz).map_err(text)?,
        usize::try_from(to_hz).map_err(text)?,
        chunk(from_hz, to_hz)?,
        1,
        channels,
        window,
        FixedSync::Both,
    )
    .map_err(text)?;
    let frames = (audio.frames() as u64 * u64::from(to_hz)).div_ceil(u64::from(from_hz));
    let frames = usize::try_from(frames).map_err(text)?;
    let (chunk_in, chunk_out) = (resampler.input_frames_next(), resampler.output_frames_next());
    let mut input = SequentialOwned::new(0.0, channels, chunk_in);
    let mut output = SequentialOwned::new(0.0, channels, chunk_out);
    let mut late = resampler.output_delay();
    let mut result = Audio { sample_rate_hz: to_hz, channels: vec![Vec::with_capacity(frames); channels] };

    let mut at = 0;
    while result.frames() < frames {
        for (index, channel) in audio.channels.iter().enumerate() {
            for frame in 0..chunk_in {
                let sample = channel.get(at + frame).copied().unwrap_or(0.0);
                input.write_sample(index, frame, &f64::from(sample));
            }
        }
        resampler.process_into_buffer(&input, &mut output, None).map_err(text)?;
        let skipped = late.min(chunk_out);
        let taken = (chunk_out - skipped).min(frames - result.frames());
        for (index, channel) in result.channels.iter_mut().enumerate() {
            let samples = skipped..skipped + taken;
            channel.extend(samples.map(|frame| narrow(output.read_sample(index, frame).unwrap_or(0.0))));
        }
        late -= skipped;
        at += chunk_in;
    }
    Ok(result)
}

/// Length of a chunk at the first rate: a whole number of periods of the ratio, and an even one, since rubato's delay is half
/// a chunk and must be whole on both sides for the result to be aligned.
fn chunk(from_hz: u32, to_hz: u32) -> Result<usize, String> {
    let (mut common, mut rest) = (from_hz, to_hz);
    while rest != 0 {
        (common, rest) = (rest, common % rest);
    }
    let shorter = from_hz.min(to_hz) / common.max(1);
    if shorter == 0 {
        return Err("a rate of 0 Hz".into());
    }
    let periods = CHUNK.div_ceil(shorter).next_multiple_of(2);
    usize::try_from(periods * (from_hz / common)).map_err(text)
}

#[expect(clippy::cast_possible_truncation, reason = "rounding to f32 is the purpose")]
fn narrow(sample: f64) -> f32 {
    sample as f32
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
