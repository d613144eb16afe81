//! The shared toolbox: small parts that compose, each with its source. What only one module needs stays in that module.

pub mod delay;
pub mod ramp;

pub use delay::Delay;
pub use ramp::Ramp;
