//! Some of the samples that the curve has met lately.

use super::Character;
use super::shaper::still;
use crate::units::{count, whole};

/// Keeps [`COUNT`](Self::COUNT) samples of the last half second, evenly spaced, from both channels in turn: enough to tell
/// what a change of drive or character will do to the level before it is heard.
#[derive(Debug)]
pub struct Recent {
    samples: [f64; Self::COUNT],
    next: usize,
    wait: usize,
    stride: usize,
}

impl Default for Recent {
    fn default() -> Self {
        Self { samples: [0.0; Self::COUNT], next: 0, wait: 0, stride: 1 }
    }
}

impl Recent {
    /// How many.
    pub const COUNT: usize = 512;

    /// Gets ready for a sample rate.
    pub fn prepare(&mut self, sample_rate_hz: f64) {
        self.stride = whole(0.5 * sample_rate_hz / count(Self::COUNT)).max(1);
        self.reset();
    }

    /// Forgets.
    pub fn reset(&mut self) {
        self.samples = [0.0; Self::COUNT];
        self.next = 0;
        self.wait = 0;
    }

    /// Hears a block and keeps what falls on its grid.
    pub fn hear(&mut self, channels: [&[f64]; 2]) {
        let frames = channels[0].len();
        while self.wait < frames {
            if let Some(x) = channels[self.next % 2].get(self.wait) {
                self.samples[self.next] = *x;
            }
            self.next = (self.next + 1) % Self::COUNT;
            self.wait += self.stride;
        }
        self.wait -= frames;
    }

    /// By what factors the mean product with the input and the power change from one curve and gain to another, without
    /// their offsets. Not finite where nothing was heard.
    pub fn change(&self, from: (Character, f64), to: (Character, f64)) -> [f64; 2] {
        let moments = |(character, gain)| {
            let (mut cross, mut power, mut offset, mut input) = (0.0, 0.0, 0.0, 0.0);
            for &x in &self.samples {
                let y = still(character, gain, x);
                cross += x * y;
                power += y * y;
                offset += y;
                input += x;
            }
            let mean = offset / count(Self::COUNT);
            [cross - mean * input, power - mean * offset]
        };
        let (before, after) = (moments(from), moments(to));
        [after[0] / before[0], after[1] / before[1]]
    }
}
