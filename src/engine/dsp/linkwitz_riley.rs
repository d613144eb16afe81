//! The Linkwitz-Riley crossover of 24 dB per octave.
//!
//! Source: Siegfried Linkwitz, "Active Crossover Networks for Noncoincident Drivers", JAES 24(1), 1976. Each output is a
//! squared second-order Butterworth filter, and with s = jω/ω₀ their sum is an all-pass:
//! (1 + s⁴)/(s² + √2 s + 1)² = (s² - √2 s + 1)/(s² + √2 s + 1).

use std::f64::consts::SQRT_2;

use super::svf::{Coefficients, Frame, Svf, warp};

/// Poles of a crossover or of the all-pass that its sum is.
pub fn poles(frequency_hz: f64, sample_rate_hz: f64) -> Coefficients {
    Coefficients::new(warp(frequency_hz, sample_rate_hz), SQRT_2)
}

/// Splits into a low and a high band.
///
/// The high band is the all-pass minus the low band. So the two add up to the all-pass whatever the rounding,
/// and while the frequency moves.
#[derive(Clone, Copy, Debug, Default)]
pub struct Crossover {
    first: Svf,
    second: Svf,
}

impl Crossover {
    /// Returns the low and the high band.
    #[inline(always)]
    pub fn process(&mut self, c: &Coefficients, x: Frame) -> [Frame; 2] {
        let [band, low] = self.first.process(c, x);
        let [_, low] = self.second.process(c, low);
        let all = all_pass(c, x, band);
        [low, [all[0] - low[0], all[1] - low[1]]]
    }

    /// See [`Svf::settle`].
    pub fn settle(&mut self) {
        self.first.settle();
        self.second.settle();
    }
}

/// The all-pass that a [`Crossover`] adds up to: it gives a band beside the crossover the same phase.
#[derive(Clone, Copy, Debug, Default)]
pub struct AllPass {
    svf: Svf,
}

impl AllPass {
    /// Filters a frame.
    #[inline(always)]
    pub fn process(&mut self, c: &Coefficients, x: Frame) -> Frame {
        let [band, _] = self.svf.process(c, x);
        all_pass(c, x, band)
    }

    /// See [`Svf::settle`].
    pub fn settle(&mut self) {
        self.svf.settle();
    }
}

#[inline(always)]
fn all_pass(c: &Coefficients, x: Frame, band: Frame) -> Frame {
    [x[0] - 2.0 * c.k * band[0], x[1] - 2.0 * c.k * band[1]]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{count, radians_per_sample};

    #[test]
    fn bands_follow_the_squared_butterworth_and_add_up_to_an_all_pass() {
        let rate_hz = 44_100.0;
        let c = poles(1_000.0, rate_hz);
        for hz in [50.0, 500.0, 1_000.0, 2_000.0, 18_000.0] {
            let (mut crossover, mut all_pass) = (Crossover::default(), AllPass::default());
            let (mut low, mut high, mut all) = ([0.0; 2], [0.0; 2], [0.0; 2]);
            for n in 0..88_200_usize {
                let (sin, cos) = (radians_per_sample(hz, rate_hz) * count(n)).sin_cos();
                let [l, h] = crossover.process(&c, [sin; 2]);
                let a = all_pass.process(&c, [sin; 2]);
                assert!((l[0] + h[0] - a[0]).abs() < 1e-14);
                if n >= 44_100 {
                    for (sum, y) in [(&mut low, l[0]), (&mut high, h[0]), (&mut all, a[0])] {
                        sum[0] += y * sin / 22_050.0;
                        sum[1] += y * cos / 22_050.0;
                    }
                }
            }
            let s = (warp(hz, rate_hz) / warp(1_000.0, rate_hz)).powi(4);
            assert!((low[0].hypot(low[1]) - 1.0 / (1.0 + s)).abs() < 1e-9, "low at {hz} Hz");
            assert!((high[0].hypot(high[1]) - s / (1.0 + s)).abs() < 1e-9, "high at {hz} Hz");
            assert!((all[0].hypot(all[1]) - 1.0).abs() < 1e-9, "sum at {hz} Hz");
        }
    }
}
