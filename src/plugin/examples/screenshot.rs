//! Writes pictures of every page of the editor, the meters showing the demo mix, at one and at two pixels a point.
//!
//! `cargo run -p garnish --example screenshot -- FOLDER`
#![expect(clippy::print_stderr, reason = "a command line speaks")]

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use garnish::{HostParams, editor};
use garnish_engine::params::Module;
use garnish_engine::presets::Preset;
use garnish_engine::units::whole;
use garnish_engine::{Engine, Settings};
use vizia_plug::{Headless, Theme};

const SIZE: (f32, f32) = (1120.0, 720.0);
const MIX: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../plugin-assets/demo/mix.flac");

fn main() -> ExitCode {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "target/screenshots".to_owned());
    match draw(Path::new(&folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{folder}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn draw(folder: &Path) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(folder)?;
    let mut engine = Engine::default();
    let window = Arc::new(Mutex::new(engine.connect()));
    let spec = editor::spec(Arc::new(HostParams::default()), window);
    let mut mix = Mix::prepare(&mut engine)?;
    mix.play(&mut engine, 10.0);
    for (spec, suffix) in [(spec.clone(), ""), (spec.theme(Theme::light()), "-light")] {
        for (scale, scaled) in [(1.0, ""), (2.0, "@2x")] {
            let mut ui = Headless::new(&spec, SIZE.0, SIZE.1, scale);
            for group in Module::ALL.map(Module::title) {
                let tab = ui.middle(group);
                ui.click(tab);
                ui.point((1.0, 1.0));
                mix.play(&mut engine, 0.05);
                ui.settle();
                let name = group.to_lowercase();
                ui.picture().save(&folder.join(format!("{name}{suffix}{scaled}.png")))?;
            }
        }
    }
    Ok(())
}

/// The demo mix on its way through the demo preset.
struct Mix {
    audio: garnish_media::Audio,
    at: usize,
}

impl Mix {
    fn prepare(engine: &mut Engine) -> Result<Self, Box<dyn Error>> {
        let audio = garnish_media::decode(Path::new(MIX))?;
        let preset = Preset::factory("demo").ok_or("the demo preset is missing")?;
        engine.set(&preset.settings(&Settings::default()));
        engine.prepare(f64::from(audio.sample_rate_hz));
        Ok(Self { audio, at: 0 })
    }

    /// The next so many seconds, from the beginning again after the end.
    fn play(&mut self, engine: &mut Engine, seconds: f64) {
        let frames = whole(seconds * f64::from(self.audio.sample_rate_hz));
        let [mut left, mut right] = [0, 1].map(|channel| {
            self.audio.channels[channel]
                .iter()
                .copied()
                .cycle()
                .skip(self.at)
                .take(frames)
                .collect::<Vec<_>>()
        });
        self.at += frames;
        engine.process(&mut left, &mut right);
    }
}
