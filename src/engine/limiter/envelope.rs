//! From the attenuation that each sample needs to the gain that is applied: hold, release, link, smooth.

use crate::dsp::{BoxSmooth, History};
use crate::limiter::detector::CHUNK;
use crate::limiter::look_ahead::Moment;
use crate::limiter::maxima::Maxima;
use crate::limiter::recurrence::{Pattern, Recurrence};
use crate::limiter::timing::Timing;
use crate::units::narrow;

/// Release and linking of the gain, as the style and the settings ask for, for one sample rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    /// How often a peak must recur to count as recurring.
    pub pattern: Pattern,
    /// Share of the distance to its target that the gain recovers in one sample, 0 to 1.
    pub release: f64,
    /// Share of the distance to 1 that the gain of recurring peaks recovers in one sample, 0 to 1.
    pub recovery: f64,
    /// Share by which each channel follows the other's greater need, 0 to 1.
    pub link_transients: f64,
    /// Share by which each channel follows the other's lower gain of recurring peaks, 0 to 1.
    pub link_release: f64,
}

/// The gain computer of both channels.
///
/// With need a(n) >= 1 (how far above the ceiling the signal is at n), per channel:
/// 1. a is drawn towards the other channel's where that is greater, by `link_transients`.
/// 2. h = greatest a of the last samples ([`Maxima`]): as many as the means and the flat stretches around a peak take; the gain may
///    not exceed 1/h.
/// 3. s: the gain that recurring peaks allow ([`Recurrence`]); falls at once, recovers exponentially. It is drawn towards the
///    other channel's by `link_release`.
/// 4. e: falls to 1/h at once, recovers exponentially to s, never above it.
/// 5. Two running means ([`BoxSmooth`]), as long as the look-ahead asks for ([`Timing::mean`]).
/// 6. A delay: what the longest look-ahead has over the one in force.
///
/// Every step only ever lowers the gain below 1/h or averages such gains, so where the hold covers the span of the
/// means, gain times need is at most 1. Sources: Giannoulis, Massberg, Reiss, "Digital Dynamic Range Compressor Design",
/// JAES 60(6) 2012; Hämäläinen, "Smoothing of the control signal without clipped output in digital peak limiters",
/// DAFx-02; Signalsmith Audio, "Building a nice limiter" (peak hold, release, box smoothing). That low notes want a release of
/// their own is in Adriaensen, zita-dpl1; here the recurrence of a peak chooses the release, not its band.
/// Fully linked channels share one need and, once everything before that is forgotten, all of their state: one lane then serves both.
#[derive(Clone, Debug, Default)]
pub struct Envelope {
    lanes: [Lane; 2],
    /// Frames since the channels became fully linked, at most `memory`.
    together: usize,
    /// Frames after which a lane has forgotten all input but for its release.
    memory: usize,
}

impl Envelope {
    /// Makes room; `reset` must follow. Allocates.
    pub fn prepare(&mut self, timing: &Timing, sample_rate_hz: f64) {
        self.lanes.iter_mut().for_each(|lane| lane.prepare(timing, sample_rate_hz));
        self.memory = self.lanes[0].recurrence.memory() + 4 * timing.longest + 2 * timing.flat;
    }

    /// Forgets the past: the gain is 1, with this look-ahead in samples.
    pub fn reset(&mut self, look_ahead: usize) {
        self.lanes.iter_mut().for_each(|lane| lane.reset(look_ahead));
        self.together = self.memory;
    }

    /// Turns the need of both channels into their gains, in place, with the look-ahead of each sample. At most [`CHUNK`] frames.
    pub fn process(&mut self, needs: [&mut [f64]; 2], moments: &[Moment], shape: &Shape) {
        let [left, right] = needs;
        link(left, right, shape.link_transients);
        let one = self.together >= self.memory;
        if shape.link_transients < 1.0 {
            if one {
                let [first, second] = &mut self.lanes;
                second.copy_from(first);
            }
            self.together = 0;
        } else {
            self.together = (self.together + left.len()).min(self.memory);
            if one {
                let limits = self.lanes[0].limits(left, moments, shape);
                self.lanes[0].release(left, &limits, shape);
                self.lanes[0].smooth(left, moments);
                right.copy_from_slice(left);
                return;
            }
        }
        let limits =
            [self.lanes[0].limits(left, moments, shape), self.lanes[1].limits(right, moments, shape)];
        release_both(&mut self.lanes, [left, right], &limits, shape);
        self.lanes[0].smooth(left, moments);
        self.lanes[1].smooth(right, moments);
    }
}

/// Draws each need towards the other where that is greater.
fn link(left: &mut [f64], right: &mut [f64], amount: f64) {
    for (left, right) in left.iter_mut().zip(right) {
        let (l, r) = (*left, *right);
        let greatest = if l > r { l } else { r };
        if amount == 1.0 {
            (*left, *right) = (greatest, greatest);
        } else {
            *left = l + amount * (greatest - l);
            *right = r + amount * (greatest - r);
        }
    }
}

/// The gain computer of one channel.
#[derive(Clone, Debug)]
struct Lane {
    maxima: Maxima,
    recurrence: Recurrence,
    release: Release,
    smooth: BoxSmooth<2>,
    late: History<f64>,
    longest: usize,
}

impl Default for Lane {
    fn default() -> Self {
        Self {
            maxima: Maxima::default(),
            recurrence: Recurrence::default(),
            release: Release::REST,
            smooth: BoxSmooth::new(1.0),
            late: History::new(0),
            longest: 0,
        }
    }
}

/// Upper limits of the gain.
struct Limits {
    /// For the peaks within the hold.
    peak: [f64; CHUNK],
    /// For recurring peaks.
    recurring: [f64; CHUNK],
}

impl Lane {
    fn prepare(&mut self, timing: &Timing, sample_rate_hz: f64) {
        self.longest = timing.longest;
        self.recurrence.prepare(sample_rate_hz);
        self.maxima.prepare(self.recurrence.stretches()[0].max(timing.longest + timing.flat));
        self.smooth.resize(Timing::mean(timing.longest));
        self.late.resize(timing.longest);
    }

    fn reset(&mut self, look_ahead: usize) {
        self.maxima.reset();
        self.recurrence.reset();
        self.release = Release::REST;
        self.smooth.reset(Timing::mean(look_ahead));
        self.late.fill(1.0);
    }

    /// Takes over another lane's state. Never allocates.
    fn copy_from(&mut self, other: &Self) {
        self.maxima.copy_from(&other.maxima);
        self.recurrence.copy_from(&other.recurrence);
        self.release = other.release;
        self.smooth.copy_from(&other.smooth);
        self.late.copy_from(&other.late);
    }

    /// Steps 2 and 3, as far as they concern one channel.
    fn limits(&mut self, needs: &[f64], moments: &[Moment], shape: &Shape) -> Limits {
        let mut narrowed = [1.0; CHUNK];
        for (narrowed, need) in narrowed.iter_mut().zip(needs) {
            *narrowed = narrow(*need);
        }
        let frames = needs.len();
        let least_flat = moments.iter().map(|moment| moment.flat).min().unwrap_or(0);
        let most_flat = moments.iter().map(|moment| moment.flat).max().unwrap_or(0);
        let [slow_stretch, fast_stretch] = self.recurrence.stretches();
        let [held, held_longer, slow, fast] = self.maxima.process(
            &narrowed[..frames],
            [self.longest + least_flat, self.longest + most_flat, slow_stretch, fast_stretch],
        );
        let mut limits = Limits { peak: [1.0; CHUNK], recurring: [1.0; CHUNK] };
        for (n, (moment, limit)) in moments.iter().zip(&mut limits.peak).enumerate() {
            let peak = if moment.flat == least_flat { held[n] } else { held_longer[n] };
            *limit = 1.0 / f64::from(peak);
        }
        let recurring = &mut limits.recurring[..frames];
        self.recurrence.process([&slow[..frames], &fast[..frames]], shape.pattern, recurring);
        limits
    }

    /// Steps 3 and 4 of a lane that serves both channels.
    fn release(&mut self, gains: &mut [f64], limits: &Limits, shape: &Shape) {
        let release = &mut self.release;
        for (n, gain) in gains.iter_mut().enumerate() {
            release.recover(limits.recurring[n], shape);
            release.push(limits.peak[n], release.recurring, shape);
            *gain = release.gain;
        }
    }

    /// Steps 5 and 6.
    fn smooth(&mut self, gains: &mut [f64], moments: &[Moment]) {
        let mut look_ahead = 0;
        let mut mean = 0;
        for (gain, moment) in gains.iter_mut().zip(moments) {
            if moment.smooth != look_ahead {
                look_ahead = moment.smooth;
                mean = Timing::mean(look_ahead);
            }
            *gain = self.smooth.push(*gain, mean);
        }
        let past = self.late.append(gains.len());
        past[self.longest..].copy_from_slice(gains);
        for (n, (gain, moment)) in gains.iter_mut().zip(moments).enumerate() {
            *gain = past[n + moment.reach.min(self.longest)];
        }
    }
}

/// Steps 3 and 4 of both channels.
fn release_both(lanes: &mut [Lane; 2], gains: [&mut [f64]; 2], limits: &[Limits; 2], shape: &Shape) {
    let [left, right] = lanes;
    let (left, right) = (&mut left.release, &mut right.release);
    let [left_gains, right_gains] = gains;
    for (n, (left_gain, right_gain)) in left_gains.iter_mut().zip(right_gains).enumerate() {
        left.recover(limits[0].recurring[n], shape);
        right.recover(limits[1].recurring[n], shape);
        let towards = |own: f64, other: f64| own + shape.link_release * lesser(other - own, 0.0);
        let rests = [towards(left.recurring, right.recurring), towards(right.recurring, left.recurring)];
        left.push(limits[0].peak[n], rests[0], shape);
        right.push(limits[1].peak[n], rests[1], shape);
        if shape.link_transients == 1.0 {
            left.meet(right);
            right.meet(left);
        }
        *left_gain = left.gain;
        *right_gain = right.gain;
    }
}

/// The gains of steps 3 and 4.
#[derive(Clone, Copy, Debug)]
struct Release {
    gain: f64,
    recurring: f64,
}

impl Release {
    const REST: Self = Self { gain: 1.0, recurring: 1.0 };

    #[inline]
    fn recover(&mut self, limit: f64, shape: &Shape) {
        self.recurring = lesser(limit, self.recurring + (1.0 - self.recurring) * shape.recovery);
    }

    #[inline]
    fn push(&mut self, limit: f64, rest: f64, shape: &Shape) {
        let back = self.gain + (rest - self.gain) * shape.release;
        self.gain = lesser(lesser(back, rest), limit);
    }

    /// Goes as low as the other: fully linked channels have one gain.
    #[inline]
    fn meet(&mut self, other: &Self) {
        self.gain = lesser(self.gain, other.gain);
        self.recurring = lesser(self.recurring, other.recurring);
    }
}

/// The lesser of two numbers.
#[inline]
pub fn lesser(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}
