//! The equaliser: bands in series with the curves of their analogue prototypes, at zero latency.
//!
//! - `prototype`: the analogue filters. - `map`: how analogue roots become digital ones, without cramping. - `design`: a
//!   band's sections. - `section`: a filter's coefficients. - `cascade`: filters at work. - `band`: ramps, fades and idling. - [`response()`]: the curve.

mod band;
mod cascade;
mod design;
mod map;
pub(crate) mod params;
mod prototype;
mod response;
mod section;
mod settings;

use crate::dsp::pieces;
use crate::stage::{Block, Spec, Stage};
pub use band::INTERVAL;
use band::Strip;
use cascade::Cascade;
use design::MAX_DIGITAL;
pub use response::{Response, prototype_db, response};
pub use settings::{BANDS, Band, Settings, Shape, Slope};
use wide::f64x2;

/// What can be shown: nothing; the curve comes from [`Response`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reading {}

/// Bands in series. Zero latency; a band that does nothing passes the signal bit for bit.
///
/// Frequency and Q move in equal ratios, gain in dB, over [`Ramp::TIME_MS`](crate::dsp::Ramp::TIME_MS); filters are designed anew
/// every [`INTERVAL`] samples and interpolated between. Switching a band, its shape or slope cross-fades it out and in.
#[derive(Debug)]
pub struct Equaliser {
    strips: [Strip; BANDS],
    settings: Settings,
    /// The sections of all bands, while nothing moves.
    all: Cascade<{ BANDS * MAX_DIGITAL }>,
    joined: bool,
    /// Samples into the current chunk, counted from `reset`.
    phase: usize,
    /// True while nothing moves: no ramp, no fade, no new setting.
    settled: bool,
}

impl Default for Equaliser {
    fn default() -> Self {
        Self {
            strips: std::array::from_fn(|_| Strip::new(48_000.0)),
            settings: Settings::default(),
            all: Cascade::new(),
            joined: false,
            phase: 0,
            settled: false,
        }
    }
}

impl Stage for Equaliser {
    type Settings = Settings;
    type Reading = Reading;

    fn prepare(&mut self, spec: &Spec) {
        self.strips = std::array::from_fn(|_| Strip::new(spec.sample_rate_hz));
        self.reset();
    }

    fn reset(&mut self) {
        self.strips.iter_mut().for_each(Strip::reset);
        self.phase = 0;
        self.settled = false;
        self.joined = false;
    }

    fn set(&mut self, settings: &Settings) {
        self.settled &= *settings == self.settings;
        self.settings = *settings;
    }

    fn process(&mut self, block: &mut Block<'_>) {
        for chunk in pieces(block.len(), self.phase, CHUNK) {
            let mut chunk = block.part(chunk);
            for interval in pieces(chunk.len(), self.phase, INTERVAL) {
                if self.phase.is_multiple_of(INTERVAL) && !self.settled {
                    self.tick();
                }
                // while nothing moves the rest of a chunk is one part
                let end = if self.settled { chunk.len() } else { interval.end };
                self.process_part(&mut chunk.part(interval.start..end));
                if end == chunk.len() {
                    break;
                }
            }
        }
    }

    fn latency(&self) -> usize {
        0
    }

    fn take_reading(&mut self) -> Reading {
        Reading {}
    }
}

/// +80 dBFS. What lies above, no host means; a band of high Q would ring with it for seconds.
const CEILING: f64 = 1e4;

/// Frames processed at once while nothing moves; the grid on which states are tidied.
const CHUNK: usize = 64;

impl Equaliser {
    /// Begins an interval.
    fn tick(&mut self) {
        if self.joined {
            self.all.scatter(self.strips.iter_mut().filter_map(Strip::cascade));
        }
        self.settled = true;
        for (strip, band) in self.strips.iter_mut().zip(&self.settings.scaled_bands()) {
            strip.tick(band);
            self.settled &= strip.rests();
        }
        self.joined = self.settled;
        if self.joined {
            self.all
                .gather(self.strips.iter_mut().filter_map(|strip| strip.cascade().map(|cascade| &*cascade)));
        }
    }

    /// Filters a part of a chunk, and of an interval if anything moves.
    fn process_part(&mut self, block: &mut Block<'_>) {
        let phase = self.phase;
        self.phase = (phase + block.len()) % CHUNK;
        if self.strips.iter().all(|strip| !strip.runs() && strip.rests()) {
            return;
        }
        let mut frames = [f64x2::splat(0.0); CHUNK];
        let frames = &mut frames[..block.len()];
        for (x, (left, right)) in frames.iter_mut().zip(block.frames()) {
            *x = f64x2::new([left.clamp(-CEILING, CEILING), right.clamp(-CEILING, CEILING)]);
        }
        if self.joined {
            if phase == 0 {
                self.all.flush();
            }
            self.all.process(frames);
        } else {
            self.strips.iter_mut().for_each(|strip| strip.process(frames));
        }
        for (x, (left, right)) in frames.iter().zip(block.frames()) {
            [*left, *right] = x.to_array();
        }
    }
}
