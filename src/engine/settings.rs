//! The settings of the whole chain.

use crate::params::range::Range;
pub use crate::quality::Quality;
use crate::transport::Follow;
use crate::{bypassed, dither, eq, limiter, multiband, saturator, stereo};

/// Settings of the whole chain. `Default` is a new instance: limiter on at -1 dBTP with no gain, EQ and stereo on but flat, all else
/// off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Replaces the output of the whole chain by the input, delayed by the latency.
    pub bypass: bool,
    /// Gain before the first stage in dB, within [`INPUT_GAIN_DB`](Self::INPUT_GAIN_DB).
    pub input_gain_db: f64,
    /// Gain between limiter and dither in dB, within [`OUTPUT_GAIN_DB`](Self::OUTPUT_GAIN_DB): never above 0, so the ceiling holds.
    pub output_gain_db: f64,
    /// Amount of computation in every stage that has a choice. Takes effect in `prepare`.
    pub quality: Quality,
    /// The equaliser.
    pub eq: bypassed::Settings<eq::Settings>,
    /// The multiband compressor. Its monitor is overridden by [`Settings::listen`].
    pub multiband: bypassed::Settings<multiband::Settings>,
    /// The saturator. Its quality is overridden by [`Settings::quality`].
    pub saturator: bypassed::Settings<saturator::Settings>,
    /// Stereo width, balance and mono bass.
    pub stereo: bypassed::Settings<stereo::Settings>,
    /// The true-peak limiter. Its quality is overridden by [`Settings::quality`], its monitor by [`Settings::listen`], its room by the
    /// dither's peak.
    pub limiter: bypassed::Settings<limiter::Settings>,
    /// The dither.
    pub dither: bypassed::Settings<dither::Settings>,
    /// What the meters do when the transport starts, jumps or stops. It changes no sound.
    pub follow: Follow,
    /// What is listened to instead of the master.
    pub listen: Listen,
}

impl Settings {
    /// Range of [`input_gain_db`](Self::input_gain_db).
    pub const INPUT_GAIN_DB: Range = Range::linear(-24.0, 24.0, 100.0);
    /// Range of [`output_gain_db`](Self::output_gain_db).
    pub const OUTPUT_GAIN_DB: Range = Range::linear(-24.0, 0.0, 100.0);
}

/// Ways of listening to a part of the work. Never automated and in no preset; the plugin ignores them when the host renders a
/// file. Sessions keep them: the formats demand that a state holds every parameter.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Listen {
    /// Bands of the multiband compressor that are soloed or muted, while it is on.
    pub bands: multiband::Monitor,
    /// What replaces the limiter's output, while it is on.
    pub limiter: limiter::Monitor,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            bypass: false,
            input_gain_db: 0.0,
            output_gain_db: 0.0,
            quality: Quality::default(),
            eq: bypassed::Settings { on: true, stage: eq::Settings::default() },
            multiband: bypassed::Settings::default(),
            saturator: bypassed::Settings::default(),
            stereo: bypassed::Settings { on: true, stage: stereo::Settings::default() },
            limiter: bypassed::Settings { on: true, stage: limiter::Settings::default() },
            dither: bypassed::Settings::default(),
            follow: Follow::default(),
            listen: Listen::default(),
        }
    }
}
