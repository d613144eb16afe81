//! One band in time: ramps, fades, idling.

use wide::f64x2;

use super::cascade::Cascade;
use super::design::{Designer, Filter, MAX_DIGITAL, Target};
use super::section::Section;
use super::settings::{Band, Shape, Slope};
use crate::dsp::Ramp;
use crate::units::count;

/// Samples from one design of the filters to the next while a parameter moves.
pub const INTERVAL: usize = 32;

/// A band's filter and everything that moves it.
///
/// Shape and slope cannot be ramped. To change them, or to switch the band, its output is cross-faded with its input:
/// out, then the filter is exchanged for a new one at rest, and in. Gain shapes at 0 dB are not processed at all.
#[derive(Debug)]
pub(super) struct Strip {
    designer: Designer,
    shape: Shape,
    slope: Slope,
    ln_freq: Ramp,
    gain_db: Ramp,
    ln_q: Ramp,
    /// 0: the band's input, 1: its output.
    wetness: Ramp,
    filter: Filter,
    cascade: Cascade<MAX_DIGITAL>,
    /// The filter at the end of this interval, and the way there.
    next: Filter,
    step: [Section; MAX_DIGITAL],
    moving: bool,
    fading: bool,
    idle: bool,
}

impl Strip {
    pub fn new(sample_rate_hz: f64) -> Self {
        let nothing = Filter { sections: [Section::IDENTITY; MAX_DIGITAL], len: 0 };
        let mut ramps = [Ramp::new(0.0); 4];
        for ramp in &mut ramps {
            ramp.prepare(sample_rate_hz);
        }
        let [ln_freq, gain_db, ln_q, wetness] = ramps;
        Self {
            designer: Designer::new(sample_rate_hz),
            shape: Shape::default(),
            slope: Slope::default(),
            ln_freq,
            gain_db,
            ln_q,
            wetness,
            filter: nothing,
            cascade: Cascade::new(),
            next: nothing,
            step: [Section::IDENTITY; MAX_DIGITAL],
            moving: false,
            fading: false,
            idle: true,
        }
    }

    /// Takes a band over as if it had always been so.
    pub fn land(&mut self, band: &Band) {
        self.take(band);
        self.wetness.set(f64::from(u8::from(band.on)));
        self.wetness.land();
        self.wetness.next(); // from here on the switch is heard: it ramps
        self.moving = false;
    }

    /// Takes over shape, slope and the ramps' targets at once, at rest. Nothing of the old filter may be audible.
    fn take(&mut self, band: &Band) {
        self.shape = band.shape;
        self.slope = band.slope;
        self.aim(band);
        for ramp in [&mut self.ln_freq, &mut self.gain_db, &mut self.ln_q] {
            ramp.land();
        }
        self.rest();
    }

    fn aim(&mut self, band: &Band) {
        self.ln_freq.set(band.freq_hz.ln());
        self.gain_db.set(band.gain_db);
        self.ln_q.set(band.q.ln());
    }

    /// Clears the filter, as if silence had gone through it for ever.
    fn rest(&mut self) {
        self.cascade.rest();
        self.designer.reset();
        self.idle = true;
    }

    /// Begins an interval.
    pub fn tick(&mut self, band: &Band) {
        if self.moving {
            self.filter = self.next;
            self.cascade.set(self.filter.used());
        }
        let same = band.shape == self.shape && (band.slope == self.slope || !band.shape.has_slope());
        if self.wetness.value() == 0.0 && !self.wetness.is_moving() && !(same && self.wetness.target() == 1.0)
        {
            self.take(band);
        }
        let same = band.shape == self.shape && (band.slope == self.slope || !band.shape.has_slope());
        self.wetness.set(f64::from(u8::from(band.on && same)));
        if same {
            self.aim(band);
        }
        self.fading = self.wetness.is_moving();
        self.advance();
    }

    /// Moves the ramps to the end of the interval and the filter's course with them.
    fn advance(&mut self) {
        let was_idle = self.idle;
        let flat = self.shape.has_gain() && self.gain_db.value() == 0.0 && !self.gain_db.is_moving();
        let silent = self.wetness.value() == 0.0 && !self.fading;
        if (flat || silent) && !was_idle {
            self.rest();
        }
        self.idle = flat || silent;
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
        self.designer.design(&Target {
            shape: self.shape,
            slope: self.slope,
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
        !self.moving && !self.fading && self.wetness.value() == self.wetness.target()
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
            *x = dry + (*x - dry) * self.wetness.next();
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
