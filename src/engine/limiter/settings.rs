//! What can be set.

use crate::limiter::detectors::{LONG_REACH, SHORT_REACH, detection};
use crate::limiter::style::Style;
use crate::params::choices;
use crate::settings::Quality;

choices! {
    /// Delay of the limiter.
    pub enum LatencyMode {
        /// At most 2 ms at 44.1 kHz and above. Limits the band to 0.4535 of the sample rate (20 kHz at 44.1 kHz).
        Low = "low", "Low";
        /// At most 7 ms at 44.1 kHz and above.
        #[default]
        Default = "default", "Default";
        /// At most 11 ms at 44.1 kHz and above. Looks ahead for twice as long: the gain moves more slowly and distorts less at the same
        /// loudness.
        Long = "long", "Long";
    }
}

impl LatencyMode {
    /// Samples of the latency that peak detection takes.
    pub(super) fn detection(self) -> usize {
        match self {
            Self::Low => detection(SHORT_REACH),
            Self::Default | Self::Long => detection(LONG_REACH),
        }
    }
}

/// What can be set. `Default` limits nothing below -1 dBTP.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Gain before the limiter in dB, 0 to 24.
    pub gain_db: f64,
    /// Greatest true peak of the output in dBTP, -12 to 0.
    pub ceiling_db: f64,
    /// Distance to keep below the ceiling, in dB, 0 to 1: room for what comes after the master. Conversion of the sample rate can lift true
    /// peaks a little (`tests/standards/limiter.rs` holds a case, `garnish-cli master` tells each file's); lossy encoders lift them more.
    pub margin_db: f64,
    /// Time in which 63 % of a reduction is gone, in ms, 1 to 2000. With auto release the style scales it: in the default one this is
    /// the time of what recurs, and peaks that stand alone come back in a fifth of it.
    pub release_ms: f64,
    /// The gain comes back quickly after peaks that stand alone, and waits for those that recur.
    pub auto_release: bool,
    /// How far a channel follows the other's reduction at once, 0 to 100 %.
    pub link_transients_percent: f64,
    /// How far a channel follows the other's sustained reduction, 0 to 100 %.
    pub link_release_percent: f64,
    /// How the gain comes back.
    pub style: Style,
    /// How long before a peak the gain begins to fall, in ms, 0.5 to 8; as far as there is room: at 44.1 kHz 1.1 to 4 ms, in the
    /// long-latency mode to 8 ms, in the low-latency mode 0.9 to 1.2 ms.
    pub lookahead_ms: f64,
    /// Delay of the module. Not automatable: taken over by `prepare`.
    pub latency: LatencyMode,
    /// Eco reads peaks on a grid half as fine, at less cost, and stays 0.08 dB further below the ceiling; nothing is gained by a finer one than
    /// standard's, so high is the same. Never touches the latency. Not automatable: taken over by `prepare`. In the chain, the chain's quality.
    pub quality: Quality,
    /// Off, only sample peaks are held below the ceiling.
    pub true_peak: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            gain_db: 0.0,
            ceiling_db: -1.0,
            margin_db: 0.0,
            release_ms: 40.0,
            auto_release: true,
            link_transients_percent: 100.0,
            link_release_percent: 100.0,
            style: Style::Transparent,
            lookahead_ms: 8.0,
            latency: LatencyMode::Default,
            quality: Quality::Standard,
            true_peak: true,
        }
    }
}

impl Settings {
    /// These settings with every value brought into its range; NaN gives the default.
    pub(super) fn sanitised(&self) -> Self {
        let rest = Self::default();
        let within =
            |x: f64, low: f64, high: f64, rest: f64| if x.is_nan() { rest } else { x.clamp(low, high) };
        Self {
            gain_db: within(self.gain_db, 0.0, 24.0, rest.gain_db),
            ceiling_db: within(self.ceiling_db, -12.0, 0.0, rest.ceiling_db),
            margin_db: within(self.margin_db, 0.0, 1.0, rest.margin_db),
            release_ms: within(self.release_ms, 1.0, 2000.0, rest.release_ms),
            lookahead_ms: within(self.lookahead_ms, 0.5, 8.0, rest.lookahead_ms),
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
