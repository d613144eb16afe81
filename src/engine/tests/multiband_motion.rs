//! The multiband compressor in motion: fast gains, automation, and what must not be heard of either.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::f64::consts::TAU;

use garnish_engine::multiband::{Band, Bands, Channels, LookAhead, Multiband, Phase, Settings};
use garnish_engine::params::{self, Module, Param, Role};
use garnish_engine::units::count;
use garnish_engine::{Block, Spec, Stage};
use support::music;

const RATE_HZ: f64 = 48_000.0;
const PHASES: [Phase; 3] = [Phase::Dynamic, Phase::LinkwitzRiley, Phase::Linear];

fn prepared(settings: &Settings) -> Multiband {
    let mut stage = Multiband::default();
    stage.set(settings);
    stage.prepare(&Spec { sample_rate_hz: RATE_HZ, max_frames: 1 << 20 });
    stage
}

fn run(stage: &mut Multiband, channel: &[f64]) -> Vec<f64> {
    let (mut left, mut right) = (channel.to_vec(), channel.to_vec());
    stage.process(&mut Block::new(&mut left, &mut right));
    left
}

fn tone(hz: f64, amplitude: f64, frames: usize) -> Vec<f64> {
    (0..frames).map(|n| amplitude * (TAU * hz / RATE_HZ * count(n)).sin()).collect()
}

fn add(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a + b).collect()
}

fn idle() -> Settings {
    Settings { band: [Band { ratio: 1.0, ..Band::default() }; 6], ..Settings::default() }
}

/// What the fast gain of one band does to a tone of another: the greatest change of the tone's level in dB, its greatest
/// change of phase in degrees, and the greatest jump between two samples in dB relative to the tone.
///
/// The tone is far too weak to move any gain, so the stage is linear to it, and the outputs for its cosine and its sine
/// make up one complex gain that is known at every sample.
fn crosstalk(phase: Phase, fast_band: usize, fast_hz: f64, tone_hz: f64) -> [f64; 3] {
    let mut settings = Settings { phase, ..idle() };
    settings.band[fast_band] =
        Band { threshold_db: -40.0, ratio: 3.0, attack_ms: 0.5, release_ms: 20.0, ..Band::default() };
    let frames = 96_000;
    // bursts of 50 ms every 100 ms
    let burst = |n: usize| {
        if (n / 2_400).is_multiple_of(2) { 0.5 * (TAU * fast_hz / RATE_HZ * count(n)).sin() } else { 0.0 }
    };
    let bursts: Vec<_> = (0..frames).map(burst).collect();
    let without = run(&mut prepared(&settings), &bursts);
    let heard = [0.0, 0.25].map(|turn| {
        let weak: Vec<_> =
            (0..frames).map(|n| 1e-6 * (TAU * (tone_hz / RATE_HZ * count(n) + turn)).sin()).collect();
        let with = run(&mut prepared(&settings), &add(&bursts, &weak));
        let alone = run(&mut prepared(&Settings { phase, ..idle() }), &weak);
        let changed: Vec<_> = with.iter().zip(&without).map(|(a, b)| (a - b) * 1e6).collect();
        (changed, alone.iter().map(|x| x * 1e6).collect::<Vec<_>>())
    });
    let [(sin, idle_sin), (cos, idle_cos)] = &heard;
    let mut worst = [0.0_f64; 3];
    let mut before: Option<[f64; 2]> = None;
    for n in 24_000..frames {
        // changed / idle, as complex numbers
        let (a, b) = ([cos[n], sin[n]], [idle_cos[n], idle_sin[n]]);
        let gain = [a[0] * b[0] + a[1] * b[1], a[1] * b[0] - a[0] * b[1]];
        worst[0] = worst[0].max((20.0 * gain[0].hypot(gain[1]).log10()).abs());
        worst[1] = worst[1].max(gain[1].atan2(gain[0]).abs().to_degrees());
        if let Some(before) = before {
            worst[2] = worst[2].max((gain[0] - before[0]).hypot(gain[1] - before[1]));
        }
        before = Some(gain);
    }
    [worst[0], worst[1], 20.0 * worst[2].log10()]
}

#[test]
fn fast_gains_stay_in_their_band() {
    for (name, fast_band, fast_hz, tone_hz) in [
        ("low tone, fast top", 3, 12_000.0, 50.0),
        ("middle tone, fast top", 3, 12_000.0, 700.0),
        ("low tone, fast middle", 1, 350.0, 30.0),
        ("middle tone, fast low", 0, 40.0, 700.0),
        ("top tone, fast low", 0, 60.0, 3_000.0),
        ("top tone, fast middle", 1, 350.0, 12_000.0),
    ] {
        for phase in PHASES {
            let [level, turn, jump] = crosstalk(phase, fast_band, fast_hz, tone_hz);
            println!("{name}, {phase:?}: {level:.3} dB, {turn:.1} degrees, {jump:.1} dB a sample");
            // no click: the tone's gain moves no faster than the fast band's own attack, 0.5 ms
            assert!(level < 0.1 && jump < -40.0, "{name}, {phase:?}: {level} dB, {jump} dB a sample");
        }
    }
}

/// A tone in the middle of a fast band: its gain is the same whether shelves or bands bring it.
#[test]
fn a_fast_gain_is_the_same_in_every_mode() {
    let band = Band { threshold_db: -40.0, ratio: 4.0, attack_ms: 0.5, release_ms: 20.0, ..Band::default() };
    // from 0.05 to 0.5 and back in 2 ms, so that the steps themselves have no low frequencies for the other bands
    let level = |n: usize| {
        let (half, at) = ((n / 2_400).is_multiple_of(2), count(n % 2_400));
        let way = 0.5 - 0.5 * (0.5 * TAU * (at / 96.0).min(1.0)).cos();
        if half { 0.5 - 0.45 * way } else { 0.05 + 0.45 * way }
    };
    // a quarter of the rate: two neighbouring samples are the envelope
    let input: Vec<_> = (0..48_000).map(|n| level(n) * (TAU * (0.25 * count(n) + 0.125)).sin()).collect();
    let gains_db = PHASES.map(|phase| {
        let mut settings = Settings { phase, bands: Bands::Three, ..idle() };
        settings.crossover_hz = [100.0, 500.0, 20_000.0, 20_000.0, 20_000.0];
        settings.band[2] = band;
        let mut stage = prepared(&settings);
        let latency = stage.latency();
        let mut long = input.clone();
        long.resize(input.len() + latency, 0.0);
        let output = run(&mut stage, &long);
        (0..input.len() - 1)
            .map(|n| {
                let envelope = |x: &[f64], n: usize| x[n].hypot(x[n + 1]);
                20.0 * (envelope(&output[latency..], n) / envelope(&input, n)).log10()
            })
            .collect::<Vec<_>>()
    });
    let loud = |n: &usize| (4_800..40_000).contains(n) && level(*n) > 0.1;
    for (phase, gains) in PHASES.iter().zip(&gains_db) {
        let worst =
            (0..gains.len()).filter(loud).map(|n| (gains[n] - gains_db[1][n]).abs()).fold(0.0, f64::max);
        println!("{phase:?}: within {worst:.4} dB of Linkwitz-Riley");
        assert!(worst < 0.2, "{phase:?}: {worst} dB");
    }
    assert!(gains_db[0].iter().any(|gain| *gain < -15.0));
}

/// Distortion of a steady tone under 6 dB of reduction: the shelves add none to that of the detector.
#[test]
fn shelves_distort_no_more_than_bands() {
    let distortion_db = PHASES.map(|phase| {
        let band =
            Band { threshold_db: -18.0, ratio: 2.0, knee_db: 0.0, release_ms: 200.0, ..Band::default() };
        let settings = Settings { phase, band: [band; 6], ..idle() };
        let output = run(&mut prepared(&settings), &tone(997.0, 0.5, 96_000));
        let part = &output[48_000..];
        let harmonics: f64 = (2..=9).map(|n| amplitude(part, 997.0 * f64::from(n)).powi(2)).sum();
        10.0 * harmonics.log10() - 20.0 * amplitude(part, 997.0).log10()
    });
    println!("{PHASES:?}: {distortion_db:.1?} dB");
    assert!(distortion_db[0] < distortion_db[1] + 6.0 && distortion_db[0] < -100.0);
}

fn amplitude(signal: &[f64], hz: f64) -> f64 {
    let (mut s, mut c) = (0.0, 0.0);
    for (n, x) in signal.iter().enumerate() {
        let (sin, cos) = (TAU * hz / RATE_HZ * count(n)).sin_cos();
        s += x * sin;
        c += x * cos;
    }
    2.0 * s.hypot(c) / count(signal.len())
}

/// The greatest second difference: a click's measure on a tone.
fn roughness(signal: &[f64]) -> f64 {
    signal.windows(3).map(|w| (w[0] - 2.0 * w[1] + w[2]).abs()).fold(0.0, f64::max)
}

/// Each automatable parameter jumps from end to end while a chord plays: nothing clicks.
#[test]
fn no_parameter_clicks() {
    let chord = add(&add(&tone(60.0, 0.3, 26_000), &tone(300.0, 0.2, 26_000)), &tone(900.0, 0.1, 26_000));
    for phase in PHASES {
        let mut settings = garnish_engine::Settings::default();
        settings.multiband.stage = Settings { phase, look_ahead: LookAhead::FiveMs, ..Settings::default() };
        for band in &mut settings.multiband.stage.band {
            *band = Band {
                threshold_db: -30.0,
                ratio: 3.0,
                upward_ratio: 2.0,
                expand_ratio: 2.0,
                link_percent: 50.0,
                ..Band::default()
            };
        }
        let of_module = |param: &&Param| param.module == Module::Multiband && param.role == Role::Automated;
        // bands are alike
        for param in params::table().iter().filter(of_module).filter(|p| p.band.is_none_or(|band| band == 1))
        {
            for reversed in [false, true] {
                let mut ends = [param.range.min(), param.range.max()];
                if reversed {
                    ends.reverse();
                }
                let [before, after] = ends.map(|plain| {
                    let mut settings = settings;
                    param.set(&mut settings, plain);
                    settings.multiband.stage
                });
                let mut stage = prepared(&before);
                let start = run(&mut stage, &chord[..13_000]);
                stage.set(&after);
                let end = run(&mut stage, &chord[13_000..]);
                let whole = [start.as_slice(), &end].concat();
                let mut steady = roughness(&whole[8_000..12_900]).max(roughness(&whole[21_000..]));
                let through_the_input =
                    ["multiband_bands", "multiband_channels_2"].contains(&param.id.as_str());
                // a tone that comes into another band is heard at its own level until that band's attack has ended
                if through_the_input || param.id.starts_with("multiband_crossover") {
                    steady = steady.max(roughness(&chord));
                }
                let change = roughness(&whole[12_900..21_000]);
                assert!(
                    change < 2.0 * steady + 1e-4,
                    "{} {phase:?} {reversed}: {change} after {steady}",
                    param.id
                );
            }
        }
    }
}

/// Idle bands are heard as the input whatever the crossovers do, in the modes that promise it.
#[test]
fn moving_crossovers_of_idle_bands_are_not_heard() {
    let audio = music(48_000, RATE_HZ, 1)[0].clone();
    for phase in [Phase::Dynamic, Phase::Linear] {
        let mut stage = prepared(&Settings { phase, ..idle() });
        let latency = stage.latency();
        let mut output = Vec::new();
        for (n, part) in audio.chunks(480).enumerate() {
            let low = 30.0 + 3.0 * count(n);
            stage.set(&Settings { phase, crossover_hz: [low, 20.0 * low, 25.0 * low, 1e4, 2e4], ..idle() });
            output.extend(run(&mut stage, part));
        }
        assert!(output[latency..] == audio[..audio.len() - latency], "{phase:?}");
    }
}

/// Crossovers that move while music plays arrive where a stage that began there stands, without a click.
#[test]
fn moved_crossovers_are_heard() {
    let audio = add(&tone(300.0, 0.3, 60_000), &tone(2_000.0, 0.2, 60_000));
    for phase in PHASES {
        let mut settings = Settings { phase, ..idle() };
        for (band, makeup_db) in settings.band.iter_mut().zip([0.0, -6.0, 6.0, -3.0]) {
            band.makeup_db = makeup_db;
        }
        // 300 Hz goes from the second band to the third, 2 kHz from the third to the fourth
        let moved = Settings { crossover_hz: [60.0, 120.0, 800.0, 1e4, 2e4], ..settings };
        let mut stage = prepared(&settings);
        let start = run(&mut stage, &audio[..20_000]);
        stage.set(&moved);
        let output = [start, run(&mut stage, &audio[20_000..])].concat();
        let expected = run(&mut prepared(&moved), &audio);
        let unmoved = run(&mut prepared(&settings), &audio);
        let difference = |other: &[f64]| {
            output[50_000..].iter().zip(&other[50_000..]).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
        };
        assert!(difference(&unmoved) > 0.1, "{phase:?}: nothing moved");
        let error = difference(&expected);
        assert!(error < 1e-9, "{phase:?}: {error} from a stage that began so");
        let loudest = roughness(&expected[10_000..]).max(roughness(&unmoved[10_000..]));
        assert!(roughness(&output[10_000..]) < 1.2 * loudest, "{phase:?}: a click");
    }
}

/// Band count and mid/side change while music plays: a fade, no click, and the new structure is heard.
#[test]
fn structure_changes_without_a_click() {
    let audio = add(&tone(60.0, 0.3, 60_000), &tone(700.0, 0.2, 60_000));
    for phase in PHASES {
        let band = Band { threshold_db: -40.0, ratio: 4.0, ..Band::default() };
        let settings = Settings { phase, band: [band; 6], ..idle() };
        let mid_side = Band { channels: Channels::MidSide, ..band };
        let mixed = [band, mid_side, band, mid_side, band, band];
        for other in [
            Settings { bands: Bands::Two, ..settings },
            Settings { band: [mid_side; 6], ..settings },
            Settings { band: mixed, ..settings },
        ] {
            let mut stage = prepared(&settings);
            let start = run(&mut stage, &audio[..20_000]);
            stage.set(&other);
            let end = run(&mut stage, &audio[20_000..]);
            let whole = [start.as_slice(), &end].concat();
            let loudest = roughness(&audio);
            assert!(roughness(&whole[10_000..]) < 1.2 * loudest, "{phase:?}");
            let fresh = run(&mut prepared(&other), &audio);
            let error =
                whole[55_000..].iter().zip(&fresh[55_000..]).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            assert!(error < 1e-3, "{phase:?}: {error} from a stage that began so");
        }
    }
}
