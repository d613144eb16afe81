//! Dynamic phase: the bands' gains as a series of shelves.
//!
//! With gains g₁ ... gₙ from the lowest band the output is gₙ Π S(gᵢ/gᵢ₊₁), where S(r) is a fourth-order Butterworth low shelf
//! at crossover i, with r below and 1 above it. Where all gains agree there is no filter, and where all are 1 the output is
//! the input, bit for bit. A band whose gain differs brings its own, minimum phase, and no latency.
//!
//! A shelf is two sections (s² + k √v s + v)/(s² + k s + 1), v = √r, with Butterworth's k. As a state variable filter that is
//! x + k (√v - 1) BP + (v - 1) LP. The poles lie r^(-1/8) times the crossover and the zeros as far on its other side, so a
//! shelf has half its gain in dB at the crossover itself.
//!
//! Gains move at every sample, and the order matters: the shelves come from the lowest crossover up and gₙ at the end. A
//! fast gain of a high band is undone for the bands below by the shelf's output taps, which act at once; in the
//! opposite order it would have to pass the slow filters of the lower shelves first.

use super::settings::BANDS;
use super::{CHUNK, Chunk};
use crate::dsp::exponential::exp2;
use crate::dsp::svf::{Coefficients, Frame, Svf, warp};

/// Damping of the two sections of a fourth-order Butterworth filter: 2 cos(π/8) and 2 cos(3π/8).
const DAMPING: [f64; 2] = [1.847_759_065_022_573_5, 0.765_366_864_730_179_6];

/// The greatest pole frequency, tan(0.49 π): poles stay below half the sample rate whatever the gains.
const HIGHEST: f64 = 31.820_515_953_773_853;

/// The shelves of all crossovers.
#[derive(Clone, Debug, Default)]
pub(super) struct Shelves {
    corners: [f64; BANDS - 1],
    sections: [[Svf; 2]; BANDS - 1],
}

impl Shelves {
    pub(super) fn reset(&mut self) {
        self.sections = Default::default();
    }

    pub(super) fn set(&mut self, crossovers_hz: &[f64; BANDS - 1], sample_rate_hz: f64) {
        self.corners = crossovers_hz.map(|hz| warp(hz, sample_rate_hz));
    }

    /// Gives every band its gain (log2), in place.
    pub(super) fn process(&mut self, gains: &[Chunk], audio: &mut [Frame]) {
        let mut roots = [[0.0; 2]; CHUNK];
        let roots = &mut roots[..audio.len()];
        let shelves = self.sections.iter_mut().zip(&self.corners);
        for (pair, (sections, corner)) in gains.windows(2).zip(shelves) {
            let [below, above] = pair else { continue };
            for ((root, below), above) in roots.iter_mut().zip(below).zip(above) {
                *root = [0, 1].map(|i| exp2(0.125 * (below[i] - above[i])));
            }
            for (x, root) in audio.iter_mut().zip(roots.iter()) {
                *x = shelf(sections, *corner, *root, *x);
            }
        }
        if let Some(last) = gains.last() {
            for (x, gain) in audio.iter_mut().zip(last) {
                *x = [x[0] * exp2(gain[0]), x[1] * exp2(gain[1])];
            }
        }
    }

    /// Turns inaudible tails into silence. Call on an absolute sample grid.
    pub(super) fn settle(&mut self) {
        self.sections.iter_mut().flatten().for_each(Svf::settle);
    }
}

/// One sample through a shelf; `root` is r^(1/8), so √v is its square and v its fourth power.
#[inline]
fn shelf(sections: &mut [Svf; 2], corner: f64, root: Frame, x: Frame) -> Frame {
    let g = root.map(|root| (corner / root).min(HIGHEST));
    let half = root.map(|root| root * root);
    sections.iter_mut().zip(DAMPING).fold(x, |x, (section, k)| {
        let c = g.map(|g| Coefficients::new(g, k));
        let [band, low] = section.process_each(&c, x);
        [0, 1].map(|i| x[i] + k * (half[i] - 1.0) * band[i] + (half[i] * half[i] - 1.0) * low[i])
    })
}
