//! Settings of the saturator, with their ranges.

use crate::params::plain::choices;
use crate::params::range::Range;
use crate::quality::Quality;

choices! {
    /// What the saturator is modelled on: a curve, and what part of the spectrum meets it first.
    pub enum Character {
        /// tanh behind the record equalisation of tape at 38 cm/s: highs saturate 6 dB before lows.
        #[default]
        Tape = "tape", "Tape";
        /// tanh around a bias: even harmonics.
        Tube = "tube", "Tube";
        /// tanh of what grows towards low frequencies, as the flux of a core does: lows saturate 12 dB before the rest.
        Transformer = "transformer", "Transformer";
        /// A very gentle knee, for glue.
        Console = "console", "Console";
        /// A clip with a short rounded knee, for level.
        SoftClip = "soft_clip", "Soft Clip";
    }
}

/// Settings of the saturator.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Gain before the curve in dB, within [`DRIVE_DB`](Self::DRIVE_DB).
    pub drive_db: f64,
    /// The curve and its emphasis.
    pub character: Character,
    /// Tilt of what reaches the curve, around 1 kHz, in dB, within [`TILT_DB`](Self::TILT_DB): highs rise and lows fall by half of it, and
    /// the tilt is undone after the curve. It moves the saturation, not the sound.
    pub tilt_db: f64,
    /// Share of the saturated signal in percent, within [`MIX_PERCENT`](Self::MIX_PERCENT). At 0 the input passes bit for bit.
    pub mix_percent: f64,
    /// Keeps the output as loud as the input at any drive, character and mix. Off, drive is a plain gain before the curve.
    pub auto_gain: bool,
    /// Gain of the output in dB, within [`OUTPUT_DB`](Self::OUTPUT_DB).
    pub output_db: f64,
    /// Oversampling and filters. It is no parameter of its own: the chain sets it from its own quality.
    pub quality: Quality,
}

impl Settings {
    /// Range of [`drive_db`](Self::drive_db).
    pub const DRIVE_DB: Range = Range::linear(0.0, 24.0, 100.0);
    /// Range of [`tilt_db`](Self::tilt_db).
    pub const TILT_DB: Range = Range::linear(-6.0, 6.0, 100.0);
    /// Range of [`mix_percent`](Self::mix_percent).
    pub const MIX_PERCENT: Range = Range::PERCENT;
    /// Range of [`output_db`](Self::output_db).
    pub const OUTPUT_DB: Range = Range::linear(-12.0, 12.0, 100.0);

    /// Returns the settings with every value clamped to its range; NaN becomes the default.
    pub(super) fn clamped(&self) -> Self {
        let default = Self::default();
        Self {
            drive_db: Self::DRIVE_DB.clamp(self.drive_db, default.drive_db),
            tilt_db: Self::TILT_DB.clamp(self.tilt_db, default.tilt_db),
            mix_percent: Self::MIX_PERCENT.clamp(self.mix_percent, default.mix_percent),
            output_db: Self::OUTPUT_DB.clamp(self.output_db, default.output_db),
            ..*self
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            drive_db: 6.0,
            character: Character::default(),
            tilt_db: 0.0,
            mix_percent: 100.0,
            auto_gain: true,
            output_db: 0.0,
            quality: Quality::default(),
        }
    }
}
