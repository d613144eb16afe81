//! A band's control: from the signal of the band to its gain.

use std::ops::Range;

use super::gain_line::GainLine;
use super::settings::{BANDS, Band};
use super::targets::Targets;
use super::{CHUNK, Chunk};
use crate::dsp::Ramps;
use crate::dsp::dynamics::{
    self, Curve, Detector, FLOOR_DB, FLOOR_POWER, Smoother, Times, smooth, to_decibels,
};
use crate::dsp::exponential::{exp2, log2};
use crate::dsp::extremes::{larger, smaller};
use crate::dsp::svf::Frame;
use crate::units::{count, samples_from_ms, whole};

/// log2 of a gain of 1 dB, log2(10)/20.
const LOG2_OF_DB: f64 = 0.166_096_404_744_368_12;

/// Extremes of a band's level and gain since they were last read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extremes {
    /// Greatest level in dB.
    pub(super) level_db: f64,
    /// Least and greatest gain of the curve in dB: 0 or less, 0 or more.
    pub(super) gain_db: [f64; 2],
}

impl Default for Extremes {
    fn default() -> Self {
        Self { level_db: FLOOR_DB, gain_db: [0.0; 2] }
    }
}

impl Extremes {
    fn take_gains(&mut self, gains: &[Frame]) {
        let [mut least, mut greatest] = self.gain_db.map(|gain_db| [gain_db; 2]);
        for gain in gains {
            for i in 0..2 {
                least[i] = smaller(least[i], gain[i]);
                greatest[i] = larger(greatest[i], gain[i]);
            }
        }
        self.gain_db = [smaller(least[0], least[1]), larger(greatest[0], greatest[1])];
    }
}

/// Computes log2 of the gain for the first `frames` of the `count` lowest bands.
pub(super) fn process(
    controls: &mut [Control; BANDS],
    count: usize,
    bands: &[Chunk; BANDS],
    gains: &mut [Chunk; BANDS],
    frames: usize,
) {
    let moving = controls[..count].iter().any(|control| control.ramps.is_moving());
    let step = if moving { 1 } else { CHUNK };
    for start in (0..frames).step_by(step) {
        let range = start..frames.min(start + step);
        for control in &mut controls[..count] {
            control.ramps.advance(range.len());
            if moving {
                control.follow_ramps();
            }
        }
        match count {
            2 => work::<2>(controls, bands, gains, range),
            3 => work::<3>(controls, bands, gains, range),
            4 => work::<4>(controls, bands, gains, range),
            5 => work::<5>(controls, bands, gains, range),
            _ => work::<BANDS>(controls, bands, gains, range),
        }
    }
}

/// [`process`] for a range of frames while no ramp moves. Detectors and ballistics, whose every sample waits for the last one, run
/// in one loop over all bands, so that the bands do not wait for each other.
fn work<const N: usize>(
    controls: &mut [Control; BANDS],
    bands: &[Chunk; BANDS],
    gains: &mut [Chunk; BANDS],
    range: Range<usize>,
) {
    let (Some(controls), Some(bands), Some(gains)) =
        (controls.first_chunk_mut::<N>(), bands.first_chunk::<N>(), gains.first_chunk_mut::<N>())
    else {
        return;
    };
    powers(controls, bands, gains, range.clone());
    let mut room;
    let mut expansions = None;
    if controls.iter().any(Control::expands) {
        room = [[[0.0; 2]; CHUNK]; N];
        expansions = Some(&mut room);
    }
    pulp::Arch::new().dispatch(GainComputers {
        controls,
        values: gains,
        expansions: expansions.as_deref_mut(),
        range: range.clone(),
    });
    smooth(controls.each_mut().map(|control| (&mut control.compressor, control.times)), gains, range.clone());
    let reductions = gains.iter_mut().map(|gains| gains[range.clone()].as_flattened_mut());
    if let Some(expansions) = expansions {
        let expanders = controls.each_mut().map(|control| (&mut control.expander, control.times));
        smooth(expanders, expansions, range.clone());
        for (gains, expansion) in reductions.zip(expansions) {
            for (gain, expansion) in gains.iter_mut().zip(expansion[range.clone()].as_flattened()) {
                *gain = expansion - *gain;
            }
        }
    } else {
        for gain in reductions.flatten() {
            *gain = 0.0 - *gain;
        }
    }
    for (control, gains) in controls.iter_mut().zip(gains) {
        control.finish(&mut gains[range.clone()]);
    }
}

/// The power of each channel as the detectors read it.
fn powers<const N: usize>(
    controls: &mut [Control; N],
    bands: &[Chunk; N],
    powers: &mut [Chunk; N],
    range: Range<usize>,
) {
    let mut detectors = controls.each_ref().map(|control| control.detector);
    let rms = controls.each_ref().map(|control| control.now.rms);
    for n in range {
        for k in 0..N {
            powers[k][n] = detectors[k].power(bands[k][n], rms[k]);
        }
    }
    for (control, detector) in controls.iter_mut().zip(detectors) {
        control.detector = detector;
    }
}

/// [`Control::reductions`] of all bands, to be compiled for each width of vectors. Rust contracts and reorders nothing, so
/// all give the same bits.
struct GainComputers<'a, const N: usize> {
    controls: &'a mut [Control; N],
    values: &'a mut [Chunk; N],
    expansions: Option<&'a mut [Chunk; N]>,
    range: Range<usize>,
}

impl<const N: usize> pulp::NullaryFnOnce for GainComputers<'_, N> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { controls, values, expansions, range } = self;
        if let Some(expansions) = expansions {
            for ((control, values), expansion) in controls.iter_mut().zip(values).zip(expansions) {
                control.reductions(&mut values[range.clone()], &mut expansion[range.clone()]);
            }
        } else {
            for (control, values) in controls.iter_mut().zip(values) {
                control.reductions(&mut values[range.clone()], &mut []);
            }
        }
    }
}

/// Detector, gain computer, ballistics and mix of a band.
#[derive(Clone, Debug)]
pub(super) struct Control {
    ramps: Ramps<{ Targets::COUNT }>,
    /// The values of the ramps.
    now: Targets,
    curve: Curve,
    times: Times,
    detector: Detector,
    compressor: Smoother,
    expander: Smoother,
    line: GainLine,
    /// Delay of the signal in samples.
    latency: usize,
    /// Part of the latency that look-ahead may use, in samples.
    look_ahead: usize,
    pub(super) extremes: Extremes,
}

impl Default for Control {
    fn default() -> Self {
        let times = Times::default();
        let now = Targets::of(&Band::default(), 1.0, false, 0.0, times.speeds);
        Self {
            ramps: Ramps::new(now.to_array()),
            now,
            curve: Curve::new(&now.corners),
            times,
            detector: Detector::default(),
            compressor: Smoother::default(),
            expander: Smoother::default(),
            line: GainLine::default(),
            latency: 0,
            look_ahead: 0,
            extremes: Extremes::default(),
        }
    }
}

impl Control {
    /// Allocates for a signal that is delayed by `latency` samples, of which look-ahead may use `look_ahead`.
    pub(super) fn prepare(&mut self, latency: usize, look_ahead: usize, sample_rate_hz: f64) {
        self.latency = latency;
        self.look_ahead = look_ahead;
        self.line.prepare(latency);
        self.ramps.prepare(sample_rate_hz);
    }

    /// Forgets history and lands all ramps. [`begin_in_silence`](Self::begin_in_silence) must follow before the first frame.
    pub(super) fn reset(&mut self) {
        self.ramps.land();
        self.follow_ramps();
        self.forget();
        self.extremes = Extremes::default();
    }

    /// Forgets the signal; ramps go on. [`begin_in_silence`](Self::begin_in_silence) must follow.
    pub(super) fn forget(&mut self) {
        self.detector.reset();
    }

    /// Takes the state that endless silence leaves with the present settings, and returns log2 of the gain that the signal then gets.
    pub(super) fn begin_in_silence(&mut self) -> Frame {
        let level_db = self.extremes.level_db;
        let (mut reduction, mut expansion) = ([[FLOOR_POWER; 2]], [[0.0; 2]]);
        self.reductions(&mut reduction, &mut expansion);
        self.extremes.level_db = level_db; // nothing was measured
        let ([reduction], [expansion]) = (reduction, expansion);
        self.compressor = Smoother::settled(reduction);
        self.expander = Smoother::settled(expansion);
        let mut gain = [[expansion[0] - reduction[0], expansion[1] - reduction[1]]];
        self.line.fill(gain[0]);
        self.heard(&mut gain);
        gain[0]
    }

    /// Sets a band's settings; `mix`, 0 to 1, is the whole module's.
    pub(super) fn set(&mut self, band: &Band, mix: f64, auto_makeup: bool, sample_rate_hz: f64) {
        let look_ahead = whole(samples_from_ms(band.look_ahead_ms, sample_rate_hz)).min(self.look_ahead);
        let delay = count(self.latency.saturating_sub(look_ahead));
        let Times { speeds, auto_release } =
            Times::new(band.attack_ms, band.release_ms, band.auto_release, sample_rate_hz);
        self.times.auto_release = auto_release;
        self.ramps.set(Targets::of(band, mix, auto_makeup, delay, speeds).to_array());
        self.follow_ramps();
        self.detector.set_window(band.window_ms, sample_rate_hz);
    }

    fn follow_ramps(&mut self) {
        self.now = Targets::from_array(self.ramps.values());
        self.curve = Curve::new(&self.now.corners);
        self.times.speeds = self.now.speeds;
    }

    /// Turns smoothed gains in dB into log2 of the gains that the signal gets.
    fn finish(&mut self, gains: &mut [Frame]) {
        self.line.process(self.now.delay, gains);
        self.extremes.take_gains(gains);
        self.heard(gains);
    }

    /// Turns gains of the curve in dB into log2 of the gains that the signal gets.
    fn heard(&self, gains: &mut [Frame]) {
        let Targets { makeup_db, on, mix, .. } = self.now;
        for gain in gains.as_flattened_mut() {
            *gain = (*gain + makeup_db) * (on * LOG2_OF_DB);
        }
        if mix != 1.0 {
            for gain in gains.as_flattened_mut() {
                *gain = log2((1.0 - mix) + mix * exp2(*gain));
            }
        }
    }

    /// Turns powers into the reductions in dB that the curve asks for, and fills `expansion`, if it is not empty, with the (negative)
    /// gains of the expander.
    #[inline(always)]
    fn reductions(&mut self, values: &mut [Frame], expansion: &mut [Frame]) {
        let link = self.now.link;
        let mut loudest = [FLOOR_POWER; CHUNK];
        let loudest = &mut loudest[..values.len()];
        for (loudest, powers) in loudest.iter_mut().zip(values.iter()) {
            *loudest = larger(powers[0], powers[1]);
        }
        to_decibels(loudest);
        self.extremes.level_db = loudest.iter().fold(self.extremes.level_db, |a, b| larger(a, *b));
        if link == 1.0 {
            // both channels have one level: half of the logarithms and curves
            for (gain, level) in expansion.iter_mut().zip(loudest.iter()) {
                *gain = [self.curve.expansion_db(*level); 2];
            }
            self.compress(loudest);
            for (value, reduction) in values.iter_mut().zip(loudest.iter()) {
                *value = [*reduction; 2];
            }
            return;
        }
        to_decibels(values.as_flattened_mut());
        for (level, loudest) in values.iter_mut().zip(loudest.iter()) {
            *level = level.map(|own| dynamics::link(own, *loudest, link));
        }
        for (gain, level) in expansion.as_flattened_mut().iter_mut().zip(values.as_flattened()) {
            *gain = self.curve.expansion_db(*level);
        }
        self.compress(values.as_flattened_mut());
    }

    /// False if the expander's gain is 0 and stays so.
    #[inline(always)]
    fn expands(&self) -> bool {
        !(self.curve.never_expands() && self.expander.is_idle())
    }

    /// Turns levels in dB into reductions in dB.
    #[inline(always)]
    fn compress(&self, values: &mut [f64]) {
        if self.curve.only_downward() {
            for value in values {
                *value = -self.curve.downward_db(*value);
            }
        } else {
            for value in values {
                *value = -self.curve.compression_db(*value);
            }
        }
    }

    /// Turns inaudible tails into silence. Call on an absolute sample grid.
    pub(super) fn settle(&mut self) {
        self.compressor.settle();
        self.expander.settle();
        self.detector.settle();
    }
}
