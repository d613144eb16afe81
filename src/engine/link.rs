//! Every channel between the audio thread and a window, in one place. [`crate::sync`] has the channels themselves.

use crate::meter::{Point, Reductions};
use crate::reading::Reading;
use crate::sync::{
    CommandReceiver, CommandSender, HistoryReader, HistoryWriter, ReadingReader, ReadingWriter, commands,
    history, readings,
};
use crate::units::{samples_from_ms, whole};

/// What the window asks of the audio thread: neither automated nor saved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Command {
    /// Restarts all measurements.
    ResetMeters,
    /// Resumes measurements (true) or pauses them (false).
    RunMeters(bool),
}

/// The window's side of all lock-free channels of an engine: readings, histories, and commands to reset and pause the meters.
#[derive(Debug)]
pub struct WindowEnd {
    commands: CommandSender<Command>,
    running: bool,
    /// The latest reading, written 200 times a second of audio; no peak between two reads is lost.
    pub readings: ReadingReader<Reading>,
    /// Loudness and true peak of the output over the last 30 minutes.
    pub loudness: HistoryReader<Point>,
    /// Gain reduction over the last 30 minutes, point for point beside [`loudness`](Self::loudness).
    pub reductions: HistoryReader<Reductions>,
}

impl WindowEnd {
    /// Restarts all measurements. Returns false if audio is stopped and too many commands wait.
    pub fn reset_meters(&mut self) -> bool {
        self.commands.send(Command::ResetMeters)
    }

    /// Resumes measurements (true) or pauses them (false). Returns false as [`reset_meters`](Self::reset_meters) does.
    pub fn run_meters(&mut self, running: bool) -> bool {
        let sent = self.commands.send(Command::RunMeters(running));
        if sent {
            self.running = running;
        }
        sent
    }

    /// Returns false from a command to pause to the next command to resume.
    pub fn is_running(&self) -> bool {
        self.running
    }
}

/// The audio thread's side of [`WindowEnd`].
#[derive(Debug)]
struct AudioEnd {
    commands: CommandReceiver<Command>,
    readings: ReadingWriter<Reading>,
    loudness: HistoryWriter<Point>,
    reductions: HistoryWriter<Reductions>,
}

/// Commands that may wait while audio is stopped.
const COMMANDS: usize = 32;

/// Time between two readings for the window, in ms.
const READING_MS: f64 = 5.0;

/// The audio thread's link to a window. Without one it does nothing.
#[derive(Debug, Default)]
pub(crate) struct Link {
    window: Option<AudioEnd>,
    sample_rate_hz: f64,
    frames_to_reading: usize,
}

impl Link {
    /// Prepares for a sample rate in Hz.
    pub(crate) fn prepare(&mut self, sample_rate_hz: f64) {
        self.sample_rate_hz = sample_rate_hz;
    }

    /// Creates both sides of all channels and returns the window's; disconnects an earlier window. Allocates.
    pub(crate) fn connect(&mut self) -> WindowEnd {
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

    /// Returns true if there is a window, open or not, that readings are written for.
    pub(crate) fn is_connected(&self) -> bool {
        self.window.is_some()
    }

    /// Takes the next command of the window.
    pub(crate) fn receive(&mut self) -> Option<Command> {
        self.window.as_mut()?.commands.receive()
    }

    /// Adds a point to the histories.
    pub(crate) fn push(&mut self, point: Point, reductions: Reductions) {
        if let Some(window) = &mut self.window {
            window.loudness.push(point);
            window.reductions.push(reductions);
        }
    }

    /// Restarts the histories: older points are no longer shown.
    pub(crate) fn restart_histories(&mut self) {
        if let Some(window) = &mut self.window {
            window.loudness.reset();
            window.reductions.reset();
        }
    }

    /// Counts frames of audio; returns true when a reading is due.
    pub(crate) fn is_reading_due(&mut self, frames: usize) -> bool {
        self.frames_to_reading = self.frames_to_reading.saturating_sub(frames);
        let due = self.frames_to_reading == 0;
        if due {
            self.frames_to_reading = whole(samples_from_ms(READING_MS, self.sample_rate_hz));
        }
        due
    }

    /// Writes a reading.
    pub(crate) fn write(&mut self, reading: &Reading) {
        if let Some(window) = &mut self.window {
            window.readings.write(*reading);
        }
    }
}
