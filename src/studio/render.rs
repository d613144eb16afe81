//! A whole programme through the chain, in memory.

use garnish_engine::Settings;
use garnish_media::Audio;

use crate::Error;
use crate::aligned::Aligned;
use crate::feed::feed;
use crate::parts::{Parts, Reduction};
use crate::source::{Memory, Source};

/// Renders audio by the chain: latency compensated, same length as the input, mono in mono out.
///
/// The chain is fed silence after the end, so that the limiter sees the end. What rings on beyond it is cut, so that tracks of a
/// gapless album still join; only where the cut itself would lift the true peak above the limiter's ceiling (a mix that ends at full
/// level, in low-latency mode), the last millisecond is faded out. `progress` gets the part done, 0 to 1.
pub fn render(input: &Audio, settings: &Settings, mut progress: impl FnMut(f64)) -> Audio {
    let channels: Vec<Vec<f32>> =
        input.channels.iter().map(|channel| Vec::with_capacity(channel.len())).collect();
    let mut output = Audio { sample_rate_hz: input.sample_rate_hz, channels };
    if input.channels.is_empty() {
        return output;
    }
    let mut parts = Parts::new(settings, input.sample_rate_hz);
    let rendered = stream(
        &mut Memory::new(input),
        &mut parts,
        settings,
        &mut progress,
        |_| Ok(()),
        |planes| {
            for (channel, plane) in output.channels.iter_mut().zip(planes) {
                channel.extend_from_slice(plane);
            }
            Ok(())
        },
    );
    // memory can neither be damaged nor full
    debug_assert!(rendered.is_ok());
    output
}

/// Renders a source in pieces: `heard` gets the input, `sink` the output.
pub(crate) fn stream(
    source: &mut impl Source,
    parts: &mut Parts,
    settings: &Settings,
    progress: &mut dyn FnMut(f64),
    heard: impl FnMut(&[&[f32]]) -> Result<(), Error>,
    mut sink: impl FnMut(&[&[f32]]) -> Result<(), Error>,
) -> Result<(crate::broken::Broken, Reduction), Error> {
    let sample_rate_hz = source.sample_rate_hz();
    let mut aligned = Aligned::new(parts.latency(), source.channels());
    let broken = feed(source, parts.latency(), progress, heard, |piece| {
        parts.before_limiter(piece);
        parts.limiter_and_after(piece);
        aligned.push([&piece[0], &piece[1]], &mut sink)
    })?;
    aligned.finish(sample_rate_hz, settings, sink)?;
    Ok((broken, parts.reduction()))
}
