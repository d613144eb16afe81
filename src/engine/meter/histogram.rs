//! Energies of blocks by loudness, in bounded memory.

use super::scale::{energy_from_lufs, lufs_from_energy};
use crate::units::{count, whole};

/// Counts blocks and sums their energies in bins of 0.005 LU, from the absolute gate of -70 LUFS up.
///
/// Both gates and the percentiles of BS.1770 and Tech 3342 can be read from it as exactly as from the list of all blocks: to
/// half a bin, and sums of whole bins exactly. Two Fenwick trees (Fenwick, "A new data structure for cumulative frequency
/// tables", 1994) make adding and reading take 15 steps, whatever the length of the programme.
#[derive(Clone, Debug)]
pub(super) struct Histogram {
    counts: Box<[u32]>,
    energies: Box<[f64]>,
    blocks: usize,
    energy: f64,
}

/// How many blocks, and the sum of their energies.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Blocks {
    pub(super) count: usize,
    pub(super) energy: f64,
}

impl Blocks {
    /// Mean energy; 0 without blocks.
    pub(super) fn mean(self) -> f64 {
        if self.count == 0 { 0.0 } else { self.energy / count(self.count) }
    }
}

/// The absolute gate (BS.1770-5, annex 1, equation 5).
pub(super) const ABSOLUTE_GATE_LUFS: f64 = -70.0;
const BIN_LU: f64 = 0.005;
/// A power of two; reaches to +11.92 LUFS, and what is louder shares the last bin, where energies still add up exactly.
const BINS: usize = 1 << 14;

impl Histogram {
    pub(super) fn new() -> Self {
        Self {
            counts: vec![0; BINS + 1].into(),
            energies: vec![0.0; BINS + 1].into(),
            blocks: 0,
            energy: 0.0,
        }
    }

    pub(super) fn reset(&mut self) {
        self.counts.fill(0);
        self.energies.fill(0.0);
        self.blocks = 0;
        self.energy = 0.0;
    }

    /// Counts a block, unless it lies below the absolute gate.
    pub(super) fn add(&mut self, energy: f64) {
        let Some(bin) = bin(energy) else { return };
        self.blocks += 1;
        self.energy += energy;
        let mut node = bin + 1;
        while let (Some(n), Some(e)) = (self.counts.get_mut(node), self.energies.get_mut(node)) {
            *n += 1;
            *e += energy;
            node += node & node.wrapping_neg();
        }
    }

    /// Every block above the absolute gate.
    pub(super) fn all(&self) -> Blocks {
        Blocks { count: self.blocks, energy: self.energy }
    }

    /// The blocks louder than a threshold. A bin the threshold falls into counts if its mean is louder.
    pub(super) fn above(&self, threshold: f64) -> Blocks {
        let Some(edge) = bin(threshold) else { return self.all() };
        let (below, through) = (self.below(edge), self.below(edge + 1));
        let edge =
            Blocks { count: through.count - below.count, energy: (through.energy - below.energy).max(0.0) };
        let quieter = if edge.mean() > threshold { below } else { through };
        Blocks { count: self.blocks - quieter.count, energy: (self.energy - quieter.energy).max(0.0) }
    }

    /// Energy of the block with this rank, counted from the quietest: the mean of its bin.
    pub(super) fn ranked(&self, rank: usize) -> f64 {
        let mut node = 0;
        let mut before = 0;
        let mut width = BINS;
        // Descends the tree: `before` blocks lie in the bins up to `node`.
        while width > 0 {
            let through = self.counts.get(node + width).map_or(usize::MAX, |&n| before + size(n));
            if through <= rank {
                node += width;
                before = through;
            }
            width /= 2;
        }
        let (below, through) = (self.below(node), self.below(node + 1));
        Blocks { count: through.count - below.count, energy: through.energy - below.energy }.mean()
    }

    /// The blocks in the first `bins` bins.
    fn below(&self, bins: usize) -> Blocks {
        let mut sum = Blocks::default();
        let mut node = bins.min(BINS);
        while node > 0 {
            sum.count += self.counts.get(node).map_or(0, |&n| size(n));
            sum.energy += self.energies.get(node).copied().unwrap_or(0.0);
            node &= node - 1;
        }
        sum
    }
}

fn size(n: u32) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

fn bin(energy: f64) -> Option<usize> {
    let above_gate_lu = lufs_from_energy(energy) - ABSOLUTE_GATE_LUFS;
    (above_gate_lu > 0.0).then(|| whole((above_gate_lu / BIN_LU).floor()).min(BINS - 1))
}

/// An energy `lu` lower.
pub(super) fn lowered(energy: f64, lu: f64) -> f64 {
    energy * energy_from_lufs(-lu) / energy_from_lufs(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the histogram stands for: the list of all blocks.
    struct List(Vec<f64>);

    impl List {
        fn above(&self, threshold: f64) -> Blocks {
            let kept = self.0.iter().filter(|&&e| e > threshold);
            Blocks { count: kept.clone().count(), energy: kept.sum() }
        }
    }

    fn energies(seed: u64, n: usize) -> Vec<f64> {
        let mut state = seed;
        let mut uniform = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            count(usize::try_from(state >> 40).unwrap()) / count(1 << 24)
        };
        (0..n).map(|_| energy_from_lufs(-14.0 - 40.0 * uniform() * uniform())).collect()
    }

    #[test]
    fn gates_and_ranks_agree_with_the_full_list() {
        for seed in 1..20 {
            let mut list = List(energies(seed, 3_000));
            let mut histogram = Histogram::new();
            list.0.iter().for_each(|&e| histogram.add(e));
            list.0.sort_by(f64::total_cmp);
            for lufs in [-69.0, -40.0, -33.333, -24.0, -20.0, -15.0] {
                let threshold = energy_from_lufs(lufs);
                let (mine, full) = (histogram.above(threshold), list.above(threshold));
                let difference_lu = lufs_from_energy(mine.mean()) - lufs_from_energy(full.mean());
                assert!(difference_lu.abs() < 0.005, "{lufs}: {difference_lu}");
            }
            for rank in [0, 1, 300, 1_500, 2_850, 2_999] {
                let difference_lu = lufs_from_energy(histogram.ranked(rank)) - lufs_from_energy(list.0[rank]);
                assert!(difference_lu.abs() < 0.005, "{rank}: {difference_lu}");
            }
        }
    }

    #[test]
    fn equal_blocks_right_at_a_threshold_fall_on_one_side() {
        let mut histogram = Histogram::new();
        let energy = energy_from_lufs(-33.0);
        (0..1_000).for_each(|_| histogram.add(energy));
        assert_eq!(histogram.above(energy * (1.0 - 1e-9)).count, 1_000);
        assert_eq!(histogram.above(energy * (1.0 + 1e-9)).count, 0);
    }

    #[test]
    fn the_absolute_gate_and_extremes() {
        let mut histogram = Histogram::new();
        for lufs in [f64::NEG_INFINITY, -100.0, -70.001] {
            histogram.add(energy_from_lufs(lufs));
        }
        assert_eq!(histogram.all().count, 0);
        histogram.add(energy_from_lufs(-69.99));
        histogram.add(energy_from_lufs(60.0));
        assert_eq!(histogram.all().count, 2);
        assert!((lufs_from_energy(histogram.ranked(1)) - 60.0).abs() < 1e-9);
        histogram.reset();
        assert_eq!(histogram.all().count, 0);
        assert_eq!(histogram.above(0.0).count, 0);
    }
}
