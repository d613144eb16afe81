//! The command line as people and programs call it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use garnish_engine::params::table;
use garnish_media::{Audio, Format, decode, encode};
use serde_json::Value;

/// A folder of its own for each test.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn mix() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugin-assets/demo/mix.flac")
}

fn garnish(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_garnish-cli")).args(args).output().unwrap()
}

fn succeed(args: &[&str]) -> String {
    let output = garnish(args);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{args:?}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

/// Fails with exit code 2 and one line, which it returns; leaves nothing behind in `folder` but what was there.
fn fail(args: &[&str], folder: &Path) -> String {
    let before = std::fs::read_dir(folder).unwrap().count();
    let output = garnish(args);
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{args:?}: {error}");
    assert_eq!(error.trim_end().lines().count(), 1, "{args:?}: {error}");
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), before, "{args:?} left something behind");
    error
}

fn json(args: &[&str]) -> Value {
    serde_json::from_str(&succeed(args)).unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn neutral_gives_the_input_back_bit_for_bit() {
    let folder = folder("neutral");
    let out = folder.join("out.wav");
    succeed(&["master", text(&mix()), "-o", text(&out), "--preset", "neutral", "--format", "f32"]);
    assert!(decode(&out).unwrap() == decode(mix()).unwrap());
}

#[test]
fn every_format_keeps_length_rate_and_channels_and_replaces_what_was_there() {
    let folder = folder("formats");
    let input = decode(mix()).unwrap();
    for (format, name, media) in [
        ("wav16", "a.wav", Format::Wav16),
        ("wav24", "b.wav", Format::Wav24),
        ("f32", "c.wav", Format::WavF32),
        ("flac", "d.flac", Format::Flac24),
    ] {
        let out = folder.join(name);
        std::fs::write(&out, "an older file").unwrap();
        succeed(&["master", text(&mix()), "-o", text(&out), "--format", format]);
        let output = decode(&out).unwrap();
        assert_eq!(
            (output.frames(), output.sample_rate_hz, output.channels.len()),
            (input.frames(), 48_000, 2)
        );
        if let Some(bits) = media.bits() {
            // integer formats lie on their grid, so what the file holds is what dither made
            let scale = f64::from(1_u32 << (bits - 1));
            assert!(
                output.channels.iter().flatten().all(|x| (f64::from(*x) * scale).fract() == 0.0),
                "{format}"
            );
        }
    }
}

#[test]
fn the_format_follows_the_extension() {
    let folder = folder("extension");
    for (name, magic) in [("x.flac", b"fLaC"), ("x.wav", b"RIFF")] {
        let out = folder.join(name);
        succeed(&["master", text(&mix()), "-o", text(&out)]);
        assert_eq!(&std::fs::read(&out).unwrap()[..4], magic);
    }
}

#[test]
fn mono_in_gives_mono_out() {
    let folder = folder("mono");
    let (input, out) = (folder.join("mono.wav"), folder.join("out.wav"));
    let stereo = decode(mix()).unwrap();
    let mono = Audio { sample_rate_hz: 48_000, channels: vec![stereo.channels[0][..96_000].to_vec()] };
    encode(&input, &mono, Format::WavF32).unwrap();
    succeed(&["master", text(&input), "-o", text(&out), "--preset", "demo"]);
    let output = decode(&out).unwrap();
    assert_eq!((output.channels.len(), output.frames()), (1, 96_000));
}

#[test]
fn sets_take_numbers_texts_and_ids_and_the_last_wins() {
    let folder = folder("sets");
    let outs = ["a.wav", "b.wav"].map(|name| folder.join(name));
    let shared = ["--format", "f32", "--set", "eq_band_on_1=on"];
    let a = ["--set", "eq_band_freq_1=5100", "--set", "eq_band_gain_1=9", "--set", "eq_band_gain_1=-3"];
    let b =
        ["--set", "eq_band_freq_1=5.1 kHz", "--set", "eq_band_gain_1=-3 dB", "--set", "eq_band_shape_1=bell"];
    for (out, sets) in outs.iter().zip([a, b]) {
        succeed(&[&["master", text(&mix()), "-o", text(out)], &shared[..], &sets].concat());
    }
    let [a, b] = outs.map(|out| decode(out).unwrap());
    assert!(a == b);
    assert!(a != decode(mix()).unwrap());
}

#[test]
fn several_files_go_to_a_folder() {
    let folder = folder("several");
    let second = folder.join("second.flac");
    std::fs::copy(mix(), &second).unwrap();
    let out = folder.join("masters");
    let report = json(&["master", text(&mix()), text(&second), "--out-dir", text(&out), "--json"]);
    assert_eq!(report["files"].as_array().unwrap().len(), 2);
    assert!(out.join("mix.wav").is_file() && out.join("second.wav").is_file());
}

#[test]
fn the_reference_adds_its_column() {
    let folder = folder("reference");
    let out = folder.join("out.wav");
    let reference = mix().with_file_name("reference.flac");
    let table = succeed(&["master", text(&mix()), "-o", text(&out), "--reference", text(&reference)]);
    let header = table.lines().find(|line| line.contains("before")).unwrap();
    assert!(header.contains("after") && header.contains("reference"));
    let loudness = table.lines().find(|line| line.starts_with("loudness")).unwrap();
    assert_eq!(
        loudness.split_whitespace().filter(|word| word.parse::<f64>().is_ok()).count(),
        3,
        "{loudness}"
    );
}

#[test]
fn bad_input_is_one_line_and_exit_code_2() {
    let folder = folder("errors");
    let out = folder.join("out.wav");
    let noise = folder.join("notes.wav");
    std::fs::write(&noise, "this is not audio").unwrap();
    let empty = folder.join("empty.wav");
    encode(&empty, &Audio { sample_rate_hz: 48_000, channels: vec![vec![0.0; 1]] }, Format::Wav16).unwrap();
    let header = std::fs::read(&empty).unwrap()[..44].to_vec();
    std::fs::write(&empty, [&header[..40], &[0, 0, 0, 0]].concat()).unwrap();
    let preset = folder.join("preset.toml");
    std::fs::write(&preset, "[preset]\nname = \"x\"\nno_such_id = 1\n").unwrap();
    let (mix, out, here) = (mix(), text(&out).to_owned(), folder.as_path());
    let mix = text(&mix);
    let missing = text(&folder.join("nowhere/out.wav")).to_owned();
    let cases: [(&[&str], &str); 16] = [
        (&["master", "no-such-file.wav", "-o", &out], "does not exist"),
        (&["master", text(&noise), "-o", &out], "audio"),
        (&["master", text(&empty), "-o", &out], "no samples"),
        (&["analyze", "no-such-file.wav"], "does not exist"),
        (&["analyze", text(&noise)], "audio"),
        (&["master", mix, "-o", &out, "--set", "no_such_id=1"], "no parameter"),
        (&["master", mix, "-o", &out, "--set", "limiter_ceiling"], "ID=VALUE"),
        (&["master", mix, "-o", &out, "--set", "limiter_ceiling=loud"], "not a value"),
        (&["master", mix, "-o", &out, "--set", "limiter_ceiling=3"], "outside"),
        (&["master", mix, "-o", &missing], "folder"),
        (&["master", mix, "-o", mix], "is an input"),
        (&["master", mix], "--output"),
        (&["master", mix, "-o", &out, "--preset", "nonsense"], "no preset"),
        (&["master", mix, "-o", &out, "--preset", text(&preset)], "no_such_id"),
        (&["master", mix, "-o", &out, "--target", "nonsense"], "profile"),
        (&["master", mix, "-o", &out, "--target", "3"], "loudness"),
    ];
    for (args, expected) in cases {
        let error = fail(args, here);
        assert!(error.contains(expected), "{args:?}: {error}");
    }
}

#[test]
fn params_as_json_is_the_golden_file() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/params.json");
    let listed = succeed(&["params", "--json"]);
    let rows: Vec<Value> = serde_json::from_str(&listed).unwrap();
    assert_eq!(rows.len(), table().len());
    assert_eq!(
        listed,
        std::fs::read_to_string(golden).unwrap(),
        "ids are permanent; for additions: cargo run --release -- params --json > tests/golden/params.json"
    );
    let table = succeed(&["params"]);
    assert!(rows.iter().all(|row| table.contains(row["id"].as_str().unwrap())));
}

/// A programme that is long enough to be compared: the demo mix.
#[test]
fn a_file_compared_with_itself_differs_in_nothing() {
    let found = json(&["compare", text(&mix()), text(&mix()), "--json"]);
    assert_eq!(found["difference"]["loudness_lu"], 0.0);
    assert_eq!(found["difference"]["sentences"].as_array().unwrap().len(), 0);
    let bands = found["difference"]["bands"].as_array().unwrap();
    assert_eq!(bands.len(), 31);
    for band in bands {
        assert_eq!((&band["tone_db"], &band["tone_uncertainty_db"]), (&0.0.into(), &0.0.into()), "{band}");
    }
    assert!(succeed(&["compare", text(&mix()), text(&mix())]).contains("Nothing differs with certainty."));
}

/// The master of a mix through one shelf, quieter: the comparison finds shelf and level, with words for both.
#[test]
fn compare_finds_what_an_equaliser_and_a_gain_did() {
    let folder = folder("compare");
    let out = folder.join("shelved.wav");
    let shelf =
        ["--set", "eq_band_shape_8=high_shelf", "--set", "eq_band_freq_8=4 kHz", "--set", "eq_band_gain_8=4"];
    let mix = mix();
    let args = ["master", text(&mix), "-o", text(&out), "--preset", "neutral", "--format", "f32"];
    succeed(&[&args[..], &shelf, &["--set", "eq_on=on", "--set", "output_gain=-6"]].concat());
    let found = json(&["compare", text(&out), text(&mix), "--json"]);
    let loudness = found["difference"]["loudness_lu"].as_f64().unwrap();
    assert!((-6.0..-4.0).contains(&loudness), "{loudness}");
    let bands = found["difference"]["bands"].as_array().unwrap();
    // tone is told at equal loudness: what is 6 dB down, less the difference of loudness
    let tone = |n: usize| bands[n]["tone_db"].as_f64().unwrap() + loudness + 6.0;
    assert!(tone(12).abs() < 0.1 && (tone(29) - 4.0).abs() < 0.1, "{} {}", tone(12), tone(29));
    let sentences = found["difference"]["sentences"].to_string();
    assert!(
        sentences.contains("LU quieter") && sentences.contains("more at") && sentences.contains("kHz"),
        "{sentences}"
    );
}

#[test]
fn a_master_is_brought_to_the_tone_and_loudness_of_a_reference() {
    let folder = folder("match");
    let mix = mix();
    let reference = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugin-assets/demo/reference.flac");
    let [plain, matched] = ["plain.wav", "matched.wav"].map(|name| folder.join(name));
    let to_reference = ["--reference", text(&reference), "--match-loudness", "--json"];
    let master = |out: &Path, more: &[&str]| {
        json(&[&["master", text(&mix), "-o", text(out)][..], &to_reference, more].concat())["files"][0]
            .clone()
    };
    let first = master(&plain, &[]);
    let second = master(&matched, &["--match-tone", "100"]);
    for file in [&first, &second] {
        let figure = |which: &str| file[which]["integrated_lufs"].as_f64().unwrap();
        assert!((figure("output") - figure("reference")).abs() < 0.05, "{file}");
        assert!(file["output"]["true_peak_dbtp"].as_f64().unwrap() < -0.99, "{file}");
    }
    let bands = second["match_tone"]["bands"].as_array().unwrap();
    assert!(!bands.is_empty() && bands.len() <= 8, "{second}");
    let distance = |out: &Path| {
        let found = json(&["compare", text(out), text(&reference), "--json"]);
        let bands = found["difference"]["bands"].as_array().unwrap();
        let tone: Vec<f64> = bands[2..29].iter().map(|band| band["tone_db"].as_f64().unwrap()).collect();
        (tone.iter().map(|db| db * db).sum::<f64>() / 27.0).sqrt()
    };
    let (before, after) = (distance(&plain), distance(&matched));
    // the songs differ by more than the limit of 6 dB allows to make up for
    assert!(after < 0.65 * before, "third-octave distance {before} -> {after}");
    fail(&["master", text(&mix), "-o", text(&plain), "--match-loudness"], &folder);
}
