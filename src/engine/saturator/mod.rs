//! The saturator: five characters, oversampled, matched in level.

mod curves;
mod emphasis;
mod level_match;
pub(crate) mod params;
mod recent;
mod shaper;

use std::ops::RangeInclusive;

use crate::dsp::exponential::larger;
use crate::dsp::{Delay, Ramp};
use crate::oversampled::{self, Oversampled};
use crate::params::choices;
use crate::settings::Quality;
use crate::stage::{Block, Spec, Stage};
use crate::units::{db_from_gain, gain_from_db};
use emphasis::{LowPass, Shelf};
use level_match::LevelMatch;
use recent::Recent;
use shaper::Shaper;

choices! {
    /// What the saturator is modelled on: a curve, and what part of the spectrum meets it first.
    pub enum Character {
        /// tanh behind the record equalisation of tape at 38 cm/s: highs saturate 6 dB before lows.
        #[default]
        Tape = "tape", "Tape";
        /// tanh around a bias: even harmonics.
        Tube = "tube", "Tube";
        /// tanh of what grows towards low frequencies, as the flux of a core does: lows saturate 12 dB before the rest.
        Transformer = "transformer", "Transformer";
        /// A very gentle knee, for glue.
        Console = "console", "Console";
        /// A clip with a short rounded knee, for level.
        SoftClip = "soft_clip", "Soft Clip";
    }
}

/// What can be set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Gain into the curve, in dB: 0 to 24.
    pub drive_db: f64,
    /// Which curve.
    pub character: Character,
    /// Leans the saturation, not the sound: what meets the curve is tilted around 1 kHz, highs up by half of it and lows down, and back
    /// after it. In dB, -6 to 6.
    pub tilt_db: f64,
    /// Share of the saturated signal, in percent. At 0 the input comes through to the bit.
    pub mix_percent: f64,
    /// Keeps the output as loud as the input, whatever drive, character and mix. Off, drive is a gain before the curve.
    pub auto_gain: bool,
    /// Gain of the output, in dB: -12 to 12.
    pub output_db: f64,
    /// Oversampling and filters. It is no parameter of its own: the chain sets it from its own quality.
    pub quality: Quality,
}

impl Settings {
    /// Range of [`drive_db`](Self::drive_db).
    pub const DRIVE_DB: RangeInclusive<f64> = 0.0..=24.0;
    /// Range of [`tilt_db`](Self::tilt_db).
    pub const TILT_DB: RangeInclusive<f64> = -6.0..=6.0;
    /// Range of [`mix_percent`](Self::mix_percent).
    pub const MIX_PERCENT: RangeInclusive<f64> = 0.0..=100.0;
    /// Range of [`output_db`](Self::output_db).
    pub const OUTPUT_DB: RangeInclusive<f64> = -12.0..=12.0;

    /// These settings, brought into their ranges; what is not a number takes its default.
    fn in_range(&self) -> Self {
        let within = |x: f64, range: RangeInclusive<f64>, default: f64| {
            if x.is_nan() { default } else { x.clamp(*range.start(), *range.end()) }
        };
        let default = Self::default();
        Self {
            drive_db: within(self.drive_db, Self::DRIVE_DB, default.drive_db),
            tilt_db: within(self.tilt_db, Self::TILT_DB, default.tilt_db),
            mix_percent: within(self.mix_percent, Self::MIX_PERCENT, default.mix_percent),
            output_db: within(self.output_db, Self::OUTPUT_DB, default.output_db),
            ..*self
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            drive_db: 6.0,
            character: Character::default(),
            tilt_db: 0.0,
            mix_percent: 100.0,
            auto_gain: true,
            output_db: 0.0,
            quality: Quality::default(),
        }
    }
}

/// What can be shown.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reading {
    /// How far the curve holds peaks down: peak of the saturated signal at unit small-signal gain over peak of the input, in dB,
    /// about 0 or below.
    pub peak_reduction_db: f64,
    /// Gain of the saturated signal now, relative to small signals at the input, in dB: the drive or what auto gain makes of it.
    pub gain_db: f64,
}

/// Saturation: emphasis, an oversampled curve, the inverse of the emphasis, gain, mix.
///
/// All linear steps before the curve are undone after it, so that small signals see one gain at every frequency. Latency is that of
/// the [`Oversampled`] curve.
#[derive(Debug)]
pub struct Saturator {
    settings: Settings,
    shaper: Oversampled<Shaper>,
    dry: [Delay; 2],
    before: [Shelf; 3],
    after: [Shelf; 3],
    offset: LowPass,
    tubeness: Ramp,
    matching: LevelMatch,
    recent: Recent,
    automatic: Ramp,
    drive: Ramp,
    mix: Ramp,
    output: Ramp,
    peaks: [f64; 2],
    gain: f64,
}

/// Poles of the emphasis: transformer, user's tilt, tape.
const CORNERS_HZ: [f64; 3] = [60.0, 1_000.0, 9_095.0];

/// Corner of the high-pass that takes the offset out of what the asymmetric curve adds.
const OFFSET_HZ: f64 = 5.0;

/// +60 dBFS. What is louder is held here, so that no filter rings with it for seconds; only the dry signal passes it.
const LOUDEST: f64 = 1e3;

/// Frames that keep their dry signal at a time.
const CHUNK: usize = 64;

impl Default for Saturator {
    fn default() -> Self {
        let shelves = CORNERS_HZ.map(Shelf::new);
        let mut saturator = Self {
            settings: Settings::default(),
            shaper: Oversampled::new(Shaper::default()),
            dry: Default::default(),
            after: shelves.clone().map(Shelf::inverted),
            before: shelves,
            offset: LowPass::default(),
            tubeness: Ramp::new(0.0),
            matching: LevelMatch::default(),
            recent: Recent::default(),
            automatic: Ramp::new(1.0),
            drive: Ramp::new(1.0),
            mix: Ramp::new(1.0),
            output: Ramp::new(1.0),
            peaks: [0.0; 2],
            gain: 1.0,
        };
        saturator.take_over(&Settings::default());
        saturator
    }
}

impl Saturator {
    fn take_over(&mut self, settings: &Settings) {
        let Settings { drive_db, character, tilt_db, .. } = *settings;
        self.shaper.set(&oversampled::Settings {
            quality: settings.quality,
            stage: shaper::Settings { drive_db, character },
        });
        // (low, high) gains: see `Character`. The time constant of 35 µs (IEC 60094-1, 38 cm/s) puts tape's zero at 4547 Hz, and
        // the shelf ends an octave above. A transformer's flux falls by 6 dB an octave; two octaves of it.
        let half_tilt = gain_from_db(0.5 * tilt_db);
        let emphasis = match character {
            Character::Transformer => [(2.0, 0.5), (1.0, 1.0)],
            Character::Tape => [(1.0, 1.0), (0.5, 1.0)],
            _ => [(1.0, 1.0); 2],
        };
        let gains = [emphasis[0], (1.0 / half_tilt, half_tilt), emphasis[1]];
        for (n, (low, high)) in gains.into_iter().enumerate() {
            self.before[n].set(low, high);
            self.after[n].set(low, high);
        }
        self.tubeness.set(f64::from(u8::from(character == Character::Tube)));
        self.automatic.set(f64::from(u8::from(settings.auto_gain)));
        self.drive.set(gain_from_db(drive_db));
        self.mix.set(settings.mix_percent / 100.0);
        self.output.set(gain_from_db(settings.output_db));
        self.settings = *settings;
    }

    /// The whole path at unit gain for small signals, in place; returns the delayed input.
    fn saturate(&mut self, block: &mut Block<'_>) -> [[f64; CHUNK]; 2] {
        let mut dry = [[0.0; CHUNK]; 2];
        for ((dry, delay), channel) in dry.iter_mut().zip(&mut self.dry).zip(block.channels()) {
            let dry = &mut dry[..channel.len()];
            dry.copy_from_slice(channel);
            delay.process(dry);
            for x in channel {
                *x = held(*x);
            }
        }
        self.before.iter_mut().for_each(|shelf| shelf.process(block.channels()));
        self.recent.hear(block.read());
        self.shaper.process(block);
        self.after.iter_mut().rev().for_each(|shelf| shelf.process(block.channels()));
        if self.tubeness.target() == 0.0 && !self.tubeness.is_moving() {
            // no other curve makes an offset
            self.tubeness.next();
            self.offset.reset();
            return dry;
        }
        for ((left, right), (dry_left, dry_right)) in block.frames().zip(dry[0].iter().zip(&dry[1])) {
            let offset = self.offset.next([*left - held(*dry_left), *right - held(*dry_right)]);
            let tubeness = self.tubeness.next();
            *left -= tubeness * offset[0];
            *right -= tubeness * offset[1];
        }
        dry
    }

    fn process_chunk(&mut self, block: &mut Block<'_>) {
        let dry = self.saturate(block);
        let frames = block.len();
        let dry = [&dry[0][..frames], &dry[1][..frames]];
        let [left, right] = block.read();
        self.peaks[0] = peak(peak(self.peaks[0], dry[0]), dry[1]);
        self.peaks[1] = peak(peak(self.peaks[1], left), right);

        let [mut gains, mut drives, mut automatics, mut mixes, mut outputs] = [[0.0; CHUNK]; 5];
        let pairs = dry[0].iter().zip(dry[1]).zip(left.iter().zip(right));
        let frames_heard = pairs.map(|((a, b), (c, d))| [held(*a), held(*b), *c, *d]);
        self.matching.process(frames_heard, self.mix.target(), &mut gains[..frames]);
        self.drive.fill(&mut drives[..frames]);
        self.automatic.fill(&mut automatics[..frames]);
        self.mix.fill(&mut mixes[..frames]);
        self.output.fill(&mut outputs[..frames]);
        for (gain, (drive, automatic)) in gains.iter_mut().zip(drives.iter().zip(&automatics)) {
            *gain = drive + automatic * (*gain - drive);
        }
        for (channel, dry) in block.channels().into_iter().zip(dry) {
            let gains = gains.iter().zip(mixes.iter().zip(&outputs));
            for ((x, dry), (gain, (mix, output))) in channel.iter_mut().zip(dry).zip(gains) {
                *x = output * (dry + mix * (gain * *x - dry));
            }
        }
        self.gain = gains[frames - 1];
    }
}

/// The greatest of magnitudes and of what was greatest before.
fn peak(before: f64, samples: &[f64]) -> f64 {
    let mut peaks = [before; 4];
    for four in samples.chunks(4) {
        for (peak, x) in peaks.iter_mut().zip(four) {
            *peak = larger(x.abs(), *peak);
        }
    }
    peaks.into_iter().fold(before, larger)
}

fn held(x: f64) -> f64 {
    x.clamp(-LOUDEST, LOUDEST)
}

impl Stage for Saturator {
    type Settings = Settings;
    type Reading = Reading;

    fn prepare(&mut self, spec: &Spec) {
        self.shaper.prepare(spec);
        let latency = self.shaper.latency();
        self.dry.iter_mut().for_each(|delay| delay.resize(latency));
        self.before.iter_mut().chain(&mut self.after).for_each(|shelf| shelf.prepare(spec.sample_rate_hz));
        self.offset.prepare(OFFSET_HZ, spec.sample_rate_hz);
        self.matching.prepare(spec.sample_rate_hz);
        self.recent.prepare(spec.sample_rate_hz);
        for ramp in self.ramps() {
            ramp.prepare(spec.sample_rate_hz);
        }
        self.reset();
    }

    fn reset(&mut self) {
        self.shaper.reset();
        self.dry.iter_mut().for_each(Delay::reset);
        self.before.iter_mut().chain(&mut self.after).for_each(Shelf::reset);
        self.offset.reset();
        self.matching.reset();
        self.recent.reset();
        for ramp in self.ramps() {
            ramp.land();
        }
        self.peaks = [0.0; 2];
        self.gain = 1.0;
    }

    fn set(&mut self, settings: &Settings) {
        let settings = settings.in_range();
        if settings == self.settings {
            return;
        }
        let curve = |s: &Settings| (s.character, gain_from_db(s.drive_db));
        let (from, to) = (curve(&self.settings), curve(&settings));
        if from != to || settings.mix_percent != self.settings.mix_percent {
            self.matching.foresee(self.recent.change(from, to), settings.mix_percent / 100.0);
        }
        self.take_over(&settings);
    }

    fn process(&mut self, block: &mut Block<'_>) {
        let mut at = 0;
        while at < block.len() {
            let end = block.len().min(at + CHUNK);
            self.process_chunk(&mut block.part(at..end));
            at = end;
        }
    }

    fn latency(&self) -> usize {
        self.shaper.latency()
    }

    fn take_reading(&mut self) -> Reading {
        let [input, saturated] = std::mem::take(&mut self.peaks);
        let peak_reduction_db =
            if input > 0.0 && saturated > 0.0 { db_from_gain(saturated / input) } else { 0.0 };
        Reading { peak_reduction_db, gain_db: db_from_gain(self.gain) }
    }
}

impl Saturator {
    fn ramps(&mut self) -> [&mut Ramp; 5] {
        [&mut self.tubeness, &mut self.automatic, &mut self.drive, &mut self.mix, &mut self.output]
    }
}
