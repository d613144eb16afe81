//! Listening at unity gain and to the difference.

use crate::*;

/// The music through a limiter at 9 dB that is told at frame `at` what is heard.
fn heard(audio: &Stereo, changes: &[(usize, Monitor)]) -> Stereo {
    let mut settings = Settings { gain_db: 9.0, ..Settings::default() };
    let mut limiter = prepared(&settings, 48_000.0);
    let mut output = audio.clone();
    let mut at = 0;
    for (next, monitor) in changes {
        run(&mut limiter, &mut output, at..*next);
        settings.monitor = *monitor;
        limiter.set(&settings);
        at = *next;
    }
    run(&mut limiter, &mut output, at..audio[0].len());
    output
}

#[test]
fn unity_gain_is_the_output_less_the_gain_and_delta_what_was_taken_away() {
    let audio = music(30_000, 48_000.0, 7);
    let latency = prepared(&Settings::default(), 48_000.0).latency();
    let drive = 10f64.powf(9.0 / 20.0);
    let [output, unity, delta] =
        [Monitor::Off, Monitor::UnityGain, Monitor::Delta].map(|monitor| heard(&audio, &[(0, monitor)]));
    assert!(output == heard(&audio, &[]));
    let mut limited = 0.0_f64;
    for channel in 0..2 {
        for n in latency..30_000 {
            let driven = drive * audio[channel][n - latency];
            assert!((unity[channel][n] * drive - output[channel][n]).abs() < 1e-12, "sample {n}");
            assert!((output[channel][n] + delta[channel][n] - driven).abs() < 1e-12, "sample {n}");
            limited = limited.max(delta[channel][n].abs());
        }
    }
    assert!(limited > 0.1, "nothing was limited");
}

#[test]
fn what_is_heard_changes_in_a_straight_fade() {
    let audio = music(30_000, 48_000.0, 8);
    let latency = prepared(&Settings::default(), 48_000.0).latency();
    let all =
        [Monitor::Off, Monitor::UnityGain, Monitor::Delta].map(|monitor| heard(&audio, &[(0, monitor)]));
    let of = |monitor| match monitor {
        Monitor::Off => &all[0],
        Monitor::UnityGain => &all[1],
        Monitor::Delta => &all[2],
    };
    let changes = [
        (3_000, Monitor::UnityGain),
        (9_000, Monitor::Delta),
        (15_000, Monitor::Off),
        (21_000, Monitor::Delta),
    ];
    let output = heard(&audio, &changes);
    let mut from = Monitor::Off;
    for (index, (start, to)) in changes.iter().enumerate() {
        // from nothing it first listens for its latency
        let start = start + if from == Monitor::Off { latency } else { 0 };
        let end = changes.get(index + 1).map_or(30_000, |next| next.0);
        let ends = of(from)[0].iter().zip(&of(*to)[0]);
        for (n, (heard, (from, to))) in output[0].iter().zip(ends).enumerate().take(end).skip(start) {
            let part = ((n + 1 - start) as f64 / 960.0).min(1.0);
            assert!((heard - (from + part * (to - from))).abs() < 1e-9, "change {index}, sample {n}");
        }
        from = *to;
    }
}

#[test]
fn what_is_heard_survives_reset_and_prepare() {
    let audio = music(10_000, 48_000.0, 9);
    let mut limiter = prepared(&Settings::default(), 48_000.0);
    limiter.set(&Settings { monitor: Monitor::Delta, ..Settings::default() });
    let first = {
        let mut output = audio.clone();
        run(&mut limiter, &mut output, 0..10_000);
        output
    };
    limiter.reset();
    let mut again = audio.clone();
    run(&mut limiter, &mut again, 0..10_000);
    assert!(first == again);
    limiter.prepare(&Spec { sample_rate_hz: 48_000.0, max_frames: 512 });
    let mut again = audio.clone();
    run(&mut limiter, &mut again, 0..10_000);
    assert!(first == again);
}
