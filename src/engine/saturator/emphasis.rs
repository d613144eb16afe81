//! Emphasis before the curve and its exact inverse after: what decides which part of the spectrum saturates first.

use crate::dsp::Ramp;
use crate::units::radians_per_sample;

/// A first-order shelf with a fixed pole: H(s) = (h s + l w) / (s + w), gain `l` at low and `h` at high frequencies.
///
/// Computed as h x + (l - h) LP(x) with one trapezoidal one-pole (Zavalishin, "The Art of VA Filter Design", section 3.10). The
/// inverse solves the same equation for x with the same state, so it is exact.
#[derive(Clone, Debug)]
pub struct Shelf {
    corner_hz: f64,
    low: Ramp,
    high: Ramp,
    g: f64,
    inverse: bool,
    state: [f64; 2],
}

impl Shelf {
    /// The shelf with its pole at a frequency.
    pub fn new(corner_hz: f64) -> Self {
        Self { corner_hz, low: Ramp::new(1.0), high: Ramp::new(1.0), g: 0.0, inverse: false, state: [0.0; 2] }
    }

    /// The shelf that undoes it.
    #[must_use]
    pub fn inverted(self) -> Self {
        Self { inverse: true, ..self }
    }

    /// Gets ready for a sample rate.
    pub fn prepare(&mut self, sample_rate_hz: f64) {
        let corner_hz = self.corner_hz.min(0.45 * sample_rate_hz);
        let g = (0.5 * radians_per_sample(corner_hz, sample_rate_hz)).tan();
        self.g = g / (1.0 + g);
        self.low.prepare(sample_rate_hz);
        self.high.prepare(sample_rate_hz);
        self.reset();
    }

    /// Forgets and lands.
    pub fn reset(&mut self) {
        self.state = [0.0; 2];
        self.low.land();
        self.high.land();
    }

    /// Sets the gains at low and at high frequencies; both above 0.
    pub fn set(&mut self, low: f64, high: f64) {
        if self.is_idle() {
            self.state = [0.0; 2];
        }
        self.low.set(low);
        self.high.set(high);
    }

    /// True while it passes the signal untouched.
    fn is_idle(&self) -> bool {
        [&self.low, &self.high].iter().all(|gain| gain.value() == 1.0 && gain.target() == 1.0)
    }

    /// Processes in place.
    pub fn process(&mut self, channels: [&mut [f64]; 2]) {
        if self.is_idle() {
            // heard, if only as it is: from here on a change ramps
            self.low.next();
            self.high.next();
            return;
        }
        let [left, right] = channels;
        let mut at = 0;
        while at < left.len().min(right.len()) {
            let moving = self.low.is_moving() || self.high.is_moving();
            let end = if moving { at + 1 } else { left.len() };
            let (low, high) = (self.low.next(), self.high.next());
            let coefficients = [self.g, high, low - high, 1.0 / (high + (low - high) * self.g)];
            let (left, right) = (&mut left[at..end], &mut right[at..end]);
            if self.inverse {
                undo(coefficients, &mut self.state, left, right);
            } else {
                apply(coefficients, &mut self.state, left, right);
            }
            at = end;
        }
    }
}

/// Both channels in one loop: each waits for its own last sample, so two of them cost as much as one.
fn apply([g, high, tilt, _]: [f64; 4], state: &mut [f64; 2], left: &mut [f64], right: &mut [f64]) {
    let mut s = *state;
    for (left, right) in left.iter_mut().zip(right) {
        let x = [*left, *right];
        let [l, r] = [0, 1].map(|i| {
            let low_passed = g * x[i] + (1.0 - g) * s[i];
            s[i] = 2.0 * g * x[i] + (1.0 - 2.0 * g) * s[i];
            high * x[i] + tilt * low_passed
        });
        (*left, *right) = (l, r);
    }
    *state = s;
}

/// The same equations, solved for the input.
fn undo([g, _, tilt, scale]: [f64; 4], state: &mut [f64; 2], left: &mut [f64], right: &mut [f64]) {
    let mut s = *state;
    let (of_x, of_s) = (scale, tilt * (1.0 - g) * scale);
    // what the state becomes, in terms of what comes in
    let (to_s, keep) = (2.0 * g * of_x, 1.0 - 2.0 * g - 2.0 * g * of_s);
    for (left, right) in left.iter_mut().zip(right) {
        let x = [*left, *right];
        let [l, r] = [0, 1].map(|i| {
            let plain = of_x * x[i] - of_s * s[i];
            s[i] = to_s * x[i] + keep * s[i];
            plain
        });
        (*left, *right) = (l, r);
    }
    *state = s;
}

/// A one-pole low-pass for both channels, in place of what it is given.
#[derive(Clone, Copy, Debug, Default)]
pub struct LowPass {
    coefficient: f64,
    state: [f64; 2],
}

impl LowPass {
    /// Gets ready for a time constant of `1 / (2π corner)`.
    pub fn prepare(&mut self, corner_hz: f64, sample_rate_hz: f64) {
        self.coefficient = -(-radians_per_sample(corner_hz, sample_rate_hz)).exp_m1();
        self.state = [0.0; 2];
    }

    /// Forgets.
    pub fn reset(&mut self) {
        self.state = [0.0; 2];
    }

    /// The next output of both channels.
    #[inline]
    pub fn next(&mut self, x: [f64; 2]) -> [f64; 2] {
        for (state, x) in self.state.iter_mut().zip(x) {
            *state += self.coefficient * (x - *state);
        }
        self.state
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::count;

    /// Gain of a sine after the start has died away.
    fn gain(shelf: &mut Shelf, hz: f64) -> f64 {
        shelf.reset();
        let mut left: Vec<f64> =
            (0..48_000).map(|n| (radians_per_sample(hz, 48_000.0) * count(n)).sin()).collect();
        let mut right = left.clone();
        shelf.process([&mut left, &mut right]);
        assert_eq!(left, right);
        left[24_000..].iter().map(|x| x * x).sum::<f64>().sqrt() / (12_000_f64).sqrt()
    }

    #[test]
    fn shelves_have_their_gains() {
        let mut shelf = Shelf::new(60.0);
        shelf.set(2.0, 0.5);
        shelf.prepare(48_000.0);
        assert!((gain(&mut shelf, 2.0) - 2.0).abs() < 0.01);
        assert!((gain(&mut shelf, 12_000.0) - 0.5).abs() < 1e-3);
        // |H| = |h j + l| / |j + 1| at the pole
        assert!((gain(&mut shelf, 60.0) - (0.25_f64 + 4.0).sqrt() / 2.0_f64.sqrt()).abs() < 1e-3);
    }

    #[test]
    fn the_inverse_undoes_it_even_while_it_moves() {
        let mut shelf = Shelf::new(1_000.0);
        let mut inverse = shelf.clone().inverted();
        let (mut left, mut right) = (vec![0.0; 5_000], vec![0.0; 5_000]);
        for (n, x) in left.iter_mut().chain(&mut right).enumerate() {
            *x = (count(n) * 0.37).sin() + (count(n) * 1.9).sin();
        }
        let before = (left.clone(), right.clone());
        for part in [&mut shelf, &mut inverse] {
            part.prepare(48_000.0);
        }
        for (n, (left, right)) in left.chunks_mut(500).zip(right.chunks_mut(500)).enumerate() {
            if n == 3 || n == 5 {
                shelf.set(0.5 * count(n), 0.5);
                inverse.set(0.5 * count(n), 0.5);
            }
            shelf.process([&mut *left, &mut *right]);
            inverse.process([left, right]);
        }
        for (x, y) in left.iter().chain(&right).zip(before.0.iter().chain(&before.1)) {
            assert!((x - y).abs() < 1e-12);
        }
    }
}
