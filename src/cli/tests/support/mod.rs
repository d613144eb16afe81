//! Runs the command line on small files made for a test.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use garnish_media::{Audio, Format, encode};
use serde_json::Value;

/// A fresh folder for a test.
pub fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("made").join(test);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Runs the command line.
pub fn garnish(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_garnish-cli")).args(args).output().unwrap()
}

/// Runs it, checks the exit code, and returns stdout and stderr.
pub fn run(args: &[&str], code: i32) -> (String, String) {
    let output = garnish(args);
    let [out, err] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    assert_eq!(output.status.code(), Some(code), "{args:?}: {out}{err}");
    (out, err)
}

/// Runs it with `--json` and returns what it says.
pub fn json(args: &[&str], code: i32) -> Value {
    serde_json::from_str(&run(&[args, &["--json"]].concat(), code).0).unwrap()
}

pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A 997 Hz tone at 48 kHz that swells and fades ten times a second, with this peak level.
pub fn tone(seconds: f64, peak_db: f64) -> Vec<f32> {
    let gain = 10_f64.powf(peak_db / 20.0);
    let frames = 0..(seconds * 48_000.0).round() as u32;
    let sample = |n: u32| {
        let time_s = f64::from(n) / 48_000.0;
        let swell = 0.55 + 0.45 * (std::f64::consts::TAU * 10.0 * time_s).sin();
        gain * swell * (std::f64::consts::TAU * 997.0 * time_s).sin()
    };
    frames.map(|n| sample(n) as f32).collect()
}

/// Writes channels at 48 kHz as 32-bit floats.
pub fn write(path: &Path, channels: Vec<Vec<f32>>) {
    encode(path, &Audio { sample_rate_hz: 48_000, channels }, Format::WavF32).unwrap();
}
