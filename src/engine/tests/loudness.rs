//! EBU Tech 3341 (cases 1-5 and 9-14; `true_peak.rs` has the others) and Tech 3342 (cases 1-4) at every rate, tighter than they ask.

#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "tests count in floats and fail by panicking"
)]

use std::f64::consts::TAU;

use garnish_engine::meter::{Meter, Reading};

const RATES_HZ: [f64; 5] = [44_100.0, 48_000.0, 88_200.0, 96_000.0, 192_000.0];
const LOUDNESS_LU: f64 = 0.02;
const RANGE_LU: f64 = 0.1;

/// Seconds and level in dBFS of a stretch of the 1 kHz tone; minus infinity is silence.
type Stretch = (f64, f64);

const SILENCE: f64 = f64::NEG_INFINITY;

/// Plays stretches of a stereo in-phase 1 kHz sine through a fresh meter; calls `each` after every 10 ms.
fn play(rate_hz: f64, stretches: &[Stretch], mut each: impl FnMut(f64, &mut Meter)) -> Reading {
    let mut meter = Meter::new();
    meter.prepare(rate_hz);
    // Exactly 1 kHz repeats after a whole number of samples at these rates: 441 at 44.1 kHz, 48 at 48 kHz, ...
    let period = (1..1000).find(|n| (f64::from(*n) * rate_hz / 1000.0).fract() == 0.0).unwrap();
    let period = (f64::from(period) * rate_hz / 1000.0) as usize;
    let tone: Vec<f64> = (0..period).map(|n| (TAU * 1000.0 * n as f64 / rate_hz).sin()).collect();
    let tick = (rate_hz / 100.0) as usize;
    let mut block = vec![0.0; tick];
    let (mut frame, mut end_s) = (0usize, 0.0);
    for &(seconds, level_db) in stretches {
        end_s += seconds;
        let gain = 10f64.powf(level_db / 20.0);
        let end = (end_s * rate_hz).round() as usize;
        while frame < end {
            let frames = (tick - frame % tick).min(end - frame);
            for (n, sample) in block[..frames].iter_mut().enumerate() {
                *sample = gain * tone[(frame + n) % period];
            }
            meter.measure([&block[..frames], &block[..frames]]);
            frame += frames;
            each(frame as f64 / rate_hz, &mut meter);
        }
    }
    meter.take_reading()
}

fn near(what: &str, rate_hz: f64, measured: f64, expected: f64, tolerance: f64) {
    assert!(
        (measured - expected).abs() <= tolerance,
        "{what} at {rate_hz} Hz: {measured:.4} instead of {expected}"
    );
}

fn integrated(case: &str, stretches: &[Stretch], expected_lufs: f64) {
    for rate_hz in RATES_HZ {
        let reading = play(rate_hz, stretches, |_, _| {});
        near(case, rate_hz, reading.integrated_lufs, expected_lufs, LOUDNESS_LU);
    }
}

#[test]
fn cases_1_and_2_steady_tones() {
    for level in [-23.0, -33.0] {
        for rate_hz in RATES_HZ {
            let reading = play(rate_hz, &[(20.0, level)], |_, _| {});
            near("M", rate_hz, reading.momentary_lufs, level, LOUDNESS_LU);
            near("S", rate_hz, reading.short_term_lufs, level, LOUDNESS_LU);
            near("I", rate_hz, reading.integrated_lufs, level, LOUDNESS_LU);
            near("LRA", rate_hz, reading.loudness_range_lu, 0.0, RANGE_LU);
        }
    }
}

#[test]
fn case_3_relative_gate() {
    integrated("case 3", &[(10.0, -36.0), (60.0, -23.0), (10.0, -36.0)], -23.0);
}

#[test]
fn case_4_both_gates() {
    integrated("case 4", &[(10.0, -72.0), (10.0, -36.0), (60.0, -23.0), (10.0, -36.0), (10.0, -72.0)], -23.0);
}

/// Level of several, each with its weight: what the standard's arithmetic makes of a nominal -23, which it gives +-0.1 LU.
fn mean_db(parts: &[Stretch]) -> f64 {
    let (weights, sum) = parts
        .iter()
        .fold((0.0, 0.0), |(w, s), (weight, db)| (w + weight, s + weight * 10f64.powf(db / 10.0)));
    10.0 * (sum / weights).log10()
}

#[test]
fn case_5_mean_of_levels() {
    // Gating blocks of 400 ms weigh the first and last 300 ms half.
    let expected = mean_db(&[(19.85, -26.0), (20.1, -20.0), (19.85, -26.0)]);
    assert!((expected + 23.0).abs() < 0.02);
    integrated("case 5", &[(20.0, -26.0), (20.1, -20.0), (20.0, -26.0)], expected);
}

#[test]
fn case_9_short_term_window() {
    let stretches = [(1.34, -20.0), (1.66, -30.0)].repeat(5);
    for rate_hz in RATES_HZ {
        play(rate_hz, &stretches, |at_s, meter| {
            if at_s >= 3.0 {
                near("case 9", rate_hz, meter.take_reading().short_term_lufs, -23.0, LOUDNESS_LU);
            }
        });
    }
}

#[test]
fn case_10_short_term_wherever_it_starts() {
    for rate_hz in RATES_HZ {
        for i in 0..20 {
            let reading =
                play(rate_hz, &[(f64::from(i) * 0.15, SILENCE), (3.0, -23.0), (1.0, SILENCE)], |_, _| {});
            near("case 10", rate_hz, reading.max_short_term_lufs, -23.0, LOUDNESS_LU);
        }
    }
}

#[test]
fn case_11_short_term_follows() {
    for rate_hz in RATES_HZ {
        let mut stretches = Vec::new();
        let mut ends = Vec::new();
        let mut at_s = 0.0;
        for i in 0..20 {
            let before = f64::from(i) * 0.15;
            let level = -38.0 + f64::from(i);
            stretches.extend([(before, SILENCE), (3.0, level), (3.0 - before, SILENCE)]);
            at_s += 6.0;
            ends.push((at_s, level));
        }
        let mut ends = ends.into_iter().peekable();
        play(rate_hz, &stretches, |at_s, meter| {
            if let Some((_, level)) = ends.next_if(|(end_s, _)| at_s >= *end_s) {
                near("case 11", rate_hz, meter.take_reading().max_short_term_lufs, level, LOUDNESS_LU);
            }
        });
        assert!(ends.next().is_none());
    }
}

#[test]
fn case_12_momentary_window() {
    let stretches = [(0.18, -20.0), (0.22, -30.0)].repeat(25);
    let expected = mean_db(&stretches);
    assert!((expected + 23.0).abs() < 0.04);
    for rate_hz in RATES_HZ {
        play(rate_hz, &stretches, |at_s, meter| {
            if at_s >= 1.0 {
                near("case 12", rate_hz, meter.take_reading().momentary_lufs, expected, LOUDNESS_LU);
            }
        });
    }
}

#[test]
fn case_13_momentary_wherever_it_starts() {
    for rate_hz in RATES_HZ {
        for i in 0..20 {
            let reading =
                play(rate_hz, &[(f64::from(i) * 0.02, SILENCE), (0.4, -23.0), (1.0, SILENCE)], |_, _| {});
            near("case 13", rate_hz, reading.max_momentary_lufs, -23.0, LOUDNESS_LU);
        }
    }
}

/// Beyond the standard: an event may start anywhere between two windows.
#[test]
fn momentary_misses_no_event_by_more_than_the_stated() {
    for i in 0..25 {
        let reading =
            play(48_000.0, &[(f64::from(i) * 1e-4 + 0.5, SILENCE), (0.4, -23.0), (1.0, SILENCE)], |_, _| {});
        near("event", 48_000.0, reading.max_momentary_lufs, -23.0, LOUDNESS_LU);
    }
}

#[test]
fn case_14_momentary_follows() {
    for rate_hz in RATES_HZ {
        let mut stretches = Vec::new();
        for i in 0..20 {
            let before = f64::from(i) * 0.02;
            stretches.extend([(before, SILENCE), (0.4, -38.0 + f64::from(i)), (0.4 - before, SILENCE)]);
        }
        play(rate_hz, &stretches, |at_s, meter| {
            // 800 ms a tone.
            let tones = (at_s / 0.8 + 1e-9).floor();
            if (at_s - tones * 0.8).abs() < 1e-6 && tones >= 1.0 {
                near("case 14", rate_hz, meter.take_reading().max_momentary_lufs, -39.0 + tones, LOUDNESS_LU);
            }
        });
    }
}

fn range(stretches: &[f64], expected_lu: f64) {
    let stretches: Vec<Stretch> = stretches.iter().map(|&level| (20.0, level)).collect();
    for rate_hz in RATES_HZ {
        let reading = play(rate_hz, &stretches, |_, _| {});
        near("range", rate_hz, reading.loudness_range_lu, expected_lu, RANGE_LU);
    }
}

#[test]
fn ranges_of_tech_3342() {
    range(&[-20.0, -30.0], 10.0);
    range(&[-20.0, -15.0], 5.0);
    range(&[-40.0, -20.0], 20.0);
    range(&[-50.0, -35.0, -20.0, -35.0, -50.0], 15.0);
}
