//! The stages in order.

use crate::bypassed::Bypassed;
use crate::dither::{self, Dither};
use crate::dsp::Ramp;
use crate::eq::{self, Equaliser};
use crate::limiter::{self, Limiter};
use crate::meter::Reductions;
use crate::multiband::{self, Multiband};
use crate::saturator::{self, Saturator};
use crate::settings::Settings;
use crate::stage::{Block, Spec, Stage};
use crate::stereo::{self, Stereo};
use crate::units::gain_from_db;

/// Input gain, equaliser, multiband compressor, saturator, stereo, limiter, output gain, dither.
#[derive(Debug)]
pub struct Chain {
    input_gain: Ramp,
    eq: Bypassed<Equaliser>,
    multiband: Bypassed<Multiband>,
    saturator: Bypassed<Saturator>,
    stereo: Bypassed<Stereo>,
    limiter: Bypassed<Limiter>,
    output_gain: Ramp,
    dither: Bypassed<Dither>,
    dither_on: bool,
}

/// The readings of all stages.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reading {
    /// The equaliser's.
    pub eq: eq::Reading,
    /// The multiband compressor's.
    pub multiband: multiband::Reading,
    /// The saturator's.
    pub saturator: saturator::Reading,
    /// The stereo stage's.
    pub stereo: stereo::Reading,
    /// The limiter's.
    pub limiter: limiter::Reading,
    /// The dither's.
    pub dither: dither::Reading,
}

impl Reading {
    /// This reading after an older one that nobody saw: the greatest levels and gain changes of both.
    #[must_use]
    pub fn after(mut self, unseen: &Self) -> Self {
        let greater = |new: &mut [f64], old: &[f64]| {
            new.iter_mut().zip(old).for_each(|(new, old)| *new = new.max(*old));
        };
        greater(&mut self.multiband.level_db, &unseen.multiband.level_db);
        greater(&mut self.multiband.reduction_db, &unseen.multiband.reduction_db);
        greater(&mut self.multiband.boost_db, &unseen.multiband.boost_db);
        greater(&mut self.limiter.reduction_db, &unseen.limiter.reduction_db);
        let held_down = &mut self.saturator.peak_reduction_db;
        *held_down = held_down.min(unseen.saturator.peak_reduction_db);
        self
    }

    /// The greatest gain reduction of each module.
    pub fn reductions(&self) -> Reductions {
        let greatest = |values: &[f64]| values.iter().copied().fold(0.0, f64::max);
        Reductions {
            multiband_db: greatest(&self.multiband.reduction_db),
            saturator_db: (-self.saturator.peak_reduction_db).max(0.0),
            limiter_db: greatest(&self.limiter.reduction_db),
        }
    }
}

impl Default for Chain {
    fn default() -> Self {
        let mut chain = Self {
            input_gain: Ramp::new(1.0),
            eq: Bypassed::new(Equaliser::default()),
            multiband: Bypassed::new(Multiband::default()),
            saturator: Bypassed::new(Saturator::default()),
            stereo: Bypassed::new(Stereo::default()),
            limiter: Bypassed::new(Limiter::default()),
            output_gain: Ramp::new(1.0),
            dither: Bypassed::new(Dither::default()),
            dither_on: false,
        };
        chain.set(&Settings::default());
        chain
    }
}

impl Stage for Chain {
    type Settings = Settings;
    type Reading = Reading;

    fn prepare(&mut self, spec: &Spec) {
        self.input_gain.prepare(spec.sample_rate_hz);
        self.output_gain.prepare(spec.sample_rate_hz);
        self.eq.prepare(spec);
        self.multiband.prepare(spec);
        self.saturator.prepare(spec);
        self.stereo.prepare(spec);
        self.limiter.prepare(spec);
        self.dither.prepare(spec);
        self.make_room();
    }

    fn reset(&mut self) {
        self.input_gain.land();
        self.output_gain.land();
        self.eq.reset();
        self.multiband.reset();
        self.saturator.reset();
        self.stereo.reset();
        self.limiter.reset();
        self.dither.reset();
    }

    fn set(&mut self, settings: &Settings) {
        self.input_gain.set(gain_from_db(Settings::INPUT_GAIN_DB.clamp(settings.input_gain_db, 0.0)));
        self.output_gain.set(gain_from_db(Settings::OUTPUT_GAIN_DB.clamp(settings.output_gain_db, 0.0)));
        self.eq.set(&settings.eq);
        self.multiband.set(&settings.multiband);
        self.multiband.inner().monitor(&settings.listen.bands);
        let mut saturator = settings.saturator;
        saturator.stage.quality = settings.quality;
        self.saturator.set(&saturator);
        self.stereo.set(&settings.stereo);
        let mut limiter = settings.limiter;
        limiter.stage.quality = settings.quality;
        self.limiter.set(&limiter);
        self.limiter.inner().monitor(settings.listen.limiter);
        self.dither.set(&settings.dither);
        self.dither_on = settings.dither.on;
        self.make_room();
    }

    fn process(&mut self, block: &mut Block<'_>) {
        self.process_before_limiter(block);
        self.process_from_limiter(block);
    }

    fn latency(&self) -> usize {
        self.eq.latency()
            + self.multiband.latency()
            + self.saturator.latency()
            + self.stereo.latency()
            + self.limiter.latency()
            + self.dither.latency()
    }

    fn take_reading(&mut self) -> Reading {
        Reading {
            eq: self.eq.take_reading(),
            multiband: self.multiband.take_reading(),
            saturator: self.saturator.take_reading(),
            stereo: self.stereo.take_reading(),
            limiter: self.limiter.take_reading(),
            dither: self.dither.take_reading(),
        }
    }
}

impl Chain {
    /// Processes a block by the stages before the limiter. With [`process_from_limiter`](Self::process_from_limiter) after it,
    /// now or on a copy kept for later, the same as `process` to the bit.
    pub fn process_before_limiter(&mut self, block: &mut Block<'_>) {
        apply(&mut self.input_gain, block);
        self.eq.process(block);
        self.multiband.process(block);
        self.saturator.process(block);
        self.stereo.process(block);
    }

    /// Processes a block by the limiter and what follows it.
    pub fn process_from_limiter(&mut self, block: &mut Block<'_>) {
        self.limiter.process(block);
        apply(&mut self.output_gain, block);
        self.dither.process(block);
    }

    /// Dither comes after the limiter, and the ceiling still holds.
    fn make_room(&mut self) {
        let peak = if self.dither_on { self.dither.inner().peak() } else { 0.0 };
        self.limiter.inner().leave_room(peak);
    }
}

fn apply(gain: &mut Ramp, block: &mut Block<'_>) {
    if gain.is_moving() {
        for (left, right) in block.frames() {
            let gain = gain.next();
            *left *= gain;
            *right *= gain;
        }
        return;
    }
    let gain = gain.advance(block.len());
    for (left, right) in block.frames() {
        *left *= gain;
        *right *= gain;
    }
}
