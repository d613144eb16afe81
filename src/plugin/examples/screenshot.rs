//! Writes pictures of every page of the editor, the meters showing the demo mix, at one and at two pixels a point.
//!
//! `cargo run -p garnish --example screenshot -- FOLDER`
#![expect(clippy::print_stderr, reason = "a command line speaks")]

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use garnish::HostParams;
use garnish::editor::{self, Link};
use garnish_engine::params::{Module, table};
use garnish_engine::presets::Preset;
use garnish_engine::units::whole;
use garnish_engine::{Engine, Settings};
use nice_plug::prelude::Params;
use vizia_plug::host::automate;
use vizia_plug::vizia::prelude::{Code, Modifiers, MouseButton};
use vizia_plug::{Headless, Parameters, Spec, Theme};

const SIZE: (f32, f32) = (1120.0, 720.0);
const LEAST: (f32, f32) = (880.0, 560.0);
const WIDE: (f32, f32) = (1920.0, 1000.0);
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
    let link = Link::new(engine.connect());
    let params = Arc::new(HostParams::default());
    let spec = editor::spec(params.clone(), link);
    let mut mix = Mix::prepare(&mut engine, params)?;
    mix.play(&mut engine, 10.0);
    for (spec, suffix) in [(spec.clone(), ""), (spec.clone().theme(Theme::light()), "-light")] {
        for (scale, scaled) in [(1.0, ""), (2.0, "@2x")] {
            let mut ui = Headless::new(&spec, SIZE.0, SIZE.1, scale);
            for group in Module::ALL.map(Module::title) {
                choose(&mut ui, group);
                mix.play(&mut engine, 0.05);
                save(&mut ui, folder, &format!("{}{suffix}{scaled}", group.to_lowercase()))?;
            }
        }
    }
    for (name, size) in [("least", LEAST), ("wide", WIDE)] {
        let mut ui = Headless::new(&spec, size.0, size.1, 1.0);
        for group in Module::ALL.map(Module::title) {
            choose(&mut ui, group);
            mix.play(&mut engine, 0.05);
            save(&mut ui, folder, &format!("{name}-{}", group.to_lowercase()))?;
        }
    }
    states(folder, &spec)
}

/// What shows only at times: silence, the menu, a refused value.
fn states(folder: &Path, spec: &Spec) -> Result<(), Box<dyn Error>> {
    let silent = editor::spec(Arc::new(HostParams::default()), Link::new(Engine::default().connect()));
    save(&mut Headless::new(&silent, SIZE.0, SIZE.1, 1.0), folder, "silence")?;
    let mut ui = Headless::new(spec, SIZE.0, SIZE.1, 1.0);
    choose(&mut ui, "Limiter");
    let gain = ui.middle("Limiter Gain");
    ui.click_with(MouseButton::Right, gain);
    ui.run(3);
    save(&mut ui, folder, "menu")?;
    let typed = ui.middle("Type a value…");
    ui.click(typed);
    ui.run(3);
    save(&mut ui, folder, "typing")?;
    ui.type_text("loud");
    ui.key(Code::Enter, Modifiers::empty());
    ui.run(3);
    save(&mut ui, folder, "refused")?;
    Ok(())
}

fn choose(ui: &mut Headless, group: &str) {
    let tab = ui.middle(group);
    ui.click(tab);
    ui.point((1.0, 1.0));
}

fn save(ui: &mut Headless, folder: &Path, name: &str) -> Result<(), Box<dyn Error>> {
    ui.settle();
    Ok(ui.picture().save(&folder.join(format!("{name}.png")))?)
}

/// The demo mix on its way through the demo preset.
struct Mix {
    audio: garnish_media::Audio,
    at: usize,
}

impl Mix {
    /// Sets engine and parameters to the demo preset.
    fn prepare(engine: &mut Engine, params: Arc<HostParams>) -> Result<Self, Box<dyn Error>> {
        let audio = garnish_media::decode(Path::new(MIX))?;
        let preset = Preset::factory("demo").ok_or("the demo preset is missing")?;
        let settings = preset.settings(&Settings::default());
        let shown = Parameters::new(&(params as Arc<dyn Params>));
        for (param, shown) in table().iter().zip(shown.iter()) {
            automate(shown, param.normalised(param.get(&settings)));
        }
        engine.set(&settings);
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
