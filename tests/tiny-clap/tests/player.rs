//! An audio thread that plays until it is stopped.

use std::sync::atomic::{AtomicBool, Ordering};

use garnish_host::Change;
use vst3::ComPtr;
use vst3::Steinberg::Vst::IAudioProcessor;
use vst3::Steinberg::kResultOk;

use crate::block::{Block, Odd};
use crate::support::{Rng, noise};

/// Blocks with dense automation until told to stop; how many there were.
pub fn play(processor: &ComPtr<IAudioProcessor>, stop: &AtomicBool, seed: u64) -> usize {
    let mut rng = Rng(seed);
    let mut blocks = 0;
    while !stop.load(Ordering::Relaxed) {
        // Not the latency, which the adapter would restart the plugin for: a block that comes meanwhile is refused.
        let mut point =
            |frame| Change { frame, id: [1, 2, 3, 4, 8][rng.below(5) as usize], value: rng.unit() };
        let changes: Vec<_> = (0..64).step_by(4).map(&mut point).collect();
        let mut block = Block::new(noise(64), &changes);
        assert_eq!(block.run(processor, Odd::default()), kResultOk);
        blocks += 1;
    }
    blocks
}

/// Stops the players even when the main thread's half of a test fails.
pub struct Stop<'a>(pub &'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
