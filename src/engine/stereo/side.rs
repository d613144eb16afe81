//! The side signal's high-pass.

use std::f64::consts::SQRT_2;

use super::Settings;
use crate::dsp::Ramp;
use crate::dsp::svf::{Coefficients, Svf, warp};

/// A Butterworth high-pass of second order whose corner moves without clicks, and that fades in and out.
#[derive(Debug)]
pub(super) struct SideHighPass {
    ln_corner: Ramp,
    /// 0: the side as it is, 1: filtered.
    amount: Ramp,
    sample_rate_hz: f64,
    poles: Coefficients,
    /// The corner that the poles belong to.
    ln_corner_of_poles: f64,
    /// Both channels of it hear the side.
    filter: Svf,
}

impl Default for SideHighPass {
    fn default() -> Self {
        Self {
            ln_corner: Ramp::new(Settings::MONO_OFF_HZ.ln()),
            amount: Ramp::new(0.0),
            sample_rate_hz: 48_000.0,
            poles: Coefficients::default(),
            ln_corner_of_poles: f64::NAN,
            filter: Svf::default(),
        }
    }
}

impl SideHighPass {
    pub fn prepare(&mut self, sample_rate_hz: f64) {
        self.ln_corner.prepare(sample_rate_hz);
        self.amount.prepare(sample_rate_hz);
        self.sample_rate_hz = sample_rate_hz;
        self.ln_corner_of_poles = f64::NAN;
        self.reset();
    }

    pub fn reset(&mut self) {
        self.ln_corner.land();
        self.amount.land();
        self.filter = Svf::default();
    }

    /// Takes a corner frequency; at [`Settings::MONO_OFF_HZ`] the filter fades out.
    pub fn set(&mut self, corner_hz: f64) {
        let on = corner_hz > Settings::MONO_OFF_HZ;
        self.amount.set(f64::from(u8::from(on)));
        if on {
            self.ln_corner.set(corner_hz.ln());
        }
    }

    pub fn moves(&self) -> bool {
        self.amount.is_moving() || self.ln_corner.is_moving()
    }

    /// True while it does anything to the side.
    pub fn is_heard(&self) -> bool {
        self.amount.value() != 0.0
    }

    /// Moves on by a sample.
    pub fn next(&mut self) {
        self.amount.next();
        let ln_corner = self.ln_corner.next();
        if ln_corner != self.ln_corner_of_poles {
            self.ln_corner_of_poles = ln_corner;
            self.poles = Coefficients::new(warp(ln_corner.exp(), self.sample_rate_hz), SQRT_2);
        }
        if !self.is_heard() {
            self.filter = Svf::default();
        }
    }

    /// The side's next sample; as it is while nothing [is heard](Self::is_heard).
    #[inline]
    pub fn filter(&mut self, x: f64) -> f64 {
        if !self.is_heard() {
            return x;
        }
        let [band, low] = self.filter.process(&self.poles, [x; 2]);
        x - self.amount.value() * (SQRT_2 * band[0] + low[0])
    }
}
