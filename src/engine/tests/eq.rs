//! The equaliser against analogue filters written down here once more, in closed form.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::f64::consts::{FRAC_1_SQRT_2, PI};

use garnish_engine::eq::{Band, Response, Settings, Shape, Slope};

const RATES_HZ: [f64; 5] = [44_100.0, 48_000.0, 88_200.0, 96_000.0, 192_000.0];
const CENTRES_HZ: [f64; 13] = [20.0, 60.0, 200.0, 700.0, 2e3, 4e3, 6e3, 8e3, 10e3, 12e3, 14e3, 16e3, 18e3];
const QS: [f64; 7] = [0.3, 0.5, FRAC_1_SQRT_2, 1.0, 2.0, 4.0, 8.0];

/// Settings with this one band.
fn only(band: Band) -> Settings {
    let mut settings = Settings::default();
    settings.bands[0] = band;
    settings
}

fn band(shape: Shape, freq_hz: f64, gain_db: f64, q: f64, slope: Slope) -> Band {
    Band { on: true, shape, freq_hz, gain_db, q, slope }
}

fn slope_order(slope: Slope) -> i32 {
    [1, 2, 3, 4, 6, 8][Slope::ALL.iter().position(|s| *s == slope).unwrap()]
}

/// |H|^2 of an analogue filter, straight from the formulas of its textbook, u = f / f0.
fn analogue_power(band: &Band, hz: f64) -> f64 {
    let u = hz / band.freq_hz;
    let (q, a) = (band.q, 10f64.powf(band.gain_db / 40.0));
    let magnitude = |re: f64, im: f64| re * re + im * im;
    let shelf = |u: f64, a: f64| {
        let above = magnitude(1.0 - a * u * u, a.sqrt() / q * u);
        let below = magnitude(a - u * u, a.sqrt() / q * u);
        a * a * above / below
    };
    let order = slope_order(band.slope);
    match band.shape {
        Shape::Bell => magnitude(1.0 - u * u, u * a / q) / magnitude(1.0 - u * u, u / (a * q)),
        Shape::HighShelf => shelf(u, a),
        Shape::LowShelf => shelf(1.0 / u, a),
        Shape::Tilt => shelf(u, a * a) / a.powi(4),
        Shape::Notch => (1.0 - u * u).powi(2) / magnitude(1.0 - u * u, u / q),
        Shape::BandPass => (u / q).powi(2) / magnitude(1.0 - u * u, u / q),
        Shape::LowCut | Shape::HighCut => {
            let u = if band.shape == Shape::HighCut { u } else { 1.0 / u };
            let plain = 1.0 / (1.0 + u.powi(2 * order));
            let damping = 2.0 * (PI / f64::from(2 * order)).sin();
            let sharpened = damping * FRAC_1_SQRT_2 / q;
            let section = |damping: f64| magnitude(1.0 - u * u, u * damping);
            if order == 1 { plain } else { plain * section(damping) / section(sharpened) }
        }
    }
}

/// Frequencies from 20 Hz to 20 kHz, evenly in pitch and, for narrow filters, close around the centre.
fn probes_hz(band: &Band) -> impl Iterator<Item = f64> {
    let centre = band.freq_hz;
    let even = (0..=120).map(|n| 20.0 * 1000f64.powf(f64::from(n) / 120.0));
    let near = (-40..=40).map(move |n| centre * (0.02 * f64::from(n)).exp());
    even.chain(near).filter(|hz| (20.0..=20_000.0).contains(hz))
}

/// Greatest distance in dB from the analogue curve where that is above -40 dB; below, the distance above -40 dB.
fn error_db(band: &Band, rate_hz: f64) -> f64 {
    let response = Response::new(&only(*band), rate_hz);
    probes_hz(band)
        .map(|hz| {
            let target_db = 10.0 * analogue_power(band, hz).log10();
            let db = response.db(hz);
            if target_db > -40.0 { (db - target_db).abs() } else { (db + 40.0).max(0.0) }
        })
        .fold(0.0, f64::max)
}

/// The worst error over all centres and Q for one shape, gain and slope.
fn worst_db(shape: Shape, gain_db: f64, slope: Slope, rate_hz: f64) -> (f64, Band) {
    CENTRES_HZ
        .iter()
        .flat_map(|freq_hz| QS.map(|q| band(shape, *freq_hz, gain_db, q, slope)))
        .map(|band| (error_db(&band, rate_hz), band))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .unwrap()
}

#[test]
fn every_curve_is_the_analogue_one() {
    let mut report = Vec::new();
    let mut worst = 0.0_f64;
    for rate_hz in RATES_HZ {
        for shape in Shape::ALL.iter().copied() {
            let gains: &[f64] = if shape.has_gain() { &[-12.0, -3.0, 1.0, 12.0] } else { &[0.0] };
            let slopes = if shape.has_slope() { Slope::ALL } else { &[Slope::Db12] };
            let (error, at) = gains
                .iter()
                .flat_map(|gain| slopes.iter().map(move |slope| worst_db(shape, *gain, *slope, rate_hz)))
                .max_by(|a, b| a.0.total_cmp(&b.0))
                .unwrap();
            report.push((rate_hz, error, at));
            worst = worst.max(error);
        }
    }
    assert!(worst <= 0.02, "{report:#?}");
}
