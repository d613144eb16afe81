//! A whole file through the engine.

use garnish_engine::{Engine, Settings};
use garnish_media::Audio;

/// Frames handed to the engine at once. The sound does not depend on it.
const CHUNK: usize = 4096;

/// The chain offline: latency compensated, same length as the input, mono in mono out.
///
/// The engine is fed as much silence after the end as its latency, so that the limiter sees the end. What rings on beyond it is cut,
/// so that tracks of a gapless album still join. Read by itself, such a cut in the middle of full level can show some tenths of a dB
/// above the ceiling (0.41 dB measured in low-latency mode). `progress` is told how far it is, from 0 to 1.
pub fn render(input: &Audio, settings: &Settings, mut progress: impl FnMut(f64)) -> Audio {
    let mut engine = prepared(input, settings);
    let (frames, latency) = (input.frames(), engine.latency());
    let total = frames + latency;
    let padded = |channel: &Vec<f32>| {
        let mut padded = Vec::with_capacity(total);
        padded.extend_from_slice(channel);
        padded.resize(total, 0.0);
        padded
    };
    let Some(first) = input.channels.first() else { return input.clone() };
    let mut left = padded(first);
    let mut right = padded(input.channels.get(1).unwrap_or(first));
    let mut done = 0;
    for (left, right) in left.chunks_mut(CHUNK).zip(right.chunks_mut(CHUNK)) {
        engine.process(left, right);
        done += left.len();
        progress(garnish_engine::units::count(done) / garnish_engine::units::count(total));
    }
    let mut channels = vec![left, right];
    channels.truncate(input.channels.len());
    for channel in &mut channels {
        channel.drain(..latency);
    }
    Audio { sample_rate_hz: input.sample_rate_hz, channels }
}

/// The latency that [`render`] compensates, in samples.
pub fn latency(input: &Audio, settings: &Settings) -> usize {
    prepared(input, settings).latency()
}

fn prepared(input: &Audio, settings: &Settings) -> Engine {
    let mut engine = Engine::default();
    engine.set(settings);
    engine.prepare(f64::from(input.sample_rate_hz));
    engine
}
