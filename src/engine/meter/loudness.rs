//! Momentary, short-term and integrated loudness, and loudness range.

use super::histogram::{Histogram, lowered};
use super::scale::{STEPS_A_HOP, STEPS_A_TICK, lufs_from_energy};
use super::window::Ring;
use crate::units::{count, whole};

/// Momentary loudness: 400 ms, in steps of 2.5 ms. Short-term: 3 s, in ticks of 10 ms. Tech 3341 (section 2.2) asks for ten
/// values a second; these are so many that an event loses 0.014 LU at most by lying between two windows.
const MOMENTARY_STEPS: usize = 160;
const SHORT_TERM_TICKS: usize = 300;
/// At the end of a hop the momentary window is a gating block (400 ms every 100 ms), the short-term window one of the
/// loudness range; each once it is full.
const BLOCK_HOPS: usize = 4;
const RANGE_HOPS: usize = 30;
/// The relative gates: BS.1770-5, annex 1, equation 6; Tech 3342, section 3.1.
const INTEGRATED_GATE_LU: f64 = 10.0;
const RANGE_GATE_LU: f64 = 20.0;
/// The range lies between these parts of the short-term values (Tech 3342, section 3.1).
const LOW_PART: f64 = 0.10;
const HIGH_PART: f64 = 0.95;

/// Loudness after ITU-R BS.1770-5 and EBU Tech 3341 and 3342, from the K-weighted power of steps of 2.5 ms.
///
/// Integrated loudness and range rest on histograms: however long the programme, memory does not grow.
#[derive(Clone, Debug)]
pub(super) struct Loudness {
    momentary: Ring<MOMENTARY_STEPS>,
    short_term: Ring<SHORT_TERM_TICKS>,
    blocks: Histogram,
    ranges: Histogram,
    tick: f64,
    /// Hops since the last start or resumption: a block does not reach across a pause.
    running_hops: usize,
    values: Values,
}

/// Loudness in LUFS and LU; minus infinity where there is none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Values {
    pub(super) momentary: f64,
    pub(super) short_term: f64,
    pub(super) integrated: f64,
    pub(super) range: f64,
    pub(super) max_momentary: f64,
    pub(super) max_short_term: f64,
}

const NONE: Values = Values {
    momentary: f64::NEG_INFINITY,
    short_term: f64::NEG_INFINITY,
    integrated: f64::NEG_INFINITY,
    range: 0.0,
    max_momentary: f64::NEG_INFINITY,
    max_short_term: f64::NEG_INFINITY,
};

impl Loudness {
    pub(super) fn new() -> Self {
        Self {
            momentary: Ring::new(),
            short_term: Ring::new(),
            blocks: Histogram::new(),
            ranges: Histogram::new(),
            tick: 0.0,
            running_hops: 0,
            values: NONE,
        }
    }

    pub(super) fn reset(&mut self) {
        self.momentary.reset();
        self.short_term.reset();
        self.reset_programme();
        self.tick = 0.0;
        self.values = NONE;
    }

    /// Forgets what was integrated; the windows of momentary and short-term loudness go on.
    pub(super) fn reset_programme(&mut self) {
        self.blocks.reset();
        self.ranges.reset();
        self.running_hops = 0;
        self.values = Values { momentary: self.values.momentary, short_term: self.values.short_term, ..NONE };
    }

    pub(super) fn values(&self) -> Values {
        self.values
    }

    /// Takes the power of the step with this number, summed over channels. While not `running`, everything but the
    /// momentary and short-term values stands still.
    pub(super) fn push(&mut self, step: usize, power: f64, running: bool) {
        self.momentary.push(power);
        self.tick += power;
        let momentary = self.momentary.mean();
        self.values.momentary = lufs_from_energy(momentary);
        if (step + 1).is_multiple_of(STEPS_A_TICK) {
            self.short_term.push(self.tick / count(STEPS_A_TICK));
            self.tick = 0.0;
            self.values.short_term = lufs_from_energy(self.short_term.mean());
        }
        if !running {
            self.running_hops = 0;
            return;
        }
        self.values.max_momentary = self.values.max_momentary.max(self.values.momentary);
        self.values.max_short_term = self.values.max_short_term.max(self.values.short_term);
        if (step + 1).is_multiple_of(STEPS_A_HOP) {
            self.hop(momentary);
        }
    }

    fn hop(&mut self, momentary: f64) {
        self.running_hops += 1;
        if self.running_hops >= BLOCK_HOPS {
            self.blocks.add(momentary);
            self.values.integrated = self.integrated();
        }
        if self.running_hops >= RANGE_HOPS {
            self.ranges.add(self.short_term.mean());
            self.values.range = self.range();
        }
    }

    fn integrated(&self) -> f64 {
        let gate = lowered(self.blocks.all().mean(), INTEGRATED_GATE_LU);
        lufs_from_energy(self.blocks.above(gate).mean())
    }

    fn range(&self) -> f64 {
        let all = self.ranges.all();
        let kept = self.ranges.above(lowered(all.mean(), RANGE_GATE_LU)).count;
        if kept == 0 {
            return 0.0;
        }
        let rank = |part: f64| all.count - kept + whole(count(kept - 1) * part);
        let lufs = |part: f64| lufs_from_energy(self.ranges.ranked(rank(part)));
        lufs(HIGH_PART) - lufs(LOW_PART)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meter::scale::energy_from_lufs;

    /// The standard's arithmetic on the list of all blocks: the gate as a power, and what lies above it.
    fn gated(powers: &[f64], gate_lu: f64) -> (f64, Vec<f64>) {
        let above = |gate: f64| powers.iter().copied().filter(|&p| p > gate).collect::<Vec<f64>>();
        let mean = |kept: &[f64]| kept.iter().sum::<f64>() / count(kept.len().max(1));
        let absolute = energy_from_lufs(-70.0);
        let gate = (mean(&above(absolute)) / 10f64.powf(gate_lu / 10.0)).max(absolute);
        (gate, above(gate))
    }

    /// Three hours, a level that wanders from a whisper to full scale, and long stretches right at the relative gates.
    #[test]
    fn hours_agree_with_a_full_recomputation_to_a_hundredth() {
        let mut loudness = Loudness::new();
        let (mut blocks, mut ranges) = (Vec::new(), Vec::new());
        let mut state = 7u64;
        let mut uniform = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            count(usize::try_from(state >> 40).unwrap()) / count(1 << 24)
        };
        let mut level_lufs = -23.0;
        for hop in 1..=3 * 60 * 60 * 10 {
            level_lufs = match hop / 600 % 5 {
                0 => -24.2,
                1 => -33.0 - 2.0 * uniform(),
                _ => f64::clamp(level_lufs + uniform() - 0.5, -75.0, -8.0),
            };
            let power = energy_from_lufs(level_lufs);
            for step in 0..STEPS_A_HOP {
                loudness.push(step, power, true);
            }
            if hop >= BLOCK_HOPS {
                blocks.push(loudness.momentary.mean());
            }
            if hop >= RANGE_HOPS {
                ranges.push(loudness.short_term.mean());
            }
        }
        let values = loudness.values();
        let (_, kept) = gated(&blocks, INTEGRATED_GATE_LU);
        let integrated = lufs_from_energy(kept.iter().sum::<f64>() / count(kept.len()));
        assert!((values.integrated - integrated).abs() < 0.01, "{} {integrated}", values.integrated);
        let (_, mut kept) = gated(&ranges, RANGE_GATE_LU);
        kept.sort_by(f64::total_cmp);
        let part = |p: f64| lufs_from_energy(kept[whole(count(kept.len() - 1) * p)]);
        let range = part(HIGH_PART) - part(LOW_PART);
        assert!((values.range - range).abs() < 0.01, "{} {range}", values.range);
    }
}
