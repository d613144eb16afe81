//! The dither.

use std::f64::consts::TAU;

use garnish_engine::dither::{Bits, Dither, Settings, Shaping, shaping};
use garnish_engine::units::{count, db_from_power};
use garnish_engine::{Block, Spec, Stage};
use garnish_studio::chart::{Axis, Chart, Line, colour};

/// Spectra of the noise, measured and as designed.
pub fn spectra() -> Vec<Chart> {
    [44_100.0, 96_000.0].map(chart).into()
}

fn chart(rate_hz: f64) -> Chart {
    let mut lines = Vec::new();
    for (name, range_db) in [("light, as designed", 12.0), ("strong, as designed", 40.0)] {
        let taps = shaping::design(range_db, rate_hz);
        let designed = (1..400).map(|n| {
            let hz = 0.5 * rate_hz * f64::from(n) / 400.0;
            (hz, db_from_power(0.25 * shaping::response(&taps, hz, rate_hz).powi(2)))
        });
        lines.push(Line::new(name, colour::TEXT, designed.collect()));
    }
    // what was measured on top: where it is right it hides the design
    let colours = [colour::DIM, colour::REFERENCE, colour::MASTER];
    for ((shaping, choice), colour) in Shaping::ALL.iter().zip(Shaping::CHOICES).zip(colours) {
        let noise = noise(Settings { bits: Bits::Sixteen, shaping: *shaping }, rate_hz);
        lines.push(Line::new(choice.label, colour, spectrum(&noise, rate_hz)));
    }
    Chart {
        title: format!("Dither to 16 bits at {} kHz: noise, measured over as designed", rate_hz / 1e3),
        x: Axis::even("Hz", 0.0..0.5 * rate_hz),
        y: Axis::even("dB of a step squared", -45.0..45.0),
        lines,
    }
}

/// What dither does to a tone, in steps.
fn noise(settings: Settings, rate_hz: f64) -> Vec<f64> {
    let mut dither = Dither::default();
    dither.set(&settings);
    dither.prepare(&Spec { sample_rate_hz: rate_hz, max_frames: 1 << 20 });
    let tone: Vec<_> = (0..1 << 18).map(|n| 0.1 * (TAU * 0.013 * f64::from(n)).sin()).collect();
    let (mut left, mut right) = (tone.clone(), tone.clone());
    dither.process(&mut Block::new(&mut left, &mut right));
    left.iter().zip(&tone).map(|(y, x)| (y - x) * settings.steps()).collect()
}

/// Power density over frequency: Hann-windowed transforms, averaged.
fn spectrum(noise: &[f64], rate_hz: f64) -> Vec<(f64, f64)> {
    const LENGTH: usize = 512;
    let window: Vec<_> =
        (0..LENGTH).map(|n| 0.5 - 0.5 * (TAU * (count(n) + 0.5) / count(LENGTH)).cos()).collect();
    let whole: f64 = window.iter().map(|w| w * w).sum();
    let table: Vec<_> = (0..LENGTH).map(|n| (TAU * count(n) / count(LENGTH)).sin_cos()).collect();
    (2..LENGTH / 2)
        .map(|bin| {
            let mut power = 0.0;
            for part in noise.chunks_exact(LENGTH) {
                let (mut re, mut im) = (0.0, 0.0);
                for (n, (x, w)) in part.iter().zip(&window).enumerate() {
                    let (sin, cos) = table[n * bin % LENGTH];
                    re += x * w * cos;
                    im += x * w * sin;
                }
                power += re * re + im * im;
            }
            let mean = power / count(noise.len() / LENGTH) / whole;
            (rate_hz * count(bin) / count(LENGTH), db_from_power(mean))
        })
        .collect()
}
