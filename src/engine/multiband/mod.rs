//! The multiband compressor.
//!
//! Two to six bands, each with a downward and an upward compressor and a downward expander on one [`curve()`]. Detectors
//! hear the bands of a Linkwitz-Riley crossover. Their gains reach the signal by one of the ways of [`Phase`]. All
//! mixing, of a band or of the whole, is done on those gains, 1 + mix (g - 1): there is no parallel path that could cancel.

mod chunk;
mod control;
mod curve;
mod gain_line;
mod linear;
mod matrix;
mod mixed;
pub(crate) mod params;
mod paths;
mod settings;
mod shelves;
mod split;
mod taps;
mod targets;

pub use curve::{auto_makeup_db, curve};
pub use settings::{BANDS, Band, Bands, Channels, Detector, LookAhead, Monitor, Phase, Settings};

use crate::dsp::dynamics::FLOOR_DB;
use crate::dsp::svf::Frame;
use crate::dsp::{Delay, Ramp, Ramps, mid_side};
use crate::stage::{Block, Spec, Stage};
use crate::units::{samples_from_ms, whole};
use chunk::{CHUNK, Chunk};
use control::Control;
use paths::Paths;

/// Chunks between two clean-ups of inaudible tails.
const SETTLE_CHUNKS: usize = 64;

/// What can be shown, since the last reading.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// The greatest level of each band's detector in dB, the louder channel; -180 for silence.
    pub level_db: [f64; BANDS],
    /// The most that each band's curve took away, in dB, 0 or more, before make-up and mix.
    pub reduction_db: [f64; BANDS],
    /// The most that each band's curve added, in dB, 0 or more.
    pub boost_db: [f64; BANDS],
}

impl Default for Reading {
    fn default() -> Self {
        Self { level_db: [FLOOR_DB; BANDS], reduction_db: [0.0; BANDS], boost_db: [0.0; BANDS] }
    }
}

/// What cannot be ramped: it changes while the input is heard.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Structure {
    bands: Bands,
    /// Of the bands in use.
    channels: [Channels; BANDS],
}

impl Structure {
    fn of(settings: &Settings) -> Self {
        let mut channels = settings.band.map(|band| band.channels);
        channels[settings.bands.count()..].fill(Channels::default());
        Self { bands: settings.bands, channels }
    }

    /// True if all bands in use are mid/side: then the signal itself is coded, and the bands' gains are for its two channels.
    fn is_mid_side(self) -> bool {
        self.channels[..self.bands.count()].iter().all(|channels| *channels == Channels::MidSide)
    }
}

/// The stage. Its latency is that of [`LookAhead`] plus that of [`Phase::Linear`].
#[derive(Clone, Debug)]
pub struct Multiband {
    settings: Settings,
    sample_rate_hz: f64,
    /// In force now; `settings` may ask for another.
    structure: Structure,
    wetness: Ramp,
    warming: usize,
    fresh: bool,
    clock: usize,
    /// log2 of the crossovers in Hz.
    crossovers: Ramps<{ BANDS - 1 }>,
    paths: Paths,
    control: [Control; BANDS],
    /// The bands and their gains of the chunk at work.
    bands: [Chunk; BANDS],
    gains: [Chunk; BANDS],
    dry: Delay<Frame>,
}

impl Default for Multiband {
    fn default() -> Self {
        let settings = Settings::default();
        Self {
            settings,
            sample_rate_hz: 48_000.0,
            structure: Structure::of(&settings),
            wetness: Ramp::new(1.0),
            warming: 0,
            fresh: true,
            clock: 0,
            crossovers: Ramps::new(settings.crossover_hz.map(f64::log2)),
            paths: Paths::default(),
            control: Default::default(),
            bands: [[[0.0; 2]; CHUNK]; BANDS],
            gains: [[[0.0; 2]; CHUNK]; BANDS],
            dry: Delay::default(),
        }
    }
}

impl Multiband {
    /// Time a new structure listens before it is heard.
    const WARM_UP_MS: f64 = 20.0;

    /// Chooses which of the bands in use are heard.
    fn listen(&mut self) {
        self.paths.monitor(&self.settings.monitor, self.structure.bands.count());
    }

    /// A change of structure: fades to the input, changes, listens, fades back.
    fn follow_structure(&mut self) {
        let wanted = Structure::of(&self.settings);
        if self.fresh {
            self.structure = wanted;
            self.listen();
            return;
        }
        if wanted != self.structure {
            self.wetness.set(0.0);
            if self.wetness.value() == 0.0 && !self.wetness.is_moving() {
                self.structure = wanted;
                self.listen();
                self.paths.forget();
                self.control.iter_mut().for_each(Control::forget);
                let warm_up = whole(samples_from_ms(Self::WARM_UP_MS, self.sample_rate_hz));
                self.warming = warm_up.max(1) + self.latency();
            }
        } else if self.warming == 0 {
            self.wetness.set(1.0);
        }
    }

    fn tune(&mut self) {
        let crossovers_hz = self.crossovers.values().map(f64::exp2);
        self.paths.tune(&crossovers_hz, self.sample_rate_hz);
    }

    /// What happens on the absolute grid, before a chunk.
    fn tick(&mut self) {
        if self.crossovers.is_moving() {
            self.crossovers.advance(CHUNK);
            self.tune();
        }
        if self.clock.is_multiple_of(CHUNK * SETTLE_CHUNKS) {
            self.paths.settle();
            self.control.iter_mut().for_each(Control::settle);
        }
        self.follow_structure();
    }

    fn process_chunk(&mut self, block: &mut Block<'_>) {
        let mut chunk: Chunk = [[0.0; 2]; CHUNK];
        for (frame, (left, right)) in chunk.iter_mut().zip(block.frames()) {
            *frame = [*left, *right];
        }
        let mut dry = chunk;
        let audio = &mut chunk[..block.len()];
        self.dry.process(&mut dry[..audio.len()]);
        if self.structure.is_mid_side() {
            self.compress_mid_side(audio, &dry);
        } else {
            let channels = self.structure.channels;
            self.compress(audio, &channels);
        }
        for ((wet, dry), (left, right)) in audio.iter().zip(&dry).zip(block.frames()) {
            self.warming = self.warming.saturating_sub(1);
            let wetness = self.wetness.next();
            [*left, *right] = if wetness == 1.0 {
                *wet
            } else {
                [dry[0] + wetness * (wet[0] - dry[0]), dry[1] + wetness * (wet[1] - dry[1])]
            };
        }
    }

    /// Compresses mid and side. `dry` is the input, delayed as the output is.
    fn compress_mid_side(&mut self, audio: &mut [Frame], dry: &[Frame]) {
        for frame in audio.iter_mut() {
            *frame = mid_side::encode(*frame);
        }
        self.compress(audio, &[Channels::LeftRight; BANDS]);
        for (frame, dry) in audio.iter_mut().zip(dry) {
            *frame = mid_side::replace(*dry, *frame);
        }
    }

    /// Compresses bands of which some may be mid/side while the signal is left and right.
    fn compress(&mut self, audio: &mut [Frame], channels: &[Channels]) {
        let count = self.structure.bands.count();
        let (bands, gains) = (&mut self.bands, &mut self.gains);
        self.paths.split(audio, &mut bands[..count]);
        if channels.contains(&Channels::MidSide) {
            let mut heard = *bands;
            for (band, _) in heard.iter_mut().zip(channels).filter(|(_, c)| **c == Channels::MidSide) {
                *band = band.map(mid_side::encode);
            }
            control::process(&mut self.control, count, &heard, gains, audio.len());
        } else {
            control::process(&mut self.control, count, bands, gains, audio.len());
        }
        self.paths.apply(self.clock, channels, &mut bands[..count], &mut gains[..count], audio);
    }
}

impl Stage for Multiband {
    type Settings = Settings;
    type Reading = Reading;

    fn prepare(&mut self, spec: &Spec) {
        self.sample_rate_hz = spec.sample_rate_hz;
        let settings = self.settings;
        let look_ahead = whole(samples_from_ms(settings.look_ahead.ms(), spec.sample_rate_hz));
        self.paths.prepare(settings.phase, look_ahead, spec.sample_rate_hz);
        let latency = self.paths.latency();
        self.dry.resize(latency);
        self.wetness.prepare(spec.sample_rate_hz);
        self.crossovers.prepare(spec.sample_rate_hz);
        for control in &mut self.control {
            control.prepare(latency, look_ahead, spec.sample_rate_hz);
        }
        self.fresh = true;
        self.take(&settings);
        self.reset();
    }

    fn reset(&mut self) {
        self.structure = Structure::of(&self.settings);
        self.listen();
        self.wetness.set(1.0);
        self.wetness.land();
        self.warming = 0;
        self.fresh = true;
        self.clock = 0;
        self.crossovers.land();
        self.tune();
        self.paths.reset();
        self.dry.reset();
        self.control.iter_mut().for_each(Control::reset);
    }

    fn set(&mut self, settings: &Settings) {
        let settings = settings.clamped();
        if settings != self.settings {
            self.take(&settings);
        }
    }

    fn process(&mut self, block: &mut Block<'_>) {
        let mut at = 0;
        while at < block.len() {
            if self.clock.is_multiple_of(CHUNK) {
                self.tick();
            }
            self.fresh = false;
            let frames = (CHUNK - self.clock % CHUNK).min(block.len() - at);
            self.process_chunk(&mut block.part(at..at + frames));
            self.clock += frames;
            at += frames;
        }
    }

    fn latency(&self) -> usize {
        self.dry.len()
    }

    fn take_reading(&mut self) -> Reading {
        let mut reading = Reading::default();
        for (n, control) in self.control.iter_mut().enumerate().take(self.structure.bands.count()) {
            let extremes = std::mem::take(&mut control.extremes);
            reading.level_db[n] = extremes.level_db;
            reading.reduction_db[n] = 0.0 - extremes.gain_db[0];
            reading.boost_db[n] = extremes.gain_db[1];
        }
        reading
    }
}

impl Multiband {
    fn take(&mut self, settings: &Settings) {
        self.settings = *settings;
        self.crossovers.set(settings.crossover_hz.map(f64::log2));
        for (control, band) in self.control.iter_mut().zip(&settings.band) {
            control.set(band, settings.mix_percent * 0.01, settings.auto_makeup, self.sample_rate_hz);
        }
        if self.fresh {
            self.crossovers.land();
            self.tune();
            self.follow_structure();
        }
        self.listen();
    }
}
