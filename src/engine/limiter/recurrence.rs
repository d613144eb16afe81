//! Which part of the needed reduction recurs.

use crate::dsp::History;
use crate::limiter::detector::CHUNK;
use crate::units::{samples_from_ms, whole};

/// How often, and how soon, a peak must recur before it counts as recurring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// Number of consecutive stretches of length T that must each contain a peak, 1 to [`Recurrence::MOST`].
    pub slow: usize,
    /// The same for stretches of length T/4.
    pub fast: usize,
}

/// Finds the need that recurs: `s(n) = max(m(T, slow), m(T/4, fast))`, where `m(t, k)` is the least of the greatest needs in each of the
/// last k stretches of length t, 0.8 ms apart.
///
/// A peak that stands alone is in one stretch only and does not count: where it is wide, the distance between stretches keeps it from
/// being in two. Peaks that return at least once in t are in all stretches: then their need is s, constant until they cease. So a steady tone down to 1/(2 T) is met by a constant
/// gain, whatever the release, and a drum hit leaves the gain after it alone.
///
/// The stretches end at each sample anew: the greatest needs are sliding maxima, and their least is taken at lags of t. So s depends on the
/// last needs only, never on where processing began.
#[derive(Clone, Debug)]
pub struct Recurrence {
    slow: Lags,
    fast: Lags,
}

/// Recurring peaks are met by this much more than they need, so that each of them, read with the detector's 32 bits, stays above the gain
/// and does not move it. 0.00001 dB.
const TOLERANCE: f32 = 1e-6;

impl Default for Recurrence {
    fn default() -> Self {
        let mut recurrence = Self { slow: Lags::default(), fast: Lags::default() };
        recurrence.prepare(48_000.0);
        recurrence
    }
}

impl Recurrence {
    /// T in ms: half a period of 30 Hz, and a little more for the detector.
    pub const SPACING_MS: f64 = 17.0;
    /// Distance between two stretches in ms: the width of a lone peak, of which each stretch would otherwise see a part.
    const DISTANCE_MS: f64 = 0.8;
    /// Longest pattern.
    pub const MOST: usize = 12;

    /// Sets the sample rate and forgets the past. Allocates.
    pub fn prepare(&mut self, sample_rate_hz: f64) {
        let samples = |time_ms| whole(samples_from_ms(time_ms, sample_rate_hz)).max(1);
        self.slow.prepare(samples(Self::SPACING_MS), samples(Self::DISTANCE_MS));
        self.fast.prepare(samples(Self::SPACING_MS / 4.0), samples(Self::DISTANCE_MS));
    }

    /// Forgets the past.
    pub fn reset(&mut self) {
        self.slow.reset();
        self.fast.reset();
    }

    /// Lengths of the two stretches, T and T/4, in samples.
    pub fn stretches(&self) -> [usize; 2] {
        [self.slow.stretch, self.fast.stretch]
    }

    /// Samples after which nothing of the past is left.
    pub fn memory(&self) -> usize {
        self.slow.stretch + self.slow.past()
    }

    /// Takes over the state of another one at the same rate. Never allocates.
    pub fn copy_from(&mut self, other: &Self) {
        self.slow.line.copy_from(&other.slow.line);
        self.fast.line.copy_from(&other.fast.line);
    }

    /// Takes the greatest need of the last T and T/4 at up to [`CHUNK`] samples; writes the gain that the recurring need allows.
    pub fn process(&mut self, greatest: [&[f32]; 2], pattern: Pattern, gains: &mut [f64]) {
        let [mut slow, mut fast] = [[0.0; CHUNK]; 2];
        self.slow.least(greatest[0], pattern.slow, &mut slow);
        self.fast.least(greatest[1], pattern.fast, &mut fast);
        for ((slow, fast), gain) in slow.iter().zip(&fast).zip(gains) {
            let need = if slow > fast { *slow } else { *fast };
            let met = if need > 1.0 { need * (1.0 + TOLERANCE) } else { 1.0 };
            *gain = 1.0 / f64::from(met);
        }
    }
}

/// The past of a sliding maximum, read at lags of its window and a little more.
#[derive(Clone, Debug)]
struct Lags {
    line: History<f32>,
    stretch: usize,
    /// Samples from the end of one stretch to that of the next.
    lag: usize,
}

impl Default for Lags {
    fn default() -> Self {
        Self { line: History::new(0), stretch: 1, lag: 1 }
    }
}

impl Lags {
    fn prepare(&mut self, stretch: usize, distance: usize) {
        self.stretch = stretch;
        self.lag = stretch + distance;
        self.line.resize(self.past());
        self.reset();
    }

    /// Samples before the newest that are read.
    fn past(&self) -> usize {
        (Recurrence::MOST - 1) * self.lag
    }

    fn reset(&mut self) {
        self.line.fill(1.0);
    }

    /// The least of the newest value and those 1 to `count - 1` lags before it, for each sample.
    fn least(&mut self, greatest: &[f32], count: usize, least: &mut [f32; CHUNK]) {
        let newest = self.past();
        let line = self.line.append(greatest.len());
        line[newest..].copy_from_slice(greatest);
        let least = &mut least[..greatest.len()];
        least.copy_from_slice(greatest);
        for k in 1..count.min(Recurrence::MOST) {
            for (least, x) in least.iter_mut().zip(&line[newest - k * self.lag..]) {
                *least = if *x < *least { *x } else { *least };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limiter::maxima::Maxima;
    use crate::units::narrow;

    const RATE_HZ: f64 = 48_000.0;
    const PATTERN: Pattern = Pattern { slow: 3, fast: 2 };

    /// The gain after each of these needs.
    fn gains(needs: &[f64]) -> Vec<f64> {
        let mut recurrence = Recurrence::default();
        let mut maxima = Maxima::default();
        maxima.prepare(recurrence.stretches()[0]);
        let mut gains = vec![0.0; needs.len()];
        for (needs, gains) in needs.chunks(57).zip(gains.chunks_mut(57)) {
            let needs: Vec<_> = needs.iter().map(|need| narrow(*need)).collect();
            let [slow, fast] = maxima.process(&needs, recurrence.stretches());
            recurrence.process([&slow[..needs.len()], &fast[..needs.len()]], PATTERN, gains);
        }
        gains
    }

    /// The gain after `ms` of peaks with a need of 2, each `spacing_ms` after the last.
    fn gain_after(ms: f64, spacing_ms: f64) -> f64 {
        let [frames, spacing] = [ms, spacing_ms].map(|ms| whole(samples_from_ms(ms, RATE_HZ)));
        let needs: Vec<f64> =
            (0..frames).map(|n| if n.is_multiple_of(spacing) { 2.0 } else { 1.0 }).collect();
        gains(&needs)[frames - 1]
    }

    #[test]
    fn peaks_within_the_spacing_recur_and_others_do_not() {
        let held = 1.0 / f64::from(2.0 * (1.0 + TOLERANCE));
        assert_eq!(gain_after(80.0, 17.0), held);
        assert_eq!(gain_after(80.0, 25.0), 1.0);
        // fast ones count sooner: twice within 8.5 ms, before three stretches of 17 ms have passed
        assert_eq!(gain_after(12.0, 4.25), held);
        assert_eq!(gain_after(12.0, 8.5), 1.0);
        // one alone never does
        assert_eq!(gain_after(60.0, 1_000.0), 1.0);
    }

    #[test]
    fn the_least_of_recurring_peaks_counts() {
        let needs: Vec<f64> = (0..48_000).map(|n| 2.0 + f64::from(u8::from(n % 14_400 == 0))).collect();
        let held = 1.0 / f64::from(2.0 * (1.0 + TOLERANCE));
        assert!(gains(&needs)[6_000..].iter().all(|gain| *gain == held));
    }

    #[test]
    fn agrees_with_the_definition() {
        // a linear congruential generator (Knuth, MMIX)
        let mut state = 3_u64;
        let needs: Vec<f64> = (0..10_000)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                // sparse, so that stretches without a peak occur
                1.0 + (f64::from(u32::try_from(state >> 32).unwrap_or(0)) / 4_294_967_296.0).powi(300)
            })
            .collect();
        let gains = gains(&needs);
        let [slow, fast] = Recurrence::default().stretches();
        assert_eq!([slow, fast], [816, 204]);
        let distance = 38;
        let mut recurring = 0;
        for n in (3 * (slow + distance)..needs.len()).step_by(7) {
            let stretch = |length: usize, turn: usize| {
                let end = n + 1 - turn * (length + distance);
                needs[end - length..end].iter().fold(1.0_f64, |a, b| a.max(*b))
            };
            let slow = (0..3).map(|turn| stretch(slow, turn)).fold(9.0, f64::min);
            let fast = (0..2).map(|turn| stretch(fast, turn)).fold(9.0, f64::min);
            let need = slow.max(fast);
            assert!((gains[n] * need - 1.0).abs() < 2.0 * f64::from(TOLERANCE), "sample {n}");
            recurring += usize::from(need > 1.1);
        }
        assert!(recurring > 10, "no case");
    }
}
