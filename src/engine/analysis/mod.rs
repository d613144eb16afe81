//! Spectral analysis of finished audio or of a window's samples: allocates, so it never runs on the audio thread.

pub mod bands;
pub mod difference;
pub mod spectrum;

pub use bands::{Band, BandAnalyser, BandStatistics, Fraction, Level, Part};
pub use difference::{Difference, differences, regions};
pub use spectrum::{Spectrum, Welch};
