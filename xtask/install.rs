//! `install`: the bundles where DAWs look, and the command line as `garnish` with completions and man pages.

use std::fs;
use std::path::{Path, PathBuf};

use clap_complete::Shell;

use crate::bundle;
use crate::workspace::{Outcome, cargo, target};

const NO_HOME: &str = "no home folder is known: set HOME (or LOCALAPPDATA on Windows)";

/// Bundles and copies both formats to the user's own plugin folders, then installs the command line.
pub fn run() -> Outcome {
    bundle::release()?;
    let (clap, vst3) = folders().ok_or(NO_HOME)?;
    for (name, folder) in [("Garnish.clap", clap), ("Garnish.vst3", vst3)] {
        let (from, to) = (target().join("bundled").join(name), folder.join(name));
        replace(&from, &to).map_err(|error| format!("{} could not be installed: {error}", to.display()))?;
        println!("{}", to.display());
    }
    command_line()?;
    println!("Rescan plugins in your DAW.");
    Ok(())
}

/// Builds the command line and copies it, its completions and its man pages to the user's own folders.
fn command_line() -> Outcome {
    cargo(&["build", "--quiet", "--release", "--package", "garnish-cli"])?;
    let places = Places::find().ok_or(NO_HOME)?;
    let suffix = std::env::consts::EXE_SUFFIX;
    let program = places.bin.join(format!("garnish{suffix}"));
    let built = target().join("release").join(format!("garnish-cli{suffix}"));
    let failed =
        |path: &Path, error: &std::io::Error| format!("{} could not be installed: {error}", path.display());
    fs::create_dir_all(&places.bin).map_err(|error| failed(&places.bin, &error))?;
    replace(&built, &program).map_err(|error| failed(&program, &error))?;
    println!("{}", program.display());
    for (shell, path) in places.completions() {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut garnish_cli::command(), "garnish", &mut script);
        write(&path, &script).map_err(|error| failed(&path, &error))?;
        println!("{}", path.display());
    }
    if let Some(folder) = &places.man {
        fs::create_dir_all(folder)
            .and_then(|()| clap_mangen::generate_to(garnish_cli::command(), folder))
            .map_err(|error| failed(folder, &error))?;
        println!("{}", folder.join("garnish.1").display());
    }
    let on_path = std::env::var_os("PATH")
        .is_some_and(|all| std::env::split_paths(&all).any(|path| path == places.bin));
    if !on_path {
        println!("Add {} to PATH to call it as garnish.", places.bin.display());
    }
    Ok(())
}

/// Where the user's own programs and their documentation go.
struct Places {
    bin: PathBuf,
    /// Data of programs; none on Windows, which has no common place for completions and man pages.
    data: Option<PathBuf>,
    man: Option<PathBuf>,
}

impl Places {
    fn find() -> Option<Self> {
        let of =
            |variable: &str| std::env::var_os(variable).filter(|path| !path.is_empty()).map(PathBuf::from);
        if cfg!(target_os = "windows") {
            let cargo = of("CARGO_HOME").or_else(|| Some(of("USERPROFILE")?.join(".cargo")))?;
            return Some(Self { bin: cargo.join("bin"), data: None, man: None });
        }
        // as the XDG base directory specification has it
        let home = of("HOME")?;
        let data = of("XDG_DATA_HOME").unwrap_or_else(|| home.join(".local/share"));
        Some(Self { bin: home.join(".local/bin"), man: Some(data.join("man/man1")), data: Some(data) })
    }

    /// Where each shell looks for completions.
    fn completions(&self) -> Vec<(Shell, PathBuf)> {
        let Some(data) = &self.data else { return Vec::new() };
        vec![
            (Shell::Bash, data.join("bash-completion/completions/garnish")),
            (Shell::Zsh, data.join("zsh/site-functions/_garnish")),
            (Shell::Fish, data.join("fish/vendor_completions.d/garnish.fish")),
        ]
    }
}

/// Writes a file and the folders it lies in.
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, bytes)
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
