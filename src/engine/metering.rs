//! The meters around the chain, in step with the transport, and what they tell the window.

use crate::chain;
use crate::engine::Reading;
use crate::meter::transport::{Action, Follow, Follower, Transport};
use crate::meter::{Meter, Point, Reductions};
use crate::stage::Stage;
use crate::sync::{
    Command, CommandReceiver, CommandSender, HistoryReader, HistoryWriter, Merge, ReadingReader,
    ReadingWriter, commands, history, readings,
};
use crate::units::{count, samples_from_ms, whole};

/// What a window holds of an engine: readings, histories, and the means to reset and pause. See [`crate::sync`].
#[derive(Debug)]
pub struct WindowEnd {
    commands: CommandSender<Command>,
    running: bool,
    /// The latest figures, 200 times a second of audio; no peak between two reads is lost.
    pub readings: ReadingReader<Reading>,
    /// Loudness and true peak of the output over the last 30 minutes.
    pub loudness: HistoryReader<Point>,
    /// Gain reduction over the last 30 minutes, point for point beside [`loudness`](Self::loudness).
    pub reductions: HistoryReader<Reductions>,
}

impl WindowEnd {
    /// Starts all measurements anew. False if audio stands still and too many wishes wait.
    pub fn reset_meters(&mut self) -> bool {
        self.commands.send(Command::ResetMeters)
    }

    /// Measures on, or pauses. False as in [`reset_meters`](Self::reset_meters).
    pub fn run_meters(&mut self, running: bool) -> bool {
        let sent = self.commands.send(Command::RunMeters(running));
        if sent {
            self.running = running;
        }
        sent
    }

    /// False while a pause was asked for.
    pub fn is_running(&self) -> bool {
        self.running
    }
}

/// The audio thread's end of [`WindowEnd`].
#[derive(Debug)]
struct AudioEnd {
    commands: CommandReceiver<Command>,
    readings: ReadingWriter<Reading>,
    loudness: HistoryWriter<Point>,
    reductions: HistoryWriter<Reductions>,
}

/// Commands that may wait while audio stands still.
const COMMANDS: usize = 32;

/// From one reading for the window to the next.
const READING_MS: f64 = 5.0;

/// Input and output meter.
///
/// What the transport asks of the input meter reaches the output meter later by the latency, so that both measure the very same
/// stretch of the programme.
#[derive(Debug)]
pub(crate) struct Metering {
    sample_rate_hz: f64,
    input: Meter,
    output: Meter,
    follower: Follower,
    /// The user's pause.
    paused: bool,
    now: Action,
    /// What the output meter is to do, after so many frames.
    late: Option<(usize, Action)>,
    output_runs: bool,
    /// What the stages told since the last reading, and since the last point of the history.
    stages: chain::Reading,
    reductions: Reductions,
    window: Option<AudioEnd>,
    until_reading: usize,
}

/// To go on measuring.
const RUN: Action = Action { reset: false, running: true };

impl Default for Metering {
    fn default() -> Self {
        Self {
            sample_rate_hz: 0.0,
            input: Meter::default(),
            output: Meter::default(),
            follower: Follower::default(),
            paused: false,
            now: RUN,
            late: None,
            output_runs: true,
            stages: chain::Reading::default(),
            reductions: Reductions::default(),
            window: None,
            until_reading: 0,
        }
    }
}

impl Metering {
    /// Gets ready for a sample rate in Hz. What was measured is kept if the rate is the same.
    pub(crate) fn prepare(&mut self, sample_rate_hz: f64) {
        // bits, so that NaN is the same as NaN
        if sample_rate_hz.to_bits() != self.sample_rate_hz.to_bits() {
            self.sample_rate_hz = sample_rate_hz;
            self.input.prepare(sample_rate_hz);
            self.output.prepare(sample_rate_hz);
            self.restart();
        }
    }

    /// Starts all measurements anew, at once.
    pub(crate) fn restart(&mut self) {
        self.carry_out_late();
        self.input.reset();
        self.restart_output();
    }

    /// Makes the two ends; an older window's end is cut off. Allocates.
    pub(crate) fn connect(&mut self) -> WindowEnd {
        self.paused = false;
        let (command_sender, command_receiver) = commands(COMMANDS);
        let (reading_writer, reading_reader) = readings(Reading::default());
        let (loudness_writer, loudness_reader) = history();
        let (reduction_writer, reduction_reader) = history();
        self.window = Some(AudioEnd {
            commands: command_receiver,
            readings: reading_writer,
            loudness: loudness_writer,
            reductions: reduction_writer,
        });
        WindowEnd {
            commands: command_sender,
            running: true,
            readings: reading_reader,
            loudness: loudness_reader,
            reductions: reduction_reader,
        }
    }

    /// Before a block of this many frames: does what the transport asks for; the output meter follows `latency` frames later.
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
        if action.reset || action.running != self.now.running {
            // an order that still waits is carried out early: two within one latency are a rarity
            self.carry_out_late();
            self.late = Some((latency, action));
        }
        self.now = action;
    }

    /// Before a block: what the window asks for, at once and for both meters.
    pub(crate) fn obey(&mut self) {
        while let Some(command) = self.window.as_mut().and_then(|window| window.commands.receive()) {
            match command {
                Command::ResetMeters => self.restart(),
                Command::RunMeters(run) => self.paused = !run,
            }
        }
        self.input.set_running(self.now.running && !self.paused);
        self.output.set_running(self.output_runs && !self.paused);
    }

    pub(crate) fn measure_input(&mut self, channels: [&[f64]; 2]) {
        self.input.measure(channels);
    }

    /// Measures a stretch of the output of at most 100 ms.
    pub(crate) fn measure_output(
        &mut self,
        [left, right]: [&[f64]; 2],
        chain: &mut impl Stage<Reading = chain::Reading>,
    ) {
        let frames = left.len();
        let at = match self.late {
            Some((wait, _)) if wait < frames => wait,
            _ => frames,
        };
        self.output.measure([&left[..at], &right[..at]]);
        if at < frames {
            self.carry_out_late();
            self.output.measure([&left[at..], &right[at..]]);
        }
        if let Some((wait, _)) = &mut self.late {
            *wait -= at;
        }
        self.tell(frames, chain);
    }

    /// What the meters and stages measured; peaks are those since the last call.
    pub(crate) fn take_reading(&mut self, chain: &mut impl Stage<Reading = chain::Reading>) -> Reading {
        self.gather(chain);
        Reading {
            input: self.input.take_reading(),
            stages: std::mem::take(&mut self.stages),
            output: self.output.take_reading(),
        }
    }

    fn carry_out_late(&mut self) {
        let Some((_, action)) = self.late.take() else { return };
        if action.reset {
            self.restart_output();
        }
        self.output_runs = action.running;
        self.output.set_running(action.running && !self.paused);
    }

    fn restart_output(&mut self) {
        self.output.reset();
        self.reductions = Reductions::default();
        if let Some(window) = &mut self.window {
            window.loudness.reset();
            window.reductions.reset();
        }
    }

    /// Takes what the stages tell into both sums: since the last reading, since the last point.
    fn gather(&mut self, chain: &mut impl Stage<Reading = chain::Reading>) {
        let stages = chain.take_reading();
        self.reductions = self.reductions.max(stages.reductions());
        self.stages = stages.after(&self.stages);
    }

    fn tell(&mut self, frames: usize, chain: &mut impl Stage<Reading = chain::Reading>) {
        if self.window.is_none() {
            return;
        }
        if let Some(point) = self.output.take_point() {
            self.gather(chain);
            let reductions = std::mem::take(&mut self.reductions);
            if let Some(window) = self.window.as_mut().filter(|_| self.output_runs && !self.paused) {
                window.loudness.push(point);
                window.reductions.push(reductions);
            }
        }
        self.until_reading = self.until_reading.saturating_sub(frames);
        if self.until_reading == 0 {
            self.until_reading = whole(samples_from_ms(READING_MS, self.sample_rate_hz));
            let reading = self.take_reading(chain);
            if let Some(window) = &mut self.window {
                window.readings.write(reading);
            }
        }
    }
}

impl Merge for Reading {
    fn after(self, unseen: &Self) -> Self {
        Self {
            input: self.input.after(&unseen.input),
            stages: self.stages.after(&unseen.stages),
            output: self.output.after(&unseen.output),
        }
    }
}
