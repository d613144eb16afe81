//! Running means, stacked: the smoothest way from one gain to the next in a given time.

use crate::units::count;

/// A stack of running means: each a mean over a fixed number of samples, one after the other.
///
/// Two of equal length make a triangular impulse response, three a quadratic spline. The response is never negative, ends
/// after [`span`](Self::span) samples and sums to exactly 1: the output never leaves the range of the last `span` inputs.
/// Source: Signalsmith Audio, "Building a nice limiter" and `BoxStackFilter` (Luff, 2021-22).
///
/// **Exact:** inputs are rounded to multiples of [`GRID`](Self::GRID), and for inputs in -1..1 and a product of the lengths
/// below 2^21 every running sum is then computed without rounding. So nothing drifts in hours of running, and a constant
/// input comes out as itself, bit for bit (if it lies on the grid: 0 and 1 do).
#[derive(Clone, Debug)]
pub struct BoxSmooth<const STAGES: usize> {
    stages: [RunningSum; STAGES],
    scale: f64,
    rest: f64,
}

impl<const STAGES: usize> BoxSmooth<STAGES> {
    /// Resolution of the input: -193 dB below full scale.
    pub const GRID: f64 = 1.0 / 4_294_967_296.0;

    /// A stack of lengths 1 that rests at `rest`: 0 or 1.
    pub fn new(rest: f64) -> Self {
        Self { stages: std::array::from_fn(|_| RunningSum::default()), scale: 1.0, rest }
    }

    /// Sets the lengths of the means in samples, at least 1 each, and rests. Allocates.
    pub fn resize(&mut self, lengths: [usize; STAGES]) {
        for (stage, length) in self.stages.iter_mut().zip(lengths) {
            stage.line.clear();
            stage.line.resize(length.max(1), 0.0);
        }
        self.reset();
    }

    /// Samples from the first input that an output depends on to the last.
    pub fn span(&self) -> usize {
        self.stages.iter().map(|stage| stage.line.len() - 1).sum::<usize>() + 1
    }

    /// Rests: as if the input had always been the resting value.
    pub fn reset(&mut self) {
        let mut level = self.rest;
        let mut product = 1.0;
        for stage in &mut self.stages {
            let length = count(stage.line.len());
            stage.line.fill(level);
            stage.at = 0;
            stage.sum = level * length;
            level = stage.sum;
            product *= length;
        }
        self.scale = product;
    }

    /// Takes the newest input, returns the smoothed value.
    #[inline]
    pub fn push(&mut self, x: f64) -> f64 {
        let sum = self.stages.iter_mut().fold(on_grid(x), |x, stage| stage.push(x));
        // not times the reciprocal: a division gives 1 back exactly
        sum / self.scale
    }
}

/// The nearest multiple of 2^-32, for |x| below 2^19: adding 1.5 * 2^20 leaves no room for finer bits.
fn on_grid(x: f64) -> f64 {
    const ROUNDER: f64 = 1.5 * 1_048_576.0;
    (x + ROUNDER) - ROUNDER
}

#[derive(Clone, Debug)]
struct RunningSum {
    line: Vec<f64>,
    at: usize,
    sum: f64,
}

impl Default for RunningSum {
    fn default() -> Self {
        Self { line: vec![0.0], at: 0, sum: 0.0 }
    }
}

impl RunningSum {
    #[inline]
    fn push(&mut self, x: f64) -> f64 {
        let slot = &mut self.line[self.at];
        self.sum += x - *slot;
        *slot = x;
        self.at += 1;
        if self.at == self.line.len() {
            self.at = 0;
        }
        self.sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(n: usize) -> Vec<f64> {
        let mut state = 1_u64;
        (0..n)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                f64::from(u32::try_from(state >> 32).unwrap()) / 4_294_967_296.0
            })
            .collect()
    }

    /// One mean the slow way, at rest at 1 before the signal.
    fn naive(signal: &[f64], length: usize) -> Vec<f64> {
        (0..signal.len())
            .map(|n| {
                let sum: f64 = (0..length).map(|k| if k > n { 1.0 } else { signal[n - k] }).sum();
                sum / count(length)
            })
            .collect()
    }

    #[test]
    fn agrees_with_the_naive_means() {
        for lengths in [[1, 1], [65, 65], [3, 10], [1, 40]] {
            let signal = noise(1_000);
            let mut smooth = BoxSmooth::<2>::new(1.0);
            smooth.resize(lengths);
            assert_eq!(smooth.span(), lengths[0] + lengths[1] - 1);
            let expected = naive(&naive(&signal, lengths[0]), lengths[1]);
            for (n, (x, expected)) in signal.iter().zip(expected).enumerate() {
                assert!((smooth.push(*x) - expected).abs() < 1e-9, "{lengths:?}, sample {n}");
            }
        }
    }

    #[test]
    fn a_million_samples_leave_no_trace() {
        let mut smooth = BoxSmooth::<2>::new(1.0);
        smooth.resize([601, 601]);
        for x in noise(1_000_000) {
            smooth.push(x);
        }
        let mut last = 0.0;
        for _ in 0..smooth.span() {
            last = smooth.push(1.0);
        }
        assert_eq!(last, 1.0);
    }

    #[test]
    fn stays_within_the_inputs() {
        let mut smooth = BoxSmooth::<3>::new(1.0);
        smooth.resize([20, 21, 22]);
        for n in 0..500_u32 {
            let y = smooth.push(if n < 200 { 1.0 } else { 0.25 });
            assert!((0.25..=1.0).contains(&y), "sample {n}: {y}");
        }
        assert_eq!(smooth.push(0.25), 0.25);
    }
}
