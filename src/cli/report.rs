//! Several programmes side by side as a picture: loudness over time, long-term spectra.

use garnish_engine::units::{count, db_from_power, gain_from_db, whole};
use garnish_media::Audio;
use plotters::style::RGBColor;
use realfft::RealFftPlanner;

use crate::analysis::analyse_with;
use crate::chart::{Axis, Chart, Line, colour, svg};

/// Points of a spectrum's window: 0.17 s at 48 kHz, bins of 6 Hz.
const WINDOW: usize = 8192;

/// Width of the bands a spectrum is shown in, in octaves.
const SMOOTHING_OCTAVES: f64 = 1.0 / 6.0;

/// Slope at which music's long-term spectrum looks level, in dB an octave: what analysers call a tilt.
const TILT_DB_PER_OCTAVE: f64 = 4.5;

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

/// Mean power spectrum of all channels: Hann windows of `WINDOW` points overlapping by half (Welch, 1967), summed in bands of
/// `SMOOTHING_OCTAVES`, tilted around 1 kHz: (Hz, dB).
pub fn spectrum(audio: &Audio) -> Vec<(f64, f64)> {
    let power = mean_power(audio);
    let bin_hz = f64::from(audio.sample_rate_hz) / count(WINDOW);
    let half_band = 2_f64.powf(0.5 * SMOOTHING_OCTAVES);
    let bands = 240;
    (0..=bands)
        .map(|n| {
            let hz = 20.0 * 1000_f64.powf(f64::from(n) / f64::from(bands));
            let (low, high) = (hz / half_band / bin_hz, hz * half_band / bin_hz);
            // a band narrower than a bin takes its share of it
            let first = whole(low.floor()).max(1);
            let last = whole(high.floor()).max(first).min(power.len() - 1);
            let bins = power.get(first..=last).unwrap_or_default();
            let mean = bins.iter().sum::<f64>() / count(bins.len().max(1));
            let octaves = (hz / 1000.0).log2();
            let tilt = gain_from_db(TILT_DB_PER_OCTAVE * octaves).powi(2);
            (hz, db_from_power(mean * tilt))
        })
        .filter(|(hz, _)| *hz < 0.5 * f64::from(audio.sample_rate_hz))
        .collect()
}

/// Mean power in each bin; a full-scale sine in one bin's centre, on all channels, gives 1/2 spread over the window's width.
fn mean_power(audio: &Audio) -> Vec<f64> {
    let fft = RealFftPlanner::<f64>::new().plan_fft_forward(WINDOW);
    let window: Vec<f64> =
        (0..WINDOW).map(|n| 0.5 - 0.5 * (std::f64::consts::TAU * count(n) / count(WINDOW)).cos()).collect();
    let (mut input, mut bins) = (fft.make_input_vec(), fft.make_output_vec());
    let mut power = vec![0.0; bins.len()];
    let mut windows = 0;
    for channel in &audio.channels {
        let last = channel.len().saturating_sub(WINDOW);
        for start in (0..=last).step_by(WINDOW / 2) {
            input.fill(0.0);
            for ((x, sample), w) in input.iter_mut().zip(&channel[start..]).zip(&window) {
                *x = f64::from(*sample) * w;
            }
            if fft.process(&mut input, &mut bins).is_ok() {
                power.iter_mut().zip(&bins).for_each(|(power, bin)| *power += bin.norm_sqr());
                windows += 1;
            }
        }
    }
    // Hann's mean square is 3/8; a real spectrum has half its power at negative frequencies
    let scale = 2.0 / (0.375 * count(WINDOW).powi(2) * count(windows.max(1)));
    power.into_iter().map(|power| power * scale).collect()
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
    fn the_power_of_a_sine_is_found_whole() {
        for hz in [50.0, 997.0, 12_345.0] {
            let power = mean_power(&sine(hz));
            let total: f64 = power.iter().sum();
            assert!((total - 0.5).abs() < 0.005, "{hz} Hz: {total}");
            let peak = (0..power.len()).max_by(|a, b| power[*a].total_cmp(&power[*b])).unwrap();
            assert!((count(peak) * 48_000.0 / count(WINDOW) - hz).abs() <= 6.0, "{hz} Hz");
        }
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
