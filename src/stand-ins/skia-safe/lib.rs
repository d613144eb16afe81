//! A pure-Rust stand-in for the part of [skia-safe](https://crates.io/crates/skia-safe) that vizia draws with.
//!
//! See the README for what it is, what it is not, and how to go back to real Skia. Everything here has the names,
//! signatures and meaning of skia-safe 0.93.1, except the module [`raster`]: how a surface is made and its pixels
//! are read. That module is the one seam to replace when going back.
//!
//! The map: [`Canvas`] records a list of drawings (`display`, `simplify`), [`Surface`] paints it when asked for
//! pixels (`raster`, on `vello_cpu`), [`Path`] keeps exact sets, [`textlayout`] stands on parley, [`svg`] on usvg.

// Only named to switch on a feature of what parley uses.
use fontique as _;

pub mod canvas;
mod color;
mod display;
mod fonts;
mod image;
mod matrix;
mod paint;
mod path;
pub mod path_builder;
mod point;
pub mod raster;
mod recorder;
mod rect;
pub mod resources;
pub mod rrect;
mod shader;
mod simplify;
mod surface;
pub mod svg;
pub mod textlayout;
pub mod wrapper;

pub use canvas::{Canvas, ClipOp};
pub use color::{Color, Color4f};
pub use fonts::{FontArguments, FontMgr, FontStyle, FourByteTag, Typeface, font_arguments, font_style};
pub use image::{Data, Image};
pub use matrix::{M44, Matrix, ScaleToFit};
pub use paint::{
    BlendMode, BlurStyle, ImageFilter, MaskFilter, Paint, PaintCap, PaintJoin, PaintStyle, PathEffect,
};
pub use path::{Path, PathDirection, PathOp};
pub use path_builder::PathBuilder;
pub use point::{Point, Size, Vector, scalar};
pub use rect::{IRect, Rect};
pub use rrect::RRect;
pub use shader::{SamplingOptions, Shader, TileMode, gradient_shader, shaders};
pub use surface::Surface;
