//! Gain that makes the saturated signal as loud as the input.

use crate::dsp::KWeighting;
use crate::units::{count, samples_from_ms, whole};

/// Measures input and output with the K-weighting of ITU-R BS.1770-5 and finds the gain of the saturated signal at which
/// the mix of both is as loud as the input.
///
/// With D and S the powers of dry and saturated signal, C their product's mean and m the mix, the gain g solves
///
/// (1-m)² D + 2 m (1-m) g C + m² g² S = D
///
/// The powers are means over all that was heard, later over the last [`MEMORY_S`](Self::MEMORY_S) seconds: each loud moment counts by its
/// energy, silence not at all. So the gain is soon as good as constant and does not pump. Measuring begins with the first sample that is no
/// silence, so how much of it came before makes no difference to a bit.
#[derive(Debug)]
pub struct LevelMatch {
    weighting: KWeighting<4>,
    interval: usize,
    at: usize,
    longest_memory: usize,
    memory: usize,
    /// Intervals that do not count yet, after one that was no signal.
    deaf: usize,
    sums: Powers,
    means: Powers,
    recent: Powers,
    gain: f64,
    step: f64,
}

/// Powers of dry and saturated signal, and the mean of their product.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Powers {
    dry: f64,
    cross: f64,
    wet: f64,
}

impl Default for LevelMatch {
    fn default() -> Self {
        Self {
            weighting: KWeighting::new(48_000.0),
            interval: 1,
            at: 0,
            longest_memory: 1,
            memory: 0,
            deaf: 0,
            sums: Powers::default(),
            means: Powers::default(),
            recent: Powers::default(),
            gain: 1.0,
            step: 0.0,
        }
    }
}

impl LevelMatch {
    /// Memory in the long run, in seconds.
    pub const MEMORY_S: f64 = 10.0;
    /// Time over which powers are summed before they are looked at, in ms.
    const INTERVAL_MS: f64 = 10.0;
    /// The shorter memory that is left after a change of settings, in intervals: the half second that
    /// [`Recent`](super::recent::Recent) knows.
    const RECENT: usize = 50;
    /// Time in which the gain goes to what it should be, in intervals: that of a [`Ramp`](crate::dsp::Ramp).
    const GLIDE: f64 = 2.0;
    /// Powers that count. Softer than -70 LUFS is silence (BS.1770-5). What is louder than +20 dB is no signal but a fault, and as each moment
    /// counts by its energy, the half second after it does not count either.
    const HEARD: std::ops::Range<f64> = 1.2e-7..1e2;
    /// Greatest gain in either direction.
    const GREATEST: f64 = 100.0;

    /// Gets ready for a sample rate.
    pub fn prepare(&mut self, sample_rate_hz: f64) {
        self.weighting = KWeighting::new(sample_rate_hz);
        self.interval = whole(samples_from_ms(Self::INTERVAL_MS, sample_rate_hz)).max(1);
        self.longest_memory = whole(Self::MEMORY_S * 1e3 / Self::INTERVAL_MS);
        self.reset();
    }

    /// Forgets.
    pub fn reset(&mut self) {
        self.weighting.reset();
        self.at = 0;
        self.memory = 0;
        self.deaf = 0;
        self.sums = Powers::default();
        self.means = Powers::default();
        self.recent = Powers::default();
        self.gain = 1.0;
        self.step = 0.0;
    }

    /// Settings have changed: takes the past for what it would have been with the new ones. `change` holds by what factor the mean
    /// product with the dry signal and the saturated signal's power have changed. From here on the past says less.
    pub fn foresee(&mut self, [cross, wet]: [f64; 2], mix: f64) {
        if cross.is_finite() && wet.is_finite() && cross > 0.0 && wet > 0.0 {
            self.memory = self.memory.min(Self::RECENT);
            self.recent.cross *= cross;
            self.recent.wet *= wet;
            self.means = self.recent;
            self.aim(mix);
        }
    }

    /// Hears frames of dry left and right, saturated left and right; finds the gain for each.
    pub fn process(&mut self, frames: impl Iterator<Item = [f64; 4]>, mix: f64, gains: &mut [f64]) {
        let mut frames = frames;
        let mut gains = gains;
        while !gains.is_empty() {
            let waiting = self.memory == 0 && self.at == 0;
            let longest = if waiting { 1 } else { self.interval - self.at };
            let (now, later) = gains.split_at_mut(longest.min(gains.len()));
            self.hear(frames.by_ref().take(now.len()));
            self.at += now.len();
            for gain in now {
                self.gain += self.step;
                *gain = self.gain;
            }
            if waiting && self.sums.dry < Self::HEARD.start {
                self.wait();
            } else if self.at == self.interval {
                self.update(mix);
            }
            gains = later;
        }
    }

    /// The first interval has not begun yet.
    fn wait(&mut self) {
        self.at = 0;
        self.sums = Powers::default();
        self.weighting.settle();
    }

    fn hear(&mut self, frames: impl Iterator<Item = [f64; 4]>) {
        let mut sums = self.sums;
        self.weighting.process(frames, |[dry_left, dry_right, wet_left, wet_right]| {
            sums.dry += dry_left * dry_left + dry_right * dry_right;
            sums.cross += dry_left * wet_left + dry_right * wet_right;
            sums.wet += wet_left * wet_left + wet_right * wet_right;
        });
        self.sums = sums;
    }

    fn update(&mut self, mix: f64) {
        self.at = 0;
        self.weighting.settle();
        let scale = 1.0 / count(self.interval);
        let sums = std::mem::take(&mut self.sums);
        let power = sums.dry * scale;
        if power >= Self::HEARD.end {
            self.deaf = Self::RECENT; // filters before this stage ring with it
        } else if self.deaf > 0 {
            self.deaf -= 1;
        } else if power >= Self::HEARD.start {
            self.memory = (self.memory + 1).min(self.longest_memory);
            let heard = Powers { dry: sums.dry * scale, cross: sums.cross * scale, wet: sums.wet * scale };
            self.means.approach(&heard, 1.0 / count(self.memory));
            self.recent.approach(&heard, 1.0 / count(self.memory.min(Self::RECENT)));
        }
        self.aim(mix);
    }

    fn aim(&mut self, mix: f64) {
        let target = self.means.gain(mix).clamp(1.0 / Self::GREATEST, Self::GREATEST);
        self.step = (target - self.gain) / (Self::GLIDE * count(self.interval));
    }
}

impl Powers {
    fn approach(&mut self, heard: &Self, weight: f64) {
        self.dry += weight * (heard.dry - self.dry);
        self.cross += weight * (heard.cross - self.cross);
        self.wet += weight * (heard.wet - self.wet);
    }

    /// The positive root of the equation above, in the form that holds at m = 0 too; 1 before anything was heard.
    fn gain(&self, mix: f64) -> f64 {
        let rest = (2.0 - mix) * self.dry;
        let b = (1.0 - mix) * self.cross;
        let gain = rest / (b + (b * b + mix * rest * self.wet).max(0.0).sqrt());
        if gain.is_finite() { gain } else { 1.0 }
    }
}
