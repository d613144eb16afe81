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
//!
//! Where left/right bands meet mid/side bands the gains are matrices ([`super::matrix`]), and the shelf takes R = Gᵢ⁻¹ Gᵢ₊₁. In this
//! order the product telescopes to every band's own gain, and in between it passes along the geodesic of positive definite
//! matrices, G₁ (G₁⁻¹ G₂)ᵗ (Bhatia, "Positive Definite Matrices", 2007, section 6.1), with the shelf's phase.

use super::matrix::{Ratio, amplify, mid_side};
use super::settings::{BANDS, Channels};
use super::{CHUNK, Chunk};
use crate::dsp::exponential::{exp2, smaller};
use crate::dsp::svf::{self, Frame, Svf, warp};
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
    /// Of the chunk and the shelf at work.
    taps: [Taps; 2],
    mixed_taps: MixedTaps,
}

/// A shelf's state.
#[derive(Clone, Copy, Debug, Default)]
struct Shelf {
    sections: [Svf; 2],
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

    /// Gives the channels of every band their gains (log2), in place.
    pub(super) fn process(&mut self, channels: &[Channels], gains: &[Chunk], audio: &mut [Frame]) {
        let shelves = self.shelf.iter_mut().zip(&self.corners);
        let crossovers = gains.windows(2).zip(channels.windows(2)).zip(shelves);
        for ((gains, channels), (shelf, corner)) in crossovers.rev() {
            let ([below, above], [channels_below, channels_above]) = (gains, channels) else { continue };
            let channels = &[*channels_below, *channels_above];
            match channels {
                [Channels::LeftRight, Channels::MidSide] | [Channels::MidSide, Channels::LeftRight] => {
                    pulp::Arch::new().dispatch(MixedPlan {
                        below_is_mid_side: channels[0] == Channels::MidSide,
                        below,
                        above,
                        frames: audio.len(),
                        corner: *corner,
                        speed: self.pole_speed,
                        poles: &mut shelf.poles,
                        taps: &mut self.mixed_taps,
                    });
                    shelf.process_mixed(&self.mixed_taps, audio);
                }
                _ => {
                    pulp::Arch::new().dispatch(Plan {
                        below,
                        above,
                        frames: audio.len(),
                        corner: *corner,
                        speed: self.pole_speed,
                        poles: &mut shelf.poles,
                        taps: &mut self.taps,
                    });
                    if *channels == [Channels::MidSide; 2] {
                        shelf.process_mid_side(&self.taps, audio);
                    } else {
                        shelf.process(&self.taps, audio);
                    }
                }
            }
        }
        if let Some((gains, channels)) = gains.iter().zip(channels).next() {
            for (x, gain) in audio.iter_mut().zip(gains) {
                *x = amplify(*channels, gain.map(exp2), *x);
            }
        }
    }

    /// Turns inaudible tails into silence. Call on an absolute sample grid.
    pub(super) fn settle(&mut self) {
        self.shelf.iter_mut().flat_map(|shelf| &mut shelf.sections).for_each(Svf::settle);
    }
}

/// A section at every sample of a chunk: its poles, and its taps on band-pass and high-pass.
///
/// With w = √v = r^(1/4), u = w - 1, c = w + 1 each section is 1 + u (k s + c s²)/(s² + k s + 1). The product of the two has, with
/// d = u²/(k₁ - k₂), on BP and HP of the first section the taps k₁ u - d (k₁ k₂ - c²) and u c - d c (k₁ + k₂ - c k₁), of the
/// second the same with k₂ and -d. All are 0 where r is 1.
#[derive(Clone, Copy, Debug)]
struct Taps {
    poles: [Chunk; 3],
    band: Chunk,
    high: Chunk,
}

impl Default for Taps {
    fn default() -> Self {
        let zero = [[0.0; 2]; CHUNK];
        Self { poles: [zero; 3], band: zero, high: zero }
    }
}

/// Finds the [`Taps`] of both sections for the ratio of two bands' gains (log2); to be compiled for each width of vectors. Rust
/// contracts and reorders nothing, so all give the same bits.
struct Plan<'a> {
    below: &'a Chunk,
    above: &'a Chunk,
    frames: usize,
    corner: f64,
    speed: f64,
    poles: &'a mut Frame,
    taps: &'a mut [Taps; 2],
}

impl pulp::NullaryFnOnce for Plan<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { below, above, frames, corner, speed, poles, taps } = self;
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
                pole[i] = (1.0 - speed) * pole[i] + speed * root[i];
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

impl Shelf {
    /// Filters a chunk in place.
    fn process(&mut self, taps: &[Taps; 2], audio: &mut [Frame]) {
        let mut sections = self.sections;
        for (n, x) in audio.iter_mut().enumerate().take(CHUNK) {
            let mut y = *x;
            for ((section, taps), k) in sections.iter_mut().zip(taps).zip(DAMPING) {
                let [a, b, c] = taps.poles.each_ref().map(|values| values[n]);
                let [band, low] = section.step([a, b, c], *x);
                for i in 0..2 {
                    let high = x[i] - k * band[i] - low[i];
                    y[i] += taps.band[n][i] * band[i] + taps.high[n][i] * high;
                }
            }
            *x = y;
        }
        self.sections = sections;
    }

    /// Filters mid and side of a chunk in place. Only what the shelf changes passes the matrix back to left and right, so that what is
    /// idle stays as it was to the bit.
    fn process_mid_side(&mut self, taps: &[Taps; 2], audio: &mut [Frame]) {
        let mut coded = [[0.0; 2]; CHUNK];
        let coded = &mut coded[..audio.len()];
        for (coded, x) in coded.iter_mut().zip(&*audio) {
            *coded = mid_side(*x);
        }
        self.process(taps, coded);
        for (x, coded) in audio.iter_mut().zip(coded) {
            let was = mid_side(*x);
            let (mid, side) = (coded[0] - was[0], coded[1] - was[1]);
            *x = [x[0] + (mid + side), x[1] + (mid - side)];
        }
    }

    /// Filters a chunk of left and right in place by a ratio that mixes them. Filters and poles are the same for both channels, so only
    /// the taps know of the matrix, and no state has to change its terms.
    fn process_mixed(&mut self, taps: &MixedTaps, audio: &mut [Frame]) {
        let [mut first, mut second] = self.sections;
        let [k1, k2] = DAMPING;
        for (n, x) in audio.iter_mut().enumerate().take(CHUNK) {
            let [a1, b1, c1, a2, b2, c2] = taps.poles.each_ref().map(|values| [values[n]; 2]);
            let [band1, low1] = first.step([a1, b1, c1], *x);
            let [band2, low2] = second.step([a2, b2, c2], *x);
            let by_u = taps.by_u.each_ref().map(|values| values[n]);
            let plain = taps.plain.each_ref().map(|values| values[n]);
            let (mut to_u, mut changed) = ([0.0; 2], [0.0; 2]);
            for i in 0..2 {
                let high1 = x[i] - k1 * band1[i] - low1[i];
                let high2 = x[i] - k2 * band2[i] - low2[i];
                let heard = [band1[i], band2[i], high1, high2];
                let sum = |taps: [f64; 4]| {
                    (taps[0] * heard[0] + taps[1] * heard[1]) + (taps[2] * heard[2] + taps[3] * heard[3])
                };
                to_u[i] = sum(by_u);
                changed[i] = sum(plain);
            }
            let [u00, u01, u10, u11] = taps.u.each_ref().map(|values| values[n]);
            *x = [
                x[0] + (changed[0] + (u00 * to_u[0] + u01 * to_u[1])),
                x[1] + (changed[1] + (u10 * to_u[0] + u11 * to_u[1])),
            ];
        }
        self.sections = [first, second];
    }
}

/// A shelf whose ratio is a matrix, at every sample of a chunk.
///
/// Its taps are those of [`Taps`] with U in place of u: sums of powers of U, each of which is a U + b. So each of the signals BP and
/// HP of the first and of the second section goes with one factor through U, and with another to the output.
#[derive(Clone, Debug)]
struct MixedTaps {
    /// Of the first section, then of the second: see [`svf::coefficients`].
    poles: [[f64; CHUNK]; 6],
    u: [[f64; CHUNK]; 4],
    by_u: [[f64; CHUNK]; 4],
    plain: [[f64; CHUNK]; 4],
}

impl Default for MixedTaps {
    fn default() -> Self {
        let zero = [0.0; CHUNK];
        Self { poles: [zero; 6], u: [zero; 4], by_u: [zero; 4], plain: [zero; 4] }
    }
}

/// Finds the [`MixedTaps`], as [`Plan`] does the others.
struct MixedPlan<'a> {
    below_is_mid_side: bool,
    below: &'a Chunk,
    above: &'a Chunk,
    frames: usize,
    corner: f64,
    speed: f64,
    poles: &'a mut Frame,
    taps: &'a mut MixedTaps,
}

impl pulp::NullaryFnOnce for MixedPlan<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { below_is_mid_side, below, above, frames, corner, speed, poles, taps } = self;
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
            pole = (1.0 - speed) * pole + speed * root;
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

#[cfg(test)]
mod tests {
    use num_complex::Complex;

    use super::*;
    use crate::units::{count, radians_per_sample};

    /// The partial fractions against the product of the two sections as they are written.
    #[test]
    fn a_shelf_is_the_product_of_its_sections() {
        let (rate_hz, hz) = (48_000.0, 900.0);
        let corner = warp(1_000.0, rate_hz);
        for gain_db in [-40.0, -6.0, 0.0, 3.0, 24.0] {
            let r = crate::units::gain_from_db(gain_db);
            let mut shelves = Shelves::default();
            shelves.set(&[1_000.0; BANDS - 1], rate_hz);
            let gains = [[[0.0; 2]; CHUNK], [[r.log2(); 2]; CHUNK]];
            let mut sums = [0.0; 2];
            for n in 0..96_000_usize {
                let (sin, cos) = (radians_per_sample(hz, rate_hz) * count(n)).sin_cos();
                let mut y = [[sin; 2]];
                shelves.process(&[Channels::LeftRight; 2], &gains, &mut y);
                if n >= 48_000 {
                    sums[0] += y[0][0] * sin / 24_000.0;
                    sums[1] += y[0][0] * cos / 24_000.0;
                }
            }
            // s = j f/f₀, f₀ being the pole frequency; complex numbers as (real, imaginary)
            let f = warp(hz, rate_hz) / (corner * r.powf(0.125));
            let (v, k_of) = (r.sqrt(), DAMPING);
            let magnitude = |a: f64, k: f64| (1.0 - a * f * f).hypot(k * f);
            let expected: f64 =
                k_of.iter().map(|k| magnitude(v, k * v.sqrt()) / magnitude(1.0, *k)).product();
            assert!((sums[0].hypot(sums[1]) / expected - 1.0).abs() < 1e-9, "{gain_db} dB");
        }
    }

    /// A shelf between left/right and mid/side against the function of a matrix by Sylvester's formula: with the
    /// eigenvalues p and q of R, H(R) = (H(p) (R - q) - H(q) (R - p))/(p - q).
    #[test]
    fn a_mixed_shelf_is_the_function_of_its_ratio() {
        let (rate_hz, corner_hz) = (48_000.0, 1_000.0);
        let corner = warp(corner_hz, rate_hz);
        // left and right 0 and -12 dB below, mid and side +6 and -18 dB above; in log2
        let gains = [[[0.0, -2.0]; CHUNK], [[1.0, -3.0]; CHUNK]];
        let (same, other): (f64, f64) = (0.5 * (2.0 + 0.125), 0.5 * (2.0 - 0.125));
        let r = [[same, other], [4.0 * other, 4.0 * same]];
        let (trace, determinant) = (r[0][0] + r[1][1], r[0][0] * r[1][1] - r[0][1] * r[1][0]);
        let root = (0.25 * trace * trace - determinant).sqrt();
        let [p, q] = [0.5 * trace + root, 0.5 * trace - root];
        for hz in [100.0, 600.0, 1_000.0, 2_500.0, 15_000.0] {
            let s = Complex::new(0.0, warp(hz, rate_hz) / (corner * determinant.powf(1.0 / 16.0)));
            let response = |r: f64| -> Complex<f64> {
                let v = r.sqrt();
                DAMPING
                    .iter()
                    .map(|k| (s * s * v + s * k * v.sqrt() + 1.0) / (s * s + s * *k + 1.0))
                    .product()
            };
            let [from_p, from_q] = [response(p), response(q)];
            for channel in 0..2 {
                let (mut shelves, mut sums) = (Shelves::default(), [Complex::new(0.0, 0.0); 2]);
                shelves.set(&[corner_hz; BANDS - 1], rate_hz);
                for n in 0..96_000_usize {
                    let (sin, cos) = (radians_per_sample(hz, rate_hz) * count(n)).sin_cos();
                    let mut x = [0.0; 2];
                    x[channel] = sin;
                    let mut y = [x];
                    shelves.process(&[Channels::LeftRight, Channels::MidSide], &gains, &mut y);
                    if n >= 48_000 {
                        // without the gains of the lower band, 1 and 1/4
                        for (sum, y) in sums.iter_mut().zip([y[0][0], 4.0 * y[0][1]]) {
                            *sum += Complex::new(y * sin, y * cos) / 24_000.0;
                        }
                    }
                }
                for (row, heard) in sums.into_iter().enumerate() {
                    let unit = f64::from(u8::from(row == channel));
                    let entry = r[row][channel];
                    let expected = (from_p * (entry - q * unit) - from_q * (entry - p * unit)) / (p - q);
                    assert!((heard - expected).norm() < 1e-8, "{heard} for {expected} at {hz} Hz");
                }
            }
        }
    }
}
