//! Click-free, latency-matched on/off around any [`Stage`].

use crate::dsp::{Delay, Switch, mix};
use crate::stage::{Block, Spec, Stage};
use crate::units::{samples_from_ms, whole};

/// Settings of a stage that can be switched off.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Settings<T> {
    /// Off passes the input, delayed by the stage's latency, bit for bit.
    pub on: bool,
    /// The stage's own settings. They are kept while it is off.
    pub stage: T,
}

/// Any stage with an on/off switch that neither clicks nor moves the signal in time.
///
/// Off, the stage costs nothing but a delay line. Switched on, it starts from silence and is first fed for its latency
/// plus [`WARM_UP_MS`](Self::WARM_UP_MS) while the dry signal is still heard, then faded in by a [`Switch`].
/// A switch before the first frame after `reset` lands at once.
///
/// It is also where a chain heals: non-finite input counts as silence, and a stage whose output is not finite is reset
/// and heard dry for that block, then warms up again. So a NaN from a host costs a moment, never the session.
#[derive(Debug)]
pub struct Bypassed<S: Stage> {
    stage: S,
    settings: Settings<S::Settings>,
    dry: [Delay; 2],
    dry_block: [Vec<f64>; 2],
    switch: Switch<()>,
    warm_up_samples: usize,
}

impl<S: Stage> Bypassed<S> {
    /// Time a stage is fed before it is faded in, on top of its latency, in ms: its envelopes and low-frequency states settle.
    pub const WARM_UP_MS: f64 = 20.0;

    /// Wraps a stage; it is off.
    pub fn new(stage: S) -> Self {
        Self {
            stage,
            settings: Settings::default(),
            dry: Default::default(),
            dry_block: Default::default(),
            switch: Switch::new(()),
            warm_up_samples: 0,
        }
    }

    fn process_running(&mut self, block: &mut Block<'_>) {
        let frames = block.len();
        for (channel, (delay, dry)) in
            block.channels().into_iter().zip(self.dry.iter_mut().zip(&mut self.dry_block))
        {
            dry[..frames].copy_from_slice(channel);
            delay.process(&mut dry[..frames]);
        }
        self.stage.process(block);
        let [dry_left, dry_right] = &self.dry_block;
        if !is_finite(block) {
            block.left().copy_from_slice(&dry_left[..frames]);
            block.right().copy_from_slice(&dry_right[..frames]);
            self.stage.reset();
            self.switch.restart(self.warm_up_samples);
            return;
        }
        if self.switch.is_wet() {
            return;
        }
        for ((left, right), (dry_left, dry_right)) in block.frames().zip(dry_left.iter().zip(dry_right)) {
            let weight = self.switch.next();
            *left = mix(*dry_left, *left, weight);
            *right = mix(*dry_right, *right, weight);
        }
    }
}

impl<S: Stage> Stage for Bypassed<S> {
    type Settings = Settings<S::Settings>;
    type Reading = S::Reading;

    fn prepare(&mut self, spec: &Spec) {
        self.stage.prepare(spec);
        let latency = self.stage.latency();
        for (delay, block) in self.dry.iter_mut().zip(&mut self.dry_block) {
            delay.resize(latency);
            block.resize(spec.max_frames, 0.0);
        }
        self.switch.prepare(spec.sample_rate_hz);
        // the last sample of the time is the first of the fade
        self.warm_up_samples =
            latency + whole(samples_from_ms(Self::WARM_UP_MS, spec.sample_rate_hz)).saturating_sub(1);
        self.reset();
    }

    fn reset(&mut self) {
        self.stage.reset();
        self.dry.iter_mut().for_each(Delay::reset);
        self.switch.land(self.settings.on.then_some(()));
    }

    fn set(&mut self, settings: &Self::Settings) {
        self.stage.set(&settings.stage);
        self.settings = *settings;
        if self.switch.set(settings.on.then_some(()), self.warm_up_samples) {
            self.stage.reset();
        }
    }

    fn process(&mut self, block: &mut Block<'_>) {
        if block.is_empty() {
            return;
        }
        self.switch.begin();
        if !is_finite(block) {
            for channel in block.channels() {
                channel.iter_mut().filter(|x| !x.is_finite()).for_each(|x| *x = 0.0);
            }
        }
        if self.switch.runs() {
            self.process_running(block);
        } else {
            for (channel, delay) in block.channels().into_iter().zip(&mut self.dry) {
                delay.process(channel);
            }
        }
    }

    fn latency(&self) -> usize {
        self.stage.latency()
    }

    fn take_reading(&mut self) -> Self::Reading {
        if self.switch.runs() { self.stage.take_reading() } else { S::Reading::default() }
    }
}

/// True if no sample is NaN or infinite: such a sample times zero is NaN, and NaN survives every sum. There are eight sums, so that
/// none has to wait for the last.
fn is_finite(block: &Block<'_>) -> bool {
    block.read().into_iter().all(|channel| {
        let (eights, rest) = channel.as_chunks::<8>();
        let mut sums = [0.0; 8];
        for eight in eights {
            for (sum, x) in sums.iter_mut().zip(eight) {
                *sum += x * 0.0;
            }
        }
        sums.iter().chain(rest).map(|x| x * 0.0).sum::<f64>() == 0.0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Turns the signal over; breaks when told to.
    #[derive(Default)]
    struct Fragile {
        broken: bool,
    }

    impl Stage for Fragile {
        type Settings = bool;
        type Reading = ();
        fn prepare(&mut self, _: &Spec) {}
        fn reset(&mut self) {}
        fn set(&mut self, broken: &bool) {
            self.broken = *broken;
        }
        fn process(&mut self, block: &mut Block<'_>) {
            for x in block.channels().into_iter().flatten() {
                *x = if self.broken { f64::NAN } else { -*x };
            }
        }
        fn latency(&self) -> usize {
            0
        }
        fn take_reading(&mut self) {}
    }

    #[test]
    fn a_stage_that_breaks_while_it_fades_out_stays_out() {
        let mut stage = Bypassed::new(Fragile::default());
        let spec = Spec { sample_rate_hz: 48_000.0, max_frames: 3_000 };
        stage.set(&Settings { on: true, stage: false });
        stage.prepare(&spec);
        let mut run = |on: bool, broken: bool, frames: usize| {
            stage.set(&Settings { on, stage: broken });
            let (mut left, mut right) = (vec![1.0; frames], vec![1.0; frames]);
            stage.process(&mut Block::new(&mut left, &mut right));
            left
        };
        assert_eq!(run(true, false, 100), [-1.0; 100]);
        assert!(run(false, false, 100).iter().all(|x| *x < 0.0), "it fades");
        assert_eq!(run(false, true, 100), [1.0; 100]);
        assert!(run(false, false, 3_000).iter().all(|x| *x == 1.0));
        // while it is wanted it comes back after its warm-up
        assert_eq!(run(true, true, 1), [1.0]);
        let back = run(true, false, 3_000);
        assert!(back[..959].iter().all(|x| *x == 1.0) && back[959] < 1.0 && back[2_000..] == [-1.0; 1_000]);
    }
}
