//! The built bundles in hosts of ours: every test runs over every format.
//!
//! `cargo xtask test` builds the bundles first.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod audio;
mod parameters;
mod process;
mod state;

use std::path::Path;

use garnish_engine::Settings;
use garnish_engine::params::{by_id, table};
use garnish_host::clap::ClapHost;
use garnish_host::vst3::{Module, Offer, Vst3Host};
use garnish_host::{Host, bundle};
use garnish_media::Audio;

/// The rate of most tests, in Hz.
const RATE_HZ: f64 = 48_000.0;

/// Runs a test on a fresh instance of each format.
fn each_format(test: impl Fn(&str, &mut dyn Host)) {
    for format in ["CLAP", "VST3"] {
        test(format, &mut *open(format));
    }
}

fn open(format: &str) -> Box<dyn Host> {
    if format == "CLAP" {
        return Box::new(ClapHost::open(&bundle::clap()).unwrap());
    }
    // Linux hosts serve requests from their run loop; without one a VST3 waits for their next call
    let offer = Offer { run_loop_in_context: true, ..Offer::default() };
    Box::new(Vst3Host::new(Module::load(&bundle::vst3()).unwrap(), offer).unwrap())
}

/// Sets the host's parameters to these settings.
fn apply(host: &mut dyn Host, settings: &Settings) {
    let known = host.params();
    let values: Vec<_> = table()
        .iter()
        .map(|param| {
            let info = known.iter().find(|info| info.title == param.title).unwrap();
            (info.id, f64::from(param.normalised(param.get(settings))))
        })
        .collect();
    host.set(&values).unwrap();
}

fn host_id(host: &mut dyn Host, id: &str) -> u32 {
    let title = &by_id(id).unwrap().title;
    host.params().iter().find(|info| info.title == *title).unwrap().id
}

fn normalised(id: &str, plain: f64) -> f64 {
    f64::from(by_id(id).unwrap().normalised(plain))
}

/// The first seconds of the project's test mix.
fn mix(seconds: f64) -> [Vec<f32>; 2] {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("audio/mix-coherence.flac");
    let Audio { channels, sample_rate_hz } = garnish_media::decode(path).unwrap();
    let frames = garnish_engine::units::whole(seconds * f64::from(sample_rate_hz));
    [channels[0][..frames].to_vec(), channels[1][..frames].to_vec()]
}

/// Settings at which every module works: the demo preset, driven.
fn everything_on() -> Settings {
    let mut settings =
        garnish_engine::presets::Preset::factory("demo").unwrap().settings(&Settings::default());
    by_id("limiter_gain").unwrap().set(&mut settings, 6.0);
    settings
}

/// The first sample at which two signals differ.
fn first_difference(a: &[Vec<f32>; 2], b: &[Vec<f32>; 2]) -> Option<usize> {
    assert_eq!(a[0].len(), b[0].len());
    (0..a[0].len()).find(|n| (0..2).any(|c| a[c][*n].to_bits() != b[c][*n].to_bits()))
}
