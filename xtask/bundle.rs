//! `bundle`: the plugin as hosts load it.

use nice_plug_xtask as bundler;

use crate::workspace::{Outcome, target};

/// Builds a package and puts its CLAP and VST3 bundles into `bundled` in the target folder.
pub fn run(package: &str, options: &[&str]) -> Outcome {
    let options: Vec<String> = options.iter().map(|option| (*option).to_owned()).collect();
    bundler::build(&[package.to_owned()], &options)
        .and_then(|()| bundler::bundle(&target(), package, &options, false))
        .map_err(|error| format!("{package} could not be bundled: {error:#}"))
}

/// The bundles that demo, tests and hosts use.
pub fn release() -> Outcome {
    run("garnish", &["--release"])
}
