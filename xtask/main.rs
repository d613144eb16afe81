//! `cargo xtask`: the project's chores, one file each.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line speaks")]

mod bench;
mod bundle;
mod demo;
mod hosts;
mod install;
mod plot;
mod screenshot;
#[cfg(test)]
mod stand_ins;
mod test;
mod workspace;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask demo                     build and bundle the plugin, master the demo mix in a host process
cargo xtask test [--long]            the whole test suite; --long adds the tests that take over 30 s
cargo xtask bundle garnish --release bundle the plugin into target/bundled (CLAP and VST3)
cargo xtask install                  bundle and copy to where DAWs look; the command line as garnish, with completions and man pages
cargo xtask hosts                    the plugin in real hosts
cargo xtask plot                     curves of the chain as SVG, in target/plots
cargo xtask screenshot               the editor as PNG, in target/screenshots
cargo xtask bench                    what each part costs; with options, such as a name, the single benches";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let outcome = workspace::enter().and_then(|()| match words.as_slice() {
        ["demo"] => demo::run(),
        ["test"] => test::run(false),
        ["test", "--long"] => test::run(true),
        ["bundle", package, options @ ..] => bundle::run(package, options),
        ["install"] => install::run(),
        ["hosts"] => hosts::run(),
        ["screenshot"] => screenshot::run(),
        ["plot"] => plot::run(),
        ["bench", options @ ..] => bench::run(options),
        _ => Err(USAGE.to_owned()),
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
