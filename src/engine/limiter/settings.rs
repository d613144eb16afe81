//! Settings of the limiter, with their ranges.

use crate::limiter::monitor::Monitor;
use crate::params::plain::choices;
use crate::params::range::Range;
use crate::quality::Quality;

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

choices! {
    /// How the limiter sounds when it works hard. Every style keeps the ceiling and meets a steady tone, down to 30 Hz, with a steady gain.
    /// They differ in what counts as steady (how often a peak must recur until the gain waits for the next), and with auto release
    /// in how fast the gain comes back.
    pub enum Style {
        /// Two quick or five slow recurrences; after a lone peak the gain recovers in 0.3 of the release time, after recurring ones in 0.75.
        #[default]
        Transparent = "transparent", "Transparent";
        /// Two quick or six slow recurrences; recovers in 0.125 and 0.3 of the release time: what follows a drum keeps its level.
        Punchy = "punchy", "Punchy";
        /// Two quick or twelve slow recurrences; a lone peak lowers the gain for ten milliseconds: loudest, with the most distortion.
        Dense = "dense", "Dense";
        /// Two quick or four slow recurrences; recovers in 1.5 and 2 times the release time: least distortion, least loud.
        Safe = "safe", "Safe";
        /// A soft clipper in front takes the highest peaks off; then as transparent. It works at the base rate, so high notes driven far alias:
        /// 4999 Hz at +8 dB to -51 dBc at 44.1 and 48 kHz, -69 dBc at 96 kHz. The saturator's clip is the clean one.
        SoftClip = "soft_clip", "Soft Clip";
    }
}

/// Settings of the limiter. `Default` limits nothing below -1 dBTP.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Gain before the limiter in dB, within [`GAIN_DB`](Self::GAIN_DB).
    pub gain_db: f64,
    /// Greatest true peak of the output in dBTP, within [`CEILING_DB`](Self::CEILING_DB).
    pub ceiling_db: f64,
    /// Distance kept below the ceiling in dB, within [`MARGIN_DB`](Self::MARGIN_DB): room for what comes after the master. Conversion of
    /// the sample rate can lift true peaks a little (`tests/standards/limiter.rs` holds a case, `garnish-cli master` reports each file's);
    /// lossy encoders lift them more.
    pub margin_db: f64,
    /// Release: time in which 63 % of a reduction is gone, in ms, within [`RELEASE_MS`](Self::RELEASE_MS). With auto release the style
    /// scales it: in the default style to 0.75 of it after recurring peaks and to 0.3 after lone ones.
    pub release_ms: f64,
    /// Releases quickly after lone peaks, and holds for those that recur.
    pub auto_release: bool,
    /// Share in percent by which a channel follows the other's reduction at once, within
    /// [`LINK_TRANSIENTS_PERCENT`](Self::LINK_TRANSIENTS_PERCENT).
    pub link_transients_percent: f64,
    /// Share in percent by which a channel follows the other's sustained reduction, within
    /// [`LINK_RELEASE_PERCENT`](Self::LINK_RELEASE_PERCENT).
    pub link_release_percent: f64,
    /// How the gain is released.
    pub style: Style,
    /// Time before a peak at which the gain begins to fall, in ms, within [`LOOKAHEAD_MS`](Self::LOOKAHEAD_MS); as far as there is room:
    /// at 44.1 kHz 1.1 to 4 ms, in the long-latency mode to 8 ms, in the low-latency mode 0.9 to 1.2 ms.
    pub lookahead_ms: f64,
    /// Delay of the module. Takes effect in `prepare`.
    pub latency: LatencyMode,
    /// Quality of peak detection: eco reads peaks on a grid half as fine, at less cost, and stays 0.08 dB further below the ceiling; high
    /// is the same as standard, since nothing is gained by a finer grid. It never touches the latency. Takes effect in `prepare`. In the
    /// chain it is the chain's quality.
    pub quality: Quality,
    /// Holds true peaks below the ceiling; off, only sample peaks.
    pub true_peak: bool,
    /// Amplitude kept free below the ceiling for what is added after the limiter, linear, within [`ROOM`](Self::ROOM). In the chain
    /// it is the dither's peak.
    pub room: f64,
    /// What is heard instead of the output; a change is faded. In the chain it is the chain's [`Listen`](crate::settings::Listen).
    pub monitor: Monitor,
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
            room: 0.0,
            monitor: Monitor::Off,
        }
    }
}

impl Settings {
    /// Range of [`gain_db`](Self::gain_db).
    pub const GAIN_DB: Range = Range::linear(0.0, 24.0, 100.0);
    /// Range of [`ceiling_db`](Self::ceiling_db).
    pub const CEILING_DB: Range = Range::linear(-12.0, 0.0, 100.0);
    /// Range of [`margin_db`](Self::margin_db).
    pub const MARGIN_DB: Range = Range::linear(0.0, 1.0, 100.0);
    /// Range of [`release_ms`](Self::release_ms).
    pub const RELEASE_MS: Range = Range::log(1.0, 2_000.0, 10.0);
    /// Range of [`lookahead_ms`](Self::lookahead_ms).
    pub const LOOKAHEAD_MS: Range = Range::linear(0.5, 8.0, 100.0);
    /// Range of [`link_transients_percent`](Self::link_transients_percent).
    pub const LINK_TRANSIENTS_PERCENT: Range = Range::PERCENT;
    /// Range of [`link_release_percent`](Self::link_release_percent).
    pub const LINK_RELEASE_PERCENT: Range = Range::PERCENT;

    /// Range of [`room`](Self::room): to -20 dB, still below the lowest ceiling.
    pub const ROOM: Range = Range::linear(0.0, 0.1, 1e6);

    /// Returns the settings with every value clamped to its range; NaN becomes the default.
    pub(super) fn clamped(&self) -> Self {
        let default = Self::default();
        let link_transients_percent = Self::LINK_TRANSIENTS_PERCENT
            .clamp(self.link_transients_percent, default.link_transients_percent);
        Self {
            gain_db: Self::GAIN_DB.clamp(self.gain_db, default.gain_db),
            ceiling_db: Self::CEILING_DB.clamp(self.ceiling_db, default.ceiling_db),
            margin_db: Self::MARGIN_DB.clamp(self.margin_db, default.margin_db),
            release_ms: Self::RELEASE_MS.clamp(self.release_ms, default.release_ms),
            lookahead_ms: Self::LOOKAHEAD_MS.clamp(self.lookahead_ms, default.lookahead_ms),
            room: Self::ROOM.clamp(self.room, default.room),
            link_transients_percent,
            link_release_percent: Self::LINK_RELEASE_PERCENT
                .clamp(self.link_release_percent, default.link_release_percent),
            ..*self
        }
    }
}
