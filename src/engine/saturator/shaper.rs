//! The nonlinear core of the saturator, to be run oversampled.

use super::Character;
use super::curves::{console, quintic_between, tanh, triode};
use crate::dsp::{History, Ramp, Switch, mix};
use crate::stage::{Block, Spec, Stage};
use crate::units::gain_from_db;

/// What can be set.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Settings {
    /// Gain into the curve, in dB.
    pub drive_db: f64,
    /// The curve.
    pub character: Character,
}

/// What the curve adds: c(g x)/g - x, with the drive g and the character's curve c. To small signals it adds nothing.
///
/// Latency 2 samples, which the clip needs: its averaging (see [`quintic_between`]) delays by half a sample and droops as
/// cos (w/2). The filter (-1, 5, 5, -1)/8 after it delays by 3/2 and makes the two together flat: their response is
/// 1 - sin⁴(w/2), -0.006 dB at 20 kHz at eight times 48 kHz. It applies to what the clip takes away only. The other curves are
/// simply delayed.
#[derive(Debug)]
pub struct Shaper {
    drive: Ramp,
    lines: [History<f64>; 2],
    scratch: Scratch,
    wanted: Character,
    switch: Switch<Character>,
}

/// Buffers that hold nothing from one block to the next.
#[derive(Debug, Default)]
struct Scratch {
    gains: Vec<f64>,
    weights: Vec<f64>,
    faded: Vec<f64>,
    taken: Vec<f64>,
}

/// c(g x) / g: what becomes of a signal that stands still.
pub fn still(character: Character, gain: f64, x: f64) -> f64 {
    let x = gain * x;
    let y = match character {
        Character::Tape | Character::Transformer => tanh(x),
        Character::Tube => triode(x),
        Character::Console => console(x),
        Character::SoftClip => quintic_between(x, x),
    };
    y / gain
}

/// Samples of history: the latency, and what filter and averaging of the clip look back from there.
const HISTORY: usize = 4;
const LATENCY: usize = 2;

impl Default for Shaper {
    fn default() -> Self {
        Self {
            drive: Ramp::new(1.0),
            lines: [0, 1].map(|_| History::new(HISTORY)),
            scratch: Scratch::default(),
            wanted: Character::default(),
            switch: Switch::new(Character::default()),
        }
    }
}

impl Stage for Shaper {
    type Settings = Settings;
    type Reading = ();

    fn prepare(&mut self, spec: &Spec) {
        self.drive.prepare(spec.sample_rate_hz);
        self.switch.prepare(spec.sample_rate_hz);
        self.scratch.gains.resize(spec.max_frames, 1.0);
        self.scratch.weights.resize(spec.max_frames, 0.0);
        self.scratch.faded.resize(spec.max_frames, 0.0);
        self.scratch.taken.resize(spec.max_frames + HISTORY - 1, 0.0);
        self.reset();
    }

    fn reset(&mut self) {
        self.drive.land();
        self.lines.iter_mut().for_each(History::reset);
        self.switch.land(Some(self.wanted));
    }

    fn set(&mut self, settings: &Settings) {
        self.drive.set(gain_from_db(settings.drive_db));
        self.wanted = settings.character;
    }

    fn process(&mut self, block: &mut Block<'_>) {
        let mut at = 0;
        while at < block.len() {
            self.switch.cross(self.wanted, 0);
            self.switch.begin();
            // a fade that ends within the block may be followed by another
            let end = match self.switch.samples_left() {
                0 => block.len(),
                left => block.len().min(at + left),
            };
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
        let Scratch { gains, weights, faded, taken } = &mut self.scratch;
        let (gains, weights, faded) = (&mut gains[..frames], &mut weights[..frames], &mut faded[..frames]);
        let drive = if self.drive.is_moving() {
            for gain in gains.iter_mut() {
                *gain = self.drive.next();
            }
            Drive::Moving(gains)
        } else {
            Drive::Constant(self.drive.next())
        };
        let fading = self.switch.is_moving();
        if fading {
            weights.fill_with(|| self.switch.next());
        }
        for (line, x) in self.lines.iter_mut().zip(block.channels()) {
            let line = line.append(frames);
            line[HISTORY..].copy_from_slice(x);
            shape(self.switch.state(), drive, line, taken, x);
            if fading {
                shape(self.switch.from(), drive, line, taken, faded);
                for ((x, from), weight) in x.iter_mut().zip(&*faded).zip(&*weights) {
                    *x = mix(*from, *x, *weight);
                }
            }
        }
    }
}

/// The gain into the curve, one for all or one for each sample.
#[derive(Clone, Copy)]
enum Drive<'a> {
    Constant(f64),
    Moving(&'a [f64]),
}

/// Shapes `line`, which starts [`HISTORY`] samples before the block, into `y`.
fn shape(character: Character, drive: Drive<'_>, line: &[f64], taken: &mut [f64], y: &mut [f64]) {
    match character {
        Character::Tape | Character::Transformer => each(drive, line, y, tanh),
        Character::Tube => each(drive, line, y, triode),
        Character::Console => each(drive, line, y, console),
        Character::SoftClip => pulp::Arch::new().dispatch(Clip { drive, line, taken, y }),
    }
}

fn each(drive: Drive<'_>, line: &[f64], y: &mut [f64], curve: impl Fn(f64) -> f64) {
    let x = &line[HISTORY - LATENCY..];
    pulp::Arch::new().dispatch(Each { drive, x, y, curve });
}

/// A curve without memory, to be compiled for each width of vectors.
struct Each<'a, C> {
    drive: Drive<'a>,
    x: &'a [f64],
    y: &'a mut [f64],
    curve: C,
}

impl<C: Fn(f64) -> f64> pulp::NullaryFnOnce for Each<'_, C> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let samples = self.y.iter_mut().zip(self.x);
        match self.drive {
            Drive::Constant(gain) => {
                let inverse = 1.0 / gain;
                for (y, x) in samples {
                    *y = (self.curve)(gain * x) * inverse - x;
                }
            }
            Drive::Moving(gains) => {
                for ((y, x), gain) in samples.zip(gains) {
                    *y = (self.curve)(gain * x) * (1.0 / gain) - x;
                }
            }
        }
    }
}

/// The clip: first what it takes away on the way from each sample to the next, then its filter.
struct Clip<'a> {
    drive: Drive<'a>,
    line: &'a [f64],
    taken: &'a mut [f64],
    y: &'a mut [f64],
}

impl pulp::NullaryFnOnce for Clip<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { drive, line, taken, y } = self;
        let filtered = |[a, b, c, d]: [f64; 4]| 0.625 * (b + c) - 0.125 * (a + d);
        match drive {
            Drive::Constant(gain) => {
                let inverse = 1.0 / gain;
                for (taken, x) in taken.iter_mut().zip(line.windows(2)) {
                    *taken = clip_step(gain, inverse, x[1], x[0]);
                }
                for (y, t) in y.iter_mut().zip(taken.windows(HISTORY)) {
                    *y = filtered([t[0], t[1], t[2], t[3]]);
                }
            }
            // one gain for all steps that a sample depends on: so a block's first sample needs no earlier gains
            Drive::Moving(gains) => {
                for ((y, x), gain) in y.iter_mut().zip(line.windows(HISTORY + 1)).zip(gains) {
                    let steps = [0, 1, 2, 3].map(|n| clip_step(*gain, 1.0 / gain, x[n + 1], x[n]));
                    *y = filtered(steps);
                }
            }
        }
    }
}

/// What the clip takes away on the way from `b` to `a`.
#[inline(always)]
fn clip_step(gain: f64, inverse: f64, a: f64, b: f64) -> f64 {
    let (a, b) = (gain * a, gain * b);
    (quintic_between(a, b) - 0.5 * (a + b)) * inverse
}

#[cfg(test)]
mod tests {
    use pulp::NullaryFnOnce;

    use super::*;
    use crate::units::count;

    /// What runs here is compiled for the least of machines, what [`shape`] runs for this one.
    #[test]
    fn every_width_of_vectors_gives_the_same_bits() {
        let line: Vec<f64> = (0..HISTORY + 101).map(|n| 1.7 * (0.9 * count(n)).sin()).collect();
        let gains: Vec<f64> = (0..101).map(|n| 1.0 + 0.1 * count(n)).collect();
        let [mut wide, mut narrow, mut taken] = [0, 1, 2].map(|_| vec![0.0; 101]);
        taken.resize(101 + HISTORY - 1, 0.0);
        for drive in [Drive::Constant(4.0), Drive::Moving(&gains)] {
            shape(Character::Tube, drive, &line, &mut taken, &mut wide);
            Each { drive, x: &line[HISTORY - LATENCY..], y: &mut narrow, curve: triode }.call();
            assert!(wide == narrow && wide[50] != 0.0);
            shape(Character::SoftClip, drive, &line, &mut taken, &mut wide);
            Clip { drive, line: &line, taken: &mut taken, y: &mut narrow }.call();
            assert!(wide == narrow);
        }
    }
}
