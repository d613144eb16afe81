//! One band's control: from the band's signal to the gain it gets.

use std::ops::Range;

use super::ballistics::{Smoother, Times, smooth};
use super::curve::{Corners, Curve, auto_makeup_db};
use super::gain_line::GainLine;
use super::settings::{BANDS, Band, Detector};
use super::{CHUNK, Chunk};
use crate::dsp::Ramps;
use crate::dsp::exponential::{exp2, larger, log2, smaller};
use crate::dsp::svf::Frame;
use crate::units::{count, samples_from_ms, whole};

/// The lowest level that is told from silence, in dB.
pub(super) const FLOOR_DB: f64 = -180.0;
/// The same as a power.
const FLOOR_POWER: f64 = 1e-18;
/// Decibels of a doubled power, 10 log10 2.
const DB_OF_DOUBLE_POWER: f64 = 3.010_299_956_639_812;
/// log2 of a gain of 1 dB, log2(10)/20.
const LOG2_OF_DB: f64 = 0.166_096_404_744_368_12;

/// What moves by ramps: the curve's corners, make-up in dB, on, mix, link, RMS (each 0 to 1), the gain's delay in samples, and
/// the speeds of [`Times`]: a gain that lags behind must not leap when its attack becomes short.
type Shape = [f64; 20];

fn shape(band: &Band, mix: f64, auto_makeup: bool, delay: f64, speeds: [f64; 4]) -> Shape {
    let Corners { down, up, expand, knee_db } = Corners::of(band);
    let makeup_db = band.makeup_db + if auto_makeup { auto_makeup_db(band) } else { 0.0 };
    let on = f64::from(u8::from(band.on));
    let rms = f64::from(u8::from(band.detector == Detector::Rms));
    let mix = mix * band.mix_percent * 0.01;
    let link = band.link_percent * 0.01;
    let [d0, d1, d2] = down;
    let [u0, u1, u2] = up;
    let [e0, e1, e2] = expand;
    let [s0, s1, s2, s3] = speeds;
    [d0, d1, d2, u0, u1, u2, e0, e1, e2, knee_db, makeup_db, on, mix, link, rms, delay, s0, s1, s2, s3]
}

/// What a band's control has seen since it was last read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    /// The greatest level in dB.
    pub(super) level: f64,
    /// The least and the greatest gain of the curve in dB.
    pub(super) gain: (f64, f64),
}

impl Default for Seen {
    fn default() -> Self {
        Self { level: FLOOR_DB, gain: (0.0, 0.0) }
    }
}

impl Seen {
    fn see_gains(&mut self, gains: &[Frame]) {
        let (mut least, mut greatest) = ([self.gain.0; 2], [self.gain.1; 2]);
        for gain in gains {
            for i in 0..2 {
                least[i] = smaller(least[i], gain[i]);
                greatest[i] = larger(greatest[i], gain[i]);
            }
        }
        self.gain = (smaller(least[0], least[1]), larger(greatest[0], greatest[1]));
    }
}

#[inline(always)]
fn to_decibels(powers: &mut [f64]) {
    for power in powers {
        *power = DB_OF_DOUBLE_POWER * log2(*power);
    }
}

/// Computes log2 of the gain for the first `frames` of `count` bands.
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

/// The same while nothing moves. What waits for its own last sample, detectors and ballistics, is done for all bands at a time: one
/// need not wait for the other.
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
    pulp::Arch::new().dispatch(Reductions {
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

/// The power of each channel as the detectors see it: of the sample, or its mean.
fn powers<const N: usize>(
    controls: &mut [Control; N],
    bands: &[Chunk; N],
    powers: &mut [Chunk; N],
    range: Range<usize>,
) {
    let mut means = controls.each_ref().map(|control| control.power);
    let averaging = controls.each_ref().map(|control| control.averaging);
    let rms = controls.each_ref().map(|control| {
        let [.., rms, _, _, _, _, _] = *control.ramps.values();
        rms
    });
    for n in range {
        for k in 0..N {
            for i in 0..2 {
                let power = bands[k][n][i] * bands[k][n][i];
                means[k][i] = (1.0 - averaging[k]) * means[k][i] + averaging[k] * power;
                powers[k][n][i] = larger(power + rms[k] * (means[k][i] - power), FLOOR_POWER);
            }
        }
    }
    for (control, mean) in controls.iter_mut().zip(means) {
        control.power = mean;
    }
}

/// [`Control::reductions`] of all bands, to be compiled for each width of vectors. Rust contracts and reorders nothing, so
/// all give the same bits.
struct Reductions<'a, const N: usize> {
    controls: &'a mut [Control; N],
    values: &'a mut [Chunk; N],
    expansions: Option<&'a mut [Chunk; N]>,
    range: Range<usize>,
}

impl<const N: usize> pulp::NullaryFnOnce for Reductions<'_, N> {
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

/// Level, curve, ballistics and mix of a band.
#[derive(Clone, Debug)]
pub(super) struct Control {
    ramps: Ramps<20>,
    curve: Curve,
    times: Times,
    averaging: f64,
    power: Frame,
    compressor: Smoother,
    expander: Smoother,
    line: GainLine,
    /// The signal's delay, and how much of it look-ahead may use, in samples.
    latency: usize,
    look_ahead: usize,
    pub(super) seen: Seen,
}

impl Default for Control {
    fn default() -> Self {
        let band = Band::default();
        Self {
            ramps: Ramps::new(shape(&band, 1.0, false, 0.0, [1.0; 4])),
            curve: Curve::new(&Corners::of(&band)),
            times: Times::default(),
            averaging: 1.0,
            power: [0.0; 2],
            compressor: Smoother::default(),
            expander: Smoother::default(),
            line: GainLine::default(),
            latency: 0,
            look_ahead: 0,
            seen: Seen::default(),
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

    /// Forgets history and lands all ramps.
    pub(super) fn reset(&mut self) {
        self.ramps.land();
        self.follow_ramps();
        self.forget();
        self.seen = Seen::default();
    }

    /// Forgets what was heard; ramps go on.
    pub(super) fn forget(&mut self) {
        self.power = [0.0; 2];
        self.compressor = Smoother::default();
        self.expander = Smoother::default();
        self.line.reset();
    }

    /// Takes a band's settings; `mix` from 0 to 1 is the whole module's.
    pub(super) fn set(&mut self, band: &Band, mix: f64, auto_makeup: bool, sample_rate_hz: f64) {
        let look_ahead = whole(samples_from_ms(band.look_ahead_ms, sample_rate_hz)).min(self.look_ahead);
        let delay = count(self.latency.saturating_sub(look_ahead));
        let Times { speeds, auto_release } =
            Times::new(band.attack_ms, band.release_ms, band.auto_release, sample_rate_hz);
        self.times.auto_release = auto_release;
        self.ramps.set(shape(band, mix, auto_makeup, delay, speeds));
        self.follow_ramps();
        // an exponential mean of time constant W/2 averages as much noise away as a plain mean over W
        self.averaging = -(-2.0 / samples_from_ms(band.window_ms, sample_rate_hz)).exp_m1();
    }

    fn follow_ramps(&mut self) {
        let [d0, d1, d2, u0, u1, u2, e0, e1, e2, knee_db, ..] = *self.ramps.values();
        self.curve =
            Curve::new(&Corners { down: [d0, d1, d2], up: [u0, u1, u2], expand: [e0, e1, e2], knee_db });
        let [.., s0, s1, s2, s3] = *self.ramps.values();
        self.times.speeds = [s0, s1, s2, s3];
    }

    /// From the smoothed gains in dB to log2 of what is heard.
    fn finish(&mut self, gains: &mut [Frame]) {
        let [.., makeup_db, on, mix, _, _, delay, _, _, _, _] = *self.ramps.values();
        self.line.process(delay, gains);
        self.seen.see_gains(gains);
        for gain in gains.as_flattened_mut() {
            *gain = (*gain + makeup_db) * (on * LOG2_OF_DB);
        }
        if mix != 1.0 {
            for gain in gains.as_flattened_mut() {
                *gain = log2((1.0 - mix) + mix * exp2(*gain));
            }
        }
    }

    /// From powers to the reductions in dB that the curve asks for, and to the (negative) gains of as much expansion as there is room for. A
    /// channel's level lies `link` of the way in dB from its own to the louder one's.
    #[inline(always)]
    fn reductions(&mut self, values: &mut [Frame], expansion: &mut [Frame]) {
        let [.., link, _, _, _, _, _, _] = *self.ramps.values();
        let mut loudest = [FLOOR_POWER; CHUNK];
        let loudest = &mut loudest[..values.len()];
        for (loudest, powers) in loudest.iter_mut().zip(values.iter()) {
            *loudest = larger(powers[0], powers[1]);
        }
        to_decibels(loudest);
        self.seen.level = loudest.iter().fold(self.seen.level, |a, b| larger(a, *b));
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
            *level = level.map(|own| loudest - (1.0 - link) * (loudest - own));
        }
        for (gain, level) in expansion.as_flattened_mut().iter_mut().zip(values.as_flattened()) {
            *gain = self.curve.expansion_db(*level);
        }
        self.compress(values.as_flattened_mut());
    }

    /// False if expansion is at rest and stays so.
    #[inline(always)]
    fn expands(&self) -> bool {
        !(self.curve.never_expands() && self.expander.rests())
    }

    /// From levels to reductions.
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

    /// Turns inaudible tails into rest. Call on an absolute sample grid.
    pub(super) fn settle(&mut self) {
        self.compressor.settle();
        self.expander.settle();
        for power in &mut self.power {
            if *power < FLOOR_POWER * FLOOR_POWER {
                *power = 0.0;
            }
        }
    }
}
