//! The parameters a host sees are the engine's table, and text goes both ways.

use garnish_engine::params::{Range, Role, table};
use garnish_engine::units::{narrow, whole};
use garnish_host::bundle;
use garnish_host::clap::ClapHost;

use crate::{each_format, host_id};

#[test]
fn the_host_sees_the_table() {
    each_format(|format, host| {
        let seen = host.params();
        let titles: Vec<_> = seen.iter().map(|info| info.title.as_str()).collect();
        let expected: Vec<_> = table().iter().map(|param| param.title.as_str()).collect();
        assert_eq!(titles, expected, "{format}");
        for (info, param) in seen.iter().zip(table()) {
            let context = format!("{format}: {}", param.id);
            assert_eq!(narrow(info.default), param.normalised(param.default), "{context}");
            assert_eq!(info.automatable, param.role.is_automatable(), "{context}");
            assert_eq!(info.bypass, param.role == Role::Bypass, "{context}");
            let steps = match param.range {
                Range::Choice(_) | Range::Switch => Some(u32::try_from(whole(param.range.max())).unwrap()),
                Range::Linear { .. } | Range::Log { .. } => None,
            };
            assert_eq!(info.steps, steps, "{context}");
            assert_eq!(host.value(info.id).map(narrow), Some(param.normalised(param.default)), "{context}");
        }
    });
}

#[test]
fn text_goes_both_ways() {
    each_format(|format, host| {
        for param in table() {
            let id = host_id(host, &param.id);
            for n in 0..=8 {
                let plain = param.plain(narrow(f64::from(n) / 8.0));
                let value = f64::from(param.normalised(plain));
                let text = host.text(id, value).unwrap();
                assert_eq!(text, param.text(plain), "{format}: {}", param.id);
                let back = host.parse(id, &text).unwrap();
                assert_eq!(param.plain(narrow(back)), plain, "{format}: {} from {text}", param.id);
            }
            assert_eq!(host.parse(id, "nonsense"), None, "{format}: {}", param.id);
        }
    });
}

#[test]
fn hostile_values_do_no_harm() {
    each_format(|format, host| {
        let ids: Vec<_> = host.params().iter().map(|info| info.id).collect();
        host.activate(48_000.0, 64, false).unwrap();
        for value in [f64::NAN, f64::INFINITY, -1e300, 1e300] {
            let values: Vec<_> = ids.iter().map(|id| (*id, value)).collect();
            let _ = host.set(&values); // a format may refuse them
            let mut block = [vec![0.1; 64], vec![0.1; 64]];
            host.process(&mut block, &[]).unwrap();
            assert!(block.iter().flatten().all(|x| x.is_finite()), "{format}: {value}");
        }
    });
}

#[test]
fn every_automatable_parameter_has_a_place_on_a_remote_page_of_its_module() {
    let mut host = ClapHost::open(&bundle::clap()).unwrap();
    let pages = host.remote_pages();
    for param in table() {
        let id = host_id(&mut host, &param.id);
        let homes: Vec<_> = pages.iter().filter(|(_, _, ids)| ids.contains(&id)).collect();
        assert_eq!(homes.len(), 1, "{}", param.id);
        assert_eq!(homes[0].0, param.module.title(), "{}", param.id);
    }
    assert!(pages.iter().all(|(_, name, ids)| !name.is_empty() && ids.len() <= 8));
}
