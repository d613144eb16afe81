//! Values, resolution and travel of a setting.

use crate::params::plain::Choice;
use crate::units::{count, narrow};

/// The values that a setting takes, and how a control's travel maps to them.
///
/// A number's range is a constant beside its field, as in [`limiter::Settings::GAIN_DB`](crate::limiter::Settings::GAIN_DB): the module
/// clamps to it, and the table of parameters shows it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Range {
    /// Even travel from `min` to `max`, in steps of 1/`steps_per_unit`.
    Linear {
        /// Least value.
        min: f64,
        /// Greatest value.
        max: f64,
        /// Resolution: 100 means steps of 0.01.
        steps_per_unit: f64,
    },
    /// Equal ratios in equal travel, `min` > 0, in steps of 1/`steps_per_unit`.
    Log {
        /// Least value.
        min: f64,
        /// Greatest value.
        max: f64,
        /// Resolution: 10 means steps of 0.1.
        steps_per_unit: f64,
    },
    /// One of a list; the plain value is its index.
    Choice(&'static [Choice]),
    /// Off or on; the plain value is 0 or 1.
    Switch,
}

impl Range {
    /// Share of something in percent, 0 to 100, in steps of 0.1.
    pub const PERCENT: Self = Self::linear(0.0, 100.0, 10.0);

    /// Creates a range with even travel.
    pub const fn linear(min: f64, max: f64, steps_per_unit: f64) -> Self {
        Self::Linear { min, max, steps_per_unit }
    }

    /// Creates a range with equal ratios in equal travel; `min` is above 0.
    pub const fn log(min: f64, max: f64, steps_per_unit: f64) -> Self {
        Self::Log { min, max, steps_per_unit }
    }

    /// Returns the least plain value.
    pub fn min(&self) -> f64 {
        match *self {
            Self::Linear { min, .. } | Self::Log { min, .. } => min,
            Self::Choice(_) | Self::Switch => 0.0,
        }
    }

    /// Returns the greatest plain value.
    pub fn max(&self) -> f64 {
        match *self {
            Self::Linear { max, .. } | Self::Log { max, .. } => max,
            Self::Choice(choices) => count(choices.len() - 1),
            Self::Switch => 1.0,
        }
    }

    /// Returns the number of steps in one unit of the plain value; 1 for choices and switches.
    pub fn steps_per_unit(&self) -> f64 {
        match *self {
            Self::Linear { steps_per_unit, .. } | Self::Log { steps_per_unit, .. } => steps_per_unit,
            Self::Choice(_) | Self::Switch => 1.0,
        }
    }

    /// Returns true for choices and switches, whose control moves from value to value.
    pub fn is_stepped(&self) -> bool {
        matches!(self, Self::Choice(_) | Self::Switch)
    }

    /// Clamps a plain value to the range; NaN becomes the setting's default.
    pub fn clamp(&self, plain: f64, default: f64) -> f64 {
        if plain.is_nan() { default } else { plain.clamp(self.min(), self.max()) }
    }

    /// Returns the plain value at a position of the control's travel, 0 to 1, rounded to the resolution. A position outside is
    /// clamped; NaN gives the setting's default.
    pub fn plain(&self, normalised: f32, default: f64) -> f64 {
        if normalised.is_nan() {
            return default;
        }
        let x = f64::from(normalised).clamp(0.0, 1.0);
        let plain = match *self {
            Self::Linear { min, max, .. } => min + (max - min) * x,
            Self::Log { min, max, .. } => min * (max / min).powf(x),
            Self::Choice(_) | Self::Switch => x * self.max(),
        };
        let steps_per_unit = self.steps_per_unit();
        ((plain * steps_per_unit).round() / steps_per_unit).clamp(self.min(), self.max())
    }

    /// Returns the position of a plain value, clamped as by [`clamp`](Self::clamp), in the control's travel, 0 to 1.
    pub fn normalised(&self, plain: f64, default: f64) -> f32 {
        let plain = self.clamp(plain, default);
        narrow(match *self {
            Self::Linear { min, max, .. } => (plain - min) / (max - min),
            Self::Log { min, max, .. } => (plain / min).ln() / (max / min).ln(),
            Self::Choice(_) | Self::Switch => plain / self.max(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clamping_takes_anything() {
        let range = Range::linear(1.0, 3.0, 10.0);
        for (x, clamped) in [
            (-1.0, 1.0),
            (2.5, 2.5),
            (9.0, 3.0),
            (f64::INFINITY, 3.0),
            (f64::NEG_INFINITY, 1.0),
            (f64::NAN, 2.0),
        ] {
            assert_eq!(range.clamp(x, 2.0), clamped, "{x}");
        }
    }
}
