//! The equaliser in time: idling, noise, ramps, fades.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::f64::consts::TAU;

use garnish_engine::eq::{Band, Equaliser, Response, Settings, Shape, Slope};
use garnish_engine::{Block, Spec, Stage};
use support::{Random, music};

/// Settings with this one band.
fn only(band: Band) -> Settings {
    let mut settings = Settings::default();
    settings.bands[0] = band;
    settings
}

fn band(shape: Shape, freq_hz: f64, gain_db: f64, q: f64, slope: Slope) -> Band {
    Band { on: true, shape, freq_hz, gain_db, q, slope }
}

fn prepared(settings: &Settings, rate_hz: f64) -> Equaliser {
    let mut stage = Equaliser::default();
    stage.set(settings);
    stage.prepare(&Spec { sample_rate_hz: rate_hz, max_frames: 4096 });
    stage
}

#[test]
fn bands_without_gain_pass_every_bit() {
    let input = music(48_000, 48_000.0, 12);
    let mut settings = Settings::default();
    for (n, band) in settings.bands.iter_mut().enumerate() {
        band.shape = [Shape::Bell, Shape::LowShelf, Shape::HighShelf, Shape::Tilt][n % 4];
        band.q = 8.0;
    }
    settings.bands[3] = Band { on: false, ..band(Shape::LowCut, 2_000.0, 0.0, 1.0, Slope::Db48) };
    let [mut left, mut right] = input.clone();
    prepared(&settings, 48_000.0).process(&mut Block::new(&mut left, &mut right));
    assert!([left, right] == input);
    // and again after a band has been in use, once its ramp is over
    let [mut left, mut right] = input.clone();
    let mut stage = prepared(&settings, 48_000.0);
    for (n, gain_db) in [6.0, 0.0].into_iter().enumerate() {
        settings.bands[0].gain_db = gain_db;
        stage.set(&settings);
        let part = n * 12_000..(n + 1) * 12_000;
        stage.process(&mut Block::new(&mut left[part.clone()], &mut right[part]));
    }
    assert!(left[..12_000] != input[0][..12_000], "the band was not heard");
    assert!(left[13_000..24_000] == input[0][13_000..24_000], "not idle after the ramp");
}

/// A band deep down at a high rate, where rounding hurts most: the difference of a sine from the exact answer.
#[test]
fn a_low_narrow_band_is_quiet() {
    let rate_hz = 192_000.0;
    let settings = only(band(Shape::Bell, 20.0, 12.0, 8.0, Slope::Db12));
    let mut stage = prepared(&settings, rate_hz);
    let period = 192; // 1 kHz
    let tone = |n: usize| (TAU * f64::from(u32::try_from(n % period).unwrap()) / 192.0).sin();
    let h = Response::new(&settings, rate_hz).at(1_000.0);
    let mut noise = 0.0_f64;
    // the onset rings for seconds: 6 s are e^-24 of the band's pole
    let seconds = 8;
    for start in (0..seconds * 192_000).step_by(960) {
        let mut left: Vec<f64> = (start..start + 960).map(tone).collect();
        let mut right: Vec<f64> = (start..start + 960).map(|n| tone(n + 48)).collect();
        stage.process(&mut Block::new(&mut left, &mut right));
        if start >= (seconds - 1) * 192_000 {
            for n in start..start + 960 {
                let expected = h.re * tone(n) + h.im * tone(n + 48);
                noise += (left[n - start] - expected).powi(2) / 192_000.0;
            }
        }
    }
    let noise_db = 10.0 * noise.log10();
    assert!(noise_db < -140.0, "{noise_db} dBFS");
}

#[test]
fn after_the_sound_there_is_silence() {
    let settings = only(band(Shape::Bell, 20.0, 12.0, 8.0, Slope::Db12));
    let mut stage = prepared(&settings, 192_000.0);
    let [mut left, mut right] = music(9_600, 192_000.0, 4);
    stage.process(&mut Block::new(&mut left, &mut right));
    // the pole's time constant is 0.25 s, and 1e-100 lies 230 of them away
    for _ in 0..6_500 {
        left.fill(0.0);
        right.fill(0.0);
        stage.process(&mut Block::new(&mut left, &mut right));
    }
    assert!(left.iter().chain(&right).all(|x| *x == 0.0), "a limit cycle");
}

/// Power above 6 kHz over the power of a 1 kHz tone through a stage whose settings change every `every` frames, in dB.
fn splatter_db(start: &Settings, every: usize, mut change: impl FnMut(usize) -> Settings) -> f64 {
    let rate_hz = 48_000.0;
    let frames = 9_600;
    let mut stage = prepared(start, rate_hz);
    let mut left: Vec<f64> = (0..frames + 4_800)
        .map(|n| (TAU * 1_000.0 * f64::from(u32::try_from(n).unwrap()) / rate_hz).sin())
        .collect();
    let mut right = left.clone();
    stage.process(&mut Block::new(&mut left[..4_800], &mut right[..4_800]));
    for at in (4_800..left.len()).step_by(every) {
        stage.set(&change(at - 4_800));
        let end = left.len().min(at + every);
        stage.process(&mut Block::new(&mut left[at..end], &mut right[at..end]));
    }
    // A Blackman-Harris window keeps the tone's own skirt below -92 dB
    let windowed: Vec<f64> = (0_u32..)
        .zip(&left[4_800..])
        .map(|(n, y)| {
            let t = TAU * f64::from(n) / 9_600.0;
            y * (0.358_75 - 0.488_29 * t.cos() + 0.141_28 * (2.0 * t).cos() - 0.011_68 * (3.0 * t).cos())
        })
        .collect();
    let power = |bin: u32| {
        let turn = TAU * f64::from(bin) / 9_600.0;
        let (mut re, mut im) = (0.0, 0.0);
        for (n, y) in (0_u32..).zip(&windowed) {
            let (sin, cos) = (turn * f64::from(n)).sin_cos();
            re += y * cos;
            im += y * sin;
        }
        re * re + im * im
    };
    let tone: f64 = (180..220).map(power).sum();
    // every 20th line of those above 6 kHz
    let above: f64 = (1_200..4_800).step_by(20).map(power).sum::<f64>() * 20.0;
    10.0 * (above / tone).log10()
}

#[test]
fn sweeps_make_no_zipper_noise() {
    for shape in [Shape::Bell, Shape::LowShelf, Shape::HighShelf, Shape::Notch, Shape::LowCut, Shape::HighCut]
    {
        let mut start = only(band(shape, 20.0, 12.0, 2.0, Slope::Db24));
        if shape == Shape::HighCut {
            start.bands[0].freq_hz = 500.0;
        }
        // to 18 kHz in 50 ms, as a host sends it: 32 frames at a time
        let sweep = |n: usize| {
            let mut settings = start;
            let part = (f64::from(u32::try_from(n).unwrap()) / 2_400.0).min(1.0);
            let from = start.bands[0].freq_hz;
            settings.bands[0].freq_hz = from * (18_000.0 / from).powf(part);
            settings
        };
        let db = splatter_db(&start, 32, sweep);
        assert!(db < -90.0, "{shape:?}: {db} dB");
    }
}

#[test]
fn switches_make_no_click() {
    let quiet = only(band(Shape::LowCut, 300.0, 0.0, 1.0, Slope::Db24));
    let shelf = only(band(Shape::HighShelf, 500.0, 9.0, 0.7, Slope::Db24));
    let mut off = shelf;
    off.bands[0].on = false;
    for (from, to) in
        [(quiet, shelf), (shelf, quiet), (off, shelf), (shelf, off), (Settings::default(), shelf)]
    {
        let db = splatter_db(&from, 4_800, |n| if n == 0 { from } else { to });
        assert!(db < -90.0, "{db} dB");
    }
}

#[test]
fn wild_automation_stays_bounded() {
    let mut random = Random::new(9);
    let mut stage = prepared(&Settings::default(), 44_100.0);
    for _ in 0..4_000 {
        let mut settings = Settings::default();
        for band in settings.bands.iter_mut().take(2) {
            *band = Band {
                on: true,
                shape: [Shape::Bell, Shape::Notch][random.below(2)],
                freq_hz: 10.0 * 3_000f64.powf(random.between(0.0, 1.0)),
                gain_db: random.between(-24.0, 12.0),
                q: 0.1 * 240f64.powf(random.between(0.0, 1.0)),
                slope: Slope::Db12,
            };
        }
        stage.set(&settings);
        let mut left: Vec<f64> = (0..64).map(|_| random.signed()).collect();
        let mut right = left.clone();
        stage.process(&mut Block::new(&mut left, &mut right));
        // two bells of +12 dB and Q 24 can lift noise by no more than their resonance
        assert!(left.iter().all(|x| x.abs() < 64.0), "{settings:?}");
    }
}
