//! The side signal's high-pass.

use std::f64::consts::{PI, SQRT_2};

use super::Settings;
use crate::dsp::Ramp;

/// A Butterworth high-pass of second order whose corner moves without clicks, and that fades in and out.
///
/// Simper, "Solving the continuous SVF equations using trapezoidal integration" (2013): stable at any speed of modulation.
#[derive(Debug)]
pub(super) struct SideHighPass {
    ln_corner: Ramp,
    /// 0: the side as it is, 1: filtered.
    amount: Ramp,
    /// pi over the sample rate.
    radians_per_hz: f64,
    g: f64,
    /// The corner that `g` belongs to.
    ln_corner_of_g: f64,
    states: [f64; 2],
}

impl Default for SideHighPass {
    fn default() -> Self {
        Self {
            ln_corner: Ramp::new(Settings::MONO_OFF_HZ.ln()),
            amount: Ramp::new(0.0),
            radians_per_hz: 0.0,
            g: 0.0,
            ln_corner_of_g: f64::NAN,
            states: [0.0; 2],
        }
    }
}

impl SideHighPass {
    pub fn prepare(&mut self, sample_rate_hz: f64) {
        self.ln_corner.prepare(sample_rate_hz);
        self.amount.prepare(sample_rate_hz);
        self.radians_per_hz = PI / sample_rate_hz;
        self.ln_corner_of_g = f64::NAN;
        self.reset();
    }

    pub fn reset(&mut self) {
        self.ln_corner.land();
        self.amount.land();
        self.states = [0.0; 2];
    }

    /// Takes a corner frequency; at [`Settings::MONO_OFF_HZ`] the filter fades out.
    pub fn set(&mut self, corner_hz: f64) {
        let on = corner_hz > Settings::MONO_OFF_HZ;
        self.amount.set(f64::from(u8::from(on)));
        if on {
            self.ln_corner.set(corner_hz.ln());
        }
    }

    /// Moves on by a sample. True if the filter is heard in it; then [`filter`](Self::filter) must follow.
    pub fn next(&mut self) -> bool {
        self.amount.next();
        let ln_corner = self.ln_corner.next();
        if ln_corner != self.ln_corner_of_g {
            self.ln_corner_of_g = ln_corner;
            self.g = (self.radians_per_hz * ln_corner.exp()).tan();
        }
        let heard = self.amount.value() != 0.0;
        if !heard {
            self.states = [0.0; 2];
        }
        heard
    }

    pub fn filter(&mut self, x: f64) -> f64 {
        let [s1, s2] = self.states;
        let e = x - s2;
        let band = (s1 + self.g * e) / (1.0 + self.g * (self.g + SQRT_2));
        let low = s2 + self.g * band;
        self.states = [2.0 * band - s1, 2.0 * low - s2];
        x - self.amount.value() * (SQRT_2 * band + low)
    }
}
