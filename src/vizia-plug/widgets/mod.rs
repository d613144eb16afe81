//! The widgets.

mod choice;
mod field;
mod grip;
mod handle2d;
mod knob;
mod meter;
mod slider;
mod toggle;

pub use choice::{DropDown, Segmented};
pub use field::NumericField;
pub use grip::ResizeGrip;
pub use handle2d::{Handle2d, HandleArea};
pub use knob::Knob;
pub use meter::{Levels, PeakMeter};
pub use slider::Slider;
pub use toggle::Toggle;
