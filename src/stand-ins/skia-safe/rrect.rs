//! Rounded rectangles.

use crate::{Rect, Vector};

/// A corner of a rounded rectangle; the order is that of `RRect::new_rect_radii`.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub enum Corner {
    /// Left, top.
    UpperLeft,
    /// Right, top.
    UpperRight,
    /// Right, bottom.
    LowerRight,
    /// Left, bottom.
    LowerLeft,
}

/// A rectangle with an elliptic radius at each corner.
#[derive(Copy, Clone, PartialEq, Default, Debug)]
pub struct RRect {
    rect: Rect,
    radii: [Vector; 4],
}

impl RRect {
    /// The rectangle with these radii: upper left, upper right, lower right, lower left. Radii are scaled
    /// down together if two on one side do not fit, as in CSS.
    pub fn new_rect_radii(rect: impl AsRef<Rect>, radii: &[Vector; 4]) -> Self {
        let rect = *rect.as_ref();
        if !rect.is_finite() {
            return Self::default();
        }
        let rect = rect.sorted();
        let mut radii = radii.map(|r| {
            let usable = r.x > 0.0 && r.y > 0.0 && r.x.is_finite() && r.y.is_finite();
            if usable { r } else { Vector::default() }
        });
        let (w, h) = (rect.width(), rect.height());
        let fit = |side: f32, sum: f32| if sum > side { side / sum } else { 1.0 };
        let scale = fit(w, radii[0].x + radii[1].x)
            .min(fit(h, radii[1].y + radii[2].y))
            .min(fit(w, radii[2].x + radii[3].x))
            .min(fit(h, radii[3].y + radii[0].y));
        if scale < 1.0 {
            radii = radii.map(|r| Vector::new(r.x * scale, r.y * scale));
        }
        Self { rect, radii }
    }

    /// The rectangle around it.
    pub fn bounds(&self) -> &Rect {
        &self.rect
    }

    /// Width of the bounds.
    pub fn width(&self) -> f32 {
        self.rect.width()
    }

    /// Height of the bounds.
    pub fn height(&self) -> f32 {
        self.rect.height()
    }

    /// The radii at `corner`.
    pub fn radii(&self, corner: Corner) -> Vector {
        self.radii[corner as usize]
    }

    /// Each edge moved out by `delta`; round corners grow with it, square ones stay square.
    #[must_use]
    pub fn with_outset(&self, delta: impl Into<Vector>) -> Self {
        let d = delta.into();
        let mut rect = self.rect.with_inset((-d.x, -d.y));
        if rect.left > rect.right {
            rect.left = rect.center_x();
            rect.right = rect.left;
        }
        if rect.top > rect.bottom {
            rect.top = rect.top * 0.5 + rect.bottom * 0.5;
            rect.bottom = rect.top;
        }
        let radii =
            self.radii.map(|r| if r.x <= 0.0 || r.y <= 0.0 { r } else { Vector::new(r.x + d.x, r.y + d.y) });
        Self::new_rect_radii(rect, &radii)
    }

    pub(crate) fn all_radii(&self) -> [Vector; 4] {
        self.radii
    }
}

impl AsRef<RRect> for RRect {
    fn as_ref(&self) -> &RRect {
        self
    }
}
