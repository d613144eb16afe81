//! Settings of the stereo stage, with their ranges.

use crate::params::range::Range;

/// Settings of the stereo stage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Level of the side signal (L - R)/2 in percent, within [`WIDTH_PERCENT`](Self::WIDTH_PERCENT): 0 is mono, 100 leaves it
    /// unchanged, 200 is +6 dB.
    pub width_percent: f64,
    /// Balance in percent, within [`BALANCE_PERCENT`](Self::BALANCE_PERCENT): a positive one lowers the left channel, a negative one the
    /// right, by a gain of 1 - |balance|/100.
    pub balance_percent: f64,
    /// Corner of the side signal's high-pass (12 dB per octave) in Hz, within [`MONO_BELOW_HZ`](Self::MONO_BELOW_HZ): mono bass.
    /// [`MONO_OFF_HZ`](Self::MONO_OFF_HZ) is off.
    pub mono_below_hz: f64,
}

impl Settings {
    /// Range of [`width_percent`](Self::width_percent).
    pub const WIDTH_PERCENT: Range = Range::linear(0.0, 200.0, 10.0);
    /// Range of [`balance_percent`](Self::balance_percent).
    pub const BALANCE_PERCENT: Range = Range::linear(-100.0, 100.0, 10.0);
    /// Range of [`mono_below_hz`](Self::mono_below_hz).
    pub const MONO_BELOW_HZ: Range = Range::log(Self::MONO_OFF_HZ, 500.0, 10.0);
    /// The least corner frequency in Hz switches the high-pass off.
    pub const MONO_OFF_HZ: f64 = 20.0;

    /// Returns the settings with every value clamped to its range; NaN becomes the default.
    pub(super) fn clamped(&self) -> Self {
        let default = Self::default();
        Self {
            width_percent: Self::WIDTH_PERCENT.clamp(self.width_percent, default.width_percent),
            balance_percent: Self::BALANCE_PERCENT.clamp(self.balance_percent, default.balance_percent),
            mono_below_hz: Self::MONO_BELOW_HZ.clamp(self.mono_below_hz, default.mono_below_hz),
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self { width_percent: 100.0, balance_percent: 0.0, mono_below_hz: Self::MONO_OFF_HZ }
    }
}
