//! Writes pictures of the gallery and of the generic editor, at one and at two pixels a point.
//!
//! `cargo run -p vizia-plug --example gallery -- FOLDER`

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use nice_plug::prelude::Params;
use vizia::prelude::{Code, Modifiers, MouseButton};
use vizia_plug::{Headless, Picture, Spec, Theme, demo};

fn main() -> ExitCode {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "target/screenshots".to_owned());
    let params: Arc<dyn Params> = demo::sample();
    let gallery = Spec::new(Some(params.clone()), demo::gallery);
    let generic = vizia_plug::generic_spec(params);
    let pages = [
        ("gallery", gallery.clone()),
        ("gallery-light", gallery.clone().theme(Theme::light())),
        ("generic", generic.clone()),
        ("generic-light", generic.theme(Theme::light())),
    ];
    for (name, spec) in pages {
        if let Err(error) = vizia_plug::screenshots(&spec, (800.0, 420.0), Path::new(&folder), name) {
            eprintln!("{name}: {error}");
            return ExitCode::FAILURE;
        }
    }
    for (name, picture) in states(&gallery) {
        if let Err(error) = picture.save(&Path::new(&folder).join(format!("{name}.png"))) {
            eprintln!("{name}: {error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// What only shows under the user's hand.
fn states(spec: &Spec) -> Vec<(&'static str, Picture)> {
    let shown = |act: &dyn Fn(&mut Headless)| {
        let mut ui = Headless::new(spec, 800.0, 420.0, 1.0);
        act(&mut ui);
        ui.settle();
        ui.picture()
    };
    let list = shown(&|ui| {
        let at = ui.middle("Curve");
        ui.click(at);
    });
    let menu = shown(&|ui| {
        let at = ui.middle("Gain");
        ui.click_with(MouseButton::Right, at);
    });
    let entry = shown(&|ui| {
        for _ in 0..2 {
            ui.key(Code::Tab, Modifiers::empty());
        }
        ui.key(Code::Enter, Modifiers::empty());
    });
    let ring = shown(&|ui| {
        for _ in 0..6 {
            ui.key(Code::Tab, Modifiers::empty());
        }
        ui.key(Code::ArrowUp, Modifiers::empty());
    });
    vec![("list", list), ("menu", menu), ("entry", entry), ("ring", ring)]
}
