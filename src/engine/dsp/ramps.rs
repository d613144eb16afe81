//! Several values that never jump and move together.

use super::Ramp;
use crate::units::{count, samples_from_ms, whole};

/// A [`Ramp`] of `N` values with one clock: linear, [`Ramp::TIME_MS`] long, landing exactly.
///
/// Any new target starts all of them anew from where they are. As with [`Ramp`], a target before the first
/// [`next`](Self::next) after construction or [`land`](Self::land) is taken over at once.
#[derive(Clone, Copy, Debug)]
pub struct Ramps<const N: usize> {
    values: [f64; N],
    targets: [f64; N],
    steps: [f64; N],
    left: usize,
    length: usize,
    fresh: bool,
}

impl<const N: usize> Ramps<N> {
    /// Ramps that rest at `values`.
    pub fn new(values: [f64; N]) -> Self {
        Self { values, targets: values, steps: [0.0; N], left: 0, length: 1, fresh: true }
    }

    /// Sets the length at this rate and lands.
    pub fn prepare(&mut self, sample_rate_hz: f64) {
        self.length = whole(samples_from_ms(Ramp::TIME_MS, sample_rate_hz)).max(1);
        self.land();
    }

    /// Goes to the targets at once, and takes the next ones at once too.
    pub fn land(&mut self) {
        self.values = self.targets;
        self.left = 0;
        self.fresh = true;
    }

    /// Starts moving towards `targets`; nothing happens if those are the targets already.
    pub fn set(&mut self, targets: [f64; N]) {
        if targets == self.targets {
            return;
        }
        self.targets = targets;
        if self.fresh {
            self.values = targets;
            return;
        }
        self.left = self.length;
        for ((step, target), value) in self.steps.iter_mut().zip(&targets).zip(&self.values) {
            *step = (target - value) / count(self.length);
        }
    }

    /// The values for the next sample.
    #[expect(clippy::should_implement_trait, reason = "it never ends, so it is no iterator")]
    #[inline]
    pub fn next(&mut self) -> &[f64; N] {
        self.advance(1)
    }

    /// Moves on by `n` samples and returns the values for the last of them.
    #[inline]
    pub fn advance(&mut self, n: usize) -> &[f64; N] {
        self.fresh = false;
        if self.left > n {
            self.left -= n;
            for (value, step) in self.values.iter_mut().zip(&self.steps) {
                *value += step * count(n);
            }
        } else if self.left > 0 {
            self.left = 0;
            self.values = self.targets;
        }
        &self.values
    }

    /// The values of the last sample.
    pub fn values(&self) -> &[f64; N] {
        &self.values
    }

    /// True while the values are still moving.
    pub fn is_moving(&self) -> bool {
        self.left > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_moves_as_a_ramp_does() {
        let mut ramps = Ramps::new([0.0, 5.0]);
        let mut singles = [Ramp::new(0.0), Ramp::new(5.0)];
        ramps.prepare(48_000.0);
        ramps.next();
        for ramp in &mut singles {
            ramp.prepare(48_000.0);
            ramp.next();
        }
        ramps.set([1.0, -3.0]);
        singles[0].set(1.0);
        singles[1].set(-3.0);
        for _ in 0..1_000 {
            let values = *ramps.next();
            assert_eq!(values, [singles[0].next(), singles[1].next()]);
        }
        assert!(!ramps.is_moving());
    }

    #[test]
    fn lands_at_once_while_fresh() {
        let mut ramps = Ramps::new([0.0]);
        ramps.prepare(48_000.0);
        ramps.set([1.0]);
        assert_eq!(*ramps.next(), [1.0]);
        ramps.set([2.0]);
        assert!(ramps.next()[0] < 1.01);
        ramps.land();
        assert_eq!(*ramps.values(), [2.0]);
    }
}
