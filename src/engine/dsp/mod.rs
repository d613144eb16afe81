//! The shared toolbox: small parts that compose, each with its source. What only one module needs stays in that module.

pub mod box_smooth;
pub mod delay;
pub mod dynamics;
pub mod equiripple;
pub mod exponential;
pub mod extremes;
pub mod fir;
pub mod fir32;
pub mod halfband;
pub mod history;
pub mod k_weighting;
pub mod kaiser;
pub mod linkwitz_riley;
pub mod mid_side;
pub mod pieces;
pub mod ramp;
pub mod ramps;
pub mod svf;
pub mod switch;

pub use box_smooth::BoxSmooth;
pub use delay::Delay;
pub use history::History;
pub use k_weighting::KWeighting;
pub use pieces::pieces;
pub use ramp::Ramp;
pub use ramps::Ramps;
pub use switch::{Switch, mix};
