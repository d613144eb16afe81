//! From bands and gains to what is heard: one path for each [`Phase`], and listening to bands.

use super::linear::Linear;
use super::settings::{BANDS, Channels, Monitor, Phase};
use super::shelves::Shelves;
use super::split::Split;
use super::{CHUNK, Chunk};
use crate::dsp::exponential::exp2;
use crate::dsp::svf::Frame;
use crate::dsp::{Delay, Ramps};

/// The paths and their delays.
#[derive(Clone, Debug)]
pub(super) struct Paths {
    phase: Phase,
    split: Split,
    shelves: Shelves,
    linear: Linear,
    /// Look-ahead of the whole signal, and of the bands where they are heard.
    whole: Delay<Frame>,
    bands: [Delay<Frame>; BANDS],
    listening: Ramps<{ BANDS + 1 }>,
}

impl Default for Paths {
    fn default() -> Self {
        Self {
            phase: Phase::default(),
            split: Split::default(),
            shelves: Shelves::default(),
            linear: Linear::default(),
            whole: Delay::default(),
            bands: Default::default(),
            listening: Ramps::new(Monitor::default().weights(BANDS)),
        }
    }
}

impl Paths {
    /// Allocates for a rate, a mode and a look-ahead.
    pub(super) fn prepare(&mut self, phase: Phase, look_ahead: usize, sample_rate_hz: f64) {
        self.phase = phase;
        if phase == Phase::Linear {
            self.linear.prepare(sample_rate_hz);
        } else {
            self.linear = Linear::default();
        }
        self.whole.resize(look_ahead);
        self.bands.iter_mut().for_each(|delay| delay.resize(look_ahead));
        self.listening.prepare(sample_rate_hz);
    }

    /// Delay in samples.
    pub(super) fn latency(&self) -> usize {
        self.whole.len() + self.linear.latency()
    }

    /// Forgets history and lands all ramps.
    pub(super) fn reset(&mut self) {
        self.forget();
        self.linear.land();
        self.listening.land();
    }

    /// Forgets history.
    pub(super) fn forget(&mut self) {
        self.split.reset();
        self.shelves.reset();
        self.linear.forget();
        self.whole.reset();
        self.bands.iter_mut().for_each(Delay::reset);
    }

    /// Tunes what follows a moving crossover: detectors, shelves, Linkwitz-Riley bands.
    pub(super) fn tune(&mut self, crossovers_hz: &[f64; BANDS - 1], sample_rate_hz: f64) {
        self.split.set(crossovers_hz, sample_rate_hz);
        if self.phase == Phase::Dynamic {
            self.shelves.set(crossovers_hz, sample_rate_hz);
        }
    }

    /// Sets the crossovers of the linear-phase bands, which do not move but are exchanged.
    pub(super) fn set_crossovers(&mut self, crossovers_hz: &[f64; BANDS - 1]) {
        if self.phase == Phase::Linear {
            self.linear.set(crossovers_hz);
        }
    }

    /// Begins changes that waited for an earlier one. Call on an absolute sample grid.
    pub(super) fn follow(&mut self) {
        if self.phase == Phase::Linear {
            self.linear.follow();
        }
    }

    /// Chooses which of the `count` bands in use are heard.
    pub(super) fn monitor(&mut self, monitor: &Monitor, count: usize) {
        self.listening.set(monitor.weights(count));
    }

    /// Turns inaudible tails into silence. Call on an absolute sample grid.
    pub(super) fn settle(&mut self) {
        self.split.settle();
        self.shelves.settle();
        self.linear.settle();
    }

    /// What the detectors hear.
    pub(super) fn split(&mut self, audio: &[Frame], bands: &mut [Chunk]) {
        self.split.split(audio, bands);
    }

    /// Puts what follows the gains (log2) where gains that never moved leave it, after [`forget`](Self::forget).
    pub(super) fn begin(&mut self, channels: &[Channels], gains: &[Chunk]) {
        if self.phase == Phase::Dynamic {
            self.shelves.begin(channels, gains);
        }
    }

    /// Gives the bands the gains (log2) of their channels. `clock` counts frames since `reset`.
    pub(super) fn apply(
        &mut self,
        clock: usize,
        channels: &[Channels],
        bands: &mut [Chunk],
        gains: &mut [Chunk],
        audio: &mut [Frame],
    ) {
        let frames = audio.len();
        for (delay, band) in self.bands.iter_mut().zip(bands.iter_mut()) {
            delay.process(&mut band[..frames]);
        }
        match self.phase {
            Phase::Dynamic => {
                self.whole.process(audio);
                self.shelves.process(channels, gains, audio);
                if !self.listening.is_moving() && self.listening.values()[BANDS] == 0.0 {
                    self.listening.advance(frames);
                    return;
                }
                let depth = self.weigh(gains, frames);
                let mut heard = [[0.0; 2]; CHUNK];
                self.split.sum(bands, channels, gains, &mut heard[..frames]);
                for ((y, heard), depth) in audio.iter_mut().zip(&heard).zip(&depth) {
                    *y = [y[0] + depth * (heard[0] - y[0]), y[1] + depth * (heard[1] - y[1])];
                }
            }
            Phase::LinkwitzRiley => {
                self.weigh(gains, frames);
                self.split.sum(bands, channels, gains, audio);
            }
            Phase::Linear => {
                self.whole.process(audio);
                self.weigh(gains, frames);
                self.linear.process(clock, channels, gains, audio);
            }
        }
    }

    /// From log2 to linear gains of the bands as listened to; returns how far listening has taken over.
    fn weigh(&mut self, gains: &mut [Chunk], frames: usize) -> [f64; CHUNK] {
        let mut weights = [[0.0; BANDS + 1]; CHUNK];
        for weights in &mut weights[..frames] {
            *weights = *self.listening.next();
        }
        for (n, gains) in gains.iter_mut().enumerate() {
            for (gain, weights) in gains.iter_mut().zip(&weights[..frames]) {
                *gain = gain.map(|gain| exp2(gain) * weights[n]);
            }
        }
        weights.map(|weights| weights[BANDS])
    }
}
