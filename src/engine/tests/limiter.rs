//! The limiter's promises, read by an independent judge.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::cast_precision_loss, reason = "frame numbers are small")]
#![allow(clippy::print_stdout, reason = "the measured figures")]

mod support;

use garnish_engine::limiter::{Limiter, Settings};
use garnish_engine::{Block, Spec, Stage};
use support::{music, sine, thd_n_db, torture::torture, true_peak::Judge};

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

fn torture_overshoot_db(judge: &Judge, settings: &Settings, rate_hz: f64, frames: usize) -> f64 {
    let set = torture(frames, 1);
    let mut worst = f64::NEG_INFINITY;
    // two signals at a time, one a channel
    for (n, (name, left)) in set.iter().enumerate() {
        let right = set[(n + 1) % set.len()].1.iter().map(|x| 0.7 * x).collect();
        let over =
            overshoot_db(judge, &limit(settings, rate_hz, &[left.clone(), right]), settings.ceiling_db);
        println!("{rate_hz} Hz, {name}: {over:+.4} dB");
        worst = worst.max(over);
    }
    worst
}

#[test]
fn the_torture_set_stays_below_the_ceiling() {
    let judge = Judge::new();
    let settings = Settings { gain_db: 8.0, ..Settings::default() };
    for rate_hz in [44_100.0, 96_000.0] {
        let over = torture_overshoot_db(&judge, &settings, rate_hz, 6_000);
        assert!(over <= OVERSHOOT_DB, "{over} dB at {rate_hz} Hz");
    }
}

#[test]
#[ignore = "long: all rates"]
fn the_torture_set_stays_below_the_ceiling_at_every_rate() {
    let judge = Judge::new();
    let settings = Settings { gain_db: 8.0, ..Settings::default() };
    for rate_hz in RATES_HZ {
        let over = torture_overshoot_db(&judge, &settings, rate_hz, 30_000);
        assert!(over <= OVERSHOOT_DB, "{over} dB at {rate_hz} Hz");
    }
}

#[test]
fn music_stays_below_the_ceiling() {
    let judge = Judge::new();
    let settings = Settings { gain_db: 14.0, ..Settings::default() };
    for rate_hz in RATES_HZ {
        let over = overshoot_db(&judge, &limit(&settings, rate_hz, &music(15_000, rate_hz, 3)), -1.0);
        assert!((-0.2..=OVERSHOOT_DB).contains(&over), "{over} dB at {rate_hz} Hz");
    }
}

#[test]
fn without_true_peak_samples_stay_below_the_ceiling() {
    let settings = Settings { gain_db: 8.0, true_peak: false, ..Settings::default() };
    for (name, signal) in torture(6_000, 2) {
        let peak = limit(&settings, 48_000.0, &[signal.clone(), signal])
            .into_iter()
            .flatten()
            .fold(0.0, |peak: f64, x| peak.max(x.abs()));
        assert!(20.0 * peak.log10() <= -1.0, "{name}: {peak}");
    }
}

#[test]
fn what_needs_no_limiting_passes_untouched() {
    let settings = Settings { ceiling_db: 0.0, ..Settings::default() };
    let audio = music(20_000, 48_000.0, 4);
    let latency = prepared(&settings, 48_000.0).latency();
    let output = limit(&settings, 48_000.0, &audio);
    for (input, output) in audio.iter().zip(&output) {
        assert!(input[..] == output[latency..latency + input.len()]);
    }
}

#[test]
fn latency_is_at_most_7_ms() {
    for rate_hz in RATES_HZ {
        let latency = prepared(&Settings::default(), rate_hz).latency();
        assert!(latency as f64 / rate_hz <= 7e-3, "{latency} samples at {rate_hz} Hz");
    }
}

#[test]
fn a_steady_tone_is_not_distorted() {
    // -1 dBTP, 3 dB of reduction, from full scale driven by 2 dB
    for (frequency_hz, limit_db) in [(997.0, -100.0), (50.0, -80.0), (100.0, -80.0), (7_001.0, -80.0)] {
        let rate_hz = 48_000.0;
        let tone = sine(96_000, frequency_hz, rate_hz, 1.0);
        let settings = Settings { gain_db: 2.0, ..Settings::default() };
        let [left, _] = limit(&settings, rate_hz, &[tone.clone(), tone]);
        let residual_db = thd_n_db(&left[48_000..96_000], frequency_hz, rate_hz);
        println!("{frequency_hz} Hz: {residual_db:.1} dB");
        assert!(residual_db <= limit_db, "{frequency_hz} Hz: {residual_db} dB");
    }
}
