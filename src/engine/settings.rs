//! The settings of the whole chain.

use crate::meter::transport::Follow;
use crate::params::choices;
use crate::{bypassed, dither, eq, limiter, multiband, saturator, stereo};

choices! {
    /// How much computation the chain may spend. Not automatable: it bears on latency.
    pub enum Quality {
        /// For many instances on a slow machine.
        Eco = "eco", "Eco";
        /// For work.
        #[default]
        Standard = "standard", "Standard";
        /// For rendering.
        High = "high", "High";
    }
}

/// Everything that can be set. `Default` is what a new instance does: limiter on at -1 dBTP with no gain, EQ
/// and stereo on but flat, the rest off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// The whole chain off: the input, delayed by the latency.
    pub bypass: bool,
    /// Gain before the first stage, in dB.
    pub input_gain_db: f64,
    /// Gain after the limiter and before dither, in dB, never above 0: so the ceiling holds.
    pub output_gain_db: f64,
    /// Computation spent, in every stage that has a choice.
    pub quality: Quality,
    /// The equaliser.
    pub eq: bypassed::Settings<eq::Settings>,
    /// The multiband compressor.
    pub multiband: bypassed::Settings<multiband::Settings>,
    /// The saturator. Its quality is overridden by [`Settings::quality`].
    pub saturator: bypassed::Settings<saturator::Settings>,
    /// Stereo width.
    pub stereo: bypassed::Settings<stereo::Settings>,
    /// The true-peak limiter. Its quality is overridden by [`Settings::quality`].
    pub limiter: bypassed::Settings<limiter::Settings>,
    /// Dither.
    pub dither: bypassed::Settings<dither::Settings>,
    /// What the meters do when the transport starts, jumps or stops. Not heard.
    pub follow: Follow,
    /// What is listened to, instead of the whole.
    pub listen: Listen,
}

/// Ways of listening to a part of the work. Never automated, in no preset; the plugin leaves them out when the host renders a
/// file. The session keeps them: formats demand that a state holds every parameter.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Listen {
    /// Bands of the multiband compressor, heard while it is on.
    pub bands: multiband::Monitor,
    /// The limiter's work, heard while it is on.
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
