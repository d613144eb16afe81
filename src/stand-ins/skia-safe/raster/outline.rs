//! Outlines on their way to the device: coordinates within bounds, curves cut into lines.

use crate::Path;
use crate::display::Op;
use kurbo::{Affine, BezPath, PathEl};
use std::borrow::Cow;

/// Greatest coordinate on the device, in pixels: far outside any surface, and small enough that curves through it are cut
/// into a bounded number of lines.
pub(super) const FAR: f64 = 1e5;
/// Greatest distance of a curve from the lines it is drawn as, in pixels.
pub(super) const TOLERANCE: f64 = 0.03;

/// Returns an outline and its transform to the device; under perspective it is mapped already.
pub(super) fn outline_of<'p>(op: &Op, path: &'p Path) -> Option<(Cow<'p, BezPath>, Affine)> {
    let outline = &path.data().outline;
    if op.matrix.has_perspective() {
        return Some((Cow::Owned(op.matrix.map_outline(outline)?), Affine::IDENTITY));
    }
    Some((Cow::Borrowed(outline), op.matrix.to_affine()?))
}

/// Returns the outline and its transform to the device, coordinates clamped to [`FAR`] where they lie beyond.
pub(super) fn bounded(outline: &BezPath, affine: Affine) -> (Cow<'_, BezPath>, Affine) {
    if is_near(affine.transform_rect_bbox(outline.control_box())) {
        return (Cow::Borrowed(outline), affine);
    }
    (Cow::Owned(brought_in(outline, affine)), Affine::IDENTITY)
}

/// The outline as [`bounded`] gives it, its curves cut into lines: finer than vello would, whose quarter of a pixel makes dots of two
/// pixels a tenth too small.
pub(super) fn fine(outline: &BezPath, affine: Affine) -> (Cow<'_, BezPath>, Affine) {
    let (outline, affine) = bounded(outline, affine);
    if !has_curves(&outline) {
        return (outline, affine);
    }
    let mut lines = BezPath::new();
    let tolerance = TOLERANCE / most_scale(affine).max(1e-9);
    kurbo::flatten(outline.iter(), tolerance, |el| lines.push(el));
    (Cow::Owned(lines), affine)
}

pub(super) fn has_curves(outline: &BezPath) -> bool {
    outline.elements().iter().any(|el| matches!(el, PathEl::QuadTo(..) | PathEl::CurveTo(..)))
}

/// Returns true for a box within [`FAR`]; false for NaN.
pub(super) fn is_near(r: kurbo::Rect) -> bool {
    r.x0 > -FAR && r.y0 > -FAR && r.x1 < FAR && r.y1 < FAR
}

/// Returns the mapped outline, each point no farther out than [`FAR`].
pub(super) fn brought_in(outline: &BezPath, affine: Affine) -> BezPath {
    let near = |v: f64| if v.is_nan() { 0.0 } else { v.clamp(-FAR, FAR) };
    let p = |q: kurbo::Point| {
        let q = affine * q;
        kurbo::Point::new(near(q.x), near(q.y))
    };
    let mapped = |el: &PathEl| match *el {
        PathEl::MoveTo(a) => PathEl::MoveTo(p(a)),
        PathEl::LineTo(a) => PathEl::LineTo(p(a)),
        PathEl::QuadTo(a, b) => PathEl::QuadTo(p(a), p(b)),
        PathEl::CurveTo(a, b, c) => PathEl::CurveTo(p(a), p(b), p(c)),
        PathEl::ClosePath => PathEl::ClosePath,
    };
    outline.elements().iter().map(mapped).collect()
}

/// Returns an upper bound of the scale in any direction: the Frobenius norm.
pub(super) fn most_scale(affine: Affine) -> f64 {
    affine.as_coeffs()[..4].iter().map(|v| v * v).sum::<f64>().sqrt()
}

/// Returns the geometric mean of the scales along both axes.
pub(super) fn scale_of(affine: Affine) -> f64 {
    affine.determinant().abs().sqrt()
}
