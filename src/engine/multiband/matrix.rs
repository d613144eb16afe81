//! Bands that work on left and right beside bands that work on mid and side.
//!
//! To a signal of left and right, the gains of mid and side are a symmetric matrix with the eigenvectors (1, 1) and (1, -1).
//! A band's gain G is then a matrix that does not commute with its neighbour's, and the shelf between them has the ratio
//! R = G₁⁻¹ G₂, so that G₁ R = G₂. R is similar to a positive definite matrix: its eigenvalues are real and positive,
//! and it has one root W = R^(1/4) with positive eigenvalues, in closed form.

use super::settings::Channels;
use crate::dsp::exponential::exp2;
use crate::dsp::mid_side;
use crate::dsp::svf::Frame;

/// A matrix, row by row.
type Matrix = [Frame; 2];

/// Applies the (linear) gains of a band's channels to a frame of left and right. Gains of 1 pass it bit for bit.
#[inline(always)]
pub(super) fn amplify(channels: Channels, gains: Frame, frame: Frame) -> Frame {
    match channels {
        Channels::LeftRight => [frame[0] * gains[0], frame[1] * gains[1]],
        Channels::MidSide => mid_side::amplify(gains, frame),
    }
}

/// The matrix of gains given as log2.
#[inline(always)]
fn matrix(channels: Channels, gains: Frame) -> Matrix {
    let gains = gains.map(exp2);
    let [left, right] = [[1.0, 0.0], [0.0, 1.0]].map(|unit| amplify(channels, gains, unit));
    [left, right] // symmetric: columns are rows
}

/// The ratio of the gains of two neighbouring bands, as a shelf needs it: U = R^(1/4) - 1, and where the poles lie.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ratio {
    u: Matrix,
    trace: f64,
    determinant: f64,
    /// det(R)^(1/16): the poles, as a multiple of the crossover, lie where the mean of the two gains in dB wants them.
    poles: f64,
}

/// A function of U, which is a U + b by the theorem of Cayley and Hamilton.
type Function = [f64; 2];

impl Ratio {
    /// The ratio of the gains (log2) above to those below a crossover. If all gains are 0, U is exactly 0.
    #[inline(always)]
    pub(super) fn new(
        (below, below_gains): (Channels, Frame),
        (above, above_gains): (Channels, Frame),
    ) -> Self {
        let [[a, b], [c, d]] = matrix(below, below_gains.map(|gain| -gain));
        let [[e, f], [g, h]] = matrix(above, above_gains);
        let r = [[a * e + b * g, a * f + b * h], [c * e + d * g, c * f + d * h]];
        // A^(1/2) = (A + det(A)^(1/2))/(tr A + 2 det(A)^(1/2))^(1/2), twice; the trace of A^(1/2) is that denominator
        let log_determinant = above_gains[0] + above_gains[1] - below_gains[0] - below_gains[1];
        let poles = exp2(0.0625 * log_determinant);
        let quarter = (poles * poles) * (poles * poles);
        let half = quarter * quarter;
        let trace = (r[0][0] + r[1][1] + 2.0 * half).sqrt();
        let root_trace = (trace + 2.0 * quarter).sqrt();
        let scale = 1.0 / (trace * root_trace);
        let offset = half + trace * quarter;
        let u = [
            [(r[0][0] + offset) * scale - 1.0, r[0][1] * scale],
            [r[1][0] * scale, (r[1][1] + offset) * scale - 1.0],
        ];
        Self { u, trace: u[0][0] + u[1][1], determinant: u[0][0] * u[1][1] - u[0][1] * u[1][0], poles }
    }

    /// All numbers of a shelf: where its poles lie, U by rows, and U², U³ and U⁴ as [`Function`]s: their factors a, then their
    /// constants b.
    #[inline(always)]
    pub(super) fn numbers(&self) -> [f64; 11] {
        let [[u00, u01], [u10, u11]] = self.u;
        let [_, [a2, b2], [a3, b3], [a4, b4]] = self.powers();
        [self.poles, u00, u01, u10, u11, a2, a3, a4, b2, b3, b4]
    }

    /// U, U², U³ and U⁴.
    #[inline(always)]
    fn powers(&self) -> [Function; 4] {
        let times_u = |[a, b]: Function| [a * self.trace + b, -a * self.determinant];
        let second = times_u([1.0, 0.0]);
        let third = times_u(second);
        [[1.0, 0.0], second, third, times_u(third)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(a: Matrix, b: Matrix) -> Matrix {
        let [[e, f], [g, h]] = b;
        a.map(|[p, q]| [p * e + q * g, p * f + q * h])
    }

    fn near(a: Matrix, b: Matrix) -> bool {
        let size = a.as_flattened().iter().fold(0.0_f64, |size, x| size.max(x.abs()));
        a.as_flattened().iter().zip(b.as_flattened()).all(|(a, b)| (a - b).abs() < 1e-8 * size)
    }

    const CASES: [((Channels, Frame), (Channels, Frame)); 5] = {
        use Channels::{LeftRight as LR, MidSide as MS};
        [
            ((LR, [0.0, -2.0]), (MS, [1.0, -3.0])),
            ((MS, [-4.0, 2.0]), (LR, [3.0, -1.0])),
            ((MS, [0.5, 0.0]), (MS, [-6.0, 1.0])),
            ((LR, [5.0, -20.0]), (MS, [-20.0, 5.0])),
            ((LR, [-1.0, -1.0]), (MS, [2.0, 2.0])),
        ]
    };

    /// G₁ W⁴ = G₂, W has positive eigenvalues, and its determinant is that of the poles.
    #[test]
    fn fourth_power_of_the_root_leads_from_one_gain_to_the_next() {
        for (below, above) in CASES {
            let ratio = Ratio::new(below, above);
            let [[a, b], [c, d]] = ratio.u;
            let w = [[a + 1.0, b], [c, d + 1.0]];
            let square = product(w, w);
            let reached = product(matrix(below.0, below.1), product(square, square));
            assert!(near(matrix(above.0, above.1), reached), "{below:?} {above:?}: {reached:?}");
            let (trace, determinant) = (w[0][0] + w[1][1], w[0][0] * w[1][1] - w[0][1] * w[1][0]);
            assert!(trace > 0.0 && determinant > 0.0 && trace * trace > (4.0 - 1e-9) * determinant);
            assert!((ratio.poles.powi(4) / determinant - 1.0).abs() < 1e-6);
        }
    }

    #[test]
    fn powers_are_those_of_the_matrix() {
        for (below, above) in CASES {
            let ratio = Ratio::new(below, above);
            let mut power = [[1.0, 0.0], [0.0, 1.0]];
            for [a, b] in ratio.powers() {
                power = product(power, ratio.u);
                let [[p, q], [r, s]] = ratio.u.map(|row| row.map(|u| a * u));
                assert!(near(power, [[p + b, q], [r, s + b]]), "{below:?} {above:?}");
            }
        }
    }

    #[test]
    fn no_gain_is_exactly_nothing() {
        let ratio = Ratio::new((Channels::LeftRight, [0.0; 2]), (Channels::MidSide, [0.0; 2]));
        assert_eq!((ratio.u, ratio.poles), ([[0.0; 2]; 2], 1.0));
        assert!(ratio.powers().iter().all(|[_, b]| *b == 0.0));
        let x = [0.1, -0.7];
        assert_eq!(amplify(Channels::MidSide, [1.0; 2], x), x);
        assert_eq!(amplify(Channels::MidSide, [2.0, 0.0], x), [-0.6, -0.6]);
    }
}
