//! `plot`: curves of the chain, measured on the running stages, as SVG in `plots` in the target folder.

use std::f64::consts::TAU;

use garnish_cli::chart::{Axis, Chart, Line, colour, svg};
use garnish_engine::limiter::{self, Limiter};
use garnish_engine::multiband::{self, Multiband, Phase};
use garnish_engine::units::{count, db_from_gain, gain_from_db, ms_from_samples};
use garnish_engine::{Block, Spec, Stage, eq};

use crate::workspace::{Outcome, target};

const RATE_HZ: f64 = 48_000.0;

/// Writes every plot.
pub fn run() -> Outcome {
    let folder = target().join("plots");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for (name, charts) in
        [("eq", eq_responses()), ("limiter", limiter_step()), ("multiband", multiband_sum())]
    {
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
    let mut stage: S = running(settings);
    let latency = stage.latency();
    let mut left = signal.to_vec();
    left.resize(signal.len() + latency, 0.0);
    let mut right = left.clone();
    for (left, right) in left.chunks_mut(64).zip(right.chunks_mut(64)) {
        stage.process(&mut Block::new(left, right));
    }
    left.split_off(latency)
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

fn response(name: &str, colour: plotters::style::RGBColor, impulse_response: &[f64]) -> Line {
    Line::new(name, colour, frequencies().map(|hz| (hz, level_db(impulse_response, hz))).collect())
}

fn impulse(frames: usize) -> Vec<f64> {
    let mut impulse = vec![0.0; frames];
    impulse[0] = 1.0;
    impulse
}

/// Bells of +12 dB at 5, 10 and 16 kHz: what runs, against the analogue prototype.
fn eq_responses() -> Vec<Chart> {
    let mut curves = Vec::new();
    let mut errors = Vec::new();
    for (hz, colour) in [(5e3, colour::MASTER), (10e3, colour::MORE[0]), (16e3, colour::MORE[1])] {
        let mut settings = eq::Settings::default();
        let band = &mut settings.bands[0];
        (band.on, band.freq_hz, band.gain_db, band.q) = (true, hz, 12.0, 1.0);
        let measured = response(
            &format!("{} kHz", hz / 1e3),
            colour,
            &through::<eq::Equaliser>(&settings, &impulse(8192)),
        );
        let error =
            measured.points.iter().map(|(f, db)| (*f, db - eq::prototype_db(&settings, *f))).collect();
        errors.push(Line::new(measured.name.clone(), colour, error));
        curves.push(measured);
    }
    vec![
        Chart {
            title: "EQ: bells of +12 dB, Q 1, at 48 kHz, measured".to_owned(),
            x: Axis::frequency(),
            y: Axis::even("dB", -1.0..13.0),
            lines: curves,
        },
        Chart {
            title: "EQ: error against the analogue prototype".to_owned(),
            x: Axis::frequency(),
            y: Axis::even("dB", -0.05..0.05),
            lines: errors,
        },
    ]
}

/// A burst 6 dB over the ceiling: what leaves, and the gain.
fn limiter_step() -> Vec<Chart> {
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

/// The sum of idle bands in each phase mode.
fn multiband_sum() -> Vec<Chart> {
    let lines =
        Phase::ALL.iter().zip(Phase::CHOICES).zip([colour::MASTER, colour::REFERENCE, colour::MORE[1]]);
    let lines = lines.map(|((phase, choice), colour)| {
        let settings = multiband::Settings { phase: *phase, ..multiband::Settings::default() };
        response(choice.label, colour, &through::<Multiband>(&settings, &impulse(32_768)))
    });
    vec![Chart {
        title: "Multiband: the sum of idle bands at 48 kHz".to_owned(),
        x: Axis::frequency(),
        y: Axis::even("dB", -0.01..0.01),
        lines: lines.collect(),
    }]
}
