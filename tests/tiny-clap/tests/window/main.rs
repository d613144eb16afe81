//! The editor in an X11 window, under an X server that this test starts itself.
//!
//! Needs `Xvfb` (Debian: `apt install xvfb`). Without it the tests say so and pass, except where `CI` is set.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::print_stdout,
    clippy::unnecessary_cast,
    clippy::unwrap_used,
    dead_code,
    reason = "small numbers, VST3's enumerations differ by platform; tests tell what they do, fail by unwrapping and share helpers"
)]

#[path = "../block.rs"]
mod block;
mod bundle;
mod embedding;
mod gestures;
mod lives;
#[path = "../player.rs"]
mod player;
mod screen;
#[path = "../support.rs"]
mod support;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitCode, Stdio};

/// Set for the process that runs the cases, which has its `DISPLAY` from the beginning.
const INNER: &str = "TINY_CLAP_WINDOW_TESTS";

/// The server, stopped when the tests are over.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a server on a display that is free; the display's name.
fn start() -> Option<(Server, String)> {
    let mut command = Command::new("Xvfb");
    command.args(["-displayfd", "1", "-screen", "0", "1024x768x24", "-nolisten", "tcp", "-noreset"]);
    let mut server = Server(command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?);
    let mut number = String::new();
    BufReader::new(server.0.stdout.take()?).read_line(&mut number).ok()?;
    Some((server, format!(":{}", number.trim())))
}

/// A case and its name.
type Case = (&'static str, fn());

fn run_cases() -> ExitCode {
    let wanted: Vec<_> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    for (name, case) in embedding::ALL.iter().chain(gestures::ALL).chain(lives::ALL).chain(bundle::ALL) {
        if wanted.is_empty() || wanted.iter().any(|part| name.contains(part.as_str())) {
            println!("window::{name} ...");
            case();
        }
    }
    println!("window tests: ok");
    ExitCode::SUCCESS
}

fn main() -> ExitCode {
    if std::env::var_os(INNER).is_some() {
        return run_cases();
    }
    let Some((_server, display)) = start() else {
        println!("window tests NOT RUN: Xvfb is missing (Debian: apt install xvfb)");
        return if std::env::var_os("CI").is_some() { ExitCode::FAILURE } else { ExitCode::SUCCESS };
    };
    let inner = std::env::current_exe().and_then(|exe| {
        Command::new(exe).args(std::env::args().skip(1)).env(INNER, "1").env("DISPLAY", display).status()
    });
    if inner.is_ok_and(|status| status.success()) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
