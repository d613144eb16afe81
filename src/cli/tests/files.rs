//! Good and bad files, one and many, in and out.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "samples are made in f64")]

mod support;

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

use garnish_media::{Audio, Format, decode, encode};
use support::{folder, garnish, json, run, text, tone, write};

/// `cargo test` runs from the crate's folder; outputs must not land there.
fn refused(args: &[&str], word: &str) {
    let (out, err) = run(args, 2);
    assert!(out.is_empty() && err.trim_end().lines().count() == 1 && err.contains(word), "{args:?}: {err}");
}

#[test]
fn a_clipped_master_is_told() {
    let folder = folder("clipped");
    let (mix, out) = (folder.join("mix.wav"), folder.join("out.wav"));
    let mut channel = vec![0.25_f32; 48_000];
    channel[1_000..1_007].fill(1.5);
    write(&mix, vec![channel.clone(), channel]);
    let args = ["master", text(&mix), "-o", text(&out), "--preset", "neutral", "--set", "dither_on=off"];
    for format in ["wav16", "wav24"] {
        let args = [&args[..], &["--format", format]].concat();
        assert!(run(&args, 0).0.contains("warning: 14 samples did not fit the format and clipped"));
        assert_eq!(json(&args, 0)["files"][0]["clipped_samples"], 14);
    }
    let args = [&args[..], &["--format", "f32"]].concat();
    assert!(!run(&args, 0).0.contains("did not fit"));
    assert_eq!(json(&args, 0)["files"][0]["clipped_samples"], 0);
}

#[test]
fn broken_samples_are_counted_with_the_time_of_the_first() {
    let folder = folder("broken");
    let (mix, out) = (folder.join("mix.wav"), folder.join("out.wav"));
    let mut channel = tone(14.0, -12.0);
    for (n, bad) in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY].into_iter().enumerate() {
        channel[577_632 + 100 * n] = bad;
    }
    write(&mix, vec![channel.clone()]);
    let sentence = "3 samples were not numbers, first at 0:12.034";
    assert!(run(&["analyze", text(&mix)], 0).0.contains(sentence));
    assert!(run(&["master", text(&mix), "-o", text(&out)], 0).0.contains(sentence));
    let file = &json(&["analyze", text(&mix)], 0)["files"][0];
    assert_eq!((&file["not_numbers"], &file["beyond_60_dbfs"]), (&3.into(), &0.into()));
    assert!((file["first_broken_s"].as_f64().unwrap() - 12.034).abs() < 1e-9);
    assert!(file["warnings"][0].as_str().unwrap().starts_with(sentence));
    let mastered = &json(&["master", text(&mix), "-o", text(&out)], 0)["files"][0];
    assert_eq!(mastered["input"]["not_numbers"], 3);
    assert!(decode(&out).unwrap().channels[0].iter().all(|x| x.is_finite()));
}

#[test]
fn headroom_tells_floats_above_full_scale_from_flat_tops() {
    let folder = folder("headroom");
    let cut = |limit: f32| tone(2.0, 3.0).iter().map(|x| x.clamp(-limit, limit)).collect::<Vec<_>>();
    for (name, channel, id, verdict) in [
        ("quiet", tone(2.0, -14.0), "quiet", "quiet: peaks at -14.0 dBFS"),
        ("over", tone(2.0, 3.0), "over", "over: +3.0 dBFS, above full scale, nothing lost"),
        ("cut", cut(1.0), "clipped", "clipped: "),
        ("cut and turned down", cut(0.4), "clipped", "clipped: "),
    ] {
        let path = folder.join(name).with_extension("wav");
        write(&path, vec![channel.clone(), channel]);
        assert!(run(&["analyze", text(&path)], 0).0.contains(verdict), "{name}");
        assert_eq!(json(&["analyze", text(&path)], 0)["files"][0]["headroom"], id, "{name}");
    }
}

#[test]
fn ending_and_format_never_disagree_in_silence() {
    let folder = folder("endings");
    let mix = folder.join("mix.wav");
    write(&mix, vec![tone(0.5, -6.0); 2]);
    let out = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    for (name, format, word) in [
        ("x.mp3", None, "does not write"),
        ("x.m4a", None, "does not write"),
        ("x.mp3", Some("wav24"), "does not write"),
        ("x", None, "has no ending"),
        ("x.wav", Some("flac"), "x.flac"),
        ("x.flac", Some("wav16"), "x.wav"),
        ("x.aiff", Some("wav24"), "x.wav"),
        ("x.wav", Some("aiff24"), "x.aiff"),
    ] {
        let (path, format) = (out(name), format.map_or(vec![], |format| vec!["--format", format]));
        refused(&[&["master", text(&mix), "-o", &path], &format[..]].concat(), word);
        assert!(!Path::new(&path).exists());
    }
    for (name, format, magic) in [
        ("a.wav", None, &b"RIFF"[..]),
        ("b.FLAC", None, b"fLaC"),
        ("c.aiff", None, b"FORM"),
        ("d.aif", Some("aiff16"), b"FORM"),
        ("e.aiff", Some("f32"), b"FORM"),
        ("f.flac", Some("flac16"), b"fLaC"),
    ] {
        let (path, format) = (out(name), format.map_or(vec![], |format| vec!["--format", format]));
        run(&[&["master", text(&mix), "-o", &path], &format[..]].concat(), 0);
        assert_eq!(&std::fs::read(&path).unwrap()[..4], magic, "{name}");
        assert_eq!(decode(&path).unwrap().frames(), 24_000, "{name}");
    }
}

#[test]
fn one_bad_file_does_not_end_a_batch() {
    let folder = folder("batch");
    let paths = ["a.wav", "bad.wav", "c.wav"].map(|name| folder.join(name));
    write(&paths[0], vec![tone(0.5, -6.0); 2]);
    std::fs::write(&paths[1], "this is not audio").unwrap();
    write(&paths[2], vec![tone(0.5, -6.0); 2]);
    let masters = folder.join("deep/masters");
    let inputs = paths.each_ref().map(|path| text(path));
    let args = [&["master"], &inputs[..], &["--out-dir", text(&masters)]].concat();
    let (said, errors) = run(&args, 2);
    assert!(masters.join("a.wav").is_file() && masters.join("c.wav").is_file());
    assert!(said.contains("a.wav") && said.contains("c.wav"));
    assert!(errors.contains("1 of 3 files failed:") && errors.lines().last().unwrap().contains("bad.wav"));
    assert_eq!(std::fs::read_dir(&masters).unwrap().count(), 2, "nothing else is left behind");
    for verb in [&args[..], &[&["analyze"], &inputs[..]].concat()] {
        let report = json(verb, 2);
        assert_eq!(report["files"].as_array().unwrap().len(), 2);
        assert!(report["failed"][0]["path"].as_str().unwrap().ends_with("bad.wav"));
        assert!(!report["failed"][0]["error"].as_str().unwrap().is_empty());
    }
    let (said, errors) = run(&["analyze", "none.wav", text(&paths[1])], 2);
    assert!(said.is_empty() && errors.contains("2 of 2 files failed:"), "{errors}");
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_garnish-cli"))
        .args(["params", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut errors = String::new();
    child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
    assert_eq!((child.wait().unwrap().code(), errors.as_str()), (Some(0), ""));
}

#[test]
fn what_is_dropped_is_said_and_what_breaks_off_is_told_or_refused() {
    let folder = folder("extras");
    let (mix, out) = (folder.join("mix.wav"), folder.join("out.wav"));
    let audio = Audio { sample_rate_hz: 48_000, channels: vec![tone(1.0, -6.0); 2] };
    encode(&mix, &audio, Format::Wav16).unwrap();
    let plain = std::fs::read(&mix).unwrap();
    assert!(!run(&["master", text(&mix), "-o", text(&out)], 0).0.contains("dropped"));
    let mut carrying = plain.clone();
    for (id, body) in [(b"bext", vec![0; 602]), (b"iXML", b"<BWFXML></BWFXML>\n".to_vec())] {
        carrying.extend(id);
        carrying.extend(u32::try_from(body.len()).unwrap().to_le_bytes());
        carrying.extend(body);
    }
    let size = u32::try_from(carrying.len() - 8).unwrap().to_le_bytes();
    carrying[4..8].copy_from_slice(&size);
    std::fs::write(&mix, &carrying).unwrap();
    let said = run(&["master", text(&mix), "-o", text(&out)], 0).0;
    let line = said.lines().find(|line| line.starts_with("dropped")).unwrap();
    assert!(line.contains("bext") && line.contains("iXML"), "{line}");
    std::fs::write(&mix, &plain[..plain.len() - 96_000]).unwrap();
    for verb in [&["analyze", text(&mix)][..], &["master", text(&mix), "-o", text(&out)]] {
        assert!(run(verb, 0).0.contains("breaks off"));
        assert!(json(verb, 0)["files"][0]["warnings"][0].as_str().unwrap().contains("breaks off"));
        refused(&[verb, &["--strict"]].concat(), "damaged");
    }
}

#[test]
fn a_presets_error_names_file_line_and_key() {
    let folder = folder("preset");
    let (mix, preset, out) = (folder.join("mix.wav"), folder.join("p.toml"), folder.join("out.wav"));
    write(&mix, vec![tone(0.5, -6.0)]);
    for (toml, words) in [
        ("[preset]\nname = \"x\"\n\nno_such_id = 1\n", ["p.toml", "line 4", "no_such_id"]),
        ("input_gain = 1\n\"limiter_ceiling\" = 7\n", ["p.toml", "line 2", "limiter_ceiling"]),
        ("input_gain = 1\nlimiter_gain = = 2\n", ["p.toml", "line 2", "TOML"]),
    ] {
        std::fs::write(&preset, toml).unwrap();
        for word in words {
            refused(&["master", text(&mix), "-o", text(&out), "--preset", text(&preset)], word);
        }
    }
    assert!(!garnish(&["master"]).status.success());
}
