//! Tests of the parameter table.

use std::ffi::c_void;

use clap_sys::ext::params::{CLAP_PARAM_IS_STEPPED, clap_param_info};

use crate::params::{ParamTable, split_unit, strip_unit};

fn info(id: u32, flags: u32, min: f64, max: f64) -> clap_param_info {
    let name = [0; clap_sys::string_sizes::CLAP_NAME_SIZE];
    let module = [0; clap_sys::string_sizes::CLAP_PATH_SIZE];
    let cookie = std::ptr::null_mut::<c_void>();
    clap_param_info { id, flags, cookie, name, module, min_value: min, max_value: max, default_value: min }
}

#[test]
fn ids_lose_bit_31_and_never_collide() {
    let infos = [info(0x8000_0005, 0, 0.0, 1.0), info(5, 0, 0.0, 1.0), info(u32::MAX, 0, 0.0, 1.0)];
    let table = ParamTable::new(&infos, |_, _| None);
    assert_eq!(table.all().iter().map(|p| p.id).collect::<Vec<_>>(), [5, 6, 0x7fff_ffff]);
    for param in table.all() {
        assert_eq!(table.find(param.id).unwrap().1.clap_id, param.clap_id);
        assert_eq!(table.find_clap(param.clap_id).unwrap().1.id, param.id);
    }
    assert!(table.find(7).is_none());
}

#[test]
fn a_unit_range_passes_values_through_to_the_bit() {
    let table = ParamTable::new(&[info(0, 0, 0.0, 1.0)], |_, _| None);
    for i in 0..=1000 {
        let n = f64::from(i) / 1000.0;
        assert_eq!(table.all()[0].plain(n), n);
        assert_eq!(table.all()[0].normalised(n), n);
    }
}

#[test]
fn every_step_survives_the_round_trip() {
    for steps in 1..500 {
        let table =
            ParamTable::new(&[info(0, CLAP_PARAM_IS_STEPPED, -3.0, f64::from(steps) - 3.0)], |_, _| None);
        let param = &table.all()[0];
        assert_eq!(param.steps, steps);
        for k in 0..=steps {
            let plain = f64::from(k) - 3.0;
            assert_eq!(param.plain(param.normalised(plain)), plain, "step {k} of {steps}");
        }
        assert_eq!(param.plain(f64::from(steps) / f64::from(steps + 1) - 1e-9), f64::from(steps) - 4.0);
    }
}

#[test]
fn malformed_values_stay_in_range() {
    let table = ParamTable::new(&[info(0, 0, -24.0, 24.0), info(1, 0, 2.0, 2.0)], |_, _| None);
    let [gain, constant] = table.all() else { panic!("two parameters") };
    assert_eq!(gain.plain(f64::NAN), gain.default);
    assert_eq!(gain.plain(1e30), 24.0);
    assert_eq!(gain.plain(f64::NEG_INFINITY), -24.0);
    assert_eq!(gain.normalised(f64::NAN), 0.0);
    assert_eq!(gain.normalised(f64::INFINITY), 1.0);
    assert_eq!(constant.normalised(2.0), 0.0);
    assert_eq!(constant.plain(0.7), 2.0);
}

#[test]
fn units_come_from_the_text() {
    assert_eq!(split_unit("-3.0 dB"), Some(("-3.0", "dB")));
    assert_eq!(split_unit(" +12% "), Some(("+12", "%")));
    assert_eq!(split_unit("-inf dB"), Some(("-inf", "dB")));
    assert_eq!(split_unit("4.0:1"), Some(("4.0", "")));
    assert_eq!(split_unit("Off"), None);
    let units = |text: fn(f64) -> String| {
        let table = ParamTable::new(&[info(0, 0, 0.0, 100.0)], |_, v| Some(text(v)));
        table.all()[0].units.clone()
    };
    assert_eq!(units(|v| format!("{v:.1} dB")), "dB");
    assert_eq!(units(|v| if v < 50.0 { format!("{v} Hz") } else { format!("{v} kHz") }), "");
    assert_eq!(units(|v| format!("{v}")), "");
    assert_eq!(strip_unit("-3.0 dB", "dB"), "-3.0");
    assert_eq!(strip_unit("C", "dB"), "C");
    assert_eq!(strip_unit("3", ""), "3");
}

#[test]
fn menus_are_short_lists_of_words() {
    let list = |steps: f64, text: fn(f64) -> String| {
        let table = ParamTable::new(&[info(0, CLAP_PARAM_IS_STEPPED, 0.0, steps)], |_, v| Some(text(v)));
        table.all()[0].list
    };
    assert!(list(2.0, |v| ["Eco", "Standard", "High"][v as usize].to_owned()));
    assert!(!list(2.0, |v| format!("{v} bit")));
    assert!(!list(1.0, |v| ["Off", "On"][v as usize].to_owned()));
}
