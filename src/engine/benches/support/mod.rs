//! What the benches of single stages share. Time for a stereo block of 512 frames: at 48 kHz it lasts 10.667 ms, and 1 % of a
//! core is 107 µs.
#![allow(dead_code, reason = "each bench uses its own part")]

use std::time::Duration;

use criterion::Criterion;
use garnish_engine::{Block, Spec, Stage};

const FRAMES: usize = 512;

/// Half a second of warming up and one of measuring.
pub fn short() -> Criterion {
    Criterion::default().warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(1))
}

/// A stage with its settings, ready for blocks.
pub fn prepared<S: Stage + Default>(settings: &S::Settings, sample_rate_hz: f64) -> S {
    let mut stage = S::default();
    stage.set(settings);
    stage.prepare(&Spec { sample_rate_hz, max_frames: FRAMES });
    stage
}

/// Times a stage on loud noise, different in each channel; `turn` may move its settings before each block.
pub fn measure<S: Stage>(criterion: &mut Criterion, name: &str, mut stage: S, mut turn: impl FnMut(&mut S)) {
    let input = noise(64 * FRAMES);
    let mut block = [vec![0.0; FRAMES], vec![0.0; FRAMES]];
    let mut at = 0;
    criterion.bench_function(name, |bencher| {
        bencher.iter(|| {
            for (block, input) in block.iter_mut().zip(&input) {
                block.copy_from_slice(&input[at * FRAMES..(at + 1) * FRAMES]);
            }
            at = (at + 1) % 64;
            turn(&mut stage);
            let [left, right] = &mut block;
            stage.process(&mut Block::new(left, right));
        });
    });
}

fn noise(frames: usize) -> [Vec<f64>; 2] {
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(state >> 32).unwrap_or(0)) / 2_147_483_648.0 - 1.0
    };
    [(0..frames).map(|_| next()).collect(), (0..frames).map(|_| next()).collect()]
}
