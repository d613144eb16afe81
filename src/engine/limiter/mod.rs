//! The true-peak limiter.

mod detector;
mod envelope;
pub(crate) mod params;
mod timing;

use crate::dsp::{Delay, Ramp};
use crate::stage::{Block, Spec, Stage};
use crate::units::{db_from_gain, gain_from_db, samples_from_ms, whole};
use detector::{CHUNK, Detector};
use envelope::{Envelope, Shape};
use timing::Timing;

/// What can be set. `Default` limits nothing below -1 dBTP.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Gain before the limiter in dB, 0 to 24.
    pub gain_db: f64,
    /// Greatest true peak of the output in dBTP, -12 to 0.
    pub ceiling_db: f64,
    /// Time in which 63 % of a reduction is gone, in ms, 1 to 2000.
    pub release_ms: f64,
    /// Reduction that lasts comes back more slowly than `release_ms`.
    pub auto_release: bool,
    /// How far a channel follows the other's reduction at once, 0 to 100 %.
    pub link_transients_percent: f64,
    /// How far a channel follows the other's sustained reduction, 0 to 100 %.
    pub link_release_percent: f64,
    /// Off, only sample peaks are held below the ceiling.
    pub true_peak: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            gain_db: 0.0,
            ceiling_db: -1.0,
            release_ms: 60.0,
            auto_release: false,
            link_transients_percent: 100.0,
            link_release_percent: 100.0,
            true_peak: true,
        }
    }
}

/// What can be shown.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reading {
    /// Greatest gain reduction since the last reading in dB, 0 or more, per channel.
    pub reduction_db: [f64; 2],
    /// Gain reduction at the last frame in dB, 0 or more, per channel.
    pub current_db: [f64; 2],
}

/// Look-ahead brick-wall limiter: true peaks leave at most 0.01 dB above the ceiling.
#[derive(Debug)]
pub struct Limiter {
    settings: Settings,
    timing: Timing,
    shape: Shape,
    sample_rate_hz: f64,
    room: f64,
    gain: Ramp,
    ceiling: Ramp,
    detectors: [Detector; 2],
    /// The driven signal, until it leaves.
    lines: [Delay; 2],
    /// The driven signal and the ceiling, until their peak is known.
    detected: [Delay; 3],
    last_ceiling: f64,
    fresh: bool,
    envelope: Envelope,
    least: [f64; 2],
    current: [f64; 2],
}

impl Default for Limiter {
    fn default() -> Self {
        let settings = Settings::default();
        Self {
            settings,
            timing: Timing::default(),
            shape: shape(&settings, &Timing::default(), 48_000.0),
            sample_rate_hz: 48_000.0,
            room: 0.0,
            gain: Ramp::new(gain_from_db(settings.gain_db)),
            ceiling: Ramp::new(gain_from_db(settings.ceiling_db)),
            detectors: Default::default(),
            lines: Default::default(),
            detected: Default::default(),
            last_ceiling: 1.0,
            fresh: true,
            envelope: Envelope::default(),
            least: [1.0; 2],
            current: [1.0; 2],
        }
    }
}

/// Longest hold of any style, in ms.
const LONGEST_HOLD_MS: f64 = 30.0;
/// What is left of the ceiling for the detector's own errors: 0.003 dB.
const MARGIN: f64 = 0.999_654_7;

impl Limiter {
    /// Leaves room below the ceiling for what is added after the limiter: an amplitude, such as the peak of the dither. Like
    /// a setting it is ramped, and kept over `reset` and `prepare`.
    pub fn leave_room(&mut self, amplitude: f64) {
        self.room = amplitude;
        self.ceiling.set(self.target_ceiling());
    }

    fn target_ceiling(&self) -> f64 {
        gain_from_db(self.settings.ceiling_db) - self.room
    }

    /// Up to [`CHUNK`] frames.
    fn process_chunk(&mut self, block: &mut Block<'_>) {
        let frames = block.len();
        let mut peaks = [[0.0; CHUNK]; 2];
        let mut ceilings = [0.0; CHUNK];
        for ((left, right), ceiling) in block.frames().zip(&mut ceilings) {
            let gain = self.gain.next();
            *left *= gain;
            *right *= gain;
            *ceiling = self.ceiling.next();
        }
        if std::mem::take(&mut self.fresh) {
            self.detected[2].fill(ceilings[0]);
            self.last_ceiling = ceilings[0];
        }
        for ((x, peaks), detector) in block.read().iter().zip(&mut peaks).zip(&mut self.detectors) {
            detector.process(x, &mut peaks[..frames]);
        }
        let [left_peaks, right_peaks] = &peaks;
        for (((left, right), ceiling), peaks) in
            block.frames().zip(&ceilings).zip(left_peaks.iter().zip(right_peaks))
        {
            let samples = [self.detected[0].push(*left), self.detected[1].push(*right)];
            let ceiling = self.detected[2].push(*ceiling);
            let limit = MARGIN * ceiling.min(self.last_ceiling);
            self.last_ceiling = ceiling;
            let need = |sample: f64, peak: f64| {
                let peak = if self.settings.true_peak { peak.max(sample.abs()) } else { sample.abs() };
                (peak / limit).max(1.0)
            };
            let gains =
                self.envelope.push([need(samples[0], *peaks.0), need(samples[1], *peaks.1)], &self.shape);
            for (channel, x) in [left, right].into_iter().enumerate() {
                *x = self.lines[channel].push(*x) * gains[channel];
                self.least[channel] = self.least[channel].min(gains[channel]);
            }
            self.current = gains;
        }
    }
}

impl Stage for Limiter {
    type Settings = Settings;
    type Reading = Reading;

    fn prepare(&mut self, spec: &Spec) {
        self.sample_rate_hz = spec.sample_rate_hz;
        self.timing =
            Timing::new(spec.sample_rate_hz, whole(samples_from_ms(LONGEST_HOLD_MS, spec.sample_rate_hz)));
        self.shape = shape(&self.settings, &self.timing, spec.sample_rate_hz);
        self.envelope.prepare(&self.timing);
        self.lines.iter_mut().for_each(|line| line.resize(self.timing.latency));
        self.detected.iter_mut().for_each(|line| line.resize(Detector::LATENCY));
        self.gain.prepare(spec.sample_rate_hz);
        self.ceiling.prepare(spec.sample_rate_hz);
        self.reset();
    }

    fn reset(&mut self) {
        self.gain.land();
        self.ceiling.land();
        self.fresh = true;
        self.detectors.iter_mut().for_each(Detector::reset);
        self.lines.iter_mut().for_each(Delay::reset);
        self.detected.iter_mut().for_each(Delay::reset);
        self.envelope.reset();
        self.least = [1.0; 2];
        self.current = [1.0; 2];
    }

    fn set(&mut self, settings: &Settings) {
        if *settings == self.settings {
            return;
        }
        self.settings = settings.sanitised();
        self.gain.set(gain_from_db(self.settings.gain_db));
        self.ceiling.set(self.target_ceiling());
        self.shape = shape(&self.settings, &self.timing, self.sample_rate_hz);
    }

    fn process(&mut self, block: &mut Block<'_>) {
        let frames = block.len();
        for start in (0..frames).step_by(CHUNK) {
            self.process_chunk(&mut block.part(start..start + CHUNK));
        }
    }

    fn latency(&self) -> usize {
        self.timing.latency
    }

    fn take_reading(&mut self) -> Reading {
        let reading = Reading {
            reduction_db: self.least.map(|gain| -db_from_gain(gain)),
            current_db: self.current.map(|gain| -db_from_gain(gain)),
        };
        self.least = self.current;
        reading
    }
}

impl Settings {
    /// These settings with every value brought into its range; NaN gives the default.
    fn sanitised(&self) -> Self {
        let rest = Self::default();
        let within =
            |x: f64, low: f64, high: f64, rest: f64| if x.is_nan() { rest } else { x.clamp(low, high) };
        Self {
            gain_db: within(self.gain_db, 0.0, 24.0, rest.gain_db),
            ceiling_db: within(self.ceiling_db, -12.0, 0.0, rest.ceiling_db),
            release_ms: within(self.release_ms, 1.0, 2000.0, rest.release_ms),
            link_transients_percent: within(
                self.link_transients_percent,
                0.0,
                100.0,
                rest.link_transients_percent,
            ),
            link_release_percent: within(self.link_release_percent, 0.0, 100.0, rest.link_release_percent),
            ..*self
        }
    }
}

fn shape(settings: &Settings, timing: &Timing, sample_rate_hz: f64) -> Shape {
    let part = |time_ms: f64| -(-1.0 / samples_from_ms(time_ms, sample_rate_hz)).exp_m1();
    let hold = whole(samples_from_ms(10.0, sample_rate_hz));
    Shape {
        window: timing.least_window + hold,
        release: part(settings.release_ms),
        sustain: part(150.0),
        recovery: part(10.0 * settings.release_ms),
        auto: f64::from(u8::from(settings.auto_release)),
        link_transients: settings.link_transients_percent / 100.0,
        link_release: settings.link_release_percent / 100.0,
    }
}
