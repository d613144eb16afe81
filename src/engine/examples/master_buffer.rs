//! Masters a buffer: five seconds of a tone, 6 dB louder, in the blocks of a host.
#![allow(clippy::print_stdout, reason = "an example shows its result")]

use garnish_engine::units::{count, narrow};
use garnish_engine::{Engine, Settings};

const RATE_HZ: f64 = 48_000.0;

/// Masters two channels of equal length in place: same length, no delay.
pub fn master(left: &mut Vec<f32>, right: &mut Vec<f32>) {
    let mut settings = Settings::default(); // a limiter at -1 dBTP, nothing else is heard
    settings.limiter.stage.gain_db = 6.0;

    let mut engine = Engine::default();
    engine.set(&settings);
    engine.prepare(RATE_HZ); // allocates; from here on nothing does

    // The output is late by the latency: feed as much silence at the end, drop as much at the start.
    let latency = engine.latency();
    for channel in [&mut *left, &mut *right] {
        channel.resize(channel.len() + latency, 0.0);
    }
    for (left, right) in left.chunks_mut(512).zip(right.chunks_mut(512)) {
        engine.process(left, right); // the block size does not change the sound
    }
    for channel in [left, right] {
        channel.drain(..latency);
    }
    let output = engine.take_reading().output;
    println!("{:.1} LUFS, {:.2} dBTP", output.integrated_lufs, output.peak_dbtp());
}

/// Runs the example.
pub fn main() {
    let tone = |n: usize| 0.7 * (std::f64::consts::TAU * 440.0 * count(n) / RATE_HZ).sin();
    let mut left: Vec<f32> = (0..240_000).map(|n| narrow(tone(n))).collect();
    let mut right = left.clone();
    master(&mut left, &mut right);
}
