//! Resampled audio is the same sound at the same time.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test fails by panicking")]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "small numbers that tests make themselves"
)]

use std::f64::consts::TAU;

use garnish_media::{Audio, resample};

fn tone(rate_hz: u32, hz: f64, frames: usize) -> Audio {
    let left = (0..frames).map(|n| (0.5 * (TAU * hz * n as f64 / f64::from(rate_hz)).sin()) as f32).collect();
    let right =
        (0..frames).map(|n| (0.25 * (TAU * hz * n as f64 / f64::from(rate_hz)).cos()) as f32).collect();
    Audio { sample_rate_hz: rate_hz, channels: vec![left, right] }
}

/// Greatest difference in dB relative to the tone, away from the ends, where the tone begins and ends abruptly.
fn error_db(rate_hz: u32, to_hz: u32, hz: f64) -> f64 {
    let seconds = 1;
    let there = resample(&tone(rate_hz, hz, rate_hz as usize * seconds), to_hz).unwrap();
    let expected = tone(to_hz, hz, to_hz as usize * seconds);
    assert_eq!(there.sample_rate_hz, to_hz);
    assert_eq!(there.frames(), expected.frames());
    let margin = to_hz as usize / 4;
    let mut worst = 0.0f32;
    for (a, b) in there.channels.iter().zip(&expected.channels) {
        for (x, y) in a.iter().zip(b).take(a.len() - margin).skip(margin) {
            worst = worst.max((x - y).abs());
        }
    }
    20.0 * (f64::from(worst) / 0.5).log10()
}

#[test]
fn tones_keep_level_and_phase() {
    for (from, to) in [
        (44_100, 48_000),
        (48_000, 44_100),
        (96_000, 44_100),
        (44_100, 96_000),
        (48_000, 192_000),
        (192_000, 48_000),
    ] {
        for hz in [50.0, 997.0, 10_007.0, 20_000.0] {
            let error = error_db(from, to, hz);
            println!("{from} -> {to}, {hz} Hz: {error:.1} dB");
            assert!(error < -130.0, "{from} -> {to}, {hz} Hz: {error:.1} dB");
        }
    }
}

#[test]
fn what_lies_above_the_new_band_goes() {
    let there = resample(&tone(96_000, 30_000.0, 96_000), 44_100).unwrap();
    let worst = there.channels[0][11_000..33_000].iter().fold(0.0f32, |a, b| a.max(b.abs()));
    assert!(20.0 * (f64::from(worst) / 0.5).log10() < -130.0, "{worst}");
}

#[test]
fn lengths_are_rounded_up_and_the_same_rate_changes_nothing() {
    for frames in [1, 2, 100, 4_095, 4_097, 50_001] {
        let audio = tone(44_100, 997.0, frames);
        assert_eq!(resample(&audio, 44_100).unwrap(), audio);
        let there = resample(&audio, 48_000).unwrap();
        assert_eq!(there.frames(), (frames * 48_000).div_ceil(44_100));
    }
}

#[test]
fn an_impossible_rate_is_an_error() {
    assert!(resample(&Audio::default(), 48_000).is_err());
    assert!(resample(&tone(48_000, 997.0, 100), 0).is_err());
}
