//! Audio through a hosted plugin, as a DAW renders it.

use crate::{Change, Host, HostError};

/// Runs a whole signal through an active plugin in blocks of `frames`, compensates its latency and keeps the length.
///
/// `changes` are counted in frames of the input signal. `progress` is told frames done and all frames.
///
/// # Errors
/// If the plugin fails.
pub fn render(
    host: &mut (impl Host + ?Sized),
    audio: &[Vec<f32>; 2],
    frames: usize,
    changes: &[Change],
    mut progress: impl FnMut(usize, usize),
) -> Result<[Vec<f32>; 2], HostError> {
    let length = audio[0].len();
    let latency = host.latency();
    let total = length + latency;
    let mut output = [Vec::with_capacity(total), Vec::with_capacity(total)];
    let mut at = 0;
    while at < total {
        let end = (at + frames).min(total);
        let mut block = [0, 1].map(|channel| {
            let samples = &audio[channel];
            let mut block = samples[at.min(length)..end.min(length)].to_vec();
            block.resize(end - at, 0.0); // after the end the plugin is fed silence until its latency has passed
            block
        });
        let inside: Vec<_> = changes
            .iter()
            .filter(|change| (at..end).contains(&change.frame))
            .map(|change| Change { frame: change.frame - at, ..*change })
            .collect();
        host.process(&mut block, &inside)?;
        for (all, block) in output.iter_mut().zip(&block) {
            all.extend_from_slice(block);
        }
        at = end;
        progress(at, total);
    }
    for channel in &mut output {
        channel.drain(..latency);
    }
    Ok(output)
}
