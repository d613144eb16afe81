//! Settings of the multiband compressor, with their ranges.

use crate::params::plain::choices;
use crate::params::range::Range;

/// Greatest number of bands.
pub const BANDS: usize = 6;

choices! {
    /// How the bands' gains reach the signal. Not automatable: it bears on latency.
    pub enum Phase {
        /// A series of shelves whose gains and corners follow the compressors. Idle it is bit-transparent; no latency.
        #[default]
        Dynamic = "dynamic", "Dynamic";
        /// Bands of a Linkwitz-Riley crossover, 24 dB per octave, each with the same phase. Idle it is an all-pass; no latency.
        LinkwitzRiley = "linkwitz_riley", "Linkwitz-Riley";
        /// Bands of linear phase, with the same slopes. Idle it is a pure delay; 85 ms at 48 kHz.
        Linear = "linear", "Linear";
    }
}

choices! {
    /// How far the bands' look-ahead times reach. The signal is delayed by as much. Not automatable.
    pub enum LookAhead {
        /// No look-ahead, no delay.
        #[default]
        Off = "off", "Off";
        /// Up to 5 ms.
        FiveMs = "5_ms", "5 ms";
        /// Up to 20 ms.
        TwentyMs = "20_ms", "20 ms";
    }
}

impl LookAhead {
    /// As a time.
    pub fn ms(self) -> f64 {
        match self {
            Self::Off => 0.0,
            Self::FiveMs => 5.0,
            Self::TwentyMs => 20.0,
        }
    }
}

choices! {
    /// How many bands there are.
    pub enum Bands {
        /// Two.
        Two = "2", "2 bands";
        /// Three.
        Three = "3", "3 bands";
        /// Four.
        #[default]
        Four = "4", "4 bands";
        /// Five.
        Five = "5", "5 bands";
        /// Six.
        Six = "6", "6 bands";
    }
}

impl Bands {
    /// As a number.
    pub fn count(self) -> usize {
        match self {
            Self::Two => 2,
            Self::Three => 3,
            Self::Four => 4,
            Self::Five => 5,
            Self::Six => 6,
        }
    }
}

choices! {
    /// What the two channels of a band are.
    pub enum Channels {
        /// Left and right.
        #[default]
        LeftRight = "left_right", "Left/Right";
        /// Mid, (left + right)/2, and side, (left - right)/2.
        MidSide = "mid_side", "Mid/Side";
    }
}

choices! {
    /// What a band's level is.
    pub enum Detector {
        /// The sample's magnitude: a sine of amplitude 1 reads 0 dB.
        #[default]
        Peak = "peak", "Peak";
        /// The root of the mean square: a sine of amplitude 1 reads -3 dB.
        Rms = "rms", "RMS";
    }
}

/// Settings of one band.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// Switches the band on; off, it passes the band unchanged.
    pub on: bool,
    /// Downward threshold in dB, within [`THRESHOLD_DB`](Self::THRESHOLD_DB).
    pub threshold_db: f64,
    /// Downward ratio: dB of input above the threshold for one dB of output, within [`RATIO`](Self::RATIO).
    pub ratio: f64,
    /// Width of every knee of the curve in dB, within [`KNEE_DB`](Self::KNEE_DB).
    pub knee_db: f64,
    /// Greatest downward gain reduction in dB, within [`RANGE_DB`](Self::RANGE_DB).
    pub range_db: f64,
    /// Upward threshold in dB, within [`UPWARD_THRESHOLD_DB`](Self::UPWARD_THRESHOLD_DB).
    pub upward_threshold_db: f64,
    /// Upward ratio: dB of input below the threshold for one dB of output, within [`UPWARD_RATIO`](Self::UPWARD_RATIO); 1 is off.
    pub upward_ratio: f64,
    /// Greatest upward gain in dB, within [`UPWARD_RANGE_DB`](Self::UPWARD_RANGE_DB).
    pub upward_range_db: f64,
    /// Expansion threshold in dB, within [`EXPAND_THRESHOLD_DB`](Self::EXPAND_THRESHOLD_DB).
    pub expand_threshold_db: f64,
    /// Expansion ratio: dB of output for one dB of input below the threshold, within [`EXPAND_RATIO`](Self::EXPAND_RATIO); 1 is off.
    pub expand_ratio: f64,
    /// Greatest gain reduction by expansion in dB, within [`EXPAND_RANGE_DB`](Self::EXPAND_RANGE_DB).
    pub expand_range_db: f64,
    /// Attack: time in which the gain covers 63 % of its way when the level rises, in ms, within [`ATTACK_MS`](Self::ATTACK_MS).
    pub attack_ms: f64,
    /// Release: time in which the gain covers 63 % of its way when the level falls, in ms, within [`RELEASE_MS`](Self::RELEASE_MS).
    pub release_ms: f64,
    /// Slows the release after long reduction.
    pub auto_release: bool,
    /// Make-up gain in dB, within [`MAKEUP_DB`](Self::MAKEUP_DB).
    pub makeup_db: f64,
    /// Kind of level that the detector measures.
    pub detector: Detector,
    /// Window of the RMS detector in ms, within [`WINDOW_MS`](Self::WINDOW_MS).
    pub window_ms: f64,
    /// Look-ahead in ms, within [`LOOK_AHEAD_MS`](Self::LOOK_AHEAD_MS) and at most what [`Settings::look_ahead`] allows.
    pub look_ahead_ms: f64,
    /// Share in percent by which each channel follows the louder one, within [`LINK_PERCENT`](Self::LINK_PERCENT).
    pub link_percent: f64,
    /// Share of the compressed signal in percent, within [`MIX_PERCENT`](Self::MIX_PERCENT); the remainder is the dry band.
    pub mix_percent: f64,
    /// The two channels that the band compresses. A change takes effect behind a short fade of all bands to the input.
    pub channels: Channels,
}

impl Band {
    /// Range of [`threshold_db`](Self::threshold_db).
    pub const THRESHOLD_DB: Range = Range::linear(-60.0, 0.0, 10.0);
    /// Range of [`ratio`](Self::ratio).
    pub const RATIO: Range = Range::log(1.0, 100.0, 100.0);
    /// Range of [`knee_db`](Self::knee_db).
    pub const KNEE_DB: Range = Range::linear(0.0, 24.0, 10.0);
    /// Range of [`range_db`](Self::range_db).
    pub const RANGE_DB: Range = Range::linear(0.0, 60.0, 10.0);
    /// Range of [`upward_threshold_db`](Self::upward_threshold_db).
    pub const UPWARD_THRESHOLD_DB: Range = Range::linear(-80.0, 0.0, 10.0);
    /// Range of [`upward_ratio`](Self::upward_ratio).
    pub const UPWARD_RATIO: Range = Self::RATIO;
    /// Range of [`upward_range_db`](Self::upward_range_db).
    pub const UPWARD_RANGE_DB: Range = Range::linear(0.0, 36.0, 10.0);
    /// Range of [`expand_threshold_db`](Self::expand_threshold_db).
    pub const EXPAND_THRESHOLD_DB: Range = Self::UPWARD_THRESHOLD_DB;
    /// Range of [`expand_ratio`](Self::expand_ratio).
    pub const EXPAND_RATIO: Range = Self::RATIO;
    /// Range of [`expand_range_db`](Self::expand_range_db).
    pub const EXPAND_RANGE_DB: Range = Self::RANGE_DB;
    /// Range of [`attack_ms`](Self::attack_ms).
    pub const ATTACK_MS: Range = Range::log(0.05, 500.0, 100.0);
    /// Range of [`release_ms`](Self::release_ms).
    pub const RELEASE_MS: Range = Range::log(5.0, 5_000.0, 10.0);
    /// Range of [`makeup_db`](Self::makeup_db).
    pub const MAKEUP_DB: Range = Range::linear(-24.0, 24.0, 100.0);
    /// Range of [`window_ms`](Self::window_ms).
    pub const WINDOW_MS: Range = Range::log(1.0, 300.0, 10.0);
    /// Range of [`look_ahead_ms`](Self::look_ahead_ms).
    pub const LOOK_AHEAD_MS: Range = Range::linear(0.0, 20.0, 100.0);
    /// Range of [`link_percent`](Self::link_percent).
    pub const LINK_PERCENT: Range = Range::PERCENT;
    /// Range of [`mix_percent`](Self::mix_percent).
    pub const MIX_PERCENT: Range = Range::PERCENT;
}

impl Default for Band {
    fn default() -> Self {
        Self {
            on: true,
            threshold_db: 0.0,
            ratio: 2.0,
            knee_db: 6.0,
            range_db: 60.0,
            upward_threshold_db: -40.0,
            upward_ratio: 1.0,
            upward_range_db: 12.0,
            expand_threshold_db: -60.0,
            expand_ratio: 1.0,
            expand_range_db: 24.0,
            attack_ms: 10.0,
            release_ms: 100.0,
            auto_release: false,
            makeup_db: 0.0,
            detector: Detector::Peak,
            window_ms: 10.0,
            look_ahead_ms: 5.0,
            link_percent: 100.0,
            mix_percent: 100.0,
            channels: Channels::default(),
        }
    }
}

impl Band {
    /// Returns the band with every value clamped to its range; NaN becomes the default.
    fn clamped(self) -> Self {
        let default = Self::default();
        Self {
            threshold_db: Self::THRESHOLD_DB.clamp(self.threshold_db, default.threshold_db),
            ratio: Self::RATIO.clamp(self.ratio, default.ratio),
            knee_db: Self::KNEE_DB.clamp(self.knee_db, default.knee_db),
            range_db: Self::RANGE_DB.clamp(self.range_db, default.range_db),
            upward_threshold_db: Self::UPWARD_THRESHOLD_DB
                .clamp(self.upward_threshold_db, default.upward_threshold_db),
            upward_ratio: Self::UPWARD_RATIO.clamp(self.upward_ratio, default.upward_ratio),
            upward_range_db: Self::UPWARD_RANGE_DB.clamp(self.upward_range_db, default.upward_range_db),
            expand_threshold_db: Self::EXPAND_THRESHOLD_DB
                .clamp(self.expand_threshold_db, default.expand_threshold_db),
            expand_ratio: Self::EXPAND_RATIO.clamp(self.expand_ratio, default.expand_ratio),
            expand_range_db: Self::EXPAND_RANGE_DB.clamp(self.expand_range_db, default.expand_range_db),
            attack_ms: Self::ATTACK_MS.clamp(self.attack_ms, default.attack_ms),
            release_ms: Self::RELEASE_MS.clamp(self.release_ms, default.release_ms),
            makeup_db: Self::MAKEUP_DB.clamp(self.makeup_db, default.makeup_db),
            window_ms: Self::WINDOW_MS.clamp(self.window_ms, default.window_ms),
            look_ahead_ms: Self::LOOK_AHEAD_MS.clamp(self.look_ahead_ms, default.look_ahead_ms),
            link_percent: Self::LINK_PERCENT.clamp(self.link_percent, default.link_percent),
            mix_percent: Self::MIX_PERCENT.clamp(self.mix_percent, default.mix_percent),
            ..self
        }
    }
}

/// The bands that are heard. A way of listening: see [`Listen`](crate::settings::Listen).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Monitor {
    /// Bands on solo: if any band in use is, only those are heard.
    pub solo: [bool; BANDS],
    /// Bands that are silenced, unless they are on solo.
    pub mute: [bool; BANDS],
}

impl Monitor {
    /// Gains of the bands, 1 for each of the `count` bands in use that is heard and 0 for the others; last, 1 if any band in use is silenced.
    pub(super) fn weights(&self, count: usize) -> [f64; BANDS + 1] {
        let any_solo = self.solo[..count].contains(&true);
        let mut weights = [0.0; BANDS + 1];
        let mut all = true;
        for ((weight, solo), mute) in weights.iter_mut().zip(self.solo).zip(self.mute).take(count) {
            let heard = if any_solo { solo } else { !mute };
            all &= heard;
            *weight = f64::from(u8::from(heard));
        }
        weights[BANDS] = f64::from(u8::from(!all));
        weights
    }
}

/// Settings of the multiband compressor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Number of bands, counted from the lowest; the others are not used. A change takes effect behind a short fade to the input.
    pub bands: Bands,
    /// How gains reach the signal. Takes effect in `prepare`.
    pub phase: Phase,
    /// Greatest look-ahead of any band. Takes effect in `prepare`.
    pub look_ahead: LookAhead,
    /// Crossover frequencies in Hz, within [`CROSSOVER_HZ`](Self::CROSSOVER_HZ). One below its lower neighbour is pushed up to it: see
    /// [`crossovers_hz`](Self::crossovers_hz).
    pub crossover_hz: [f64; BANDS - 1],
    /// The bands, from the lowest.
    pub band: [Band; BANDS],
    /// Share of the compressed signal in percent, within [`MIX_PERCENT`](Self::MIX_PERCENT). The dry share is the bands before
    /// compression, so nothing cancels.
    pub mix_percent: f64,
    /// Adds [`auto_makeup_db`](super::auto_makeup_db) to the make-up of every band.
    pub auto_makeup: bool,
    /// The bands that are heard; a change is faded. In the chain it is the chain's [`Listen`](crate::settings::Listen).
    pub monitor: Monitor,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            bands: Bands::default(),
            phase: Phase::default(),
            look_ahead: LookAhead::default(),
            crossover_hz: Self::CROSSOVERS_HZ,
            band: [Band::default(); BANDS],
            mix_percent: 100.0,
            auto_makeup: false,
            monitor: Monitor::default(),
        }
    }
}

impl Settings {
    /// Range of every [`crossover_hz`](Self::crossover_hz).
    pub const CROSSOVER_HZ: Range = Range::log(20.0, 20_000.0, 10.0);
    /// Range of [`mix_percent`](Self::mix_percent).
    pub const MIX_PERCENT: Range = Range::PERCENT;

    /// Default crossover frequencies in Hz.
    const CROSSOVERS_HZ: [f64; BANDS - 1] = [120.0, 1_000.0, 6_000.0, 10_000.0, 15_000.0];

    /// Returns the crossovers in force: each in its range and never below the one before it. So a crossover that moves up pushes
    /// those above it, and one that moves down stops at its lower neighbour. It is a function of the settings alone: where
    /// automation came from makes no difference.
    pub fn crossovers_hz(&self) -> [f64; BANDS - 1] {
        let mut lowest = Self::CROSSOVER_HZ.min();
        std::array::from_fn(|n| {
            lowest = Self::CROSSOVER_HZ.clamp(self.crossover_hz[n], Self::CROSSOVERS_HZ[n]).max(lowest);
            lowest
        })
    }

    /// Returns the settings with every value clamped to its range; NaN becomes the default.
    pub(super) fn clamped(&self) -> Self {
        Self {
            crossover_hz: self.crossovers_hz(),
            band: self.band.map(Band::clamped),
            mix_percent: Self::MIX_PERCENT.clamp(self.mix_percent, Self::default().mix_percent),
            ..*self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crossover_pushes_those_above_it() {
        let mut settings =
            Settings { crossover_hz: [100.0, 1_000.0, 5_000.0, 8_000.0, 12_000.0], ..Default::default() };
        settings.crossover_hz[1] = 9_000.0;
        assert_eq!(settings.crossovers_hz(), [100.0, 9_000.0, 9_000.0, 9_000.0, 12_000.0]);
        settings.crossover_hz = [f64::NAN, -1.0, f64::INFINITY, 30.0, 0.0];
        assert_eq!(settings.crossovers_hz(), [120.0, 120.0, 20_000.0, 20_000.0, 20_000.0]);
    }
}
