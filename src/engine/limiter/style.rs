//! Styles: how the gain recovers.

use crate::limiter::envelope::Shape;
use crate::limiter::recurrence::Pattern;
use crate::limiter::settings::{Settings, Style};
use crate::units::samples_from_ms;

/// What a style sets.
#[derive(Clone, Copy, Debug)]
struct Character {
    /// How often a peak must recur to count as recurring.
    pattern: Pattern,
    /// Release time after a lone peak with auto release, relative to the set one.
    lone: f64,
    /// Release time after recurring peaks with auto release, relative to the set one.
    recurring: f64,
}

impl Style {
    fn character(self) -> Character {
        match self {
            Self::Transparent | Self::SoftClip => {
                Character { pattern: Pattern { slow: 5, fast: 2 }, lone: 0.3, recurring: 0.75 }
            }
            Self::Punchy => Character { pattern: Pattern { slow: 6, fast: 2 }, lone: 0.125, recurring: 0.3 },
            Self::Dense => {
                Character { pattern: Pattern { slow: 12, fast: 2 }, lone: 0.0375, recurring: 0.05 }
            }
            Self::Safe => Character { pattern: Pattern { slow: 4, fast: 2 }, lone: 1.5, recurring: 2.0 },
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
