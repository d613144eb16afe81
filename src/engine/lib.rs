//! Garnish's mastering chain: pure DSP. No host, no GUI, no files, no threads.
//!
//! Everything that changes sound is a [`Stage`]; stages compose into the [`chain`], and [`Engine`] is the chain behind a
//! host's block. Start with [`stage`], then read any
//! module folder. [`params`] is the one table of parameters, [`settings`] what they set, `units` holds the only number
//! conversions, `dsp` the shared toolbox.
#![forbid(unsafe_code)]
#![allow(
    clippy::inline_always,
    reason = "what runs under pulp's dispatch must be compiled with it, for the same vector unit"
)]

pub mod analysis;
pub mod bypassed;
pub mod chain;
pub mod dither;
pub mod dsp;
pub mod engine;
pub mod eq;
pub mod limiter;
mod link;
pub mod meter;
mod metering;
pub mod multiband;
pub mod oversampled;
pub mod params;
pub mod presets;
mod quality;
mod reading;
pub mod saturator;
pub mod settings;
pub mod stage;
pub mod stereo;
pub mod sync;
pub mod transport;
pub mod units;

pub use engine::Engine;
pub use link::WindowEnd;
pub use settings::Settings;
pub use stage::{Block, Spec, Stage};
