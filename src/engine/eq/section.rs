//! A second-order section that can be modulated without limit.

use num_complex::Complex64;

/// s^2 + linear s + constant, in the bilinear plane: s = (z - 1)/(z + 1), so j tan(w/2) on the unit circle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Quadratic {
    pub linear: f64,
    pub constant: f64,
}

/// What a section does with a sample, as a state-space system of the trapezoidal state-variable filter:
///
/// e = x - s2, y = d x + c1 s1 + c2 s2, s1' = a s1 + b e, s2' = s2 + b s1 + c e.
///
/// Source: Simper, "Solving the continuous SVF equations using trapezoidal integration" (2013), with its three
/// outputs folded into y.
///
/// Without input the transition (s1, s2) -> (a s1 - b s2, b s1 + (1 - c) s2) never lengthens the vector, whatever the
/// frequency and the damping: 2 s'.s' - 2 s.s = -k (...)^2 for the trapezoidal rule. Such contractions stay contractions
/// when they are mixed, so coefficients may be interpolated linearly and moved at any speed: no energy arises in the filter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Section {
    pub a: f64,
    pub b: f64,
    pub c: f64,
    pub d: f64,
    pub c1: f64,
    pub c2: f64,
}

impl Section {
    /// Passes its input, bit for bit.
    pub const IDENTITY: Self = Self { a: 0.0, b: 0.0, c: 0.0, d: 1.0, c1: 0.0, c2: 0.0 };

    /// `gain` x numerator / denominator. The denominator's coefficients are positive.
    pub fn new(gain: f64, numerator: Quadratic, denominator: Quadratic) -> Self {
        let g = denominator.constant.sqrt();
        let a1 = 1.0 / (1.0 + denominator.linear + denominator.constant);
        let a2 = g * a1;
        let a3 = g * a2;
        let band = (numerator.linear - denominator.linear) / g;
        let low = numerator.constant / denominator.constant - 1.0;
        // the response beside x itself, exactly 0 when numerator and denominator are equal
        let direct = band * a2 + low * a3;
        Self {
            a: 2.0 * a1 - 1.0,
            b: 2.0 * a2,
            c: 2.0 * a3,
            d: gain * (1.0 + direct),
            c1: gain * (band * a1 + low * a2),
            c2: gain * (low - direct),
        }
    }

    /// The part of the way from this to another: for ramps.
    pub fn step_to(&self, to: &Self, steps: f64) -> Self {
        let step = |from: f64, to: f64| (to - from) / steps;
        Self {
            a: step(self.a, to.a),
            b: step(self.b, to.b),
            c: step(self.c, to.c),
            d: step(self.d, to.d),
            c1: step(self.c1, to.c1),
            c2: step(self.c2, to.c2),
        }
    }

    /// H(z), from the very numbers that process.
    pub fn response(&self, z: Complex64) -> Complex64 {
        // states from (z - A) s = B x, by Cramer's rule
        let (m11, m22) = (z - self.a, z - 1.0 + self.c);
        let determinant = m11 * m22 + self.b * self.b;
        let s1 = (self.b * m22 - self.b * self.c) / determinant;
        let s2 = (m11 * self.c + self.b * self.b) / determinant;
        self.d + self.c1 * s1 + self.c2 * s2
    }
}

#[cfg(test)]
mod tests {
    use wide::f64x2;

    use super::super::cascade::{Lanes, State};
    use super::*;
    use crate::units::count;

    fn quadratic(g: f64, k: f64) -> Quadratic {
        Quadratic { linear: k * g, constant: g * g }
    }

    #[test]
    fn the_impulse_has_the_stated_transfer_function() {
        for (g, k, n) in [(0.01, 0.1, (0.02, 1.4)), (1.0, 2.0, (0.3, 0.0)), (5.5, 2.3, (4.0, 3.0))] {
            let (numerator, denominator) = (quadratic(n.0, n.1), quadratic(g, k));
            let section = Section::new(0.7, numerator, denominator);
            for w in [0.001, 0.02, 0.5, 1.5, 3.0] {
                let z = Complex64::from_polar(1.0, w);
                let s = (z - 1.0) / (z + 1.0);
                let value = |q: Quadratic| s * s + q.linear * s + q.constant;
                let expected = 0.7 * value(numerator) / value(denominator);
                assert!((section.response(z) / expected - 1.0).norm() < 1e-10, "{g} {k} at {w}");
                let mut state = State::default();
                let mut sum = Complex64::ZERO;
                for n in 0..60_000 {
                    let x = f64x2::splat(if n == 0 { 1.0 } else { 0.0 });
                    let y = Lanes::new(&section).next(&mut state, x).to_array()[0];
                    sum += y * Complex64::from_polar(1.0, -w * count(n));
                }
                assert!((sum - expected).norm() < 1e-9, "{g} {k} at {w}: {sum} for {expected}");
            }
        }
    }

    #[test]
    fn no_motion_makes_energy() {
        let mut random = 0x2545_F491_u32;
        let mut uniform = || {
            random ^= random << 13;
            random ^= random >> 17;
            random ^= random << 5;
            f64::from(random) / f64::from(u32::MAX)
        };
        let mut any = || quadratic(10f64.powf(8.0 * uniform() - 5.0), 10f64.powf(6.0 * uniform() - 4.0));
        let mut state = State { s1: f64x2::splat(0.6), s2: f64x2::splat(-0.8) };
        let length = |state: &State| state.s1.to_array()[0].hypot(state.s2.to_array()[0]);
        let one = Quadratic { linear: 1.0, constant: 1.0 };
        for _ in 0..20_000 {
            let section = Section::new(1.0, one, any());
            let step = Lanes::new(&section.step_to(&Section::new(1.0, one, any()), 4.0));
            let mut lanes = Lanes::new(&section);
            for _ in 0..4 {
                let before = length(&state);
                lanes.advance(&step);
                lanes.next(&mut state, f64x2::splat(0.0));
                let after = length(&state);
                assert!(after <= before * (1.0 + 1e-12), "{before} grew to {after}");
            }
            let scale = 1.0 / length(&state);
            state = State { s1: state.s1 * scale, s2: state.s2 * scale };
        }
    }
}
