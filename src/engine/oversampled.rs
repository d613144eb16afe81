//! Oversampling around any nonlinear [`Stage`].

use crate::dsp::equiripple::{LowPass, half_band};
use crate::dsp::halfband::{Decimator, Interpolator};
use crate::dsp::{Delay, pieces};
use crate::quality::Quality;
use crate::stage::{Block, Spec, Stage};
use crate::units::count;

/// Settings of an oversampled stage.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Settings<T> {
    /// Chooses the oversampling and the filters. Taken over by `prepare`: latency depends on it.
    pub quality: Quality,
    /// The stage's own settings.
    pub stage: T,
}

/// Runs at a multiple of the sample rate a stage that turns its input into what it wants to add to it:
///
/// y = x + D(S(U x))
///
/// with U the interpolation, S the stage, D the decimation, all linear-phase, everything aligned in time. So where the
/// stage adds nothing the signal comes through to the bit, the band between the decimator's pass-band and Nyquist is kept, and
/// the filters' ripple touches what was added only. The stage's own latency may be any constant.
///
/// The decimator's last filter stops fully at Nyquist. A half-band filter alone is still at -6 dB there, and what
/// folds between 20 and 24 kHz would be the loudest alias by far.
#[derive(Debug, Default)]
pub struct Oversampled<S: Stage> {
    stage: S,
    quality: Quality,
    channels: [Channel; 2],
    factor: usize,
    latency: usize,
}

/// One channel's filters and buffers. Levels go from the base rate up: level 0 lies between 1 and 2 times the rate.
#[derive(Debug, Default)]
struct Channel {
    dry: Delay,
    up: Vec<Interpolator>,
    down: Vec<Decimator>,
    /// What the stage hears and adds, behind the samples that pad the latency to whole samples of the base rate.
    high: Vec<f64>,
    pad: usize,
    /// Signal on its way down.
    lower: [Vec<f64>; 2],
}

/// Longest stretch processed at once, in frames at the base rate: its buffers stay in the first-level cache.
const CHUNK: usize = 64;

impl<S: Stage> Oversampled<S> {
    /// Wraps a stage.
    pub fn new(stage: S) -> Self {
        Self { stage, quality: Quality::default(), channels: Default::default(), factor: 1, latency: 0 }
    }

    /// How many times the sample rate the stage runs at.
    pub fn factor(&self) -> usize {
        self.factor
    }

    fn process_chunk(&mut self, block: &mut Block<'_>) {
        let samples = block.len() * self.factor;
        for (channel, x) in self.channels.iter_mut().zip(block.read()) {
            channel.raise(x, samples);
        }
        let [left, right] = &mut self.channels;
        self.stage.process(&mut Block::new(left.high(samples), right.high(samples)));
        for (channel, x) in self.channels.iter_mut().zip(block.channels()) {
            channel.lower(x, samples);
        }
    }
}

impl<S: Stage> Stage for Oversampled<S> {
    type Settings = Settings<S::Settings>;
    type Reading = S::Reading;

    fn prepare(&mut self, spec: &Spec) {
        let levels = levels(self.quality, spec.sample_rate_hz);
        self.factor = 1 << levels;
        self.stage.prepare(&Spec {
            sample_rate_hz: spec.sample_rate_hz * count(self.factor),
            max_frames: CHUNK * self.factor,
        });
        let (up, down) = filters(levels, self.quality, spec.sample_rate_hz);
        // in samples of the stage's rate
        let delay: usize = (0..levels)
            .map(|level| (up[level].delay() + down[level].delay()) << (levels - 1 - level))
            .sum::<usize>()
            + self.stage.latency();
        self.latency = delay.div_ceil(self.factor);
        for channel in &mut self.channels {
            channel.dry.resize(self.latency);
            channel.up.clone_from(&up);
            channel.down.clone_from(&down);
            channel.pad = self.latency * self.factor - delay;
            channel.high = vec![0.0; channel.pad + CHUNK * self.factor];
            channel.lower = [0, 1].map(|_| vec![0.0; CHUNK * self.factor / 2]);
        }
    }

    fn reset(&mut self) {
        self.stage.reset();
        for channel in &mut self.channels {
            channel.dry.reset();
            channel.up.iter_mut().for_each(Interpolator::reset);
            channel.down.iter_mut().for_each(Decimator::reset);
            channel.high.fill(0.0);
        }
    }

    fn set(&mut self, settings: &Self::Settings) {
        self.quality = settings.quality;
        self.stage.set(&settings.stage);
    }

    fn process(&mut self, block: &mut Block<'_>) {
        for piece in pieces(block.len(), 0, CHUNK) {
            self.process_chunk(&mut block.part(piece));
        }
    }

    fn latency(&self) -> usize {
        self.latency
    }

    fn take_reading(&mut self) -> Self::Reading {
        self.stage.take_reading()
    }
}

impl Channel {
    /// What the stage works on.
    fn high(&mut self, samples: usize) -> &mut [f64] {
        &mut self.high[self.pad..self.pad + samples]
    }

    /// Interpolates `x`; each filter fills the next one's input.
    fn raise(&mut self, x: &[f64], samples: usize) {
        let Some((first, rest)) = self.up.split_first_mut() else { return };
        first.input(x.len()).copy_from_slice(x);
        let (mut now, mut length) = (first, 2 * x.len());
        for next in rest {
            now.process(next.input(length));
            (now, length) = (next, 2 * length);
        }
        now.process(&mut self.high[self.pad..self.pad + samples]);
    }

    /// Decimates what the stage has left and adds it to the delayed `x`.
    fn lower(&mut self, x: &mut [f64], samples: usize) {
        let mut levels = self.down.iter_mut().rev();
        let [now, next] = &mut self.lower;
        let mut length = samples / 2;
        if let Some(first) = levels.next() {
            first.process(&self.high[..samples], &mut now[..length]);
        }
        self.high.copy_within(samples..samples + self.pad, 0);
        for down in levels {
            down.process(&now[..length], &mut next[..length / 2]);
            std::mem::swap(now, next);
            length /= 2;
        }
        self.dry.process(x);
        for (x, added) in x.iter_mut().zip(&*now) {
            *x += added;
        }
    }
}

/// Doublings of the rate: 4, 8, 16 times up to 48 kHz, half as much at twice the rate, and so on; at least 2 times.
fn levels(quality: Quality, sample_rate_hz: f64) -> usize {
    let at_48_khz = match quality {
        Quality::Eco => 2,
        Quality::Standard => 3,
        Quality::High => 4_usize,
    };
    let less = [80_000.0, 160_000.0, 320_000.0].iter().filter(|rate| sample_rate_hz > **rate).count();
    at_48_khz.saturating_sub(less).max(1)
}

/// Gain at which the filters leave images and aliases: -80, -100, -120 dB.
fn leak(quality: Quality) -> f64 {
    match quality {
        Quality::Eco => 1e-4,
        Quality::Standard => 1e-5,
        Quality::High => 1e-6,
    }
}

/// Error of the last decimator in its pass-band, 0.0026 dB: it touches only what the stage adds.
const RIPPLE: f64 = 3e-4;

/// End of the pass-band as a fraction of the base rate: 20 kHz at 44.1 kHz, elsewhere the same fraction as 20 kHz at 48 kHz.
fn pass(sample_rate_hz: f64) -> f64 {
    if (40_000.0..47_000.0).contains(&sample_rate_hz) { 20.0 / 44.1 } else { 20.0 / 48.0 }
}

fn filters(levels: usize, quality: Quality, sample_rate_hz: f64) -> (Vec<Interpolator>, Vec<Decimator>) {
    let leak = leak(quality);
    let pass = pass(sample_rate_hz);
    let last = LowPass { pass: pass / 2.0, stop: 0.25, ripple: RIPPLE, leak };
    let mut up = vec![Interpolator::new(&half_band(pass / 2.0, leak), CHUNK)];
    let mut down = vec![Decimator::new(&last.design(), CHUNK)];
    for level in 1..levels {
        // everything up to the base rate's Nyquist passes: the transition widens with each doubling
        let taps = half_band(0.25 / count(1 << level), leak);
        up.push(Interpolator::new(&taps, CHUNK << level));
        down.push(Decimator::new(&taps, CHUNK << level));
    }
    (up, down)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::db_from_gain;

    /// Adds the signal times this to itself.
    #[derive(Default)]
    struct Gain(f64);

    impl Stage for Gain {
        type Settings = f64;
        type Reading = ();
        fn prepare(&mut self, _: &Spec) {}
        fn reset(&mut self) {}
        fn set(&mut self, gain: &f64) {
            self.0 = *gain;
        }
        fn process(&mut self, block: &mut Block<'_>) {
            for channel in block.channels() {
                for x in channel {
                    *x *= self.0;
                }
            }
        }
        fn latency(&self) -> usize {
            0
        }
        fn take_reading(&mut self) {}
    }

    fn impulse_response(added: f64, quality: Quality, sample_rate_hz: f64) -> (Vec<f64>, usize) {
        let mut stage = Oversampled::new(Gain::default());
        stage.set(&Settings { quality, stage: added });
        stage.prepare(&Spec { sample_rate_hz, max_frames: 1000 });
        let mut left = vec![0.0; 1000];
        left[0] = 1.0;
        let mut right = left.clone();
        stage.process(&mut Block::new(&mut left, &mut right));
        assert_eq!(left, right);
        (left, stage.latency())
    }

    #[test]
    fn what_the_stage_leaves_alone_is_the_input() {
        for quality in [Quality::Eco, Quality::Standard, Quality::High] {
            let (response, latency) = impulse_response(0.0, quality, 48_000.0);
            assert_eq!(response.iter().position(|x| *x != 0.0), Some(latency));
            assert_eq!(response[latency], 1.0);
            assert_eq!(response.iter().filter(|x| **x != 0.0).count(), 1);
        }
    }

    /// A stage that takes everything away leaves x - D(U x): what the filters fail to pass in their pass-band.
    #[test]
    fn the_filters_pass_what_they_should() {
        for sample_rate_hz in [44_100.0, 48_000.0, 88_200.0, 96_000.0, 192_000.0] {
            for quality in [Quality::Eco, Quality::Standard, Quality::High] {
                let (response, latency) = impulse_response(-1.0, quality, sample_rate_hz);
                for frequency in (0..=200).map(|n| pass(sample_rate_hz) * f64::from(n) / 200.0) {
                    let rest = crate::dsp::equiripple::tests::magnitude(&response, frequency);
                    assert!(
                        rest < RIPPLE + 10.0 * leak(quality),
                        "{sample_rate_hz} {quality:?} {frequency} {latency}: {}",
                        db_from_gain(rest)
                    );
                }
            }
        }
    }
}
