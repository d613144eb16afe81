//! The soft clipper of the style of that name.

/// Rounds peaks off before the limiter sees them.
///
/// Up to -3 dB of the ceiling the signal passes; from there the curve bends to end, flat, 3 dB above the ceiling:
/// `f(x) = a + (b - a) q((|x| - a) / (b - a))`, `q(v) = v - 2/3 (8/15)^2 v^3 + 1/5 (8/15)^4 v^5` up to v = 15/8, then 1, with the sign of x. It is
/// twice continuously differentiable. The limiter keeps the ceiling; it finds no more than 3 dB left to do.
///
/// Only the difference f(x) - x is computed without aliasing and added to the signal, so what lies below the bend passes bit for
/// bit. Antiderivative antialiasing of first order (Bilbao, Esqueda, Parker, Välimäki, "Antiderivative antialiasing for
/// memoryless nonlinearities", IEEE Signal Processing Letters 24(7) 2017), its half-sample delay made whole by the mean of two neighbours.
///
/// Latency: [`LATENCY`](Self::LATENCY).
#[derive(Clone, Copy, Debug, Default)]
pub struct SoftClip {
    x: f64,
    difference: f64,
}

/// Start of the bend relative to the ceiling: -3 dB.
const START: f64 = 0.707_945_784_384_137_9;
/// Its end: +3 dB.
const END: f64 = 1.412_537_544_622_754_4;
/// Coefficients of q(v) - v.
const CUBIC: f64 = -2.0 / 3.0 * (8.0 / 15.0) * (8.0 / 15.0);
const QUINTIC: f64 = 0.2 * (8.0 / 15.0) * (8.0 / 15.0) * (8.0 / 15.0) * (8.0 / 15.0);
/// Where q is flat.
const FLAT: f64 = 15.0 / 8.0;

impl SoftClip {
    /// One sample: the mean needs the next one.
    pub const LATENCY: usize = 1;

    /// Forgets the past.
    pub fn reset(&mut self) {
        *self = Self::default();
    }

    /// [`push`](Self::push) with an amount of 0, for a block.
    pub fn delay(&mut self, block: &mut [f64]) {
        if let Some(newest) = block.last().copied() {
            block.copy_within(..block.len() - 1, 1);
            block[0] = std::mem::replace(&mut self.x, newest);
            self.difference = 0.0;
        }
    }

    /// Takes the newest sample and the ceiling, and how much of the difference to add (0 to 1); returns the sample before, clipped.
    #[inline]
    pub fn push(&mut self, x: f64, ceiling: f64, amount: f64) -> f64 {
        let before = std::mem::replace(&mut self.x, x);
        if amount == 0.0 {
            self.difference = 0.0;
            return before;
        }
        let difference = mean_difference(before / ceiling, x / ceiling) * ceiling;
        let earlier = std::mem::replace(&mut self.difference, difference);
        before + amount * 0.5 * (earlier + difference)
    }
}

/// Mean of f(x) - x while x goes straight from one value to the other, for a ceiling of 1.
fn mean_difference(from: f64, to: f64) -> f64 {
    if from.abs() <= START && to.abs() <= START {
        0.0
    } else if (to - from).abs() > 1e-5 {
        (integral(to) - integral(from)) / (to - from)
    } else {
        difference(0.5 * (from + to))
    }
}

/// f(x) - x.
fn difference(x: f64) -> f64 {
    let width = END - START;
    let v = (x.abs() - START) / width;
    let bent = if v <= 0.0 {
        0.0
    } else if v < FLAT {
        v * v * v * (CUBIC + QUINTIC * v * v)
    } else {
        1.0 - v
    };
    width * bent * x.signum()
}

/// Integral of f(x) - x from 0 to x: even in x.
fn integral(x: f64) -> f64 {
    let width = END - START;
    let v = (x.abs() - START) / width;
    let bent = |v: f64| v.powi(4) * (CUBIC / 4.0 + QUINTIC / 6.0 * v * v);
    let area = if v <= 0.0 {
        0.0
    } else if v < FLAT {
        bent(v)
    } else {
        bent(FLAT) + (v - FLAT) - 0.5 * (v * v - FLAT * FLAT)
    };
    area * width * width
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_bends_smoothly_and_ends_flat() {
        let f = |x: f64| x + difference(x);
        assert_eq!(f(0.5), 0.5);
        assert_eq!(f(-0.7), -0.7);
        assert!((f(3.0) - END).abs() < 1e-12 && (f(-9.0) + END).abs() < 1e-12);
        let slope = |x: f64| (f(x + 1e-6) - f(x - 1e-6)) / 2e-6;
        let bend = |x: f64| (slope(x + 1e-4) - slope(x - 1e-4)) / 2e-4;
        for n in 0..3000 {
            let x = f64::from(n) * 1e-3;
            assert!((-1e-6..=1.0 + 1e-6).contains(&slope(x)), "slope at {x}");
            assert!((bend(x) - bend(x + 1e-3)).abs() < 0.02, "a kink at {x}");
        }
    }

    #[test]
    fn the_integral_belongs_to_the_curve() {
        for n in -400..400 {
            let x = f64::from(n) * 0.01;
            let slope = (integral(x + 1e-5) - integral(x - 1e-5)) / 2e-5;
            assert!((slope - difference(x)).abs() < 1e-8, "at {x}");
        }
    }

    #[test]
    fn below_the_bend_it_is_a_delay() {
        let mut clip = SoftClip::default();
        let mut last = 0.0;
        for n in 0..100 {
            let x = 0.7 * (f64::from(n) * 1.7).sin();
            assert_eq!(clip.push(x, 1.0, 1.0), last);
            last = x;
        }
    }
}
