//! One band's control: from the band's signal to the gain it gets.

use super::CHUNK;
use super::ballistics::{Smoother, Times};
use super::curve::{Corners, Curve, auto_makeup_db};
use super::gain_line::GainLine;
use super::settings::{Band, Detector};
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

fn to_decibels(powers: &mut [f64]) {
    for power in powers {
        *power = DB_OF_DOUBLE_POWER * log2(*power);
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
        let [.., makeup_db, on, mix, link, rms, delay, _, _, _, _] = *self.ramps.values();
        let mut expansion = [[0.0; 2]; CHUNK];
        let expansion = &mut expansion[..band.len()];
        let expands = !(self.curve.never_expands() && self.expander.rests());
        self.powers(band, gains, rms);
        self.reductions(gains, expands.then_some(&mut *expansion), link);
        self.compressor.process(&self.times, gains);
        if expands {
            self.expander.process(&self.times, expansion);
        }
        for (gain, expansion) in gains.as_flattened_mut().iter_mut().zip(expansion.as_flattened()) {
            *gain = *expansion - *gain;
        }
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

    /// The power of each channel as the detector sees it: of the sample, or its mean.
    fn powers(&mut self, band: &[Frame], powers: &mut [Frame], rms: f64) {
        let mut mean = self.power;
        for (x, detected) in band.iter().zip(powers) {
            for ((x, mean), detected) in x.iter().zip(&mut mean).zip(detected) {
                let power = x * x;
                *mean += self.averaging * (power - *mean);
                *detected = larger(power + rms * (*mean - power), FLOOR_POWER);
            }
        }
        self.power = mean;
    }

    /// From powers to the reductions in dB that the curve asks for, and to the (negative) gains of expansion. A
    /// channel's level lies `link` of the way in dB from its own to the louder one's.
    fn reductions(&mut self, values: &mut [Frame], expansion: Option<&mut [Frame]>, link: f64) {
        let mut loudest = [FLOOR_POWER; CHUNK];
        let loudest = &mut loudest[..values.len()];
        for (loudest, powers) in loudest.iter_mut().zip(values.iter()) {
            *loudest = larger(powers[0], powers[1]);
        }
        to_decibels(loudest);
        self.seen.level = loudest.iter().fold(self.seen.level, |a, b| larger(a, *b));
        if link == 1.0 {
            // both channels have one level: half of the logarithms and curves
            if let Some(expansion) = expansion {
                for (gain, level) in expansion.iter_mut().zip(loudest.iter()) {
                    *gain = [self.curve.expansion_db(*level); 2];
                }
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
        if let Some(expansion) = expansion {
            for (gain, level) in expansion.as_flattened_mut().iter_mut().zip(values.as_flattened()) {
                *gain = self.curve.expansion_db(*level);
            }
        }
        self.compress(values.as_flattened_mut());
    }

    /// From levels to reductions.
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
