//! The wrappers, around stages so simple that what goes wrong is theirs.

use garnish_engine::bypassed::{self, Bypassed};
use garnish_engine::settings::Quality;
use garnish_engine::{Block, Spec, Stage};

use crate::harness::{Shift, Subject, check};

/// The simplest stage that can be heard: a delay that turns the signal over, at half its level. It keeps the wrappers and this file honest.
#[derive(Default)]
struct Lag([garnish_engine::dsp::Delay; 2]);

impl Stage for Lag {
    type Settings = ();
    type Reading = ();

    fn prepare(&mut self, _: &Spec) {
        self.0.iter_mut().for_each(|delay| delay.resize(37));
    }
    fn reset(&mut self) {
        self.0.iter_mut().for_each(garnish_engine::dsp::Delay::reset);
    }
    fn set(&mut self, (): &()) {}
    fn process(&mut self, block: &mut Block<'_>) {
        for (channel, delay) in block.channels().into_iter().zip(&mut self.0) {
            delay.process(channel);
            for x in channel {
                *x *= -0.5;
            }
        }
    }
    fn latency(&self) -> usize {
        self.0[0].len()
    }
    fn take_reading(&mut self) {}
}

#[test]
fn a_lag() {
    check(&Subject {
        make: Lag::default,
        neutral: (),
        active: vec![()],
        shift: Shift::Exact,
        after_huge_db: f64::NEG_INFINITY,
    });
}

#[test]
fn the_bypass() {
    let switch = |on| bypassed::Settings { on, stage: () };
    check(&Subject {
        make: || Bypassed::new(Lag::default()),
        neutral: switch(true),
        active: vec![switch(true), switch(false)],
        shift: Shift::Exact,
        after_huge_db: f64::NEG_INFINITY,
    });
}

/// Adds some of the cube of what it delays, for the wrapper that runs it oversampled: at 0 nothing.
#[derive(Default)]
struct Cube(Lag, f64);

impl Stage for Cube {
    type Settings = f64;
    type Reading = ();

    fn prepare(&mut self, spec: &Spec) {
        self.0.prepare(spec);
    }
    fn reset(&mut self) {
        self.0.reset();
    }
    fn set(&mut self, amount: &f64) {
        self.1 = *amount;
    }
    fn process(&mut self, block: &mut Block<'_>) {
        self.0.process(block);
        for channel in block.channels() {
            for x in channel {
                *x = self.1 * x.clamp(-2.0, 2.0).powi(3);
            }
        }
    }
    fn latency(&self) -> usize {
        self.0.latency()
    }
    fn take_reading(&mut self) {}
}

#[test]
fn oversampling() {
    use garnish_engine::oversampled::{Oversampled, Settings};
    let cube = |quality, stage| Settings { quality, stage };
    check(&Subject {
        make: || Oversampled::new(Cube::default()),
        neutral: cube(Quality::Standard, 0.0),
        active: vec![
            cube(Quality::Standard, 0.1),
            cube(Quality::Eco, -0.2),
            cube(Quality::High, 0.0),
            cube(Quality::High, 0.3),
        ],
        shift: Shift::Exact,
        after_huge_db: f64::NEG_INFINITY,
    });
}
