//! The stereo stage's cost.
#![allow(missing_docs, reason = "criterion's macros")]

mod support;

use criterion::{Criterion, criterion_group, criterion_main};
use garnish_engine::stereo::{Settings, Stereo};
use support::{measure, prepared, short};

fn stereo(criterion: &mut Criterion) {
    let settings = |width_percent, mono_below_hz, balance_percent| Settings {
        width_percent,
        mono_below_hz,
        balance_percent,
    };
    for (name, settings) in [
        ("stereo/neutral", Settings::default()),
        ("stereo/width", settings(130.0, 20.0, 0.0)),
        ("stereo/width, mono bass, balance", settings(130.0, 100.0, 10.0)),
    ] {
        measure(criterion, name, prepared::<Stereo>(&settings, 48e3), |_| {});
    }
}

criterion_group! { name = benches; config = short(); targets = stereo }
criterion_main!(benches);
