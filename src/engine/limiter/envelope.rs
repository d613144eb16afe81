//! From the attenuation that each sample needs to the gain that is applied: hold, release, link, smooth.

use crate::dsp::{BoxSmooth, History, PeakHold};
use crate::limiter::look_ahead::Moment;
use crate::limiter::timing::Timing;

/// How the gain comes back: a style and the release settings, in samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    /// Samples over which the greatest need is held, at least [`Timing::least_window`].
    pub window: usize,
    /// Part of the way that the gain goes back in one sample.
    pub release: f64,
    /// Part of the way in one sample that sustained reduction follows the gain down.
    pub sustain: f64,
    /// Part of the way in one sample that sustained reduction comes back.
    pub recovery: f64,
    /// 1 if the gain comes back only as far as sustained reduction lets it (auto release), else 0.
    pub auto: f64,
    /// How far each channel follows the other's reduction at once, 0 to 1.
    pub link_transients: f64,
    /// How far each channel follows the other's sustained reduction, 0 to 1.
    pub link_release: f64,
}

/// The gain computer of both channels.
///
/// With need a(n) >= 1 (how far above the ceiling the signal is at n), per channel:
/// 1. h = greatest a of the last [`Shape::window`] samples ([`PeakHold`]); the gain may not exceed 1/h.
/// 2. e: falls to 1/h at once, comes back exponentially (to 1, or with auto release to the sustained gain s).
/// 3. s: follows e slowly: reduction that lasts. It alone is linked by `link_release`, e by `link_transients`.
/// 4. Two running means ([`BoxSmooth`]), as long as the look-ahead asks for ([`Timing::mean`]).
/// 5. A delay: what the longest look-ahead has over the one in force.
///
/// Every step only ever lowers the gain below 1/h or averages such gains, so where the window covers the span of the
/// means, gain times need is at most 1. Sources: Giannoulis, Massberg, Reiss, "Digital Dynamic Range Compressor Design",
/// JAES 60(6) 2012; Hämäläinen, "Smoothing of the control signal without clipped output in digital peak limiters",
/// DAFx-02; Signalsmith Audio, "Building a nice limiter" (peak hold, release, box smoothing).
#[derive(Clone, Debug)]
pub struct Envelope {
    hold: [PeakHold; 2],
    limit: [Reciprocal; 2],
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
            release: [Release::REST; 2],
            smooth: [BoxSmooth::new(1.0), BoxSmooth::new(1.0)],
            late: [History::new(0), History::new(0)],
            longest: 0,
        }
    }
}

impl Envelope {
    /// Makes room for windows of up to `longest_window`; `reset` must follow. Allocates.
    pub fn prepare(&mut self, timing: &Timing, longest_window: usize) {
        self.longest = timing.longest;
        self.hold.iter_mut().for_each(|hold| hold.resize(longest_window));
        self.smooth.iter_mut().for_each(|smooth| smooth.resize(Timing::mean(timing.longest)));
        self.late.iter_mut().for_each(|late| late.resize(timing.longest));
    }

    /// Rests at a gain of 1, with this look-ahead.
    pub fn reset(&mut self, look_ahead: usize) {
        self.hold.iter_mut().for_each(PeakHold::reset);
        self.smooth.iter_mut().for_each(|smooth| smooth.reset(Timing::mean(look_ahead)));
        self.late.iter_mut().for_each(|late| late.fill(1.0));
        self.limit = [Reciprocal::ONE; 2];
        self.release = [Release::REST; 2];
    }

    /// Turns the need of both channels into their gains, in place, with the look-ahead of each sample.
    pub fn process(&mut self, lines: [&mut [f64]; 2], moments: &[Moment], shape: &Shape) {
        let [left, right] = lines;
        let holds = self.hold.iter_mut().zip(&mut self.limit);
        for (line, (hold, limit)) in [&mut *left, &mut *right].into_iter().zip(holds) {
            for x in line {
                *x = limit.push(hold.push(*x, shape.window));
            }
        }
        let [smooth_left, smooth_right] = &mut self.smooth;
        let [release_left, release_right] = &mut self.release;
        for ((left, right), moment) in left.iter_mut().zip(&mut *right).zip(moments) {
            release_left.push(*left, shape);
            release_right.push(*right, shape);
            let mean = Timing::mean(moment.smooth);
            *left = smooth_left.push(link(release_left, release_right, shape), mean);
            *right = smooth_right.push(link(release_right, release_left, shape), mean);
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
    sustained: f64,
}

impl Release {
    const REST: Self = Self { gain: 1.0, sustained: 1.0 };

    #[inline]
    fn push(&mut self, limit: f64, shape: &Shape) {
        let rest = 1.0 + shape.auto * (self.sustained - 1.0);
        let back = self.gain + (rest - self.gain) * shape.release;
        self.gain = if back < limit { back } else { limit };
        let follow = if self.gain < self.sustained { shape.sustain } else { shape.recovery };
        self.sustained += (self.gain - self.sustained) * follow;
    }
}

/// A channel's gain, drawn towards the other's where that is lower.
#[inline]
fn link(own: &Release, other: &Release, shape: &Shape) -> f64 {
    let transients = own.gain + shape.link_transients * (other.gain - own.gain).min(0.0);
    let release = own.gain + shape.link_release * (other.sustained - own.gain).min(0.0);
    transients.min(release)
}
