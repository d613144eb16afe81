//! The sound: a gain that moves by a one-pole ramp, sample by sample, and a delay of the reported latency.

use crate::params::{Id, LATENCIES, Values};

/// The ramp's coefficient: a time constant of 64 frames.
const RAMP: f32 = 1.0 / 64.0;

#[derive(Default)]
pub(crate) struct Dsp {
    gain: f32,
    /// Nothing was heard since the reset: the first value needs no ramp.
    fresh: bool,
    latency: usize,
    delay: [Vec<f32>; 2],
    at: usize,
}

impl Dsp {
    pub(crate) fn activate(&mut self, values: &Values) {
        self.latency = LATENCIES[values.get(Id::Latency) as usize];
        self.delay = [vec![0.0; self.latency.max(1)], vec![0.0; self.latency.max(1)]];
        self.reset();
    }

    pub(crate) fn latency(&self) -> usize {
        self.latency
    }

    pub(crate) fn reset(&mut self) {
        self.fresh = true;
        self.at = 0;
        self.delay.iter_mut().for_each(|line| line.fill(0.0));
    }

    /// One frame of up to two channels.
    pub(crate) fn frame(&mut self, values: &Values, frame: [f32; 2]) -> [f32; 2] {
        let target =
            if values.get(Id::Bypass) > 0.5 { 1.0 } else { 10_f64.powf(values.get(Id::Gain) / 20.0) as f32 };
        self.gain =
            if std::mem::take(&mut self.fresh) { target } else { self.gain + RAMP * (target - self.gain) };
        let mut out = [0.0; 2];
        for ((out, line), sample) in out.iter_mut().zip(&mut self.delay).zip(frame) {
            let delayed =
                if self.latency == 0 { sample } else { std::mem::replace(&mut line[self.at], sample) };
            *out = delayed * self.gain;
        }
        if self.latency > 0 {
            self.at = (self.at + 1) % self.latency;
        }
        out
    }
}
