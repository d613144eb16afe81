//! The chain's output brought into step with its input.

use garnish_engine::Settings;
use garnish_engine::meter::Meter;
use garnish_engine::units::{count, narrow, whole};

/// Frames rendered beyond the end, to know what rings on there.
pub(crate) const TAIL: usize = 2048;

/// Output of the chain without its latency, cut at the input's length.
///
/// What rings on beyond the end is cut, so that tracks of a gapless album still join. Only where the cut itself would lift the
/// true peak above the limiter's ceiling (a mix that ends at full level, in low-latency mode), the last millisecond is faded out.
pub(crate) struct Aligned {
    /// Frames of latency still to be dropped.
    skip: usize,
    /// The newest frames, which may be the end.
    held: Vec<Vec<f32>>,
}

impl Aligned {
    /// Starts before the first frame of an output that is late by `latency` frames.
    pub(crate) fn new(latency: usize, channels: usize) -> Self {
        Self { skip: latency, held: vec![Vec::new(); channels] }
    }

    /// Takes output and hands on what is surely not the end.
    pub(crate) fn push<E>(
        &mut self,
        output: [&[f64]; 2],
        sink: impl FnMut(&[&[f32]]) -> Result<(), E>,
    ) -> Result<(), E> {
        let skipped = self.skip.min(output[0].len());
        self.skip -= skipped;
        for (held, output) in self.held.iter_mut().zip(output) {
            held.extend(output[skipped..].iter().map(|x| narrow(garnish_engine::engine::healthy(*x))));
        }
        let sure = self.held.first().map_or(0, Vec::len).saturating_sub(2 * TAIL);
        self.pass(sure, sink)
    }

    /// Ends the output and hands on the rest. `TAIL` frames beyond the end of the input were pushed.
    pub(crate) fn finish<E>(
        mut self,
        sample_rate_hz: u32,
        settings: &Settings,
        mut sink: impl FnMut(&[&[f32]]) -> Result<(), E>,
    ) -> Result<(), E> {
        let frames = self.held.first().map_or(0, Vec::len).saturating_sub(TAIL);
        self.pass(frames.saturating_sub(TAIL), &mut sink)?;
        end(&mut self.held, frames.min(TAIL), sample_rate_hz, settings);
        self.pass(frames.min(TAIL), sink)
    }

    fn pass<E>(&mut self, frames: usize, mut sink: impl FnMut(&[&[f32]]) -> Result<(), E>) -> Result<(), E> {
        if frames > 0 {
            sink(&self.held.iter().map(|held| &held[..frames]).collect::<Vec<_>>())?;
            for held in &mut self.held {
                held.drain(..frames);
            }
        }
        Ok(())
    }
}

/// Cuts the channels at `frames`; fades them out there, all alike, if the cut of any would break the ceiling.
fn end(channels: &mut [Vec<f32>], frames: usize, sample_rate_hz: u32, settings: &Settings) {
    let limiter = &settings.limiter;
    let ceiling_db = limiter.stage.ceiling_db - limiter.stage.margin_db;
    let guarded = limiter.on && limiter.stage.true_peak && !settings.bypass;
    let mut breaks = false;
    for channel in channels.iter_mut() {
        let uncut_db = true_peak_db(channel, sample_rate_hz);
        channel.truncate(frames);
        let cut_db = true_peak_db(channel, sample_rate_hz);
        breaks |= cut_db > ceiling_db + 0.005 && cut_db > uncut_db;
    }
    if guarded && breaks {
        let length = whole(f64::from(sample_rate_hz) * 1e-3).min(frames);
        for channel in channels {
            for (n, x) in channel[frames - length..].iter_mut().enumerate() {
                let phase = std::f64::consts::PI * count(n + 1) / count(length);
                *x = narrow(f64::from(*x) * (0.5 + 0.5 * phase.cos()));
            }
        }
    }
}

/// True peak of the end of a channel in dBTP. What begins in the middle of the sound is faded in, or it would read as a step.
fn true_peak_db(channel: &[f32], sample_rate_hz: u32) -> f64 {
    let fade = |n: usize| (count(n) / 512.0).min(1.0);
    let samples: Vec<f64> = channel.iter().enumerate().map(|(n, x)| f64::from(*x) * fade(n)).collect();
    let mut meter = Meter::new();
    meter.prepare(f64::from(sample_rate_hz));
    meter.set_mono(true);
    meter.measure([&samples, &samples]);
    meter.finish();
    meter.take_reading().peak_dbtp()
}
