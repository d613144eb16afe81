//! The saturator against its figures: aliases, small signals, level.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::f64::consts::TAU;

use garnish_engine::saturator::{Character, Saturator, Settings};
use garnish_engine::settings::Quality;
use garnish_engine::units::{count, db_from_gain, whole};
use garnish_engine::{Block, Spec, Stage};
use realfft::RealFftPlanner;

fn prepared(settings: &Settings, sample_rate_hz: f64) -> Saturator {
    let mut saturator = Saturator::default();
    saturator.set(settings);
    saturator.prepare(&Spec { sample_rate_hz, max_frames: 512 });
    saturator
}

fn run(saturator: &mut Saturator, audio: &mut [Vec<f64>; 2]) {
    let [left, right] = audio;
    for (left, right) in left.chunks_mut(512).zip(right.chunks_mut(512)) {
        saturator.process(&mut Block::new(left, right));
    }
}

/// A sine of whole periods a second: `seconds` of it.
fn sine(frequency_hz: f64, gain: f64, sample_rate_hz: f64, seconds: f64) -> [Vec<f64>; 2] {
    let tone: Vec<f64> = (0..whole(seconds * sample_rate_hz))
        .map(|n| gain * (TAU * (frequency_hz * count(n) / sample_rate_hz).fract()).sin())
        .collect();
    [tone.clone(), tone]
}

/// Amplitudes of all multiples of 1 Hz in a second of signal, rectangular window: exact for signals of whole hertz.
fn spectrum(second: &[f64]) -> Vec<f64> {
    let mut input = second.to_vec();
    let transform = RealFftPlanner::new().plan_fft_forward(input.len());
    let mut output = transform.make_output_vec();
    transform.process(&mut input, &mut output).unwrap();
    output.iter().map(|bin| bin.norm() * 2.0 / count(second.len())).collect()
}

/// Loudest partial that is no harmonic, up to Nyquist, in dB below the fundamental.
fn worst_alias_dbc(settings: &Settings, frequency_hz: usize, sample_rate_hz: f64) -> f64 {
    let mut audio = sine(count(frequency_hz), 1.0, sample_rate_hz, 2.0);
    run(&mut prepared(settings, sample_rate_hz), &mut audio);
    let spectrum = spectrum(&audio[0][audio[0].len() / 2..]);
    let alias = spectrum
        .iter()
        .enumerate()
        .filter(|(hz, _)| hz % frequency_hz != 0)
        .map(|(_, level)| *level)
        .fold(0.0, f64::max);
    db_from_gain(alias / spectrum[frequency_hz])
}

const ALL_TONES_HZ: [usize; 8] = [997, 1_999, 2_999, 4_001, 5_987, 7_993, 9_973, 10_993];

fn driven(character: Character, quality: Quality) -> Settings {
    Settings { drive_db: 18.0, character, quality, auto_gain: false, ..Settings::default() }
}

/// The figures: 0 dBFS, +18 dB drive.
#[test]
fn aliases_stay_below_their_figures() {
    for sample_rate_hz in [44_100.0, 48_000.0] {
        for &character in Character::ALL {
            let worst = |quality, tones: &[usize]| {
                let settings = driven(character, quality);
                tones
                    .iter()
                    .map(|f| worst_alias_dbc(&settings, *f, sample_rate_hz))
                    .fold(f64::NEG_INFINITY, f64::max)
            };
            let standard = worst(Quality::Standard, &[4_999]);
            assert!(standard < -100.0, "{character:?} at {sample_rate_hz} Hz, standard: {standard:.1} dBc");
            let high = worst(Quality::High, &[4_999]);
            assert!(high < -120.0, "{character:?} at {sample_rate_hz} Hz, high: {high:.1} dBc");
            let high = worst(Quality::High, &[997, 7_993, 10_993]);
            assert!(high < -100.0, "{character:?} at {sample_rate_hz} Hz, high, any tone: {high:.1} dBc");
        }
    }
}

#[test]
#[ignore = "long: prints the table of all rates, qualities and characters"]
fn table_of_aliases() {
    for sample_rate_hz in [44_100.0, 48_000.0, 96_000.0] {
        for quality in [Quality::Eco, Quality::Standard, Quality::High] {
            for &character in Character::ALL {
                let settings = driven(character, quality);
                let one = worst_alias_dbc(&settings, 4_999, sample_rate_hz);
                let all = ALL_TONES_HZ.map(|f| worst_alias_dbc(&settings, f, sample_rate_hz));
                let worst = all.into_iter().fold(f64::NEG_INFINITY, f64::max);
                println!(
                    "{sample_rate_hz:6} {quality:?} {character:?}: 4999 Hz {one:.1} dBc, of 8 tones {worst:.1} dBc"
                );
                assert!(one < -55.0 && worst < -35.0);
            }
        }
    }
}

/// A soft impulse comes through with one gain at every frequency, whatever the character, drive and tilt.
#[test]
fn small_signals_come_through_flat() {
    for sample_rate_hz in [44_100.0, 48_000.0, 96_000.0] {
        for &character in Character::ALL {
            for (drive_db, tilt_db) in [(0.0, 0.0), (24.0, 0.0), (24.0, 6.0), (12.0, -6.0)] {
                let settings =
                    Settings { drive_db, tilt_db, character, auto_gain: false, ..Settings::default() };
                let mut audio = [0, 1].map(|_| vec![0.0; whole(sample_rate_hz)]);
                for channel in &mut audio {
                    channel[100] = 1e-7;
                }
                run(&mut prepared(&settings, sample_rate_hz), &mut audio);
                for level in &spectrum(&audio[0])[1..whole(0.49 * sample_rate_hz)] {
                    let gain_db = db_from_gain(level * sample_rate_hz / 2.0 / 1e-7);
                    assert!(
                        (gain_db - drive_db).abs() < 0.001,
                        "{character:?} {drive_db} {tilt_db}: {gain_db} dB"
                    );
                }
            }
        }
    }
}

#[test]
fn no_mix_is_the_input_to_the_bit() {
    for &character in Character::ALL {
        let settings = Settings { drive_db: 24.0, character, mix_percent: 0.0, ..Settings::default() };
        let audio = support::music(20_000, 48_000.0, 1);
        let mut output = audio.clone();
        let mut saturator = prepared(&settings, 48_000.0);
        run(&mut saturator, &mut output);
        let latency = saturator.latency();
        assert!(output[0][latency..] == audio[0][..20_000 - latency]);
        assert!(output[1][latency..] == audio[1][..20_000 - latency]);
    }
}

/// What the biased curve rectifies is taken out again.
#[test]
fn no_offset_is_made() {
    for &character in Character::ALL {
        let mut audio = sine(100.0, 1.0, 48_000.0, 3.0);
        run(&mut prepared(&driven(character, Quality::Standard), 48_000.0), &mut audio);
        let mean = audio[0][96_000..].iter().sum::<f64>() / 48_000.0;
        assert!(mean.abs() < 1e-6, "{character:?}: {mean}");
    }
}

/// Power of audio in dB, without the first `skip` frames.
fn level_db(audio: &[Vec<f64>; 2], skip: usize) -> f64 {
    let power: f64 = audio.iter().flat_map(|channel| &channel[skip..]).map(|x| x * x).sum();
    10.0 * power.log10()
}

#[test]
fn auto_gain_keeps_the_level() {
    for &character in Character::ALL {
        for (drive_db, mix_percent) in [(0.0, 100.0), (12.0, 100.0), (24.0, 100.0), (24.0, 30.0)] {
            let settings = Settings { drive_db, character, mix_percent, ..Settings::default() };
            let audio = support::music(96_000, 48_000.0, 1);
            let mut output = audio.clone();
            run(&mut prepared(&settings, 48_000.0), &mut output);
            let change_db = level_db(&output, 24_000) - level_db(&audio, 24_000);
            assert!(change_db.abs() < 1.0, "{character:?} {drive_db} {mix_percent}: {change_db:.2}");
        }
    }
}

/// Loudest content above 12 kHz of a low tone's saturation while settings change at 0.5 s, over that without a change.
fn click_db(from: &Settings, to: &Settings) -> f64 {
    let mut saturator = prepared(from, 48_000.0);
    let [mut left, mut right] = sine(100.0, 0.25, 48_000.0, 1.0);
    let (first, last) = left.split_at_mut(24_000);
    let (first_right, last_right) = right.split_at_mut(24_000);
    saturator.process(&mut Block::new(first, first_right));
    saturator.set(to);
    saturator.process(&mut Block::new(last, last_right));
    // fifth differences: a high-pass that leaves 100 Hz and its first harmonics below -120 dB
    let mut x = left[20_000..].to_vec();
    for _ in 0..5 {
        x = x.windows(2).map(|pair| 0.5 * (pair[1] - pair[0])).collect();
    }
    db_from_gain(x.iter().fold(0.0, |peak: f64, x| peak.max(x.abs())))
}

#[test]
fn no_change_clicks() {
    let plain = Settings { drive_db: 6.0, auto_gain: false, ..Settings::default() };
    let other = [
        Settings { drive_db: 18.0, ..plain },
        Settings { mix_percent: 0.0, ..plain },
        Settings { output_db: -12.0, ..plain },
        Settings { auto_gain: true, ..plain },
        Settings { tilt_db: 6.0, ..plain },
        Settings { character: Character::Tube, ..plain },
        Settings { character: Character::Transformer, ..plain },
        Settings { character: Character::Console, ..plain },
        Settings { character: Character::SoftClip, ..plain },
    ];
    for to in other {
        for (from, to) in [(plain, to), (to, plain)] {
            let click = click_db(&from, &to);
            println!("{click:.1} dB");
            assert!(click < -80.0, "{click:.1} dB: {from:?} to {to:?}");
        }
    }
}
