//! The editor without a window, on an engine that runs.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use garnish::HostParams;
use garnish::editor::{self, Link};
use garnish_engine::presets::Preset;
use garnish_engine::units::{count, narrow};
use garnish_engine::{Engine, Settings};
use vizia_plug::Headless;
use vizia_plug::vizia::prelude::Role;

const RATE_HZ: f64 = 48_000.0;

/// An engine with the limiter at -7 dBTP and nothing else, and its editor.
fn open() -> (Engine, Headless) {
    let mut engine = Engine::default();
    let link = Link::new(engine.connect());
    let mut settings = Preset::factory("neutral").unwrap().settings(&Settings::default());
    settings.limiter.on = true;
    settings.limiter.stage.ceiling_db = -7.0;
    engine.set(&settings);
    engine.prepare(RATE_HZ);
    let spec = editor::spec(Arc::new(HostParams::default()), link);
    (engine, Headless::new(&spec, 1120.0, 720.0, 1.0))
}

/// A sine of this level on both channels.
fn play(engine: &mut Engine, seconds: usize, dbfs: f64) {
    let amplitude = 10f64.powf(dbfs / 20.0);
    let mut left: Vec<f32> = (0..seconds * 48_000)
        .map(|n| narrow(amplitude * (std::f64::consts::TAU * 997.0 * count(n) / RATE_HZ).sin()))
        .collect();
    let mut right = left.clone();
    engine.process(&mut left, &mut right);
}

fn value(ui: &mut Headless, name: &str) -> String {
    ui.run(10);
    ui.find(name).unwrap().value
}

#[test]
fn shows_what_the_engine_measures() {
    let (mut engine, mut ui) = open();
    assert!(value(&mut ui, "Input").starts_with("Mix \u{2013}, Peak \u{2013} dBFS, Integrated"));
    play(&mut engine, 4, -4.0);
    assert_eq!(
        value(&mut ui, "Input"),
        "Mix Good, Peak \u{2212}4.0 dBFS, Integrated \u{2212}4.0 LUFS, Short-term \u{2212}4.0 LUFS"
    );
    let output = value(&mut ui, "Output");
    assert!(
        output.starts_with(
            "Short-term \u{2212}7.0 LUFS, Integrated \u{2212}7.0 LUFS, Momentary \u{2212}7.0 LUFS, Range 0.0 LU, \
             True peak \u{2212}7.0 dBTP"
        ),
        "{output}"
    );
    assert_eq!(value(&mut ui, "Gain reduction"), "Multiband 0.0 dB, Saturator 0.0 dB, Limiter 3.0 dB");
}

#[test]
fn its_buttons_reset_and_pause() {
    let (mut engine, mut ui) = open();
    play(&mut engine, 2, -20.0);
    let reset = ui.middle("Reset the meters");
    ui.click(reset);
    play(&mut engine, 2, -30.0);
    assert!(value(&mut ui, "Input").contains("Integrated \u{2212}30.0 LUFS"), "the first tone is forgotten");
    let pause = ui.middle("Pause or run the meters");
    ui.click(pause);
    play(&mut engine, 2, -10.0);
    let paused = value(&mut ui, "Input");
    assert!(paused.contains("Integrated \u{2212}30.0 LUFS"), "{paused}");
    ui.click(pause);
    play(&mut engine, 4, -10.0);
    let running = value(&mut ui, "Input");
    assert!(running.contains("Integrated \u{2212}10.0 LUFS"), "{running}");
}

#[test]
fn after_music_silence_is_shown_as_a_dash() {
    let (mut engine, mut ui) = open();
    play(&mut engine, 4, -20.0);
    assert!(value(&mut ui, "Output").starts_with("Short-term \u{2212}20.0 LUFS"));
    play(&mut engine, 8, -400.0);
    let output = value(&mut ui, "Output");
    assert!(output.starts_with("Short-term \u{2013} LUFS, Integrated \u{2212}20."), "{output}");
    assert!(output.contains("Momentary \u{2013} LUFS") && output.ends_with("PSR \u{2013} dB"), "{output}");
}

#[test]
fn a_mode_that_waits_for_the_host_says_so() {
    let (_, mut ui) = open();
    let note = "Waiting for the host: the mode you chose is heard once the host restarts the plugin.";
    assert!(ui.find(note).is_none());
    let [left, top, right, bottom] = ui.find("Quality").unwrap().bounds;
    let last = (narrow(right - (right - left) / 12.0), narrow(f64::midpoint(top, bottom)));
    ui.click(last);
    ui.run(3);
    assert!(ui.find(note).is_some());
    let [_, below, ..] = ui.find("Quality").unwrap().bounds;
    assert!(below > top + 30.0, "the page makes room: {top} {below}");
}

#[test]
fn every_page_fits_the_least_size() {
    let (_, mut ui) = open();
    ui.resize(880.0, 560.0, 1.0);
    let column = ui.find("Output").unwrap().bounds[0];
    let tabs: Vec<_> = ui.nodes().into_iter().filter(|node| node.role == Role::Tab).collect();
    assert!(tabs.len() > 5);
    for tab in tabs {
        let at = ui.middle(&tab.name);
        let before = ui.nodes();
        ui.click(at);
        ui.run(3);
        assert!(tab.name == "Main" || ui.nodes() != before, "{} shows its page", tab.name);
        for node in ui.nodes().iter().filter(|node| node.focusable) {
            let [left, _, right, _] = node.bounds;
            assert!(left >= 0.0 && right <= 880.0, "{node:?}");
            assert!(right <= column || left >= column, "a page never reaches below the meters: {node:?}");
        }
        for name in ["Output", "Input", "Gain reduction", "Reset the meters"] {
            let [_, top, _, bottom] = ui.find(name).unwrap().bounds;
            assert!(top >= 0.0 && bottom <= 560.0, "{name}");
        }
    }
}

#[test]
fn the_list_shows_which_modules_are_on() {
    let (_, mut ui) = open();
    for module in ["EQ", "Multiband", "Saturator", "Stereo", "Limiter", "Dither"] {
        let tab = ui.nodes().into_iter().find(|n| n.role == Role::Tab && n.name == module).unwrap();
        let before = tab.value;
        assert!(["On", "Off"].contains(&before.as_str()), "{module}: {before}");
        let at = ui.middle(module);
        ui.click(at);
        ui.run(3);
        let switch = ui.middle(&format!("{module} On"));
        ui.click(switch);
        ui.run(3);
        let tab = ui.nodes().into_iter().find(|n| n.role == Role::Tab && n.name == module).unwrap();
        assert_ne!(tab.value, before, "{module}");
    }
}

#[test]
fn nothing_is_drawn_while_nothing_changes() {
    let (mut engine, mut ui) = open();
    play(&mut engine, 1, -20.0);
    ui.run(600);
    ui.settle();
    assert!((0..60).all(|_| !ui.tick()), "an idle editor rests");
}
