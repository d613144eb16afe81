//! Dynamic phase: the bands' gains as a series of shelves.
//!
//! With gains g₁ ... gₙ from the lowest band the output is g₁ Π S(gᵢ₊₁/gᵢ), where S(r) is a fourth-order Butterworth high shelf
//! at crossover i, with 1 below and r above it. Where all gains agree there is no filter, and where all are 1 the output is
//! the input, bit for bit. A band whose gain differs brings its own, minimum phase, and no latency.
//!
//! A shelf is two sections (v s² + k √v s + 1)/(s² + k s + 1), v = √r, with Butterworth's k. Its poles lie r^(1/8) times the
//! crossover and its zeros as far on the other side, so it has half its gain in dB at the crossover itself.
//!
//! Gains move at every sample, and three choices keep one band's fast gain out of the others (measured in
//! `tests/multiband_motion.rs`; a cascade of low shelves misplaces a 30 Hz tone by 10 dB for moments, this by 0.05 dB):
//!
//! - The sections of a shelf are not in series. Its response is expanded in partial fractions over the same poles, so gains
//!   act on output taps alone, at once, and the filters never hear them.
//! - High shelves, not low ones: at a shelf's far side the signal passes its high-pass, which delays it less the higher it
//!   is, while a low-pass would delay by the same time everything below.
//! - From the highest crossover down, g₁ last: a shelf hears modulated only what lies above the shelves before it,
//!   where its own high-pass is quickest.
//!
//! The poles follow the gains in 5 ms.

use super::settings::BANDS;
use super::{CHUNK, Chunk};
use crate::dsp::exponential::{exp2, smaller};
use crate::dsp::svf::{Frame, StereoCoefficients, Svf, warp};
use crate::units::samples_from_ms;

/// Damping of the two sections of a fourth-order Butterworth filter: 2 cos(π/8) and 2 cos(3π/8).
const DAMPING: [f64; 2] = [1.847_759_065_022_573_5, 0.765_366_864_730_179_6];

/// The greatest pole frequency, tan(0.49 π): poles stay below half the sample rate whatever the gains.
const HIGHEST: f64 = 31.820_515_953_773_853;

/// Time constant of the poles on their way to where the gains want them. A pole that jumps rings for a moment.
const POLES_MS: f64 = 5.0;

/// The shelves of all crossovers.
#[derive(Clone, Debug, Default)]
pub(super) struct Shelves {
    corners: [f64; BANDS - 1],
    shelf: [Shelf; BANDS - 1],
    /// The share of the way that poles go in a sample.
    pole_speed: f64,
}

/// A shelf's state.
#[derive(Clone, Copy, Debug, Default)]
struct Shelf {
    first: Svf,
    second: Svf,
    /// Where the poles are, as a multiple of the crossover. 0 before the first frame.
    poles: Frame,
}

impl Shelves {
    pub(super) fn reset(&mut self) {
        self.shelf = Default::default();
    }

    pub(super) fn set(&mut self, crossovers_hz: &[f64; BANDS - 1], sample_rate_hz: f64) {
        self.corners = crossovers_hz.map(|hz| warp(hz, sample_rate_hz));
        self.pole_speed = -(-1.0 / samples_from_ms(POLES_MS, sample_rate_hz)).exp_m1();
    }

    /// Gives every band its gain (log2), in place.
    pub(super) fn process(&mut self, gains: &[Chunk], audio: &mut [Frame]) {
        let mut roots = [[0.0; 2]; CHUNK];
        let roots = &mut roots[..audio.len()];
        let count = gains.len().saturating_sub(1).min(BANDS - 1);
        let shelves = self.shelf[..count].iter_mut().zip(&self.corners);
        for (pair, (shelf, corner)) in gains.windows(2).zip(shelves).rev() {
            let [below, above] = pair else { continue };
            for ((root, below), above) in roots.iter_mut().zip(below).zip(above) {
                *root = [exp2(0.125 * (above[0] - below[0])), exp2(0.125 * (above[1] - below[1]))];
            }
            shelf.process(*corner, self.pole_speed, roots, audio);
        }
        if let Some(first) = gains.first() {
            for (x, gain) in audio.iter_mut().zip(first) {
                *x = [x[0] * exp2(gain[0]), x[1] * exp2(gain[1])];
            }
        }
    }

    /// Turns inaudible tails into silence. Call on an absolute sample grid.
    pub(super) fn settle(&mut self) {
        for shelf in &mut self.shelf {
            shelf.first.settle();
            shelf.second.settle();
        }
    }
}

impl Shelf {
    /// Filters frames in place. `roots` are r^(1/8), and where the poles go.
    fn process(&mut self, corner: f64, speed: f64, roots: &[Frame], audio: &mut [Frame]) {
        let mut g = [[0.0; 2]; CHUNK];
        let mut poles = if self.poles == [0.0; 2] { roots[0] } else { self.poles };
        for (g, root) in g.iter_mut().zip(roots) {
            for i in 0..2 {
                poles[i] += speed * (root[i] - poles[i]);
                g[i] = smaller(corner * poles[i], HIGHEST);
            }
        }
        self.poles = poles;
        let mut sections = [self.first, self.second];
        for ((x, root), g) in audio.iter_mut().zip(roots).zip(&g) {
            *x = shelf(&mut sections, *g, *root, *x);
        }
        [self.first, self.second] = sections;
    }
}

/// One sample through a shelf; `root` is r^(1/8), so w = √v is its square.
///
/// With u = w - 1, c = w + 1 each section is 1 + u (k s + c s²)/(s² + k s + 1). The product of the two has, with
/// d = u²/(k₁ - k₂), the taps below on BP and HP of either section; all are 0 where r is 1.
#[inline]
fn shelf(sections: &mut [Svf; 2], g: Frame, root: Frame, x: Frame) -> Frame {
    let [k1, k2] = DAMPING;
    let [first, second] = sections;
    let [band1, low1] = first.process_stereo(&StereoCoefficients::new(g, k1), x);
    let [band2, low2] = second.process_stereo(&StereoCoefficients::new(g, k2), x);
    let mut y = x;
    for i in 0..2 {
        let w = root[i] * root[i];
        let (u, c) = (w - 1.0, w + 1.0);
        let d = u * u * (1.0 / (k1 - k2));
        let band = d * (k1 * k2 - c * c);
        let high = d * c;
        let high1 = x[i] - k1 * band1[i] - low1[i];
        let high2 = x[i] - k2 * band2[i] - low2[i];
        y[i] += (k1 * u - band) * band1[i] + (k2 * u + band) * band2[i];
        y[i] += (u * c - high * (k1 + k2 - c * k1)) * high1 + (u * c + high * (k1 + k2 - c * k2)) * high2;
    }
    y
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{count, radians_per_sample};

    /// The partial fractions against the product of the two sections as they are written.
    #[test]
    fn a_shelf_is_the_product_of_its_sections() {
        let (rate_hz, hz) = (48_000.0, 900.0);
        let corner = warp(1_000.0, rate_hz);
        for gain_db in [-40.0, -6.0, 0.0, 3.0, 24.0] {
            let r = crate::units::gain_from_db(gain_db);
            let (root, mut shelf, mut sums) = ([r.powf(0.125); 2], Shelf::default(), [0.0; 2]);
            for n in 0..96_000_usize {
                let (sin, cos) = (radians_per_sample(hz, rate_hz) * count(n)).sin_cos();
                let mut y = [[sin; 2]];
                shelf.process(corner, 0.1, &[root], &mut y);
                if n >= 48_000 {
                    sums[0] += y[0][0] * sin / 24_000.0;
                    sums[1] += y[0][0] * cos / 24_000.0;
                }
            }
            // s = j f/f₀, f₀ being the pole frequency; complex numbers as (real, imaginary)
            let f = warp(hz, rate_hz) / (corner * root[0]);
            let (v, k_of) = (r.sqrt(), DAMPING);
            let magnitude = |a: f64, k: f64| (1.0 - a * f * f).hypot(k * f);
            let expected: f64 =
                k_of.iter().map(|k| magnitude(v, k * v.sqrt()) / magnitude(1.0, *k)).product();
            assert!((sums[0].hypot(sums[1]) / expected - 1.0).abs() < 1e-9, "{gain_db} dB");
        }
    }
}
