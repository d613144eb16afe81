//! The characters' memoryless curves. Each is odd or biased, smooth, has slope 1 at 0 and is bounded.

/// tanh to 1.1e-9, smooth, odd, bounded by 1 up to rounding, with slope exactly 1 at 0.
///
/// Padé approximant \[5/4\] of tanh (x/4) (Lambert's continued fraction), then twice tanh 2a = 2 tanh a / (1 + tanh² a) on
/// numerator and denominator, so that there is one division. It is held where the approximant reaches 1: the doubling has
/// slope 0 there, so no corner is made that could alias.
#[inline(always)]
pub fn tanh(x: f64) -> f64 {
    /// Root of y (945 + 105 y² + y⁴) = 945 + 420 y² + 15 y⁴.
    const REACHES_1: f64 = 3.646_738_595_329_627;
    let y = (0.25 * x).clamp(-REACHES_1, REACHES_1);
    let s = y * y;
    let p = y * (945.0 + s * (105.0 + s));
    let q = 945.0 + s * (420.0 + 15.0 * s);
    let (p, q) = (2.0 * p * q, p * p + q * q);
    2.0 * p * q / (p * p + q * q)
}

/// Bias of the [`triode`]: the even harmonics of a single-ended stage.
const BIAS: f64 = 0.4;

/// tanh around a bias: (tanh (x + 0.4) - tanh 0.4) / (1 - tanh² 0.4).
///
/// One side saturates 7 dB before the other, as a single-ended triode does between cut-off and grid current.
#[inline(always)]
pub fn triode(x: f64) -> f64 {
    let rest = tanh(BIAS);
    (tanh(x + BIAS) - rest) / (1.0 - rest * rest)
}

/// x / sqrt (1 + (x/2)²): the gentlest knee here, saturating at 2 (+6 dB).
///
/// A summing amplifier well below its rails. The branch points at ±2i keep high harmonics low.
#[inline(always)]
pub fn console(x: f64) -> f64 {
    x / (1.0 + 0.25 * x * x).sqrt()
}

/// Input at which the [`quintic`] reaches its ceiling of 1.
const KNEE: f64 = 15.0 / 8.0;

/// The quintic clip 15/8 (u - 2u³/3 + u⁵/5), u = 8x/15, flat from |u| = 1 on: two continuous derivatives at the ceiling of 1.
///
/// Averaged over the straight line from the last sample `b` to this one `a`: the antiderivative antialiasing of first order of
/// Parker, Zavalishin, Le Bivic, "Reducing the aliasing of nonlinear waveshaping using continuous-time convolution"
/// (DAFx-16), (F(a) - F(b)) / (a - b). On the polynomial this quotient is a polynomial itself, and the flat parts are added
/// as lengths: nothing cancels, however near a and b are.
#[inline(always)]
pub fn quintic_between(a: f64, b: f64) -> f64 {
    let (a, b) = (a * (1.0 / KNEE), b * (1.0 / KNEE));
    let (inner_a, inner_b) = (a.clamp(-1.0, 1.0), b.clamp(-1.0, 1.0));
    let (aa, bb) = (inner_a * inner_a, inner_b * inner_b);
    let sum = aa + bb;
    let inside =
        KNEE * (inner_a + inner_b) * (0.5 - (1.0 / 6.0) * sum + (1.0 / 30.0) * (sum * sum - aa * bb));
    let length = a - b;
    let outside = (a.abs() - b.abs()) - (inner_a.abs() - inner_b.abs());
    if length == 0.0 { inside } else { (inside * (inner_a - inner_b) + outside) / length }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> impl Iterator<Item = f64> {
        (-40_000..=40_000).map(|n| f64::from(n) / 1000.0)
    }

    fn quintic(x: f64) -> f64 {
        let u = (x / KNEE).clamp(-1.0, 1.0);
        KNEE * (u - 2.0 * u.powi(3) / 3.0 + u.powi(5) / 5.0)
    }

    #[test]
    fn tanh_is_near_and_bounded() {
        for x in grid() {
            assert!((tanh(x) - x.tanh()).abs() < 1.1e-9, "tanh {x}");
            assert!(tanh(x).abs() <= 1.0 + f64::EPSILON);
            assert_eq!(tanh(-x), -tanh(x));
        }
    }

    #[test]
    fn slopes_at_0_are_1_and_silence_stays() {
        let at_rest = |a: f64| quintic_between(a, a);
        for (name, curve) in
            [("tanh", tanh as fn(f64) -> f64), ("triode", triode), ("console", console), ("quintic", at_rest)]
        {
            assert_eq!(curve(0.0), 0.0, "{name}");
            let slope = (curve(1e-5) - curve(-1e-5)) / 2e-5;
            assert!((slope - 1.0).abs() < 1e-8, "{name}: {slope}");
            assert!(
                grid().all(|x| curve(x).abs() <= 2.0 && curve(x + 0.001) >= curve(x) - 1e-12),
                "{name} must rise"
            );
        }
    }

    /// Against the mean of the clip over the line, integrated by brute force.
    #[test]
    fn quintic_between_is_the_mean_of_the_clip() {
        let points: Vec<f64> = (-15..=15).map(|n| f64::from(n) * 0.42).collect();
        for &a in &points {
            for &b in &points {
                let steps = 20_000;
                let mean = (0..steps)
                    .map(|n| quintic(b + (a - b) * (f64::from(n) + 0.5) / f64::from(steps)))
                    .sum::<f64>()
                    / f64::from(steps);
                assert!((quintic_between(a, b) - mean).abs() < 1e-8, "{a} {b}");
            }
        }
    }

    #[test]
    fn quintic_between_neighbours_is_the_clip() {
        for x in grid().filter(|x| x.abs() < 4.0) {
            for gap in [0.0, 1e-15, 1e-12, -1e-9] {
                assert!((quintic_between(x + gap, x) - quintic(x)).abs() < 1e-8, "{x} {gap}");
            }
        }
    }
}
