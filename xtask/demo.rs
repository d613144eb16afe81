//! `demo`: from source to a master, through the plugin as a host loads it.

use crate::bundle;
use crate::workspace::{self, Outcome, cargo, target};

/// Builds and bundles the plugin, and lets a host process master the demo mix with it.
pub fn run() -> Outcome {
    bundle::release()?;
    cargo(&["build", "--release", "--package", "garnish-tests", "--bin", "garnish-host"])?;
    workspace::run(target().join("release/garnish-host"), &["demo"])
}
