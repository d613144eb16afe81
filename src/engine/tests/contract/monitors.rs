//! Stages as they are listened to: bands on solo or mute, the limiter at unity gain or by its delta.

use garnish_engine::limiter::{self, LatencyMode, Limiter, Style};
use garnish_engine::multiband::{self, Multiband};
use garnish_engine::settings::Quality;

use crate::harness::{Shift, Subject, check};

#[test]
fn the_limiter() {
    use limiter::{Monitor, Settings};
    let driven = Settings { gain_db: 12.0, ceiling_db: -3.0, ..Settings::default() };
    let eco = Settings { quality: Quality::Eco, ..driven };
    check(&Subject {
        make: Limiter::default,
        neutral: Settings::default(),
        active: vec![
            Settings { monitor: Monitor::Delta, ..driven },
            Settings { style: Style::SoftClip, monitor: Monitor::UnityGain, ..eco },
            Settings { latency: LatencyMode::Low, room: 1e-3, ..eco },
            Settings { latency: LatencyMode::Long, monitor: Monitor::UnityGain, ..driven },
        ],
        shift: Shift::Exact,
        after_huge_db: f64::NEG_INFINITY,
    });
}

#[test]
fn the_multiband() {
    use multiband::{Monitor, Phase, Settings};
    let band = multiband::Band { threshold_db: -40.0, ratio: 4.0, ..multiband::Band::default() };
    let settings = |phase, monitor| Settings { phase, monitor, band: [band; 6], ..Settings::default() };
    let solo = Monitor { solo: [false, true, false, false, false, false], ..Monitor::default() };
    let mute = Monitor { mute: [true, false, false, true, false, false], ..Monitor::default() };
    check(&Subject {
        make: Multiband::default,
        neutral: Settings::default(),
        active: vec![
            settings(Phase::Dynamic, solo),
            settings(Phase::LinkwitzRiley, mute),
            settings(Phase::Linear, solo),
            settings(Phase::Dynamic, Monitor::default()),
        ],
        shift: Shift::Exact,
        after_huge_db: f64::NEG_INFINITY,
    });
}
