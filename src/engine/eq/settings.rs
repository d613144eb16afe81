//! Settings of the equaliser, with their ranges.

use crate::params::plain::choices;
use crate::params::range::Range;

/// Number of bands.
pub const BANDS: usize = 8;

choices! {
    /// What a band does around its frequency.
    pub enum Shape {
        /// Lifts or lowers a region.
        #[default]
        Bell = "bell", "Bell";
        /// Lifts or lowers everything below.
        LowShelf = "low_shelf", "Low Shelf";
        /// Lifts or lowers everything above.
        HighShelf = "high_shelf", "High Shelf";
        /// Takes away what is below: a high-pass.
        LowCut = "low_cut", "Low Cut";
        /// Takes away what is above: a low-pass.
        HighCut = "high_cut", "High Cut";
        /// Takes away the frequency itself.
        Notch = "notch", "Notch";
        /// Leaves only the region.
        BandPass = "band_pass", "Band Pass";
        /// Lifts what is above and lowers what is below by the same gain.
        Tilt = "tilt", "Tilt";
    }
}

impl Shape {
    /// True where a gain of 0 dB changes nothing.
    pub fn has_gain(self) -> bool {
        matches!(self, Self::Bell | Self::LowShelf | Self::HighShelf | Self::Tilt)
    }

    /// True for the shapes that heed [`Band::slope`].
    pub fn has_slope(self) -> bool {
        matches!(self, Self::LowCut | Self::HighCut)
    }
}

choices! {
    /// How steep a cut is.
    pub enum Slope {
        /// First order.
        Db6 = "db_6", "6 dB/oct";
        /// Second order.
        #[default]
        Db12 = "db_12", "12 dB/oct";
        /// Third order.
        Db18 = "db_18", "18 dB/oct";
        /// Fourth order.
        Db24 = "db_24", "24 dB/oct";
        /// Sixth order.
        Db36 = "db_36", "36 dB/oct";
        /// Eighth order.
        Db48 = "db_48", "48 dB/oct";
    }
}

impl Slope {
    pub(super) fn order(self) -> usize {
        match self {
            Self::Db6 => 1,
            Self::Db12 => 2,
            Self::Db18 => 3,
            Self::Db24 => 4,
            Self::Db36 => 6,
            Self::Db48 => 8,
        }
    }
}

/// Settings of one band.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// Switches the band on.
    pub on: bool,
    /// Shape of the band's curve.
    pub shape: Shape,
    /// Centre frequency of a bell, notch or band-pass, corner of a cut, or middle of a shelf's slope, in Hz, within
    /// [`FREQ_HZ`](Self::FREQ_HZ). Beyond Nyquist the curve below it stays analogue: a high shelf up there lifts the air below.
    pub freq_hz: f64,
    /// Gain in dB, within [`GAIN_DB`](Self::GAIN_DB), for the shapes that have one.
    pub gain_db: f64,
    /// Quality factor, within [`Q`](Self::Q). 0.707 is Butterworth for cuts and the steepest shelf that does not overshoot. A
    /// first-order cut has none.
    pub q: f64,
    /// Steepness of a cut.
    pub slope: Slope,
}

impl Band {
    /// Range of [`freq_hz`](Self::freq_hz).
    pub const FREQ_HZ: Range = Range::log(10.0, 30_000.0, 10.0);
    /// Range of [`gain_db`](Self::gain_db).
    pub const GAIN_DB: Range = Range::linear(-24.0, 24.0, 100.0);
    /// Range of [`q`](Self::q).
    pub const Q: Range = Range::log(0.1, 24.0, 1000.0);

    const fn at(freq_hz: f64) -> Self {
        Self { on: true, shape: Shape::Bell, freq_hz, gain_db: 0.0, q: 0.707, slope: Slope::Db12 }
    }

    /// Returns the band with every value clamped to its range; NaN becomes the value in `default`.
    fn clamped(&self, default: &Self) -> Self {
        Self {
            freq_hz: Self::FREQ_HZ.clamp(self.freq_hz, default.freq_hz),
            gain_db: Self::GAIN_DB.clamp(self.gain_db, default.gain_db),
            q: Self::Q.clamp(self.q, default.q),
            ..*self
        }
    }

    /// Returns false if the band passes the signal unchanged.
    pub(super) fn acts(&self) -> bool {
        self.on && !(self.shape.has_gain() && self.gain_db == 0.0)
    }
}

/// Settings of the equaliser.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// The bands, in series.
    pub bands: [Band; BANDS],
    /// Factor for the gains of all bands in percent, within [`GAIN_SCALE_PERCENT`](Self::GAIN_SCALE_PERCENT).
    pub gain_scale_percent: f64,
}

impl Settings {
    /// Range of [`gain_scale_percent`](Self::gain_scale_percent).
    pub const GAIN_SCALE_PERCENT: Range = Range::linear(0.0, 200.0, 10.0);

    /// Centre frequencies of new bands, in Hz.
    const FREQUENCIES_HZ: [f64; BANDS] = [40.0, 100.0, 250.0, 630.0, 1_600.0, 4_000.0, 8_000.0, 16_000.0];

    /// Returns the settings with every value clamped to its range; NaN becomes the default.
    pub(super) fn clamped(&self) -> Self {
        let default = Self::default();
        Self {
            bands: std::array::from_fn(|n| self.bands[n].clamped(&default.bands[n])),
            gain_scale_percent: Self::GAIN_SCALE_PERCENT
                .clamp(self.gain_scale_percent, default.gain_scale_percent),
        }
    }

    /// Returns the bands as they sound: clamped, and with their gains scaled.
    pub(super) fn scaled_bands(&self) -> [Band; BANDS] {
        let clamped = self.clamped();
        let scale = 0.01 * clamped.gain_scale_percent;
        clamped.bands.map(|band| Band { gain_db: band.gain_db * scale, ..band })
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self { bands: Self::FREQUENCIES_HZ.map(Band::at), gain_scale_percent: 100.0 }
    }
}
