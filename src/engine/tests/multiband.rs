//! The multiband compressor's figures, each against an oracle of its own.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::f64::consts::{FRAC_PI_4, TAU};

use garnish_engine::multiband::{
    Band, Bands, Channels, Detector, LookAhead, Monitor, Multiband, Phase, Settings, curve,
};
use garnish_engine::units::{count, gain_from_db, samples_from_ms, whole};
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
    detector: Detector::Peak,
    window_ms: 10.0,
    look_ahead_ms: 5.0,
    link_percent: 100.0,
    mix_percent: 100.0,
};
const PHASES: [Phase; 3] = [Phase::Dynamic, Phase::LinkwitzRiley, Phase::Linear];

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

fn at(ms: f64, rate_hz: f64) -> usize {
    whole(samples_from_ms(ms, rate_hz))
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
    for (channels, look_ahead) in
        [(Channels::LeftRight, LookAhead::Off), (Channels::MidSide, LookAhead::FiveMs)]
    {
        let mut stage =
            prepared(&Settings { phase: Phase::Linear, channels, look_ahead, ..idle() }, 48_000.0);
        let audio = music(30_000, 48_000.0, 3);
        let latency = stage.latency();
        assert_eq!(latency, 4_095 + if look_ahead == LookAhead::Off { 0 } else { 240 });
        for (output, input) in run(&mut stage, audio.clone()).iter().zip(&audio) {
            assert!(output[latency..] == input[..input.len() - latency]);
        }
    }
}

/// With bands at fixed gains the impulse response is symmetric, and its magnitude is the sum of the bands'.
#[test]
fn linear_phase_is_linear_and_adds_up() {
    for rate_hz in [44_100.0, 96_000.0] {
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
    for (phase, tolerance_db) in [(Phase::Dynamic, 0.15), (Phase::LinkwitzRiley, 1.65), (Phase::Linear, 1.65)]
    {
        let mut settings = Settings { phase, crossover_hz: [100.0, 1_000.0, 8_000.0, 2e4, 2e4], ..idle() };
        for (band, gain_db) in settings.band.iter_mut().zip(gains_db) {
            band.makeup_db = gain_db;
        }
        let mut stage = prepared(&settings, 96_000.0);
        let mut impulse = vec![0.0; 1 << 15];
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
            let level_db = 20.0 * (amplitude(&h, hz, 96_000.0) * count(h.len()) / 2.0).log10();
            worst = worst.max((level_db - gains_db[band]).abs());
        }
        println!("{phase:?}: within {worst:.3} dB of the steps an octave from crossovers");
        assert!(worst < tolerance_db, "{phase:?}: {worst} dB");
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

#[test]
fn look_ahead_moves_the_gain_by_its_time() {
    for (look_ahead, look_ahead_ms) in [
        (LookAhead::FiveMs, 5.0),
        (LookAhead::TwentyMs, 20.0),
        (LookAhead::TwentyMs, 7.0),
        (LookAhead::FiveMs, 0.0),
    ] {
        for phase in PHASES {
            let rate_hz = 48_000.0;
            let band = Band { threshold_db: -20.0, ratio: 10.0, look_ahead_ms, attack_ms: 0.1, ..IDLE };
            let settings = Settings {
                phase,
                look_ahead,
                bands: Bands::Two,
                crossover_hz: [50.0, 2e4, 2e4, 2e4, 2e4],
                band: [band; 6],
                ..idle()
            };
            let mut stage = prepared(&settings, rate_hz);
            let latency = stage.latency();
            let step = 12_000;
            let tone: Vec<_> = (0..32_000)
                .map(|n| (TAU * 0.25 * count(n) + FRAC_PI_4).sin() * if n < step { 0.01 } else { 0.5 })
                .collect();
            let [output, _] = run(&mut stage, [tone.clone(), tone.clone()]);
            let reduced = |n: &usize| {
                output[n + latency].hypot(output[n + latency + 1]) < 0.97 * tone[*n].hypot(tone[n + 1])
            };
            let first = (6_000..step + 1_000).find(reduced).unwrap();
            let early_ms = (count(step) - count(first)) / rate_hz * 1e3;
            assert!(
                (early_ms - look_ahead_ms).abs() < 0.1,
                "{early_ms} ms early, set {look_ahead_ms}, {phase:?}"
            );
        }
    }
}

/// Runs one second, listens to the last tenth: level in dB of a tone in each channel.
fn levels_db(stage: &mut Multiband, audio: [Vec<f64>; 2], hz: f64) -> [f64; 2] {
    let frames = audio[0].len();
    run(stage, audio).map(|channel| 20.0 * amplitude(&channel[frames - 4_800..], hz, 48_000.0).log10())
}

#[test]
fn stereo_link_decides_what_the_quieter_channel_follows() {
    let audio = || {
        [sine(2_500.0, 48_000.0, 0.5, 48_000)[0].clone(), sine(2_500.0, 48_000.0, 0.05, 48_000)[0].clone()]
    };
    let band = Band { threshold_db: -30.0, ratio: 4.0, knee_db: 0.0, release_ms: 200.0, ..IDLE };
    let reduction = |link_percent, phase| {
        let settings = Settings {
            phase,
            bands: Bands::Two,
            crossover_hz: [50.0, 2e4, 2e4, 2e4, 2e4],
            band: [Band { link_percent, ..band }; 6],
            ..idle()
        };
        let [left, right] = levels_db(&mut prepared(&settings, 48_000.0), audio(), 2_500.0);
        [-6.0206 - left, -26.0206 - right]
    };
    for phase in PHASES {
        let ([l0, r0], [l50, r50], [l100, r100]) =
            (reduction(0.0, phase), reduction(50.0, phase), reduction(100.0, phase));
        assert!((l0 - l100).abs() < 1e-3 && (l50 - l100).abs() < 1e-3, "{phase:?}");
        assert!(r0 < 0.5 * l0 && (r100 - l100).abs() < 1e-3, "{r0} {l0} {r100} {l100}");
        assert!((r50 - 0.5 * (r0 + r100)).abs() < 0.1, "{r0} {r50} {r100}");
    }
}

#[test]
fn mid_side_compresses_the_side_alone() {
    let band = Band { threshold_db: -30.0, ratio: 4.0, link_percent: 0.0, release_ms: 200.0, ..IDLE };
    let settings = Settings { channels: Channels::MidSide, band: [band; 6], ..idle() };
    let [mid, _] = sine(3_000.0, 48_000.0, 0.01, 48_000);
    let [side, _] = sine(500.0, 48_000.0, 0.5, 48_000);
    let left: Vec<_> = mid.iter().zip(&side).map(|(m, s)| m + s).collect();
    let right: Vec<_> = mid.iter().zip(&side).map(|(m, s)| m - s).collect();
    let both = run(&mut prepared(&settings, 48_000.0), [left, right]);
    let heard = |sign: f64, hz| {
        let coded: Vec<_> = both[0].iter().zip(&both[1]).map(|(l, r)| 0.5 * (l + sign * r)).collect();
        20.0 * amplitude(&coded[43_200..], hz, 48_000.0).log10()
    };
    assert!((heard(1.0, 3_000.0) + 40.0).abs() < 0.01, "mid {}", heard(1.0, 3_000.0));
    assert!(heard(-1.0, 500.0) < -20.0, "side {}", heard(-1.0, 500.0));
}

#[test]
fn solo_and_mute_are_heard_and_leave_no_trace() {
    for phase in PHASES {
        let mut stage = prepared(&Settings { phase, ..idle() }, 48_000.0);
        // the third band, 1 to 6 kHz
        let tone = || sine(2_500.0, 48_000.0, 0.5, 48_000);
        let mut monitor = Monitor::default();
        monitor.solo[2] = true;
        stage.monitor(&monitor);
        let [solo, _] = levels_db(&mut stage, tone(), 2_500.0);
        assert!((solo + 6.02).abs() < 0.6, "solo {solo} dB, {phase:?}");
        monitor.solo = [true, false, false, false, false, false];
        stage.monitor(&monitor);
        let [other, _] = levels_db(&mut stage, tone(), 2_500.0);
        assert!(other < -60.0, "another band's solo {other} dB, {phase:?}");
        stage.monitor(&Monitor { solo: [false; 6], mute: [false, false, true, false, false, false] });
        let [mute, _] = levels_db(&mut stage, tone(), 2_500.0);
        assert!(mute < -25.0, "mute {mute} dB, {phase:?}");
        stage.monitor(&Monitor::default());
        if phase == Phase::Dynamic {
            let audio = tone();
            let output = run(&mut stage, audio.clone());
            assert!(output[0][4_800..] == audio[0][4_800..]);
        }
    }
}
