//! Writes a stage of one's own: a tremolo, with a ramp for its depth, and the wrapper that switches any stage without a click.
#![allow(clippy::print_stdout, reason = "an example shows its result")]

use std::f64::consts::TAU;

use garnish_engine::bypassed::{self, Bypassed};
use garnish_engine::dsp::Ramp;
use garnish_engine::{Block, Spec, Stage};

/// What can be set, in the units people use.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Settings {
    /// Speed in Hz.
    pub rate_hz: f64,
    /// Depth in percent, 0 to 100.
    pub depth_percent: f64,
}

/// Lowers the level periodically by up to the depth.
#[derive(Debug)]
pub struct Tremolo {
    settings: Settings,
    depth: Ramp, // parameters never jump
    phase: f64,
    sample_rate_hz: f64,
}

impl Default for Tremolo {
    fn default() -> Self {
        Self { settings: Settings::default(), depth: Ramp::new(0.0), phase: 0.0, sample_rate_hz: 48_000.0 }
    }
}

impl Stage for Tremolo {
    type Settings = Settings;
    type Reading = ();

    fn prepare(&mut self, spec: &Spec) {
        self.sample_rate_hz = spec.sample_rate_hz;
        self.depth.prepare(spec.sample_rate_hz);
        self.reset();
    }

    fn reset(&mut self) {
        self.phase = 0.0;
        self.depth.land();
    }

    fn set(&mut self, settings: &Settings) {
        self.settings = *settings;
        self.depth.set(0.01 * settings.depth_percent.clamp(0.0, 100.0));
    }

    fn process(&mut self, block: &mut Block<'_>) {
        let step = self.settings.rate_hz / self.sample_rate_hz;
        for (left, right) in block.frames() {
            let gain = 1.0 - self.depth.next() * (0.5 - 0.5 * (TAU * self.phase).cos());
            *left *= gain;
            *right *= gain;
            self.phase = (self.phase + step).fract();
        }
    }

    fn latency(&self) -> usize {
        0
    }

    fn take_reading(&mut self) {}
}

/// Processes a quarter of a second of ones by the tremolo; returns the left channel.
pub fn run(rate_hz: f64, depth_percent: f64) -> Vec<f64> {
    let mut stage = Bypassed::new(Tremolo::default());
    stage.set(&bypassed::Settings { on: true, stage: Settings { rate_hz, depth_percent } });
    stage.prepare(&Spec { sample_rate_hz: 48_000.0, max_frames: 64 });
    let (mut left, mut right) = (vec![1.0; 12_000], vec![1.0; 12_000]);
    for (left, right) in left.chunks_mut(64).zip(right.chunks_mut(64)) {
        stage.process(&mut Block::new(left, right));
    }
    left
}

/// Runs the example.
pub fn main() {
    let least = run(4.0, 60.0).into_iter().fold(1.0, f64::min);
    println!("the level falls to {least:.2}");
}
