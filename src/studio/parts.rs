//! The chain in its two parts, before the limiter and from it on.

use garnish_engine::chain::Chain;
use garnish_engine::units::count;
use garnish_engine::{Block, Engine, Settings, Spec, Stage};
use serde::Serialize;

/// Sub-blocks between two looks at the limiter's gain: 11 ms at 48 kHz.
const LOOK: usize = 8;

/// Gain reduction of the limiter over a programme, in dB, 0 or more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Reduction {
    /// Mean over time and channels.
    pub mean_db: f64,
    /// Greatest of any channel.
    pub max_db: f64,
}

/// The plugin's chain offline, on the engine's grid of sub-blocks.
pub(crate) struct Parts {
    chain: Chain,
    settings: Settings,
    sub_blocks: usize,
    looks: usize,
    sum_db: f64,
    max_db: f64,
}

impl Parts {
    /// Prepares the chain for these settings and this sample rate in Hz.
    pub(crate) fn new(settings: &Settings, sample_rate_hz: u32) -> Self {
        let mut chain = Chain::default();
        chain.set(settings);
        chain.prepare(&Spec { sample_rate_hz: f64::from(sample_rate_hz), max_frames: Engine::SUB_BLOCK });
        let mut parts =
            Self { chain, settings: *settings, sub_blocks: 0, looks: 0, sum_db: 0.0, max_db: 0.0 };
        parts.restart(settings);
        parts
    }

    /// Starts anew with other settings; those that bear on latency stay as prepared.
    pub(crate) fn restart(&mut self, settings: &Settings) {
        self.settings = *settings;
        self.chain.set(settings);
        self.chain.reset();
        self.chain.take_reading();
        (self.sub_blocks, self.looks, self.sum_db, self.max_db) = (0, 0, 0.0, 0.0);
    }

    /// Delay of the output in frames. A bypassed chain is not run at all.
    pub(crate) fn latency(&self) -> usize {
        if self.settings.bypass { 0 } else { self.chain.latency() }
    }

    /// Delay that the chain reports, also while it is bypassed, in frames.
    pub(crate) fn chain_latency(&self) -> usize {
        self.chain.latency()
    }

    /// Processes a piece by the stages before the limiter.
    pub(crate) fn before_limiter(&mut self, piece: &mut [Vec<f64>; 2]) {
        if !self.settings.bypass {
            sub_blocks(piece, |block| self.chain.process_before_limiter(block));
        }
    }

    /// Processes a piece by the limiter and what follows.
    pub(crate) fn limiter_and_after(&mut self, piece: &mut [Vec<f64>; 2]) {
        if self.settings.bypass {
            return;
        }
        sub_blocks(piece, |block| {
            self.chain.process_from_limiter(block);
            self.sub_blocks += 1;
            if self.sub_blocks.is_multiple_of(LOOK) {
                let reading = self.chain.take_reading().limiter;
                let [left_db, right_db] = reading.current_db;
                self.looks += 1;
                self.sum_db += 0.5 * (left_db + right_db);
                self.max_db = reading.reduction_db.into_iter().fold(self.max_db, f64::max);
            }
        });
    }

    /// Returns the limiter's gain reduction since the start.
    pub(crate) fn reduction(&self) -> Reduction {
        Reduction { mean_db: self.sum_db / count(self.looks.max(1)), max_db: self.max_db }
    }
}

fn sub_blocks([left, right]: &mut [Vec<f64>; 2], mut process: impl FnMut(&mut Block<'_>)) {
    for (left, right) in left.chunks_mut(Engine::SUB_BLOCK).zip(right.chunks_mut(Engine::SUB_BLOCK)) {
        process(&mut Block::new(left, right));
    }
}
