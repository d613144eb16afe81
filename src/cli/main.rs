//! `garnish-cli`: master, analyse and list parameters from the command line.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line speaks")]

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use garnish_cli::{Failure, analyze, master, params};

/// Garnish offline: the mastering chain of the plugin, on files.
#[derive(Parser)]
#[command(name = "garnish-cli", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Master files: the whole chain, latency compensated, same length as the input.
    Master(master::Args),
    /// Measure files: loudness, range, peaks, correlation, headroom.
    Analyze(analyze::Args),
    /// List every parameter: id, name, unit, range, default.
    Params(params::Args),
}

fn main() -> ExitCode {
    let outcome = match Cli::try_parse() {
        Ok(cli) => match cli.verb {
            Verb::Master(args) => master::run(&args),
            Verb::Analyze(args) => analyze::run(&args),
            Verb::Params(args) => params::run(args),
        },
        Err(error) if !error.use_stderr() => {
            print!("{}", error.render());
            return ExitCode::SUCCESS;
        }
        Err(error) => Err(usage_failure(&error)),
    };
    match outcome {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("garnish-cli: {failure}");
            ExitCode::from(2)
        }
    }
}

/// The parser's message as one line.
fn usage_failure(error: &clap::Error) -> Failure {
    let text = error.render().to_string();
    let message: Vec<_> = text
        .lines()
        .take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more information"))
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    Failure(message.join(" ").trim_start_matches("error: ").to_owned() + " (--help says more)")
}
