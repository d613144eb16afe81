//! Signals that tests share.
#![allow(dead_code, reason = "each test binary uses its own part")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::cast_precision_loss, reason = "frame numbers are small")]

pub mod torture;
pub mod true_peak;

use std::f64::consts::TAU;

/// A seeded generator (xorshift64*, Vigna 2016): the same numbers on every machine.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// Uniform in 0..n.
    pub fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() >> 32).unwrap() % n
    }

    /// Uniform in -1..1.
    pub fn signed(&mut self) -> f64 {
        f64::from(u32::try_from(self.next() >> 32).unwrap()) / f64::from(1u32 << 31) - 1.0
    }

    /// Uniform in low..high.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * 0.5 * (self.signed() + 1.0)
    }
}

/// Stereo that behaves like music: a few partials, a beat, noise, channels that differ. Peaks near -4 dBFS.
pub fn music(frames: usize, sample_rate_hz: f64, seed: u64) -> [Vec<f64>; 2] {
    let mut random = Random::new(seed);
    let mut left = Vec::with_capacity(frames);
    let mut right = Vec::with_capacity(frames);
    let mut pink = [0.0; 2];
    for n in 0..u32::try_from(frames).unwrap() {
        let t = f64::from(n) / sample_rate_hz;
        let beat = (-8.0 * (t % 0.5)).exp();
        let bass = 0.25 * (TAU * 55.0 * t).sin();
        let kick = 0.3 * beat * (TAU * 90.0 * t).sin();
        let chord = 0.08 * ((TAU * 440.0 * t).sin() + (TAU * 659.3 * t + 1.0).sin());
        for p in &mut pink {
            *p += 0.05 * (random.signed() - *p);
        }
        left.push(bass + kick + chord + 0.2 * pink[0] + 0.05 * beat * random.signed());
        right.push(bass + kick + 0.7 * chord + 0.2 * pink[1] + 0.05 * beat * random.signed());
    }
    [left, right]
}

/// A sine from phase 0.
pub fn sine(frames: usize, frequency_hz: f64, sample_rate_hz: f64, amplitude: f64) -> Vec<f64> {
    (0..frames).map(|n| amplitude * (TAU * frequency_hz * n as f64 / sample_rate_hz).sin()).collect()
}

/// What is left of a tone when its fundamental and its mean are taken out (least squares), relative to the fundamental, in dB.
pub fn thd_n_db(signal: &[f64], frequency_hz: f64, sample_rate_hz: f64) -> f64 {
    let w = TAU * frequency_hz / sample_rate_hz;
    let frames = signal.len() as f64;
    let mut residual = signal.to_vec();
    let mut amplitudes = [0.0; 2];
    // over whole periods the three functions are orthogonal; a second pass takes out what is left otherwise
    for _ in 0..20 {
        let mean = residual.iter().sum::<f64>() / frames;
        for x in &mut residual {
            *x -= mean;
        }
        for (quadrature, amplitude) in amplitudes.iter_mut().enumerate() {
            let basis = |n: usize| if quadrature == 0 { (w * n as f64).sin() } else { (w * n as f64).cos() };
            let part = 2.0 / frames * residual.iter().enumerate().map(|(n, x)| x * basis(n)).sum::<f64>();
            for (n, x) in residual.iter_mut().enumerate() {
                *x -= part * basis(n);
            }
            *amplitude += part;
        }
    }
    let power = residual.iter().map(|x| x * x).sum::<f64>() / frames;
    10.0 * (power / (0.5 * (amplitudes[0].powi(2) + amplitudes[1].powi(2)))).log10()
}
