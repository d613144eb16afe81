//! Linear-phase FIR filters: design, and a kernel that computes [`LANES`] outputs at a time.

use std::f64::consts::PI;

use super::kaiser::{kaiser, sinc};
use crate::units::{count, whole};

/// Outputs computed together. Every output is summed in the same order whatever its lane, so blocks make no difference.
pub const LANES: usize = 8;

/// A low-pass or half-band specification, in fractions of the sample rate the filter runs at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// End of the pass-band.
    pub pass: f64,
    /// Start of the stop-band.
    pub stop: f64,
    /// Attenuation of the stop-band in dB; the pass-band's error is as small, relative to 1.
    pub attenuation_db: f64,
}

impl Band {
    /// Half-length c of the Kaiser-windowed filter of 2c + 1 taps that meets the specification.
    ///
    /// Kaiser, "Nonrecursive digital filter design using the I0-sinh window function", ISCAS 1974: N - 1 = (A - 7.95) / (2.285 Δω).
    pub fn half_length(&self) -> usize {
        let width = 2.0 * PI * (self.stop - self.pass);
        whole(((self.attenuation_db - 7.95) / (2.285 * width) / 2.0).max(1.0) + 0.5)
    }

    /// The Kaiser-windowed low-pass of 2c + 1 taps with its -6 dB point in the middle of the transition; its sum is 1.
    pub fn low_pass(&self, half_length: usize) -> Vec<f64> {
        let cutoff = self.pass + self.stop; // twice the frequency in the middle
        let beta = kaiser_beta(self.attenuation_db);
        let c = count(half_length);
        let mut taps: Vec<f64> = (0..=2 * half_length)
            .map(|n| {
                let t = count(n) - c;
                sinc(cutoff * t) * kaiser(t / c, beta)
            })
            .collect();
        let sum: f64 = taps.iter().sum();
        for tap in &mut taps {
            *tap /= sum;
        }
        taps
    }
}

/// Shape of the Kaiser window for a stop-band attenuation (Kaiser 1974).
fn kaiser_beta(attenuation_db: f64) -> f64 {
    if attenuation_db > 50.0 {
        0.1102 * (attenuation_db - 8.7)
    } else {
        0.5842 * (attenuation_db - 21.0).max(0.0).powf(0.4) + 0.07886 * (attenuation_db - 21.0).max(0.0)
    }
}

/// A symmetric FIR, ready to run: `y[i] = Σ taps[k] x[i + k]`.
#[derive(Clone, Debug, Default)]
pub struct Symmetric {
    /// Taps before the centre, from the outside in, without the zeros at the rim.
    outer: Vec<f64>,
    rim: usize,
    centre: f64,
    length: usize,
}

impl Symmetric {
    /// Takes over taps that read the same from both ends.
    pub fn new(taps: &[f64]) -> Self {
        let half = taps.len() / 2;
        let rim = taps.iter().take(half).take_while(|tap| **tap == 0.0).count();
        Self {
            outer: taps[rim..half].to_vec(),
            rim,
            centre: if taps.len() % 2 == 1 { taps[half] } else { 0.0 },
            length: taps.len(),
        }
    }

    /// Number of taps.
    pub fn len(&self) -> usize {
        self.length
    }

    /// True without taps.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// [`LANES`] neighbouring outputs. `x` starts at the first output's oldest sample and holds `len() + LANES - 1` samples at least.
    #[inline]
    pub fn lanes(&self, x: &[f64]) -> [f64; LANES] {
        let mut sum = [0.0; LANES];
        let Some(x) = x.get(..self.length + LANES - 1) else { return sum };
        if self.length % 2 == 1 {
            for (sum, x) in sum.iter_mut().zip(&x[self.length / 2..]) {
                *sum = self.centre * x;
            }
        }
        let windows = x.windows(LANES);
        for ((old, new), tap) in windows.clone().zip(windows.rev()).skip(self.rim).zip(&self.outer) {
            for ((sum, old), new) in sum.iter_mut().zip(old).zip(new) {
                *sum += tap * (old + new);
            }
        }
        sum
    }
}

/// Samples with the history that a filter needs in front of each block, and room to compute whole lanes beyond its end.
#[derive(Clone, Debug, Default)]
pub struct Line {
    samples: Vec<f64>,
    history: usize,
}

impl Line {
    /// Room for `history` samples and blocks of up to `block`; silent.
    pub fn new(history: usize, block: usize) -> Self {
        Self { samples: vec![0.0; history + block.next_multiple_of(LANES)], history }
    }

    /// Fills with silence.
    pub fn reset(&mut self) {
        self.samples.fill(0.0);
    }

    /// Where the next block goes.
    #[inline]
    pub fn block(&mut self, frames: usize) -> &mut [f64] {
        &mut self.samples[self.history..self.history + frames]
    }

    /// History and block; the window of output i starts at i.
    #[inline]
    pub fn all(&self) -> &[f64] {
        &self.samples
    }

    /// Makes the end of a block the history of the next.
    #[inline]
    pub fn advance(&mut self, frames: usize) {
        self.samples.copy_within(frames..frames + self.history, 0);
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::units::db_from_gain;

    /// Magnitude of taps at a frequency, as a fraction of the sample rate: the definition.
    pub(crate) fn magnitude(taps: &[f64], frequency: f64) -> f64 {
        let (mut re, mut im) = (0.0, 0.0);
        for (n, tap) in taps.iter().enumerate() {
            let angle = 2.0 * PI * frequency * count(n);
            re += tap * angle.cos();
            im += tap * angle.sin();
        }
        re.hypot(im)
    }

    /// Greatest pass-band error (relative to 1) and greatest stop-band gain.
    pub(crate) fn errors(taps: &[f64], band: &Band) -> (f64, f64) {
        let grid = |from: f64, to: f64| (0..=400).map(move |n| from + (to - from) * f64::from(n) / 400.0);
        let pass = grid(0.0, band.pass).map(|f| (magnitude(taps, f) - 1.0).abs()).fold(0.0, f64::max);
        let stop = grid(band.stop, 0.5).map(|f| magnitude(taps, f)).fold(0.0, f64::max);
        (pass, stop)
    }

    #[test]
    fn low_pass_meets_its_figures() {
        for attenuation_db in [60.0, 90.0, 110.0, 130.0] {
            let band = Band { pass: 0.2083, stop: 0.25, attenuation_db };
            let (pass, stop) = errors(&band.low_pass(band.half_length()), &band);
            assert!(db_from_gain(stop) < -attenuation_db + 1.0, "{} dB", db_from_gain(stop));
            assert!(db_from_gain(pass) < -attenuation_db + 3.0, "{} dB", db_from_gain(pass));
        }
    }

    #[test]
    fn lanes_are_the_convolution() {
        for taps in [vec![3.0], vec![1.0, 1.0], vec![0.0, 2.0, 5.0, 2.0, 0.0], vec![0.5, -1.0, -1.0, 0.5]] {
            let x: Vec<f64> = (0..taps.len() + LANES - 1).map(|n| (count(n) * 1.7).sin()).collect();
            let filter = Symmetric::new(&taps);
            assert_eq!(filter.len(), taps.len());
            for (i, y) in filter.lanes(&x).into_iter().enumerate() {
                let expected: f64 = taps.iter().zip(&x[i..]).map(|(tap, x)| tap * x).sum();
                assert!((y - expected).abs() < 1e-14);
            }
        }
    }
}
