//! `test`: the whole suite.

use crate::bundle;
use crate::workspace::{Outcome, cargo};

/// Bundles the plugin (host tests load the bundles) and runs every test; `long` adds those that take over 30 s.
pub fn run(long: bool) -> Outcome {
    bundle::release()?;
    let mut args = vec!["test", "--workspace", "--no-fail-fast"];
    if long {
        args.extend(["--", "--include-ignored"]);
    }
    cargo(&args)
}
