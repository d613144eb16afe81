//! The equaliser's cost: one stereo block of 512 frames, so at 48 kHz 1 % of a core is 106.7 us.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use garnish_engine::eq::{Band, Equaliser, Response, Settings, Shape, Slope};
use garnish_engine::stereo::{self, Stereo};
use garnish_engine::{Block, Spec, Stage};

const FRAMES: usize = 512;

/// All bands at work.
fn settings(shape: Shape, slope: Slope, bands: usize) -> Settings {
    let mut settings = Settings::default();
    for (n, band) in settings.bands.iter_mut().enumerate() {
        let gain_db = if n % 2 == 0 { 3.0 } else { -2.0 };
        *band = Band { on: n < bands, shape, slope, gain_db, ..*band };
    }
    settings
}

fn prepared<S: Stage>(mut stage: S, settings: &S::Settings, sample_rate_hz: f64) -> S {
    stage.set(settings);
    stage.prepare(&Spec { sample_rate_hz, max_frames: FRAMES });
    stage
}

/// Times a stage; `turn` may move its settings before each block.
fn time<S: Stage>(c: &mut Criterion, name: &str, mut stage: S, mut turn: impl FnMut(&mut S)) {
    let noise: Vec<f64> = (0..FRAMES).map(|n| if n * 7 % 13 < 6 { 0.1 } else { -0.1 }).collect();
    let (mut left, mut right) = (noise.clone(), noise.clone());
    c.bench_function(name, |b| {
        b.iter(|| {
            left.copy_from_slice(&noise);
            right.copy_from_slice(&noise);
            turn(&mut stage);
            stage.process(&mut Block::new(black_box(&mut left), black_box(&mut right)));
        });
    });
}

fn all(c: &mut Criterion) {
    for (name, shape, slope, bands, rate_hz) in [
        ("eq/8 bells, 48 kHz", Shape::Bell, Slope::Db12, 8, 48e3),
        ("eq/8 bells, 96 kHz", Shape::Bell, Slope::Db12, 8, 96e3),
        ("eq/1 bell, 48 kHz", Shape::Bell, Slope::Db12, 1, 48e3),
        ("eq/8 cuts of 48 dB, 48 kHz", Shape::LowCut, Slope::Db48, 8, 48e3),
        ("eq/flat", Shape::Bell, Slope::Db12, 0, 48e3),
    ] {
        time(c, name, prepared(Equaliser::default(), &settings(shape, slope, bands), rate_hz), |_| {});
    }
    let mut phase = 0.0;
    let moving = settings(Shape::Bell, Slope::Db12, 8);
    time(c, "eq/8 bells moving, 48 kHz", prepared(Equaliser::default(), &moving, 48e3), |eq| {
        let mut settings = moving;
        phase = (phase + 0.1) % 1.0;
        for band in &mut settings.bands {
            band.freq_hz *= 1.0 + phase;
        }
        eq.set(&settings);
    });
    let settings = settings(Shape::Bell, Slope::Db12, 8);
    c.bench_function("eq/design of 8 bells", |b| b.iter(|| Response::new(black_box(&settings), 48e3)));
    let wide = stereo::Settings { width_percent: 130.0, mono_below_hz: 100.0, ..stereo::Settings::default() };
    time(c, "stereo/width and mono bass", prepared(Stereo::default(), &wide, 48e3), |_| {});
    let neutral = stereo::Settings::default();
    time(c, "stereo/neutral", prepared(Stereo::default(), &neutral, 48e3), |_| {});
}

criterion_group! {
    name = benches;
    config = Criterion::default().warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(1));
    targets = all
}
criterion_main!(benches);
