//! Stereo width, balance and mono bass.

pub(crate) mod params;
mod settings;
mod side;

use crate::dsp::Ramp;
use crate::stage::{Block, Spec, Stage};
pub use settings::Settings;
use side::SideHighPass;

/// What can be shown: nothing. Correlation is a meter's business.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reading {}

/// Width and mono bass on the side signal, then balance.
///
/// With M = (L + R)/2 and S = (L - R)/2: S' = width HP(S), L' = M + S', R' = M - S', each times its gain of the balance. HP is
/// the Butterworth high-pass of second order; the mid stays as it is, so a mono mix is never touched. Zero latency.
/// Neutral settings pass the signal bit for bit; width 0 makes both channels equal bit for bit.
#[derive(Debug)]
pub struct Stereo {
    width: Ramp,
    balance: Ramp,
    side: SideHighPass,
}

impl Default for Stereo {
    fn default() -> Self {
        Self { width: Ramp::new(1.0), balance: Ramp::new(0.0), side: SideHighPass::default() }
    }
}

impl Stage for Stereo {
    type Settings = Settings;
    type Reading = Reading;

    fn prepare(&mut self, spec: &Spec) {
        self.width.prepare(spec.sample_rate_hz);
        self.balance.prepare(spec.sample_rate_hz);
        self.side.prepare(spec.sample_rate_hz);
    }

    fn reset(&mut self) {
        self.width.land();
        self.balance.land();
        self.side.reset();
    }

    fn set(&mut self, settings: &Settings) {
        let settings = settings.clamped();
        self.width.set(0.01 * settings.width_percent);
        self.balance.set(0.01 * settings.balance_percent);
        self.side.set(settings.mono_below_hz);
    }

    fn process(&mut self, block: &mut Block<'_>) {
        if self.moves() {
            for (left, right) in block.frames() {
                self.width.next();
                self.balance.next();
                self.side.next();
                self.place(left, right);
            }
            return;
        }
        // heard, if only as it is: from here on a change ramps
        self.width.next();
        self.balance.next();
        self.side.next();
        if self.acts() {
            for (left, right) in block.frames() {
                self.place(left, right);
            }
        }
    }

    fn latency(&self) -> usize {
        0
    }

    fn take_reading(&mut self) -> Reading {
        Reading {}
    }
}

impl Stereo {
    fn moves(&self) -> bool {
        self.width.is_moving() || self.balance.is_moving() || self.side.moves()
    }

    /// False while everything passes as it is.
    fn acts(&self) -> bool {
        self.width.value() != 1.0 || self.balance.value() != 0.0 || self.side.is_heard()
    }

    #[inline]
    fn place(&mut self, left: &mut f64, right: &mut f64) {
        if !self.acts() {
            return;
        }
        let (width, balance) = (self.width.value(), self.balance.value());
        let mid = 0.5 * (*left + *right);
        let side = width * self.side.filter(0.5 * (*left - *right));
        *left = (mid + side) * (1.0 - balance.max(0.0));
        *right = (mid - side) * (1.0 + balance.min(0.0));
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::*;
    use crate::units::{count, db_from_gain};

    fn run(settings: &Settings, left: &[f64], right: &[f64]) -> [Vec<f64>; 2] {
        let (mut left, mut right) = (left.to_vec(), right.to_vec());
        let mut stage = Stereo::default();
        stage.prepare(&Spec { sample_rate_hz: 48_000.0, max_frames: left.len() });
        stage.set(settings);
        stage.process(&mut Block::new(&mut left, &mut right));
        [left, right]
    }

    fn sine(hz: f64, frames: usize) -> Vec<f64> {
        (0..frames).map(|n| (TAU * hz * count(n) / 48_000.0).sin()).collect()
    }

    #[test]
    fn neutral_is_the_input() {
        let (left, right) = (sine(997.0, 4_800), sine(313.0, 4_800));
        assert_eq!(run(&Settings::default(), &left, &right), [left, right]);
    }

    #[test]
    fn width_scales_the_side_alone() {
        let (left, right) = (sine(997.0, 480), sine(313.0, 480));
        for width_percent in [0.0, 40.0, 170.0, 200.0] {
            let out = run(&Settings { width_percent, ..Settings::default() }, &left, &right);
            for n in 0..480 {
                let side = 0.01 * width_percent * (left[n] - right[n]);
                assert!((out[0][n] + out[1][n] - left[n] - right[n]).abs() < 1e-15, "the mid moved");
                assert!((out[0][n] - out[1][n] - side).abs() < 1e-15, "the side at {width_percent} %");
            }
            assert!(width_percent > 0.0 || out[0] == out[1], "not mono");
        }
    }

    #[test]
    fn balance_lowers_one_channel() {
        let (left, right) = (sine(997.0, 480), sine(313.0, 480));
        for (balance_percent, gains) in [(-100.0, [1.0, 0.0]), (25.0, [0.75, 1.0]), (-50.0, [1.0, 0.5])] {
            let out = run(&Settings { balance_percent, ..Settings::default() }, &left, &right);
            for n in 0..480 {
                assert!((out[0][n] - gains[0] * left[n]).abs() < 1e-15);
                assert!((out[1][n] - gains[1] * right[n]).abs() < 1e-15);
            }
        }
    }

    #[test]
    fn the_side_is_butterworth_and_the_mid_untouched() {
        for corner_hz in [60.0, 120.0, 500.0] {
            let settings = Settings { mono_below_hz: corner_hz, ..Settings::default() };
            for ratio in [0.25, 0.5, 1.0, 2.0, 8.0] {
                let hz = corner_hz * ratio;
                let tone = sine(hz, 96_000);
                let opposite: Vec<f64> = tone.iter().map(|x| -x).collect();
                let out = run(&settings, &tone, &opposite);
                // whole periods after the onset has died away
                let level = |x: &[f64]| {
                    let period = 48_000;
                    x[x.len() - period..].iter().map(|x| x * x).sum::<f64>().sqrt()
                };
                let db = db_from_gain(level(&out[0]) / level(&tone));
                let expected = -10.0 * (1.0 + ratio.powi(-4)).log10();
                // the bilinear corner at 500 Hz of 48 kHz is off by 0.1 %
                assert!((db - expected).abs() < 0.02, "{hz} Hz under {corner_hz} Hz: {db} for {expected} dB");
                let mono = run(&settings, &tone, &tone);
                assert!(mono[0] == tone && mono[1] == tone, "the mid moved");
            }
        }
    }

    #[test]
    fn switches_make_no_click() {
        let tone = sine(50.0, 24_000);
        let opposite: Vec<f64> = tone.iter().map(|x| -x).collect();
        let mut stage = Stereo::default();
        stage.prepare(&Spec { sample_rate_hz: 48_000.0, max_frames: 24_000 });
        let (mut left, mut right) = (tone.clone(), opposite);
        for (n, start) in (0..24_000).step_by(3_000).enumerate() {
            let odd = n % 2 == 1;
            stage.set(&Settings {
                width_percent: if odd { 150.0 } else { 100.0 },
                balance_percent: if odd { 60.0 } else { 0.0 },
                mono_below_hz: if odd { 200.0 } else { Settings::MONO_OFF_HZ },
            });
            stage.process(&mut Block::new(&mut left[start..start + 3_000], &mut right[start..start + 3_000]));
        }
        // a click is a step: the second difference of smooth motion stays far below its height
        let bend = |x: &[f64]| x.windows(3).map(|w| (w[2] - 2.0 * w[1] + w[0]).abs()).fold(0.0, f64::max);
        assert!(bend(&left) < 0.01 && bend(&right) < 0.01, "{} {}", bend(&left), bend(&right));
    }

    #[test]
    fn hostile_settings_are_brought_into_range() {
        let (left, right) = (sine(997.0, 480), sine(313.0, 480));
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300] {
            let settings = Settings { width_percent: bad, balance_percent: bad, mono_below_hz: bad };
            let out = run(&settings, &left, &right);
            assert!(out.iter().flatten().all(|x| x.abs() <= 4.0), "{bad}");
        }
    }
}
