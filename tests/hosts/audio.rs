//! What comes out: the same everywhere, in time, whatever the block size.

use std::time::Duration;

use garnish_engine::params::by_id;
use garnish_engine::{Engine, Settings};
use garnish_host::render::render;
use garnish_host::{Change, Host};
use garnish_media::Audio;

use crate::{RATE_HZ, apply, each_format, everything_on, first_difference, host_id, mix, normalised, open};

#[test]
fn command_line_and_every_format_agree_to_the_bit() {
    let input = mix(4.0);
    for settings in [Settings::default(), everything_on()] {
        let audio = Audio { sample_rate_hz: 48_000, channels: input.clone().into() };
        let expected = garnish_studio::render::render(&audio, &settings, |_| {}).channels.try_into().unwrap();
        each_format(|format, host| {
            apply(host, &settings);
            for frames in [64, 479, 1024] {
                host.activate(RATE_HZ, frames, true).unwrap();
                let output = render(host, &input, frames, &[], |_, _| {}).unwrap();
                assert_eq!(first_difference(&output, &expected), None, "{format}, blocks of {frames}");
                host.deactivate();
            }
        });
    }
}

#[test]
fn automation_is_sample_accurate_whatever_the_block_size() {
    let input = mix(2.0);
    let points = [
        (1_000, "limiter_gain", 6.0),
        (1_001, "eq_band_gain_3", 4.5),
        (20_017, "limiter_gain", 0.0),
        (20_017, "stereo_width", 140.0),
        (40_961, "eq_on", 0.0),
        (70_003, "eq_on", 1.0),
    ];
    let expected = engine_with(&input, &points);
    each_format(|format, host| {
        apply(host, &Settings::default());
        let changes: Vec<_> = points
            .iter()
            .map(|(frame, id, plain)| Change {
                frame: *frame,
                id: host_id(host, id),
                value: normalised(id, *plain),
            })
            .collect();
        for frames in [32, 512, 4096] {
            host.activate(RATE_HZ, frames, true).unwrap();
            let output = render(host, &input, frames, &changes, |_, _| {}).unwrap();
            assert_eq!(first_difference(&output, &expected), None, "{format}, blocks of {frames}");
            host.deactivate();
            apply(host, &Settings::default());
        }
    });
}

/// The engine called directly: settings change at exactly these frames.
fn engine_with(input: &[Vec<f32>; 2], points: &[(usize, &str, f64)]) -> [Vec<f32>; 2] {
    let mut engine = Engine::default();
    engine.prepare(RATE_HZ);
    let (latency, mut settings) = (engine.latency(), Settings::default());
    let [mut left, mut right] = input.clone();
    left.resize(left.len() + latency, 0.0);
    right.resize(left.len(), 0.0);
    let mut at = 0;
    for (frame, id, plain) in points.iter().copied().chain([(left.len(), "bypass", 0.0)]) {
        engine.process(&mut left[at..frame], &mut right[at..frame]);
        at = frame;
        by_id(id).unwrap().set(&mut settings, plain);
        engine.set(&settings);
    }
    [left.split_off(latency), right.split_off(latency)]
}

#[test]
fn the_reported_latency_is_where_an_impulse_comes_out() {
    each_format(|format, host| {
        host.activate(RATE_HZ, 512, false).unwrap();
        let mut impulse = [vec![0.0; 8_192], vec![0.0; 8_192]];
        impulse[0][100] = 0.5;
        impulse[1][100] = 0.5;
        let latency = host.latency();
        assert!(latency > 0);
        let output = render(host, &impulse, 512, &[], |_, _| {}).unwrap();
        for channel in output {
            let peak = (0..channel.len()).max_by(|a, b| channel[*a].abs().total_cmp(&channel[*b].abs()));
            assert_eq!(peak, Some(100), "{format}: {latency} samples of latency");
        }
    });
}

#[test]
fn bypass_is_the_input_bit_for_bit() {
    let input = mix(1.0);
    each_format(|format, host| {
        apply(host, &Settings { bypass: true, ..everything_on() });
        host.activate(RATE_HZ, 256, false).unwrap();
        let output = render(host, &input, 256, &[], |_, _| {}).unwrap();
        assert_eq!(first_difference(&output, &input), None, "{format}");
    });
}

#[test]
fn offline_and_real_time_sound_the_same() {
    let input = mix(1.0);
    each_format(|format, host| {
        apply(host, &everything_on());
        let mut both = [true, false].map(|offline| {
            host.activate(RATE_HZ, 256, offline).unwrap();
            let output = render(host, &input, 256, &[], |_, _| {}).unwrap();
            host.deactivate();
            output
        });
        let [offline, real_time] = &mut both;
        assert_eq!(first_difference(offline, real_time), None, "{format}");
    });
}

#[test]
fn a_band_on_solo_is_heard_and_not_rendered() {
    let input = mix(1.0);
    let mut solo = everything_on();
    solo.listen.bands.solo[0] = true;
    each_format(|format, host| {
        let mut output = |settings: &Settings, offline| {
            apply(host, settings);
            host.activate(RATE_HZ, 256, offline).unwrap();
            let output = render(host, &input, 256, &[], |_, _| {}).unwrap();
            host.deactivate();
            output
        };
        let whole = output(&everything_on(), true);
        assert_eq!(first_difference(&output(&solo, true), &whole), None, "{format}: a file");
        assert!(first_difference(&output(&solo, false), &whole).is_some(), "{format}: the room");
    });
}

#[test]
fn two_instances_do_not_hear_each_other() {
    let input = mix(1.0);
    for format in ["CLAP", "VST3"] {
        let (mut a, mut b) = (open(format), open(format));
        apply(&mut *a, &everything_on());
        apply(&mut *b, &Settings::default());
        let alone = {
            let mut host = open(format);
            apply(&mut *host, &everything_on());
            host.activate(RATE_HZ, 256, false).unwrap();
            render(&mut *host, &input, 256, &[], |_, _| {}).unwrap()
        };
        a.activate(RATE_HZ, 256, false).unwrap();
        b.activate(44_100.0, 128, false).unwrap();
        let mut together = [Vec::new(), Vec::new()];
        for at in (0..input[0].len()).step_by(256) {
            let part = |channel: &Vec<f32>| {
                let mut part = channel[at..channel.len().min(at + 256)].to_vec();
                part.resize(256, 0.0);
                part
            };
            let mut block = [part(&input[0]), part(&input[1])];
            a.process(&mut block, &[]).unwrap();
            b.process(&mut [vec![0.3; 128], vec![-0.3; 128]], &[]).unwrap();
            together[0].extend_from_slice(&block[0]);
            together[1].extend_from_slice(&block[1]);
        }
        let latency = a.latency();
        let overlap = input[0].len() - latency;
        let together = together.map(|channel| channel[latency..latency + overlap].to_vec());
        let alone = alone.map(|channel| channel[..overlap].to_vec());
        assert_eq!(first_difference(&together, &alone), None, "{format}");
    }
}

/// A CLAP waits for the host's restart. Behind the VST3 adapter the mode is in force from the next block on where a host processes on its
/// main thread, as hosts here do: it has no other moment before the sound. Either asks once.
#[test]
fn a_change_of_latency_asks_for_a_restart() {
    let mut engine = Engine::default();
    let mut settings = Settings::default();
    by_id("quality").unwrap().set(&mut settings, 2.0);
    engine.set(&settings);
    engine.prepare(RATE_HZ);
    each_format(|format, host| {
        host.activate(RATE_HZ, 256, false).unwrap();
        let before = host.latency();
        assert_ne!(before, engine.latency());
        let change = Change { frame: 0, id: host_id(host, "quality"), value: normalised("quality", 2.0) };
        let mut block = [vec![0.1; 256], vec![0.1; 256]];
        host.process(&mut block, &[]).unwrap();
        assert!(!restart_requested(host), "{format}");
        host.process(&mut block, &[change]).unwrap();
        assert!(restart_requested(host), "{format}");
        let expected = if format == "VST3" { engine.latency() } else { before };
        assert_eq!(host.latency(), expected, "{format}");
        host.process(&mut block, &[]).unwrap();
        assert!(!restart_requested(host), "{format}: asked twice");
        host.deactivate();
        host.activate(RATE_HZ, 256, false).unwrap();
        assert_eq!(host.latency(), engine.latency(), "{format}");
    });
}

/// Whether a restart is asked for within a quarter of a second: a VST3 asks on the main thread, when its timer fires.
fn restart_requested(host: &mut dyn Host) -> bool {
    (0..25).any(|_| {
        std::thread::sleep(Duration::from_millis(10));
        host.restart_requested()
    })
}
