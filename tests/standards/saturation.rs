//! The saturator's auto gain on real music.
#![allow(clippy::print_stdout, reason = "the figure is shown with --nocapture")]

use std::path::Path;

use garnish_engine::meter::Meter;
use garnish_engine::saturator::{Character, Saturator, Settings};
use garnish_engine::{Block, Spec, Stage};

type Stereo = [Vec<f64>; 2];

const MUSIC: [&str; 4] = [
    "../plugin-assets/demo/mix.flac",
    "../plugin-assets/demo/reference.flac",
    "audio/mix-coherence.flac",
    "audio/master-hell.flac",
];

fn load(path: &str) -> (Stereo, f64) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let audio = garnish_media::decode(&path).expect("the excerpt decodes");
    let channel = |n: usize| audio.channels[n].iter().map(|x| f64::from(*x)).collect();
    ([channel(0), channel(1)], f64::from(audio.sample_rate_hz))
}

fn integrated_lufs([left, right]: &Stereo, sample_rate_hz: f64) -> f64 {
    let mut meter = Meter::new();
    meter.prepare(sample_rate_hz);
    for (left, right) in left.chunks(512).zip(right.chunks(512)) {
        meter.measure([left, right]);
    }
    meter.finish();
    meter.take_reading().integrated_lufs
}

/// The music through a saturator whose drive follows `drive_db(seconds)`, aligned with the input.
fn saturated(
    audio: &Stereo,
    sample_rate_hz: f64,
    settings: &Settings,
    drive_db: impl Fn(f64) -> f64,
) -> Stereo {
    let mut saturator = Saturator::default();
    let mut settings = Settings { drive_db: drive_db(0.0), ..*settings };
    saturator.set(&settings);
    saturator.prepare(&Spec { sample_rate_hz, max_frames: 64 });
    let latency = saturator.latency();
    let [mut left, mut right] = audio.clone();
    left.resize(left.len() + latency, 0.0);
    right.resize(right.len() + latency, 0.0);
    let mut seconds = 0.0;
    for (left, right) in left.chunks_mut(64).zip(right.chunks_mut(64)) {
        settings.drive_db = drive_db(seconds);
        saturator.set(&settings);
        saturator.process(&mut Block::new(left, right));
        seconds += 64.0 / sample_rate_hz;
    }
    [left[latency..].to_vec(), right[latency..].to_vec()]
}

fn hold(music: &[&str], drives: &[(f64, f64)]) {
    let mut worst = 0.0_f64;
    for path in music {
        let (audio, rate_hz) = load(path);
        let before = integrated_lufs(&audio, rate_hz);
        for &character in Character::ALL {
            for &(drive_db, mix_percent) in drives {
                let settings = Settings { character, mix_percent, ..Settings::default() };
                let after = integrated_lufs(&saturated(&audio, rate_hz, &settings, |_| drive_db), rate_hz);
                let change = after - before;
                worst = worst.max(change.abs());
                let bound = if mix_percent == 100.0 { 0.2 } else { 0.3 };
                assert!(
                    change.abs() < bound,
                    "{path} {character:?} {drive_db} dB, {mix_percent} %: {change:+.3} LU"
                );
            }
        }
    }
    println!("greatest change {worst:.3} LU");
}

/// The figure: 0.2 LU over the whole range of drive. Mixed with the dry signal, 0.3 LU.
#[test]
fn auto_gain_holds_the_loudness_of_music() {
    hold(&MUSIC[3..], &[(24.0, 100.0)]);
}

#[test]
#[ignore = "long: all excerpts, drives and characters"]
fn auto_gain_holds_the_loudness_of_all_music() {
    hold(&MUSIC, &[(3.0, 100.0), (6.0, 100.0), (12.0, 100.0), (18.0, 100.0), (24.0, 100.0), (24.0, 40.0)]);
}

/// A hand on the knob: from no drive to all of it within two seconds, and a leap back.
#[test]
#[ignore = "long: all excerpts and characters"]
fn auto_gain_follows_the_drive() {
    let mut worst = 0.0_f64;
    for path in MUSIC {
        let (audio, rate_hz) = load(path);
        for &character in Character::ALL {
            let settings = Settings { character, ..Settings::default() };
            let drive_db = |t: f64| if t > 13.0 { 0.0 } else { 12.0 * (t - 8.0).clamp(0.0, 2.0) };
            let output = saturated(&audio, rate_hz, &settings, drive_db);
            // seconds 8 to 10: the move; 13 to 15: after the leap
            for from in [8.0, 13.0] {
                let part = |audio: &Stereo| {
                    let at = |t: f64| garnish_engine::units::whole(t * rate_hz);
                    let [left, right] = audio;
                    [left[at(from)..at(from + 2.0)].to_vec(), right[at(from)..at(from + 2.0)].to_vec()]
                };
                let change =
                    integrated_lufs(&part(&output), rate_hz) - integrated_lufs(&part(&audio), rate_hz);
                worst = worst.max(change.abs());
                println!("{path} {character:?} from {from} s: {change:+.3} LU");
                // two seconds are no programme: the gain stands while the music moves
                assert!(change.abs() < 2.5, "{path} {character:?} from {from} s: {change:+.3} LU");
            }
        }
    }
    println!("greatest change {worst:.3} LU");
}
