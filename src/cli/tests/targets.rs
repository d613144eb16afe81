//! Loudness targets as people and programs ask for them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "samples are made in f64")]

mod support;

use support::{folder, json, run, text, tone, write};

#[test]
fn targets_are_met_up_and_down_from_loud_and_quiet_mixes() {
    let folder = folder("targets");
    let (mix, out) = (folder.join("mix.wav"), folder.join("out.wav"));
    for (peak_db, targets) in [(-4.0, ["-10", "-23", "-50"]), (-36.0, ["-14", "-11", "-70"])] {
        let tone = tone(4.0, peak_db);
        write(&mix, vec![tone.clone(), tone]);
        for target in targets {
            let report = json(&["master", text(&mix), "-o", text(&out), "--target", target], 0);
            let file = &report["files"][0];
            let measured = &json(&["analyze", text(&out)], 0)["files"][0];
            let wanted: f64 = target.parse().unwrap();
            for lufs in [&file["output"]["integrated_lufs"], &measured["integrated_lufs"]] {
                let lufs = lufs.as_f64().unwrap_or(f64::NEG_INFINITY);
                assert!((lufs - wanted).abs() <= 0.051, "{peak_db} dB to {target}: {lufs}");
            }
            assert_eq!(file["target_met"], true);
            assert!(measured["true_peak_dbtp"].as_f64().unwrap() <= -0.99, "{target}");
            let moved =
                ["input_db", "limiter_db", "output_db"].map(|gain| file["gains"][gain].as_f64().unwrap());
            assert!(moved.iter().any(|gain| *gain != 0.0), "{moved:?}");
        }
    }
}

#[test]
fn a_missed_target_says_why_and_has_an_exit_code() {
    let folder = folder("missed");
    let (mix, out) = (folder.join("mix.wav"), folder.join("out.wav"));
    let master = ["master", text(&mix), "-o", text(&out), "--target", "-14"];
    let check = |why: &str| {
        let (said, _) = run(&master, 3);
        assert!(said.contains("was not met") && said.contains(why), "{said}");
        let file = &json(&master, 3)["files"][0];
        assert_eq!(file["target_met"], false);
        assert!(file["target_miss"].as_str().unwrap().contains(why), "{file}");
        assert!(out.is_file());
    };
    write(&mix, vec![tone(0.2, -6.0); 2]);
    check("lasts 0.200 s");
    write(&mix, vec![vec![0.0; 48_000]; 2]);
    check("digital silence");
    write(&mix, vec![tone(3.0, -90.0); 2]);
    check("at their greatest");
    write(&mix, vec![tone(3.0, -6.0); 2]);
    let (said, _) = run(&["master", text(&mix), "-o", text(&out), "--target", "0"], 3);
    assert!(said.contains("limiter_ceiling"), "{said}");
    assert!(run(&["master", "--help"], 0).0.contains("exit code is 3"));
    assert!(run(&["--help"], 0).0.contains("3 done, but a --target was missed"));
}

/// Every profile, named in any way, is met within 0.05 LU, and `--delivery` has nothing against what was made.
#[test]
fn what_a_profile_made_is_not_complained_of() {
    let folder = folder("profiles");
    let (mix, out) = (folder.join("mix.wav"), folder.join("out.wav"));
    write(&mix, vec![tone(4.0, -6.0); 2]);
    let help = run(&["master", "--help"], 0).0;
    for profile in &garnish_engine::meter::delivery::PROFILES {
        assert!(help.contains(profile.id), "{}", profile.id);
        let file =
            json(&["master", text(&mix), "-o", text(&out), "--target", profile.name], 0)["files"][0].clone();
        if let Some(target) = profile.target_lufs {
            let lufs = file["output"]["integrated_lufs"].as_f64().unwrap();
            assert!((lufs - target).abs() <= 0.05, "{}: {lufs}", profile.id);
        }
        let (said, _) = run(&["analyze", text(&out), "--delivery"], 0);
        let verdict = said.lines().find(|line| line.trim().starts_with(profile.name)).unwrap();
        assert!(verdict.ends_with("as it is."), "{verdict}");
    }
}

#[test]
fn a_profile_sets_the_ceiling_and_an_explicit_set_wins() {
    let folder = folder("ceiling");
    let (mix, out) = (folder.join("mix.wav"), folder.join("out.wav"));
    write(&mix, vec![tone(4.0, -1.0); 2]);
    let run = |more: &[&str]| {
        let args = [&["master", text(&mix), "-o", text(&out), "--set", "limiter_gain=12"], more].concat();
        json(&args, 0)["files"][0]["output"]["true_peak_dbtp"].as_f64().unwrap()
    };
    let amazon = ["--target", "amazon"];
    assert!(run(&amazon) <= -1.99);
    let louder = run(&[&amazon[..], &["--target", "-4", "--set", "limiter_ceiling=-0.5"]].concat()[2..]);
    assert!((-0.6..=-0.49).contains(&louder), "{louder}");
}

#[test]
fn gains_and_reduction_are_shown() {
    let folder = folder("gains");
    let (mix, out) = (folder.join("mix.wav"), folder.join("out.wav"));
    write(&mix, vec![tone(3.0, -6.0); 2]);
    let args = ["master", text(&mix), "-o", text(&out), "--set", "limiter_gain=11"];
    let (said, _) = run(&args, 0);
    assert!(said.contains("gains: input +0.00 dB, limiter +11.00 dB, output +0.00 dB"), "{said}");
    let reduction = &json(&args, 0)["files"][0]["gain_reduction"];
    let (mean, max) = (reduction["mean_db"].as_f64().unwrap(), reduction["max_db"].as_f64().unwrap());
    assert!((max - 6.0).abs() < 0.1 && mean > 1.0 && mean < max, "{reduction}");
    assert!(said.contains(&format!("reduces by {mean:.1} dB on average, {max:.1} dB at most")), "{said}");
}

#[test]
fn mono_on_two_loudspeakers_is_3_lu_louder() {
    let folder = folder("dual_mono");
    let (mix, out) = (folder.join("mix.wav"), folder.join("out.wav"));
    write(&mix, vec![tone(3.0, -12.0)]);
    let lufs = |args: &[&str]| json(args, 0)["files"][0]["integrated_lufs"].as_f64().unwrap();
    let (once, twice) = (lufs(&["analyze", text(&mix)]), lufs(&["analyze", text(&mix), "--dual-mono"]));
    assert!((twice - once - 3.01).abs() < 0.01, "{once} {twice}");
    run(&["master", text(&mix), "-o", text(&out), "--target", "-16", "--dual-mono"], 0);
    assert!((lufs(&["analyze", text(&out), "--dual-mono"]) + 16.0).abs() <= 0.051);
}
