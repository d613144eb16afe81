//! Shelves between bands of left and right and bands of mid and side.

use super::CHUNK;
use super::matrix::Ratio;
use super::settings::Channels;
use super::taps::{DAMPING, HIGHEST, Path};
use crate::dsp::extremes::smaller;
use crate::dsp::svf;

/// A shelf whose ratio is a matrix, at every sample of a chunk.
///
/// Its taps are those of [`Taps`] with U in place of u: sums of powers of U, each of which is a U + b. So each of the signals BP and
/// HP of the first and of the second section goes with one factor through U, and with another to the output.
#[derive(Clone, Debug)]
pub(super) struct MixedTaps {
    /// Of the first section, then of the second: see [`svf::coefficients`].
    pub(super) poles: [[f64; CHUNK]; 6],
    pub(super) u: [[f64; CHUNK]; 4],
    pub(super) by_u: [[f64; CHUNK]; 4],
    pub(super) plain: [[f64; CHUNK]; 4],
}

impl Default for MixedTaps {
    fn default() -> Self {
        let zero = [0.0; CHUNK];
        Self { poles: [zero; 6], u: [zero; 4], by_u: [zero; 4], plain: [zero; 4] }
    }
}

impl MixedTaps {
    /// Finds them for a band of left and right next to one of mid and side.
    pub(super) fn find(&mut self, below_is_mid_side: bool, path: Path<'_>) {
        pulp::Arch::new().dispatch(MixedPlan { below_is_mid_side, path, taps: self });
    }
}

#[cfg(test)]
impl MixedTaps {
    /// [`find`](Self::find), compiled for the least of machines.
    pub(super) fn find_narrow(&mut self, below_is_mid_side: bool, path: Path<'_>) {
        pulp::NullaryFnOnce::call(MixedPlan { below_is_mid_side, path, taps: self });
    }
}

/// [`MixedTaps::find`], to be compiled for each width of vectors. Rust contracts and reorders nothing, so all give the same
/// bits.
struct MixedPlan<'a> {
    below_is_mid_side: bool,
    path: Path<'a>,
    taps: &'a mut MixedTaps,
}

impl pulp::NullaryFnOnce for MixedPlan<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { below_is_mid_side, path, taps } = self;
        let Path { below, above, frames, corner, speed, poles } = path;
        let [k1, k2] = DAMPING;
        // both cases written out, so that none is looked at for every sample
        let mut ratios = [[0.0; CHUNK]; 11];
        if below_is_mid_side {
            for n in 0..CHUNK {
                let ratio = Ratio::new((Channels::MidSide, below[n]), (Channels::LeftRight, above[n]));
                store(&mut ratios, n, ratio.numbers());
            }
        } else {
            for n in 0..CHUNK {
                let ratio = Ratio::new((Channels::LeftRight, below[n]), (Channels::MidSide, above[n]));
                store(&mut ratios, n, ratio.numbers());
            }
        }
        let [roots, u00, u01, u10, u11, powers @ ..] = ratios;
        taps.u = [u00, u01, u10, u11];
        let [a2, a3, a4, b2, b3, b4] = powers;
        for n in 0..CHUNK {
            store(&mut taps.by_u, n, weights([1.0, a2[n], a3[n], a4[n]]));
            store(&mut taps.plain, n, weights([0.0, b2[n], b3[n], b4[n]]));
        }
        let mut g = [0.0; CHUNK];
        let mut pole = if *poles == [0.0; 2] { roots[0] } else { poles[0] };
        for (g, root) in g.iter_mut().zip(&roots).take(frames) {
            pole += speed * (root - pole); // to the bit at rest
            *g = corner * pole;
        }
        *poles = [pole; 2];
        for n in 0..CHUNK {
            let g = smaller(g[n], HIGHEST);
            let ([a1, b1, c1], [a2, b2, c2]) = (svf::coefficients(g, k1), svf::coefficients(g, k2));
            store(&mut taps.poles, n, [a1, b1, c1, a2, b2, c2]);
        }
    }
}

/// What is heard of BP and HP of both sections, given the weights of u, u², u³ and u⁴.
#[inline(always)]
fn weights([u, u2, u3, u4]: [f64; 4]) -> [f64; 4] {
    let [k1, k2] = DAMPING;
    let e = 1.0 / (k1 - k2);
    let both = 2.0 * u + 3.0 * u2;
    let cross = (k1 * k2 - 4.0) * e * u2 - e * (4.0 * u3 + u4);
    [
        k1 * u - cross,
        k2 * u + cross,
        both + e * ((3.0 * k1 - k2) * u3 + k1 * u4),
        both + e * ((k1 - 3.0 * k2) * u3 - k2 * u4),
    ]
}

/// Puts the numbers of a sample into one line each.
#[inline(always)]
fn store<const N: usize>(lines: &mut [[f64; CHUNK]; N], n: usize, values: [f64; N]) {
    for k in 0..N {
        lines[k][n] = values[k];
    }
}
