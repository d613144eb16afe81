//! The limiter's plots: how the gain of each style comes back, and how far peaks are from the ceiling.

use std::f64::consts::TAU;

use garnish_engine::limiter::{Limiter, Settings, Style};
use garnish_engine::settings::Quality;
use garnish_engine::units::{count, db_from_gain, gain_from_db, ms_from_samples, samples_from_ms, whole};
use garnish_studio::chart::{Axis, Chart, Line, colour};

use super::{RATE_HZ, through};

/// The engine's test signals and its judge of true peak: 32-fold, 256 taps a phase.
#[path = "../../src/engine/tests/support/mod.rs"]
#[allow(
    dead_code,
    missing_docs,
    clippy::all,
    clippy::pedantic,
    reason = "the engine's tests hold it to their own standard"
)]
mod support;

const COLOURS: [plotters::style::RGBColor; 4] =
    [colour::MASTER, colour::REFERENCE, colour::REDUCTION, colour::MORE[1]];

/// A quiet level with something loud on it; the gain of each style.
fn gains(title: &str, shown_ms: f64, loud: impl Fn(f64) -> f64) -> Chart {
    let input: Vec<f64> = (0..whole(samples_from_ms(shown_ms, RATE_HZ)))
        .map(|n| 0.1 + loud(ms_from_samples(n, RATE_HZ)))
        .collect();
    let styles = Style::ALL.iter().zip(Style::CHOICES).filter(|(style, _)| **style != Style::SoftClip);
    let lines = styles.zip(COLOURS).map(|((style, choice), colour)| {
        let output = through::<Limiter>(&Settings { style: *style, ..Settings::default() }, &input);
        let gain = input.iter().zip(&output).enumerate().filter(|(_, (x, _))| x.abs() > 0.05);
        let gain = gain.map(|(n, (x, y))| (ms_from_samples(n, RATE_HZ), db_from_gain(y / x))).collect();
        Line::new(choice.label, colour, gain)
    });
    Chart {
        title: title.to_owned(),
        x: Axis::even("ms", 0.0..shown_ms),
        y: Axis::even("dB", -8.0..0.5),
        lines: lines.collect(),
    }
}

/// Attack and release of the styles: a peak that stands alone, two that recur, a long tone.
pub fn styles() -> Vec<Chart> {
    let near = |ms: f64, at: f64| (ms - at).abs() < 0.5 / samples_from_ms(1.0, RATE_HZ);
    let tone = |ms: f64| gain_from_db(5.0) * (TAU * 0.997 * ms).sin();
    vec![
        gains("Limiter: gain around one sample of +6 dB", 100.0, |ms| {
            f64::from(u8::from(near(ms, 20.0))) * 1.9
        }),
        gains("Limiter: gain in and after 100 ms of 997 Hz at +5 dB", 400.0, |ms| {
            if (20.0..120.0).contains(&ms) { tone(ms) } else { 0.0 }
        }),
    ]
}

/// Signals driven to +8 dBFS: torture and music-like noise.
fn signals() -> Vec<Vec<f64>> {
    let mut all: Vec<Vec<f64>> =
        support::torture::torture(9_600, 1).into_iter().map(|(_, signal)| signal).collect();
    for seed in 0..8 {
        let [left, _] = support::music(9_600, RATE_HZ, seed);
        let peak = left.iter().fold(0.0_f64, |peak, x| peak.max(x.abs()));
        all.push(left.iter().map(|x| x / peak).collect());
    }
    all
}

/// Greatest true peak of every 10 ms, against the ceiling: how many, in bins of 0.005 dB.
pub fn overshoot() -> Vec<Chart> {
    const BLOCK: usize = 480;
    let judge = support::true_peak::Judge::new();
    let signals = signals();
    let lines = [Quality::Standard, Quality::Eco].into_iter().zip(COLOURS).map(|(quality, colour)| {
        let settings = Settings { gain_db: 8.0, quality, ..Settings::default() };
        let mut bins = [0_u32; 40];
        let mut worst = f64::NEG_INFINITY;
        for signal in &signals {
            let output = through::<Limiter>(&settings, signal);
            for start in (0..output.len()).step_by(BLOCK) {
                let inside = |n: usize| if (start..start + BLOCK).contains(&n) { 1.0 } else { 1e9 };
                let over_db = db_from_gain(judge.worst(&output, inside)) - settings.ceiling_db;
                worst = worst.max(over_db);
                let bin = (over_db + 0.15) / 0.005;
                if (0.0..40.0).contains(&bin) {
                    bins[whole(bin.floor())] += 1;
                }
            }
        }
        let edges = bins.iter().enumerate().flat_map(|(n, count_in_bin)| {
            let x = -0.15 + 0.005 * count(n);
            [(x, f64::from(*count_in_bin)), (x + 0.005, f64::from(*count_in_bin))]
        });
        Line::new(format!("{quality:?}, greatest {worst:+.4} dB"), colour, edges.collect())
    });
    let lines: Vec<Line> = lines.collect();
    let most = lines.iter().flat_map(|line| &line.points).fold(0.0_f64, |most, point| most.max(point.1));
    vec![Chart {
        title: "Limiter: true peak of every 10 ms against the ceiling, torture and music at +8 dBFS"
            .to_owned(),
        x: Axis::even("dB", -0.15..0.05),
        y: Axis::even("blocks", 0.0..1.1 * most),
        lines,
    }]
}
