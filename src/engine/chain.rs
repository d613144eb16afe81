//! The stages in order.

use crate::bypassed::{self, Bypassed};
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
    limiter_settings: bypassed::Settings<limiter::Settings>,
    dither_settings: bypassed::Settings<dither::Settings>,
    dither_filters: dither::Filters,
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
            limiter_settings: bypassed::Settings::default(),
            dither_settings: bypassed::Settings::default(),
            dither_filters: dither::Filters::default(),
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
        self.dither_filters = dither::Filters::design(spec.sample_rate_hz);
        self.set_limiter();
        self.limiter.prepare(spec);
        self.dither.prepare(spec);
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
        let mut multiband = settings.multiband;
        multiband.stage.monitor = settings.listen.bands;
        self.multiband.set(&multiband);
        let mut saturator = settings.saturator;
        saturator.stage.quality = settings.quality;
        self.saturator.set(&saturator);
        self.stereo.set(&settings.stereo);
        self.limiter_settings = settings.limiter;
        self.limiter_settings.stage.quality = settings.quality;
        self.limiter_settings.stage.monitor = settings.listen.limiter;
        self.dither_settings = settings.dither;
        self.set_limiter();
        self.dither.set(&settings.dither);
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

    /// Sets the limiter, with room for the dither that comes after it: so the ceiling holds after dither.
    fn set_limiter(&mut self) {
        let dither = &self.dither_settings;
        self.limiter_settings.stage.room =
            if dither.on { dither.stage.peak(&self.dither_filters) } else { 0.0 };
        self.limiter.set(&self.limiter_settings);
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
