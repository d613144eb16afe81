//! What dither promises: whole codes, an error that knows nothing of the signal, the spectrum that was designed, silence.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::cast_precision_loss, reason = "frame numbers are small")]

mod support;

use garnish_engine::chain::Chain;
use garnish_engine::dither::{Bits, Dither, Filters, Settings, Shaping, shaping};
use garnish_engine::units::whole;
use garnish_engine::{Block, Spec, Stage};
use std::f64::consts::TAU;
use support::{music, sine, torture::torture, true_peak::Judge};

const RATES_HZ: [f64; 5] = [44_100.0, 48_000.0, 88_200.0, 96_000.0, 192_000.0];

fn prepared(settings: Settings, rate_hz: f64) -> Dither {
    let mut dither = Dither::default();
    dither.set(&settings);
    dither.prepare(&Spec { sample_rate_hz: rate_hz, max_frames: 512 });
    dither
}

fn dithered(settings: Settings, rate_hz: f64, input: &[f64]) -> [Vec<f64>; 2] {
    let mut dither = prepared(settings, rate_hz);
    let mut output = [input.to_vec(), input.to_vec()];
    let [left, right] = &mut output;
    for (left, right) in left.chunks_mut(512).zip(right.chunks_mut(512)) {
        dither.process(&mut Block::new(left, right));
    }
    output
}

/// Every combination.
fn all() -> impl Iterator<Item = Settings> {
    Bits::ALL
        .iter()
        .flat_map(|bits| Shaping::ALL.iter().map(|shaping| Settings { bits: *bits, shaping: *shaping }))
}

#[test]
fn every_output_is_a_code_of_the_file() {
    let loud = sine(20_000, 997.0, 48_000.0, 1.3);
    for settings in all() {
        let steps = settings.steps();
        for y in dithered(settings, 48_000.0, &loud).iter().flatten() {
            let code = y * steps;
            assert!(code == code.round() && code >= -steps && code <= steps - 1.0, "{y} with {settings:?}");
        }
    }
}

#[test]
fn the_mean_and_the_power_of_the_error_do_not_depend_on_the_signal() {
    let settings = Settings { bits: Bits::Sixteen, shaping: Shaping::None };
    let frames = 200_000;
    let steps = settings.steps();
    for hundredths in [0, 10, 25, 37, 50, 75, 90] {
        let level = 1000.0 + f64::from(hundredths) / 100.0;
        for channel in dithered(settings, 48_000.0, &vec![level / steps; frames]) {
            let errors: Vec<f64> = channel.iter().map(|y| y * steps - level).collect();
            let mean = errors.iter().sum::<f64>() / frames as f64;
            let power = errors.iter().map(|e| e * e).sum::<f64>() / frames as f64;
            // theory: mean 0, power 1/4 (rounding 1/12 and two uniform values 1/12 each); limits of five standard errors
            assert!(mean.abs() < 5.0 * 0.5 / (frames as f64).sqrt(), "mean {mean} at {hundredths}/100");
            assert!(
                (power - 0.25).abs() < 5.0 * 0.33 / (frames as f64).sqrt(),
                "power {power} at {hundredths}/100"
            );
        }
    }
}

#[test]
fn the_error_is_uncorrelated_with_a_signal_below_one_step() {
    let settings = Settings { bits: Bits::Sixteen, shaping: Shaping::None };
    let frames = 400_000;
    let signal: Vec<f64> = sine(frames, 997.0, 48_000.0, 0.7 / settings.steps());
    let [left, right] = dithered(settings, 48_000.0, &signal);
    let error = |channel: &[f64]| -> Vec<f64> {
        channel.iter().zip(&signal).map(|(y, x)| (y - x) * settings.steps()).collect()
    };
    let (left, right) = (error(&left), error(&right));
    let correlation = |a: &dyn Fn(usize) -> f64, b: &dyn Fn(usize) -> f64| {
        let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
        for n in 0..frames {
            ab += a(n) * b(n);
            aa += a(n) * a(n);
            bb += b(n) * b(n);
        }
        (ab / (aa * bb).sqrt()).abs()
    };
    let limit = 5.0 / (frames as f64).sqrt();
    let x = |n: usize| signal[n];
    let xx = |n: usize| signal[n] * signal[n] * settings.steps().powi(2) - 0.245;
    let e = |n: usize| left[n];
    let ee = |n: usize| left[n] * left[n] - 0.25;
    assert!(correlation(&x, &e) < limit, "first moment");
    assert!(
        correlation(&x, &ee) < limit && correlation(&xx, &ee) < limit && correlation(&xx, &e) < limit,
        "second moment"
    );
    assert!(correlation(&e, &|n| right[n]) < limit, "the channels share their noise");
    assert!(correlation(&e, &|n| left[(n + 1) % frames]) < limit, "neighbours are not independent");
}

/// Power of the error at a frequency, in steps squared a bin, by averaged Hann-windowed transforms.
fn density(error: &[f64], of_rate: f64) -> f64 {
    const LENGTH: usize = 512;
    let window: Vec<f64> =
        (0..LENGTH).map(|n| 0.5 - 0.5 * (TAU * (n as f64 + 0.5) / LENGTH as f64).cos()).collect();
    let basis: Vec<(f64, f64)> = (0..LENGTH).map(|n| (TAU * of_rate * n as f64).sin_cos()).collect();
    let power: f64 = error
        .chunks_exact(LENGTH)
        .map(|chunk| {
            let (mut re, mut im) = (0.0, 0.0);
            for ((x, window), (sin, cos)) in chunk.iter().zip(&window).zip(&basis) {
                re += x * window * cos;
                im += x * window * sin;
            }
            re * re + im * im
        })
        .sum();
    power / (error.len() / LENGTH) as f64 / window.iter().map(|w| w * w).sum::<f64>()
}

#[test]
fn the_noise_has_the_spectrum_that_was_designed() {
    for rate_hz in RATES_HZ {
        let signal: Vec<f64> = sine(400_000, 0.013 * rate_hz, rate_hz, 0.1);
        for (shaping, range_db) in
            [(Shaping::None, None), (Shaping::Light, Some(12.0)), (Shaping::Strong, Some(40.0))]
        {
            let settings = Settings { bits: Bits::Sixteen, shaping };
            let [left, _] = dithered(settings, rate_hz, &signal);
            let error: Vec<f64> = left.iter().zip(&signal).map(|(y, x)| (y - x) * settings.steps()).collect();
            let taps = range_db.map(|range_db| shaping::design(range_db, rate_hz));
            for n in 1..16 {
                let of_rate = f64::from(n) / 32.0;
                let expected = 0.25
                    * taps.map_or(1.0, |taps| shaping::response(&taps, of_rate * rate_hz, rate_hz).powi(2));
                let off_db = 10.0 * (density(&error, of_rate) / expected).log10();
                assert!(off_db.abs() < 1.0, "{off_db} dB at {of_rate} of {rate_hz} Hz, {shaping:?}");
            }
        }
    }
}

#[test]
fn shaping_lowers_what_is_heard() {
    // noise power at the ear's most sensitive, 2 to 5 kHz, against plain dither
    for rate_hz in RATES_HZ {
        let mean_db = |range_db| {
            let taps = shaping::design(range_db, rate_hz);
            (20..50)
                .map(|n| 20.0 * shaping::response(&taps, f64::from(n) * 100.0, rate_hz).log10())
                .sum::<f64>()
                / 30.0
        };
        let (light, strong) = (mean_db(12.0), mean_db(40.0));
        assert!(light < -3.0 && strong < light - 6.0, "light {light} dB, strong {strong} dB at {rate_hz} Hz");
    }
}

#[test]
fn silence_is_blanked_and_sound_comes_back_at_once() {
    for (settings, rate_hz) in all().flat_map(|settings| RATES_HZ.map(|rate_hz| (settings, rate_hz))) {
        let mut dither = prepared(settings, rate_hz);
        let ten_ms = whole(0.01 * rate_hz);
        let mut run = |x: &[f64]| -> Vec<f64> {
            let (mut left, mut right) = (x.to_vec(), x.to_vec());
            dither.process(&mut Block::new(&mut left, &mut right));
            left
        };
        assert!(run(&[0.0; 500]).iter().all(|y| *y == 0.0), "noise out of silence");
        let sound = run(&[0.25; 500]);
        assert!((sound[0] - 0.25).abs() < 1e-2 && sound.iter().any(|y| *y != sound[0]));
        let pause = run(&vec![0.0; 3_000]);
        assert!(pause[..ten_ms].iter().any(|y| *y != 0.0), "blanked within 10 ms");
        assert!(pause[ten_ms..].iter().all(|y| *y == 0.0), "not blanked after 10 ms");
        assert!(run(&[0.25; 1])[0] != 0.0);
    }
}

#[test]
fn the_ceiling_holds_after_dither() {
    let judge = Judge::new();
    let hard: Vec<_> = torture(4_000, 5)
        .into_iter()
        .filter(|(name, _)| ["square 97", "random signs"].contains(name))
        .collect();
    for settings in all().filter(|settings| settings.bits == Bits::Sixteen) {
        for (rate_hz, ceiling_db) in RATES_HZ.into_iter().zip([-1.0, 0.0, -12.0, -1.0, 0.0]) {
            let mut chain = Chain::default();
            let mut all = garnish_engine::Settings::default();
            all.limiter.stage.gain_db = 8.0;
            all.limiter.stage.ceiling_db = ceiling_db;
            all.dither.on = true;
            all.dither.stage = settings;
            chain.set(&all);
            chain.prepare(&Spec { sample_rate_hz: rate_hz, max_frames: 512 });
            let [mut left, mut right] = [hard[0].1.clone(), hard[1].1.clone()];
            let tail = chain.latency() + 300;
            left.resize(4_000 + tail, 0.0);
            right.resize(4_000 + tail, 0.0);
            for (left, right) in left.chunks_mut(512).zip(right.chunks_mut(512)) {
                chain.process(&mut Block::new(left, right));
            }
            let peak = judge.true_peak(&left).max(judge.true_peak(&right));
            let over = 20.0 * peak.log10() - ceiling_db;
            assert!(over <= 0.01, "{over} dB above {ceiling_db} dBTP at {rate_hz} Hz with {settings:?}");
            assert!(over > -0.1, "{over} dB: more room than dither needs, at {rate_hz} Hz with {settings:?}");
        }
    }
}

#[test]
fn the_output_is_the_input_but_for_noise() {
    let [input, _] = music(20_000, 48_000.0, 1);
    for settings in all() {
        let peak = settings.peak(&Filters::design(48_000.0));
        for (x, y) in input.iter().zip(&dithered(settings, 48_000.0, &input)[0]) {
            assert!((x - y).abs() <= peak, "{x} became {y} with {settings:?}");
        }
    }
}
