//! A progress bar on stderr for what takes long, silent when stderr is no terminal.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// What is done sooner shows no bar: a flash would only disturb.
const PATIENCE: Duration = Duration::from_millis(400);

/// Steps of the bar.
const STEPS: u64 = 1000;

/// A bar that follows a fraction from 0 to 1.
#[derive(Debug)]
pub struct Bar {
    bar: ProgressBar,
    started: Instant,
}

impl Bar {
    /// A bar that says what is going on.
    pub fn new(what: &str) -> Self {
        let bar = ProgressBar::with_draw_target(Some(STEPS), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{msg:<32} {bar:40} {percent:>3} %") {
            bar.set_style(style);
        }
        bar.set_message(what.to_owned());
        Self { bar, started: Instant::now() }
    }

    /// Says something else and starts again.
    pub fn restart(&self, what: &str) {
        self.bar.set_message(what.to_owned());
        self.bar.set_position(0);
    }

    /// How far it is, from 0 to 1.
    pub fn at(&self, fraction: f64) {
        if self.bar.is_hidden() && self.started.elapsed() > PATIENCE {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small whole number")]
        self.bar.set_position((fraction.clamp(0.0, 1.0) * 1000.0) as u64);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
