//! What the multiband compressor's tests share.
#![allow(dead_code, reason = "each test binary uses its own part")]

use std::f64::consts::TAU;

use garnish_engine::multiband::{Band, Channels, Detector, Multiband, Phase, Settings};
use garnish_engine::units::{count, samples_from_ms, whole};
use garnish_engine::{Block, Spec, Stage};

/// Does nothing.
pub const IDLE: Band = Band {
    on: true,
    threshold_db: 0.0,
    ratio: 1.0,
    knee_db: 6.0,
    range_db: 60.0,
    upward_threshold_db: -40.0,
    upward_ratio: 1.0,
    upward_range_db: 12.0,
    expand_threshold_db: -60.0,
    expand_ratio: 1.0,
    expand_range_db: 24.0,
    attack_ms: 1.0,
    release_ms: 1_000.0,
    auto_release: false,
    makeup_db: 0.0,
    detector: Detector::Peak,
    window_ms: 10.0,
    look_ahead_ms: 5.0,
    link_percent: 100.0,
    mix_percent: 100.0,
    channels: Channels::LeftRight,
};
pub const PHASES: [Phase; 3] = [Phase::Dynamic, Phase::LinkwitzRiley, Phase::Linear];

pub fn idle() -> Settings {
    Settings { band: [IDLE; 6], ..Settings::default() }
}

/// The ways bands can be mid/side: none, all, some.
pub fn mixtures() -> [[Channels; 6]; 4] {
    use Channels::{LeftRight as LR, MidSide as MS};
    [[LR; 6], [MS; 6], [LR, MS, LR, MS, MS, LR], [MS, LR, LR, MS, LR, MS]]
}

/// The same settings with these channels.
pub fn with_channels(mut settings: Settings, channels: [Channels; 6]) -> Settings {
    for (band, channels) in settings.band.iter_mut().zip(channels) {
        band.channels = channels;
    }
    settings
}

pub fn prepared(settings: &Settings, rate_hz: f64) -> Multiband {
    let mut stage = Multiband::default();
    stage.set(settings);
    stage.prepare(&Spec { sample_rate_hz: rate_hz, max_frames: 1 << 20 });
    stage
}

pub fn run(stage: &mut Multiband, [mut left, mut right]: [Vec<f64>; 2]) -> [Vec<f64>; 2] {
    stage.process(&mut Block::new(&mut left, &mut right));
    [left, right]
}

pub fn at(ms: f64, rate_hz: f64) -> usize {
    whole(samples_from_ms(ms, rate_hz))
}

pub fn sine(hz: f64, rate_hz: f64, amplitude: f64, frames: usize) -> [Vec<f64>; 2] {
    // faded in over 100 ms, so that no onset is louder than the tone
    let fade = |n: usize| 0.5 - 0.5 * (0.5 * TAU * (count(n) / rate_hz * 10.0).min(1.0)).cos();
    let channel: Vec<_> =
        (0..frames).map(|n| fade(n) * amplitude * (TAU * hz / rate_hz * count(n)).sin()).collect();
    [channel.clone(), channel]
}

/// Amplitude of a sine of `hz` in a signal: its projection, which whole periods make exact.
pub fn amplitude(signal: &[f64], hz: f64, rate_hz: f64) -> f64 {
    let w = TAU * hz / rate_hz;
    let (mut s, mut c) = (0.0, 0.0);
    for (n, x) in signal.iter().enumerate() {
        let (sin, cos) = (w * count(n)).sin_cos();
        s += x * sin;
        c += x * cos;
    }
    2.0 * s.hypot(c) / count(signal.len())
}
