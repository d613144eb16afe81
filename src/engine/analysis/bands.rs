//! Statistics of a programme in fractional-octave bands: level, spread, stereo width, and how sure each of them is.
//!
//! Sources: IEC 61260-1:2014, sections 5.2 to 5.5 (base-ten band edges); ITU-R BS.1770-5, annex 1 (gating); H. Flyvbjerg and
//! H. G. Petersen, "Error estimates on averages of correlated data", J. Chem. Phys. 91 (1989), section III (blocking).

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use num_complex::Complex64;
use realfft::{RealFftPlanner, RealToComplex};

use crate::dsp::KWeighting;
use crate::units::{count, db_from_power, whole};

/// Shortest window in seconds; the window is the next power of two. At 48 kHz it lasts 0.34 s, and bins are 2.9 Hz apart.
const WINDOW_S: f64 = 0.3;

/// Windows quieter than this do not count, in LUFS.
const ABSOLUTE_GATE_LUFS: f64 = -70.0;

/// Windows quieter than the mean by more than this do not count, in LU.
const RELATIVE_GATE_LU: f64 = -10.0;

/// Offset from K-weighted power to loudness: BS.1770-5, annex 1, equation 2.
const LOUDNESS_OFFSET_LU: f64 = -0.691;

/// Length of the shortest blocks whose means count as independent, in seconds.
const BLOCK_S: f64 = 1.0;

/// Length of the blocks that [`BandStatistics::halves`] deals out, in seconds.
const DEALT_S: f64 = 3.0;

/// Change of a level in dB for a small relative change of power: 10 / ln 10.
pub(super) const DB_PER_NEPER_OF_POWER: f64 = 10.0 / std::f64::consts::LN_10;

/// Fewest blocks from which a standard error is estimated.
const LEAST_BLOCKS: usize = 4;

/// Width of the bands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fraction {
    /// Third octaves: ten bands to a decade, centred on 1 kHz.
    Third,
    /// Sixth octaves: twenty bands to a decade, with an edge at 1 kHz.
    Sixth,
}

impl Fraction {
    /// Bands in a decade.
    fn per_decade(self) -> f64 {
        match self {
            Self::Third => 10.0,
            Self::Sixth => 20.0,
        }
    }

    /// Edges in Hz of all bands from 18 Hz up that end at or below both `nyquist_hz` and 22.5 kHz.
    pub fn edges(self, nyquist_hz: f64) -> Vec<Range<f64>> {
        let per_decade = self.per_decade();
        // both grids share the edges of third octaves
        let edge = |n: f64| 1000.0 * 10_f64.powf(n / per_decade + 0.05);
        let first = -18.0 * per_decade / 10.0;
        (0_u32..)
            .map(|n| edge(first + f64::from(n))..edge(first + f64::from(n) + 1.0))
            .take_while(|band| band.end <= nyquist_hz && band.end < 22_500.0)
            .collect()
    }
}

/// Collects [`BandStatistics`] from a stream.
///
/// Each Hann window, half overlapped with the last, gives one power for each band, for left, right, mid and side. Windows
/// below the gates of BS.1770 (-70 LUFS, and 10 LU below the mean of the others) are left out at the end.
pub struct BandAnalyser {
    sample_rate_hz: f64,
    fft: Arc<dyn RealToComplex<f64>>,
    hann: Vec<f64>,
    edges: Vec<Range<f64>>,
    shares: Vec<Share>,
    weighting: KWeighting<2>,
    /// Frames that await a whole window, left and right.
    waiting: [Vec<f64>; 2],
    /// K-weighted energy of the waiting frames: of the older half window, and of what followed.
    energy: [f64; 2],
    input: Vec<f64>,
    bins: [Vec<Complex64>; 2],
    scratch: Vec<Complex64>,
    windows: Vec<Window>,
}

/// The bins of one band: all between two bins, and how much of the two.
#[derive(Clone, Debug)]
struct Share {
    bins: Range<usize>,
    first: f64,
    last: f64,
}

/// One window of a programme.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Window {
    /// Position among all windows, gated ones included.
    pub(super) index: usize,
    /// K-weighted power of both channels.
    weighted: f64,
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

impl fmt::Debug for BandAnalyser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BandAnalyser").field("windows", &self.windows.len()).finish_non_exhaustive()
    }
}

impl BandAnalyser {
    /// Starts an analysis of stereo at this sample rate in Hz. Allocates, as does every later call.
    pub fn new(sample_rate_hz: f64, fraction: Fraction) -> Self {
        let length = whole((sample_rate_hz * WINDOW_S).ceil()).max(64).next_power_of_two();
        let fft = RealFftPlanner::<f64>::new().plan_fft_forward(length);
        let bin_hz = sample_rate_hz / count(length);
        let edges = fraction.edges(0.5 * sample_rate_hz);
        Self {
            sample_rate_hz,
            hann: (0..length)
                .map(|n| 0.5 - 0.5 * (std::f64::consts::TAU * count(n) / count(length)).cos())
                .collect(),
            shares: edges.iter().map(|band| Share::new(band, bin_hz)).collect(),
            edges,
            weighting: KWeighting::new(sample_rate_hz),
            waiting: [0, 1].map(|_| Vec::with_capacity(length)),
            energy: [0.0; 2],
            input: fft.make_input_vec(),
            bins: [0, 1].map(|_| fft.make_output_vec()),
            scratch: fft.make_scratch_vec(),
            fft,
            windows: Vec::new(),
        }
    }

    /// Adds frames, left and right of the same length; a mono programme passes its channel twice. Samples that are not
    /// finite count as silence.
    pub fn push(&mut self, [left, right]: [&[f64]; 2]) {
        let finite = |x: f64| if x.is_finite() { x } else { 0.0 };
        let length = self.hann.len();
        let mut rest = left.iter().zip(right).map(|(left, right)| [finite(*left), finite(*right)]);
        loop {
            let room = length - self.waiting[0].len();
            // the halves of a window start and end on the same grid, so their energies can be added up apart
            let until_half = if room > length / 2 { room - length / 2 } else { room };
            let mut taken = 0;
            let [waiting_left, waiting_right] = &mut self.waiting;
            let frames = rest.by_ref().take(until_half).inspect(|[left, right]| {
                waiting_left.push(*left);
                waiting_right.push(*right);
                taken += 1;
            });
            let energy = &mut self.energy[usize::from(room <= length / 2)];
            self.weighting.process(frames, |[left, right]| *energy += left * left + right * right);
            if taken < until_half {
                return;
            }
            if self.waiting[0].len() == length {
                self.add_window();
                self.waiting.iter_mut().for_each(|channel| drop(channel.drain(..length / 2)));
                self.energy = [self.energy[1], 0.0];
            }
        }
    }

    /// Returns the statistics of everything so far. A stream shorter than one window is padded with silence.
    pub fn finish(mut self) -> BandStatistics {
        if self.windows.is_empty() && !self.waiting[0].is_empty() {
            let length = self.hann.len();
            self.waiting.iter_mut().for_each(|channel| channel.resize(length, 0.0));
            self.add_window();
        }
        let total = self.windows.len();
        let windows_per_block = whole(2.0 * BLOCK_S * self.sample_rate_hz / count(self.hann.len())).max(1);
        BandStatistics::new(&self.edges, gated(self.windows), total, windows_per_block)
    }

    fn add_window(&mut self) {
        for (channel, bins) in self.waiting.iter().zip(&mut self.bins) {
            for ((x, sample), w) in self.input.iter_mut().zip(channel).zip(&self.hann) {
                *x = sample * w;
            }
            if self.fft.process_with_scratch(&mut self.input, bins, &mut self.scratch).is_err() {
                return; // cannot be: all lengths are the plan's own
            }
        }
        let length = count(self.hann.len());
        // the mean square of a Hann window is 3/8; a real spectrum holds half its power at negative frequencies
        let scale = 2.0 / (0.375 * length * length);
        let [left, right] = &self.bins;
        let power = |bin: usize| {
            let (l, r) = (left[bin], right[bin]);
            let (mid, side) = ((l + r) * 0.5, (l - r) * 0.5);
            [l.norm_sqr(), r.norm_sqr(), mid.norm_sqr(), side.norm_sqr(), (l * r.conj()).re]
        };
        let bands = self.shares.iter().map(|share| share.sum(power).map(|x| crate::units::narrow(x * scale)));
        self.windows.push(Window {
            index: self.windows.len(),
            weighted: (self.energy[0] + self.energy[1]) / length,
            bands: bands.collect(),
        });
    }
}

impl Share {
    fn new(band: &Range<f64>, bin_hz: f64) -> Self {
        // a bin stands for the frequencies half a bin to either side
        let (low, high) = (band.start / bin_hz + 0.5, band.end / bin_hz + 0.5);
        let bins = whole(low.floor())..whole(high.floor()) + 1;
        if bins.len() == 1 {
            return Self { bins, first: high - low, last: 0.0 };
        }
        Self { bins, first: 1.0 - low.fract(), last: high.fract() }
    }

    fn sum(&self, power: impl Fn(usize) -> [f64; 5]) -> [f64; 5] {
        let mut sum = [0.0; 5];
        for bin in self.bins.clone() {
            let weight = if bin == self.bins.start {
                self.first
            } else if bin + 1 == self.bins.end {
                self.last
            } else {
                1.0
            };
            sum.iter_mut().zip(power(bin)).for_each(|(sum, power)| *sum += weight * power);
        }
        sum
    }
}

/// The windows that pass both gates, in order.
fn gated(windows: Vec<Window>) -> Vec<Window> {
    let power_at = |lufs: f64| 10_f64.powf((lufs - LOUDNESS_OFFSET_LU) / 10.0);
    let absolute = power_at(ABSOLUTE_GATE_LUFS);
    let (sum, loud) = windows
        .iter()
        .filter(|window| window.weighted > absolute)
        .fold((0.0, 0_usize), |(sum, loud), window| (sum + window.weighted, loud + 1));
    let relative = sum / count(loud.max(1)) * 10_f64.powf(RELATIVE_GATE_LU / 10.0);
    windows.into_iter().filter(|window| window.weighted > absolute.max(relative)).collect()
}

/// What [`BandAnalyser`] found.
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
    fn new(edges: &[Range<f64>], kept: Vec<Window>, total: usize, windows_per_block: usize) -> Self {
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
