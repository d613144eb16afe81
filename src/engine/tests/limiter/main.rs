//! The limiter's promises.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::cast_precision_loss, reason = "frame numbers are small")]
#![allow(clippy::print_stdout, reason = "the measured figures")]
#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small whole numbers")]

mod listening;
mod promise;
mod sessions;
mod shift;
mod sound;
#[path = "../support/mod.rs"]
mod support;

use garnish_engine::limiter::{LatencyMode, Limiter, Monitor, Settings, Style};
use garnish_engine::settings::Quality;
use garnish_engine::{Block, Spec, Stage};
use support::{Random, music, sine, thd_n_db, torture::torture, true_peak::Judge};

const RATES_HZ: [f64; 5] = [44_100.0, 48_000.0, 88_200.0, 96_000.0, 192_000.0];
/// The figure: overshoot above the ceiling, in dB.
const OVERSHOOT_DB: f64 = 0.01;

type Stereo = [Vec<f64>; 2];

fn prepared(settings: &Settings, rate_hz: f64) -> Limiter {
    let mut limiter = Limiter::default();
    limiter.set(settings);
    limiter.prepare(&Spec { sample_rate_hz: rate_hz, max_frames: 512 });
    limiter
}

/// Limits, then feeds silence until everything is out.
fn limit(settings: &Settings, rate_hz: f64, audio: &Stereo) -> Stereo {
    let mut limiter = prepared(settings, rate_hz);
    let frames = audio[0].len() + limiter.latency() + 300;
    let [mut left, mut right] = audio.clone();
    left.resize(frames, 0.0);
    right.resize(frames, 0.0);
    for (left, right) in left.chunks_mut(512).zip(right.chunks_mut(512)) {
        limiter.process(&mut Block::new(left, right));
    }
    [left, right]
}

fn overshoot_db(judge: &Judge, output: &Stereo, ceiling_db: f64) -> f64 {
    let peak = output.iter().map(|channel| judge.true_peak(channel)).fold(0.0, f64::max);
    20.0 * peak.log10() - ceiling_db
}

/// Amplitude of a whole number of periods, by the definition of the Fourier transform.
fn amplitude(signal: &[f64], frequency_hz: f64, rate_hz: f64) -> f64 {
    let (re, im) = signal.iter().enumerate().fold((0.0, 0.0), |(re, im), (n, x)| {
        let phase = std::f64::consts::TAU * (frequency_hz * n as f64 / rate_hz).fract();
        (re + x * phase.cos(), im + x * phase.sin())
    });
    2.0 * f64::hypot(re, im) / signal.len() as f64
}

/// Processes from `from` on, with these settings and this monitor.
fn run(limiter: &mut Limiter, audio: &mut Stereo, range: std::ops::Range<usize>) {
    let [left, right] = audio;
    for (left, right) in left[range.clone()].chunks_mut(100).zip(right[range].chunks_mut(100)) {
        limiter.process(&mut Block::new(left, right));
    }
}
