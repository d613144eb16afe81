//! `analyze` as people and programs call it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::cast_possible_truncation, reason = "samples are made in f64")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use garnish_media::{Audio, Format, encode};
use serde_json::Value;

fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("analyze").join(test);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn analyze(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_garnish-cli")).arg("analyze").args(args).output().unwrap()
}

fn succeed(args: &[&str]) -> String {
    let output = analyze(args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A 997 Hz sine of this level on so many channels, ten seconds.
fn tone(folder: &Path, name: &str, level_db: f64, channels: usize) -> String {
    let gain = 10f64.powf(level_db / 20.0);
    let step = std::f64::consts::TAU * 997.0 / 48_000.0;
    let channel: Vec<f32> = (0..480_000).map(|n| (gain * (step * f64::from(n)).sin()) as f32).collect();
    let path = folder.join(name);
    encode(&path, &Audio { sample_rate_hz: 48_000, channels: vec![channel; channels] }, Format::WavF32)
        .unwrap();
    path.to_str().unwrap().to_owned()
}

const KEYS: [&str; 18] = [
    "path",
    "sample_rate",
    "channels",
    "duration_s",
    "integrated_lufs",
    "loudness_range_lu",
    "max_momentary_lufs",
    "max_short_term_lufs",
    "sample_peak_dbfs",
    "true_peak_dbtp",
    "plr_db",
    "correlation",
    "headroom",
    "flat_tops",
    "not_numbers",
    "beyond_60_dbfs",
    "first_broken_s",
    "warnings",
];

#[test]
fn json_has_its_keys_and_figures_in_the_order_of_the_arguments() {
    let folder = folder("json");
    let (loud, quiet) = (tone(&folder, "loud.wav", -4.0, 2), tone(&folder, "quiet.wav", -20.0, 2));
    let all: Value = serde_json::from_str(&succeed(&[&quiet, &loud, "--json"])).unwrap();
    let files = all["files"].as_array().unwrap();
    assert_eq!(files.len(), 2);
    for (file, (path, level, headroom)) in files.iter().zip([(&quiet, -20.0, "quiet"), (&loud, -4.0, "good")])
    {
        assert_eq!(file.as_object().unwrap().len(), KEYS.len());
        assert!(KEYS.iter().all(|key| file.get(key).is_some()));
        assert_eq!(file["path"], **path);
        assert_eq!((&file["sample_rate"], &file["channels"]), (&48_000.into(), &2.into()));
        assert_eq!(file["duration_s"], 10.0);
        assert_eq!(file["headroom"], headroom);
        for (key, expected) in [
            ("integrated_lufs", level),
            ("max_momentary_lufs", level),
            ("max_short_term_lufs", level),
            ("sample_peak_dbfs", level),
            ("true_peak_dbtp", level),
            ("plr_db", 0.0),
            ("loudness_range_lu", 0.0),
            ("correlation", 1.0),
        ] {
            let measured = file[key].as_f64().unwrap();
            assert!((measured - expected).abs() < 0.02, "{key}: {measured}");
        }
    }
}

#[test]
fn one_channel_counts_once() {
    let folder = folder("mono");
    let mono = tone(&folder, "mono.wav", -20.0, 1);
    let all: Value = serde_json::from_str(&succeed(&[&mono, "--json"])).unwrap();
    let file = &all["files"][0];
    assert_eq!(file["channels"], 1);
    assert!((file["integrated_lufs"].as_f64().unwrap() + 23.01).abs() < 0.02);
    assert_eq!(file["correlation"], 1.0);
}

#[test]
fn silence_is_null() {
    let folder = folder("silence");
    let silence = tone(&folder, "silence.wav", f64::NEG_INFINITY, 2);
    let all: Value = serde_json::from_str(&succeed(&[&silence, "--json"])).unwrap();
    let file = &all["files"][0];
    for key in [
        "integrated_lufs",
        "max_momentary_lufs",
        "max_short_term_lufs",
        "sample_peak_dbfs",
        "true_peak_dbtp",
        "plr_db",
    ] {
        assert_eq!(file[key], Value::Null, "{key}");
    }
    assert!(succeed(&[&silence]).contains("-inf"));
}

#[test]
fn plots_are_written_whole_in_both_formats() {
    let folder = folder("plot");
    let file = tone(&folder, "a.wav", -10.0, 2);
    for (name, start) in [("a.svg", &b"<svg"[..]), ("a.png", &b"\x89PNG"[..])] {
        let plot = folder.join(name);
        succeed(&[&file, "--plot", plot.to_str().unwrap()]);
        assert!(std::fs::read(&plot).unwrap().starts_with(start), "{name}");
    }
    let output = analyze(&[&file, "--plot", "a.gif"]);
    assert_eq!(output.status.code(), Some(2));
    let output = analyze(&[&file, "--plot", folder.join("none/a.svg").to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(String::from_utf8(output.stderr).unwrap().trim_end().lines().count(), 1);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 3);
}

#[test]
fn delivery_speaks_plainly() {
    let folder = folder("delivery");
    let file = tone(&folder, "a.wav", -9.0, 2);
    let text = succeed(&[&file, "--delivery"]);
    for line in
        ["Spotify turns it down by 5.0 dB.", "Apple Music turns it down by 7.0 dB.", "CD leaves it as it is."]
    {
        assert!(text.contains(line), "{text}");
    }
}

/// A tone below and one above what 44.1 kHz can hold: together they peak at 0.9, after conversion at 0.5.
#[test]
fn conversion_to_a_lower_rate_moves_the_true_peak() {
    let folder = folder("conversion");
    let tone = |hz: f64, n: i32| (std::f64::consts::TAU * hz / 48_000.0 * f64::from(n)).sin();
    let fade = |n: i32| (f64::from(n.min(191_999 - n)) / 48_000.0).min(1.0);
    let channel = (0..192_000).map(|n| (fade(n) * (0.5 * tone(1_000.0, n) - 0.4 * tone(23_000.0, n))) as f32);
    let audio = Audio { sample_rate_hz: 48_000, channels: vec![channel.collect()] };
    let path = folder.join("tones.wav");
    encode(&path, &audio, Format::WavF32).unwrap();
    let text = succeed(&[path.to_str().unwrap(), "--delivery"]);
    let level = |row: &str| -> f64 {
        let line = text.lines().find(|line| line.starts_with(row)).unwrap();
        line.split_whitespace().last().unwrap().parse().unwrap()
    };
    assert!((level("true peak") + 0.92).abs() < 0.03, "{text}");
    assert!((level("at 44.1/48 kHz") + 6.02).abs() < 0.03, "{text}");
    assert!(!succeed(&[path.to_str().unwrap()]).contains("at 44.1/48 kHz"));
}

/// Every kind of file that cannot be read: exit code 2 and one line that names the file.
#[test]
fn what_cannot_be_read_is_one_clear_line() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../media/tests/data");
    for (name, word) in [("make.py", "not an audio file"), ("missing.wav", "does not exist")] {
        let path = data.join(name);
        let output = analyze(&[path.to_str().unwrap(), "--json"]);
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert!(output.stdout.is_empty());
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(
            error.trim_end().lines().count() == 1 && error.contains(word) && error.contains(name),
            "{error}"
        );
    }
    for name in ["tones.mp3", "tones.m4a", "tones.aac", "tones.ogg", "tones.aiff"] {
        let text = succeed(&[data.join(name).to_str().unwrap()]);
        assert!(text.contains("loudness"), "{name}: {text}");
    }
}
