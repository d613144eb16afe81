//! The equaliser's cost.
#![allow(missing_docs, reason = "criterion's macros")]

mod support;

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use garnish_engine::Stage;
use garnish_engine::eq::{Band, Equaliser, Response, Settings, Shape, Slope};
use support::{measure, prepared, short};

/// All bands at work.
fn settings(shape: Shape, slope: Slope, bands: usize) -> Settings {
    let mut settings = Settings::default();
    for (n, band) in settings.bands.iter_mut().enumerate() {
        let gain_db = if n % 2 == 0 { 3.0 } else { -2.0 };
        *band = Band { on: n < bands, shape, slope, gain_db, ..*band };
    }
    settings
}

fn equaliser(criterion: &mut Criterion) {
    for (name, shape, slope, bands, rate_hz) in [
        ("eq/8 bells, 48 kHz", Shape::Bell, Slope::Db12, 8, 48e3),
        ("eq/8 bells, 96 kHz", Shape::Bell, Slope::Db12, 8, 96e3),
        ("eq/1 bell, 48 kHz", Shape::Bell, Slope::Db12, 1, 48e3),
        ("eq/8 cuts of 48 dB, 48 kHz", Shape::LowCut, Slope::Db48, 8, 48e3),
        ("eq/flat", Shape::Bell, Slope::Db12, 0, 48e3),
    ] {
        measure(criterion, name, prepared::<Equaliser>(&settings(shape, slope, bands), rate_hz), |_| {});
    }
    let mut phase = 0.0;
    let moving = settings(Shape::Bell, Slope::Db12, 8);
    measure(criterion, "eq/8 bells moving, 48 kHz", prepared::<Equaliser>(&moving, 48e3), |eq| {
        let mut settings = moving;
        phase = (phase + 0.1) % 1.0;
        for band in &mut settings.bands {
            band.freq_hz *= 1.0 + phase;
        }
        eq.set(&settings);
    });
    criterion.bench_function("eq/design of 8 bells", |b| b.iter(|| Response::new(black_box(&moving), 48e3)));
}

criterion_group! { name = benches; config = short(); targets = equaliser }
criterion_main!(benches);
