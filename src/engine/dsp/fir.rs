//! Symmetric FIR filters at work. Their design: [`equiripple`](super::equiripple).
#![allow(
    clippy::inline_always,
    reason = "what runs under pulp's dispatch must be compiled with it, for the same vector unit"
)]

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

    /// Adds as many outputs to `y` as it holds. `x` starts at the first output's oldest sample and ends with the last one's newest.
    ///
    /// Each output is summed in the same order wherever it lies in the block, so blocks make no difference.
    #[inline(always)]
    pub fn add(&self, x: &[f64], y: &mut [f64]) {
        let window = |k: usize| x[k..].iter();
        if self.length % 2 == 1 {
            for (y, x) in y.iter_mut().zip(window(self.length / 2)) {
                *y += self.centre * x;
            }
        }
        let pair = |n: usize| window(self.rim + n).zip(window(self.length - 1 - self.rim - n));
        let mut n = 0;
        // four pairs of taps at a time: so the sums are fetched and stored a quarter as often
        let fours = self.outer.chunks_exact(4);
        let rest = fours.remainder();
        for taps in fours {
            let pairs = pair(n).zip(pair(n + 1)).zip(pair(n + 2).zip(pair(n + 3)));
            for (y, ((a, b), (c, d))) in y.iter_mut().zip(pairs) {
                *y += (taps[0] * (a.0 + a.1) + taps[1] * (b.0 + b.1))
                    + (taps[2] * (c.0 + c.1) + taps[3] * (d.0 + d.1));
            }
            n += 4;
        }
        for tap in rest {
            for (y, (old, new)) in y.iter_mut().zip(pair(n)) {
                *y += tap * (old + new);
            }
            n += 1;
        }
    }
}

/// Samples with the history that a filter needs in front of each block.
#[derive(Clone, Debug, Default)]
pub struct Line {
    samples: Vec<f64>,
    history: usize,
}

impl Line {
    /// Room for `history` samples and blocks of up to `block`; silent.
    pub fn new(history: usize, block: usize) -> Self {
        Self { samples: vec![0.0; history + block], history }
    }

    /// Fills with silence.
    pub fn reset(&mut self) {
        self.samples.fill(0.0);
    }

    /// Where the next block goes.
    #[inline(always)]
    pub fn block(&mut self, frames: usize) -> &mut [f64] {
        &mut self.samples[self.history..self.history + frames]
    }

    /// History and block of the given length; the window of output i starts at i.
    #[inline(always)]
    pub fn all(&self, frames: usize) -> &[f64] {
        &self.samples[..self.history + frames]
    }

    /// Makes the end of a block the history of the next.
    #[inline(always)]
    pub fn advance(&mut self, frames: usize) {
        self.samples.copy_within(frames..frames + self.history, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::count;

    #[test]
    fn adds_the_convolution() {
        let long: Vec<f64> = (0..23).map(|n| count(n.min(22 - n)).cos()).collect();
        for taps in
            [vec![3.0], vec![1.0, 1.0], vec![0.0, 2.0, 5.0, 2.0, 0.0], vec![0.5, -1.0, -1.0, 0.5], long]
        {
            let x: Vec<f64> = (0..taps.len() + 18).map(|n| (count(n) * 1.7).sin()).collect();
            let mut y = vec![0.25; 19];
            Symmetric::new(&taps).add(&x, &mut y);
            for (i, y) in y.into_iter().enumerate() {
                let expected: f64 = taps.iter().zip(&x[i..]).map(|(tap, x)| tap * x).sum();
                assert!((y - expected - 0.25).abs() < 1e-13);
            }
        }
    }
}
