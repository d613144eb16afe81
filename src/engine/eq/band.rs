//! One band in time: ramps, fades, idling.

use wide::f64x2;

use super::cascade::Cascade;
use super::design::{Designer, Filter, MAX_DIGITAL, Target};
use super::section::Section;
use super::settings::{Band, Shape, Slope};
use crate::dsp::{Ramp, Switch};
use crate::units::count;

/// Samples from one design of the filters to the next while a parameter moves.
pub const INTERVAL: usize = 32;

/// The kind of a band's filter: what cannot be ramped.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Kind {
    shape: Shape,
    /// The default for shapes without a slope, so that equal kinds compare equal.
    slope: Slope,
}

impl Kind {
    fn of(band: &Band) -> Self {
        let slope = if band.shape.has_slope() { band.slope } else { Slope::default() };
        Self { shape: band.shape, slope }
    }
}

/// A band's filter and everything that moves it.
///
/// To change its kind, or to switch it, its output is faded to its input; then the filter is exchanged for a cleared one and faded
/// in. Gain shapes at 0 dB are not processed at all.
#[derive(Debug)]
pub(super) struct Strip {
    designer: Designer,
    switch: Switch<Kind>,
    ln_freq: Ramp,
    gain_db: Ramp,
    ln_q: Ramp,
    filter: Filter,
    cascade: Cascade<MAX_DIGITAL>,
    /// The filter at the end of this interval, and the way there.
    next: Filter,
    step: [Section; MAX_DIGITAL],
    moving: bool,
    /// True if the output is cross-faded with the input in this interval.
    fading: bool,
    idle: bool,
}

impl Strip {
    pub fn new(sample_rate_hz: f64) -> Self {
        let nothing = Filter { sections: [Section::IDENTITY; MAX_DIGITAL], len: 0 };
        let mut ramps = [Ramp::new(0.0); 3];
        for ramp in &mut ramps {
            ramp.prepare(sample_rate_hz);
        }
        let [ln_freq, gain_db, ln_q] = ramps;
        let mut switch = Switch::new(Kind::default());
        switch.prepare(sample_rate_hz);
        Self {
            designer: Designer::new(sample_rate_hz),
            switch,
            ln_freq,
            gain_db,
            ln_q,
            filter: nothing,
            cascade: Cascade::new(),
            next: nothing,
            step: [Section::IDENTITY; MAX_DIGITAL],
            moving: false,
            fading: false,
            idle: true,
        }
    }

    /// Clears the filter; the next band lands at once.
    pub fn reset(&mut self) {
        self.switch.land(None);
        self.clear();
        self.moving = false;
        self.fading = false;
    }

    /// Clears the filter, as if it had only met silence; its ramps land, and so do their next targets.
    fn clear(&mut self) {
        for ramp in [&mut self.ln_freq, &mut self.gain_db, &mut self.ln_q] {
            ramp.land();
        }
        self.rest();
    }

    fn rest(&mut self) {
        self.cascade.rest();
        self.designer.reset();
        self.idle = true;
    }

    fn aim(&mut self, band: &Band) {
        self.ln_freq.set(band.freq_hz.ln());
        self.gain_db.set(band.gain_db);
        self.ln_q.set(band.q.ln());
    }

    /// Begins an interval.
    pub fn tick(&mut self, band: &Band) {
        if self.moving {
            self.filter = self.next;
            self.cascade.set(self.filter.used());
        }
        let kind = Kind::of(band);
        if self.switch.set(band.on.then_some(kind), 0) {
            self.clear();
        }
        if kind == self.switch.state() {
            self.aim(band);
        }
        self.fading = self.switch.is_moving();
        if !self.fading {
            self.switch.begin();
        }
        self.advance();
    }

    /// Moves the ramps to the end of the interval and the filter's course with them.
    fn advance(&mut self) {
        let was_idle = self.idle;
        let has_gain = self.switch.state().shape.has_gain();
        let flat = has_gain && self.gain_db.value() == 0.0 && !self.gain_db.is_moving();
        let idle = flat || !self.switch.runs();
        if idle && !was_idle {
            self.rest();
        }
        self.idle = idle;
        if was_idle && !self.idle {
            self.filter = self.design();
            self.cascade.set(self.filter.used());
        }
        self.moving =
            [&self.ln_freq, &self.gain_db, &self.ln_q].iter().any(|ramp| ramp.is_moving()) && !self.idle;
        for ramp in [&mut self.ln_freq, &mut self.gain_db, &mut self.ln_q] {
            ramp.advance(INTERVAL);
        }
        if self.moving {
            self.next = self.design();
            for (step, (from, to)) in
                self.step.iter_mut().zip(self.filter.sections.iter().zip(&self.next.sections))
            {
                *step = from.step_to(to, count(INTERVAL));
            }
        }
    }

    fn design(&mut self) -> Filter {
        let Kind { shape, slope } = self.switch.state();
        self.designer.design(&Target {
            shape,
            slope,
            freq_hz: self.ln_freq.value().exp(),
            gain_db: self.gain_db.value(),
            q: self.ln_q.value().exp(),
        })
    }

    /// True if it changes the signal in this interval.
    pub fn runs(&self) -> bool {
        !self.idle
    }

    /// True if nothing moves until a setting does.
    pub fn rests(&self) -> bool {
        !self.moving && !self.fading
    }

    /// Filters a part of an interval.
    pub fn process(&mut self, frames: &mut [f64x2]) {
        if !self.fading {
            if !self.idle {
                self.filter(frames);
            }
            return;
        }
        let mut dry = [f64x2::splat(0.0); INTERVAL];
        dry[..frames.len()].copy_from_slice(frames);
        if !self.idle {
            self.filter(frames);
        }
        for (x, dry) in frames.iter_mut().zip(dry) {
            *x = dry + (*x - dry) * self.switch.next();
        }
    }

    fn filter(&mut self, frames: &mut [f64x2]) {
        if self.moving {
            self.cascade.process_moving(&self.step, frames);
        } else {
            self.cascade.process(frames);
        }
    }

    /// The running sections.
    pub fn cascade(&mut self) -> Option<&mut Cascade<MAX_DIGITAL>> {
        (!self.idle).then_some(&mut self.cascade)
    }
}
