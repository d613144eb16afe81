//! From the analogue to the digital plane without the bilinear transform's cramping.

use num_complex::Complex64;

use super::section::Quadratic;
use crate::units::radians_per_sample;

/// Sections into which one analogue section turns, at most.
pub(super) const MAX_ORDER: usize = 3;

/// A rational map between squared frequencies, analogue and digital.
///
/// An analogue filter's squared magnitude is a rational function of w^2. The bilinear transform replaces w by
/// tan(w/2), which is why its curves are squeezed towards Nyquist. This map uses more of the variable
/// y = -tan^2(w/2), the square of the bilinear s: near enough to the exact law,
///
/// `M(y) = m y prod(1 - y/z_i) / prod(1 - y/p_i)`, close to `-w^2 = (2 artanh sqrt y)^2`,
///
/// so that an analogue filter turns into a digital one by substitution: each root s of the analogue polynomial becomes
/// the `order` roots of M(y) = s^2, each y a digital root at -sqrt(y). Nothing is fitted when a filter is designed, and
/// nothing can go wrong there: zeros and poles of M are real and alternate, so M maps the upper half-plane onto itself
/// (a Pick function), a damped s never has a y on the negative axis, and every pole lands inside the unit circle.
///
/// The squared magnitude in x = sin^2(w/2) = y/(y - 1) is Vicanek, "Matched Second Order Digital Filters" (2016),
/// section 3. The coefficients minimise the greatest relative error of w^2 over the stated band, weighted by `1 + x/x_edge`
/// (Lawson's iteration); `tests` holds them to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct FrequencyMap {
    order: usize,
    numerator: [f64; MAX_ORDER + 1],
    denominator: [f64; MAX_ORDER + 1],
    zeros: [f64; MAX_ORDER],
    poles: [f64; MAX_ORDER],
    /// End of the band for which the coefficients are made, in radians a sample.
    edge: f64,
    /// What the map makes of `edge`, over its square: near 1.
    edge_ratio: f64,
}

/// One set of coefficients: the band's end over the sample rate, m, zeros beside 0, poles.
struct Coefficients {
    edge: f64,
    gain: f64,
    zeros: &'static [f64],
    poles: &'static [f64],
}

/// To 20 kHz at 44.1 kHz; error of w^2 at most 2.7e-4 low down and 1.4e-4 at the end.
const TO_44: Coefficients = Coefficients {
    edge: 20.0 / 44.1,
    gain: 3.998_930_823_074_078_3,
    zeros: &[2.722_826_062_295_241_4, 24.678_778_545_114_76],
    poles: &[1.264_403_490_404_754_3, 4.058_553_548_822_994, 30.269_086_982_626_99],
};

/// To 20 kHz at 48 kHz; error of w^2 at most 4.7e-5 low down and 2.4e-5 at the end.
const TO_48: Coefficients = Coefficients {
    edge: 20.0 / 48.0,
    gain: 3.999_815_944_661_368,
    zeros: &[2.119_901_826_994_464_5, 13.665_154_253_037_55],
    poles: &[1.205_416_955_656_187_3, 3.088_699_433_305_58, 17.489_643_543_358_76],
};

/// To 20 kHz at 88.2 kHz; error of w^2 at most 4.5e-6 low down and 2.3e-6 at the end, so two sections are enough.
const TO_88: Coefficients = Coefficients {
    edge: 20.0 / 88.2,
    gain: 3.999_982_129_661_159,
    zeros: &[2.299_202_287_526_474],
    poles: &[1.204_065_709_259_364, 3.691_869_553_771_219_6],
};

/// Where an analogue root lies, in units of the filter's frequency.
#[derive(Clone, Copy, Debug)]
pub(super) enum Root {
    /// At s = 0.
    Zero,
    /// Nowhere in the plane: the polynomial has no such power.
    Infinite,
    /// At s on the real axis.
    Real(f64),
}

/// The two roots of an analogue polynomial.
#[derive(Clone, Copy, Debug)]
pub(super) enum Roots {
    /// On the real axis, at 0 or at infinity.
    Apart(Root, Root),
    /// Conjugates: one of them.
    Conjugate(Complex64),
}

/// The roots y that a filter's sections use, from one design to the next: the search starts there, so a sweep keeps
/// each root in its section.
pub(super) type Track = [[Complex64; MAX_ORDER]; 2];

impl FrequencyMap {
    /// The map for a sample rate.
    pub fn new(sample_rate_hz: f64) -> Self {
        let coefficients = if sample_rate_hz < 46e3 {
            TO_44
        } else if sample_rate_hz < 80e3 {
            TO_48
        } else {
            TO_88
        };
        Self::with(&coefficients)
    }

    fn with(coefficients: &Coefficients) -> Self {
        let Coefficients { edge, gain, zeros, poles } = *coefficients;
        let mut map = Self {
            order: poles.len(),
            numerator: [0.0, gain, 0.0, 0.0],
            denominator: [1.0, 0.0, 0.0, 0.0],
            zeros: [0.0; MAX_ORDER],
            poles: [0.0; MAX_ORDER],
            edge: radians_per_sample(edge, 1.0),
            edge_ratio: 1.0,
        };
        for (to, zero) in map.zeros[1..].iter_mut().zip(zeros) {
            *to = *zero;
            times_root(&mut map.numerator, *zero);
        }
        for (to, pole) in map.poles.iter_mut().zip(poles) {
            *to = *pole;
            times_root(&mut map.denominator, *pole);
        }
        map.edge_ratio = map.squared_within(map.edge) / (map.edge * map.edge);
        map
    }

    /// Sections an analogue section turns into.
    pub fn order(&self) -> usize {
        self.order
    }

    /// What the map makes of the square of a digital frequency in radians a sample: a filter with its centre there has it
    /// exactly there. Beyond the band, also beyond Nyquist, the analogue square goes on.
    pub fn squared(&self, radians: f64) -> f64 {
        if radians < self.edge { self.squared_within(radians) } else { radians * radians * self.edge_ratio }
    }

    fn squared_within(&self, radians: f64) -> f64 {
        let t = (0.5 * radians).tan();
        -horner(&self.numerator, -t * t) / horner(&self.denominator, -t * t)
    }

    /// The analogue square that Nyquist stands for.
    pub fn squared_at_nyquist(&self) -> f64 {
        -self.numerator[self.order] / self.denominator[self.order]
    }

    /// The digital polynomials, one a section, of an analogue polynomial whose roots are given at `squared` = 1.
    pub fn digital(&self, roots: &Roots, squared: f64, track: &mut Track) -> [Quadratic; MAX_ORDER] {
        match roots {
            Roots::Conjugate(s) => {
                let y = self.solve(s * s * squared, &mut track[0]);
                track[1] = y;
                y.map(|y| {
                    // (s + r)(s + r*) with r = sqrt(y): 2 Re r = |Im y| / Im r, whichever part does not cancel
                    let size = y.norm_sqr().sqrt();
                    let linear = if y.re > 0.0 {
                        (2.0 * (size + y.re)).sqrt()
                    } else {
                        2.0 * y.im.abs() / (2.0 * (size - y.re)).sqrt()
                    };
                    Quadratic { linear, constant: size }
                })
            }
            Roots::Apart(a, b) => {
                let a = self.real(*a, squared, &mut track[0]);
                let b = self.real(*b, squared, &mut track[1]);
                std::array::from_fn(|i| Quadratic { linear: a[i] + b[i], constant: a[i] * b[i] })
            }
        }
    }

    /// The digital roots, mirrored to the right, of one on the real axis.
    fn real(&self, root: Root, squared: f64, track: &mut [Complex64; MAX_ORDER]) -> [f64; MAX_ORDER] {
        match root {
            Root::Zero => self.zeros.map(f64::sqrt),
            Root::Infinite => self.poles.map(f64::sqrt),
            Root::Real(s) => {
                self.solve(Complex64::from(s * s * squared), track).map(|y| y.re.max(0.0).sqrt())
            }
        }
    }

    /// All y with M(y) = `target`, by Aberth's simultaneous iteration (1973), from `track` or, where that is not finite, from a
    /// guess. Converges in 3 to 8 steps; [`STEPS`](Self::STEPS) bounds it.
    fn solve(&self, target: Complex64, track: &mut [Complex64; MAX_ORDER]) -> [Complex64; MAX_ORDER] {
        let n = self.order;
        let mut y = if track.iter().all(|y| y.is_finite()) { *track } else { self.guess(target) };
        let mut polynomial = [Complex64::ZERO; MAX_ORDER + 1];
        for (c, (a, b)) in polynomial.iter_mut().zip(self.numerator.iter().zip(&self.denominator)) {
            *c = a - target * b;
        }
        for _ in 0..Self::STEPS {
            let mut settled = true;
            for i in 0..n {
                let newton = newton_step(&polynomial[..=n], y[i]);
                let others: Complex64 = (0..n).filter(|j| *j != i).map(|j| (y[i] - y[j]).inv()).sum();
                let step = newton / (1.0 - newton * others);
                if step.is_finite() {
                    y[i] -= step;
                    settled &= step.norm_sqr() <= 1e-26 * y[i].norm_sqr();
                } else {
                    // two guesses met, or a slope vanished: move on from there
                    y[i] = y[i] * Complex64::new(1.001, 0.001) + 1e-9;
                    settled = false;
                }
            }
            if settled {
                break;
            }
        }
        *track = y;
        y
    }

    /// Steps after which [`solve`](Self::solve) takes what it has.
    const STEPS: usize = 40;

    /// Where roots begin: the first from a map of order one, the others between their places for very low and very high
    /// frequencies.
    fn guess(&self, target: Complex64) -> [Complex64; MAX_ORDER] {
        let far = target.norm() / (4.0 + target.norm());
        let mut y: [_; MAX_ORDER] =
            std::array::from_fn(|i| Complex64::from(self.zeros[i] + far * (self.poles[i] - self.zeros[i])));
        y[0] = target / (4.0 + Complex64::new(0.657, 0.05) * target);
        y
    }
}

/// A track that holds nothing yet.
pub(super) const NO_TRACK: Track = [[Complex64::new(f64::NAN, 0.0); MAX_ORDER]; 2];

/// Multiplies a polynomial by 1 - y/root.
fn times_root(polynomial: &mut [f64; MAX_ORDER + 1], root: f64) {
    for i in (1..polynomial.len()).rev() {
        polynomial[i] -= polynomial[i - 1] / root;
    }
}

fn horner(polynomial: &[f64], y: f64) -> f64 {
    polynomial.iter().rev().fold(0.0, |sum, c| sum * y + c)
}

/// p(y) / p'(y).
fn newton_step(polynomial: &[Complex64], y: Complex64) -> Complex64 {
    let mut p = Complex64::ZERO;
    let mut slope = Complex64::ZERO;
    for c in polynomial.iter().rev() {
        slope = slope * y + p;
        p = p * y + c;
    }
    p / slope
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use super::*;
    use crate::units::count;

    #[test]
    fn the_law_holds_over_the_band() {
        for (coefficients, bound) in [(TO_44, 2.7e-4), (TO_48, 4.7e-5), (TO_88, 4.5e-6)] {
            let map = FrequencyMap::with(&coefficients);
            let x_edge = (0.5 * map.edge).sin().powi(2);
            let mut worst = 0.0_f64;
            let mut turns = 0;
            let mut last = 0.0;
            for n in 1..=20_000 {
                let x = x_edge * count(n) / 20_000.0;
                let w = 2.0 * x.sqrt().asin();
                let error = (map.squared_within(w) / (w * w) - 1.0) * (0.5 + 0.5 * x / x_edge);
                worst = worst.max(error.abs());
                turns += usize::from(error * last < 0.0);
                last = error;
            }
            assert!(2.0 * worst < bound, "error {worst}");
            // Chebyshev's criterion: as many alternations as free coefficients, so no map of this order does better
            assert_eq!(turns, 2 * map.order, "the error does not alternate");
        }
    }

    #[test]
    fn zeros_and_poles_alternate() {
        for coefficients in [TO_44, TO_48, TO_88] {
            let map = FrequencyMap::with(&coefficients);
            for i in 0..map.order {
                assert!(map.zeros[i] < map.poles[i]);
                assert!(i == 0 || map.poles[i - 1] < map.zeros[i]);
            }
        }
    }

    #[test]
    fn every_root_is_found_and_damped() {
        for rate_hz in [44_100.0, 48_000.0, 96_000.0] {
            let map = FrequencyMap::new(rate_hz);
            for ln_size in -50..=24 {
                for turn in 0..=96 {
                    let angle = PI * (0.5 + 0.5 * f64::from(turn) / 96.0);
                    let s = Complex64::from_polar((0.25 * f64::from(ln_size)).exp(), angle);
                    let mut track = NO_TRACK[0];
                    for y in &map.solve(s * s, &mut track)[..map.order] {
                        let value =
                            horner_complex(&map.numerator, *y) - s * s * horner_complex(&map.denominator, *y);
                        let terms: f64 = (0..=map.order)
                            .map(|i| {
                                let coefficient =
                                    map.numerator[i].abs() + s.norm_sqr() * map.denominator[i].abs();
                                coefficient * y.norm().powi(i32::try_from(i).unwrap())
                            })
                            .sum();
                        assert!(value.norm() < 1e-13 * terms, "{s}: {y} leaves {value}");
                        assert!(turn < 1 || y.sqrt().re > 0.0, "{s}: {y} is not damped");
                    }
                }
            }
        }
    }

    fn horner_complex(polynomial: &[f64], y: Complex64) -> Complex64 {
        polynomial.iter().rev().fold(Complex64::ZERO, |sum, c| sum * y + c)
    }
}
