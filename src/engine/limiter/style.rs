//! Styles: how the gain comes back.

use crate::limiter::envelope::Shape;
use crate::limiter::recurrence::Pattern;
use crate::limiter::settings::{Settings, Style};
use crate::units::samples_from_ms;

/// What a style sets.
#[derive(Clone, Copy, Debug)]
struct Character {
    /// What counts as recurring.
    pattern: Pattern,
    /// Auto release: release time of a peak that stands alone, as a part of the set one.
    lone: f64,
    /// Auto release: release time of what recurs, as a part of the set one.
    recurring: f64,
}

impl Style {
    fn character(self) -> Character {
        match self {
            Self::Transparent | Self::SoftClip => {
                Character { pattern: Pattern { slow: 5, fast: 2 }, lone: 0.2, recurring: 1.0 }
            }
            Self::Punchy => Character { pattern: Pattern { slow: 6, fast: 2 }, lone: 0.1, recurring: 0.25 },
            Self::Dense => Character { pattern: Pattern { slow: 12, fast: 10 }, lone: 0.025, recurring: 0.1 },
            Self::Safe => Character { pattern: Pattern { slow: 1, fast: 1 }, lone: 1.0, recurring: 2.0 },
        }
    }
}

/// The shape of the gain that these settings ask for.
pub fn shape(settings: &Settings, sample_rate_hz: f64) -> Shape {
    let character = settings.style.character();
    let part = |share: f64| {
        let time_ms = settings.release_ms * if settings.auto_release { share } else { 1.0 };
        -(-1.0 / samples_from_ms(time_ms, sample_rate_hz)).exp_m1()
    };
    Shape {
        pattern: character.pattern,
        release: part(character.lone),
        recovery: part(character.recurring),
        link_transients: settings.link_transients_percent / 100.0,
        link_release: settings.link_release_percent / 100.0,
    }
}
