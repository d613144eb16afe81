//! State: saved, loaded, malformed.

use garnish_engine::Settings;
use garnish_engine::params::table;
use garnish_engine::units::narrow;
use garnish_host::Host;

use crate::{apply, each_format, everything_on, host_id};

/// Every value the host would show, as plain numbers.
fn values(host: &mut dyn Host) -> Vec<f64> {
    table()
        .iter()
        .map(|param| {
            let id = host_id(host, &param.id);
            param.plain(narrow(host.value(id).unwrap()))
        })
        .collect()
}

fn defaults() -> Vec<f64> {
    table().iter().map(|param| param.default).collect()
}

#[test]
fn a_saved_state_comes_back_whole() {
    each_format(|format, host| {
        // every parameter off its default, near the middle of its travel
        let mut settings = Settings::default();
        for param in table() {
            param.set_normalised(&mut settings, if param.default == param.range.max() { 0.0 } else { 0.61 });
        }
        apply(host, &settings);
        let expected = values(host);
        let state = host.save().unwrap();
        apply(host, &Settings::default());
        assert_eq!(values(host), defaults(), "{format}");
        host.load(&state).unwrap();
        assert_eq!(values(host), expected, "{format}");
        assert_eq!(host.save().unwrap(), state, "{format}: saving again gives the same bytes");
    });
}

#[test]
fn a_state_loads_while_audio_runs() {
    each_format(|format, host| {
        apply(host, &everything_on());
        let (state, expected) = (host.save().unwrap(), values(host));
        apply(host, &Settings::default());
        host.activate(48_000.0, 128, false).unwrap();
        let mut block = [vec![0.1; 128], vec![0.1; 128]];
        host.process(&mut block, &[]).unwrap();
        host.load(&state).unwrap();
        host.process(&mut block, &[]).unwrap();
        assert_eq!(values(host), expected, "{format}");
        assert!(block.iter().flatten().all(|x| x.is_finite()), "{format}");
    });
}

#[test]
fn malformed_states_change_nothing_and_crash_nothing() {
    each_format(|format, host| {
        apply(host, &everything_on());
        let (good, expected) = (host.save().unwrap(), values(host));
        let mut cases: Vec<Vec<u8>> =
            vec![Vec::new(), vec![0], vec![0xff; 8], vec![0; 64], b"garnish".to_vec()];
        cases.push(good[..good.len() / 2].to_vec());
        cases.push([&u64::MAX.to_le_bytes()[..], b"{}"].concat());
        cases.push([&2_u64.to_le_bytes()[..], b"{]"].concat());
        for (n, case) in cases.iter().enumerate() {
            let _ = host.load(case); // refused or ignored: both are well
            assert_eq!(values(host), expected, "{format}, case {n}");
        }
    });
}

/// CLAP states are a length and JSON (nice-plug), so a test can write them by hand.
#[test]
fn incomplete_and_hostile_states_are_completed_and_clamped() {
    let mut host = crate::open("CLAP");
    apply(&mut *host, &everything_on());
    let json = r#"{"version":"0.0.1","params":{
        "input_gain":{"f32":1e30},"output_gain":{"f32":-1e30},"limiter_on":{"f32":0.5},
        "quality":{"i32":99},"eq_on":{"bool":false},"no_such_parameter":{"bool":true}},"fields":{}}"#;
    let state = [&(json.len() as u64).to_le_bytes()[..], json.as_bytes()].concat();
    host.load(&state).unwrap();
    for (param, value) in table().iter().zip(values(&mut *host)) {
        let expected = match param.id.as_str() {
            "input_gain" | "quality" => param.range.max(),
            "output_gain" => param.range.min(),
            "eq_on" => 0.0,
            _ => param.default,
        };
        assert_eq!(value, expected, "{}", param.id);
    }
}
