//! Doubling and halving the sample rate with linear-phase filters.

use super::fir::{Band, LANES, Line, Symmetric};

/// Half-band taps: every second one is zero but the centre, which is 1/2. The specification's `pass` alone counts; the
/// stop-band starts at 1/2 - `pass`.
///
/// Half-band filters: Crochiere, Rabiner, "Multirate Digital Signal Processing" (1983), section 4.5.
pub fn half_band(pass: f64, attenuation_db: f64) -> Vec<f64> {
    let band = Band { pass, stop: 0.5 - pass, attenuation_db };
    let half_length = (band.half_length() + 1) | 1; // an even one would have zeros at both ends; short ones need one more
    let mut taps = band.low_pass(half_length);
    for (n, tap) in taps.iter_mut().enumerate() {
        if n == half_length {
            *tap = 0.5;
        } else if n % 2 == half_length % 2 {
            *tap = 0.0;
        }
    }
    let outside: f64 = taps.iter().step_by(2).sum();
    taps.iter_mut().step_by(2).for_each(|tap| *tap *= 0.5 / outside);
    taps
}

/// Doubles the sample rate by a half-band filter. The input's samples come through untouched, `delay()` later.
#[derive(Clone, Debug, Default)]
pub struct Interpolator {
    between: Symmetric,
    line: Line,
}

impl Interpolator {
    /// Takes the taps of a [`half_band`]; `block` is the longest input.
    pub fn new(taps: &[f64], block: usize) -> Self {
        let between: Vec<f64> = taps.iter().step_by(2).map(|tap| 2.0 * tap).collect();
        Self { line: Line::new(taps.len() / 2, block), between: Symmetric::new(&between) }
    }

    /// Delay in samples of the output.
    pub fn delay(&self) -> usize {
        self.between.len() - 1
    }

    /// Forgets.
    pub fn reset(&mut self) {
        self.line.reset();
    }

    /// Fills `y` with twice as many samples as `x`.
    #[inline]
    pub fn process(&mut self, x: &[f64], y: &mut [f64]) {
        self.line.block(x.len()).copy_from_slice(x);
        let line = self.line.all();
        let untouched = &line[self.between.len() / 2..];
        for (n, y) in y.chunks_mut(2 * LANES).enumerate() {
            let between = self.between.lanes(&line[n * LANES..]);
            let pairs = between.iter().zip(&untouched[n * LANES..]);
            for (y, (between, untouched)) in y.chunks_exact_mut(2).zip(pairs) {
                y[0] = *between;
                y[1] = *untouched;
            }
        }
        self.line.advance(x.len());
    }
}

/// Halves the sample rate by any symmetric filter of odd length, computing only what is kept.
#[derive(Clone, Debug, Default)]
pub struct Decimator {
    phases: [Symmetric; 2],
    lines: [Line; 2],
}

impl Decimator {
    /// Takes an odd number of taps; `block` is the longest output.
    pub fn new(taps: &[f64], block: usize) -> Self {
        let phase = |first| Symmetric::new(&taps.iter().skip(first).step_by(2).copied().collect::<Vec<_>>());
        let phases = [phase(1), phase(0)];
        let lines = [0, 1].map(|n: usize| Line::new(phases[n].len().saturating_sub(1), block));
        Self { phases, lines }
    }

    /// Delay in samples of the input.
    pub fn delay(&self) -> usize {
        self.phases[1].len().saturating_sub(2)
    }

    /// Forgets.
    pub fn reset(&mut self) {
        self.lines.iter_mut().for_each(Line::reset);
    }

    /// Fills `y` with half as many samples as `x`.
    #[inline]
    pub fn process(&mut self, x: &[f64], y: &mut [f64]) {
        let [even, odd] = &mut self.lines;
        for (x, (even, odd)) in
            x.chunks_exact(2).zip(even.block(y.len()).iter_mut().zip(odd.block(y.len()).iter_mut()))
        {
            *even = x[0];
            *odd = x[1];
        }
        for (n, y) in y.chunks_mut(LANES).enumerate() {
            let even = self.phases[0].lanes(&even.all()[n * LANES..]);
            let odd = self.phases[1].lanes(&odd.all()[n * LANES..]);
            for (y, (even, odd)) in y.iter_mut().zip(even.iter().zip(&odd)) {
                *y = even + odd;
            }
        }
        self.lines.iter_mut().for_each(|line| line.advance(y.len()));
    }
}
