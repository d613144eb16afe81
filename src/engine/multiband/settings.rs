//! What can be set in the multiband compressor, with its ranges.

use crate::params::choices;
use crate::units::within;

/// The greatest number of bands.
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

/// Least and greatest value.
pub(crate) type Limits = (f64, f64);

/// The ranges of the settings, for the table of parameters and for bringing hostile values inside.
pub(crate) mod limits {
    use super::Limits;

    pub(crate) const CROSSOVER_HZ: Limits = (20.0, 20_000.0);
    pub(crate) const THRESHOLD_DB: Limits = (-60.0, 0.0);
    pub(crate) const LOW_THRESHOLD_DB: Limits = (-80.0, 0.0);
    pub(crate) const RATIO: Limits = (1.0, 100.0);
    pub(crate) const KNEE_DB: Limits = (0.0, 24.0);
    pub(crate) const RANGE_DB: Limits = (0.0, 60.0);
    pub(crate) const UPWARD_RANGE_DB: Limits = (0.0, 36.0);
    pub(crate) const ATTACK_MS: Limits = (0.05, 500.0);
    pub(crate) const RELEASE_MS: Limits = (5.0, 5_000.0);
    pub(crate) const MAKEUP_DB: Limits = (-24.0, 24.0);
    pub(crate) const WINDOW_MS: Limits = (1.0, 300.0);
    pub(crate) const LOOK_AHEAD_MS: Limits = (0.0, 20.0);
    pub(crate) const PERCENT: Limits = (0.0, 100.0);
}

/// What can be set in one band.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// Off leaves the band as it is.
    pub on: bool,
    /// Downward compression: above this level in dB, -60 to 0, ...
    pub threshold_db: f64,
    /// ... the output rises by one dB for so many of the input, 1 to 100.
    pub ratio: f64,
    /// Width of every corner of the curve, 0 to 24 dB.
    pub knee_db: f64,
    /// The most that downward compression takes away, 0 to 60 dB.
    pub range_db: f64,
    /// Upward compression: below this level in dB, -80 to 0, ...
    pub upward_threshold_db: f64,
    /// ... the output falls by one dB for so many of the input, 1 (off) to 100, ...
    pub upward_ratio: f64,
    /// ... and is raised by this much at most, 0 to 36 dB.
    pub upward_range_db: f64,
    /// Downward expansion: below this level in dB, -80 to 0, ...
    pub expand_threshold_db: f64,
    /// ... the output falls by so many dB for one of the input, 1 (off) to 100, ...
    pub expand_ratio: f64,
    /// ... and is lowered by this much at most, 0 to 60 dB.
    pub expand_range_db: f64,
    /// Time in which the gain has done 63 % of its way when the level rises, 0.05 to 500 ms.
    pub attack_ms: f64,
    /// The same when the level falls, 5 to 5000 ms.
    pub release_ms: f64,
    /// After long reduction, release more slowly.
    pub auto_release: bool,
    /// Gain added, -24 to 24 dB.
    pub makeup_db: f64,
    /// What the level is.
    pub detector: Detector,
    /// Length of the RMS detector's window, 1 to 300 ms.
    pub window_ms: f64,
    /// How long before the level the gain moves, 0 to 20 ms, within what [`Settings::look_ahead`] allows.
    pub look_ahead_ms: f64,
    /// How far each channel follows the louder one, 0 to 100 %.
    pub link_percent: f64,
    /// Share of the compressed signal, 0 to 100 %; the rest is the band as it was.
    pub mix_percent: f64,
    /// What the two channels are that the band compresses. Heard after a short fade of all bands through the input.
    pub channels: Channels,
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
    fn inside(self) -> Self {
        use limits as l;
        Self {
            threshold_db: inside(self.threshold_db, l::THRESHOLD_DB),
            ratio: inside(self.ratio, l::RATIO),
            knee_db: inside(self.knee_db, l::KNEE_DB),
            range_db: inside(self.range_db, l::RANGE_DB),
            upward_threshold_db: inside(self.upward_threshold_db, l::LOW_THRESHOLD_DB),
            upward_ratio: inside(self.upward_ratio, l::RATIO),
            upward_range_db: inside(self.upward_range_db, l::UPWARD_RANGE_DB),
            expand_threshold_db: inside(self.expand_threshold_db, l::LOW_THRESHOLD_DB),
            expand_ratio: inside(self.expand_ratio, l::RATIO),
            expand_range_db: inside(self.expand_range_db, l::RANGE_DB),
            attack_ms: inside(self.attack_ms, l::ATTACK_MS),
            release_ms: inside(self.release_ms, l::RELEASE_MS),
            makeup_db: inside(self.makeup_db, l::MAKEUP_DB),
            window_ms: inside(self.window_ms, l::WINDOW_MS),
            look_ahead_ms: inside(self.look_ahead_ms, l::LOOK_AHEAD_MS),
            link_percent: inside(self.link_percent, l::PERCENT),
            mix_percent: inside(self.mix_percent, l::PERCENT),
            ..self
        }
    }
}

/// What can be set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Number of bands, counted from the bottom; the others rest. Heard after a short fade through the input.
    pub bands: Bands,
    /// How gains reach the signal. Waits for `prepare`.
    pub phase: Phase,
    /// How far the bands' look-ahead times reach. Waits for `prepare`.
    pub look_ahead: LookAhead,
    /// Where one band ends and the next begins, in Hz, 20 to 20 000. One set below its lower neighbour is pushed up to it:
    /// see [`crossovers_hz`](Self::crossovers_hz).
    pub crossover_hz: [f64; BANDS - 1],
    /// The bands, from the lowest.
    pub band: [Band; BANDS],
    /// Share of the compressed signal, 0 to 100 %. What is mixed in is the bands as they were, so nothing cancels.
    pub mix_percent: f64,
    /// Adds [`auto_makeup_db`](super::auto_makeup_db) to the make-up of every band.
    pub auto_makeup: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            bands: Bands::default(),
            phase: Phase::default(),
            look_ahead: LookAhead::default(),
            crossover_hz: [120.0, 1_000.0, 6_000.0, 10_000.0, 15_000.0],
            band: [Band::default(); BANDS],
            mix_percent: 100.0,
            auto_makeup: false,
        }
    }
}

impl Settings {
    /// The crossovers in force: each in its range and never below the one before it. So a crossover that moves up pushes
    /// those above it, and one that moves down stops at its lower neighbour. It is a function of the settings alone: where
    /// automation came from makes no difference.
    pub fn crossovers_hz(&self) -> [f64; BANDS - 1] {
        let mut lowest = limits::CROSSOVER_HZ.0;
        self.crossover_hz.map(|hz| {
            lowest = inside(hz, limits::CROSSOVER_HZ).max(lowest);
            lowest
        })
    }

    /// All values brought into their ranges; NaN counts as the least.
    pub(super) fn inside(&self) -> Self {
        Self {
            crossover_hz: self.crossovers_hz(),
            band: self.band.map(Band::inside),
            mix_percent: inside(self.mix_percent, limits::PERCENT),
            ..*self
        }
    }
}

fn inside(x: f64, (min, max): Limits) -> f64 {
    within(x, min, max)
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
        assert_eq!(settings.crossovers_hz(), [20.0, 20.0, 20_000.0, 20_000.0, 20_000.0]);
    }
}
