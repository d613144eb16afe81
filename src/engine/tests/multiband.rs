//! The multiband compressor's figures, each against an oracle of its own.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/multiband.rs"]
mod stand;
mod support;

use std::f64::consts::{FRAC_PI_4, TAU};

use garnish_engine::Stage;
use garnish_engine::multiband::{Band, Bands, LookAhead, Phase, Settings, curve};
use garnish_engine::units::{count, gain_from_db, whole};
use stand::{IDLE, PHASES, amplitude, at, idle, mixtures, prepared, run, sine, with_channels};
use support::{Random, music};

const RATES_HZ: [f64; 5] = [44_100.0, 48_000.0, 88_200.0, 96_000.0, 192_000.0];

#[test]
fn idle_dynamic_phase_is_transparent_to_the_bit() {
    for (rate_hz, bands) in
        RATES_HZ.into_iter().zip([Bands::Two, Bands::Four, Bands::Six].into_iter().cycle())
    {
        for channels in mixtures() {
            let settings = with_channels(Settings { bands, ..idle() }, channels);
            let mut stage = prepared(&settings, rate_hz);
            let mut audio = music(48_000, rate_hz, 1);
            let mut random = Random::new(2);
            for channel in &mut audio {
                for x in channel {
                    *x += 0.3 * random.signed();
                }
            }
            assert!(run(&mut stage, audio.clone()) == audio, "{bands:?} {channels:?} {rate_hz} Hz");
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
    for (n, rate_hz) in RATES_HZ.iter().enumerate() {
        for kind in 0..kinds.len() {
            let phase = PHASES[(n + kind) % PHASES.len()]; // each kind and each mode at each rate
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
                let frames = whole(1.5 * rate_hz);
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

#[test]
fn idle_linear_phase_is_a_pure_delay_to_the_bit() {
    // the least power of two from 80 ms up, less one
    let latencies = [4_095, 4_095, 8_191, 8_191, 16_383];
    for ((rate_hz, latency), channels) in
        RATES_HZ.into_iter().zip(latencies).zip(mixtures().into_iter().cycle())
    {
        let look_ahead = if rate_hz == 48_000.0 { LookAhead::FiveMs } else { LookAhead::Off };
        let settings = Settings { phase: Phase::Linear, look_ahead, ..idle() };
        let mut stage = prepared(&with_channels(settings, channels), rate_hz);
        let audio = music(30_000, rate_hz, 3);
        let latency = latency + if look_ahead == LookAhead::Off { 0 } else { 240 };
        assert_eq!(stage.latency(), latency);
        for (output, input) in run(&mut stage, audio.clone()).iter().zip(&audio) {
            assert!(output[latency..] == input[..input.len() - latency]);
        }
    }
}

/// With bands at fixed gains the impulse response is symmetric, and its magnitude is the sum of the bands'.
#[test]
fn linear_phase_is_linear_and_adds_up() {
    for rate_hz in RATES_HZ {
        let mut settings =
            Settings { phase: Phase::Linear, crossover_hz: [60.0, 500.0, 4_000.0, 2e4, 2e4], ..idle() };
        let gains_db = [6.0, -12.0, 3.0, -6.0];
        for (band, gain_db) in settings.band.iter_mut().zip(gains_db) {
            band.makeup_db = gain_db;
        }
        let mut stage = prepared(&settings, rate_hz);
        let latency = stage.latency();
        let mut impulse = vec![0.0; 2 * latency + 1];
        impulse[0] = 1.0;
        let [h, _] = run(&mut stage, [impulse.clone(), impulse]);
        for n in 0..latency {
            assert!(
                (h[latency - 1 - n] - h[latency + 1 + n]).abs() < 1e-6,
                "not symmetric {n} from the middle"
            );
        }
        for hz in [20.0, 60.0, 180.0, 500.0, 1_400.0, 4_000.0, 10_000.0, 20_000.0] {
            let sum: f64 = h
                .iter()
                .enumerate()
                .map(|(n, x)| x * (TAU * hz / rate_hz * (count(n) - count(latency))).cos())
                .sum();
            // the bilinear transform's frequency
            let warped = |hz: f64| (0.5 * TAU * hz / rate_hz).tan();
            let low_pass = |n: usize| 1.0 / (1.0 + (warped(hz) / warped(settings.crossover_hz[n])).powi(4));
            let lows = [0.0, low_pass(0), low_pass(1), low_pass(2), 1.0];
            let expected: f64 = (0..4).map(|n| gain_from_db(gains_db[n]) * (lows[n + 1] - lows[n])).sum();
            assert!((sum - expected).abs() < 1e-5, "{sum} for {expected} at {hz} Hz, {rate_hz} Hz");
        }
    }
}

/// Bands at fixed gains: an octave from the crossovers and more, every mode is where the gains are.
#[test]
fn fixed_gains_are_heard_in_their_bands() {
    let gains_db = [8.0, -4.0, 5.0, -7.0];
    let tolerances_db = [(Phase::Dynamic, 0.15), (Phase::LinkwitzRiley, 1.65), (Phase::Linear, 1.65)];
    for ((phase, tolerance_db), rate_hz) in
        tolerances_db.into_iter().flat_map(|mode| RATES_HZ.map(|rate_hz| (mode, rate_hz)))
    {
        let mut settings = Settings { phase, crossover_hz: [100.0, 1_000.0, 8_000.0, 2e4, 2e4], ..idle() };
        for (band, gain_db) in settings.band.iter_mut().zip(gains_db) {
            band.makeup_db = gain_db;
        }
        let mut stage = prepared(&settings, rate_hz);
        let mut impulse = vec![0.0; 1 << 16];
        impulse[0] = 1.0;
        let [h, _] = run(&mut stage, [impulse.clone(), impulse]);
        let mut worst = 0.0_f64;
        for (hz, band) in [
            (25.0, 0),
            (50.0, 0),
            (200.0, 1),
            (316.0, 1),
            (500.0, 1),
            (2_000.0, 2),
            (4_000.0, 2),
            (16_000.0, 3),
        ] {
            let level_db = 20.0 * (amplitude(&h, hz, rate_hz) * count(h.len()) / 2.0).log10();
            worst = worst.max((level_db - gains_db[band]).abs());
        }
        println!("{phase:?}, {rate_hz} Hz: within {worst:.3} dB of the steps an octave from crossovers");
        assert!(worst < tolerance_db, "{phase:?}, {rate_hz} Hz: {worst} dB");
    }
}

/// Attack and release through the whole stage: the envelope of a tone whose level steps.
#[test]
fn a_step_of_level_is_followed_in_the_set_times() {
    for (rate_hz, phase) in RATES_HZ.into_iter().zip([PHASES[0], PHASES[1], PHASES[2], PHASES[0], PHASES[1]])
    {
        for (attack_ms, release_ms) in [(3.0, 60.0), (30.0, 30.0), (40.0, 20.0)] {
            // far from threshold and without knee, gain in dB is a straight function of level in dB
            let band = Band { threshold_db: -50.0, ratio: 2.0, knee_db: 0.0, attack_ms, release_ms, ..IDLE };
            let settings = Settings {
                phase,
                bands: Bands::Two,
                crossover_hz: [50.0, 2e4, 2e4, 2e4, 2e4],
                band: [band; 6],
                ..idle()
            };
            let mut stage = prepared(&settings, rate_hz);
            let level =
                |n: usize| gain_from_db(if (n / at(400.0, rate_hz)) % 2 == 1 { -10.0 } else { -30.0 });
            let frames = at(1_200.0, rate_hz);
            let latency = stage.latency();
            let tone: Vec<_> =
                (0..frames + latency).map(|n| level(n) * (TAU * 0.25 * count(n) + FRAC_PI_4).sin()).collect();
            let [output, _] = run(&mut stage, [tone.clone(), tone.clone()]);
            // a tone at a quarter of the rate: two neighbouring samples are its envelope
            let envelope = |x: &[f64], n: usize| 20.0 * x[n].hypot(x[n + 1]).log10();
            let gain_db: Vec<_> =
                (0..frames - 1).map(|n| envelope(&output, n + latency) - envelope(&tone, n)).collect();
            for (from, set_ms) in [(400.0, attack_ms), (800.0, release_ms)] {
                let start = at(from, rate_hz);
                let (before, after) = (gain_db[start - 8], gain_db[start + at(399.0, rate_hz)]);
                let goal = before + (after - before) * (1.0 - (-1.0_f64).exp());
                let way = |n: &usize| (gain_db[start + n] - goal) * (after - before) >= 0.0;
                let taken = (4..at(399.0, rate_hz)).find(way).unwrap();
                let set = set_ms * 1e-3 * rate_hz;
                let error = (count(taken) - set).abs() / set;
                assert!(error < 0.05, "{set_ms} ms at {rate_hz} Hz took {taken} of {set} samples, {phase:?}");
            }
        }
    }
}
