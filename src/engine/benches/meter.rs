//! Cost of the meters: time for a 512-frame stereo block at 48 kHz. Share of a core = time / 10.667 ms.
//!
//! `input_and_output` is what the engine runs: two meters, each read once a block. `ebur128` is the peer, one meter with the same
//! figures (momentary to range, sample and true peak).

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use ebur128::{EbuR128, Mode};
use garnish_engine::meter::Meter;

#[path = "../tests/support/mod.rs"]
mod support;

const FRAMES: usize = 512;

fn meters(criterion: &mut Criterion) {
    let [left, right] = support::music(480 * FRAMES, 48_000.0, 1);
    let blocks: Vec<_> = left.chunks_exact(FRAMES).zip(right.chunks_exact(FRAMES)).collect();
    let mut group = criterion.benchmark_group("meter");

    let mut pair = [Meter::new(), Meter::new()];
    let mut turn = 0;
    group.bench_function("input_and_output", |bencher| {
        bencher.iter(|| {
            let (left, right) = blocks[turn % blocks.len()];
            turn += 1;
            for meter in &mut pair {
                meter.measure([left, right]);
                black_box(meter.take_reading());
            }
        });
    });

    let mode =
        Mode::M | Mode::S | Mode::I | Mode::LRA | Mode::SAMPLE_PEAK | Mode::TRUE_PEAK | Mode::HISTOGRAM;
    let mut peer = EbuR128::new(2, 48_000, mode).expect("a plain configuration");
    group.bench_function("ebur128", |bencher| {
        bencher.iter(|| {
            let (left, right) = blocks[turn % blocks.len()];
            turn += 1;
            peer.add_frames_planar_f64(&[left, right]).expect("two channels");
            black_box((peer.loudness_momentary(), peer.loudness_shortterm(), peer.true_peak(0)))
        });
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(1));
    targets = meters
}
criterion_main!(benches);
