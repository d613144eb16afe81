//! What unity-gain listening and delta listening need.

use crate::dsp::History;

/// The limiter's input in time with its output, for monitoring: never part of the output itself.
#[derive(Clone, Debug)]
pub struct Tap {
    past: [History<f64>; 3],
    block: [Vec<f64>; 3],
    frames: usize,
    latency: usize,
}

impl Default for Tap {
    fn default() -> Self {
        Self {
            past: std::array::from_fn(|_| History::new(0)),
            block: Default::default(),
            frames: 0,
            latency: 0,
        }
    }
}

impl Tap {
    /// The driven input (after the limiter's gain, before anything else), in time with the last block's output. Less the output: what
    /// the limiter takes away (delta).
    pub fn driven(&self) -> [&[f64]; 2] {
        let [left, right, _] = &self.block;
        [&left[..self.frames], &right[..self.frames]]
    }

    /// The limiter's gain that each frame of the last block's output was driven with, 1 or more. The output divided by it is as
    /// loud as the input where nothing is limited (unity gain).
    pub fn drive(&self) -> &[f64] {
        &self.block[2][..self.frames]
    }

    pub(super) fn prepare(&mut self, latency: usize, max_frames: usize) {
        self.latency = latency;
        self.past.iter_mut().for_each(|past| past.resize(latency));
        self.block.iter_mut().for_each(|block| block.resize(max_frames, 0.0));
        self.reset();
    }

    pub(super) fn reset(&mut self) {
        let [left, right, drive] = &mut self.past;
        left.reset();
        right.reset();
        drive.fill(1.0);
        self.frames = 0;
    }

    /// Starts a block.
    pub(super) fn start(&mut self) {
        self.frames = 0;
    }

    /// Takes the next frames: left, right, gain.
    pub(super) fn take(&mut self, lines: [&[f64]; 3]) {
        let frames = lines[2].len();
        for ((past, block), line) in self.past.iter_mut().zip(&mut self.block).zip(lines) {
            let past = past.append(frames);
            past[self.latency..].copy_from_slice(line);
            if let Some(slot) = block.get_mut(self.frames..self.frames + frames) {
                slot.copy_from_slice(&past[..frames]);
            }
        }
        self.frames = (self.frames + frames).min(self.block[2].len());
    }
}
