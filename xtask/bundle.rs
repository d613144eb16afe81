//! `bundle`: the plugin as hosts load it.

use std::path::{Path, PathBuf};

use nice_plug_xtask as bundler;

use crate::workspace::{Outcome, root, target};

/// The newest version of glibc whose symbols a bundle may ask for, minor number of 2.x: that of Debian 11 and Ubuntu 20.04.
const NEWEST_GLIBC: u32 = 31;

/// Builds a package and puts its CLAP and VST3 bundles into `bundled` in the target folder.
///
/// Release bundles hold no path of the machine they were built on, and load on systems of 2020.
pub fn run(package: &str, options: &[&str]) -> Outcome {
    let names: Vec<String> = options.iter().map(|option| (*option).to_owned()).collect();
    bundler::build(&[package.to_owned()], &names)
        .and_then(|()| bundler::bundle(&target(), package, &names, false))
        .map_err(|error| format!("{package} could not be bundled: {error:#}"))?;
    if options.contains(&"--release") {
        for library in libraries(&target().join("bundled"))? {
            finish(&library).map_err(|error| format!("{}: {error}", library.display()))?;
        }
    }
    Ok(())
}

/// The bundles that demo, tests and hosts use.
pub fn release() -> Outcome {
    run("garnish", &["--release"])
}

/// All ELF libraries in a folder and its folders.
fn libraries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            found.extend(libraries(&path)?);
        } else if std::fs::read(&path).map_err(failed)?.starts_with(b"\x7fELF") {
            found.push(path);
        }
    }
    Ok(found)
}

/// Hides the paths of this machine in a library, and holds what it asks of a system.
///
/// The paths lie in the messages of panics. Rust's `--remap-path-prefix` would take them out as well, but as a flag of the compiler it would build every crate a second
/// time beside the command line's and the benches'. So they are overwritten in place, by slashes of the same number.
fn finish(library: &Path) -> Outcome {
    let mut bytes = std::fs::read(library).map_err(|error| error.to_string())?;
    let mut hidden = 0;
    for prefix in build_paths() {
        hidden += overwrite(&mut bytes, prefix.as_bytes());
    }
    std::fs::write(library, &bytes).map_err(|error| error.to_string())?;
    let highest = glibc_versions(&bytes).max().unwrap_or(0);
    println!("{}: asks for GLIBC_2.{highest}; {hidden} build paths hidden", library.display());
    if highest > NEWEST_GLIBC {
        return Err(format!(
            "asks for GLIBC_2.{highest}, newer than 2.{NEWEST_GLIBC}: find the symbol by `objdump -T` and add it to src/plugin/glibc.rs"
        ));
    }
    Ok(())
}

/// Where the sources lie that the compiler may have written into a library: this workspace, cargo's registry, the home folder.
fn build_paths() -> Vec<String> {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let cargo_home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| home.as_ref().map(|home| home.join(".cargo")));
    let registry = cargo_home.as_ref().map(|home| home.join("registry/src"));
    let sources = registry.iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten();
    let sources = sources.filter_map(|entry| Some(entry.ok()?.path()));
    let others = [Some(root().to_owned()), cargo_home, home].into_iter().flatten();
    // The longest first: the others lie in front of it.
    let mut paths: Vec<String> = sources
        .chain(others)
        .map(|path| format!("{}/", path.display()))
        .filter(|path| path.len() > 3)
        .collect();
    paths.sort_by_key(|path| std::cmp::Reverse(path.len()));
    paths
}

/// Overwrites each occurrence of `what` by slashes; how many there were.
fn overwrite(bytes: &mut [u8], what: &[u8]) -> usize {
    let (mut at, mut count) = (0, 0);
    while let Some(found) = bytes[at..].windows(what.len()).position(|window| window == what) {
        bytes[at + found..][..what.len()].fill(b'/');
        at += found + what.len();
        count += 1;
    }
    count
}

/// The minor numbers of all versions `GLIBC_2.x` that a library names.
fn glibc_versions(bytes: &[u8]) -> impl Iterator<Item = u32> {
    let mark = b"GLIBC_2.";
    let starts = bytes.windows(mark.len()).enumerate().filter(move |(_, window)| window == mark);
    starts.filter_map(move |(at, _)| {
        let digits = bytes[at + mark.len()..].iter().take_while(|byte| byte.is_ascii_digit());
        digits
            .fold(None, |number: Option<u32>, digit| Some(number.unwrap_or(0) * 10 + u32::from(digit - b'0')))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_overwritten_where_they_lie() {
        let mut bytes = b"at /home/me/crate/lib.rs and /home/me/".to_vec();
        assert_eq!(overwrite(&mut bytes, b"/home/me/"), 2);
        assert_eq!(bytes, b"at /////////crate/lib.rs and /////////");
        assert_eq!(overwrite(&mut bytes, b"/home/me/"), 0);
    }

    #[test]
    fn versions_are_read_as_numbers() {
        let versions: Vec<_> =
            glibc_versions(b"\0GLIBC_2.2.5\0GLIBC_2.31\0GLIBC_PRIVATE\0GLIBC_2.").collect();
        assert_eq!(versions, [2, 31]);
    }
}
