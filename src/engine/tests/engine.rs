//! The facade: what a host hands in, what it gets back.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use garnish_engine::presets::Preset;
use garnish_engine::settings::Quality;
use garnish_engine::units::narrow;
use garnish_engine::{Engine, Settings};

type Stereo = [Vec<f32>; 2];

fn music(frames: usize) -> Stereo {
    support::music(frames, 48_000.0, 1).map(|channel| channel.into_iter().map(narrow).collect())
}

fn preset(id: &str) -> Settings {
    Preset::factory(id).unwrap().settings(&Settings::default())
}

fn run(settings: &Settings, audio: &Stereo, frames: usize) -> (Stereo, usize) {
    let mut engine = Engine::default();
    engine.set(settings);
    engine.prepare(48_000.0);
    let [mut left, mut right] = audio.clone();
    for (left, right) in left.chunks_mut(frames).zip(right.chunks_mut(frames)) {
        engine.process(left, right);
    }
    ([left, right], engine.latency())
}

#[test]
fn the_block_size_cannot_be_heard() {
    let audio = music(60_000);
    let (expected, _) = run(&preset("demo"), &audio, 60_000);
    for frames in [1, 7, 63, 64, 65, 480, 4_096] {
        assert!(run(&preset("demo"), &audio, frames).0 == expected, "blocks of {frames}");
    }
}

#[test]
fn neutral_and_bypass_give_the_input_back_bit_for_bit() {
    let audio = music(60_000);
    let bypassed = Settings { bypass: true, ..preset("demo") };
    for settings in [preset("neutral"), bypassed] {
        let (output, latency) = run(&settings, &audio, 512);
        for (input, output) in audio.iter().zip(&output) {
            assert!(output[latency..] == input[..input.len() - latency]);
        }
    }
}

#[test]
fn the_default_state_leaves_a_healthy_mix_untouched() {
    // peaks near -4 dBFS: the limiter has nothing to do, and everything that is on is flat
    let audio = music(60_000);
    let (output, latency) = run(&Settings::default(), &audio, 512);
    for (input, output) in audio.iter().zip(&output) {
        assert!(output[latency..] == input[..input.len() - latency]);
    }
}

#[test]
fn what_is_not_finite_or_too_small_becomes_silence() {
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e-39, -1e-31] {
        let mut audio = [vec![0.0; 4_096], vec![0.0; 4_096]];
        audio[0][1_000] = bad;
        audio[1][1_001] = bad;
        for settings in [preset("neutral"), preset("demo"), Settings { bypass: true, ..Settings::default() }]
        {
            let (output, _) = run(&settings, &audio, 512);
            assert!(output.iter().flatten().all(|x| *x == 0.0), "{bad} was heard");
        }
    }
}

#[test]
fn latency_waits_for_prepare() {
    let mut engine = Engine::default();
    engine.prepare(48_000.0);
    let before = engine.latency();
    assert!(!engine.needs_prepare());
    let high = Settings { quality: Quality::High, ..Settings::default() };
    engine.set(&high);
    let mut block = [0.1; 512];
    engine.process(&mut block, &mut [0.1; 512]);
    assert_eq!(engine.latency(), before);
    assert!(engine.needs_prepare());
    engine.prepare(48_000.0);
    assert!(!engine.needs_prepare());
    assert_eq!(engine.latency(), run(&high, &music(64), 64).1);
}

#[test]
fn the_meters_read_what_came_in_and_what_goes_out() {
    // a sine at -20 dBFS on both channels reads -20 LUFS near 1 kHz; 6 dB of input gain show at the output only
    let sine: Vec<f32> = (0..480_000)
        .map(|n| narrow(0.1 * (std::f64::consts::TAU * 997.0 * f64::from(n) / 48_000.0).sin()))
        .collect();
    let mut engine = Engine::default();
    engine.set(&Settings { input_gain_db: 6.0, ..preset("neutral") });
    engine.prepare(48_000.0);
    let [mut left, mut right] = [sine.clone(), sine];
    engine.process(&mut left, &mut right);
    let reading = engine.take_reading();
    assert!((reading.input.integrated_lufs + 20.0).abs() < 0.02, "{}", reading.input.integrated_lufs);
    assert!((reading.output.integrated_lufs + 14.0).abs() < 0.02, "{}", reading.output.integrated_lufs);
    assert!((reading.output.peak_dbtp() + 14.0).abs() < 0.02, "{}", reading.output.peak_dbtp());
}

#[test]
fn the_limiter_can_be_heard_at_unity_gain_and_by_what_it_takes() {
    let audio = music(96_000);
    let mut settings = preset("neutral");
    settings.limiter.on = true;
    settings.limiter.stage.gain_db = 12.0;
    let listen = |id: &str| {
        let mut listening = settings;
        let param = garnish_engine::params::by_id("limiter_listen").unwrap();
        param.set(&mut listening, param.parse(id).unwrap());
        run(&listening, &audio, 512)
    };
    let ((output, latency), (unity, _), (delta, _)) = (listen("off"), listen("unity_gain"), listen("delta"));
    let gain = 10f32.powf(12.0 / 20.0);
    let mut taken = 0.0_f32;
    for channel in 0..2 {
        for n in 9_600..output[channel].len() {
            let (input, heard) = (audio[channel][n - latency], output[channel][n]);
            assert!((unity[channel][n] * gain - heard).abs() < 1e-5, "unity gain at {n}");
            assert!((delta[channel][n] + heard - input * gain).abs() < 1e-5, "delta at {n}");
            taken = taken.max(delta[channel][n].abs());
        }
    }
    assert!(taken > 0.1, "the limiter worked: {taken}");
}

#[test]
fn solo_and_mute_are_heard_and_no_preset_holds_them() {
    // a low tone and a high one: solo of the lowest band leaves the low one, muting it the high one
    let tone = |hz: f64| {
        (0..96_000).map(move |n| 0.1 * (std::f64::consts::TAU * hz * f64::from(n) / 48_000.0).sin())
    };
    let channel: Vec<f32> = tone(40.0).zip(tone(12_000.0)).map(|(low, high)| narrow(low + high)).collect();
    let audio = [channel.clone(), channel];
    let level = |output: &Stereo, hz: f64| {
        let settled = &output[0][48_000..];
        let (mut re, mut im) = (0.0, 0.0);
        for (n, x) in (0..).zip(settled) {
            let (s, c) = (std::f64::consts::TAU * hz * f64::from(n) / 48_000.0).sin_cos();
            (re, im) = (re + f64::from(*x) * c, im + f64::from(*x) * s);
        }
        20.0 * (2.0 * f64::hypot(re, im) / 48_000.0 / 0.1).log10()
    };
    let mut settings = preset("neutral");
    settings.multiband.on = true;
    for (id, kept_hz, gone_hz) in [("solo", 40.0, 12_000.0), ("mute", 12_000.0, 40.0)] {
        let mut listening = settings;
        let param = garnish_engine::params::by_id(&format!("multiband_{id}_1")).unwrap();
        assert_eq!(param.role, garnish_engine::params::Role::Listening);
        param.set(&mut listening, 1.0);
        let (output, _) = run(&listening, &audio, 512);
        let (kept_db, gone_db) = (level(&output, kept_hz), level(&output, gone_hz));
        assert!(kept_db.abs() < 0.5 && gone_db < -35.0, "{id}: {kept_db} dB and {gone_db} dB");
    }
    let text = "multiband_solo_1 = true\n";
    assert_eq!(Preset::parse(text).unwrap().problems().len(), 1);
}
