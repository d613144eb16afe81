//! Click-free, latency-matched on/off around any [`Stage`].

use crate::dsp::{Delay, Ramp};
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
/// plus [`WARM_UP_MS`](Self::WARM_UP_MS) while the dry signal is still heard, then cross-faded in over
/// [`Ramp::TIME_MS`]. A switch before the first frame after `reset` lands at once.
///
/// It is also where a chain heals: non-finite input counts as silence, and a stage whose output is not finite is reset
/// and heard dry for that block, then warms up again. So a NaN from a host costs a moment, never the session.
#[derive(Debug)]
pub struct Bypassed<S: Stage> {
    stage: S,
    settings: Settings<S::Settings>,
    dry: [Delay; 2],
    dry_block: [Vec<f64>; 2],
    wetness: Ramp,
    warm_up_samples: usize,
    warming: usize,
    running: bool,
    fresh: bool,
}

impl<S: Stage> Bypassed<S> {
    /// Time a stage listens before it is faded in, on top of its latency: its envelopes and low-frequency states settle.
    pub const WARM_UP_MS: f64 = 20.0;

    /// Wraps a stage; it is off.
    pub fn new(stage: S) -> Self {
        Self {
            stage,
            settings: Settings::default(),
            dry: Default::default(),
            dry_block: Default::default(),
            wetness: Ramp::new(0.0),
            warm_up_samples: 0,
            warming: 0,
            running: false,
            fresh: true,
        }
    }

    fn start(&mut self) {
        self.stage.reset();
        self.running = true;
        self.warming = self.warm_up_samples;
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
            self.wetness.set(0.0);
            self.wetness.land();
            self.wetness.next();
            self.start();
            return;
        }
        if self.warming == 0 && !self.wetness.is_moving() && self.wetness.value() == 1.0 {
            return;
        }
        for ((left, right), (dry_left, dry_right)) in block.frames().zip(dry_left.iter().zip(dry_right)) {
            if self.warming > 0 {
                self.warming -= 1;
                if self.warming == 0 {
                    self.wetness.set(1.0);
                }
            }
            let wetness = self.wetness.next();
            *left = mix(*dry_left, *left, wetness);
            *right = mix(*dry_right, *right, wetness);
        }
        self.running = self.settings.on || self.wetness.is_moving();
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
        self.wetness.prepare(spec.sample_rate_hz);
        self.warm_up_samples = latency + whole(samples_from_ms(Self::WARM_UP_MS, spec.sample_rate_hz));
        self.reset();
    }

    fn reset(&mut self) {
        self.stage.reset();
        self.dry.iter_mut().for_each(Delay::reset);
        self.wetness.set(f64::from(u8::from(self.settings.on)));
        self.wetness.land();
        self.warming = 0;
        self.running = self.settings.on;
        self.fresh = true;
    }

    fn set(&mut self, settings: &Self::Settings) {
        self.stage.set(&settings.stage);
        let was_on = self.settings.on;
        self.settings = *settings;
        if settings.on == was_on {
            return;
        }
        if self.fresh {
            self.wetness.set(f64::from(u8::from(settings.on)));
            self.running = settings.on;
        } else if !settings.on {
            self.warming = 0;
            self.wetness.set(0.0);
            self.running = self.wetness.is_moving();
        } else if self.running {
            self.wetness.set(1.0);
        } else {
            self.start();
        }
    }

    fn process(&mut self, block: &mut Block<'_>) {
        if block.is_empty() {
            return;
        }
        if self.fresh {
            self.fresh = false;
            self.wetness.next(); // from here on the switch is heard: it ramps
        }
        if !is_finite(block) {
            for channel in block.channels() {
                channel.iter_mut().filter(|x| !x.is_finite()).for_each(|x| *x = 0.0);
            }
        }
        if self.running {
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
        if self.running { self.stage.take_reading() } else { S::Reading::default() }
    }
}

/// Ends exactly at both ends: `dry + 1 * (wet - dry)` would round.
fn mix(dry: f64, wet: f64, wetness: f64) -> f64 {
    if wetness == 1.0 { wet } else { dry + wetness * (wet - dry) }
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
