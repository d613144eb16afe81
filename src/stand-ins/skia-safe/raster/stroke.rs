//! Strokes: pens, dashes, and the outlines of what they cover.

use super::outline::{FAR, TOLERANCE, bounded, brought_in, is_near, most_scale, scale_of};
use crate::{Paint, PaintCap, PaintJoin, PaintStyle};
use kurbo::{Affine, BezPath, PathEl, Shape as _};
use std::borrow::Cow;

/// Number of dashes from which a line is drawn solid: they cannot be told apart.
const MOST_DASHES: f64 = 20_000.0;
/// Scale from which a stroke is drawn with a round pen on the device: stretched a thousand times, the pen's own shape
/// cannot be told any more.
const STEEPEST: f64 = 1e3;

/// Returns what to stroke, its transform and the pen, all within [`FAR`] on the device.
pub(super) fn bounded_stroke<'p>(
    outline: &'p BezPath,
    affine: Affine,
    stroke: &kurbo::Stroke,
) -> (Cow<'p, BezPath>, Affine, kurbo::Stroke) {
    let mut stroke = stroke.clone();
    let most = most_scale(affine);
    let reach = affine.transform_rect_bbox(outline.control_box());
    let ordinary = most < STEEPEST && is_near(reach);
    if ordinary {
        stroke.width = stroke.width.min(FAR / most.max(1e-9));
        return (Cow::Borrowed(outline), affine, stroke);
    }
    stroke.width = (stroke.width * scale_of(affine)).min(FAR);
    (Cow::Owned(brought_in(outline, affine)), Affine::IDENTITY, stroke)
}

/// Returns the pen; a width of 0 is one pixel.
pub(super) fn stroke_of(paint: &Paint, affine: Affine) -> kurbo::Stroke {
    let width = if paint.stroke_width > 0.0 {
        f64::from(paint.stroke_width)
    } else {
        1.0 / scale_of(affine).max(1e-6)
    };
    let cap = match paint.cap {
        PaintCap::Butt => kurbo::Cap::Butt,
        PaintCap::Round => kurbo::Cap::Round,
        PaintCap::Square => kurbo::Cap::Square,
    };
    let join = match paint.join {
        PaintJoin::Miter => kurbo::Join::Miter,
        PaintJoin::Round => kurbo::Join::Round,
        PaintJoin::Bevel => kurbo::Join::Bevel,
    };
    kurbo::Stroke::new(width).with_caps(cap).with_join(join).with_miter_limit(f64::from(paint.miter_limit))
}

/// Returns the outline cut into dashes, if the paint asks for them and they can be seen.
pub(super) fn dashed<'p>(outline: &'p BezPath, paint: &Paint, affine: Affine) -> Cow<'p, BezPath> {
    let Some(effect) = &paint.path_effect else { return Cow::Borrowed(outline) };
    // A dash without length would be dropped; with a round cap it is a dot.
    let intervals: Vec<f64> = effect.intervals.iter().map(|v| f64::from(*v).max(0.01)).collect();
    let period: f64 = intervals.iter().sum();
    let (outline, used) = bounded(outline, affine);
    let period = if matches!(outline, Cow::Owned(_)) { period * scale_of(affine) } else { period };
    let ratio = period / intervals.iter().sum::<f64>();
    #[expect(clippy::cast_precision_loss, reason = "a count of intervals")]
    let count = outline.perimeter(1.0) / period * intervals.len() as f64;
    let back = if used == affine { Affine::IDENTITY } else { affine.inverse() };
    if count.is_nan() || count >= MOST_DASHES || !back.is_finite() {
        return outline;
    }
    let scaled: Vec<f64> = intervals.iter().map(|v| v * ratio).collect();
    let phase = (f64::from(effect.phase) * ratio).rem_euclid(period);
    Cow::Owned(back * kurbo::dash(with_extent(&outline), phase, &scaled).collect::<BezPath>())
}

/// Returns the outline's elements, except each closing of a contour that has no segment yet: kurbo would continue the dash
/// of the contour before, or of none, from there.
fn with_extent(outline: &BezPath) -> impl Iterator<Item = PathEl> {
    let mut has_segment = false;
    outline.iter().filter(move |el| {
        let kept = has_segment || !matches!(el, PathEl::ClosePath);
        has_segment = !matches!(el, PathEl::MoveTo(_) | PathEl::ClosePath);
        kept
    })
}

/// Returns one outline around the inside and the stroke.
pub(super) fn stroke_and_fill(outline: &BezPath, paint: &Paint, affine: Affine) -> BezPath {
    let dashes = dashed(outline, paint, affine);
    let (near, used, stroke) = bounded_stroke(&dashes, affine, &stroke_of(paint, affine));
    let tolerance = TOLERANCE / scale_of(used).max(1e-9);
    let mut both = kurbo::stroke(near.iter(), &stroke, &kurbo::StrokeOpts::default(), tolerance);
    // Strokes wind positively; an inside that winds the other way would cancel where they meet.
    let inside = if used == affine { outline.clone() } else { affine * outline };
    let inside = if inside.area() < 0.0 { inside.reverse_subpaths() } else { inside };
    both.extend(inside);
    if used == affine { both } else { affine.inverse() * both }
}

/// Returns the outline on the device of all that a stroking paint covers.
pub(super) fn outline_to_fill(outline: &BezPath, affine: Affine, paint: &Paint) -> BezPath {
    if paint.style == PaintStyle::StrokeAndFill {
        return affine * stroke_and_fill(outline, paint, affine);
    }
    let dashes = dashed(outline, paint, affine);
    let (near, used, stroke) = bounded_stroke(&dashes, affine, &stroke_of(paint, affine));
    let tolerance = TOLERANCE / scale_of(used).max(1e-9);
    used * kurbo::stroke(near.iter(), &stroke, &kurbo::StrokeOpts::default(), tolerance)
}
