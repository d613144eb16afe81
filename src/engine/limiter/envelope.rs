//! From the attenuation that each sample needs to the gain that is applied: hold, release, link, smooth.

use crate::dsp::{BoxSmooth, History, PeakHold};
use crate::limiter::detector::CHUNK;
use crate::limiter::lesser;
use crate::limiter::look_ahead::Moment;
use crate::limiter::recurrence::{Pattern, Recurrence};
use crate::limiter::timing::Timing;

/// How the gain comes back: a style and the release settings, in samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    /// What counts as recurring.
    pub pattern: Pattern,
    /// Part of the way that the gain goes back in one sample.
    pub release: f64,
    /// The same for the gain that recurring peaks need.
    pub recovery: f64,
    /// How far each channel follows the other's reduction at once, 0 to 1.
    pub link_transients: f64,
    /// How far each channel follows what the other's recurring peaks need, 0 to 1.
    pub link_release: f64,
}

/// The gain computer of both channels.
///
/// With need a(n) >= 1 (how far above the ceiling the signal is at n), per channel:
/// 1. h = greatest a of the last samples ([`PeakHold`]): as many as the means and the flat stretches around a peak take; the gain may
///    not exceed 1/h.
/// 2. s: the gain that recurring peaks allow ([`Recurrence`]); falls at once, comes back exponentially.
/// 3. e: falls to 1/h at once, comes back exponentially to s, never above it.
/// 4. Linked: e by `link_transients`, s by `link_release`.
/// 5. Two running means ([`BoxSmooth`]), as long as the look-ahead asks for ([`Timing::mean`]).
/// 6. A delay: what the longest look-ahead has over the one in force.
///
/// Every step only ever lowers the gain below 1/h or averages such gains, so where the hold covers the span of the
/// means, gain times need is at most 1. Sources: Giannoulis, Massberg, Reiss, "Digital Dynamic Range Compressor Design",
/// JAES 60(6) 2012; Hämäläinen, "Smoothing of the control signal without clipped output in digital peak limiters",
/// DAFx-02; Signalsmith Audio, "Building a nice limiter" (peak hold, release, box smoothing). That low notes want a release of
/// their own is in Adriaensen, zita-dpl1; here it is not the band but the recurrence that tells.
#[derive(Clone, Debug)]
pub struct Envelope {
    hold: [PeakHold; 2],
    limit: [Reciprocal; 2],
    recurrence: [Recurrence; 2],
    release: [Release; 2],
    smooth: [BoxSmooth<2>; 2],
    late: [History<f64>; 2],
    longest: usize,
}

impl Default for Envelope {
    fn default() -> Self {
        Self {
            hold: Default::default(),
            limit: [Reciprocal::ONE; 2],
            recurrence: Default::default(),
            release: [Release::REST; 2],
            smooth: [BoxSmooth::new(1.0), BoxSmooth::new(1.0)],
            late: [History::new(0), History::new(0)],
            longest: 0,
        }
    }
}

impl Envelope {
    /// Makes room; `reset` must follow. Allocates.
    pub fn prepare(&mut self, timing: &Timing, sample_rate_hz: f64) {
        self.longest = timing.longest;
        self.hold.iter_mut().for_each(|hold| hold.resize(timing.longest + timing.flat));
        self.recurrence.iter_mut().for_each(|recurrence| recurrence.prepare(sample_rate_hz));
        self.smooth.iter_mut().for_each(|smooth| smooth.resize(Timing::mean(timing.longest)));
        self.late.iter_mut().for_each(|late| late.resize(timing.longest));
    }

    /// Rests at a gain of 1, with this look-ahead.
    pub fn reset(&mut self, look_ahead: usize) {
        self.hold.iter_mut().for_each(PeakHold::reset);
        self.smooth.iter_mut().for_each(|smooth| smooth.reset(Timing::mean(look_ahead)));
        self.late.iter_mut().for_each(|late| late.fill(1.0));
        self.limit = [Reciprocal::ONE; 2];
        self.recurrence.iter_mut().for_each(Recurrence::reset);
        self.release = [Release::REST; 2];
    }

    /// Turns the need of both channels into their gains, in place, with the look-ahead of each sample. At most [`CHUNK`] frames.
    pub fn process(&mut self, lines: [&mut [f64]; 2], moments: &[Moment], shape: &Shape) {
        let [left, right] = lines;
        let mut recurring = [[1.0; CHUNK]; 2];
        for (n, line) in [&mut *left, &mut *right].into_iter().enumerate() {
            self.recurrence[n].process(line, &mut recurring[n], shape.pattern);
            for (x, moment) in line.iter_mut().zip(moments) {
                let window = self.longest + moment.flat;
                *x = self.limit[n].push(self.hold[n].push(*x, window));
            }
        }
        let [smooth_left, smooth_right] = &mut self.smooth;
        let [release_left, release_right] = &mut self.release;
        let [recurring_left, recurring_right] = &recurring;
        for (n, moment) in moments.iter().enumerate() {
            release_left.push(left[n], recurring_left[n], shape);
            release_right.push(right[n], recurring_right[n], shape);
            let mean = Timing::mean(moment.smooth);
            left[n] = smooth_left.push(link(release_left, release_right, shape), mean);
            right[n] = smooth_right.push(link(release_right, release_left, shape), mean);
        }
        for (line, late) in [left, right].into_iter().zip(&mut self.late) {
            let past = late.append(line.len());
            past[self.longest..].copy_from_slice(line);
            for (n, (x, moment)) in line.iter_mut().zip(moments).enumerate() {
                *x = past[n + moment.reach.min(self.longest)];
            }
        }
    }
}

/// 1/x, computed where x changes.
#[derive(Clone, Copy, Debug)]
struct Reciprocal {
    x: f64,
    value: f64,
}

impl Reciprocal {
    const ONE: Self = Self { x: 1.0, value: 1.0 };

    #[inline]
    fn push(&mut self, x: f64) -> f64 {
        if x != self.x {
            *self = Self { x, value: 1.0 / x };
        }
        self.value
    }
}

/// Steps 2 and 3 of one channel.
#[derive(Clone, Copy, Debug)]
struct Release {
    gain: f64,
    recurring: f64,
}

impl Release {
    const REST: Self = Self { gain: 1.0, recurring: 1.0 };

    #[inline]
    fn push(&mut self, limit: f64, recurring: f64, shape: &Shape) {
        self.recurring = lesser(recurring, self.recurring + (1.0 - self.recurring) * shape.recovery);
        let back = self.gain + (self.recurring - self.gain) * shape.release;
        self.gain = lesser(lesser(back, self.recurring), limit);
    }
}

/// A channel's gain, drawn towards the other's where that is lower.
#[inline]
fn link(own: &Release, other: &Release, shape: &Shape) -> f64 {
    let transients = own.gain + shape.link_transients * lesser(other.gain - own.gain, 0.0);
    let release = own.gain + shape.link_release * lesser(other.recurring - own.gain, 0.0);
    lesser(transients, release)
}
