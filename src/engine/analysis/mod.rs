//! Spectral analysis of finished audio or of a window's samples: allocates, so it never runs on the audio thread.

pub mod bands;
pub mod difference;
pub mod spectrum;
pub mod statistics;

pub use bands::{BandAnalyser, Fraction};
pub use difference::{Difference, differences, regions};
pub use spectrum::{Spectrum, Welch};
pub use statistics::{Band, BandStatistics, Level, Part};
