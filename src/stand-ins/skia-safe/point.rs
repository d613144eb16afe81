//! Points, vectors and sizes.

/// Skia's name for its coordinate type.
#[allow(non_camel_case_types, reason = "the name is Skia's")]
pub type scalar = f32;

/// A displacement; the same type as a point.
pub type Vector = Point;

/// A point in the plane, y downwards.
#[derive(Copy, Clone, PartialEq, Default, Debug)]
pub struct Point {
    /// Horizontal coordinate.
    pub x: f32,
    /// Vertical coordinate, downwards.
    pub y: f32,
}

impl Point {
    /// The point (x, y).
    pub const fn new(x: scalar, y: scalar) -> Self {
        Self { x, y }
    }

    pub(crate) fn to_kurbo(self) -> kurbo::Point {
        kurbo::Point::new(f64::from(self.x), f64::from(self.y))
    }
}

impl From<(scalar, scalar)> for Point {
    fn from((x, y): (scalar, scalar)) -> Self {
        Self { x, y }
    }
}

impl From<(i32, i32)> for Point {
    #[expect(clippy::cast_precision_loss, reason = "pixel positions are far below 2^24")]
    fn from((x, y): (i32, i32)) -> Self {
        Self { x: x as f32, y: y as f32 }
    }
}

/// A width and a height.
#[derive(Copy, Clone, PartialEq, Default, Debug)]
pub struct Size {
    /// Horizontal extent.
    pub width: f32,
    /// Vertical extent.
    pub height: f32,
}

impl From<(scalar, scalar)> for Size {
    fn from((width, height): (scalar, scalar)) -> Self {
        Self { width, height }
    }
}
