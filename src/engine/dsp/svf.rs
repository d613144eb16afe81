//! A second-order state variable filter for stereo frames.
//!
//! Source: Andrew Simper, "Linear Trapezoidal Integrated State Variable Filter With Low Noise Optimisation" (Cytomic, 2011).
//! Its states are those of the analogue filter's integrators, so coefficients may change at any sample without a jump, and
//! it keeps its precision at low frequencies.

use std::f64::consts::PI;
use std::ops::{Add, Mul, Sub};

/// One sample of both channels: left and right, or mid and side.
pub type Frame = [f64; 2];

/// What a section needs to know of its poles: s² + k s + 1 at a frequency.
#[derive(Clone, Copy, Debug, Default)]
pub struct Coefficients {
    /// Damping, 1/Q.
    pub k: f64,
    abc: [f64; 3],
}

impl Coefficients {
    /// Poles of damping `k` at warped frequency `g` (see [`warp`]).
    pub fn new(g: f64, k: f64) -> Self {
        Self { k, abc: coefficients(g, k) }
    }
}

/// The numbers a, b, c of [`Svf::step`] for poles of damping `k` at warped frequency `g` (see [`warp`]).
#[inline(always)]
pub fn coefficients(g: f64, k: f64) -> [f64; 3] {
    let twice = 2.0 / (1.0 + g * (g + k));
    let b = g * twice;
    [twice - 1.0, b, g * b]
}

/// tan(π f/rate): the bilinear transform's frequency. Frequencies from 0.49 of the rate up are taken as that.
pub fn warp(frequency_hz: f64, sample_rate_hz: f64) -> f64 {
    (PI * (frequency_hz / sample_rate_hz).min(0.49)).tan()
}

/// The next states of the filter from its states, the input and the numbers a, b, c of [`coefficients`]; for one channel or for lanes of several.
///
/// With e = x - s₂ they are a s₁ + b e and s₂ + b s₁ + c e: Simper's equations, solved for the states, so that the next sample waits
/// for as few operations as possible.
#[inline(always)]
pub fn next_states<T>([a, b, c]: [T; 3], [s1, s2]: [T; 2], x: T) -> [T; 2]
where
    T: Copy + Add<Output = T> + Sub<Output = T> + Mul<Output = T>,
{
    let e = x - s2;
    [a * s1 + b * e, (s2 + b * s1) + c * e]
}

/// A state below this (-600 dB) counts as silence: decaying tails must not end in denormal numbers, which are slow.
pub const SILENCE: f64 = 1e-30;

/// The filter's states, one pair per channel.
#[derive(Clone, Copy, Debug, Default)]
pub struct Svf {
    s1: Frame,
    s2: Frame,
}

impl Svf {
    /// Filters a frame; returns the band-pass s/(s² + k s + 1) and the low-pass 1/(s² + k s + 1).
    #[inline(always)]
    pub fn process(&mut self, coefficients: &Coefficients, x: Frame) -> [Frame; 2] {
        self.step(coefficients.abc.map(|c| [c; 2]), x)
    }

    /// The same with [`coefficients`] a, b, c of its own for each channel.
    #[inline(always)]
    pub fn step(&mut self, [a, b, c]: [Frame; 3], x: Frame) -> [Frame; 2] {
        let [mut band, mut low] = [[0.0; 2]; 2];
        for i in 0..2 {
            let (s1, s2) = (self.s1[i], self.s2[i]);
            [self.s1[i], self.s2[i]] = next_states([a[i], b[i], c[i]], [s1, s2], x[i]);
            band[i] = 0.5 * (s1 + self.s1[i]);
            low[i] = 0.5 * (s2 + self.s2[i]);
        }
        [band, low]
    }

    /// Turns a tail that nobody can hear into silence. Call it now and then, on an absolute sample grid.
    pub fn settle(&mut self) {
        for s in self.s1.iter_mut().chain(&mut self.s2) {
            if s.abs() < SILENCE {
                *s = 0.0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::count;

    /// Gain at the analogue frequency that the bilinear transform puts at `hz`, against the transfer functions.
    #[test]
    fn agrees_with_the_analogue_filter() {
        let rate_hz = 48_000.0;
        let (centre_hz, k) = (1_000.0, 0.8);
        let g = warp(centre_hz, rate_hz);
        for hz in [100.0, 700.0, 1_000.0, 3_000.0, 15_000.0] {
            let mut svf = Svf::default();
            let c = Coefficients::new(g, k);
            let w = crate::units::radians_per_sample(hz, rate_hz);
            let (mut sums, frames) = ([[0.0; 2]; 2], 48_000_usize);
            for n in 0..2 * frames {
                let (sin, cos) = (w * count(n)).sin_cos();
                let [band, low] = svf.process(&c, [sin, -sin]);
                assert_eq!(band[0], -band[1]);
                if n >= frames {
                    for (sum, y) in sums.iter_mut().zip([band[0], low[0]]) {
                        sum[0] += y * sin * 2.0 / count(frames);
                        sum[1] += y * cos * 2.0 / count(frames);
                    }
                }
            }
            let s = warp(hz, rate_hz) / g;
            let denominator = (1.0 - s * s).hypot(k * s);
            assert!((sums[0][0].hypot(sums[0][1]) - s / denominator).abs() < 1e-9, "band at {hz} Hz");
            assert!((sums[1][0].hypot(sums[1][1]) - 1.0 / denominator).abs() < 1e-9, "low at {hz} Hz");
        }
    }

    #[test]
    fn settles_to_silence() {
        let mut svf = Svf::default();
        let c = Coefficients::new(warp(5_000.0, 48_000.0), 1.0);
        svf.process(&c, [1.0, -1.0]);
        for _ in 0..1_000 {
            svf.process(&c, [0.0; 2]);
        }
        svf.settle();
        assert_eq!(svf.process(&c, [0.0; 2]), [[0.0; 2]; 2]);
    }
}
