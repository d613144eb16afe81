//! Spectral analysis of finished audio or of a window's samples: allocates, so it never runs on the audio thread.

pub mod bands;
pub mod difference;
pub mod spectrum;

pub use bands::{Band, BandAnalyser, BandStatistics, Fraction, Level};
pub use difference::{Difference, Part, differences, regions};
pub use spectrum::{Spectrum, Welch};
