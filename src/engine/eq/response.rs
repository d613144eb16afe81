//! The equaliser's curve: of the filter that runs, and of its analogue model.

use num_complex::Complex64;

use super::design::{Designer, Filter, Target};
use super::{BANDS, Settings, prototype};
use crate::units::{db_from_gain, radians_per_sample};

/// The curve of settings at a sample rate, from the coefficients that process. Make it once, then ask for many
/// frequencies.
#[derive(Clone, Debug)]
pub struct Response {
    filters: [Option<Filter>; BANDS],
    sample_rate_hz: f64,
}

impl Response {
    /// Designs the filters. Does not allocate.
    pub fn new(settings: &Settings, sample_rate_hz: f64) -> Self {
        let filters = settings.scaled_bands().map(|band| {
            band.acts().then(|| {
                Designer::new(sample_rate_hz).design(&Target {
                    shape: band.shape,
                    slope: band.slope,
                    freq_hz: band.freq_hz,
                    gain_db: band.gain_db,
                    q: band.q,
                })
            })
        });
        Self { filters, sample_rate_hz }
    }

    /// H at a frequency.
    pub fn at(&self, hz: f64) -> Complex64 {
        (0..BANDS).map(|n| self.band_at(n, hz)).product()
    }

    /// H of one band alone, from 0.
    pub fn band_at(&self, band: usize, hz: f64) -> Complex64 {
        let z = Complex64::from_polar(1.0, radians_per_sample(hz, self.sample_rate_hz));
        match self.filters.get(band) {
            Some(Some(filter)) => filter.used().iter().map(|s| s.response(z)).product(),
            _ => Complex64::ONE,
        }
    }

    /// The level in dB at a frequency.
    pub fn db(&self, hz: f64) -> f64 {
        db_from_gain(self.at(hz).norm())
    }

    /// The level of one band alone in dB, from 0.
    pub fn band_db(&self, band: usize, hz: f64) -> f64 {
        db_from_gain(self.band_at(band, hz).norm())
    }
}

/// The level in dB at one frequency; for a curve, [`Response`].
pub fn response(settings: &Settings, sample_rate_hz: f64, hz: f64) -> f64 {
    Response::new(settings, sample_rate_hz).db(hz)
}

/// The level in dB of the analogue model at one frequency: what [`response`] should be at any rate.
pub fn prototype_db(settings: &Settings, hz: f64) -> f64 {
    settings.scaled_bands().iter().filter(|band| band.acts()).map(|band| prototype::band_db(band, hz)).sum()
}
