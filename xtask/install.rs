//! `install`: the bundles where DAWs look.

use std::fs;
use std::path::{Path, PathBuf};

use crate::bundle;
use crate::workspace::{Outcome, target};

/// Bundles and copies both formats to the user's own plugin folders.
pub fn run() -> Outcome {
    bundle::release()?;
    let (clap, vst3) = folders().ok_or("no home folder is known: set HOME (or LOCALAPPDATA on Windows)")?;
    for (name, folder) in [("Garnish.clap", clap), ("Garnish.vst3", vst3)] {
        let (from, to) = (target().join("bundled").join(name), folder.join(name));
        replace(&from, &to).map_err(|error| format!("{} could not be installed: {error}", to.display()))?;
        println!("{}", to.display());
    }
    println!("Rescan plugins in your DAW.");
    Ok(())
}

/// Where each system's DAWs look, CLAP and VST3.
fn folders() -> Option<(PathBuf, PathBuf)> {
    let of = |variable: &str| std::env::var_os(variable).map(PathBuf::from);
    Some(if cfg!(target_os = "windows") {
        let common = of("LOCALAPPDATA")?.join("Programs/Common");
        (common.join("CLAP"), common.join("VST3"))
    } else if cfg!(target_os = "macos") {
        let plugins = of("HOME")?.join("Library/Audio/Plug-Ins");
        (plugins.join("CLAP"), plugins.join("VST3"))
    } else {
        (of("HOME")?.join(".clap"), of("HOME")?.join(".vst3"))
    })
}

/// Copies beside the old one and then takes its place, so that a running DAW keeps what it has open.
fn replace(from: &Path, to: &Path) -> std::io::Result<()> {
    let fresh = to.with_extension("new");
    remove(&fresh)?;
    copy(from, &fresh)?;
    remove(to)?;
    fs::rename(&fresh, to)
}

fn remove(path: &Path) -> std::io::Result<()> {
    match path.symlink_metadata() {
        Err(_) => Ok(()),
        Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
    }
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    if !from.is_dir() {
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::copy(from, to)?;
        return Ok(());
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}
