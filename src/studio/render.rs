//! A whole file through the engine.

use garnish_engine::meter::Meter;
use garnish_engine::units::{count, narrow, whole};
use garnish_engine::{Engine, Settings};
use garnish_media::Audio;

/// Frames handed to the engine at once. The sound does not depend on it.
const CHUNK: usize = 4096;

/// Frames rendered beyond the end, to know what rings on there.
const TAIL: usize = 2048;

/// The chain offline: latency compensated, same length as the input, mono in mono out.
///
/// The engine is fed silence after the end, so that the limiter sees the end. What rings on beyond it is cut, so that tracks of a
/// gapless album still join; only where the cut itself would lift the true peak above the limiter's ceiling (a mix that ends at full
/// level, in low-latency mode), the last millisecond is faded out. `progress` is told how far it is, from 0 to 1.
pub fn render(input: &Audio, settings: &Settings, mut progress: impl FnMut(f64)) -> Audio {
    let mut engine = prepared(input, settings);
    let (frames, latency) = (input.frames(), engine.latency());
    let total = frames + latency + TAIL;
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
        progress(count(done) / count(total));
    }
    let mut channels = vec![left, right];
    channels.truncate(input.channels.len());
    for channel in &mut channels {
        channel.drain(..latency);
    }
    end(&mut channels, frames, input.sample_rate_hz, settings);
    Audio { sample_rate_hz: input.sample_rate_hz, channels }
}

/// Cuts the channels at `frames`; fades them out there, all alike, if the cut of any would break the ceiling.
fn end(channels: &mut [Vec<f32>], frames: usize, sample_rate_hz: u32, settings: &Settings) {
    let limiter = &settings.limiter;
    let ceiling_db = limiter.stage.ceiling_db - limiter.stage.margin_db;
    let guarded = limiter.on && limiter.stage.true_peak && !settings.bypass;
    let start = frames.saturating_sub(TAIL);
    let mut breaks = false;
    for channel in channels.iter_mut() {
        let uncut_db = true_peak_db(&channel[start..], sample_rate_hz);
        channel.truncate(frames);
        let cut_db = true_peak_db(&channel[start..], sample_rate_hz);
        breaks |= cut_db > ceiling_db + 0.005 && cut_db > uncut_db;
    }
    if guarded && breaks {
        let length = whole(f64::from(sample_rate_hz) * 1e-3).min(frames);
        for channel in channels {
            for (n, x) in channel[frames - length..].iter_mut().enumerate() {
                let way = std::f64::consts::PI * count(n + 1) / count(length);
                *x = narrow(f64::from(*x) * (0.5 + 0.5 * way.cos()));
            }
        }
    }
}

/// True peak of the end of a channel in dBTP. What begins in the middle of the sound is faded in, or it would read as a step.
fn true_peak_db(channel: &[f32], sample_rate_hz: u32) -> f64 {
    let fade = |n: usize| (count(n) / 512.0).min(1.0);
    let samples: Vec<f64> = channel.iter().enumerate().map(|(n, x)| f64::from(*x) * fade(n)).collect();
    let mut meter = Meter::new();
    meter.prepare(f64::from(sample_rate_hz));
    meter.set_mono(true);
    meter.measure([&samples, &samples]);
    meter.finish();
    meter.take_reading().peak_dbtp()
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
