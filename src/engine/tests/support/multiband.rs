//! What the multiband compressor's tests share.
#![allow(dead_code, reason = "each test binary uses its own part")]

use std::f64::consts::TAU;

use garnish_engine::multiband::{BANDS, Band, Channels, Detector, Multiband, Phase, Settings};
use garnish_engine::units::{count, samples_from_ms, whole};
use garnish_engine::{Block, Spec, Stage};
use num_complex::Complex;

/// Does nothing.
pub const IDLE: Band = Band {
    on: true,
    threshold_db: 0.0,
    ratio: 1.0,
    knee_db: 6.0,
    range_db: 60.0,
    upward_threshold_db: -40.0,
    upward_ratio: 1.0,
    upward_range_db: 12.0,
    expand_threshold_db: -60.0,
    expand_ratio: 1.0,
    expand_range_db: 24.0,
    attack_ms: 1.0,
    release_ms: 1_000.0,
    auto_release: false,
    makeup_db: 0.0,
    detector: Detector::Peak,
    window_ms: 10.0,
    look_ahead_ms: 5.0,
    link_percent: 100.0,
    mix_percent: 100.0,
    channels: Channels::LeftRight,
};
pub const PHASES: [Phase; 3] = [Phase::Dynamic, Phase::LinkwitzRiley, Phase::Linear];

pub fn idle() -> Settings {
    Settings { band: [IDLE; 6], ..Settings::default() }
}

/// The ways bands can be mid/side: none, all, some.
pub fn mixtures() -> [[Channels; 6]; 4] {
    use Channels::{LeftRight as LR, MidSide as MS};
    [[LR; 6], [MS; 6], [LR, MS, LR, MS, MS, LR], [MS, LR, LR, MS, LR, MS]]
}

/// The same settings with these channels.
pub fn with_channels(mut settings: Settings, channels: [Channels; 6]) -> Settings {
    for (band, channels) in settings.band.iter_mut().zip(channels) {
        band.channels = channels;
    }
    settings
}

pub fn prepared(settings: &Settings, rate_hz: f64) -> Multiband {
    let mut stage = Multiband::default();
    stage.set(settings);
    stage.prepare(&Spec { sample_rate_hz: rate_hz, max_frames: 1 << 20 });
    stage
}

pub fn run(stage: &mut Multiband, [mut left, mut right]: [Vec<f64>; 2]) -> [Vec<f64>; 2] {
    stage.process(&mut Block::new(&mut left, &mut right));
    [left, right]
}

pub fn at(ms: f64, rate_hz: f64) -> usize {
    whole(samples_from_ms(ms, rate_hz))
}

pub fn sine(hz: f64, rate_hz: f64, amplitude: f64, frames: usize) -> [Vec<f64>; 2] {
    // faded in over 100 ms, so that no onset is louder than the tone
    let fade = |n: usize| 0.5 - 0.5 * (0.5 * TAU * (count(n) / rate_hz * 10.0).min(1.0)).cos();
    let channel: Vec<_> =
        (0..frames).map(|n| fade(n) * amplitude * (TAU * hz / rate_hz * count(n)).sin()).collect();
    [channel.clone(), channel]
}

/// Amplitude of a sine of `hz` in a signal: its projection, which whole periods make exact.
pub fn amplitude(signal: &[f64], hz: f64, rate_hz: f64) -> f64 {
    let w = TAU * hz / rate_hz;
    let (mut s, mut c) = (0.0, 0.0);
    for (n, x) in signal.iter().enumerate() {
        let (sin, cos) = (w * count(n)).sin_cos();
        s += x * sin;
        c += x * cos;
    }
    2.0 * s.hypot(c) / count(signal.len())
}

/// The complex gain of each band in use at a frequency, as the bands are summed when some of them are heard: of zero phase, or each with
/// the phase of all crossovers. From the analogue filters at the bilinear transform's frequency.
pub fn band_responses(settings: &Settings, hz: f64, rate_hz: f64) -> Vec<Complex<f64>> {
    let warped = |hz: f64| (0.5 * TAU * hz / rate_hz).tan();
    let crossovers = settings.crossovers_hz().map(|crossover_hz| {
        let s = Complex::new(0.0, warped(hz) / warped(crossover_hz));
        let butterworth = s * s + s * 2.0_f64.sqrt() + 1.0;
        let square = butterworth * butterworth;
        if settings.phase == Phase::Linear {
            let low = Complex::from(1.0 / square.norm());
            (low, 1.0 - low)
        } else {
            (1.0 / square, s.powi(4) / square)
        }
    });
    let count = settings.bands.count();
    let band = |n: usize| {
        if settings.phase == Phase::Linear {
            // differences of low-passes
            let low = |n: usize| if n + 1 < count { crossovers[n].0 } else { Complex::from(1.0) };
            return if n == 0 { low(0) } else { low(n) - low(n - 1) };
        }
        let below: Complex<f64> = crossovers[..n].iter().map(|(_, high)| high).product();
        let own = if n + 1 < count { crossovers[n].0 } else { Complex::from(1.0) };
        let all_passes = crossovers[..count - 1].iter().skip(n + 1).map(|(low, high)| low + high);
        below * own * all_passes.product::<Complex<f64>>()
    };
    (0..count.min(BANDS)).map(band).collect()
}
