//! The facade that hosts use: 32-bit audio in and out, one call a block.

use crate::bypassed::{self, Bypassed};
use crate::chain::{self, Chain};
use crate::meter::{self, transport::Transport};
use crate::metering::{Metering, WindowEnd};
use crate::params;
use crate::settings::Settings;
use crate::stage::{Block, Spec, Stage};
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
    settings: Settings,
    /// The settings at the last `prepare`.
    prepared: Settings,
    /// True while `settings` differ from `prepared` in what bears on latency.
    waits_for_prepare: bool,
    frames_to_grid: usize,
    left: [f64; Self::SUB_BLOCK],
    right: [f64; Self::SUB_BLOCK],
}

/// What the engine tells since the last reading.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reading {
    /// The input, before the input gain.
    pub input: meter::Reading,
    /// The stages.
    pub stages: chain::Reading,
    /// The output, as the host gets it.
    pub output: meter::Reading,
}

impl Default for Engine {
    fn default() -> Self {
        let mut engine = Self {
            chain: Bypassed::new(Chain::default()),
            metering: Metering::default(),
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

    /// Gets ready for audio at this sample rate in Hz, with the settings last set. What was measured is kept if the rate is
    /// the same. Allocates.
    pub fn prepare(&mut self, sample_rate_hz: f64) {
        params::latency(); // builds the tables: audio must not
        self.prepared = self.settings;
        self.waits_for_prepare = false;
        self.chain.prepare(&Spec { sample_rate_hz, max_frames: Self::SUB_BLOCK });
        self.metering.prepare(sample_rate_hz);
        self.reset();
    }

    /// Forgets all audio and lands all ramps. What was measured is kept: hosts reset whenever they start and stop, and a
    /// programme is measured until the user says otherwise, or [`Settings::follow`].
    pub fn reset(&mut self) {
        self.chain.reset();
        self.frames_to_grid = Self::SUB_BLOCK;
    }

    /// Takes new settings; those that bear on latency wait for the next [`prepare`](Self::prepare).
    pub fn set(&mut self, settings: &Settings) {
        if *settings != self.settings {
            self.settings = *settings;
            self.apply();
            self.waits_for_prepare =
                params::latency().iter().any(|param| param.get(settings) != param.get(&self.prepared));
        }
    }

    /// The settings last set.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// True when a setting that bears on latency waits for [`prepare`](Self::prepare): the host should restart audio.
    pub fn needs_prepare(&self) -> bool {
        self.waits_for_prepare
    }

    /// Starts all measurements anew.
    pub fn reset_meters(&mut self) {
        self.metering.restart();
    }

    /// The window's end of every crossing between threads; the end of an earlier call hears no more. Allocates.
    pub fn connect(&mut self) -> WindowEnd {
        self.metering.connect()
    }

    /// Tells where the host's transport is at the start of a block of this many frames (`None`: it has none), before
    /// [`process`](Self::process). The meters act on it as [`Settings::follow`] says.
    pub fn follow(&mut self, transport: Option<Transport>, frames: usize) {
        let latency = self.latency();
        self.metering.follow(self.settings.follow, transport, frames, latency);
    }

    /// Processes a block of any length in place. If the channels differ in length, the common part.
    pub fn process(&mut self, left: &mut [f32], right: &mut [f32]) {
        self.metering.obey();
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

    /// Delay of the signal in samples.
    pub fn latency(&self) -> usize {
        self.chain.latency()
    }

    /// What meters and stages measured; peaks are those since the last call. A window that is [connected](Self::connect) gets
    /// readings by itself: peaks go to whoever asks first.
    pub fn take_reading(&mut self) -> Reading {
        self.metering.take_reading(&mut self.chain)
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
        self.metering.measure_output([samples_left, samples_right], &mut self.chain);
        for (samples, host) in [(samples_left, left), (samples_right, right)] {
            for (x, h) in samples.iter().zip(host) {
                *h = narrow(healthy(*x));
            }
        }
    }
}

/// The sample, or silence where it is not finite or too small to matter.
fn healthy(x: f64) -> f64 {
    // NaN fails every comparison; the upper bound keeps infinity out, of f64 and of the f32 it becomes
    if x.abs() >= Engine::FLUSH && x.abs() <= f64::from(f32::MAX) { x } else { 0.0 }
}
