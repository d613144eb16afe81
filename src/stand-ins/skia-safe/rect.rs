//! Rectangles in floats and in whole pixels.

use crate::Vector;

/// An axis-aligned rectangle given by its edges; empty unless left < right and top < bottom.
#[derive(Copy, Clone, PartialEq, Default, Debug)]
pub struct Rect {
    /// Smaller x edge.
    pub left: f32,
    /// Smaller y edge.
    pub top: f32,
    /// Larger x edge.
    pub right: f32,
    /// Larger y edge.
    pub bottom: f32,
}

impl Rect {
    /// The rectangle of these edges, unsorted.
    pub fn new(left: f32, top: f32, right: f32, bottom: f32) -> Self {
        Self { left, top, right, bottom }
    }

    /// The left edge.
    pub const fn x(&self) -> f32 {
        self.left
    }

    /// The top edge.
    pub const fn y(&self) -> f32 {
        self.top
    }

    /// The left edge.
    pub const fn left(&self) -> f32 {
        self.left
    }

    /// The top edge.
    pub const fn top(&self) -> f32 {
        self.top
    }

    /// The right edge.
    pub const fn right(&self) -> f32 {
        self.right
    }

    /// The bottom edge.
    pub const fn bottom(&self) -> f32 {
        self.bottom
    }

    /// right - left.
    pub fn width(&self) -> f32 {
        self.right - self.left
    }

    /// bottom - top.
    pub fn height(&self) -> f32 {
        self.bottom - self.top
    }

    /// The middle between left and right.
    pub fn center_x(&self) -> f32 {
        // Halves first: the sum of two large edges could overflow.
        self.left * 0.5 + self.right * 0.5
    }

    /// The rectangle with each vertical edge moved in by d.x, each horizontal one by d.y.
    #[must_use]
    pub fn with_inset(&self, d: impl Into<Vector>) -> Self {
        let d = d.into();
        Self::new(self.left + d.x, self.top + d.y, self.right - d.x, self.bottom - d.y)
    }

    pub(crate) fn to_kurbo(self) -> kurbo::Rect {
        kurbo::Rect::new(
            f64::from(self.left),
            f64::from(self.top),
            f64::from(self.right),
            f64::from(self.bottom),
        )
    }

    #[expect(clippy::cast_possible_truncation, reason = "Skia's coordinates are f32")]
    pub(crate) fn from_kurbo(r: kurbo::Rect) -> Self {
        Self::new(r.x0 as f32, r.y0 as f32, r.x1 as f32, r.y1 as f32)
    }

    pub(crate) fn is_finite(self) -> bool {
        self.left.is_finite() && self.top.is_finite() && self.right.is_finite() && self.bottom.is_finite()
    }

    pub(crate) fn sorted(self) -> Self {
        Self::new(
            self.left.min(self.right),
            self.top.min(self.bottom),
            self.left.max(self.right),
            self.top.max(self.bottom),
        )
    }

    /// False also for NaN.
    pub(crate) fn has_area(self) -> bool {
        self.left < self.right && self.top < self.bottom
    }
}

impl AsRef<Rect> for Rect {
    fn as_ref(&self) -> &Rect {
        self
    }
}

/// A rectangle of whole pixels, by its edges.
#[derive(Copy, Clone, PartialEq, Eq, Default, Hash, Debug)]
pub struct IRect {
    /// First column.
    pub left: i32,
    /// First row.
    pub top: i32,
    /// The column after the last.
    pub right: i32,
    /// The row after the last.
    pub bottom: i32,
}

impl IRect {
    /// The rectangle of these edges, unsorted.
    pub const fn new(left: i32, top: i32, right: i32, bottom: i32) -> Self {
        Self { left, top, right, bottom }
    }

    pub(crate) const fn width(self) -> i32 {
        self.right - self.left
    }

    pub(crate) const fn height(self) -> i32 {
        self.bottom - self.top
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.left >= self.right || self.top >= self.bottom
    }

    pub(crate) fn intersect(self, other: Self) -> Self {
        Self::new(
            self.left.max(other.left),
            self.top.max(other.top),
            self.right.min(other.right),
            self.bottom.min(other.bottom),
        )
    }

    /// The smallest rectangle around both, taking an empty one for nothing.
    pub(crate) fn union(self, other: Self) -> Self {
        if self.is_empty() {
            return other;
        }
        if other.is_empty() {
            return self;
        }
        Self::new(
            self.left.min(other.left),
            self.top.min(other.top),
            self.right.max(other.right),
            self.bottom.max(other.bottom),
        )
    }

    /// Whether every pixel of `other` lies inside.
    pub(crate) fn contains(self, other: Self) -> bool {
        self.left <= other.left
            && self.top <= other.top
            && self.right >= other.right
            && self.bottom >= other.bottom
    }

    pub(crate) fn to_kurbo(self) -> kurbo::Rect {
        kurbo::Rect::new(
            f64::from(self.left),
            f64::from(self.top),
            f64::from(self.right),
            f64::from(self.bottom),
        )
    }

    /// The pixels `r` touches; NaN and infinite edges reach as far as pixels go.
    #[expect(clippy::cast_possible_truncation, reason = "clamped to the range of pixels first")]
    pub(crate) fn around(r: kurbo::Rect) -> Self {
        const FAR: f64 = 1e6;
        let edge = |v: f64, nan: f64| if v.is_nan() { nan } else { v.clamp(-FAR, FAR) };
        Self::new(
            edge(r.x0, -FAR).floor() as i32,
            edge(r.y0, -FAR).floor() as i32,
            edge(r.x1, FAR).ceil() as i32,
            edge(r.y1, FAR).ceil() as i32,
        )
    }
}

/// Whether `r` has only finite edges.
pub(crate) fn is_finite(r: kurbo::Rect) -> bool {
    r.x0.is_finite() && r.y0.is_finite() && r.x1.is_finite() && r.y1.is_finite()
}

pub(crate) fn contains_rect(outer: kurbo::Rect, inner: kurbo::Rect) -> bool {
    outer.x0 <= inner.x0 && outer.y0 <= inner.y0 && outer.x1 >= inner.x1 && outer.y1 >= inner.y1
}
