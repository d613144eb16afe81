//! Styles: how the gain comes back.

use crate::limiter::envelope::Shape;
use crate::limiter::settings::Settings;
use crate::limiter::timing::Timing;
use crate::params::choices;
use crate::units::{samples_from_ms, whole};

choices! {
    /// How the limiter sounds when it works hard. Every style keeps the ceiling; they differ in how long reduction is held, and in what
    /// auto release takes for sustained.
    pub enum Style {
        /// Holds long enough for bass to leave no ripple; lasting reduction comes back slowly.
        #[default]
        Transparent = "transparent", "Transparent";
        /// Single hits come back at once, so what follows a drum keeps its level.
        Punchy = "punchy", "Punchy";
        /// Shortest hold, and nothing counts as sustained for long: loudest, and heard most.
        Dense = "dense", "Dense";
        /// Longest hold, slowest return: least distortion, least loud.
        Safe = "safe", "Safe";
        /// A soft clipper in front takes the highest peaks off; then as transparent.
        SoftClip = "soft_clip", "Soft Clip";
    }
}

/// Sustained reduction comes back in this time at the latest, in ms: one bad peak must not spoil half a minute.
const LONGEST_RECOVERY_MS: f64 = 4000.0;

/// What a style sets.
#[derive(Clone, Copy, Debug)]
struct Character {
    /// Hold after the shortest that the ceiling needs.
    hold_ms: f64,
    /// Time in which auto release takes reduction for sustained.
    sustain_ms: f64,
    /// Release time of sustained reduction, as a multiple of the set one.
    recovery: f64,
}

impl Style {
    /// Longest hold of any style.
    pub const LONGEST_HOLD_MS: f64 = 20.0;

    fn character(self) -> Character {
        match self {
            Self::Transparent | Self::SoftClip => {
                Character { hold_ms: 10.0, sustain_ms: 150.0, recovery: 8.0 }
            }
            Self::Punchy => Character { hold_ms: 4.0, sustain_ms: 400.0, recovery: 5.0 },
            Self::Dense => Character { hold_ms: 2.0, sustain_ms: 800.0, recovery: 2.0 },
            Self::Safe => Character { hold_ms: Self::LONGEST_HOLD_MS, sustain_ms: 50.0, recovery: 16.0 },
        }
    }
}

/// The shape of the gain that these settings ask for.
pub fn shape(settings: &Settings, timing: &Timing, sample_rate_hz: f64) -> Shape {
    let character = settings.style.character();
    let recovery_ms = if settings.auto_release {
        (settings.release_ms * character.recovery).min(LONGEST_RECOVERY_MS)
    } else {
        settings.release_ms
    };
    let part = |time_ms: f64| -(-1.0 / samples_from_ms(time_ms, sample_rate_hz)).exp_m1();
    Shape {
        window: timing.least_window + whole(samples_from_ms(character.hold_ms, sample_rate_hz)),
        release: part(settings.release_ms),
        sustain: part(character.sustain_ms),
        recovery: part(recovery_ms),
        auto: f64::from(u8::from(settings.auto_release)),
        link_transients: settings.link_transients_percent / 100.0,
        link_release: settings.link_release_percent / 100.0,
    }
}
