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
            for (x, state) in [&mut left[at..end], &mut right[at..end]].into_iter().zip(&mut self.state) {
                run(self.inverse, coefficients, state, x);
            }
            at = end;
        }
    }
}

#[inline]
fn run(inverse: bool, [g, high, tilt, scale]: [f64; 4], state: &mut f64, channel: &mut [f64]) {
    let mut s = *state;
    for x in channel {
        let emphasised = *x;
        let plain = if inverse { (emphasised - tilt * (1.0 - g) * s) * scale } else { emphasised };
        let v = (plain - s) * g;
        let low_passed = v + s;
        s = low_passed + v;
        *x = if inverse { plain } else { high * plain + tilt * low_passed };
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
