//! Masters of made-up programmes, held against the engine itself.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use garnish_engine::params::by_id;
use garnish_engine::presets::Preset;
use garnish_engine::units::narrow;
use garnish_engine::{Engine, Settings};
use garnish_media::Audio;
use garnish_studio::analysis::analyse;
use garnish_studio::master::{Job, Mastered, Step, master};
use garnish_studio::render::render;
use garnish_studio::source::{Memory, Source};
use garnish_studio::target::{Miss, TOLERANCE_LU};

/// Beats of a decaying tone with noise and a peak each, at different levels from bar to bar; stereo at 48 kHz.
fn music(seconds: u32, gain: f64) -> Audio {
    let mut state = 7_u32;
    let mut channels = vec![Vec::new(), Vec::new()];
    for n in 0..seconds * 48_000 {
        let (beat, time_s) = (n / 24_000, f64::from(n % 24_000) / 48_000.0);
        let loudness = [1.0, 0.5, 0.8, 0.3][usize::try_from(beat / 8 % 4).unwrap()];
        for (channel, hz) in channels.iter_mut().zip([110.0, 220.0]) {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = f64::from(state) / f64::from(u32::MAX) - 0.5;
            let tone = (std::f64::consts::TAU * hz * f64::from(n) / 48_000.0).sin();
            let x = (0.7 * tone + 0.3 * noise) * (-4.0 * time_s).exp() + 0.5 * noise * (-80.0 * time_s).exp();
            channel.push(narrow(gain * loudness * x));
        }
    }
    Audio { sample_rate_hz: 48_000, channels }
}

fn set(settings: &mut Settings, id: &str, value: f64) {
    by_id(id).unwrap().set(settings, value);
}

/// The master and what is said of it.
fn mastered(audio: &Audio, settings: &Settings, target_lufs: Option<f64>) -> (Audio, Mastered) {
    let folder = tempfile::tempdir().unwrap();
    let job = Job { settings, target_lufs, dual_mono: false, folder: folder.path() };
    let mut output =
        Audio { sample_rate_hz: audio.sample_rate_hz, channels: vec![Vec::new(); audio.channels.len()] };
    let sink = |planes: &[&[f32]]| {
        output.channels.iter_mut().zip(planes).for_each(|(channel, plane)| channel.extend_from_slice(plane));
        Ok(())
    };
    let result = master(&mut Memory::new(audio), ["in", "out"], &job, sink, &mut |_, _| {}).unwrap();
    (output, result)
}

fn heavy() -> Settings {
    let mut settings = Preset::factory("demo").unwrap().settings(&Settings::default());
    for (id, value) in
        [("multiband_phase", 2.0), ("limiter_gain", 5.0), ("dither_on", 1.0), ("saturator_on", 1.0)]
    {
        set(&mut settings, id, value);
    }
    settings
}

/// The engine in blocks of a host, its latency removed, silence fed at the end.
fn by_the_engine(audio: &Audio, settings: &Settings) -> Audio {
    let mut engine = Engine::default();
    engine.set(settings);
    engine.prepare(f64::from(audio.sample_rate_hz));
    let (frames, latency) = (audio.frames(), engine.latency());
    let [mut left, mut right] = [0, audio.channels.len() - 1].map(|channel| {
        let mut padded = audio.channels[channel].clone();
        padded.resize(frames + latency, 0.0);
        padded
    });
    for (left, right) in left.chunks_mut(333).zip(right.chunks_mut(333)) {
        engine.process(left, right);
    }
    let channels = [left, right].into_iter().take(audio.channels.len());
    Audio { channels: channels.map(|mut channel| channel.split_off(latency)).collect(), ..*audio }
}

#[test]
fn a_render_is_the_engine_to_the_bit() {
    let audio = music(3, 0.9);
    let bypassed = Settings { bypass: true, ..Settings::default() };
    for settings in [Settings::default(), heavy(), bypassed] {
        assert!(render(&audio, &settings, |_| {}) == by_the_engine(&audio, &settings));
    }
    let mono = Audio { channels: vec![audio.channels[0].clone()], ..audio };
    assert!(render(&mono, &heavy(), |_| {}) == by_the_engine(&mono, &heavy()));
}

#[test]
fn a_target_gives_the_bits_of_its_settings_and_its_loudness() {
    let audio = music(12, 0.5);
    for (settings, targets) in [(Settings::default(), [-9.0, -14.0, -30.0]), (heavy(), [-8.0, -16.0, -33.0])]
    {
        for target_lufs in targets {
            let (output, found) = mastered(&audio, &settings, Some(target_lufs));
            assert_eq!(found.miss, None, "{target_lufs}");
            let again = render(&audio, &found.settings, |_| {});
            assert!(output == again, "{target_lufs}");
            let measured = analyse("", &again).integrated_lufs.unwrap();
            assert!((measured - target_lufs).abs() <= TOLERANCE_LU, "{target_lufs}: {measured}");
            assert_eq!(found.output.integrated_lufs, Some(measured));
        }
    }
}

/// Counts how often a source is read from the start.
struct Counted<'a>(Memory<'a>, usize);

impl Source for Counted<'_> {
    fn sample_rate_hz(&self) -> u32 {
        self.0.sample_rate_hz()
    }
    fn channels(&self) -> usize {
        self.0.channels()
    }
    fn fraction(&self) -> f64 {
        self.0.fraction()
    }
    fn read(&mut self, planes: &mut [Vec<f32>]) -> Result<usize, garnish_media::Error> {
        self.0.read(planes)
    }
    fn rewind(&mut self) -> Result<(), garnish_media::Error> {
        self.1 += 1;
        self.0.rewind()
    }
}

/// What lies before the limiter runs once, the limiter at most twice over the whole.
#[test]
fn a_loud_target_costs_at_most_two_passes_of_the_limiter() {
    let audio = music(20, 0.5);
    for (settings, target_lufs) in
        [(Settings::default(), -8.0), (heavy(), -9.0), (Settings::default(), -14.0)]
    {
        let folder = tempfile::tempdir().unwrap();
        let job = Job {
            settings: &settings,
            target_lufs: Some(target_lufs),
            dual_mono: false,
            folder: folder.path(),
        };
        let mut source = Counted(Memory::new(&audio), 0);
        let mut steps = Vec::new();
        let mut progress = |step: Step, part: f64| {
            assert!((0.0..=1.0).contains(&part));
            if steps.last() != Some(&step) {
                steps.push(step);
            }
        };
        let mastered = master(&mut source, ["", ""], &job, |_| Ok(()), &mut progress).unwrap();
        assert_eq!((mastered.miss, source.1), (None, 0));
        assert!(mastered.passes <= 2, "{} passes", mastered.passes);
        assert_eq!((steps.first(), steps.last()), (Some(&Step::Preparing), Some(&Step::Writing)));
    }
}

#[test]
fn very_quiet_mixes_are_raised_by_both_gains() {
    let audio = music(5, 0.02);
    let before = analyse("", &audio).integrated_lufs.unwrap();
    assert!(before < -40.0, "{before}");
    let (_, mastered) = mastered(&audio, &Settings::default(), Some(-14.0));
    assert_eq!(mastered.miss, None);
    assert_eq!(mastered.settings.limiter.stage.gain_db, 24.0);
    assert!(mastered.settings.input_gain_db > 2.0);
}

#[test]
fn what_cannot_be_met_says_why() {
    let miss = |audio: &Audio, settings: &Settings, target| mastered(audio, settings, Some(target)).1.miss;
    let default = Settings::default();
    let silence = Audio { sample_rate_hz: 48_000, channels: vec![vec![0.0; 48_000]; 2] };
    assert_eq!(miss(&silence, &default, -14.0), Some(Miss::Silence));
    let mut short = music(1, 0.5);
    short.channels.iter_mut().for_each(|channel| channel.truncate(9_600));
    assert_eq!(miss(&short, &default, -14.0), Some(Miss::TooShort(0.2)));
    let audio = music(5, 0.5);
    assert!(matches!(miss(&audio, &default, 0.0), Some(Miss::Saturated(_))));
    assert_eq!(miss(&audio, &Settings { bypass: true, ..default }, -14.0), Some(Miss::Bypassed));
    assert_eq!(miss(&music(5, 0.0002), &default, -14.0), Some(Miss::GainsAtMost));
}

#[test]
fn the_limiters_reduction_is_that_of_its_gain() {
    // a steady tone 6 dB above the ceiling is reduced by 6 dB all the time
    let tone =
        (0..480_000).map(|n| narrow(0.5 * (std::f64::consts::TAU * 997.0 * f64::from(n) / 48_000.0).sin()));
    let audio = Audio { sample_rate_hz: 48_000, channels: vec![tone.collect()] };
    let mut settings = Settings::default();
    set(&mut settings, "limiter_gain", 11.0);
    let (_, heard) = mastered(&audio, &settings, None);
    let expected_db = 11.0 - 6.02 + 1.0;
    let reduction = heard.gain_reduction;
    assert!((reduction.mean_db - expected_db).abs() < 0.1, "{reduction:?}");
    assert!((reduction.max_db - expected_db).abs() < 0.1, "{reduction:?}");
    assert_eq!(mastered(&audio, &Settings::default(), None).1.gain_reduction.max_db, 0.0);
}

#[test]
fn broken_samples_become_silence() {
    let sound = music(2, 0.5);
    let (mut broken, mut mended) = (sound.clone(), sound);
    for (n, bad) in [f32::NAN, f32::INFINITY, 1e6].into_iter().enumerate() {
        broken.channels[0][30_000 + n] = bad;
        mended.channels[0][30_000 + n] = 0.0;
    }
    let (output, result) = mastered(&broken, &Settings::default(), None);
    assert!(output == render(&mended, &Settings::default(), |_| {}));
    let found = result.input.broken;
    assert_eq!((found.not_numbers, found.beyond_60_dbfs, found.first_s), (2, 1, Some(0.625)));
    assert_eq!(result.input.integrated_lufs, analyse("", &mended).integrated_lufs);
}
