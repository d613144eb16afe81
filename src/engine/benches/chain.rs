//! Cost of the whole chain. Time for a 512-frame stereo block at 48 kHz; divided by 10.667 ms it is the share of a core.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use garnish_engine::presets::Preset;
use garnish_engine::{Engine, Settings};

/// The demo preset (every module at work), the default state and everything off, at two block sizes.
fn chain(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("chain");
    group.warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(1));
    for (name, preset) in [("everything on", "demo"), ("default", "default"), ("everything off", "neutral")] {
        let Some(preset) = Preset::factory(preset) else { continue };
        for frames in [512, 64] {
            let mut engine = Engine::default();
            engine.set(&preset.settings(&Settings::default()));
            engine.prepare(48_000.0);
            let (left, right) = programme(48_000);
            let mut at = 0;
            group.bench_function(format!("{name}, {frames} frames"), |bencher| {
                bencher.iter(|| {
                    let mut left: [f32; 512] = std::array::from_fn(|n| left[at + n]);
                    let mut right: [f32; 512] = std::array::from_fn(|n| right[at + n]);
                    engine.process(black_box(&mut left[..frames]), black_box(&mut right[..frames]));
                    at = (at + frames) % (48_000 - 512);
                    left[0] + right[0]
                });
            });
        }
    }
    group.finish();
}

/// A second of something like music, driven into every threshold.
fn programme(frames: u32) -> (Vec<f32>, Vec<f32>) {
    let mut noise = 1_u32;
    let sample = |n: u32, noise: &mut u32| {
        *noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let t = f64::from(n) / 48_000.0;
        let beat = (-6.0 * (t % 0.5)).exp();
        let hiss = f64::from(*noise) / f64::from(u32::MAX) - 0.5;
        let x = 0.3 * (345.0 * t).sin()
            + 0.3 * beat * (600.0 * t).sin()
            + 0.1 * (8_000.0 * t).sin()
            + 0.1 * beat * hiss;
        garnish_engine::units::narrow(x)
    };
    (0..frames).map(|n| (sample(n, &mut noise), sample(n, &mut noise))).unzip()
}

criterion_group!(benches, chain);
criterion_main!(benches);
