//! `screenshot`: pictures of the editor and of every widget, drawn without a window.

use crate::workspace::{Outcome, cargo, target};

/// Writes PNGs at one and at two pixels a point into target/screenshots.
pub fn run() -> Outcome {
    for (package, example, folder) in
        [("garnish", "screenshot", "editor"), ("vizia-plug", "gallery", "widgets")]
    {
        let folder = target().join("screenshots").join(folder);
        let shown = folder.display().to_string();
        std::fs::create_dir_all(&folder).map_err(|error| format!("{shown} cannot be made: {error}"))?;
        cargo(&["run", "--quiet", "--package", package, "--example", example, "--", &shown])?;
        println!("{shown}: pictures written");
    }
    Ok(())
}
