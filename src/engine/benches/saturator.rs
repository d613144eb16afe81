//! Cost of the saturator: time for a block of 512 stereo frames at 48 kHz; over 10.667 ms it is the share of a core.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use garnish_engine::saturator::{Character, Saturator, Settings};
use garnish_engine::settings::Quality;
use garnish_engine::{Block, Spec, Stage};

fn bench(c: &mut Criterion) {
    let mut group = c.benchmark_group("saturator");
    let cases = [
        ("eco", Quality::Eco, Character::Tape),
        ("standard", Quality::Standard, Character::Tape),
        ("high", Quality::High, Character::Tape),
        ("standard tube", Quality::Standard, Character::Tube),
        ("standard transformer", Quality::Standard, Character::Transformer),
        ("standard console", Quality::Standard, Character::Console),
        ("standard soft clip", Quality::Standard, Character::SoftClip),
    ];
    for (name, quality, character) in cases {
        let mut saturator = Saturator::default();
        saturator.set(&Settings { drive_db: 12.0, character, quality, ..Settings::default() });
        saturator.prepare(&Spec { sample_rate_hz: 48_000.0, max_frames: 512 });
        let tone: Vec<f64> = (0..512).map(|n| 0.5 * (f64::from(n) * 0.05).sin()).collect();
        group.bench_function(name, |b| {
            b.iter(|| {
                let (mut left, mut right) = (tone.clone(), tone.clone());
                saturator.process(&mut Block::new(black_box(&mut left), black_box(&mut right)));
                (left, right)
            });
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(1));
    targets = bench
}
criterion_main!(benches);
