//! `bench`: cost of each stage and of the chain.

use crate::workspace::{Outcome, cargo};

/// Runs the engine's benches; options go to criterion, such as a name to filter by.
pub fn run(options: &[&str]) -> Outcome {
    let mut args = vec!["bench", "--package", "garnish-engine", "--benches"];
    if !options.is_empty() {
        args.push("--");
        args.extend(options);
    }
    cargo(&args)
}
