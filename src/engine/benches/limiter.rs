//! The limiter's cost.
#![allow(missing_docs, reason = "criterion's macros")]

mod support;

use criterion::{Criterion, criterion_group, criterion_main};
use garnish_engine::limiter::{Limiter, Settings};
use garnish_engine::settings::Quality;
use support::{measure, prepared, short};

fn limiter(criterion: &mut Criterion) {
    let driven = Settings { gain_db: 8.0, ..Settings::default() };
    for (name, settings, rate_hz) in [
        ("limiter/48 kHz", driven, 48e3),
        ("limiter/192 kHz", driven, 192e3),
        ("limiter/eco, 48 kHz", Settings { quality: Quality::Eco, ..driven }, 48e3),
        ("limiter/half linked, 48 kHz", Settings { link_transients_percent: 50.0, ..driven }, 48e3),
    ] {
        measure(criterion, name, prepared::<Limiter>(&settings, rate_hz), |_| {});
    }
}

criterion_group! { name = benches; config = short(); targets = limiter }
criterion_main!(benches);
