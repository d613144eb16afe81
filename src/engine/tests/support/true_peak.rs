//! An independent judge of true peak: 32x oversampling with a Kaiser-windowed sinc of 128 samples a side, the same reading
//! as `tests/tools/true_peak.py`. It shares nothing with the engine.

use std::f64::consts::PI;

const FACTOR: usize = 32;
const REACH: usize = 128;
const BETA: f64 = 10.0;
/// Interpolators of less than this reach are not used: figures ask for at least 96 taps a phase.
pub const COARSE: usize = 4;

/// The interpolators of all phases.
pub struct Judge {
    /// `phases[p][k]`: weight of sample n - REACH + 1 + k in the point p/32 after sample n.
    phases: Vec<Vec<f64>>,
}

impl Judge {
    pub fn new() -> Self {
        let phases = (0..FACTOR)
            .map(|phase| {
                (0..2 * REACH)
                    .map(|k| {
                        let x = k as f64 - (REACH - 1) as f64 - phase as f64 / FACTOR as f64;
                        sinc(x) * kaiser(x / REACH as f64)
                    })
                    .collect()
            })
            .collect();
        Self { phases }
    }

    /// The signal at sample n + phase/32; silence goes before and follows.
    fn at(&self, signal: &[f64], n: usize, phase: usize) -> f64 {
        let first = (REACH - 1).saturating_sub(n);
        let start = (n + 1).saturating_sub(REACH);
        self.phases[phase][first..].iter().zip(&signal[start..]).map(|(w, x)| w * x).sum()
    }

    /// Greatest magnitude of the signal between its samples, each divided by the ceiling in force there: `ceiling(n)`, linear between samples.
    ///
    /// A point of the 32x grid is skipped where the 4x grid around it shows that it cannot matter: a band-limited signal
    /// between two 4x points exceeds both by less than 1/cos(pi/8) (ITU-R BS.1770-5, annex 2).
    pub fn worst(&self, signal: &[f64], ceiling: impl Fn(usize) -> f64) -> f64 {
        let mut worst: f64 = 0.0;
        for n in 0..signal.len() {
            let (now, next) = (ceiling(n), ceiling(n + 1));
            let step = FACTOR / COARSE;
            let relative = |phase: usize| {
                let x = phase as f64 / FACTOR as f64;
                self.at(signal, n, phase).abs() / (now + (next - now) * x)
            };
            let near =
                (n.saturating_sub(1)..signal.len().min(n + 3)).map(|k| signal[k].abs()).fold(0.0, f64::max);
            if near < 0.05 * now {
                continue; // 26 dB below
            }
            let coarse: Vec<f64> = (0..COARSE).map(|k| relative(k * step)).collect();
            let top = coarse.iter().fold(0.0, |a: f64, b| a.max(*b));
            worst = worst.max(top);
            if top > 0.9 * worst {
                worst = (0..FACTOR).map(relative).fold(worst, f64::max);
            }
        }
        worst
    }

    /// Greatest magnitude of the band-limited signal.
    pub fn true_peak(&self, signal: &[f64]) -> f64 {
        self.worst(signal, |_| 1.0)
    }
}

fn sinc(x: f64) -> f64 {
    if x == 0.0 { 1.0 } else { (PI * x).sin() / (PI * x) }
}

fn kaiser(x: f64) -> f64 {
    if x.abs() > 1.0 { 0.0 } else { bessel(BETA * (1.0 - x * x).sqrt()) / bessel(BETA) }
}

fn bessel(x: f64) -> f64 {
    let mut term = 1.0;
    (1..60).fold(1.0, |sum, k| {
        term *= (x / 2.0 / f64::from(k)).powi(2);
        sum + term
    })
}
