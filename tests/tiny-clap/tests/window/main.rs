//! The editor in an X11 window, under an X server that this test starts itself (Debian package `xvfb`).

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::unnecessary_cast,
    clippy::unwrap_used,
    dead_code,
    reason = "small numbers, VST3's enumerations differ by platform; tests fail by unwrapping and share helpers"
)]

#[path = "../block.rs"]
mod block;
mod embedding;
mod gestures;
mod lives;
#[path = "../player.rs"]
mod player;
mod screen;
mod strangers;
#[path = "../support.rs"]
mod support;

use std::process::ExitCode;

use garnish_host::display::{Case, run_cases};

fn main() -> ExitCode {
    run_cases(&[embedding::ALL, gestures::ALL, lives::ALL, strangers::ALL], &[])
}
