//! Which part of the needed reduction comes again and again.

use crate::limiter::{greater, lesser};
use crate::units::{samples_from_ms, whole};

/// How often a peak must come again, and how soon, before it counts as recurring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// Peaks at most [`Recurrence::SPACING_MS`] apart: as many as this, at most [`Recurrence::MOST`].
    pub slow: usize,
    /// Peaks at most a quarter of that apart: as many as this, at most four times `MOST`.
    pub fast: usize,
}

/// Finds the need that recurs: `s(n) = max(m(T, slow), m(T/4, fast))`, where m(t, k) is the least of the greatest needs in the last
/// k stretches of length t, one before the other.
///
/// A peak that stands alone is in one stretch only and does not count. Peaks that return at least once in t are in all
/// of them: after k t their need is s, constant until they cease. So a steady tone down to 1/(2 T) is met by a constant
/// gain, whatever the release, and a drum hit leaves the gain after it alone.
///
/// Time is counted in groups of T/16, so s lags the peaks by up to that; it only decides where the gain comes back to.
#[derive(Clone, Debug)]
pub struct Recurrence {
    /// Greatest need of each group, the newest last.
    groups: [f64; GROUPS],
    /// That of the group that is still growing.
    growing: f64,
    group_length: usize,
    /// Samples until it is full.
    left: usize,
    gain: f64,
}

/// Groups in T.
const SLOW: usize = 16;
/// Groups in T/4.
const FAST: usize = SLOW / 4;
const GROUPS: usize = SLOW * Recurrence::MOST;
/// Recurring peaks are met by this much more than they need, and less than twice that is no change: so what the detector's 32 bits leave of
/// a steady tone's peaks does not move the gain. 0.00001 dB.
const TOLERANCE: f64 = 1e-6;

impl Default for Recurrence {
    fn default() -> Self {
        let mut recurrence =
            Self { groups: [1.0; GROUPS], growing: 1.0, group_length: 1, left: 1, gain: 1.0 };
        recurrence.prepare(48_000.0);
        recurrence
    }
}

impl Recurrence {
    /// T: half a period of 38 Hz.
    pub const SPACING_MS: f64 = 13.0;
    /// Longest pattern.
    pub const MOST: usize = 12;

    /// Takes over the sample rate and forgets the past.
    pub fn prepare(&mut self, sample_rate_hz: f64) {
        self.group_length = whole(samples_from_ms(Self::SPACING_MS / 16.0, sample_rate_hz)).max(1);
        self.reset();
    }

    /// Forgets the past.
    pub fn reset(&mut self) {
        self.groups = [1.0; GROUPS];
        self.growing = 1.0;
        self.left = self.group_length;
        self.gain = 1.0;
    }

    /// Samples after which nothing of the past is left.
    pub fn memory(&self) -> usize {
        (GROUPS + 1) * self.group_length
    }

    /// Takes over another one's state.
    pub fn copy_from(&mut self, other: &Self) {
        self.groups = other.groups;
        (self.growing, self.left, self.gain) = (other.growing, other.left, other.gain);
    }

    /// Takes needs (1 or more), writes the gain that the recurring part of them allows.
    pub fn process(&mut self, needs: &[f64], gains: &mut [f64], pattern: Pattern) {
        let mut at = 0;
        while at < needs.len() {
            let end = needs.len().min(at + self.left);
            gains[at..end].fill(self.gain);
            self.growing = needs[at..end].iter().fold(self.growing, |peak, x| greater(peak, *x));
            self.left -= end - at;
            at = end;
            if self.left == 0 {
                self.finish_group(pattern);
            }
        }
    }

    fn finish_group(&mut self, pattern: Pattern) {
        self.groups.copy_within(1.., 0);
        self.groups[GROUPS - 1] = std::mem::replace(&mut self.growing, 1.0);
        self.left = self.group_length;
        let need = greater(self.least(SLOW, pattern.slow), self.least(FAST, pattern.fast));
        let gain = if need > 1.0 { 1.0 / (need * (1.0 + TOLERANCE)) } else { 1.0 };
        if gain < self.gain || gain > self.gain * (1.0 + 2.0 * TOLERANCE) || gain == 1.0 {
            self.gain = gain;
        }
    }

    /// The least of the greatest needs of the last `count` stretches.
    fn least(&self, stretch: usize, count: usize) -> f64 {
        let greatest = |groups: &[f64]| groups.iter().fold(1.0, |peak, x| greater(peak, *x));
        self.groups.rchunks_exact(stretch).take(count).map(greatest).fold(f64::INFINITY, lesser)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE_HZ: f64 = 48_000.0;
    const PATTERN: Pattern = Pattern { slow: 3, fast: 2 };

    /// The gain after `ms` of peaks with a need of 2, each `spacing_ms` after the last.
    fn gain_after(ms: f64, spacing_ms: f64) -> f64 {
        let [frames, spacing] = [ms, spacing_ms].map(|ms| whole(samples_from_ms(ms, RATE_HZ)));
        let needs: Vec<f64> =
            (0..frames).map(|n| if n.is_multiple_of(spacing) { 2.0 } else { 1.0 }).collect();
        let mut gains = vec![0.0; frames];
        Recurrence::default().process(&needs, &mut gains, PATTERN);
        gains[frames - 1]
    }

    #[test]
    fn peaks_within_the_spacing_recur_and_others_do_not() {
        let held = 0.5 / (1.0 + TOLERANCE);
        assert_eq!(gain_after(60.0, 12.9), held);
        assert_eq!(gain_after(60.0, 20.0), 1.0);
        // fast ones count sooner: twice within 6.5 ms and a group, before three stretches of 13 ms have passed
        assert_eq!(gain_after(10.0, 3.0), held);
        assert_eq!(gain_after(10.0, 7.0), 1.0);
        // one alone never does
        assert_eq!(gain_after(60.0, 1_000.0), 1.0);
    }

    #[test]
    fn the_least_of_recurring_peaks_counts() {
        let frames = 48_000;
        let needs: Vec<f64> = (0..frames).map(|n| 2.0 + f64::from(u8::from(n % 14_400 == 0))).collect();
        let mut gains = vec![0.0; frames];
        Recurrence::default().process(&needs, &mut gains, PATTERN);
        assert!(gains[4_800..].iter().all(|gain| *gain == 0.5 / (1.0 + TOLERANCE)));
    }

    #[test]
    fn what_the_detector_leaves_of_a_steady_tone_does_not_move_it() {
        let mut recurrence = Recurrence::default();
        let needs: Vec<f64> = (0..96_000).map(|n| 1.5 + 1e-7 * (f64::from(n) * 0.01).sin()).collect();
        let mut gains = vec![0.0; needs.len()];
        recurrence.process(&needs, &mut gains, PATTERN);
        assert!(gains[48_000..].iter().all(|gain| *gain == gains[95_999]));
        assert!(needs[48_000..].iter().all(|need| need * gains[95_999] <= 1.0));
    }

    #[test]
    fn agrees_with_the_definition() {
        // a linear congruential generator (Knuth, MMIX)
        let mut state = 3_u64;
        let needs: Vec<f64> = (0..30_000)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                1.0 + f64::from(u32::try_from(state >> 32).unwrap_or(0)) / 4_294_967_296.0
            })
            .collect();
        let mut gains = vec![0.0; needs.len()];
        let mut recurrence = Recurrence::default();
        for (needs, gains) in needs.chunks(57).zip(gains.chunks_mut(57)) {
            recurrence.process(needs, gains, PATTERN);
        }
        let group = recurrence.group_length;
        for n in (3 * SLOW * group..needs.len()).step_by(101) {
            let end = n / group * group;
            let stretch = |length: usize, turn: usize| {
                needs[end - (turn + 1) * length..end - turn * length].iter().fold(1.0_f64, |a, b| a.max(*b))
            };
            let slow = (0..3).map(|turn| stretch(SLOW * group, turn)).fold(9.0, f64::min);
            let fast = (0..2).map(|turn| stretch(FAST * group, turn)).fold(9.0, f64::min);
            assert!((gains[n] * slow.max(fast) - 1.0).abs() < 4.0 * TOLERANCE, "sample {n}");
        }
    }
}
