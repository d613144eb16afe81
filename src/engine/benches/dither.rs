//! The dither's cost.
#![allow(missing_docs, reason = "criterion's macros")]

mod support;

use criterion::{Criterion, criterion_group, criterion_main};
use garnish_engine::dither::{Bits, Dither, Settings, Shaping};
use support::{measure, prepared, short};

fn dither(criterion: &mut Criterion) {
    for (name, shaping, rate_hz) in [
        ("dither/plain, 48 kHz", Shaping::None, 48e3),
        ("dither/light shaping, 48 kHz", Shaping::Light, 48e3),
        ("dither/strong shaping, 48 kHz", Shaping::Strong, 48e3),
        ("dither/strong shaping, 192 kHz", Shaping::Strong, 192e3),
    ] {
        let settings = Settings { bits: Bits::Sixteen, shaping };
        measure(criterion, name, prepared::<Dither>(&settings, rate_hz), |_| {});
    }
}

criterion_group! { name = benches; config = short(); targets = dither }
criterion_main!(benches);
