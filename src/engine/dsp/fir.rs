//! Symmetric FIR filters at work. Their design: [`equiripple`](super::equiripple).

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

    /// Fills `y`, or with `ADD` adds to it. `x` starts at the first output's oldest sample and ends with the last one's newest.
    ///
    /// Each output is summed in the same order wherever it lies in the block, so blocks make no difference.
    #[inline(always)]
    pub fn process<const ADD: bool>(&self, x: &[f64], y: &mut [f64]) {
        // as many sums as fit the registers, through all taps
        let mut tiles = y.chunks_exact_mut(4 * VECTOR);
        let mut at = 0;
        for tile in &mut tiles {
            self.process_tile::<4, ADD>(&x[at..], tile);
            at += 4 * VECTOR;
        }
        let mut tiles = tiles.into_remainder().chunks_exact_mut(VECTOR);
        for tile in &mut tiles {
            self.process_tile::<1, ADD>(&x[at..], tile);
            at += VECTOR;
        }
        for (n, y) in tiles.into_remainder().iter_mut().enumerate() {
            let sum = self.sum(&x[at + n..]);
            *y = if ADD { *y + sum } else { sum };
        }
    }

    /// [`sum`](Self::sum) for `N` vectors of outputs side by side.
    #[inline(always)]
    fn process_tile<const N: usize, const ADD: bool>(&self, x: &[f64], y: &mut [f64]) {
        let mut sums = [[0.0; VECTOR]; N];
        if self.length % 2 == 1 {
            for (sum, x) in sums.iter_mut().zip(x[self.length / 2..].chunks_exact(VECTOR)) {
                for i in 0..VECTOR {
                    sum[i] = self.centre * x[i];
                }
            }
        }
        let old = x[self.rim..].windows(N * VECTOR);
        let new = x[..self.length + N * VECTOR - 1 - self.rim].windows(N * VECTOR).rev();
        for (tap, (old, new)) in self.outer.iter().zip(old.zip(new)) {
            let pairs = old.chunks_exact(VECTOR).zip(new.chunks_exact(VECTOR));
            for (sum, (old, new)) in sums.iter_mut().zip(pairs) {
                for i in 0..VECTOR {
                    sum[i] += tap * (old[i] + new[i]);
                }
            }
        }
        for (y, sum) in y.iter_mut().zip(sums.as_flattened()) {
            *y = if ADD { *y + sum } else { *sum };
        }
    }

    #[inline(always)]
    fn sum(&self, x: &[f64]) -> f64 {
        let middle = if self.length % 2 == 1 { self.centre * x[self.length / 2] } else { 0.0 };
        let pairs = x[self.rim..].iter().zip(x[..self.length - self.rim].iter().rev());
        self.outer.iter().zip(pairs).fold(middle, |sum, (tap, (old, new))| sum + tap * (old + new))
    }
}

/// Outputs in a vector of the widest unit in use.
const VECTOR: usize = 4;

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
            Symmetric::new(&taps).process::<true>(&x, &mut y);
            let mut plain = vec![f64::NAN; 19];
            Symmetric::new(&taps).process::<false>(&x, &mut plain);
            assert!(y.iter().zip(&plain).all(|(y, plain)| *y == 0.25 + plain));
            for (i, y) in y.into_iter().enumerate() {
                let expected: f64 = taps.iter().zip(&x[i..]).map(|(tap, x)| tap * x).sum();
                assert!((y - expected - 0.25).abs() < 1e-13);
            }
        }
    }
}
