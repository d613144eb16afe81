//! The side signal's high-pass.

use std::f64::consts::SQRT_2;

use super::Settings;
use crate::dsp::svf::{Coefficients, Svf, warp};
use crate::dsp::{Ramp, Switch};

/// A Butterworth high-pass of second order whose corner moves without clicks, and that fades in and out.
#[derive(Debug)]
pub(super) struct SideHighPass {
    /// Fades between the side as it is and the filtered side.
    on: Switch<()>,
    /// Its weight for the sample at hand.
    amount: f64,
    /// As last set, in Hz.
    corner_hz: f64,
    ln_corner: Ramp,
    sample_rate_hz: f64,
    poles: Coefficients,
    /// The corner that the poles belong to.
    ln_corner_of_poles: f64,
    /// Both channels of it filter the side.
    filter: Svf,
}

impl Default for SideHighPass {
    fn default() -> Self {
        Self {
            on: Switch::new(()),
            amount: 0.0,
            corner_hz: Settings::MONO_OFF_HZ,
            ln_corner: Ramp::new(Settings::MONO_OFF_HZ.ln()),
            sample_rate_hz: 48_000.0,
            poles: Coefficients::default(),
            ln_corner_of_poles: f64::NAN,
            filter: Svf::default(),
        }
    }
}

impl SideHighPass {
    /// Gets ready for a sample rate.
    pub fn prepare(&mut self, sample_rate_hz: f64) {
        self.ln_corner.prepare(sample_rate_hz);
        self.on.prepare(sample_rate_hz);
        self.sample_rate_hz = sample_rate_hz;
        self.ln_corner_of_poles = f64::NAN;
        self.reset();
    }

    /// Clears the filter and lands where the corner frequency last set leads.
    pub fn reset(&mut self) {
        self.on.land(wanted(self.corner_hz));
        self.ln_corner.land();
        self.filter = Svf::default();
    }

    /// Heads for a corner frequency in Hz; at [`Settings::MONO_OFF_HZ`] the filter fades out.
    pub fn set(&mut self, corner_hz: f64) {
        self.corner_hz = corner_hz;
        if self.on.set(wanted(corner_hz), 0) {
            self.filter = Svf::default();
            self.ln_corner.land(); // nobody hears it move yet: no earlier corner may be left in it
        }
        if corner_hz > Settings::MONO_OFF_HZ {
            self.ln_corner.set(corner_hz.ln());
        }
    }

    /// True while the corner or the fade moves.
    pub fn moves(&self) -> bool {
        self.on.is_moving() || self.ln_corner.is_moving()
    }

    /// True while the output is not the side as it is.
    pub fn is_heard(&self) -> bool {
        self.amount != 0.0
    }

    /// Moves on by a sample.
    pub fn next(&mut self) {
        self.amount = self.on.next();
        let ln_corner = self.ln_corner.next();
        if ln_corner != self.ln_corner_of_poles {
            self.ln_corner_of_poles = ln_corner;
            self.poles = Coefficients::new(warp(ln_corner.exp(), self.sample_rate_hz), SQRT_2);
        }
    }

    /// The side's next sample; as it is while nothing [is heard](Self::is_heard).
    #[inline]
    pub fn filter(&mut self, x: f64) -> f64 {
        if !self.is_heard() {
            return x;
        }
        let [band, low] = self.filter.process(&self.poles, [x; 2]);
        x - self.amount * (SQRT_2 * band[0] + low[0])
    }
}

/// On above [`Settings::MONO_OFF_HZ`].
fn wanted(corner_hz: f64) -> Option<()> {
    (corner_hz > Settings::MONO_OFF_HZ).then_some(())
}
