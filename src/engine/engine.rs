//! The facade that hosts use: 32-bit audio in and out, one call a block.

use crate::bypassed::{self, Bypassed};
use crate::chain::Chain;
use crate::link::{Command, Link, WindowEnd};
use crate::metering::Metering;
use crate::params;
use crate::reading::Collected;
pub use crate::reading::Reading;
use crate::settings::Settings;
use crate::stage::{Block, Spec, Stage};
use crate::transport::Transport;
use crate::units::narrow;

/// The whole chain behind a host's block: what the plugin and the command line run.
///
/// Audio is cut into sub-blocks of at most [`SUB_BLOCK`](Self::SUB_BLOCK) frames on a grid that starts at the last
/// `reset`, so the host's block size can never change the sound. Non-finite samples count as silence, and what is
/// smaller than [`FLUSH`](Self::FLUSH) becomes zero on both sides, so that a host's flush-to-zero mode can be neither
/// heard nor measured.
///
/// ```
/// use garnish_engine::{Engine, Settings};
///
/// let mut engine = Engine::default();
/// engine.set(&Settings::default());
/// engine.prepare(48_000.0); // may allocate; from here on nothing does
/// let (mut left, mut right) = ([0.1_f32; 512], [0.1_f32; 512]);
/// engine.process(&mut left, &mut right);
/// let first = engine.latency(); // the frame at which the input's first frame comes out
/// # assert!(first < 48_000);
/// ```
#[derive(Debug)]
pub struct Engine {
    chain: Bypassed<Chain>,
    metering: Metering,
    collected: Collected,
    link: Link,
    settings: Settings,
    /// The settings at the last `prepare`.
    prepared: Settings,
    /// True while `settings` differ from `prepared` in what bears on latency.
    waits_for_prepare: bool,
    frames_to_grid: usize,
    left: [f64; Self::SUB_BLOCK],
    right: [f64; Self::SUB_BLOCK],
}

impl Default for Engine {
    fn default() -> Self {
        let mut engine = Self {
            chain: Bypassed::new(Chain::default()),
            metering: Metering::default(),
            collected: Collected::default(),
            link: Link::default(),
            settings: Settings::default(),
            prepared: Settings::default(),
            waits_for_prepare: false,
            frames_to_grid: Self::SUB_BLOCK,
            left: [0.0; Self::SUB_BLOCK],
            right: [0.0; Self::SUB_BLOCK],
        };
        engine.apply();
        engine
    }
}

impl Engine {
    /// Longest stretch processed at once, in frames: 1.3 ms at 48 kHz, and a block of it fits the first-level cache.
    pub const SUB_BLOCK: usize = 64;

    /// Samples smaller than this are zero: far below the 24-bit grid (6e-8), far above the least normal 32-bit float
    /// (1.2e-38).
    pub const FLUSH: f64 = 1e-30;

    /// Prepares for audio at a sample rate in Hz, with the settings last set. Measurements go on if the rate is the same. Allocates.
    pub fn prepare(&mut self, sample_rate_hz: f64) {
        params::latency(); // builds the tables: audio must not
        self.prepared = self.settings;
        self.waits_for_prepare = false;
        self.chain.prepare(&Spec { sample_rate_hz, max_frames: Self::SUB_BLOCK });
        self.metering.prepare(sample_rate_hz);
        self.link.prepare(sample_rate_hz);
        self.pass_on_restart();
        self.reset();
    }

    /// Forgets all audio and ends all ramps. Measurements go on: hosts reset whenever they start and stop, and a programme is measured
    /// until the user or [`Settings::follow`] restarts it.
    pub fn reset(&mut self) {
        self.chain.reset();
        self.frames_to_grid = Self::SUB_BLOCK;
    }

    /// Sets new settings; those that bear on latency take effect in the next [`prepare`](Self::prepare).
    pub fn set(&mut self, settings: &Settings) {
        if *settings != self.settings {
            self.settings = *settings;
            self.apply();
            self.waits_for_prepare =
                params::latency().iter().any(|param| param.get(settings) != param.get(&self.prepared));
        }
    }

    /// Returns the settings last set.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Returns true while a setting that bears on latency waits for [`prepare`](Self::prepare): the host should restart audio.
    pub fn needs_prepare(&self) -> bool {
        self.waits_for_prepare
    }

    /// Restarts all measurements.
    pub fn reset_meters(&mut self) {
        self.metering.restart();
        self.pass_on_restart();
    }

    /// Creates the GUI side of all lock-free channels; disconnects earlier ones. Allocates.
    pub fn connect(&mut self) -> WindowEnd {
        self.metering.pause(false);
        self.link.connect()
    }

    /// Reports the host's transport at the start of a block of `frames` (`None` if the host has none), before
    /// [`process`](Self::process). The meters follow it as [`Settings::follow`] says.
    pub fn follow(&mut self, transport: Option<Transport>, frames: usize) {
        let latency = self.latency();
        self.metering.follow(self.settings.follow, transport, frames, latency);
        self.pass_on_restart();
    }

    /// Processes a block of any length in place. If the channels differ in length, the common part.
    pub fn process(&mut self, left: &mut [f32], right: &mut [f32]) {
        self.obey_window();
        self.metering.begin_block();
        let frames = left.len().min(right.len());
        let mut at = 0;
        while at < frames {
            let end = frames.min(at + self.frames_to_grid);
            self.process_sub_block(&mut left[at..end], &mut right[at..end]);
            self.frames_to_grid -= end - at;
            if self.frames_to_grid == 0 {
                self.frames_to_grid = Self::SUB_BLOCK;
            }
            at = end;
        }
    }

    /// Returns the delay of the signal in samples.
    pub fn latency(&self) -> usize {
        self.chain.latency()
    }

    /// Takes the readings of meters and stages; peaks are those since the last call. A window that is [connected](Self::connect) gets
    /// readings by itself: peaks go to the first who asks.
    pub fn take_reading(&mut self) -> Reading {
        self.collected.add(&self.chain.take_reading());
        let [input, output] = self.metering.take_readings();
        Reading { input, stages: self.collected.take(), output }
    }

    /// Carries out the window's commands.
    fn obey_window(&mut self) {
        while let Some(command) = self.link.receive() {
            match command {
                Command::ResetMeters => self.reset_meters(),
                Command::RunMeters(run) => self.metering.pause(!run),
            }
        }
    }

    /// Lets the histories restart with the output meter.
    fn pass_on_restart(&mut self) {
        if self.metering.take_restart() {
            self.collected.take_reductions();
            self.link.restart_histories();
        }
    }

    /// Sends the window what is due after so many frames.
    fn inform_window(&mut self, frames: usize) {
        if !self.link.is_connected() {
            return;
        }
        if let Some(point) = self.metering.take_point() {
            self.collected.add(&self.chain.take_reading());
            let reductions = self.collected.take_reductions();
            if self.metering.is_running() {
                self.link.push(point, reductions);
            }
        }
        if self.link.is_reading_due(frames) {
            let reading = self.take_reading();
            self.link.write(&reading);
        }
    }

    fn apply(&mut self) {
        self.chain.set(&bypassed::Settings { on: !self.settings.bypass, stage: self.settings });
    }

    fn process_sub_block(&mut self, left: &mut [f32], right: &mut [f32]) {
        let frames = left.len();
        for (samples, host) in [(&mut self.left, &*left), (&mut self.right, &*right)] {
            for (x, h) in samples.iter_mut().zip(host) {
                *x = healthy(f64::from(*h));
            }
        }
        let (samples_left, samples_right) = (&mut self.left[..frames], &mut self.right[..frames]);
        self.metering.measure_input([samples_left, samples_right]);
        self.chain.process(&mut Block::new(samples_left, samples_right));
        self.metering.measure_output([samples_left, samples_right]);
        for (samples, host) in [(samples_left, left), (samples_right, right)] {
            for (x, h) in samples.iter().zip(host) {
                *h = narrow(healthy(*x));
            }
        }
        self.pass_on_restart();
        self.inform_window(frames);
    }
}

/// Returns the sample, or zero if it is not finite or below [`Engine::FLUSH`].
pub fn healthy(x: f64) -> f64 {
    // NaN fails every comparison; the upper bound keeps infinity out, of f64 and of the f32 it becomes
    if x.abs() >= Engine::FLUSH && x.abs() <= f64::from(f32::MAX) { x } else { 0.0 }
}
