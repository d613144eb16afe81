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

use super::matrix::amplify;
use super::mixed::MixedTaps;
use super::settings::{BANDS, Channels};
use super::taps::{self, DAMPING, Path, Taps};
use super::{CHUNK, Chunk};
use crate::dsp::exponential::exp2;
use crate::dsp::mid_side;
use crate::dsp::svf::{Frame, Svf, warp};
use crate::units::samples_from_ms;

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

    /// Puts the poles where gains (log2) that never moved leave them, after [`reset`](Self::reset).
    pub(super) fn begin(&mut self, channels: &[Channels], gains: &[Chunk]) {
        self.process(channels, gains, &mut []);
    }

    /// Gives the channels of every band their gains (log2), in place.
    pub(super) fn process(&mut self, channels: &[Channels], gains: &[Chunk], audio: &mut [Frame]) {
        let shelves = self.shelf.iter_mut().zip(&self.corners);
        let crossovers = gains.windows(2).zip(channels.windows(2)).zip(shelves);
        for ((gains, channels), (shelf, corner)) in crossovers.rev() {
            let ([below, above], [channels_below, channels_above]) = (gains, channels) else { continue };
            let path = Path {
                below,
                above,
                frames: audio.len(),
                corner: *corner,
                speed: self.pole_speed,
                poles: &mut shelf.poles,
            };
            if channels_below != channels_above {
                let below_is_mid_side = *channels_below == Channels::MidSide;
                self.mixed_taps.find(below_is_mid_side, path);
                shelf.process_mixed(&self.mixed_taps, audio);
                continue;
            }
            taps::find(&mut self.taps, path);
            match channels_below {
                Channels::LeftRight => shelf.process(&self.taps, audio),
                Channels::MidSide => shelf.process_mid_side(&self.taps, audio),
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
            *coded = mid_side::encode(*x);
        }
        self.process(taps, coded);
        for (x, coded) in audio.iter_mut().zip(coded) {
            *x = mid_side::replace(*x, *coded);
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
