//! Loudness and level metering: ITU-R BS.1770-5, EBU Tech 3341 and 3342.
//!
//! [`Meter`] measures, [`Reading`] is what it tells, [`Headroom`] the verdict on a mix. The same meter serves the audio thread
//! and offline analysis: what is measured does not depend on how audio is cut into blocks, to the bit.

pub mod delivery;
mod flat_tops;
mod headroom;
mod histogram;
mod history;
mod levels;
mod loudness;
pub(crate) mod params;
mod reading;
mod scale;
mod true_peak;
mod window;

pub use flat_tops::{CLIP_SAMPLES, FULL_SCALE};
pub use headroom::{GOOD_DBFS, Headroom};
pub use history::{Point, Reductions};
pub use reading::Reading;

use std::ops::Range;

use crate::dsp::KWeighting;
use crate::units::{count, db_from_gain, db_from_power, whole};
use flat_tops::FlatTops;
use levels::{Levels, Powers};
use loudness::Loudness;
use scale::{STEPS_A_HOP, STEPS_A_SECOND};
use true_peak::{Kernels, TruePeak};
use window::Ring;

/// Frames of a step that true peak is read of at once: at high rates a step in one go would make one block wait for all of it.
const PIECE: usize = 128;

/// PSR looks back as far as short-term loudness.
const SHORT_TERM_HOPS: usize = 30;

/// A meter for one or two channels.
///
/// `measure` and everything after `prepare` neither allocate nor lock, however long the programme. Loudness and levels lag by up
/// to 2.5 ms, true peak by 128 samples more; [`finish`](Self::finish) brings a file to its end.
#[derive(Clone, Debug)]
pub struct Meter {
    sample_rate_hz: f64,
    mono: bool,
    reads_true_peak: bool,
    running: bool,
    /// Input waits here until a step is full.
    pending: [Box<[f64]>; 2],
    filled: usize,
    step_frames: usize,
    step: usize,
    weighting: KWeighting<2>,
    loudness: Loudness,
    levels: Levels,
    kernels: Kernels,
    true_peak: [TruePeak; 2],
    hop_true_peaks: Ring<SHORT_TERM_HOPS>,
    hop_true_peak: f64,
    point: Option<Point>,
    since_reading: Peaks,
    since_reset: Programme,
}

/// Greatest magnitudes, left and right.
#[derive(Clone, Copy, Debug, Default)]
struct Peaks {
    sample: [f64; 2],
    true_peak: [f64; 2],
}

/// What is kept since the last reset, besides loudness.
#[derive(Clone, Copy, Debug, Default)]
struct Programme {
    peaks: Peaks,
    powers: Powers,
    flat_tops: [FlatTops; 2],
    frames: usize,
}

impl Default for Meter {
    fn default() -> Self {
        let mut meter = Self {
            sample_rate_hz: 0.0,
            mono: false,
            reads_true_peak: true,
            running: true,
            pending: Default::default(),
            filled: 0,
            step_frames: 0,
            step: 0,
            weighting: KWeighting::new(48_000.0),
            loudness: Loudness::new(),
            levels: Levels::new(),
            kernels: Kernels::new(),
            true_peak: [TruePeak::new(0), TruePeak::new(0)],
            hop_true_peaks: Ring::new(),
            hop_true_peak: 0.0,
            point: None,
            since_reading: Peaks::default(),
            since_reset: Programme::default(),
        };
        meter.prepare(48_000.0);
        meter
    }
}

impl Meter {
    /// A meter of stereo at 48 kHz.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gets ready for a sample rate and forgets everything. May allocate.
    pub fn prepare(&mut self, sample_rate_hz: f64) {
        let sample_rate_hz = if sample_rate_hz.is_finite() { sample_rate_hz.max(1_000.0) } else { 48_000.0 };
        let longest = whole((sample_rate_hz / count(STEPS_A_SECOND)).ceil()) + 1;
        self.sample_rate_hz = sample_rate_hz;
        self.pending = [0, 1].map(|_| vec![0.0; longest].into());
        self.true_peak = [0, 1].map(|_| TruePeak::new(longest));
        self.weighting = KWeighting::new(sample_rate_hz);
        self.reset();
    }

    /// Measures one channel (a mono file) or two. One channel counts once in loudness, as BS.1770 has it: the same sound as
    /// two equal channels reads 3 LU louder. Forgets everything.
    pub fn set_mono(&mut self, mono: bool) {
        self.mono = mono;
        self.reset();
    }

    /// Reads true peaks, or leaves them at silence where only loudness is asked for: they are most of the cost.
    pub fn set_true_peak(&mut self, on: bool) {
        self.reads_true_peak = on;
    }

    /// Forgets everything measured.
    pub fn reset(&mut self) {
        self.filled = 0;
        self.step = 0;
        self.step_frames = self.frames_of_step();
        self.weighting.reset();
        self.loudness.reset();
        self.levels.reset();
        self.true_peak.iter_mut().for_each(TruePeak::reset);
        self.hop_true_peaks.reset();
        self.hop_true_peak = 0.0;
        self.point = None;
        self.since_reading = Peaks::default();
        self.since_reset = Programme::default();
    }

    /// Pauses or resumes what is measured since the last reset: integrated loudness, range, maxima, clips. Momentary and
    /// short-term figures and peaks since the last reading go on.
    pub fn set_running(&mut self, running: bool) {
        self.running = running;
    }

    /// Measures a block, left and right; for mono the right one is ignored. What is not finite counts as silence.
    pub fn measure(&mut self, [left, right]: [&[f64]; 2]) {
        let mut left = left;
        let mut right = if self.mono { left } else { right };
        while !left.is_empty() && left.len() == right.len() {
            let piece = PIECE - self.filled % PIECE;
            let frames = piece.min(self.step_frames - self.filled).min(left.len());
            let (now, later) = left.split_at(frames);
            let (right_now, right_later) = right.split_at(frames);
            self.take([now, right_now]);
            (left, right) = (later, right_later);
        }
    }

    /// Ends a file: takes into the peaks and levels what still waits. A reading then, and `reset` before anything else.
    ///
    /// Loudness is not touched: a block that audio does not fill does not count.
    pub fn finish(&mut self) {
        let rest = self.filled;
        self.measure_levels(rest);
        self.measure_true_peak(rest - rest % PIECE..rest);
        for buffer in &mut self.pending {
            buffer.fill(0.0);
        }
        let mut late = true_peak::LAG;
        while late > 0 {
            let frames = late.min(self.step_frames);
            self.measure_true_peak(0..frames);
            late -= frames;
        }
        self.filled = 0;
    }

    /// What there is to tell. Peaks since the last reading start anew.
    pub fn take_reading(&mut self) -> Reading {
        let reading = self.reading();
        self.since_reading = Peaks::default();
        reading
    }

    /// The next point of the history, once every 100 ms. Ask after every block, of at most 100 ms: only the last is kept.
    pub fn take_point(&mut self) -> Option<Point> {
        self.point.take()
    }

    fn take(&mut self, channels: [&[f64]; 2]) {
        let frames = channels[0].len();
        for (buffer, samples) in self.pending.iter_mut().zip(channels) {
            if let Some(places) = buffer.get_mut(self.filled..self.filled + frames) {
                for (place, &sample) in places.iter_mut().zip(samples) {
                    // False for NaN and infinity too.
                    *place = if sample.abs() < LARGEST { sample } else { 0.0 };
                }
            }
        }
        self.filled += frames;
        let at_end = self.filled == self.step_frames;
        if at_end || self.filled.is_multiple_of(PIECE) {
            self.measure_true_peak((self.filled - 1) / PIECE * PIECE..self.filled);
        }
        if at_end {
            self.end_of_step();
        }
    }

    fn end_of_step(&mut self) {
        let frames = self.filled;
        self.measure_loudness(frames);
        self.measure_levels(frames);
        self.filled = 0;
        self.step += 1;
        if self.step.is_multiple_of(STEPS_A_HOP) {
            self.end_of_hop();
        }
        // A second is a whole number of samples at every common rate: the steps stay in time for ever.
        if self.step == STEPS_A_SECOND {
            self.step = 0;
        }
        self.step_frames = self.frames_of_step();
    }

    fn end_of_hop(&mut self) {
        let loudness = self.loudness.values();
        self.point = Some(Point {
            momentary_lufs: loudness.momentary,
            short_term_lufs: loudness.short_term,
            true_peak_dbtp: db_from_gain(self.hop_true_peak),
        });
        self.hop_true_peaks.push(self.hop_true_peak);
        self.hop_true_peak = 0.0;
    }

    /// Steps end at the whole sample nearest to a multiple of 2.5 ms.
    fn frames_of_step(&self) -> usize {
        let end = |step: usize| whole(count(step) * self.sample_rate_hz / count(STEPS_A_SECOND));
        (end(self.step + 1) - end(self.step)).max(1)
    }

    fn measure_loudness(&mut self, frames: usize) {
        let [left, right] = self.pending.each_ref().map(|p| p.get(..frames).unwrap_or_default());
        let [left, right] = self.weighting.energy(left, right);
        let energy = if self.mono { left } else { left + right };
        self.loudness.push(self.step, energy / count(frames), self.running);
    }

    fn measure_levels(&mut self, frames: usize) {
        let channels = self.pending.each_ref().map(|p| p.get(..frames).unwrap_or_default());
        let step = self.levels.push(self.step, channels);
        let programme = &mut self.since_reset;
        raise(&mut self.since_reading.sample, step.peak);
        if self.running {
            raise(&mut programme.peaks.sample, step.peak);
            programme.powers = programme.powers.plus(step.powers.times(count(frames)));
            programme.frames += frames;
            for (tops, (samples, peak)) in
                programme.flat_tops.iter_mut().zip(channels.into_iter().zip(step.peak))
            {
                tops.push(samples, peak);
            }
        }
    }

    fn measure_true_peak(&mut self, piece: Range<usize>) {
        if !self.reads_true_peak {
            return;
        }
        let mut peaks = [0.0; 2];
        let channels = if self.mono { 1 } else { 2 };
        let inputs = self.true_peak.iter_mut().zip(&self.pending).take(channels);
        for (peak, (meter, samples)) in peaks.iter_mut().zip(inputs) {
            *peak = meter.push(samples.get(piece.clone()).unwrap_or_default(), &self.kernels);
        }
        if self.mono {
            peaks[1] = peaks[0];
        }
        raise(&mut self.since_reading.true_peak, peaks);
        self.hop_true_peak = self.hop_true_peak.max(peaks[0]).max(peaks[1]);
        if self.running {
            raise(&mut self.since_reset.peaks.true_peak, peaks);
        }
    }

    fn reading(&self) -> Reading {
        let loudness = self.loudness.values();
        let window = self.levels.powers();
        let programme = &self.since_reset;
        let rms = [window.left, window.right].map(db_from_power);
        let peaks = self.levels.peaks().map(db_from_gain);
        let recent = db_from_gain(self.hop_true_peaks.max().max(self.hop_true_peak));
        let true_peak = programme.peaks.true_peak;
        Reading {
            momentary_lufs: loudness.momentary,
            short_term_lufs: loudness.short_term,
            integrated_lufs: loudness.integrated,
            loudness_range_lu: loudness.range,
            max_momentary_lufs: loudness.max_momentary,
            max_short_term_lufs: loudness.max_short_term,
            sample_peak_dbfs: self.since_reading.sample.map(db_from_gain),
            true_peak_dbtp: self.since_reading.true_peak.map(db_from_gain),
            max_sample_peak_dbfs: programme.peaks.sample.map(db_from_gain),
            max_true_peak_dbtp: true_peak.map(db_from_gain),
            rms_dbfs: rms,
            crest_db: [over(peaks[0], rms[0]), over(peaks[1], rms[1])],
            psr_db: over(recent, loudness.short_term),
            plr_db: over(db_from_gain(true_peak[0].max(true_peak[1])), loudness.integrated),
            correlation: window.correlation(),
            overall_correlation: programme.powers.correlation(),
            balance_db: over(rms[1], rms[0]),
            mid_dbfs: db_from_power(window.mid()),
            side_dbfs: db_from_power(window.side()),
            clips: programme.flat_tops.iter().take(if self.mono { 1 } else { 2 }).map(FlatTops::count).sum(),
            measured_s: count(programme.frames) / self.sample_rate_hz,
        }
    }
}

/// Beyond +240 dBFS a sample is an accident.
const LARGEST: f64 = 1e12;

fn raise(peaks: &mut [f64; 2], to: [f64; 2]) {
    for (peak, to) in peaks.iter_mut().zip(to) {
        *peak = peak.max(to);
    }
}

/// One level over another in dB; 0 where either is silence.
fn over(level_db: f64, reference_db: f64) -> f64 {
    let difference = level_db - reference_db;
    if difference.is_finite() { difference } else { 0.0 }
}
