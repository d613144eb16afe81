//! The limiter.

use std::f64::consts::TAU;

use garnish_engine::limiter::{self, Limiter};
use garnish_engine::units::{count, db_from_gain, gain_from_db, ms_from_samples};
use garnish_studio::chart::{Axis, Chart, Line, colour};

use super::{RATE_HZ, through};

/// A burst 6 dB over the ceiling: what leaves, and the gain.
pub fn step() -> Vec<Chart> {
    let settings = limiter::Settings::default();
    let burst = |n: usize| (2_400..9_600).contains(&n);
    let level = |n| if burst(n) { gain_from_db(5.0) } else { gain_from_db(-12.0) };
    let input: Vec<f64> = (0..24_000).map(|n| level(n) * (TAU * 997.0 * count(n) / RATE_HZ).sin()).collect();
    let output = through::<Limiter>(&settings, &input);
    let time = |n| ms_from_samples(n, RATE_HZ);
    let samples = |signal: &[f64]| signal.iter().enumerate().map(|(n, x)| (time(n), *x)).collect();
    // the gain is what happened to each sample that is loud enough to tell
    let gain = input.iter().zip(&output).enumerate().filter(|(_, (x, _))| x.abs() > 0.05);
    let gain = gain.map(|(n, (x, y))| (time(n), db_from_gain(y / x))).collect();
    let x = || Axis::even("ms", 0.0..500.0);
    vec![
        Chart {
            title: "Limiter: 997 Hz from -12 to +5 dBFS and back, ceiling -1 dBTP".to_owned(),
            x: x(),
            y: Axis::even("sample", -2.0..2.0),
            lines: vec![
                Line::new("in", colour::DIM, samples(&input)),
                Line::new("out", colour::MASTER, samples(&output)),
            ],
        },
        Chart {
            title: "Limiter: gain".to_owned(),
            x: x(),
            y: Axis::even("dB", -8.0..1.0),
            lines: vec![Line::new("", colour::REDUCTION, gain)],
        },
    ]
}
