//! `garnish`: master, analyse and list parameters from the command line.

use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use clap::Parser;
use garnish_cli::{Cli, FAILED, Failure, Report};

fn main() -> ExitCode {
    let outcome = match Cli::try_parse() {
        Ok(cli) => cli.verb.run(),
        Err(error) if !error.use_stderr() => Ok(Report::from(error.render().to_string())),
        Err(error) => Err(usage_failure(&error)),
    };
    let report =
        outcome.unwrap_or_else(|failure| Report { failures: vec![failure.to_string()], ..Report::default() });
    for failure in &report.failures {
        // nobody is left to tell if stderr is closed
        let _ = writeln!(io::stderr(), "{}: {failure}", called());
    }
    let mut stdout = io::stdout();
    match stdout.write_all(report.text.as_bytes()).and_then(|()| stdout.flush()) {
        // a reader that has seen enough, such as `head`
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            let _ = writeln!(io::stderr(), "{}: the result cannot be written: {error}", called());
            ExitCode::from(FAILED)
        }
        _ => ExitCode::from(report.code()),
    }
}

/// The name the program was called by.
fn called() -> String {
    let path = std::env::args_os().next().map(std::path::PathBuf::from);
    path.as_deref()
        .and_then(std::path::Path::file_stem)
        .map_or_else(|| "garnish".to_owned(), |name| name.to_string_lossy().into_owned())
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
