//! The editor without a window, on an engine that runs.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::{Arc, Mutex};

use garnish::{HostParams, editor};
use garnish_engine::presets::Preset;
use garnish_engine::units::{count, narrow};
use garnish_engine::{Engine, Settings};
use vizia_plug::Headless;

const RATE_HZ: f64 = 48_000.0;

/// An engine with the limiter at -7 dBTP and nothing else, and its editor.
fn open() -> (Engine, Headless) {
    let mut engine = Engine::default();
    let window = Arc::new(Mutex::new(engine.connect()));
    let mut settings = Preset::factory("neutral").unwrap().settings(&Settings::default());
    settings.limiter.on = true;
    settings.limiter.stage.ceiling_db = -7.0;
    engine.set(&settings);
    engine.prepare(RATE_HZ);
    let spec = editor::spec(Arc::new(HostParams::default()), window);
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
    assert!(value(&mut ui, "Input").starts_with("Integrated \u{2013} LUFS, Mix \u{2013}"));
    play(&mut engine, 4, -4.0);
    assert_eq!(
        value(&mut ui, "Input"),
        "Integrated \u{2212}4.0 LUFS, Mix Good, Peak \u{2212}4.0 dBFS, Short-term \u{2212}4.0 LUFS"
    );
    let output = value(&mut ui, "Output");
    assert!(
        output.starts_with(
            "Integrated \u{2212}7.0 LUFS, True peak \u{2212}7.0 dBTP, Short-term \u{2212}7.0 LUFS"
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
    assert!(
        value(&mut ui, "Input").starts_with("Integrated \u{2212}30.0 LUFS"),
        "the first tone is forgotten"
    );
    let pause = ui.middle("Pause or run the meters");
    ui.click(pause);
    play(&mut engine, 2, -10.0);
    let paused = value(&mut ui, "Input");
    assert!(paused.starts_with("Integrated \u{2212}30.0 LUFS"), "{paused}");
    ui.click(pause);
    play(&mut engine, 4, -10.0);
    let running = value(&mut ui, "Input");
    assert!(running.starts_with("Integrated \u{2212}10.0 LUFS"), "{running}");
}

#[test]
fn nothing_is_drawn_while_nothing_changes() {
    let (mut engine, mut ui) = open();
    play(&mut engine, 1, -20.0);
    ui.run(600);
    ui.settle();
    assert!((0..60).all(|_| !ui.tick()), "an idle editor rests");
}
