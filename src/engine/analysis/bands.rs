//! Statistics of a programme in fractional-octave bands: level, spread, stereo width, and how sure each of them is.
//!
//! Sources: IEC 61260-1:2014, sections 5.2 to 5.5 (base-ten band edges); ITU-R BS.1770-5, annex 1 (gating).

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use num_complex::Complex64;
use realfft::{RealFftPlanner, RealToComplex};

use super::statistics::{BLOCK_S, BandStatistics, Window};
use crate::dsp::KWeighting;
use crate::units::{count, whole};

/// Shortest window in seconds; the window is the next power of two. At 48 kHz it lasts 0.34 s, and bins are 2.9 Hz apart.
const WINDOW_S: f64 = 0.3;

/// Windows quieter than this do not count, in LUFS.
const ABSOLUTE_GATE_LUFS: f64 = -70.0;

/// Windows quieter than the mean by more than this do not count, in LU.
const RELATIVE_GATE_LU: f64 = -10.0;

/// Offset from K-weighted power to loudness: BS.1770-5, annex 1, equation 2.
const LOUDNESS_OFFSET_LU: f64 = -0.691;

/// More bands than lie between 18 Hz and 22.5 kHz.
const BANDS_AT_MOST: u32 = 100;

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
        (0..BANDS_AT_MOST)
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
