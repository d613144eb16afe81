//! The nonlinear core of the saturator, to be run oversampled.

use super::Character;
use super::curves::{console, quintic_between, tanh, triode};
use crate::dsp::Ramp;
use crate::stage::{Block, Spec, Stage};
use crate::units::{count, gain_from_db, samples_from_ms, whole};

/// What can be set.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Settings {
    /// Gain into the curve, in dB.
    pub drive_db: f64,
    /// The curve.
    pub character: Character,
}

/// y = c(g x) / g with the drive g and the character's curve c: small signals come through as they are.
///
/// Latency 2 samples, which the clip needs: its averaging (see [`quintic_between`]) delays by half a sample and droops as
/// cos (w/2). The filter (-1, 5, 5, -1)/8 after it delays by 3/2 and makes the two together flat: their response is
/// 1 - sin⁴(w/2), -0.006 dB at 20 kHz at eight times 48 kHz. It applies to what the clip takes away only. The other curves are
/// simply delayed.
#[derive(Debug)]
pub struct Shaper {
    drive: Ramp,
    lines: [Vec<f64>; 2],
    gains: Vec<f64>,
    faded: [Vec<f64>; 2],
    from: Character,
    to: Character,
    wanted: Character,
    fade_left: usize,
    fade_length: usize,
    fresh: bool,
}

/// Samples of history: the latency, and what filter and averaging of the clip look back from there.
const HISTORY: usize = 4;
const LATENCY: usize = 2;

impl Default for Shaper {
    fn default() -> Self {
        Self {
            drive: Ramp::new(1.0),
            lines: Default::default(),
            gains: Vec::new(),
            faded: Default::default(),
            from: Character::default(),
            to: Character::default(),
            wanted: Character::default(),
            fade_left: 0,
            fade_length: 1,
            fresh: true,
        }
    }
}

impl Stage for Shaper {
    type Settings = Settings;
    type Reading = ();

    fn prepare(&mut self, spec: &Spec) {
        self.drive.prepare(spec.sample_rate_hz);
        self.fade_length = whole(samples_from_ms(Ramp::TIME_MS, spec.sample_rate_hz)).max(1);
        for (line, faded) in self.lines.iter_mut().zip(&mut self.faded) {
            line.resize(spec.max_frames + HISTORY, 0.0);
            faded.resize(spec.max_frames, 0.0);
        }
        self.gains.resize(spec.max_frames, 1.0);
        self.reset();
    }

    fn reset(&mut self) {
        self.drive.land();
        self.lines.iter_mut().for_each(|line| line.fill(0.0));
        self.from = self.wanted;
        self.to = self.wanted;
        self.fade_left = 0;
        self.fresh = true;
    }

    fn set(&mut self, settings: &Settings) {
        self.drive.set(gain_from_db(settings.drive_db));
        self.wanted = settings.character;
        if self.fresh {
            self.from = self.wanted;
            self.to = self.wanted;
        }
    }

    fn process(&mut self, block: &mut Block<'_>) {
        self.fresh = false;
        let mut at = 0;
        while at < block.len() {
            if self.fade_left == 0 && self.to != self.wanted {
                self.from = self.to;
                self.to = self.wanted;
                self.fade_left = self.fade_length;
            }
            let longest = if self.fade_left > 0 { self.fade_left } else { usize::MAX };
            let end = block.len().min(at.saturating_add(longest));
            self.process_stretch(&mut block.part(at..end));
            at = end;
        }
    }

    fn latency(&self) -> usize {
        LATENCY
    }

    fn take_reading(&mut self) {}
}

impl Shaper {
    /// A stretch within which no fade begins or ends.
    fn process_stretch(&mut self, block: &mut Block<'_>) {
        let frames = block.len();
        let gains = &mut self.gains[..frames];
        let moving = self.drive.is_moving();
        if moving {
            for gain in gains.iter_mut() {
                *gain = self.drive.next();
            }
        } else {
            gains.fill(self.drive.next());
        }
        let fade_left = self.fade_left;
        self.fade_left -= fade_left.min(frames);
        for ((line, faded), x) in self.lines.iter_mut().zip(&mut self.faded).zip(block.channels()) {
            for ((driven, x), gain) in line[HISTORY..].iter_mut().zip(&*x).zip(&*gains) {
                *driven = x * gain;
            }
            let line = &mut line[..HISTORY + frames];
            shape(self.to, line, x);
            if fade_left > 0 {
                shape(self.from, line, faded);
                for (n, (x, from)) in x.iter_mut().zip(&*faded).enumerate() {
                    *x += count(fade_left - n) / count(self.fade_length) * (from - *x);
                }
            }
            line.copy_within(frames.., 0);
            for (x, gain) in x.iter_mut().zip(&*gains) {
                *x /= gain;
            }
        }
    }
}

/// Shapes `line`, which starts [`HISTORY`] samples before the block, into as many samples as it holds beyond that.
#[inline]
fn shape(character: Character, line: &[f64], y: &mut [f64]) {
    match character {
        Character::Tape | Character::Transformer => each(line, y, tanh),
        Character::Tube => each(line, y, triode),
        Character::Console => each(line, y, console),
        Character::SoftClip => clip(line, y),
    }
}

#[inline]
fn each(line: &[f64], y: &mut [f64], curve: impl Fn(f64) -> f64) {
    for (y, x) in y.iter_mut().zip(&line[HISTORY - LATENCY..]) {
        *y = curve(*x);
    }
}

#[inline]
fn clip(line: &[f64], y: &mut [f64]) {
    for (y, x) in y.iter_mut().zip(line.windows(HISTORY + 1)) {
        let taken = |a, b| quintic_between(a, b) - 0.5 * (a + b);
        let outer = taken(x[4], x[3]) + taken(x[1], x[0]);
        let inner = taken(x[3], x[2]) + taken(x[2], x[1]);
        *y = x[2] + 0.625 * inner - 0.125 * outer;
    }
}
