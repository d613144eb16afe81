//! `plot`: curves of the chain, measured on the running stages, as SVG in `plots` in the target folder. One file a module.

mod dither;
mod eq;
mod limiter;
mod limiter_figures;
mod multiband;

use std::f64::consts::TAU;

use garnish_engine::units::{count, db_from_gain};
use garnish_engine::{Block, Spec, Stage};
use garnish_studio::chart::{Chart, Line, svg};
use plotters::style::RGBColor;

use crate::workspace::{Outcome, target};

const RATE_HZ: f64 = 48_000.0;

/// Writes every plot.
pub fn run() -> Outcome {
    let folder = target().join("plots");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let sheets: [(&str, Vec<Chart>); 9] = [
        ("eq", eq::responses()),
        ("limiter", limiter::step()),
        ("limiter-styles", limiter_figures::styles()),
        ("limiter-overshoot", limiter_figures::overshoot()),
        ("multiband-sum", multiband::sums()),
        ("multiband-curves", multiband::curves()),
        ("multiband-steps", multiband::steps()),
        ("multiband-mixed", multiband::mixed()),
        ("dither", dither::spectra()),
    ];
    for (name, charts) in sheets {
        let path = folder.join(name).with_extension("svg");
        std::fs::write(&path, svg(&charts)?).map_err(|error| format!("{}: {error}", path.display()))?;
        println!("{}", path.display());
    }
    Ok(())
}

/// Frequencies across the audible range, evenly on a logarithmic axis.
fn frequencies() -> impl Iterator<Item = f64> {
    (0..=400).map(|n| 20.0 * 1000_f64.powf(f64::from(n) / 400.0))
}

/// A stage that has its settings and runs.
fn running<S: Stage + Default>(settings: &S::Settings) -> S {
    let mut stage = S::default();
    stage.set(settings);
    stage.prepare(&Spec { sample_rate_hz: RATE_HZ, max_frames: 64 });
    stage
}

/// The same signal on both channels through a stage; the left one, latency removed.
fn through<S: Stage + Default>(settings: &S::Settings, signal: &[f64]) -> Vec<f64> {
    let [left, _] = through_stereo::<S>(settings, [signal, signal]);
    left
}

/// Two channels through a stage, latency removed.
fn through_stereo<S: Stage + Default>(settings: &S::Settings, signal: [&[f64]; 2]) -> [Vec<f64>; 2] {
    let mut stage: S = running(settings);
    let latency = stage.latency();
    let [mut left, mut right] = signal.map(|signal| [signal, &vec![0.0; latency]].concat());
    for (left, right) in left.chunks_mut(64).zip(right.chunks_mut(64)) {
        stage.process(&mut Block::new(left, right));
    }
    [left.split_off(latency), right.split_off(latency)]
}

/// Level of an impulse response at one frequency, by the definition of the Fourier transform.
fn level_db(impulse_response: &[f64], hz: f64) -> f64 {
    let w = TAU * hz / RATE_HZ;
    let (re, im) = impulse_response
        .iter()
        .enumerate()
        .fold((0.0, 0.0), |(re, im), (n, x)| (re + x * (w * count(n)).cos(), im + x * (w * count(n)).sin()));
    db_from_gain(f64::hypot(re, im))
}

fn response(name: &str, colour: RGBColor, impulse_response: &[f64]) -> Line {
    Line::new(name, colour, frequencies().map(|hz| (hz, level_db(impulse_response, hz))).collect())
}

fn impulse(frames: usize) -> Vec<f64> {
    let mut impulse = vec![0.0; frames];
    impulse[0] = 1.0;
    impulse
}
