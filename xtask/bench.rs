//! `bench`: cost of each stage and of the chain.

use crate::workspace::{Outcome, cargo};

/// Prints the table of costs. With options, runs the single benches instead; options go to criterion, such as a name to
/// filter by.
pub fn run(options: &[&str]) -> Outcome {
    let mut args = vec!["bench", "--package", "garnish-engine"];
    if options.is_empty() {
        args.extend(["--bench", "cost"]);
    } else {
        let names = ["chain", "dither", "eq", "limiter", "meter", "multiband", "saturator", "stereo"];
        args.extend(names.iter().flat_map(|name| ["--bench", name]));
        args.push("--");
        args.extend(options);
    }
    cargo(&args)
}
