//! The multiband compressor in its three phase modes.

use garnish_engine::multiband::{Band, Bands, Channels, Detector, LookAhead, Multiband, Phase, Settings};

use crate::harness::{Shift, Subject, check};

/// A mean power falls by 790 dB in 182 of its time constants; what the release has left of the second after that.
const AFTER_HUGE_DB: f64 = -90.0;

/// Settings of everything but the phase mode, as different as can be.
fn active(phase: Phase) -> Vec<Settings> {
    let squeeze =
        Band { threshold_db: -40.0, ratio: 8.0, attack_ms: 0.05, release_ms: 5.0, ..Band::default() };
    let lift = Band {
        upward_ratio: 4.0,
        upward_threshold_db: -20.0,
        knee_db: 0.0,
        makeup_db: 3.0,
        link_percent: 30.0,
        mix_percent: 60.0,
        ..squeeze
    };
    let gate = Band {
        expand_ratio: 3.0,
        expand_threshold_db: -20.0,
        attack_ms: 30.0,
        release_ms: 10.0,
        detector: Detector::Rms,
        auto_release: true,
        ..Band::default()
    };
    let off = Band { on: false, ..squeeze };
    let mid_side = |band| Band { channels: Channels::MidSide, ..band };
    let settings = Settings { phase, ..Settings::default() };
    vec![
        Settings { band: [squeeze; 6], auto_makeup: true, ..settings },
        Settings { band: [squeeze, lift, gate, off, squeeze, lift], bands: Bands::Six, ..settings },
        Settings { band: [mid_side(lift); 6], bands: Bands::Two, ..settings },
        Settings { band: [mid_side(lift), squeeze, mid_side(gate), lift, off, off], ..settings },
        Settings { band: [gate; 6], crossover_hz: [20.0, 20_000.0, 30.0, 500.0, 50.0], ..settings },
        Settings { band: [squeeze, gate, lift, off, off, off], mix_percent: 50.0, ..settings },
    ]
}

#[test]
fn dynamic_phase() {
    let neutral = Settings::default();
    let mut active = active(Phase::Dynamic);
    active[3].look_ahead = LookAhead::FiveMs;
    check(&Subject {
        make: Multiband::default,
        neutral,
        active,
        shift: Shift::Exact,
        after_huge_db: AFTER_HUGE_DB,
    });
}

#[test]
fn linear_phase_with_look_ahead() {
    let look_ahead = LookAhead::TwentyMs;
    let neutral = Settings { phase: Phase::Linear, look_ahead, ..Settings::default() };
    let mut active = active(Phase::Linear);
    active.truncate(4); // the costliest mode: what differs from the others is the paths
    for settings in &mut active {
        settings.look_ahead = look_ahead;
    }
    active[1].band[0].look_ahead_ms = 20.0;
    check(&Subject {
        make: Multiband::default,
        neutral,
        active,
        shift: Shift::Exact,
        after_huge_db: AFTER_HUGE_DB,
    });
}

#[test]
fn linkwitz_riley() {
    // an all-pass of a high crossover would move the impulse's peak: two bands split low do not
    let neutral = Settings {
        phase: Phase::LinkwitzRiley,
        bands: Bands::Two,
        crossover_hz: [100.0; 5],
        ..Settings::default()
    };
    check(&Subject {
        make: Multiband::default,
        neutral,
        active: active(Phase::LinkwitzRiley),
        shift: Shift::Exact,
        after_huge_db: AFTER_HUGE_DB,
    });
}
