//! The true-peak limiter. Its files, in the order of the signal:
//!
//! 1. `soft_clip`: rounds peaks off, in the style of that name.
//! 2. `band_limit`: removes what lies near Nyquist, in the low-latency mode.
//! 3. `detector`, `detectors`: true peak of each interval between samples.
//! 4. `guard`, `look_ahead`: content near Nyquist, and how early the gain must fall.
//! 5. `maxima`, `recurrence`: sliding maxima of the need, and the part of it that recurs.
//! 6. `envelope`: from need to gain: link, hold, release, smoothing, delay.
//! 7. `monitor`: what is heard instead of the output.
//!
//! `settings`, `params`, `style` and `timing` hold what can be set, and how it becomes lengths and release times.

mod band_limit;
mod detector;
mod detectors;
mod envelope;
mod guard;
mod look_ahead;
mod maxima;
mod monitor;
pub(crate) mod params;
mod recurrence;
mod settings;
mod soft_clip;
mod style;
mod timing;

use crate::dsp::{History, Ramp};
use crate::stage::{Block, Spec, Stage};
use crate::units::{db_from_gain, gain_from_db};
use band_limit::BandLimit;
use detector::{CHUNK, LOUDEST};
use detectors::Detectors;
use envelope::{Envelope, Shape, lesser};
use look_ahead::{LookAhead, Moment};
use monitor::Listener;
pub use monitor::Monitor;
pub use settings::{LatencyMode, Settings, Style};
use soft_clip::SoftClip;
use style::shape;
use timing::Timing;

/// Gain reduction, for meters.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reading {
    /// Greatest gain reduction since the last reading in dB, 0 or more, per channel.
    pub reduction_db: [f64; 2],
    /// Gain reduction at the last frame in dB, 0 or more, per channel.
    pub current_db: [f64; 2],
}

/// Look-ahead brick-wall limiter: the true peak of its output exceeds the ceiling by at most 0.01 dB.
///
/// The promise holds for any signal, at any setting but [`true_peak`](Settings::true_peak) off, while every setting moves, from the
/// first sample after `reset`: at each output sample the ceiling in force is the set one, ramped and delayed by the
/// latency. Drive, detection of what the signal reaches between its samples, the gain that this needs, held and
/// smoothed, applied to the delayed signal at the base rate: where no reduction is needed the signal passes bit for bit.
#[derive(Debug)]
pub struct Limiter {
    settings: Settings,
    mode: LatencyMode,
    /// Linear safety factor on the ceiling that covers the detector's worst under-read.
    margin: f64,
    timing: Timing,
    shape: Shape,
    sample_rate_hz: f64,
    gain: Ramp,
    ceiling: Ramp,
    clip_amount: Ramp,
    clips: [SoftClip; 2],
    band_limits: [BandLimit; 2],
    detectors: Detectors,
    look_ahead: LookAhead,
    /// Delay of the signal, one line a channel.
    lines: [History<f64>; 2],
    /// Delay of the ceiling, as long as peak detection takes.
    ceilings: History<f64>,
    fresh: bool,
    envelope: Envelope,
    meters: [Meter; 2],
    listener: Listener,
}

impl Default for Limiter {
    fn default() -> Self {
        let settings = Settings::default();
        let timing = Timing::default();
        Self {
            settings,
            mode: settings.latency,
            margin: 1.0,
            timing,
            shape: shape(&settings, 48_000.0),
            sample_rate_hz: 48_000.0,
            gain: Ramp::new(gain_from_db(settings.gain_db)),
            ceiling: Ramp::new(gain_from_db(settings.ceiling_db)),
            clip_amount: Ramp::new(0.0),
            clips: Default::default(),
            band_limits: Default::default(),
            detectors: Detectors::default(),
            look_ahead: LookAhead::default(),
            lines: [History::new(0), History::new(0)],
            ceilings: History::new(0),
            fresh: true,
            envelope: Envelope::default(),
            meters: [Meter::REST; 2],
            listener: Listener::default(),
        }
    }
}

impl Limiter {
    fn target_ceiling(&self) -> f64 {
        gain_from_db(self.settings.ceiling_db - self.settings.margin_db) - self.settings.room
    }

    /// Up to [`CHUNK`] frames.
    fn process_chunk(&mut self, block: &mut Block<'_>) {
        let frames = block.len();
        let mut gains = [0.0; CHUNK];
        let mut ceilings = [0.0; CHUNK];
        self.gain.fill(&mut gains[..frames]);
        self.ceiling.fill(&mut ceilings[..frames]);
        let (gains, ceilings) = (&gains[..frames], &ceilings[..frames]);
        let limits = self.delayed_limits(ceilings);
        self.drive(block, gains, ceilings);
        let mut moments = [Moment::default(); CHUNK];
        let [left, right] = block.read();
        self.look_ahead.process([left, right], ceilings, &mut moments);
        let mut envelopes = [[0.0; CHUNK]; 2];
        for (n, (channel, needs)) in block.channels().into_iter().zip(&mut envelopes).enumerate() {
            self.needs(n, channel, &limits, &mut needs[..frames]);
        }
        let [left, right] = &mut envelopes;
        self.envelope.process([&mut left[..frames], &mut right[..frames]], &moments[..frames], &self.shape);
        for ((channel, gains), meter) in block.channels().into_iter().zip(&envelopes).zip(&mut self.meters) {
            for (x, gain) in channel.iter_mut().zip(gains) {
                *x *= gain;
            }
            meter.take(&gains[..frames]);
        }
        self.listener.apply(block);
    }

    /// Applies gain, soft clip and band limit to the arriving signal.
    fn drive(&mut self, block: &mut Block<'_>, gains: &[f64], ceilings: &[f64]) {
        for channel in block.channels() {
            for (x, gain) in channel.iter_mut().zip(gains) {
                *x = greater(lesser(*x * gain, LOUDEST), -LOUDEST);
            }
        }
        let [left, right] = block.read();
        self.listener.take([left, right, gains]);
        let mut amounts = [0.0; CHUNK];
        self.clip_amount.fill(&mut amounts[..gains.len()]);
        for (channel, clip) in block.channels().into_iter().zip(&mut self.clips) {
            if amounts[..channel.len()].iter().all(|amount| *amount == 0.0) {
                clip.delay(channel);
                continue;
            }
            for ((x, ceiling), amount) in channel.iter_mut().zip(ceilings).zip(&amounts) {
                *x = clip.push(*x, *ceiling, *amount);
            }
        }
        if self.mode == LatencyMode::Low {
            for (channel, band_limit) in block.channels().into_iter().zip(&mut self.band_limits) {
                band_limit.process(channel);
            }
        }
    }

    /// Delays one channel in place; writes how far each interval's peak is above the limit, as a ratio of at least 1.
    fn needs(&mut self, n: usize, channel: &mut [f64], limits: &[f64], needs: &mut [f64]) {
        let newest = self.timing.latency - SoftClip::LATENCY;
        let line = self.lines[n].append(channel.len());
        line[newest..].copy_from_slice(channel);
        self.detectors.process(n, channel, needs);
        if !self.settings.true_peak {
            for (peak, x) in needs.iter_mut().zip(&line[newest - self.mode.detection()..]) {
                *peak = x.abs();
            }
        }
        for (x, limit) in needs.iter_mut().zip(limits) {
            *x = greater(*x * limit, 1.0);
        }
        channel.copy_from_slice(&line[..channel.len()]);
    }

    /// One over the limit of every interval whose peak is known now: the lower ceiling of its ends.
    fn delayed_limits(&mut self, newest: &[f64]) -> [f64; CHUNK] {
        if std::mem::take(&mut self.fresh) {
            self.ceilings.fill(newest.first().copied().unwrap_or(1.0));
        }
        let detection = self.mode.detection() + SoftClip::LATENCY;
        let line = self.ceilings.append(newest.len());
        line[detection..].copy_from_slice(newest);
        let mut limits = [1.0; CHUNK];
        for (limit, ends) in limits.iter_mut().zip(line.windows(2)).take(newest.len()) {
            *limit = 1.0 / (lesser(ends[0], ends[1]) * self.margin);
        }
        limits
    }
}

impl Stage for Limiter {
    type Settings = Settings;
    type Reading = Reading;

    fn prepare(&mut self, spec: &Spec) {
        self.sample_rate_hz = spec.sample_rate_hz;
        self.mode = self.settings.latency;
        let quality = self.settings.quality;
        self.timing = Timing::new(self.mode, spec.sample_rate_hz);
        self.margin = gain_from_db(-detectors::margin_db(quality));
        self.envelope.prepare(&self.timing, spec.sample_rate_hz);
        self.detectors.prepare(self.mode, quality);
        self.look_ahead.prepare(&self.timing);
        self.lines.iter_mut().for_each(|line| line.resize(self.timing.latency - SoftClip::LATENCY));
        self.ceilings.resize(self.mode.detection() + SoftClip::LATENCY);
        self.listener.prepare(self.timing.latency, spec.sample_rate_hz);
        self.gain.prepare(spec.sample_rate_hz);
        self.ceiling.prepare(spec.sample_rate_hz);
        self.clip_amount.prepare(spec.sample_rate_hz);
        self.adopt();
        self.reset();
    }

    fn reset(&mut self) {
        self.gain.land();
        self.ceiling.land();
        self.clip_amount.land();
        self.fresh = true;
        self.clips.iter_mut().for_each(SoftClip::reset);
        self.band_limits.iter_mut().for_each(BandLimit::reset);
        self.detectors.reset();
        self.look_ahead.reset();
        self.lines.iter_mut().for_each(History::reset);
        self.envelope.reset(self.look_ahead.now());
        self.meters = [Meter::REST; 2];
        self.listener.reset();
    }

    fn set(&mut self, settings: &Settings) {
        if *settings == self.settings {
            return;
        }
        self.settings = settings.clamped();
        self.adopt();
        if self.fresh {
            self.look_ahead.reset();
            self.envelope.reset(self.look_ahead.now());
        }
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
            reduction_db: self.meters.map(|meter| -db_from_gain(meter.least)),
            current_db: self.meters.map(|meter| -db_from_gain(meter.current)),
        };
        for meter in &mut self.meters {
            meter.least = meter.current;
        }
        reading
    }
}

impl Limiter {
    /// Applies the settings to all parts.
    fn adopt(&mut self) {
        self.gain.set(gain_from_db(self.settings.gain_db));
        self.ceiling.set(self.target_ceiling());
        self.clip_amount.set(f64::from(u8::from(self.settings.style == Style::SoftClip)));
        self.listener.choose(self.settings.monitor);
        self.look_ahead.set(self.timing.look_ahead(self.settings.lookahead_ms));
        self.shape = shape(&self.settings, self.sample_rate_hz);
    }
}

/// Gain meter of one channel: the least gain since the last reading, and the last gain.
#[derive(Clone, Copy, Debug)]
struct Meter {
    least: f64,
    current: f64,
}

impl Meter {
    const REST: Self = Self { least: 1.0, current: 1.0 };

    fn take(&mut self, gains: &[f64]) {
        let mut least = [self.least; 4];
        for gains in gains.chunks(4) {
            for (least, gain) in least.iter_mut().zip(gains) {
                *least = lesser(*least, *gain);
            }
        }
        self.least = least.into_iter().fold(self.least, lesser);
        self.current = gains.last().copied().unwrap_or(self.current);
    }
}

/// The greater of two numbers: one instruction, where `f64::max` must think of NaN.
#[inline]
fn greater(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}
