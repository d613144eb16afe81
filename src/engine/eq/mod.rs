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

use crate::params::choices;
use crate::stage::{Block, Spec, Stage};
use crate::units::within;
use band::Strip;
use cascade::Cascade;
use design::MAX_DIGITAL;
pub use response::{Response, prototype_db, response};
use wide::f64x2;

/// How many bands there are.
pub const BANDS: usize = 8;

choices! {
    /// What a band does around its frequency.
    pub enum Shape {
        /// Lifts or lowers a region.
        #[default]
        Bell = "bell", "Bell";
        /// Lifts or lowers everything below.
        LowShelf = "low_shelf", "Low Shelf";
        /// Lifts or lowers everything above.
        HighShelf = "high_shelf", "High Shelf";
        /// Takes away what is below: a high-pass.
        LowCut = "low_cut", "Low Cut";
        /// Takes away what is above: a low-pass.
        HighCut = "high_cut", "High Cut";
        /// Takes away the frequency itself.
        Notch = "notch", "Notch";
        /// Leaves only the region.
        BandPass = "band_pass", "Band Pass";
        /// Lifts what is above and lowers what is below by the same gain.
        Tilt = "tilt", "Tilt";
    }
}

impl Shape {
    /// True where a gain of 0 dB changes nothing.
    pub fn has_gain(self) -> bool {
        matches!(self, Self::Bell | Self::LowShelf | Self::HighShelf | Self::Tilt)
    }

    /// True for the shapes that heed [`Band::slope`].
    pub fn has_slope(self) -> bool {
        matches!(self, Self::LowCut | Self::HighCut)
    }
}

choices! {
    /// How steep a cut is.
    pub enum Slope {
        /// First order.
        Db6 = "db_6", "6 dB/oct";
        /// Second order.
        #[default]
        Db12 = "db_12", "12 dB/oct";
        /// Third order.
        Db18 = "db_18", "18 dB/oct";
        /// Fourth order.
        Db24 = "db_24", "24 dB/oct";
        /// Sixth order.
        Db36 = "db_36", "36 dB/oct";
        /// Eighth order.
        Db48 = "db_48", "48 dB/oct";
    }
}

impl Slope {
    fn order(self) -> usize {
        match self {
            Self::Db6 => 1,
            Self::Db12 => 2,
            Self::Db18 => 3,
            Self::Db24 => 4,
            Self::Db36 => 6,
            Self::Db48 => 8,
        }
    }
}

/// One band.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// Whether it is heard.
    pub on: bool,
    /// Its curve.
    pub shape: Shape,
    /// Centre, corner or middle of the shelf's slope in Hz, 10 to 30 000.
    pub freq_hz: f64,
    /// Gain in dB, -24 to 24, for the shapes that have one.
    pub gain_db: f64,
    /// Quality: 0.1 to 24. 0.707 is Butterworth for cuts and the steepest shelf that does not overshoot. A first-order cut has none.
    pub q: f64,
    /// Steepness of the cuts.
    pub slope: Slope,
}

impl Band {
    /// Least frequency in Hz.
    pub const FREQ_MIN_HZ: f64 = 10.0;
    /// Greatest frequency in Hz: a shelf up there lifts the air below. Beyond Nyquist the curve below it stays analogue.
    pub const FREQ_MAX_HZ: f64 = 30_000.0;
    /// Greatest gain in dB, up or down.
    pub const GAIN_MAX_DB: f64 = 24.0;
    /// Least Q.
    pub const Q_MIN: f64 = 0.1;
    /// Greatest Q.
    pub const Q_MAX: f64 = 24.0;

    const fn at(freq_hz: f64) -> Self {
        Self { on: true, shape: Shape::Bell, freq_hz, gain_db: 0.0, q: 0.707, slope: Slope::Db12 }
    }

    /// With every value in its range; NaN becomes the least.
    fn within_range(&self) -> Self {
        Self {
            freq_hz: within(self.freq_hz, Self::FREQ_MIN_HZ, Self::FREQ_MAX_HZ),
            gain_db: within(self.gain_db, -Self::GAIN_MAX_DB, Self::GAIN_MAX_DB),
            q: within(self.q, Self::Q_MIN, Self::Q_MAX),
            ..*self
        }
    }

    /// The band with the gain it has under [`Settings::gain_scale_percent`].
    fn scaled(&self, scale_percent: f64) -> Self {
        let scale = 0.01 * within(scale_percent, 0.0, 200.0);
        let band = self.within_range();
        Self { gain_db: band.gain_db * scale, ..band }
    }

    /// True if it is heard at all.
    fn acts(&self) -> bool {
        self.on && !(self.shape.has_gain() && self.gain_db == 0.0)
    }
}

/// What can be set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// The bands, in series.
    pub bands: [Band; BANDS],
    /// Factor for all gains in percent, 0 to 200: more or less of the same curve.
    pub gain_scale_percent: f64,
}

impl Default for Settings {
    fn default() -> Self {
        let frequencies_hz = [40.0, 100.0, 250.0, 630.0, 1_600.0, 4_000.0, 8_000.0, 16_000.0];
        Self { bands: frequencies_hz.map(Band::at), gain_scale_percent: 100.0 }
    }
}

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
    fresh: bool,
    /// True while nothing moves: no ramp, no fade, no new setting.
    settled: bool,
}

/// Samples from one design to the next while a parameter moves.
pub const INTERVAL: usize = 32;

impl Default for Equaliser {
    fn default() -> Self {
        Self {
            strips: std::array::from_fn(|_| Strip::new(48_000.0)),
            settings: Settings::default(),
            all: Cascade::new(),
            joined: false,
            phase: 0,
            fresh: true,
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
        self.phase = 0;
        self.fresh = true;
        self.settled = false;
        self.joined = false;
    }

    fn set(&mut self, settings: &Settings) {
        self.settled &= *settings == self.settings;
        self.settings = *settings;
    }

    fn process(&mut self, block: &mut Block<'_>) {
        let mut at = 0;
        while at < block.len() {
            if self.phase.is_multiple_of(INTERVAL) && !self.settled {
                self.tick();
            }
            let longest = if self.settled { CHUNK - self.phase } else { INTERVAL - self.phase % INTERVAL };
            let end = block.len().min(at + longest);
            if self.strips.iter().any(|strip| strip.runs() || !strip.rests()) {
                self.process_part(&mut block.part(at..end));
            }
            self.phase = (self.phase + end - at) % CHUNK;
            at = end;
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
        for (strip, band) in self.strips.iter_mut().zip(&self.settings.bands) {
            let band = band.scaled(self.settings.gain_scale_percent);
            if self.fresh {
                strip.land(&band);
            }
            strip.tick(&band);
            self.settled &= strip.rests();
        }
        self.fresh = false;
        self.joined = self.settled;
        if self.joined {
            self.all
                .gather(self.strips.iter_mut().filter_map(|strip| strip.cascade().map(|cascade| &*cascade)));
        }
    }

    /// Filters a part of a chunk, and of an interval if anything moves.
    fn process_part(&mut self, block: &mut Block<'_>) {
        let mut frames = [f64x2::splat(0.0); CHUNK];
        let frames = &mut frames[..block.len()];
        for (x, (left, right)) in frames.iter_mut().zip(block.frames()) {
            *x = f64x2::new([left.clamp(-CEILING, CEILING), right.clamp(-CEILING, CEILING)]);
        }
        if self.joined {
            if self.phase == 0 {
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
