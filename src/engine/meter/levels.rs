//! Plain levels and the relation of the two channels.

use super::scale::STEPS_A_TICK;
use super::window::Ring;
use crate::dsp::extremes::peak;
use crate::units::count;

/// The windows of RMS, crest factor, correlation, balance, mid and side: 400 ms, like momentary loudness, in ticks of 10 ms.
const WINDOW_TICKS: usize = 40;

/// Mean squares and mean product of the two channels.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Powers {
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) product: f64,
}

/// The figures of a step.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Step {
    pub(super) powers: Powers,
    pub(super) peak: [f64; 2],
}

/// Power, stereo figures and peaks in a sliding window.
#[derive(Clone, Debug)]
pub(super) struct Levels {
    left: Ring<WINDOW_TICKS>,
    right: Ring<WINDOW_TICKS>,
    product: Ring<WINDOW_TICKS>,
    peak: [Ring<WINDOW_TICKS>; 2],
    tick: Step,
}

impl Levels {
    pub(super) fn new() -> Self {
        Self {
            left: Ring::new(),
            right: Ring::new(),
            product: Ring::new(),
            peak: [Ring::new(), Ring::new()],
            tick: Step::default(),
        }
    }

    pub(super) fn reset(&mut self) {
        for ring in [&mut self.left, &mut self.right, &mut self.product].into_iter().chain(&mut self.peak) {
            ring.reset();
        }
        self.tick = Step::default();
    }

    /// Measures the step with this number.
    pub(super) fn push(&mut self, step: usize, channels: [&[f64]; 2]) -> Step {
        let peak = channels.map(|samples| peak(0.0, samples));
        let powers = powers(channels);
        self.tick.powers = self.tick.powers.plus(powers);
        self.tick.peak = [self.tick.peak[0].max(peak[0]), self.tick.peak[1].max(peak[1])];
        if (step + 1).is_multiple_of(STEPS_A_TICK) {
            let share = 1.0 / count(STEPS_A_TICK);
            self.left.push(self.tick.powers.left * share);
            self.right.push(self.tick.powers.right * share);
            self.product.push(self.tick.powers.product * share);
            self.peak[0].push(self.tick.peak[0]);
            self.peak[1].push(self.tick.peak[1]);
            self.tick = Step::default();
        }
        Step { powers, peak }
    }

    /// Over the window.
    pub(super) fn powers(&self) -> Powers {
        Powers { left: self.left.mean(), right: self.right.mean(), product: self.product.mean() }
    }

    /// Over the window.
    pub(super) fn peaks(&self) -> [f64; 2] {
        [self.peak[0].max(), self.peak[1].max()]
    }
}

impl Powers {
    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            left: self.left + other.left,
            right: self.right + other.right,
            product: self.product + other.product,
        }
    }

    pub(super) fn times(self, factor: f64) -> Self {
        Self { left: self.left * factor, right: self.right * factor, product: self.product * factor }
    }

    /// Product over the geometric mean: 1 for equal channels, -1 for opposite ones, 0 in silence.
    pub(super) fn correlation(self) -> f64 {
        let both = (self.left * self.right).sqrt();
        if both > 0.0 { (self.product / both).clamp(-1.0, 1.0) } else { 0.0 }
    }

    /// Power of (left + right) / 2.
    pub(super) fn mid(self) -> f64 {
        ((self.left + self.right + 2.0 * self.product) / 4.0).max(0.0)
    }

    /// Power of (left - right) / 2.
    pub(super) fn side(self) -> f64 {
        ((self.left + self.right - 2.0 * self.product) / 4.0).max(0.0)
    }
}

/// Four partial sums, so that additions need not wait for each other.
fn powers([left, right]: [&[f64]; 2]) -> Powers {
    let mut sums = [[0.0; 4]; 3];
    let (lefts, left_rest) = left.as_chunks::<4>();
    let (rights, right_rest) = right.as_chunks::<4>();
    for (l, r) in lefts.iter().zip(rights) {
        for lane in 0..4 {
            sums[0][lane] += l[lane] * l[lane];
            sums[1][lane] += r[lane] * r[lane];
            sums[2][lane] += l[lane] * r[lane];
        }
    }
    for (l, r) in left_rest.iter().zip(right_rest) {
        sums[0][0] += l * l;
        sums[1][0] += r * r;
        sums[2][0] += l * r;
    }
    let [left_sum, right_sum, product] =
        sums.map(|lanes| lanes.iter().sum::<f64>() / count(left.len().max(1)));
    Powers { left: left_sum, right: right_sum, product }
}
