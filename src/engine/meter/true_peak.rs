//! True peak: the greatest value of the band-limited signal, between the samples too.

use std::f64::consts::PI;

use crate::dsp::extremes::larger;
use crate::units::{count, narrow};

/// Reads the true peak of one channel, as exactly as a 32-fold oversampling meter and at less than the cost of a two-fold
/// one.
///
/// In three steps, since only the greatest value matters:
/// 1. Every half sample is estimated by a short filter.
/// 2. The bend at each point of that grid bounds what the signal can reach near it: [`reach`]. Most points cannot hold the
///    peak.
/// 3. Around the others, if they are maxima, a long windowed sinc (256 taps, Kaiser, flat to 0.487 of the sample rate) is evaluated every 1/8 of a
///    sample, uphill, and a parabola through the three highest points gives the peak, to 0.005 dB.
///
/// This satisfies ITU-R BS.1770-5, annex 2. 32-bit floats suffice: their rounding is 0.00001 dB. The reading lags by [`LAG`]
/// samples.
#[derive(Clone, Debug)]
pub(super) struct TruePeak {
    /// The last 2 x `LAG` samples, then those of the step.
    window: Box<[f32]>,
    /// Magnitudes half a sample after each sample, from the one before the step on.
    halves: Box<[f32]>,
    /// What the signal may reach in each stretch of `LANES`.
    bounds: Box<[f32]>,
}

/// Samples on each side of the point that is interpolated.
const HALF: usize = 128;
/// Samples by which the reading lags behind the input. Two more than the filter needs: the way up from a point at the edge of
/// a step may lead that far beyond it.
pub(super) const LAG: usize = HALF + CLIMB;
/// Samples that the way up may lead: no parabola is further wrong.
const CLIMB: usize = 2;
/// Points a sample that the long filter can be evaluated at.
const PHASES: usize = 8;
/// Samples handled side by side.
const LANES: usize = 16;
/// Samples on each side of the short filter.
const SHORT: usize = 16;
/// By how much a parabola through three half samples may under-read, as a part of their bend: 0.066 for a tone at the
/// Nyquist frequency, 0.08 for one that rides on a slow wave, and a margin.
const UNDER_READ_OF_BEND: f32 = 0.11;
/// How far the short filter may read too high; without this a smooth peak would not reach its own grid value.
const RIPPLE: f32 = 0.002;
/// Kaiser windows: over 100 dB of stop band for the long filter, 60 dB for the short one.
const LONG_BETA: f64 = 10.0;
const SHORT_BETA: f64 = 5.65;

/// The filters; the same for every meter and rate.
#[derive(Clone, Debug)]
pub(super) struct Kernels {
    long: Box<[[f32; 2 * HALF]; PHASES]>,
    short: [f32; SHORT],
}

impl Kernels {
    pub(super) fn new() -> Self {
        let mut long = Box::new([[0.0; 2 * HALF]; PHASES]);
        for (phase, taps) in long.iter_mut().enumerate() {
            let offset = count(phase) / count(PHASES);
            for (n, tap) in taps.iter_mut().enumerate() {
                // Tap n weighs the sample n - (HALF - 1) after the one that the point follows.
                let distance = count(n) - count(HALF - 1) - offset;
                *tap = narrow(windowed_sinc(distance, count(HALF), LONG_BETA));
            }
        }
        let mut short = [0.0; SHORT];
        for (n, tap) in short.iter_mut().enumerate() {
            *tap = narrow(windowed_sinc(count(n) + 0.5, count(SHORT), SHORT_BETA));
        }
        Self { long, short }
    }
}

/// [`TruePeak::push`], to be compiled for each width of vectors. Rust contracts and reorders nothing, so all give the same bits.
struct Push<'a> {
    meter: &'a mut TruePeak,
    samples: &'a [f64],
    kernels: &'a Kernels,
}

impl pulp::NullaryFnOnce for Push<'_> {
    type Output = f64;

    #[inline(always)]
    fn call(self) -> f64 {
        self.meter.push_vectors(self.samples, self.kernels)
    }
}

impl TruePeak {
    pub(super) fn new(longest_step: usize) -> Self {
        let chunks = longest_step / LANES + 1;
        Self {
            window: vec![0.0; 2 * LAG + (chunks + 1) * LANES].into(),
            halves: vec![0.0; chunks * LANES].into(),
            bounds: vec![0.0; chunks].into(),
        }
    }

    pub(super) fn reset(&mut self) {
        self.window.fill(0.0);
    }

    /// The true peak in as many samples as these, but [`LAG`] samples earlier.
    pub(super) fn push(&mut self, samples: &[f64], kernels: &Kernels) -> f64 {
        pulp::Arch::new().dispatch(Push { meter: self, samples, kernels })
    }

    #[inline(always)]
    fn push_vectors(&mut self, samples: &[f64], kernels: &Kernels) -> f64 {
        let frames = samples.len();
        if let Some(places) = self.window.get_mut(2 * LAG..2 * LAG + frames) {
            for (place, &sample) in places.iter_mut().zip(samples) {
                *place = narrow(sample);
            }
        }
        let [sample, greatest] = self.interpolate_halves(frames, &kernels.short);
        // A signal still rising at the end of a step has no maximum there, but its samples.
        let peak = larger(sample, self.highest(frames, greatest, kernels));
        self.window.copy_within(frames..frames + 2 * LAG, 0);
        f64::from(peak)
    }

    /// Fills `halves` and `bounds` for a step and returns the greatest sample and the greatest value of the whole grid.
    #[inline(always)]
    fn interpolate_halves(&mut self, frames: usize, short: &[f32; SHORT]) -> [f32; 2] {
        let (lanes, _) = self.halves.as_chunks_mut::<LANES>();
        let chunks = lanes.iter_mut().zip(&mut self.bounds).take(frames / LANES + 1);
        let mut greatest = [0.0; 2];
        let mut last = None;
        for (chunk, (out, bound)) in chunks.enumerate() {
            let first = LAG - 1 + chunk * LANES;
            let at = |start: usize| self.window.get(start..).and_then(|s| s.first_chunk::<LANES>());
            let mut halves = [0.0; LANES];
            for (k, &tap) in short.iter().enumerate() {
                let (Some(before), Some(after)) = (at(first - k), at(first + 1 + k)) else { break };
                for lane in 0..LANES {
                    halves[lane] += tap * (before[lane] + after[lane]);
                }
            }
            let (Some(here), Some(next)) = (at(first), at(first + 1)) else { break };
            *out = halves.map(f32::abs);
            let mut before = [last.unwrap_or(out[0]); LANES];
            before[1..].copy_from_slice(&out[..LANES - 1]);
            last = out.last().copied();
            let mut bounds = [0.0; LANES];
            for lane in 0..LANES {
                let (here, after, next) = (here[lane].abs(), out[lane], next[lane].abs());
                bounds[lane] = larger(reach([before[lane], here, after]), reach([here, after, next]));
            }
            *bound = bounds.into_iter().fold(0.0, larger);
            // The first sample had its turn in the step before, and some of the last chunk have theirs in the next.
            let own = usize::from(chunk == 0)..(frames + 1 - chunk * LANES).min(LANES);
            let samples = here.get(own.clone()).unwrap_or_default();
            greatest[0] = samples.iter().map(|x| x.abs()).fold(greatest[0], larger);
            greatest[1] = out.get(own).unwrap_or_default().iter().copied().fold(greatest[1], larger);
        }
        [greatest[0], larger(greatest[0], greatest[1])]
    }

    /// Looks at every maximum of the half-sample grid that may be the peak.
    #[inline(always)]
    fn highest(&self, frames: usize, mut greatest: f32, kernels: &Kernels) -> f32 {
        let mut highest = 0.0;
        for (chunk, &bound) in self.bounds.iter().take(frames / LANES + 1).enumerate() {
            if bound <= greatest {
                continue;
            }
            // A chunk begins with the sample before the step, whose turn was in the step before.
            let first = (chunk * LANES).max(1);
            for n in first..((chunk + 1) * LANES).min(frames + 1) {
                let (before, here) = (self.half(n - 1), self.sample(n));
                let (after, next) = (self.half(n), self.sample(n + 1));
                let point = (LAG - 1 + n) * PHASES;
                for (point, three) in
                    [(point, [before, here, after]), (point + PHASES / 2, [here, after, next])]
                {
                    let [left, top, right] = three;
                    if top >= left && top >= right && reach(three) > greatest {
                        let (place, _) = vertex(point, three);
                        highest = larger(highest, self.climb(place, frames, kernels));
                        greatest = larger(greatest, highest);
                    }
                }
            }
        }
        highest
    }

    /// Magnitude of the n-th sample after the one before the step.
    #[inline(always)]
    fn sample(&self, n: usize) -> f32 {
        self.window.get(LAG - 1 + n).map_or(0.0, |x| x.abs())
    }

    /// Magnitude half a sample later.
    #[inline(always)]
    fn half(&self, n: usize) -> f32 {
        self.halves.get(n).copied().unwrap_or(0.0)
    }

    /// The maximum near a point, uphill from it. Points are counted in parts of a sample of the window.
    #[inline(always)]
    fn climb(&self, start: usize, frames: usize, kernels: &Kernels) -> f32 {
        // beyond these the window holds what the filter must not see
        let (first, last) = ((HALF - 1) * PHASES, (2 * LAG + frames - HALF) * PHASES - 1);
        let value = self.at(start, kernels);
        let sign = value.signum();
        let at = |point| sign * self.at(point, kernels);
        let mut point = start;
        let (mut left, mut top, mut right) = (at(start - 1), value.abs(), at(start + 1));
        for _ in 0..CLIMB * PHASES {
            if point <= first + 1 || point + 1 >= last {
                return top;
            }
            if right > top {
                point += 1;
                (left, top, right) = (top, right, at(point + 1));
            } else if left > top {
                point -= 1;
                (left, top, right) = (at(point - 1), left, top);
            } else {
                break;
            }
        }
        if top >= left && top >= right { vertex(point, [left, top, right]).1 } else { top }
    }

    /// The band-limited signal at a point.
    #[inline(always)]
    fn at(&self, point: usize, kernels: &Kernels) -> f32 {
        let (sample, phase) = (point / PHASES, point % PHASES);
        let start = (sample + 1).checked_sub(HALF);
        let window = start.and_then(|s| self.window.get(s..)).and_then(|w| w.first_chunk::<{ 2 * HALF }>());
        let (Some(window), Some(taps)) = (window, kernels.long.get(phase)) else { return 0.0 };
        let mut sums = [0.0; LANES];
        let (windows, _) = window.as_chunks::<LANES>();
        let (taps, _) = taps.as_chunks::<LANES>();
        for (w, t) in windows.iter().zip(taps) {
            for lane in 0..LANES {
                sums[lane] += w[lane] * t[lane];
            }
        }
        sums.iter().sum()
    }
}

/// What the band-limited signal may reach near the middle of three half samples, if that is a maximum. A parabola rises at
/// most an eighth of the bend above its middle point.
#[inline(always)]
fn reach([left, top, right]: [f32; 3]) -> f32 {
    top + (0.125 + UNDER_READ_OF_BEND) * larger(2.0 * top - left - right, 0.0) + top * RIPPLE
}

/// The parabola through a maximum at a point and its two neighbours: the top's height, and for half samples the point of the
/// long filter nearest to it.
#[inline(always)]
fn vertex(point: usize, [left, top, right]: [f32; 3]) -> (usize, f32) {
    let (slope, bend) = (right - left, 2.0 * top - left - right);
    if bend <= 0.0 {
        return (point, top);
    }
    // The top lies slope / (2 bend) spacings to the right, half a spacing at most.
    let eighths = slope * 2.0 / bend;
    let place = match eighths {
        e if e > 1.5 => point + 2,
        e if e > 0.5 => point + 1,
        e if e < -1.5 => point - 2,
        e if e < -0.5 => point - 1,
        _ => point,
    };
    (place, top + slope * slope / (8.0 * bend))
}

/// sinc(x) under a Kaiser window of this half length (Kaiser and Schafer, "On the use of the I0-sinh window for spectrum
/// analysis", 1980).
fn windowed_sinc(x: f64, half_length: f64, beta: f64) -> f64 {
    let sinc = if x == 0.0 { 1.0 } else { (PI * x).sin() / (PI * x) };
    let inside = 1.0 - (x / half_length).powi(2);
    if inside < 0.0 { 0.0 } else { sinc * bessel_i0(beta * inside.sqrt()) / bessel_i0(beta) }
}

/// The modified Bessel function of order 0, by its power series.
fn bessel_i0(x: f64) -> f64 {
    let mut term = 1.0;
    let mut sum = 1.0;
    for k in 1..60 {
        term *= (x / (2.0 * f64::from(k))).powi(2);
        sum += term;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What runs here is compiled for the least of machines, what `push` runs for this one.
    #[test]
    fn every_width_of_vectors_gives_the_same_bits() {
        let kernels = Kernels::new();
        let [mut wide, mut narrow] = [0, 1].map(|_| TruePeak::new(128));
        let x: Vec<f64> = (0..1_200).map(|n| (1.1 * count(n)).sin() * (0.037 * count(n)).cos()).collect();
        for samples in x.chunks(120) {
            let peak = wide.push(samples, &kernels);
            assert_eq!(peak.to_bits(), narrow.push_vectors(samples, &kernels).to_bits());
        }
        assert!(wide.push(&x[..120], &kernels) > 0.9);
    }
}
