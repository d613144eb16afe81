//! The input and output meter, in step with the transport.

use crate::meter::{self, Meter, Point};
use crate::transport::{Action, Follow, Follower, Transport};
use crate::units::count;

/// Input and output meter.
///
/// Both measure the same stretch of the programme: what the transport makes the input meter do, the output meter does later, by the
/// latency.
#[derive(Debug)]
pub(crate) struct Metering {
    sample_rate_hz: f64,
    input: Meter,
    output: Meter,
    follower: Follower,
    /// True while the user pauses the measurements.
    paused: bool,
    /// The transport action in force for the input meter.
    action: Action,
    /// Pending transport action for the output meter, and frames until it applies (latency compensation).
    pending: Option<(usize, Action)>,
    /// True unless the last transport action that applied to the output meter pauses it.
    output_runs: bool,
    /// True from a restart of the output meter to the next [`take_restart`](Self::take_restart).
    restarted: bool,
}

impl Default for Metering {
    fn default() -> Self {
        Self {
            sample_rate_hz: 0.0,
            input: Meter::default(),
            output: Meter::default(),
            follower: Follower::default(),
            paused: false,
            action: Action::RUN,
            pending: None,
            output_runs: true,
            restarted: false,
        }
    }
}

impl Metering {
    /// Prepares for a sample rate in Hz. Measurements go on if the rate is the same.
    pub(crate) fn prepare(&mut self, sample_rate_hz: f64) {
        // bits, so that NaN is the same as NaN
        if sample_rate_hz.to_bits() != self.sample_rate_hz.to_bits() {
            self.sample_rate_hz = sample_rate_hz;
            self.input.prepare(sample_rate_hz);
            self.output.prepare(sample_rate_hz);
            self.restart();
        }
    }

    /// Restarts all measurements, at once.
    pub(crate) fn restart(&mut self) {
        self.apply_pending();
        self.input.reset();
        self.restart_output();
    }

    /// Pauses all measurements for the user, or resumes them.
    pub(crate) fn pause(&mut self, paused: bool) {
        self.paused = paused;
    }

    /// Follows the transport before a block of `frames`: the input meter at once, the output meter `latency` frames later.
    pub(crate) fn follow(
        &mut self,
        follow: Follow,
        transport: Option<Transport>,
        frames: usize,
        latency: usize,
    ) {
        let action = self.follower.action(follow, transport, count(frames) / self.sample_rate_hz);
        if action.reset {
            self.input.reset();
        }
        if action.reset || action.running != self.action.running {
            // an action that still waits applies early: two within one latency are rare
            self.apply_pending();
            self.pending = Some((latency, action));
        }
        self.action = action;
    }

    /// Takes pauses into force before a block: the user's, which hold at once, and the transport's.
    pub(crate) fn begin_block(&mut self) {
        self.input.set_running(self.action.running && !self.paused);
        self.output.set_running(self.is_running());
    }

    /// Measures a piece of the input.
    pub(crate) fn measure_input(&mut self, channels: [&[f64]; 2]) {
        self.input.measure(channels);
    }

    /// Measures a piece of the output of at most 100 ms.
    pub(crate) fn measure_output(&mut self, [left, right]: [&[f64]; 2]) {
        let frames = left.len();
        let at = match self.pending {
            Some((wait, _)) if wait < frames => wait,
            _ => frames,
        };
        self.output.measure([&left[..at], &right[..at]]);
        if at < frames {
            self.apply_pending();
            self.output.measure([&left[at..], &right[at..]]);
        }
        if let Some((wait, _)) = &mut self.pending {
            *wait -= at;
        }
    }

    /// Returns false while the output meter is paused, by the user or the transport.
    pub(crate) fn is_running(&self) -> bool {
        self.output_runs && !self.paused
    }

    /// Takes the output's next point of the history, once every 100 ms.
    pub(crate) fn take_point(&mut self) -> Option<Point> {
        self.output.take_point()
    }

    /// Takes the readings of the input and the output meter; peaks are those since the last call.
    pub(crate) fn take_readings(&mut self) -> [meter::Reading; 2] {
        [self.input.take_reading(), self.output.take_reading()]
    }

    /// Returns true if the output's measurement was restarted since the last call.
    pub(crate) fn take_restart(&mut self) -> bool {
        std::mem::take(&mut self.restarted)
    }

    fn apply_pending(&mut self) {
        let Some((_, action)) = self.pending.take() else { return };
        if action.reset {
            self.restart_output();
        }
        self.output_runs = action.running;
        self.output.set_running(self.is_running());
    }

    fn restart_output(&mut self) {
        self.output.reset();
        self.restarted = true;
    }
}
