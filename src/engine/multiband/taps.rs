//! What the shelves of a chunk are made of, found for all of its samples before the filters run.

use super::{CHUNK, Chunk};
use crate::dsp::exponential::exp2;
use crate::dsp::extremes::smaller;
use crate::dsp::svf::{self, Frame};

/// Damping of the two sections of a fourth-order Butterworth filter: 2 cos(π/8) and 2 cos(3π/8).
pub(super) const DAMPING: [f64; 2] = [1.847_759_065_022_573_5, 0.765_366_864_730_179_6];

/// The greatest pole frequency, tan(0.49 π): poles stay below half the sample rate whatever the gains.
pub(super) const HIGHEST: f64 = 31.820_515_953_773_853;

/// A section at every sample of a chunk: its poles, and its taps on band-pass and high-pass.
///
/// With w = √v = r^(1/4), u = w - 1, c = w + 1 each section is 1 + u (k s + c s²)/(s² + k s + 1). The product of the two has, with
/// d = u²/(k₁ - k₂), on BP and HP of the first section the taps k₁ u - d (k₁ k₂ - c²) and u c - d c (k₁ + k₂ - c k₁), of the
/// second the same with k₂ and -d. All are 0 where r is 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Taps {
    /// See [`svf::coefficients`].
    pub(super) poles: [Chunk; 3],
    pub(super) band: Chunk,
    pub(super) high: Chunk,
}

impl Default for Taps {
    fn default() -> Self {
        let zero = [[0.0; 2]; CHUNK];
        Self { poles: [zero; 3], band: zero, high: zero }
    }
}

/// What the taps of a chunk are found from.
pub(super) struct Path<'a> {
    /// Gains (log2) of the bands below and above.
    pub(super) below: &'a Chunk,
    pub(super) above: &'a Chunk,
    pub(super) frames: usize,
    /// The crossover, warped.
    pub(super) corner: f64,
    /// The share of the way that poles go in a sample.
    pub(super) speed: f64,
    /// Where the poles are, as a multiple of the crossover. 0 before the first frame.
    pub(super) poles: &'a mut Frame,
}

/// Finds the taps of both sections.
pub(super) fn find(taps: &mut [Taps; 2], path: Path<'_>) {
    pulp::Arch::new().dispatch(Plan { path, taps });
}

/// [`find`], to be compiled for each width of vectors. Rust contracts and reorders nothing, so all give the same bits.
struct Plan<'a> {
    path: Path<'a>,
    taps: &'a mut [Taps; 2],
}

impl pulp::NullaryFnOnce for Plan<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { path: Path { below, above, frames, corner, speed, poles }, taps } = self;
        // r^(1/8): where the poles go; its square is w
        let mut roots = [[0.0; 2]; CHUNK];
        let ratios = below.as_flattened().iter().zip(above.as_flattened());
        for (root, (below, above)) in roots.as_flattened_mut().iter_mut().zip(ratios) {
            *root = exp2(0.125 * (above - below));
        }
        let mut g = [[0.0; 2]; CHUNK];
        let mut pole = if *poles == [0.0; 2] { roots[0] } else { *poles };
        for (g, root) in g.iter_mut().zip(&roots).take(frames) {
            for i in 0..2 {
                pole[i] += speed * (root[i] - pole[i]); // to the bit at rest
                g[i] = corner * pole[i];
            }
        }
        *poles = pole;
        let [k1, k2] = DAMPING;
        for ((taps, k), sign) in taps.iter_mut().zip(DAMPING).zip([-1.0, 1.0]) {
            let bands = taps.band.as_flattened_mut().iter_mut();
            for ((band, high), root) in bands.zip(taps.high.as_flattened_mut()).zip(roots.as_flattened()) {
                let w = root * root;
                let (u, c) = (w - 1.0, w + 1.0);
                let d = u * u * (sign / (k1 - k2));
                *band = k * u + d * (k1 * k2 - c * c);
                *high = u * c + d * c * (k1 + k2 - c * k);
            }
            let [a, b, c] = taps.poles.each_mut().map(|values| values.as_flattened_mut());
            for ((a, b), (c, g)) in a.iter_mut().zip(b).zip(c.iter_mut().zip(g.as_flattened())) {
                [*a, *b, *c] = svf::coefficients(smaller(*g, HIGHEST), k);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use pulp::NullaryFnOnce;

    use super::*;
    use crate::multiband::mixed::MixedTaps;
    use crate::units::count;

    /// Gains that move, in log2.
    fn gains(seed: f64) -> Chunk {
        std::array::from_fn(|n| {
            [(seed * count(n)).sin(), (seed + 0.3 * count(n)).cos()].map(|x| 4.0 * x - 2.0)
        })
    }

    fn path<'a>([below, above]: &'a [Chunk; 2], poles: &'a mut Frame) -> Path<'a> {
        Path { below, above, frames: 13, corner: 0.06, speed: 0.004, poles }
    }

    /// What runs here is compiled for the least of machines, what [`find`] runs for this one.
    #[test]
    fn every_width_of_vectors_gives_the_same_bits() {
        let gains = [gains(0.7), gains(1.9)];
        let (mut first, mut second) = ([0.0; 2], [0.0; 2]);
        let (mut narrow, mut wide) = ([Taps::default(); 2], [Taps::default(); 2]);
        Plan { path: path(&gains, &mut first), taps: &mut narrow }.call();
        find(&mut wide, path(&gains, &mut second));
        assert!(first == second && first[0] > 0.0);
        for (a, b) in narrow.iter().zip(&wide) {
            assert!(a.poles == b.poles && a.band == b.band && a.high == b.high);
        }
        let (mut narrow, mut wide) = (MixedTaps::default(), MixedTaps::default());
        narrow.find_narrow(true, path(&gains, &mut first));
        wide.find(true, path(&gains, &mut second));
        assert!(narrow.u == wide.u && narrow.by_u == wide.by_u && narrow.plain == wide.plain);
        assert!(narrow.poles == wide.poles && first == second);
    }
}
