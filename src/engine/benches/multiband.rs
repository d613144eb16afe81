//! What the multiband compressor costs.
#![allow(missing_docs, reason = "criterion's macros make items of their own")]

mod support;

use criterion::{Criterion, criterion_group, criterion_main};
use garnish_engine::multiband::{Band, Bands, Channels, Multiband, Phase, Settings};
use support::{measure, prepared, short};

/// All bands at work, so that nothing can be skipped.
fn settings(bands: Bands, phase: Phase) -> Settings {
    let band = Band { threshold_db: -40.0, ratio: 4.0, ..Band::default() };
    Settings { bands, phase, band: [band; 6], ..Settings::default() }
}

fn multiband(criterion: &mut Criterion) {
    let usual = settings(Bands::Four, Phase::Dynamic);
    let mut time = |name: &str, settings: &Settings, rate_hz| {
        measure(criterion, &format!("multiband/{name}"), prepared::<Multiband>(settings, rate_hz), |_| {});
    };
    for (bands, name) in Bands::ALL.iter().zip(Bands::CHOICES) {
        time(name.label, &settings(*bands, Phase::Dynamic), 48e3);
    }
    for (phase, name) in Phase::ALL.iter().zip(Phase::CHOICES) {
        time(name.label, &settings(Bands::Four, *phase), 48e3);
    }
    let mut unlinked = usual;
    unlinked.band.iter_mut().for_each(|band| band.link_percent = 50.0);
    time("link 50 %", &unlinked, 48e3);
    let mut mixed = usual;
    mixed.band[1].channels = Channels::MidSide;
    time("one band mid/side", &mixed, 48e3);
    for rate_hz in [44_100.0, 88_200.0, 96_000.0, 192_000.0] {
        time(&format!("{rate_hz} Hz"), &usual, rate_hz);
    }
}

criterion_group! { name = benches; config = short(); targets = multiband }
criterion_main!(benches);
