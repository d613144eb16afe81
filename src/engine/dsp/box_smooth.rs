//! Running means, stacked: the smoothest way from one gain to the next in a given time.

use crate::units::count;

/// A stack of running means of equal length, one after the other.
///
/// Two make a triangular impulse response, three a quadratic spline. The response is never negative, ends after
/// `STAGES (length - 1) + 1` samples and sums to exactly 1: the output never leaves the range of its last inputs. Source:
/// Signalsmith Audio (Luff), "Designing a straightforward limiter", 2022, and its `BoxStackFilter`.
///
/// **The length may move:** by one sample a sample, each time as a true mean over the length of that moment, so all of the above
/// holds throughout.
///
/// **Exact:** what enters a mean is rounded to multiples of 2^-32, -193 dB below full scale, so running sums never round: nothing drifts in
/// hours of running, and a constant input on that grid (0 and 1 are) comes out as itself, bit for bit. Inputs in -1..1.
#[derive(Clone, Debug)]
pub struct BoxSmooth<const STAGES: usize> {
    stages: [Mean; STAGES],
    rest: f64,
}

impl<const STAGES: usize> BoxSmooth<STAGES> {
    /// A stack of lengths 1 that rests at `rest`.
    pub fn new(rest: f64) -> Self {
        let mut stack = Self { stages: std::array::from_fn(|_| Mean::default()), rest };
        stack.resize(1);
        stack
    }

    /// Makes room for means of up to `longest` samples, below 2^19, takes that length and rests. Allocates.
    pub fn resize(&mut self, longest: usize) {
        for stage in &mut self.stages {
            stage.line.clear();
            stage.line.resize((longest + 1).next_power_of_two(), 0.0);
        }
        self.reset(longest);
    }

    /// Takes this length and rests: as if the input had always been the resting value.
    pub fn reset(&mut self, length: usize) {
        for stage in &mut self.stages {
            stage.reset(length, self.rest);
        }
    }

    /// Takes over the state of another stack with as much room. Never allocates.
    pub fn copy_from(&mut self, other: &Self) {
        for (stage, other) in self.stages.iter_mut().zip(&other.stages) {
            stage.line.copy_from_slice(&other.line);
            (stage.now, stage.length) = (other.now, other.length);
            (stage.scale, stage.sum) = (other.scale, other.sum);
        }
        self.rest = other.rest;
    }

    /// Takes the newest input, returns the smoothed value. The means get one sample closer to `length`.
    #[inline]
    pub fn push(&mut self, x: f64, length: usize) -> f64 {
        self.stages.iter_mut().fold(on_grid(x), |x, stage| stage.push(x, length))
    }
}

/// The nearest multiple of 2^-32, for |x| below 2^19: adding 1.5 * 2^20 leaves no room for finer bits.
fn on_grid(x: f64) -> f64 {
    const ROUNDER: f64 = 1.5 * 1_048_576.0;
    (x + ROUNDER) - ROUNDER
}

#[derive(Clone, Debug, Default)]
struct Mean {
    /// A ring; its length is a power of two.
    line: Vec<f64>,
    now: usize,
    length: usize,
    scale: f64,
    sum: f64,
}

impl Mean {
    fn reset(&mut self, length: usize, rest: f64) {
        self.line.fill(on_grid(rest));
        self.now = 0;
        self.length = length.clamp(1, self.line.len() - 1);
        self.scale = 1.0 / count(self.length);
        self.sum = on_grid(rest) * count(self.length);
    }

    #[inline]
    fn push(&mut self, x: f64, length: usize) -> f64 {
        if length != self.length {
            self.step_towards(length);
        }
        let mask = self.line.len() - 1;
        self.sum += x - self.line[self.now.wrapping_sub(self.length) & mask];
        self.line[self.now & mask] = x;
        self.now = self.now.wrapping_add(1);
        // the grid also takes away the rounding of the reciprocal: a mean of ones is 1
        on_grid(self.sum * self.scale)
    }

    /// Takes one more of the past samples in, or lets the oldest go.
    #[inline(never)]
    fn step_towards(&mut self, length: usize) {
        let mask = self.line.len() - 1;
        if length > self.length && self.length < mask {
            self.length += 1;
            self.sum += self.line[self.now.wrapping_sub(self.length) & mask];
        } else if length < self.length && self.length > 1 {
            self.sum -= self.line[self.now.wrapping_sub(self.length) & mask];
            self.length -= 1;
        }
        self.scale = 1.0 / count(self.length);
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
    fn naive(signal: &[f64], length: impl Fn(usize) -> usize) -> Vec<f64> {
        (0..signal.len())
            .map(|n| {
                let sum: f64 = (0..length(n)).map(|k| if k > n { 1.0 } else { signal[n - k] }).sum();
                sum / count(length(n))
            })
            .collect()
    }

    #[test]
    fn agrees_with_the_naive_means() {
        for length in [1, 2, 10, 65] {
            let signal = noise(1_000);
            let mut smooth = BoxSmooth::<2>::new(1.0);
            smooth.resize(length);
            let expected = naive(&naive(&signal, |_| length), |_| length);
            for (n, (x, expected)) in signal.iter().zip(expected).enumerate() {
                assert!((smooth.push(*x, length) - expected).abs() < 1e-9, "{length}, sample {n}");
            }
        }
    }

    #[test]
    fn agrees_with_the_naive_means_of_moving_length() {
        // there and back, one at a time
        let length = |n: usize| 5 + (n % 120).min(120 - n % 120);
        let signal = noise(2_000);
        let mut smooth = BoxSmooth::<2>::new(1.0);
        smooth.resize(70);
        smooth.reset(5);
        let expected = naive(&naive(&signal, length), length);
        for (n, (x, expected)) in signal.iter().zip(expected).enumerate() {
            assert!((smooth.push(*x, length(n)) - expected).abs() < 1e-9, "sample {n}");
        }
    }

    #[test]
    fn a_million_samples_leave_no_trace() {
        let mut smooth = BoxSmooth::<2>::new(1.0);
        smooth.resize(601);
        for (n, x) in noise(1_000_000).into_iter().enumerate() {
            smooth.push(x, 300 + n / 1000 % 300);
        }
        let mut last = 0.0;
        for _ in 0..2_000 {
            last = smooth.push(1.0, 601);
        }
        assert_eq!(last, 1.0);
    }

    #[test]
    fn stays_within_the_inputs() {
        let mut smooth = BoxSmooth::<3>::new(1.0);
        smooth.resize(21);
        for n in 0..500_u32 {
            let y = smooth.push(if n < 200 { 1.0 } else { 0.25 }, if n < 215 { 21 } else { 7 });
            assert!((0.25..=1.0).contains(&y), "sample {n}: {y}");
        }
        assert_eq!(smooth.push(0.25, 7), 0.25);
    }
}
