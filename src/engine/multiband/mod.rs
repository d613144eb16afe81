//! The multiband compressor.
//!
//! Two to six bands, each with a downward and an upward compressor and a downward expander on one [`curve()`]. Detectors read the
//! bands of a Linkwitz-Riley crossover. Their gains are applied to the signal in one of the modes of [`Phase`]. Every mix, of a band
//! or of the whole, is a mix of gains, 1 + mix (g - 1): no dry path runs in parallel that could cancel.

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
use crate::dsp::{Delay, Ramps, Switch, mid_side, mix, pieces};
use crate::stage::{Block, Spec, Stage};
use crate::units::{samples_from_ms, whole};
use chunk::{CHUNK, Chunk};
use control::Control;
use paths::Paths;

/// Chunks between two flushes of inaudible tails.
const SETTLE_CHUNKS: usize = 64;

/// Extremes since the last reading.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// Greatest level of each band's detector in dB, of the louder channel; -180 for silence.
    pub level_db: [f64; BANDS],
    /// Greatest gain reduction of each band's curve in dB, 0 or more, before make-up and mix.
    pub reduction_db: [f64; BANDS],
    /// Greatest gain of each band's curve in dB, 0 or more, before make-up and mix.
    pub boost_db: [f64; BANDS],
}

impl Default for Reading {
    fn default() -> Self {
        Self { level_db: [FLOOR_DB; BANDS], reduction_db: [0.0; BANDS], boost_db: [0.0; BANDS] }
    }
}

/// The settings that cannot be ramped: they change behind a fade to the input.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Structure {
    bands: Bands,
    /// The channels of the bands in use; the default for the others.
    channels: [Channels; BANDS],
}

impl Structure {
    fn of(settings: &Settings) -> Self {
        let mut channels = settings.band.map(|band| band.channels);
        channels[settings.bands.count()..].fill(Channels::default());
        Self { bands: settings.bands, channels }
    }

    /// True if all bands in use are mid/side: the whole signal is then encoded, and processed as two channels.
    fn is_mid_side(self) -> bool {
        self.channels[..self.bands.count()].iter().all(|channels| *channels == Channels::MidSide)
    }
}

/// The stage. Its latency is that of [`LookAhead`] plus that of [`Phase::Linear`].
#[derive(Clone, Debug)]
pub struct Multiband {
    settings: Settings,
    sample_rate_hz: f64,
    /// The structure in force, and the fade to the next.
    structure: Switch<Structure>,
    /// Frames since `reset`.
    clock: usize,
    /// log2 of the crossovers in Hz.
    crossovers: Ramps<{ BANDS - 1 }>,
    paths: Paths,
    control: [Control; BANDS],
    /// The bands of the present chunk.
    bands: [Chunk; BANDS],
    /// Their gains.
    gains: [Chunk; BANDS],
    /// The input, delayed by the latency.
    dry: Delay<Frame>,
}

impl Default for Multiband {
    fn default() -> Self {
        let settings = Settings::default();
        let mut structure = Switch::new(Structure::of(&settings));
        structure.land(Some(structure.state()));
        Self {
            settings,
            sample_rate_hz: 48_000.0,
            structure,
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
    /// Time for which a new structure runs before it is faded in, on top of the latency.
    const WARM_UP_MS: f64 = 20.0;

    /// Chooses which of the bands in use are heard.
    fn listen(&mut self) {
        self.paths.monitor(&self.settings.monitor, self.structure.state().bands.count());
    }

    /// Takes over the structure of the settings: at once before the first frame, later behind a fade to the input.
    fn follow_structure(&mut self) {
        let wanted = Structure::of(&self.settings);
        let before = self.structure.state();
        let warm_up = whole(samples_from_ms(Self::WARM_UP_MS, self.sample_rate_hz)).max(1) + self.latency();
        // whole chunks, so that the fade begins on the grid
        if self.structure.set(Some(wanted), warm_up.next_multiple_of(CHUNK)) {
            self.paths.forget();
            self.control.iter_mut().for_each(Control::forget);
            self.begin_in_silence();
        }
        if self.structure.state() != before {
            self.listen();
        }
    }

    fn tune(&mut self) {
        let crossovers_hz = self.crossovers.values().map(f64::exp2);
        self.paths.tune(&crossovers_hz, self.sample_rate_hz);
    }

    /// Does the work of the control rate, before a chunk.
    fn tick(&mut self) {
        let moving = self.crossovers.is_moving();
        self.crossovers.advance(CHUNK); // also at rest: from the first chunk on a change is ramped
        if moving {
            self.tune();
        }
        if self.clock.is_multiple_of(CHUNK * SETTLE_CHUNKS) {
            self.paths.settle();
            self.control.iter_mut().for_each(Control::settle);
        }
        self.paths.follow();
        self.follow_structure();
        if self.clock == 0 {
            self.begin_in_silence(); // not in `reset`: settings may still change before the first frame
        }
    }

    /// Puts gains, and what follows them, where endless silence leaves them with the present settings, so that silence in front of the
    /// signal changes nothing.
    fn begin_in_silence(&mut self) {
        for (control, gains) in self.control.iter_mut().zip(&mut self.gains) {
            gains.fill(control.begin_in_silence());
        }
        let structure = self.structure.state();
        let channels =
            if structure.is_mid_side() { [Channels::LeftRight; BANDS] } else { structure.channels };
        self.paths.begin(&channels, &self.gains[..structure.bands.count()]);
    }

    fn process_chunk(&mut self, block: &mut Block<'_>) {
        let mut chunk: Chunk = [[0.0; 2]; CHUNK];
        for (frame, (left, right)) in chunk.iter_mut().zip(block.frames()) {
            *frame = [*left, *right];
        }
        let mut dry = chunk;
        let audio = &mut chunk[..block.len()];
        self.dry.process(&mut dry[..audio.len()]);
        let structure = self.structure.state();
        if structure.is_mid_side() {
            self.compress_mid_side(audio, &dry);
        } else {
            let channels = structure.channels;
            self.compress(audio, &channels);
        }
        self.structure.begin();
        if self.structure.is_wet() {
            for (wet, (left, right)) in audio.iter().zip(block.frames()) {
                [*left, *right] = *wet;
            }
            return;
        }
        for ((wet, dry), (left, right)) in audio.iter().zip(&dry).zip(block.frames()) {
            let weight = self.structure.next();
            [*left, *right] = [mix(dry[0], wet[0], weight), mix(dry[1], wet[1], weight)];
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
        let count = self.structure.state().bands.count();
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
        self.structure.prepare(spec.sample_rate_hz);
        self.crossovers.prepare(spec.sample_rate_hz);
        for control in &mut self.control {
            control.prepare(latency, look_ahead, spec.sample_rate_hz);
        }
        self.apply(&settings);
        self.reset();
    }

    fn reset(&mut self) {
        self.structure.land(Some(Structure::of(&self.settings)));
        self.listen();
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
            self.apply(&settings);
        }
    }

    fn process(&mut self, block: &mut Block<'_>) {
        for piece in pieces(block.len(), self.clock, CHUNK) {
            if self.clock.is_multiple_of(CHUNK) {
                self.tick();
            }
            let frames = piece.len();
            self.process_chunk(&mut block.part(piece));
            self.clock += frames;
        }
    }

    fn latency(&self) -> usize {
        self.dry.len()
    }

    fn take_reading(&mut self) -> Reading {
        let mut reading = Reading::default();
        for (n, control) in self.control.iter_mut().enumerate().take(self.structure.state().bands.count()) {
            let extremes = std::mem::take(&mut control.extremes);
            reading.level_db[n] = extremes.level_db;
            reading.reduction_db[n] = 0.0 - extremes.gain_db[0];
            reading.boost_db[n] = extremes.gain_db[1];
        }
        reading
    }
}

impl Multiband {
    fn apply(&mut self, settings: &Settings) {
        self.settings = *settings;
        let crossovers = settings.crossover_hz.map(f64::log2);
        self.crossovers.set(crossovers);
        self.paths.set_crossovers(&crossovers.map(f64::exp2));
        if !self.crossovers.is_moving() {
            self.tune();
        }
        for (control, band) in self.control.iter_mut().zip(&settings.band) {
            control.set(band, settings.mix_percent * 0.01, settings.auto_makeup, self.sample_rate_hz);
        }
        self.listen();
    }
}
