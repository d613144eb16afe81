//! The stages one by one.

use garnish_engine::settings::Quality;

use crate::harness::{Shift, Subject, check, the_start_makes_no_difference};
use crate::support::Random;

#[test]
fn the_limiter() {
    use garnish_engine::limiter::{LatencyMode, Limiter, Settings, Style};
    let driven = |gain_db, ceiling_db| Settings { gain_db, ceiling_db, ..Settings::default() };
    check(&Subject {
        make: Limiter::default,
        neutral: Settings::default(),
        active: vec![
            driven(12.0, -3.0),
            Settings {
                release_ms: 1.0,
                auto_release: false,
                link_transients_percent: 0.0,
                lookahead_ms: 0.5,
                style: Style::Dense,
                ..driven(24.0, -12.0)
            },
            Settings {
                latency: LatencyMode::Low,
                link_release_percent: 30.0,
                style: Style::SoftClip,
                ..driven(6.0, 0.0)
            },
            Settings { true_peak: false, release_ms: 800.0, style: Style::Safe, ..driven(9.0, -1.0) },
        ],
        shift: Shift::Exact,
        // an automatic release of 800 ms has not ended; the others leave nothing
        after_huge_db: -15.0,
    });
}

#[test]
fn the_dither() {
    use garnish_engine::dither::{Bits, Dither, Settings, Shaping};
    check(&Subject {
        make: Dither::default,
        neutral: Settings::default(),
        active: vec![
            Settings { bits: Bits::Sixteen, shaping: Shaping::None },
            Settings { bits: Bits::Sixteen, shaping: Shaping::Strong },
            Settings { bits: Bits::TwentyFour, shaping: Shaping::Light },
        ],
        shift: Shift::Exact,
        after_huge_db: f64::NEG_INFINITY,
    });
}

#[test]
fn the_equaliser() {
    use garnish_engine::eq::{Band, Equaliser, Settings, Shape, Slope};
    let mut random = Random::new(11);
    let mut any = |shapes: &[Shape]| {
        let mut settings = Settings::default();
        for band in &mut settings.bands {
            *band = Band {
                on: random.below(4) > 0,
                shape: shapes[random.below(shapes.len())],
                freq_hz: 20.0 * 1_000f64.powf(random.between(0.0, 1.0)),
                gain_db: random.between(-12.0, 12.0),
                q: 0.3 * 20f64.powf(random.between(0.0, 1.0)),
                slope: Slope::ALL[random.below(Slope::ALL.len())],
            };
        }
        settings
    };
    let gains = [Shape::Bell, Shape::LowShelf, Shape::HighShelf, Shape::Tilt];
    let mut active: Vec<_> = (0..6).map(|_| any(&gains)).collect();
    // what takes away is heard alone, so that something is left to hear
    for (shape, freq_hz) in [(Shape::LowCut, 90.0), (Shape::HighCut, 5_000.0), (Shape::Notch, 440.0)] {
        let mut settings = any(&gains);
        settings.bands[2] = Band { on: true, shape, freq_hz, gain_db: 0.0, q: 1.0, slope: Slope::Db24 };
        active.push(settings);
    }
    check(&Subject {
        make: Equaliser::default,
        neutral: Settings::default(),
        active,
        shift: Shift::Exact,
        after_huge_db: -300.0,
    });
}

#[test]
fn the_stereo_stage() {
    use garnish_engine::stereo::{Settings, Stereo};
    let settings = |width_percent, balance_percent, mono_below_hz| Settings {
        width_percent,
        balance_percent,
        mono_below_hz,
    };
    check(&Subject {
        make: Stereo::default,
        neutral: Settings::default(),
        active: vec![
            settings(0.0, 0.0, 20.0),
            settings(100.0, -30.0, 400.0),
            settings(200.0, 0.0, 120.0),
            Settings::default(),
            settings(50.0, 80.0, 20.0),
        ],
        shift: Shift::Exact,
        after_huge_db: f64::NEG_INFINITY,
    });
}

#[test]
fn the_saturator() {
    use garnish_engine::saturator::{Character, Saturator, Settings};
    let plain = Settings { drive_db: 0.0, ..Settings::default() };
    let subject = Subject {
        make: Saturator::default,
        neutral: plain,
        active: vec![
            Settings { drive_db: 18.0, ..plain },
            Settings { character: Character::Tube, drive_db: 12.0, tilt_db: 6.0, ..plain },
            Settings {
                character: Character::SoftClip,
                drive_db: 24.0,
                auto_gain: false,
                output_db: -24.0,
                ..plain
            },
            Settings {
                character: Character::Console,
                drive_db: 24.0,
                mix_percent: 50.0,
                tilt_db: -6.0,
                ..plain
            },
            Settings { character: Character::Transformer, drive_db: 6.0, quality: Quality::High, ..plain },
        ],
        shift: Shift::Exact,
        // auto gain: the half second that does not count is missing in a mean over all
        after_huge_db: -50.0,
    };
    check(&subject);
    for character in Character::ALL {
        for quality in [Quality::Eco, Quality::Standard, Quality::High] {
            for auto_gain in [false, true] {
                let settings = Settings { character: *character, quality, auto_gain, ..Settings::default() };
                the_start_makes_no_difference(&subject, &settings);
            }
        }
    }
}
