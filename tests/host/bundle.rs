//! Where the built bundles are.

use std::path::{Path, PathBuf};

/// The folder of bundles: `bundled` in the target folder, which `GARNISH_BUNDLES` or `CARGO_TARGET_DIR` may move.
pub fn folder() -> PathBuf {
    if let Some(folder) = std::env::var_os("GARNISH_BUNDLES") {
        return folder.into();
    }
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"), PathBuf::from);
    target.canonicalize().unwrap_or(target).join("bundled")
}

/// The CLAP bundle.
pub fn clap() -> PathBuf {
    folder().join("Garnish.clap")
}

/// The VST3 bundle, a folder.
pub fn vst3() -> PathBuf {
    folder().join("Garnish.vst3")
}
