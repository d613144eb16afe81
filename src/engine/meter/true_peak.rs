//! True peak: the greatest value of the band-limited signal, between the samples too.

use std::f64::consts::PI;

use crate::units::{count, narrow};

/// Reads the true peak of one channel, as exactly as a 32-fold oversampling meter and at the cost of a two-fold one.
///
/// In two steps, since only the greatest value matters:
/// 1. Every half sample is estimated by a short filter (in f32). A maximum on that grid further than [`UNDER_READ`] below
///    the best value of the step cannot be the peak.
/// 2. Around the others a long windowed sinc (256 taps, Kaiser, flat to 0.487 of the sample rate) is evaluated every 1/8
///    of a sample, uphill, and a parabola through the three highest points gives the peak, to 0.005 dB.
///
/// This satisfies ITU-R BS.1770-5, annex 2. The reading lags by [`LAG`] samples.
#[derive(Clone, Debug)]
pub(super) struct TruePeak {
    /// The last 2 x `LAG` samples, then those of the step.
    window: Box<[f64]>,
    /// The same in f32, for the short filter.
    narrow: Box<[f32]>,
    /// Magnitudes half a sample after each sample, from the one before the step on.
    halves: Box<[f32]>,
}

/// Samples on each side of the point that is interpolated.
const HALF: usize = 128;
/// Samples by which the reading lags behind the input.
pub(super) const LAG: usize = HALF;
/// Points a sample that the long filter can be evaluated at.
const PHASES: usize = 8;
/// Half samples computed side by side.
const LANES: usize = 16;
/// Samples on each side of the short filter.
const SHORT: usize = 16;
/// By how much the half-sample grid may under-read: sqrt(2) at the Nyquist frequency, and a margin for the short filter.
const UNDER_READ: f64 = 1.5;
/// Kaiser windows: over 100 dB of stop band for the long filter, 60 dB for the short one.
const LONG_BETA: f64 = 10.0;
const SHORT_BETA: f64 = 5.65;

/// The filters; the same for every meter and rate.
#[derive(Clone, Debug)]
pub(super) struct Kernels {
    long: Box<[[f64; 2 * HALF]; PHASES]>,
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
                *tap = windowed_sinc(distance, count(HALF), LONG_BETA);
            }
        }
        let mut short = [0.0; SHORT];
        for (n, tap) in short.iter_mut().enumerate() {
            *tap = narrow(windowed_sinc(count(n) + 0.5, count(SHORT), SHORT_BETA));
        }
        Self { long, short }
    }
}

impl TruePeak {
    pub(super) fn new(longest_step: usize) -> Self {
        let length = 2 * LAG + longest_step.next_multiple_of(LANES) + LANES;
        Self {
            window: vec![0.0; length].into(),
            narrow: vec![0.0; length + SHORT].into(),
            halves: vec![0.0; longest_step.next_multiple_of(LANES) + LANES].into(),
        }
    }

    pub(super) fn reset(&mut self) {
        self.window.fill(0.0);
        self.narrow.fill(0.0);
    }

    /// The true peak in as many samples as these, but [`LAG`] samples earlier.
    pub(super) fn push(&mut self, samples: &[f64], kernels: &Kernels) -> f64 {
        let frames = samples.len();
        for ((wide, narrowed), &sample) in
            self.window.iter_mut().zip(&mut self.narrow).skip(2 * LAG).zip(samples)
        {
            *wide = sample;
            *narrowed = narrow(sample);
        }
        self.interpolate_halves(frames, &kernels.short);
        let peak = self.highest(frames, kernels);
        self.window.copy_within(frames..frames + 2 * LAG, 0);
        self.narrow.copy_within(frames..frames + 2 * LAG, 0);
        peak
    }

    fn interpolate_halves(&mut self, frames: usize, short: &[f32; SHORT]) {
        let (lanes, _) = self.halves.as_chunks_mut::<LANES>();
        for (chunk, out) in lanes.iter_mut().take(frames / LANES + 1).enumerate() {
            let first = LAG - 1 + chunk * LANES;
            let mut sums = [0.0; LANES];
            for (k, &tap) in short.iter().enumerate() {
                let before = self.narrow.get(first - k..).and_then(|s| s.first_chunk::<LANES>());
                let after = self.narrow.get(first + 1 + k..).and_then(|s| s.first_chunk::<LANES>());
                let (Some(before), Some(after)) = (before, after) else { break };
                for lane in 0..LANES {
                    sums[lane] += tap * (before[lane] + after[lane]);
                }
            }
            *out = sums.map(f32::abs);
        }
    }

    /// Looks at every maximum of the half-sample grid that may be the peak.
    fn highest(&self, frames: usize, kernels: &Kernels) -> f64 {
        let samples = self.narrow.get(LAG..=LAG + frames).unwrap_or_default();
        let halves = self.halves.get(..=frames).unwrap_or_default();
        let grid_peak =
            samples.iter().take(frames).chain(halves.iter().skip(1)).fold(0.0f32, |a, b| a.max(b.abs()));
        let mut best = self.window.iter().skip(LAG).take(frames).fold(0.0f64, |a, b| a.max(b.abs()));
        let mut floor = narrow(best.max(f64::from(grid_peak)) / UNDER_READ);
        for (n, (pair, halves)) in samples.windows(2).zip(halves.windows(2)).enumerate() {
            let ([here, next], [before, after]) = (pair, halves) else { break };
            let (here, next) = (here.abs(), next.abs());
            if here.max(*after) <= floor {
                continue;
            }
            let at_sample = here >= *before && here >= *after;
            let at_half = *after > here && *after >= next;
            if at_sample || at_half {
                let start = (LAG + n) * PHASES + if at_half { PHASES / 2 } else { 0 };
                best = best.max(self.climb(start, kernels));
                floor = floor.max(narrow(best / UNDER_READ));
            }
        }
        best
    }

    /// The maximum near a point, uphill from it. Points are counted in parts of a sample of the window.
    fn climb(&self, start: usize, kernels: &Kernels) -> f64 {
        let sign = self.at(start, kernels).signum();
        let value = |point| sign * self.at(point, kernels);
        let (mut left, mut top, mut right) = (value(start - 1), value(start), value(start + 1));
        let mut point = start;
        for _ in 0..PHASES {
            if right > top {
                point += 1;
                (left, top, right) = (top, right, value(point + 1));
            } else if left > top {
                if point < EARLIEST + 2 {
                    // further left lies what the call before has seen whole
                    return top;
                }
                point -= 1;
                (left, top, right) = (value(point - 1), left, top);
            } else {
                break;
            }
        }
        let curvature = left - 2.0 * top + right;
        let slope = right - left;
        let is_maximum = top >= left && top >= right && curvature < 0.0;
        if is_maximum { top - slope * slope / (8.0 * curvature) } else { top }
    }

    fn at(&self, point: usize, kernels: &Kernels) -> f64 {
        let (sample, phase) = (point / PHASES, point % PHASES);
        let window = self.window.get(sample + 1 - HALF..).and_then(|w| w.first_chunk::<{ 2 * HALF }>());
        let (Some(window), Some(taps)) = (window, kernels.long.get(phase)) else { return 0.0 };
        let mut sums = [0.0; 8];
        let (windows, _) = window.as_chunks::<8>();
        let (taps, _) = taps.as_chunks::<8>();
        for (w, t) in windows.iter().zip(taps) {
            for lane in 0..8 {
                sums[lane] += w[lane] * t[lane];
            }
        }
        sums.iter().sum()
    }
}

/// The first point whose window of samples is whole.
const EARLIEST: usize = (HALF - 1) * PHASES;

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
