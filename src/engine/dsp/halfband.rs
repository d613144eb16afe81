//! Doubling and halving the sample rate with linear-phase filters.

use super::fir::{Line, Symmetric};

/// Doubles the sample rate by a half-band filter. The input's samples come through untouched, `delay()` later.
#[derive(Clone, Debug, Default)]
pub struct Interpolator {
    between: Symmetric,
    line: Line,
    sums: Vec<f64>,
}

impl Interpolator {
    /// Takes the taps of a [`half_band`](super::equiripple::half_band); `block` is the longest input.
    pub fn new(taps: &[f64], block: usize) -> Self {
        let between: Vec<f64> = taps.iter().step_by(2).map(|tap| 2.0 * tap).collect();
        Self {
            between: Symmetric::new(&between),
            line: Line::new(taps.len() / 2, block),
            sums: vec![0.0; block],
        }
    }

    /// Delay in samples of the output.
    pub fn delay(&self) -> usize {
        self.between.len() - 1
    }

    /// Forgets.
    pub fn reset(&mut self) {
        self.line.reset();
    }

    /// Where the next samples go in: so many, at most a block.
    pub fn input(&mut self, samples: usize) -> &mut [f64] {
        self.line.block(samples)
    }

    /// Fills `y` with twice as many samples as were put in.
    pub fn process(&mut self, y: &mut [f64]) {
        pulp::Arch::new().dispatch(Doubling { filter: self, y });
    }
}

/// [`Interpolator::process`], to be compiled for each width of vectors. Rust contracts and reorders nothing, so all
/// give the same bits.
struct Doubling<'a> {
    filter: &'a mut Interpolator,
    y: &'a mut [f64],
}

impl pulp::NullaryFnOnce for Doubling<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { filter, y } = self;
        let samples = y.len() / 2;
        let line = filter.line.all(samples);
        let between = &mut filter.sums[..samples];
        filter.between.process::<false>(line, between);
        let untouched = &line[filter.between.len() / 2..];
        for (y, (between, untouched)) in y.chunks_exact_mut(2).zip(between.iter().zip(untouched)) {
            y[0] = *between;
            y[1] = *untouched;
        }
        filter.line.advance(samples);
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
    pub fn process(&mut self, x: &[f64], y: &mut [f64]) {
        pulp::Arch::new().dispatch(Halving { filter: self, x, y });
    }
}

/// [`Decimator::process`], likewise.
struct Halving<'a> {
    filter: &'a mut Decimator,
    x: &'a [f64],
    y: &'a mut [f64],
}

impl pulp::NullaryFnOnce for Halving<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { filter, x, y } = self;
        let [even, odd] = &mut filter.lines;
        for (x, (even, odd)) in
            x.chunks_exact(2).zip(even.block(y.len()).iter_mut().zip(odd.block(y.len()).iter_mut()))
        {
            *even = x[0];
            *odd = x[1];
        }
        let [even, odd] = &filter.phases;
        let [even_line, odd_line] = &mut filter.lines;
        even.process::<false>(even_line.all(y.len()), y);
        odd.process::<true>(odd_line.all(y.len()), y);
        even_line.advance(y.len());
        odd_line.advance(y.len());
    }
}

#[cfg(test)]
mod tests {
    use pulp::NullaryFnOnce;

    use super::*;
    use crate::dsp::equiripple::half_band;
    use crate::units::count;

    /// What runs here is compiled for the least of machines, what `process` runs for this one.
    #[test]
    fn every_width_of_vectors_gives_the_same_bits() {
        let taps = half_band(0.2, 1e-5);
        let (mut up, mut down) = (Interpolator::new(&taps, 64), Decimator::new(&taps, 64));
        let (mut narrow_up, mut narrow_down) = (up.clone(), down.clone());
        for frames in [64, 1, 37, 16] {
            let x: Vec<f64> = (0..frames).map(|n| (1.3 * count(n)).sin()).collect();
            let [mut high, mut narrow_high] = [0, 1].map(|_| vec![0.0; 2 * frames]);
            for filter in [&mut up, &mut narrow_up] {
                filter.input(frames).copy_from_slice(&x);
            }
            up.process(&mut high);
            Doubling { filter: &mut narrow_up, y: &mut narrow_high }.call();
            assert!(high == narrow_high && high.iter().any(|x| *x != 0.0));
            let [mut low, mut narrow_low] = [0, 1].map(|_| vec![0.0; frames]);
            down.process(&high, &mut low);
            Halving { filter: &mut narrow_down, x: &high, y: &mut narrow_low }.call();
            assert_eq!(low, narrow_low);
        }
    }
}
