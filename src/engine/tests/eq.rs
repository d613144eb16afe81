//! The equaliser against analogue filters written down here once more, in closed form.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::f64::consts::{FRAC_1_SQRT_2, PI, TAU};

use garnish_engine::eq::{Band, Equaliser, Response, Settings, Shape, Slope, prototype_db};
use garnish_engine::{Block, Spec, Stage};
use support::Random;

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
        .filter(|hz| *hz <= rate_hz * 20.0 / 44.1)
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

/// Anything that can be set, at any rate; below 44.1 kHz to the same part of the rate, with centres beyond Nyquist.
#[test]
fn extreme_settings_stay_close() {
    let mut random = Random::new(3);
    let mut worst = [0.0_f64; 2];
    for n in 0..1_500 {
        let rate_hz = [8_000.0, 22_050.0, 44_100.0, 48_000.0, 96_000.0, 384_000.0][n % 6];
        let band = band(
            Shape::ALL[random.below(Shape::ALL.len())],
            10.0 * 3_000f64.powf(random.between(0.0, 1.0)),
            random.between(-24.0, 24.0),
            0.1 * 240f64.powf(random.between(0.0, 1.0)),
            Slope::ALL[random.below(Slope::ALL.len())],
        );
        let class = usize::from(rate_hz > 46e3);
        worst[class] = worst[class].max(error_db(&band, rate_hz));
    }
    // the worst at 44.1 kHz and below is a tilt of 48 dB with a Q of 24
    assert!(worst[0] <= 0.15 && worst[1] <= 0.02, "{worst:?}");
}

/// H(f) of the running stage, from its impulse response.
fn measured_db(settings: &Settings, rate_hz: f64, frames: usize, hz: &[f64]) -> Vec<f64> {
    let mut left = vec![0.0; frames];
    left[0] = 1.0;
    let mut right = left.clone();
    let mut stage = prepared(settings, rate_hz);
    for (left, right) in left.chunks_mut(480).zip(right.chunks_mut(480)) {
        stage.process(&mut Block::new(left, right));
    }
    assert!(left == right, "the channels differ");
    let transform = |hz: &f64| {
        let turn = TAU * hz / rate_hz;
        let (mut re, mut im) = (0.0, 0.0);
        for (n, y) in (0_u32..).zip(&left) {
            let (sin, cos) = (turn * f64::from(n)).sin_cos();
            re += y * cos;
            im -= y * sin;
        }
        10.0 * (re * re + im * im).log10()
    };
    hz.iter().map(transform).collect()
}

fn prepared(settings: &Settings, rate_hz: f64) -> Equaliser {
    let mut stage = Equaliser::default();
    stage.set(settings);
    stage.prepare(&Spec { sample_rate_hz: rate_hz, max_frames: 4096 });
    stage
}

#[test]
fn what_is_drawn_is_what_runs() {
    let mut random = Random::new(5);
    for n in 0..24 {
        let rate_hz = RATES_HZ[n % RATES_HZ.len()];
        let mut settings = Settings::default();
        for band in settings.bands.iter_mut().take(1 + n % 8) {
            *band = Band {
                on: random.below(5) > 0,
                shape: Shape::ALL[random.below(Shape::ALL.len())],
                freq_hz: 300.0 * 60f64.powf(random.between(0.0, 1.0)),
                gain_db: random.between(-12.0, 12.0),
                q: 0.3 * 10f64.powf(random.between(0.0, 1.0)),
                slope: Slope::ALL[random.below(Slope::ALL.len())],
            };
        }
        settings.gain_scale_percent = 50.0 * f64::from(u8::try_from(n % 4).unwrap());
        let hz: Vec<f64> = (0..24).map(|_| 20.0 * 1000f64.powf(random.between(0.0, 1.0))).collect();
        let response = Response::new(&settings, rate_hz);
        for (hz, db) in hz.iter().zip(measured_db(&settings, rate_hz, 24_000, &hz)) {
            let drawn_db = response.db(*hz);
            assert!(drawn_db == garnish_engine::eq::response(&settings, rate_hz, *hz));
            // far down the rounding of the sum shows
            let tolerance_db = 1e-7 + 1e-12 * 10f64.powf(-drawn_db / 20.0);
            assert!((db - drawn_db).abs() < tolerance_db, "{db} for {drawn_db} dB at {hz} Hz: {settings:?}");
        }
    }
}

#[test]
fn the_model_is_the_sum_of_its_bands() {
    let mut settings = Settings::default();
    settings.bands[1] = band(Shape::HighShelf, 3_000.0, 4.0, 0.8, Slope::Db12);
    settings.bands[5] = band(Shape::LowCut, 60.0, 0.0, 0.9, Slope::Db24);
    settings.bands[7] = Band { on: false, ..band(Shape::Notch, 500.0, 0.0, 4.0, Slope::Db24) };
    settings.gain_scale_percent = 150.0;
    for hz in [20.0, 300.0, 5_000.0, 20_000.0] {
        let shelf = Band { gain_db: 6.0, ..settings.bands[1] };
        let power = analogue_power(&shelf, hz) * analogue_power(&settings.bands[5], hz);
        assert!((prototype_db(&settings, hz) - 10.0 * power.log10()).abs() < 1e-9);
        assert!((Response::new(&settings, 48e3).db(hz) - prototype_db(&settings, hz)).abs() < 0.02);
    }
}
