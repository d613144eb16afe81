//! Several programmes side by side as a picture: loudness over time, long-term spectra.

use garnish_engine::analysis::Welch;
use garnish_engine::analysis::spectrum::{TILT_DB_PER_OCTAVE, WINDOW};
use garnish_engine::units::count;
use garnish_media::Audio;
use plotters::style::RGBColor;

use crate::analysis::analyse_with;
use crate::chart::{Axis, Chart, Line, colour, svg};

/// Width of the bands that a spectrum is drawn in, in octaves.
pub const SMOOTHING_OCTAVES: f64 = 1.0 / 6.0;

/// The colours of what came in, what goes out, and what it is compared with.
const COLOURS: [RGBColor; 3] = [colour::DIM, colour::MASTER, colour::REFERENCE];

/// Short-term loudness and spectra of up to three programmes as one SVG.
///
/// # Errors
/// If the drawing library fails: its own words.
pub fn comparison(programmes: &[(&str, &Audio)]) -> Result<String, String> {
    let lines = |points: fn(&Audio) -> Vec<(f64, f64)>| {
        let named = programmes.iter().zip(COLOURS);
        named.map(|((name, audio), colour)| Line::new(*name, colour, points(audio))).collect::<Vec<_>>()
    };
    let (loudness, spectra) = (lines(loudness_history), lines(spectrum));
    let seconds = programmes.iter().map(|(_, audio)| audio.seconds()).fold(1.0, f64::max);
    svg(&[
        Chart {
            title: "Short-term loudness".to_owned(),
            x: Axis::even("s", 0.0..seconds),
            y: Axis::even("LUFS", span(&loudness, 6.0)),
            lines: loudness,
        },
        Chart {
            title: format!("Spectrum, sixth octaves, tilted by {TILT_DB_PER_OCTAVE} dB an octave"),
            x: Axis::frequency(),
            y: Axis::even("dB", span(&spectra, 12.0)),
            lines: spectra,
        },
    ])
}

/// Short-term loudness ten times a second, from the first full window on: (s, LUFS).
pub fn loudness_history(audio: &Audio) -> Vec<(f64, f64)> {
    let mut points = Vec::new();
    let rate_hz = f64::from(audio.sample_rate_hz);
    analyse_with("", audio, |done, meter| {
        let time_s = count(done) / rate_hz;
        if time_s >= 3.0 {
            points.push((time_s, meter.take_reading().short_term_lufs));
        }
    });
    points
}

/// Returns the long-term spectrum of all channels in sixth octaves, tilted: (Hz, dB). See [`Welch`].
pub fn spectrum(audio: &Audio) -> Vec<(f64, f64)> {
    let mut welch = Welch::new(f64::from(audio.sample_rate_hz), audio.channels.len());
    for start in (0..audio.frames()).step_by(WINDOW) {
        let end = audio.frames().min(start + WINDOW);
        push(&mut welch, &audio.channels.iter().map(|channel| &channel[start..end]).collect::<Vec<_>>());
    }
    welch.finish().smoothed(SMOOTHING_OCTAVES)
}

/// Adds 32-bit frames to a spectrum, one slice a channel.
pub fn push(welch: &mut Welch, planes: &[&[f32]]) {
    let wide: Vec<Vec<f64>> =
        planes.iter().map(|plane| plane.iter().map(|x| f64::from(*x)).collect()).collect();
    welch.push(&wide.iter().map(Vec::as_slice).collect::<Vec<_>>());
}

/// A range that holds all lines, from `least` below the middle of what is seen, on whole tens.
fn span(lines: &[Line], least: f64) -> std::ops::Range<f64> {
    let values = || lines.iter().flat_map(|line| &line.points).map(|(_, y)| *y).filter(|y| y.is_finite());
    let top = values().fold(f64::NEG_INFINITY, f64::max);
    if !top.is_finite() {
        return -60.0..0.0;
    }
    let bottom = values().fold(f64::INFINITY, f64::min).max(top - 60.0).min(top - least);
    ((bottom - 1.0) / 5.0).floor() * 5.0..((top + 1.0) / 5.0).ceil() * 5.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sine(hz: f64) -> Audio {
        let channel = (0..96_000).map(|n| (std::f64::consts::TAU * hz * f64::from(n) / 48_000.0).sin());
        Audio { sample_rate_hz: 48_000, channels: vec![channel.map(garnish_engine::units::narrow).collect()] }
    }

    #[test]
    fn a_report_is_an_svg_that_names_what_it_shows() {
        let audio = sine(440.0);
        let text = comparison(&[("mix", &audio), ("master", &audio), ("reference", &audio)]).unwrap();
        assert!(text.starts_with("<svg") && text.trim_end().ends_with("</svg>"));
        for name in ["mix", "master", "reference", "LUFS"] {
            assert!(text.contains(name), "{name}");
        }
        assert!(!text.contains("NaN"));
    }
}
