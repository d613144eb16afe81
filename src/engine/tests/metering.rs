//! The meters around the chain: in step with the transport, and told to the window whole.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use assert_no_alloc::{AllocDisabler, assert_no_alloc};
use garnish_engine::engine::Reading;
use garnish_engine::meter::{self, Meter};
use garnish_engine::multiband::Phase;
use garnish_engine::presets::Preset;
use garnish_engine::transport::{Follow, Transport};
use garnish_engine::units::{count, narrow};
use garnish_engine::{Engine, Settings};

#[global_allocator]
static GUARD: AllocDisabler = AllocDisabler;

const RATE_HZ: f64 = 48_000.0;
const SECOND: usize = 48_000;
const ALL: Follow = Follow { reset_on_start: true, reset_on_jump: true, pause_when_stopped: true };

type Stereo = [Vec<f32>; 2];

fn music(frames: usize, seed: u64) -> Stereo {
    support::music(frames, RATE_HZ, seed).map(|channel| channel.into_iter().map(narrow).collect())
}

fn sine(seconds: usize, amplitude: f64) -> Stereo {
    let channel: Vec<f32> = (0..seconds * SECOND)
        .map(|n| narrow(amplitude * (std::f64::consts::TAU * 997.0 * count(n) / RATE_HZ).sin()))
        .collect();
    [channel.clone(), channel]
}

fn preset(id: &str, follow: Follow) -> Settings {
    Settings { follow, ..Preset::factory(id).unwrap().settings(&Settings::default()) }
}

fn engine(settings: &Settings) -> Engine {
    let mut engine = Engine::default();
    engine.set(settings);
    engine.prepare(RATE_HZ);
    engine
}

/// Runs audio through in blocks, the transport playing from this position (`None`: it stands), and returns the output.
fn play(engine: &mut Engine, audio: &Stereo, from_s: Option<f64>, frames: usize) -> Stereo {
    let [mut left, mut right] = audio.clone();
    let mut at = 0;
    for (left, right) in left.chunks_mut(frames).zip(right.chunks_mut(frames)) {
        let transport = Transport {
            playing: from_s.is_some(),
            position_s: Some(from_s.unwrap_or(0.0) + count(at) / RATE_HZ),
        };
        engine.follow(Some(transport), left.len());
        engine.process(left, right);
        at += left.len();
    }
    [left, right]
}

/// What a meter by itself reads of some audio.
fn alone(audio: [&[f32]; 2]) -> meter::Reading {
    let mut meter = Meter::new();
    meter.prepare(RATE_HZ);
    let [left, right] = audio.map(|channel| channel.iter().map(|x| f64::from(*x)).collect::<Vec<_>>());
    meter.measure([&left, &right]);
    meter.take_reading()
}

/// The figures of the programme; what is of this moment depends on when it is asked.
fn programme(reading: &meter::Reading) -> [f64; 9] {
    [
        reading.integrated_lufs,
        reading.loudness_range_lu,
        reading.max_momentary_lufs,
        reading.max_short_term_lufs,
        reading.max_sample_peak_dbfs[0],
        reading.max_sample_peak_dbfs[1],
        reading.max_true_peak_dbtp[0],
        reading.max_true_peak_dbtp[1],
        reading.measured_s,
    ]
}

#[test]
fn after_a_start_or_jump_both_meters_measure_the_same_stretch_of_the_programme() {
    // the linear-phase multiband of the preset's chain gives a latency of many blocks
    let mut settings = preset("demo", ALL);
    settings.multiband.on = true;
    settings.multiband.stage.phase = Phase::Linear;
    for frames in [64, 500, 4_096] {
        let mut engine = engine(&settings);
        let (loud, quiet) =
            (music(5 * SECOND, 1), music(6 * SECOND, 2).map(|c| c.iter().map(|x| x / 8.0).collect()));
        play(&mut engine, &loud, Some(10.0), frames);
        let output = play(&mut engine, &quiet, Some(90.0), frames);
        let latency = engine.latency();
        assert!(latency > 4_000, "{latency}");
        let reading = engine.take_reading();
        assert_eq!(
            programme(&reading.input),
            programme(&alone([&quiet[0], &quiet[1]])),
            "blocks of {frames}"
        );
        let late = [&output[0][latency..], &output[1][latency..]];
        assert_eq!(programme(&reading.output), programme(&alone(late)), "blocks of {frames}");
    }
}

#[test]
fn while_the_transport_stands_nothing_counts() {
    for (follow, counts) in [(ALL, false), (Follow::default(), true)] {
        let mut engine = engine(&preset("neutral", follow));
        play(&mut engine, &music(4 * SECOND, 1), Some(0.0), 480);
        // silence until the output meter has heard the end too
        play(&mut engine, &sine(1, 0.0), None, 480);
        let before = engine.take_reading();
        play(&mut engine, &sine(4, 0.9), None, 480);
        let after = engine.take_reading();
        for (before, after) in [(before.input, after.input), (before.output, after.output)] {
            assert_eq!(programme(&before) != programme(&after), counts);
            assert!((after.momentary_lufs + 0.9).abs() < 0.1, "the moment goes on: {}", after.momentary_lufs);
        }
    }
}

#[test]
fn by_default_and_without_a_transport_everything_counts() {
    let mut engine = engine(&preset("neutral", Follow::default()));
    let audio = sine(2, 0.1);
    for from_s in [Some(0.0), Some(50.0), None] {
        play(&mut engine, &audio, from_s, 512);
    }
    let mut reading = engine.take_reading();
    assert!((reading.input.measured_s - 6.0).abs() < 0.01, "{}", reading.input.measured_s);
    engine.set(&preset("neutral", ALL));
    engine.follow(None, 512);
    engine.process(&mut [0.0; 512], &mut [0.0; 512]);
    reading = engine.take_reading();
    assert!(reading.input.measured_s > 6.0);
}

#[test]
fn a_host_that_resets_loses_no_measurement_but_the_user_can() {
    let mut engine = engine(&preset("neutral", Follow::default()));
    play(&mut engine, &sine(2, 0.1), None, 512);
    let before = engine.take_reading();
    engine.reset();
    engine.prepare(RATE_HZ);
    assert_eq!(programme(&engine.take_reading().input), programme(&before.input));
    engine.reset_meters();
    let reading = engine.take_reading();
    assert_eq!(reading.input, meter::Reading::default());
    assert_eq!(reading.output, meter::Reading::default());
    play(&mut engine, &sine(2, 0.1), None, 512);
    engine.prepare(44_100.0);
    assert_eq!(
        engine.take_reading().output,
        meter::Reading::default(),
        "another rate is another measurement"
    );
}

#[test]
fn the_window_runs_pauses_and_resets() {
    let mut engine = engine(&preset("neutral", Follow::default()));
    let mut window = engine.connect();
    play(&mut engine, &sine(2, 0.1), None, 512);
    assert!(window.run_meters(false));
    play(&mut engine, &sine(2, 0.9), None, 512);
    assert!(!window.is_running());
    let paused = window.readings.latest();
    assert!((paused.input.integrated_lufs + 20.0).abs() < 0.05, "{}", paused.input.integrated_lufs);
    assert!((paused.output.integrated_lufs + 20.0).abs() < 0.05, "{}", paused.output.integrated_lufs);
    assert_eq!(window.loudness.points(0..usize::MAX).count(), 20, "the history pauses too");
    window.reset_meters();
    window.run_meters(true);
    play(&mut engine, &sine(2, 0.9), None, 512);
    let anew = window.readings.latest();
    assert!((anew.output.integrated_lufs + 0.9).abs() < 0.05, "{}", anew.output.integrated_lufs);
    assert_eq!(window.loudness.points(0..usize::MAX).count(), 20);
}

#[test]
fn histories_tell_loudness_and_the_gain_reduction_of_each_module() {
    // a second at rest, a second driven 6 dB into the ceiling
    let mut settings = preset("neutral", Follow::default());
    settings.limiter.on = true;
    settings.limiter.stage.ceiling_db = -7.0;
    let mut engine = engine(&settings);
    let window = engine.connect();
    for audio in [sine(1, 10f64.powf(-20.0 / 20.0)), sine(2, 10f64.powf(-1.0 / 20.0))] {
        play(&mut engine, &audio, None, 512);
    }
    let points: Vec<_> = window.loudness.points(0..usize::MAX).collect();
    let reductions: Vec<_> = window.reductions.points(0..usize::MAX).collect();
    assert_eq!((points.len(), reductions.len()), (30, 30), "ten a second");
    assert!((points[9].momentary_lufs + 20.0).abs() < 0.05 && (points[9].true_peak_dbtp + 20.0).abs() < 0.05);
    assert!((points[29].momentary_lufs + 7.0).abs() < 0.05 && (points[29].true_peak_dbtp + 7.0).abs() < 0.02);
    assert!(reductions[..9].iter().all(|r| *r == meter::Reductions::default()));
    for r in &reductions[12..] {
        assert!((r.limiter_db - 6.0).abs() < 0.02, "{r:?}");
        assert_eq!((r.multiband_db, r.saturator_db), (0.0, 0.0));
    }
    // the multiband alone: in the middle of a wide band of ratio 2, 10 dB above the threshold, gives 5 dB
    settings = preset("neutral", Follow::default());
    settings.multiband.on = true;
    settings.multiband.stage.crossover_hz[1] = 12_000.0;
    for band in &mut settings.multiband.stage.band {
        (band.threshold_db, band.ratio, band.knee_db) = (-11.0, 2.0, 0.0);
        (band.attack_ms, band.release_ms) = (1.0, 1_000.0);
    }
    engine.set(&settings);
    play(&mut engine, &sine(3, 10f64.powf(-1.0 / 20.0)), None, 512);
    let last = window.reductions.points(0..usize::MAX).last().unwrap();
    assert!((last.multiband_db - 5.0).abs() < 0.1, "{last:?}");
    assert_eq!(last.limiter_db, 0.0);
}

#[test]
fn no_peak_between_two_looks_is_lost() {
    let mut engine = engine(&preset("neutral", Follow::default()));
    let mut window = engine.connect();
    let mut audio = sine(1, 0.01);
    audio[0][10_000] = 0.7;
    audio[1][30_000] = -0.9;
    play(&mut engine, &audio, None, 32);
    let reading: Reading = window.readings.read().unwrap();
    for levels in [reading.input, reading.output] {
        assert!((levels.sample_peak_dbfs[0] - 20.0 * 0.7f64.log10()).abs() < 1e-4);
        assert!((levels.sample_peak_dbfs[1] - 20.0 * 0.9f64.log10()).abs() < 1e-4);
    }
    play(&mut engine, &sine(1, 0.01), None, 32);
    let next = window.readings.read().unwrap();
    assert!(next.input.sample_peak_dbfs[0] < -39.9, "and none is shown for ever");
}

#[test]
fn nothing_allocates_though_nobody_reads() {
    let mut settings = preset("demo", ALL);
    settings.multiband.on = true;
    let mut engine = engine(&settings);
    let mut window = engine.connect();
    let [mut left, mut right] = music(SECOND, 3);
    let transport = |n: u32| Transport { playing: n % 7 < 5, position_s: Some(f64::from(n % 5)) };
    while window.reset_meters() {}
    assert_no_alloc(|| {
        for n in 0..20 {
            for (left, right) in left.chunks_mut(331).zip(right.chunks_mut(331)) {
                engine.follow(Some(transport(n)), left.len());
                engine.process(left, right);
            }
        }
    });
    assert!(window.run_meters(true), "commands were taken");
}
