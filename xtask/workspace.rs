//! Where things are, and how commands are run there.

use std::path::{Path, PathBuf};
use std::process::Command;

/// What a chore comes to; the error is for the reader.
pub type Outcome = Result<(), String>;

/// The repository's root.
pub fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// Works from the root, wherever cargo was called.
pub fn enter() -> Outcome {
    std::env::set_current_dir(root())
        .map_err(|error| format!("{} cannot be entered: {error}", root().display()))
}

/// The target folder, as cargo sees it.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// Runs a command, its output the reader's.
pub fn run(program: impl AsRef<Path>, args: &[&str]) -> Outcome {
    let program = program.as_ref();
    let shown = format!("{} {}", program.display(), args.join(" "));
    let status = Command::new(program)
        .args(args)
        .status()
        .map_err(|error| format!("{} could not be started: {error}", program.display()))?;
    if status.success() { Ok(()) } else { Err(format!("failed: {shown}")) }
}

/// Runs cargo, the one that runs us.
pub fn cargo(args: &[&str]) -> Outcome {
    run(std::env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from), args)
}
