//! True peak: EBU Tech 3341, cases 15 to 23, and a 32-fold oversampling meter as judge of everything else.

#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::print_stdout,
    reason = "tests count in floats and fail by panicking"
)]

mod support;

use std::f64::consts::{PI, TAU};
use std::sync::OnceLock;

use garnish_engine::meter::Meter;
use support::{Random, music};

const RATES_HZ: [f64; 5] = [44_100.0, 48_000.0, 88_200.0, 96_000.0, 192_000.0];
const TOLERANCE_DB: f64 = 0.02;
/// What it takes is far less than the goal; a wrong turn in the search would show here.
const TORTURE_DB: f64 = 0.01;

fn true_peak_dbtp(rate_hz: f64, signal: &[f64]) -> f64 {
    let mut meter = Meter::new();
    meter.prepare(rate_hz);
    meter.measure([signal, signal]);
    meter.finish();
    meter.take_reading().peak_dbtp()
}

fn near(what: &str, rate_hz: f64, measured: f64, expected: f64, tolerance_db: f64) {
    assert!(
        (measured - expected).abs() <= tolerance_db,
        "{what} at {rate_hz} Hz: {measured:.4} dBTP instead of {expected:.4}"
    );
}

/// The judge: every 1/32 of a sample by a Kaiser-windowed sinc of 128 samples a side, beta 10.
fn read_32_fold(signal: &[f64]) -> f64 {
    static TAPS: OnceLock<Vec<Vec<f64>>> = OnceLock::new();
    let taps = TAPS.get_or_init(|| {
        (0..32)
            .map(|phase| {
                (0..256)
                    .map(|n| windowed_sinc(f64::from(n) - 127.0 - f64::from(phase) / 32.0, 128.0, 10.0))
                    .collect()
            })
            .collect()
    });
    let mut padded = vec![0.0; 128];
    padded.extend_from_slice(signal);
    padded.extend([0.0; 256]);
    let dot = |window: &[f64], taps: &[f64]| {
        let mut sums = [0.0; 8];
        for (w, t) in window.chunks_exact(8).zip(taps.chunks_exact(8)) {
            for lane in 0..8 {
                sums[lane] += w[lane] * t[lane];
            }
        }
        sums.iter().sum::<f64>().abs()
    };
    let peak = padded
        .windows(256)
        .map(|window| taps.iter().map(|taps| dot(window, taps)).fold(0.0, f64::max))
        .fold(0.0, f64::max);
    20.0 * peak.log10()
}

fn windowed_sinc(x: f64, half: f64, beta: f64) -> f64 {
    let bessel = |x: f64| {
        let terms = (1..80).scan(1.0, |term, k| {
            *term *= (x / (2.0 * f64::from(k))).powi(2);
            Some(*term)
        });
        1.0 + terms.sum::<f64>()
    };
    let sinc = if x == 0.0 { 1.0 } else { (PI * x).sin() / (PI * x) };
    let inside = 1.0 - (x / half).powi(2);
    if inside < 0.0 { 0.0 } else { sinc * bessel(beta * inside.sqrt()) / bessel(beta) }
}

/// Fades a signal in and out: an abrupt start would be a different signal, with a higher peak.
fn faded(frames: usize, signal: impl Fn(usize) -> f64) -> Vec<f64> {
    let fade = frames / 4;
    let window = |n: usize| {
        let edge = n.min(frames - 1 - n);
        if edge >= fade { 1.0 } else { 0.5 - 0.5 * (PI * edge as f64 / fade as f64).cos() }
    };
    (0..frames).map(|n| window(n) * signal(n)).collect()
}

/// Amplitude, frequency as a part of the rate, phase in degrees: the level is exactly that of the amplitude.
#[test]
fn cases_15_to_19() {
    let tones = [(0.5, 4.0, 0.0), (0.5, 4.0, 45.0), (0.5, 6.0, 60.0), (0.5, 8.0, 67.5), (1.41, 4.0, 45.0)];
    for (index, (amplitude, divisor, degrees)) in tones.into_iter().enumerate() {
        let signal = faded(40_000, |n| amplitude * (TAU * (n as f64 / divisor + degrees / 360.0)).sin());
        for rate_hz in RATES_HZ {
            let expected = 20.0 * f64::log10(amplitude);
            near(
                &format!("case {}", 15 + index),
                rate_hz,
                true_peak_dbtp(rate_hz, &signal),
                expected,
                TOLERANCE_DB,
            );
        }
    }
}

/// fs/6 at 0.5 with one period of fs/4 at 1.0 in the middle, phase-continuous; made at 4 fs, low-passed, decimated.
fn burst(offset: usize) -> Vec<f64> {
    const FRAMES: usize = 4 * 6_000;
    let mut phase = 0.0;
    let start = FRAMES / 2;
    let high_rate: Vec<f64> = (0..FRAMES)
        .map(|n| {
            let inside = (start..start + 16).contains(&n);
            let value = if inside { 1.0 } else { 0.5 } * f64::sin(phase);
            phase += TAU / if inside { 16.0 } else { 24.0 };
            value
        })
        .collect();
    let fade = faded(FRAMES, |_| 1.0);
    let low_pass: Vec<f64> =
        (-400..=400).map(|n| 0.23 * windowed_sinc(f64::from(n) * 0.23, 400.0 * 0.23, 10.0)).collect();
    (offset + 400..FRAMES - 400)
        .step_by(4)
        .map(|at| {
            low_pass
                .iter()
                .enumerate()
                .map(|(k, tap)| tap * high_rate[at + k - 400] * fade[at + k - 400])
                .sum()
        })
        .collect()
}

#[test]
fn cases_20_to_23() {
    // A burst that starts at a zero crossing: the fs/6 tone makes whole periods before it.
    for offset in 0..4 {
        let signal = burst(offset);
        let judged = read_32_fold(&signal);
        near("the judge", 0.0, judged, 0.0, 0.3);
        for rate_hz in RATES_HZ {
            near(
                &format!("case {}", 20 + offset),
                rate_hz,
                true_peak_dbtp(rate_hz, &signal),
                judged,
                TOLERANCE_DB,
            );
        }
    }
}

fn judge(what: &str, rate_hz: f64, signal: &[f64]) {
    let (mine, judged) = (true_peak_dbtp(rate_hz, signal), read_32_fold(signal));
    println!("{what}: {mine:.4} dBTP, 32-fold {judged:.4}, difference {:+.4} dB", mine - judged);
    near(what, rate_hz, mine, judged, TORTURE_DB);
}

#[test]
fn music_at_every_rate() {
    for (seed, rate_hz) in RATES_HZ.into_iter().enumerate() {
        let [left, _] = music(6_000, rate_hz, seed as u64);
        judge("music", rate_hz, &left);
        let loud: Vec<f64> = left.iter().map(|x| (4.0 * x).clamp(-1.0, 1.0)).collect();
        judge("clipped music", rate_hz, &loud);
    }
}

#[test]
fn torture() {
    let mut random = Random::new(3);
    for period in [7, 11, 13, 29, 101] {
        let square: Vec<f64> = (0..3_000).map(|n| if n % period < period / 2 { 1.0 } else { -1.0 }).collect();
        judge(&format!("square of {period}"), 48_000.0, &square);
        let dirac: Vec<f64> = (0..3_000).map(|n| if n % period == 0 { 1.0 } else { 0.0 }).collect();
        judge(&format!("Dirac train of {period}"), 48_000.0, &dirac);
    }
    for _ in 0..4 {
        let noise: Vec<f64> = (0..3_000).map(|_| (3.0 * random.signed()).clamp(-1.0, 1.0)).collect();
        judge("clipped noise", 48_000.0, &noise);
        let signs: Vec<f64> = (0..3_000).map(|_| random.signed().signum()).collect();
        judge("random signs", 48_000.0, &signs);
    }
    let burst: Vec<f64> = (0..3_000).map(|n| if n < 1_500 { 0.0 } else { 4.0 * random.signed() }).collect();
    judge("burst after silence", 48_000.0, &burst);
    for part in [0.01, 0.1, 0.25, 0.3, 0.4, 0.45, 0.47] {
        for degrees in [0.0, 30.0, 45.0, 60.0] {
            let tone = faded(3_000, |n| (TAU * (part * n as f64 + degrees / 360.0)).sin());
            judge(&format!("tone at {part}, {degrees} degrees"), 48_000.0, &tone);
        }
    }
}

/// Steps end at every sample in turn around a peak, and the signal may begin at its peak: edges must read no higher and
/// no lower.
#[test]
fn a_peak_may_lie_anywhere_in_a_step() {
    let tone = |n: usize, phase: f64| {
        0.5 * (TAU * 0.11 * n as f64 + phase).sin() + 0.4 * (TAU * 0.37 * n as f64).cos()
    };
    for offset in 0..130 {
        let mut signal = vec![0.0; offset];
        signal.extend((0..700).map(|n| tone(n, 0.1 * offset as f64) * (-(n as f64) / 90.0).exp()));
        let expected = read_32_fold(&signal);
        near(
            "a tone that begins at its peak",
            48_000.0,
            true_peak_dbtp(48_000.0, &signal),
            expected,
            TOLERANCE_DB,
        );
    }
}
