//! Spectral analysis of finished audio or of a window's samples: allocates, so it never runs on the audio thread.

pub mod spectrum;

pub use spectrum::{Spectrum, Welch};
