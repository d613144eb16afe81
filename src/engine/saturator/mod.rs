//! The saturator: five characters, oversampled, matched in level.

mod curves;
mod emphasis;
mod level_match;
pub(crate) mod params;
mod recent;
mod settings;
mod shaper;

use crate::dsp::extremes::peak;
use crate::dsp::{Delay, Ramp, pieces};
use crate::oversampled::{self, Oversampled};
use crate::stage::{Block, Spec, Stage};
use crate::units::{db_from_gain, gain_from_db};
use emphasis::{LowPass, Shelf};
use level_match::LevelMatch;
use recent::Recent;
pub use settings::{Character, Settings};
use shaper::Shaper;

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
        let settings = settings.clamped();
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
        for piece in pieces(block.len(), 0, CHUNK) {
            self.process_chunk(&mut block.part(piece));
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
