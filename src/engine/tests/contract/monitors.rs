//! Stages as they are listened to: what is soloed, muted, heard without its gain or as what it takes away.

use garnish_engine::limiter::{self, LatencyMode, Limiter, Style};
use garnish_engine::multiband::{self, Multiband};
use garnish_engine::settings::Quality;
use garnish_engine::{Block, Spec, Stage};

use crate::harness::{Shift, Subject, check};

/// A stage with a way of listening to it.
trait Listened: Stage {
    type Monitor: Copy + PartialEq + Default + std::fmt::Debug;
    fn listen(&mut self, monitor: Self::Monitor);
}

impl Listened for Limiter {
    type Monitor = limiter::Monitor;
    fn listen(&mut self, monitor: limiter::Monitor) {
        self.monitor(monitor);
    }
}

impl Listened for Multiband {
    type Monitor = multiband::Monitor;
    fn listen(&mut self, monitor: multiband::Monitor) {
        self.monitor(&monitor);
    }
}

/// Settings and monitor in one, for a contract that knows settings only.
#[derive(Default)]
struct Heard<S>(S);

impl<S: Listened> Stage for Heard<S> {
    type Settings = (S::Settings, S::Monitor);
    type Reading = S::Reading;

    fn prepare(&mut self, spec: &Spec) {
        self.0.prepare(spec);
    }
    fn reset(&mut self) {
        self.0.reset();
    }
    fn set(&mut self, (settings, monitor): &Self::Settings) {
        self.0.set(settings);
        self.0.listen(*monitor);
    }
    fn process(&mut self, block: &mut Block<'_>) {
        self.0.process(block);
    }
    fn latency(&self) -> usize {
        self.0.latency()
    }
    fn take_reading(&mut self) -> Self::Reading {
        self.0.take_reading()
    }
}

#[test]
fn the_limiter() {
    use limiter::{Monitor, Settings};
    let driven = Settings { gain_db: 12.0, ceiling_db: -3.0, ..Settings::default() };
    check(&Subject {
        make: Heard::<Limiter>::default,
        neutral: (Settings::default(), Monitor::Off),
        active: vec![
            (driven, Monitor::Delta),
            (Settings { style: Style::SoftClip, quality: Quality::Eco, ..driven }, Monitor::UnityGain),
            (Settings { latency: LatencyMode::Low, quality: Quality::Eco, ..driven }, Monitor::Off),
            (Settings { latency: LatencyMode::Long, ..driven }, Monitor::UnityGain),
        ],
        shift: Shift::Decibels(-35.0), // see `stages`,
    });
}

#[test]
fn the_multiband() {
    use multiband::{Monitor, Phase, Settings};
    let band = multiband::Band { threshold_db: -40.0, ratio: 4.0, ..multiband::Band::default() };
    let settings = |phase| Settings { phase, band: [band; 6], ..Settings::default() };
    let solo = Monitor { solo: [false, true, false, false, false, false], ..Monitor::default() };
    let mute = Monitor { mute: [true, false, false, true, false, false], ..Monitor::default() };
    check(&Subject {
        make: Heard::<Multiband>::default,
        neutral: (Settings::default(), Monitor::default()),
        active: vec![
            (settings(Phase::Dynamic), solo),
            (settings(Phase::LinkwitzRiley), mute),
            (settings(Phase::Linear), solo),
            (settings(Phase::Dynamic), Monitor::default()),
        ],
        shift: Shift::Decibels(-120.0), // see `multiband`,
    });
}
