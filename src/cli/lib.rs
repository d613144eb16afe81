//! The command line around the studio: arguments, tables and progress, as a library, so that tests, the demo and the installer use
//! the same.

pub mod analyze;
mod batch;
pub mod compare;
pub mod comparison;
pub mod master;
pub mod params;
mod plan;
pub mod plot;
pub mod progress;
mod reference;
pub mod table;

use std::fmt;

use clap::{CommandFactory, Parser, Subcommand};

/// Exit code after a failure: a wrong argument, or a file that could not be processed.
pub const FAILED: u8 = 2;

/// Exit code after masters of which at least one missed its `--target`.
pub const MISSED: u8 = 3;

/// Arguments of the whole command line.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, after_help = EXIT_CODES)]
#[command(long_about = None, about = "Garnish offline: the mastering chain of the plugin, on files")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

const EXIT_CODES: &str = "Exit codes: 0 done; 2 wrong arguments, or a file failed (the others of a batch are done); 3 done, but a --target was missed.";

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Master files: the whole chain, latency compensated, same length as the input.
    Master(master::Args),
    /// Measure files: loudness, range, peaks, correlation, headroom.
    Analyze(analyze::Args),
    /// Compare two files at equal loudness: figures, tone, width, and what certainly differs in words.
    Compare(compare::Args),
    /// List every parameter: id, name, unit, range, default.
    Params(params::Args),
}

impl Verb {
    /// Runs the verb.
    ///
    /// # Errors
    /// Nothing could be done: one line, which says what to do.
    pub fn run(&self) -> Result<Report, Failure> {
        match self {
            Self::Master(args) => master::run(args),
            Self::Analyze(args) => analyze::run(args),
            Self::Compare(args) => compare::run(args),
            Self::Params(args) => params::run(*args).map(Report::from),
        }
    }
}

/// The command line as clap describes it, under the name it is installed by: for completions and the man page.
pub fn command() -> clap::Command {
    Cli::command().name("garnish")
}

/// What a verb has to say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Results, for stdout.
    pub text: String,
    /// Files that failed, a line each, for stderr.
    pub failures: Vec<String>,
    /// Whether a target was missed.
    pub missed: bool,
}

impl Report {
    /// The exit code: see [`Cli`].
    pub fn code(&self) -> u8 {
        match self {
            Self { failures, .. } if !failures.is_empty() => FAILED,
            Self { missed: true, .. } => MISSED,
            _ => 0,
        }
    }
}

impl From<String> for Report {
    fn from(text: String) -> Self {
        Self { text, ..Self::default() }
    }
}

/// Why a verb failed: one line, which says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure(pub String);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

impl From<garnish_media::Error> for Failure {
    fn from(error: garnish_media::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<garnish_studio::Error> for Failure {
    fn from(error: garnish_studio::Error) -> Self {
        Self(error.to_string())
    }
}

/// A value as indented JSON with a line end.
fn json(value: &impl serde::Serialize) -> Result<String, Failure> {
    serde_json::to_string_pretty(value)
        .map(|text| text + "\n")
        .map_err(|error| Failure(format!("the result cannot be written as JSON: {error}")))
}
