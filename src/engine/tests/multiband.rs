//! The multiband compressor's figures, each against an oracle of its own.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::f64::consts::TAU;

use garnish_engine::multiband::{Band, Bands, Channels, Multiband, Phase, Settings, curve};
use garnish_engine::units::{count, gain_from_db};
use garnish_engine::{Block, Spec, Stage};
use support::{Random, music};

const RATES_HZ: [f64; 5] = [44_100.0, 48_000.0, 88_200.0, 96_000.0, 192_000.0];
/// Does nothing.
const IDLE: Band = Band {
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
    detector: garnish_engine::multiband::Detector::Peak,
    window_ms: 10.0,
    link_percent: 100.0,
    mix_percent: 100.0,
};
const PHASES: [Phase; 2] = [Phase::Dynamic, Phase::LinkwitzRiley];

fn idle() -> Settings {
    Settings { band: [IDLE; 6], ..Settings::default() }
}

fn prepared(settings: &Settings, rate_hz: f64) -> Multiband {
    let mut stage = Multiband::default();
    stage.set(settings);
    stage.prepare(&Spec { sample_rate_hz: rate_hz, max_frames: 1 << 20 });
    stage
}

fn run(stage: &mut Multiband, [mut left, mut right]: [Vec<f64>; 2]) -> [Vec<f64>; 2] {
    stage.process(&mut Block::new(&mut left, &mut right));
    [left, right]
}

fn sine(hz: f64, rate_hz: f64, amplitude: f64, frames: usize) -> [Vec<f64>; 2] {
    // faded in over 100 ms, so that no onset is louder than the tone
    let fade = |n: usize| 0.5 - 0.5 * (0.5 * TAU * (count(n) / rate_hz * 10.0).min(1.0)).cos();
    let channel: Vec<_> =
        (0..frames).map(|n| fade(n) * amplitude * (TAU * hz / rate_hz * count(n)).sin()).collect();
    [channel.clone(), channel]
}

/// Amplitude of a sine of `hz` in a signal: its projection, which whole periods make exact.
fn amplitude(signal: &[f64], hz: f64, rate_hz: f64) -> f64 {
    let w = TAU * hz / rate_hz;
    let (mut s, mut c) = (0.0, 0.0);
    for (n, x) in signal.iter().enumerate() {
        let (sin, cos) = (w * count(n)).sin_cos();
        s += x * sin;
        c += x * cos;
    }
    2.0 * s.hypot(c) / count(signal.len())
}

#[test]
fn idle_dynamic_phase_is_transparent_to_the_bit() {
    for bands in [Bands::Two, Bands::Four, Bands::Six] {
        for channels in [Channels::LeftRight, Channels::MidSide] {
            let mut stage = prepared(&Settings { bands, channels, ..idle() }, 48_000.0);
            let mut audio = music(48_000, 48_000.0, 1);
            let mut random = Random::new(2);
            for channel in &mut audio {
                for x in channel {
                    *x += 0.3 * random.signed();
                }
            }
            assert!(run(&mut stage, audio.clone()) == audio, "{bands:?} {channels:?}");
        }
    }
}

#[test]
fn idle_linkwitz_riley_is_flat_within_a_thousandth_of_a_decibel() {
    for rate_hz in RATES_HZ {
        for bands in [Bands::Two, Bands::Four, Bands::Six] {
            let settings = Settings { bands, phase: Phase::LinkwitzRiley, ..idle() };
            let frames = 1 << 15;
            let mut impulse = vec![0.0; frames];
            impulse[0] = 1.0;
            let [response, _] = run(&mut prepared(&settings, rate_hz), [impulse.clone(), impulse]);
            for n in 0..60 {
                let hz = 20.0 * 1_000.0_f64.powf(f64::from(n) / 59.0);
                // the transform of the whole response at one frequency: half the "amplitude" times its length
                let level_db = 20.0 * (amplitude(&response, hz, rate_hz) * count(frames) / 2.0).log10();
                assert!(level_db.abs() < 0.001, "{level_db} dB at {hz} Hz, {bands:?}, {rate_hz} Hz");
            }
        }
    }
}

/// A steady tone in the middle of a band comes out as its curve says, in every mode, at every rate.
#[test]
fn static_curves_are_what_is_heard() {
    let kinds = [
        Band { threshold_db: -30.0, ratio: 4.0, ..IDLE },
        Band { threshold_db: -30.0, ratio: 20.0, range_db: 6.0, knee_db: 12.0, ..IDLE },
        Band { upward_threshold_db: -20.0, upward_ratio: 3.0, upward_range_db: 9.0, ..IDLE },
        Band { expand_threshold_db: -25.0, expand_ratio: 2.0, expand_range_db: 12.0, knee_db: 0.0, ..IDLE },
    ];
    for phase in PHASES {
        for (rate_hz, kind) in RATES_HZ.iter().zip([0, 1, 2, 3, 0]) {
            let band = Band { attack_ms: 0.05, release_ms: 150.0, ..kinds[kind] };
            let settings = Settings {
                phase,
                bands: Bands::Three,
                crossover_hz: [50.0, 18_000.0, 20_000.0, 20_000.0, 20_000.0],
                band: [band; 6],
                ..idle()
            };
            for level_db in [-50.0, -33.0, -24.0, -10.0, -1.0] {
                let mut stage = prepared(&settings, *rate_hz);
                let frames = garnish_engine::units::whole(1.5 * rate_hz);
                let [output, _] = run(&mut stage, sine(2_000.0, *rate_hz, gain_from_db(level_db), frames));
                let heard = amplitude(&output[frames / 3 * 2..], 2_000.0, *rate_hz);
                let gain_db = 20.0 * heard.log10() - level_db;
                let error = gain_db - curve(&band, level_db);
                assert!(
                    error.abs() < 0.05,
                    "{error} dB at {level_db} dB, {phase:?}, kind {kind}, {rate_hz} Hz"
                );
            }
        }
    }
}
