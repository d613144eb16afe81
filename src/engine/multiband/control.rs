//! One band's control: from the band's signal to the gain it gets.

use super::CHUNK;
use super::ballistics::{Smoother, Times};
use super::curve::{Corners, Curve, auto_makeup_db};
use super::gain_line::GainLine;
use super::settings::{Band, Detector};
use crate::dsp::Ramps;
use crate::dsp::exponential::{exp2, log2};
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

/// What moves by ramps: the curve's corners, make-up in dB, on, mix, link, RMS (each 0 to 1), the gain's delay in samples.
type Shape = [f64; 16];

fn shape(band: &Band, mix: f64, auto_makeup: bool, delay: f64) -> Shape {
    let Corners { down, up, expand, knee_db } = Corners::of(band);
    let makeup_db = band.makeup_db + if auto_makeup { auto_makeup_db(band) } else { 0.0 };
    let on = f64::from(u8::from(band.on));
    let rms = f64::from(u8::from(band.detector == Detector::Rms));
    let mix = mix * band.mix_percent * 0.01;
    let link = band.link_percent * 0.01;
    let [d0, d1, d2] = down;
    let [u0, u1, u2] = up;
    let [e0, e1, e2] = expand;
    [d0, d1, d2, u0, u1, u2, e0, e1, e2, knee_db, makeup_db, on, mix, link, rms, delay]
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

/// Level, curve, ballistics and mix of a band.
#[derive(Clone, Debug)]
pub(super) struct Control {
    ramps: Ramps<16>,
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
            ramps: Ramps::new(shape(&band, 1.0, false, 0.0)),
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
        self.ramps.set(shape(band, mix, auto_makeup, delay));
        self.follow_ramps();
        self.times = Times::new(band.attack_ms, band.release_ms, band.auto_release, sample_rate_hz);
        // an exponential mean of time constant W/2 averages as much noise away as a plain mean over W
        self.averaging = -(-2.0 / samples_from_ms(band.window_ms, sample_rate_hz)).exp_m1();
    }

    fn follow_ramps(&mut self) {
        let [d0, d1, d2, u0, u1, u2, e0, e1, e2, knee_db, ..] = *self.ramps.values();
        self.curve =
            Curve::new(&Corners { down: [d0, d1, d2], up: [u0, u1, u2], expand: [e0, e1, e2], knee_db });
    }

    /// Computes log2 of the gain for each frame of the band. At most [`CHUNK`] frames.
    pub(super) fn process(&mut self, band: &[Frame], gains: &mut [Frame]) {
        if self.ramps.is_moving() {
            for (x, gain) in band.chunks(1).zip(gains.chunks_mut(1)) {
                self.ramps.next();
                self.follow_ramps();
                self.work(x, gain);
            }
        } else {
            self.ramps.advance(band.len());
            self.work(band, gains);
        }
    }

    /// The same while nothing moves.
    fn work(&mut self, band: &[Frame], gains: &mut [Frame]) {
        let [.., makeup_db, on, mix, link, rms, delay] = *self.ramps.values();
        self.levels(band, gains, link, rms);
        self.reduce(gains);
        self.line.process(delay, gains);
        for gain in gains.iter_mut().flatten() {
            self.seen.gain = (self.seen.gain.0.min(*gain), self.seen.gain.1.max(*gain));
            *gain = on * (*gain + makeup_db) * LOG2_OF_DB;
        }
        if mix != 1.0 {
            for gain in gains.iter_mut().flatten() {
                *gain = log2((1.0 - mix) + mix * exp2(*gain));
            }
        }
    }

    /// Levels in dB that the channels are compressed by.
    fn levels(&mut self, band: &[Frame], levels: &mut [Frame], link: f64, rms: f64) {
        for (x, level) in band.iter().zip(levels.iter_mut()) {
            for i in 0..2 {
                let power = x[i] * x[i];
                self.power[i] += self.averaging * (power - self.power[i]);
                level[i] = (power + rms * (self.power[i] - power)).max(FLOOR_POWER);
            }
        }
        let mut loudest = [FLOOR_DB; CHUNK];
        for (loudest, level) in loudest.iter_mut().zip(levels.iter()) {
            *loudest = DB_OF_DOUBLE_POWER * log2(level[0].max(level[1]));
        }
        let apart = 1.0 - link;
        for (level, loudest) in levels.iter_mut().zip(&loudest) {
            if apart == 0.0 {
                *level = [*loudest; 2];
            } else {
                *level = level.map(|own| loudest - apart * (loudest - DB_OF_DOUBLE_POWER * log2(own)));
            }
            self.seen.level = self.seen.level.max(*loudest);
        }
    }

    /// From levels to smoothed gains, both in dB.
    fn reduce(&mut self, values: &mut [Frame]) {
        let mut expansion = [[0.0; 2]; CHUNK];
        let expansion = &mut expansion[..values.len()];
        let expands = !(self.curve.never_expands() && self.expander.rests());
        if expands {
            for (gain, level) in expansion.iter_mut().zip(values.iter()) {
                *gain = level.map(|level| self.curve.expansion_db(level));
            }
            self.expander.process(&self.times, expansion);
        }
        if self.curve.only_downward() {
            for level in values.iter_mut().flatten() {
                *level = -self.curve.downward_db(*level);
            }
        } else {
            for level in values.iter_mut().flatten() {
                *level = -self.curve.compression_db(*level);
            }
        }
        self.compressor.process(&self.times, values);
        for (reduction, expansion) in values.iter_mut().flatten().zip(expansion.iter().flatten()) {
            *reduction = expansion - *reduction;
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
