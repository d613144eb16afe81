//! What the multiband compressor costs: time for a stereo block of 512 frames. At 48 kHz a block lasts 10.667 ms, so the figure
//! "% of a core" is time / 10.667 ms.

#![allow(missing_docs, reason = "criterion's macros make items of their own")]

use std::time::Duration;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use garnish_engine::multiband::{Band, Bands, Multiband, Phase, Settings};
use garnish_engine::units::{count, radians_per_sample};
use garnish_engine::{Block, Spec, Stage};

const FRAMES: usize = 512;

/// All bands at work, so that nothing can be skipped.
fn settings(bands: Bands, phase: Phase) -> Settings {
    let band = Band { threshold_db: -40.0, ratio: 4.0, ..Band::default() };
    Settings { bands, phase, band: [band; 6], ..Settings::default() }
}

/// Two tones and a saw: something in every band.
fn signal(frames: usize, rate_hz: f64) -> Vec<f64> {
    (0..frames)
        .map(|n| {
            let t = count(n);
            let tone = |hz| (radians_per_sample(hz, rate_hz) * t).sin();
            0.3 * tone(60.0) + 0.2 * tone(440.0) + 0.1 * tone(3_000.0) + 0.2 * ((t * 0.09).fract() - 0.5)
        })
        .collect()
}

fn measure(c: &mut Criterion, group: &str, name: &str, settings: &Settings, rate_hz: f64) {
    let mut stage = Multiband::default();
    stage.set(settings);
    stage.prepare(&Spec { sample_rate_hz: rate_hz, max_frames: FRAMES });
    let source = signal(64 * FRAMES, rate_hz);
    let mut blocks = source.chunks(FRAMES).cycle();
    let (mut left, mut right) = (vec![0.0; FRAMES], vec![0.0; FRAMES]);
    let mut group = c.benchmark_group(group);
    group.warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(1)).sample_size(20);
    group.bench_function(BenchmarkId::from_parameter(name), |b| {
        b.iter(|| {
            if let Some(block) = blocks.next() {
                left.copy_from_slice(block);
                right.copy_from_slice(block);
            }
            right.reverse();
            stage.process(&mut Block::new(&mut left, &mut right));
        });
    });
    group.finish();
}

fn multiband(c: &mut Criterion) {
    let usual = settings(Bands::Four, Phase::Dynamic);
    let phases =
        [("dynamic", Phase::Dynamic), ("linkwitz_riley", Phase::LinkwitzRiley), ("linear", Phase::Linear)];
    for (name, phase) in phases {
        measure(c, "multiband/phase", name, &settings(Bands::Four, phase), 48_000.0);
    }
    for (name, bands) in [("2", Bands::Two), ("3", Bands::Three), ("5", Bands::Five), ("6", Bands::Six)] {
        measure(c, "multiband/bands", name, &settings(bands, Phase::Dynamic), 48_000.0);
    }
    let mut unlinked = usual;
    unlinked.band.iter_mut().for_each(|band| band.link_percent = 50.0);
    measure(c, "multiband/link", "50 %", &unlinked, 48_000.0);
    for rate_hz in [96_000.0, 192_000.0] {
        measure(c, "multiband/rate", &format!("{rate_hz} Hz"), &usual, rate_hz);
    }
}

criterion_group!(benches, multiband);
criterion_main!(benches);
