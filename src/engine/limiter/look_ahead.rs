//! How far ahead of a peak the gain begins to fall.

use crate::limiter::detector::CHUNK;
use crate::limiter::guard::Guard;
use crate::limiter::timing::Timing;
use crate::units::narrow;

/// Content near Nyquist that is let through with a short look-ahead, relative to the ceiling: -34 dB. It can raise a peak by
/// less than 0.01 dB.
const HARMLESS: f32 = 0.02;

/// The look-ahead in force, in samples, moving by one sample a sample.
///
/// The gain's means follow it at once. The delay behind them ([`Moment::reach`]) shortens the look-ahead only after every gain
/// that was smoothed for a longer one has left: otherwise a fall that began in time would arrive late.
///
/// It is the set time, with one exception. Near Nyquist a peak between samples is a sum over a hundred samples around, so
/// gain that moves close to it lets it through, by up to 0.9 dB at 1 ms. So where there is such content ([`Guard`], above 2 % of the
/// ceiling), the look-ahead is at least [`Timing::safe`], and the
/// gain stays flat after a peak for [`Timing::flat`], from before that passage until after it. Music that has been through any converter
/// contains none.
#[derive(Clone, Debug)]
pub struct LookAhead {
    set: usize,
    now: usize,
    reach: usize,
    /// Samples for which `now` must stay constant before `reach` may shrink.
    wait: usize,
    wait_length: usize,
    safe: usize,
    flat: usize,
    /// Samples for which the safe look-ahead stays in force.
    alarm: usize,
    alarm_length: usize,
    guards: [Guard; 2],
}

/// The look-ahead of one sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// Look-ahead that the gain is smoothed for, in samples: see [`Timing::mean`].
    pub smooth: usize,
    /// Time from the smoothed gain to the peak it was made for, in samples, at least `smooth`.
    pub reach: usize,
    /// Samples for which the gain stays flat after a peak.
    pub flat: usize,
}

impl Default for LookAhead {
    fn default() -> Self {
        Self {
            set: 1,
            now: 1,
            reach: 1,
            wait: 0,
            wait_length: 0,
            safe: 1,
            flat: 1,
            alarm: 0,
            alarm_length: 0,
            guards: Default::default(),
        }
    }
}

impl LookAhead {
    /// Sets the lengths; `set` must follow.
    pub fn prepare(&mut self, timing: &Timing) {
        self.safe = timing.safe;
        self.flat = timing.flat;
        // long enough to see content through: from its arrival until its peaks have left
        self.alarm_length = 2 * timing.latency;
        // a gain takes the means' length to form and the delay's to leave
        self.wait_length = 2 * timing.longest;
    }

    /// Forgets the past; the set look-ahead is in force at once.
    pub fn reset(&mut self) {
        self.now = self.set;
        self.reach = self.set;
        self.wait = self.wait_length;
        self.alarm = 0;
        self.guards.iter_mut().for_each(Guard::reset);
    }

    /// The look-ahead to move to, in samples.
    pub fn set(&mut self, samples: usize) {
        self.set = samples;
    }

    /// The look-ahead in force.
    pub fn now(&self) -> usize {
        self.now
    }

    /// The look-ahead of each sample of a chunk, given the signal that arrives and the limit it must keep.
    pub fn process(&mut self, arriving: [&[f64]; 2], limits: &[f64], moments: &mut [Moment; CHUNK]) {
        let mut nyquist = [0.0; CHUNK];
        for (guard, channel) in self.guards.iter_mut().zip(arriving) {
            guard.process(channel, &mut nyquist);
        }
        let harmful = |nyquist: f32, limit: f64| nyquist > HARMLESS * narrow(limit);
        let any = nyquist.iter().zip(limits).fold(false, |any, (x, limit)| any | harmful(*x, *limit));
        if !any && self.alarm == 0 && self.now == self.set && self.reach == self.now && self.wait == 0 {
            moments[..limits.len()].fill(self.moment());
            return;
        }
        for ((x, limit), slot) in nyquist.into_iter().zip(limits).zip(moments) {
            self.alarm = if harmful(x, *limit) { self.alarm_length } else { self.alarm.saturating_sub(1) };
            self.step(if self.alarm > 0 { self.set.max(self.safe) } else { self.set });
            *slot = self.moment();
        }
    }

    fn moment(&self) -> Moment {
        let flat = if self.alarm > 0 { self.flat } else { Timing::LEAST_FLAT.min(self.flat) };
        Moment { smooth: self.now, reach: self.reach, flat }
    }

    fn step(&mut self, target: usize) {
        if self.now != target {
            self.now = if self.now < target { self.now + 1 } else { self.now - 1 };
            self.reach = self.reach.max(self.now);
            self.wait = self.wait_length;
        } else if self.wait > 0 {
            self.wait -= 1;
        } else if self.reach > self.now {
            self.reach -= 1;
        }
    }
}
