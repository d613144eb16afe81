//! What is known of a programme in each band: levels over time, their certainty, stereo width and correlation.
//!
//! Source: H. Flyvbjerg and H. G. Petersen, "Error estimates on averages of correlated data", J. Chem. Phys. 91 (1989), section III
//! (blocking).

use std::ops::Range;

use crate::units::{count, db_from_power, whole};

/// Length of the shortest blocks whose means count as independent, in seconds.
pub(super) const BLOCK_S: f64 = 1.0;

/// Length of the blocks that [`BandStatistics::halves`] deals out, in seconds.
const DEALT_S: f64 = 3.0;

/// Change of a level in dB for a small relative change of power: 10 / ln 10.
pub(super) const DB_PER_NEPER_OF_POWER: f64 = 10.0 / std::f64::consts::LN_10;

/// Fewest blocks from which a standard error is estimated.
const LEAST_BLOCKS: usize = 4;

/// One window of a programme.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Window {
    /// Position among all windows, gated ones included.
    pub(super) index: usize,
    /// K-weighted power of both channels.
    pub(super) weighted: f64,
    /// Powers of each band.
    pub(super) bands: Vec<Powers>,
}

/// Powers of one band in one window: left, right, mid, side, and the cross power of left and right.
pub(super) type Powers = [f32; 5];

/// The part of a stereo programme that is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Both channels: the mean of their powers.
    Both,
    /// (left + right) / 2.
    Mid,
    /// (left - right) / 2.
    Side,
}

impl Part {
    /// The power of this part.
    pub(super) fn power(self, powers: &Powers) -> f64 {
        match self {
            Self::Both => 0.5 * (f64::from(powers[0]) + f64::from(powers[1])),
            Self::Mid => f64::from(powers[2]),
            Self::Side => f64::from(powers[3]),
        }
    }
}

/// What a [`BandAnalyser`](super::BandAnalyser) found.
#[derive(Clone, Debug, PartialEq)]
pub struct BandStatistics {
    /// The bands from low to high.
    pub bands: Vec<Band>,
    /// The windows that passed the gates, in order of time.
    pub(super) kept: Vec<Window>,
    /// Number of all windows.
    pub(super) total: usize,
    pub(super) windows_per_block: usize,
}

impl BandStatistics {
    pub(super) fn new(
        edges: &[Range<f64>],
        kept: Vec<Window>,
        total: usize,
        windows_per_block: usize,
    ) -> Self {
        let bands = edges
            .iter()
            .enumerate()
            .map(|(n, edges)| {
                let powers: Vec<_> = kept.iter().map(|window| window.bands[n]).collect();
                Band::new(edges.clone(), &powers, windows_per_block)
            })
            .collect();
        Self { bands, kept, total, windows_per_block }
    }

    /// True where nothing passed the gates: every level is minus infinity.
    pub fn is_silent(&self) -> bool {
        self.kept.is_empty()
    }

    /// Two halves of the programme that share no sample: blocks of 3 s dealt out in turn, for a fit and its check.
    pub fn halves(&self) -> [Self; 2] {
        let edges: Vec<_> = self.bands.iter().map(|band| band.edges_hz.clone()).collect();
        let block = whole(count(self.windows_per_block) * DEALT_S / BLOCK_S).max(2);
        // half windows overlap: the first window of each block shares samples with the block before
        let dealt = |index: usize, half: usize| (index / block) % 2 == half && !index.is_multiple_of(block);
        [0, 1].map(|half| {
            let mut places = (0..self.total).filter(|index| dealt(*index, half)).enumerate().peekable();
            let mut kept = Vec::new();
            for window in &self.kept {
                while places.next_if(|(_, index)| *index < window.index).is_some() {}
                if let Some((place, _)) = places.next_if(|(_, index)| *index == window.index) {
                    kept.push(Window { index: place, ..window.clone() });
                }
            }
            let total = (0..self.total).filter(|index| dealt(*index, half)).count();
            Self::new(&edges, kept, total, self.windows_per_block)
        })
    }
}

/// Statistics of one band. Levels are those of power: a full-scale sine in both channels has -3.01 dB.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// Edges in Hz.
    pub edges_hz: Range<f64>,
    /// Level of both channels, the mean of their powers.
    pub both: Level,
    /// Level of mid, (left + right) / 2.
    pub mid: Level,
    /// Level of side, (left - right) / 2.
    pub side: Level,
    /// Correlation of left and right, -1 to 1; 0 in silence.
    pub correlation: f64,
}

impl Band {
    fn new(edges_hz: Range<f64>, powers: &[Powers], windows_per_block: usize) -> Self {
        let level = |part: Part| {
            Level::new(&powers.iter().map(|powers| part.power(powers)).collect::<Vec<_>>(), windows_per_block)
        };
        let sum = |n: usize| powers.iter().map(|powers| f64::from(powers[n])).sum::<f64>();
        let energy = (sum(0) * sum(1)).sqrt();
        Self {
            edges_hz,
            both: level(Part::Both),
            mid: level(Part::Mid),
            side: level(Part::Side),
            correlation: if energy > 0.0 { (sum(4) / energy).clamp(-1.0, 1.0) } else { 0.0 },
        }
    }

    /// Level of a part.
    pub fn level(&self, part: Part) -> Level {
        match part {
            Part::Both => self.both,
            Part::Mid => self.mid,
            Part::Side => self.side,
        }
    }

    /// Geometric centre in Hz.
    pub fn centre_hz(&self) -> f64 {
        (self.edges_hz.start * self.edges_hz.end).sqrt()
    }

    /// Stereo width in dB: level of side above mid. Minus infinity is mono.
    pub fn width_db(&self) -> f64 {
        if self.side.mean_db == f64::NEG_INFINITY {
            return f64::NEG_INFINITY;
        }
        self.side.mean_db - self.mid.mean_db
    }
}

/// A level over time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// Level of the mean power, in dB.
    pub mean_db: f64,
    /// Level that 10 % of the windows stay below, in dB.
    pub p10_db: f64,
    /// Median level of the windows, in dB.
    pub p50_db: f64,
    /// Level that 95 % of the windows stay below, in dB.
    pub p95_db: f64,
    /// Standard error of `mean_db`, in dB: how far another stretch of the same song may lie. Infinite where the programme is too
    /// short to know, under 4 s.
    pub error_db: f64,
}

impl Level {
    /// Statistics of window powers in order of time.
    fn new(powers: &[f64], windows_per_block: usize) -> Self {
        let mut levels: Vec<_> = powers.iter().map(|power| db_from_power(*power)).collect();
        levels.sort_by(f64::total_cmp);
        let quantile = |q: f64| {
            let last = levels.len().checked_sub(1)?;
            levels.get(whole(q * count(last))).copied()
        };
        let mean = powers.iter().sum::<f64>() / count(powers.len().max(1));
        let silence = f64::NEG_INFINITY;
        Self {
            mean_db: db_from_power(mean),
            p10_db: quantile(0.1).unwrap_or(silence),
            p50_db: quantile(0.5).unwrap_or(silence),
            p95_db: quantile(0.95).unwrap_or(silence),
            error_db: if mean > 0.0 {
                DB_PER_NEPER_OF_POWER * standard_error(powers, windows_per_block) / mean
            } else {
                f64::INFINITY
            },
        }
    }
}

/// Standard error of the mean of correlated values: the greatest estimate over blocks of doubling length.
///
/// Verses and choruses make neighbouring windows alike, so the error of independent windows would be far too small. The
/// mean of a longer block depends less on its neighbour; the estimate grows with the block until it is true.
pub(super) fn standard_error(values: &[f64], windows_per_block: usize) -> f64 {
    let mut error = f64::NAN;
    let mut length = windows_per_block.max(1);
    while values.len() / length >= LEAST_BLOCKS {
        let means: Vec<_> =
            values.chunks_exact(length).map(|block| block.iter().sum::<f64>() / count(length)).collect();
        let blocks = count(means.len());
        let mean = means.iter().sum::<f64>() / blocks;
        let variance = means.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (blocks - 1.0);
        error = error.max((variance / blocks).sqrt());
        length *= 2;
    }
    if error.is_nan() { f64::INFINITY } else { error }
}
