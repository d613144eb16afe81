//! A value that never jumps.

use crate::units::{count, samples_from_ms, whole};

/// Moves linearly from one value to the next in a fixed time, sample by sample, and lands exactly.
///
/// Before the first [`next`](Self::next) after construction or [`land`](Self::land) a new target is taken over at once:
/// nothing has been heard yet that could jump.
#[derive(Clone, Copy, Debug)]
pub struct Ramp {
    value: f64,
    target: f64,
    step: f64,
    left: usize,
    length: usize,
    fresh: bool,
}

impl Ramp {
    /// Time from one value to the next. Long enough that a full-scale step of gain makes no click (its spectrum falls
    /// below -60 dB above 1 kHz), short enough to follow a hand.
    pub const TIME_MS: f64 = 20.0;

    /// A ramp that rests at `value`, at no sample rate yet: targets are taken over at once until [`prepare`](Self::prepare).
    pub fn new(value: f64) -> Self {
        Self { value, target: value, step: 0.0, left: 0, length: 1, fresh: true }
    }

    /// Sets the ramp's length to [`TIME_MS`](Self::TIME_MS) at this rate and lands.
    pub fn prepare(&mut self, sample_rate_hz: f64) {
        self.length = whole(samples_from_ms(Self::TIME_MS, sample_rate_hz)).max(1);
        self.land();
    }

    /// Goes to the target at once, and takes the next target at once too.
    pub fn land(&mut self) {
        self.value = self.target;
        self.left = 0;
        self.fresh = true;
    }

    /// Starts moving towards `target`; nothing happens if that is the target already.
    pub fn set(&mut self, target: f64) {
        if target == self.target {
            return;
        }
        self.target = target;
        if self.fresh {
            self.value = target;
        } else {
            self.left = self.length;
            self.step = (target - self.value) / count(self.length);
        }
    }

    /// The value for the next sample.
    #[expect(clippy::should_implement_trait, reason = "it never ends, so it is no iterator")]
    pub fn next(&mut self) -> f64 {
        self.fresh = false;
        if self.left > 0 {
            self.left -= 1;
            self.value = if self.left == 0 { self.target } else { self.value + self.step };
        }
        self.value
    }

    /// The values for the next samples: the same as [`next`](Self::next) for each.
    pub fn fill(&mut self, values: &mut [f64]) {
        if self.is_moving() {
            for value in values {
                *value = self.next();
            }
        } else if !values.is_empty() {
            values.fill(self.next());
        }
    }

    /// Moves on by `n` samples and returns the value for the last of them. The same as `n` calls of
    /// [`next`](Self::next), up to rounding.
    pub fn advance(&mut self, n: usize) -> f64 {
        if n > 0 {
            self.fresh = false;
            if n >= self.left {
                self.left = 0;
                self.value = self.target;
            } else {
                self.left -= n;
                self.value += self.step * count(n);
            }
        }
        self.value
    }

    /// The value of the last sample.
    pub fn value(&self) -> f64 {
        self.value
    }

    /// Where it is going.
    pub fn target(&self) -> f64 {
        self.target
    }

    /// True while the value is still moving.
    pub fn is_moving(&self) -> bool {
        self.left > 0
    }

    /// Samples until the value has reached its target; 0 at rest.
    pub fn samples_left(&self) -> usize {
        self.left
    }

    /// True while a new target would be taken over at once.
    pub fn is_fresh(&self) -> bool {
        self.fresh
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_straight_and_lands_exactly() {
        let mut ramp = Ramp::new(0.0);
        ramp.prepare(48_000.0);
        ramp.next();
        ramp.set(1.0);
        let length = 960;
        for n in 1..=length {
            let expected = f64::from(n) / f64::from(length);
            assert!((ramp.next() - expected).abs() < 1e-12, "sample {n}");
        }
        assert_eq!(ramp.value(), 1.0);
        assert!(!ramp.is_moving());
    }

    #[test]
    fn the_first_target_is_taken_over_at_once() {
        let mut ramp = Ramp::new(0.0);
        ramp.prepare(48_000.0);
        ramp.set(1.0);
        assert_eq!(ramp.next(), 1.0);
    }

    #[test]
    fn advancing_agrees_with_stepping() {
        let mut stepped = Ramp::new(0.0);
        stepped.prepare(44_100.0);
        stepped.next();
        let mut advanced = stepped;
        stepped.set(-3.0);
        advanced.set(-3.0);
        for n in [1, 7, 64, 500, 500] {
            for _ in 0..n {
                stepped.next();
            }
            assert!((advanced.advance(n) - stepped.value()).abs() < 1e-11);
        }
        assert_eq!(advanced.value(), -3.0);
    }
}
