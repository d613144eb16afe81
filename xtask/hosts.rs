//! `hosts`: the bundles in hosts that others wrote, and their windows on a real X server.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::bundle;
use crate::workspace::{self, Outcome, cargo, root, target};

/// The version of pedalboard that the check was written against.
const PEDALBOARD: &str = "pedalboard==0.9.26";

/// A check by its name.
type Check = (&'static str, fn() -> Result<(), Trouble>);

/// What is checked, and how.
const CHECKS: [Check; 3] = [
    ("pedalboard", pedalboard),
    ("a window: click, drag, type, resize, picture compared", window),
    ("the bundles' editors: two instances, resized, closed, reopened under automation", editors),
];

/// Every host in turn. In CI a missing one is a failure; elsewhere the package to install is named.
pub fn run() -> Outcome {
    bundle::release()?;
    let mut failures = Vec::new();
    for (name, check) in CHECKS {
        println!("== {name}");
        match check() {
            Ok(()) => println!("{name}: passed"),
            Err(Trouble::Missing(how)) if std::env::var_os("CI").is_none() => {
                println!("{name}: not here; {how}");
            }
            Err(Trouble::Missing(how)) => failures.push(format!("{name} is missing: {how}")),
            Err(Trouble::Failed(why)) => failures.push(format!("{name}: {why}")),
        }
    }
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n")) }
}

/// Why a host said nothing good.
enum Trouble {
    /// It is not installed: how to mend that.
    Missing(String),
    /// It is there, and something is wrong.
    Failed(String),
}

/// The VST3 in pedalboard masters the demo mix; the result must null against the command line to -120 dB.
fn pedalboard() -> Result<(), Trouble> {
    let python = venv()?;
    let out = target().join("hosts");
    std::fs::create_dir_all(&out).map_err(|error| Trouble::Failed(error.to_string()))?;
    let failed = Trouble::Failed;
    cargo(&["build", "--quiet", "--release", "--package", "garnish-cli"]).map_err(failed)?;
    let master = |preset, name: &str| {
        let path = out.join(name).display().to_string();
        let args =
            ["master", "plugin-assets/demo/mix.flac", "--format", "f32", "--preset", preset, "-o", &path];
        workspace::run(target().join("release/garnish-cli"), &args).map_err(failed).map(|()| path)
    };
    // the mix as 32-bit floats: decoders disagree on the scale of 16-bit samples by one part in 65 536
    let mix = master("neutral", "mix.wav")?;
    let expected = master("demo", "command-line.wav")?;
    let script = root().join("tests/hosts/pedalboard_null.py").display().to_string();
    let plugin = target().join("bundled/Garnish.vst3").display().to_string();
    let preset = "plugin-assets/presets/demo.toml";
    workspace::run(python, &[&script, &plugin, &mix, preset, &expected]).map_err(failed)
}

/// vizia-plug's window: mouse and keyboard by the server's own test extension, its pixels against the headless editor's.
fn window() -> Result<(), Trouble> {
    under_xvfb(&["test", "--quiet", "--package", "vizia-plug", "--test", "window"])
}

/// The editors of both bundles, each in a host process of its own.
fn editors() -> Result<(), Trouble> {
    under_xvfb(&["test", "--quiet", "--package", "garnish-tests", "--test", "editors"])
}

/// Runs tests that start an X server.
fn under_xvfb(tests: &[&str]) -> Result<(), Trouble> {
    if Command::new("Xvfb").arg("-help").output().is_err() {
        return Err(Trouble::Missing("install Xvfb (apt-get install xvfb)".to_owned()));
    }
    cargo(tests).map_err(Trouble::Failed)
}

/// A Python of our own in the target folder, with what the checks need.
fn venv() -> Result<PathBuf, Trouble> {
    let folder = target().join("hosts/venv");
    let python = folder.join("bin/python3");
    if !succeeds(&python, &["-c", "import pedalboard"]) {
        if !succeeds(Path::new("python3"), &["-m", "venv", &folder.display().to_string()]) {
            return Err(Trouble::Missing(
                "install python3 and python3-venv (apt-get install python3-venv)".to_owned(),
            ));
        }
        if !succeeds(&python, &["-m", "pip", "install", "--quiet", PEDALBOARD]) {
            return Err(Trouble::Missing(format!(
                "pip could not install {PEDALBOARD}; check its message above"
            )));
        }
    }
    Ok(python)
}

fn succeeds(program: &Path, args: &[&str]) -> bool {
    Command::new(program).args(args).status().is_ok_and(|status| status.success())
}
