//! The display list a canvas records.

use crate::path::Shape;
use crate::rect::contains_rect;
use crate::{Color4f, IRect, Image, ImageFilter, Matrix, Paint, Path, Point};
use kurbo::{BezPath, Shape as _};
use std::rc::Rc;
use std::sync::Arc;
use vello_cpu::peniko::FontData;

/// One recorded command.
#[derive(Clone)]
pub(crate) struct Op {
    pub(crate) draw: Draw,
    pub(crate) matrix: Matrix,
    pub(crate) clip: Option<Rc<ClipNode>>,
    /// The pixels it can change, clips applied.
    pub(crate) bounds: IRect,
    /// The same without clips, as far as is known.
    pub(crate) extent: kurbo::Rect,
}

#[derive(Clone)]
pub(crate) enum Draw {
    /// Everything inside the clip becomes this colour.
    Clear(Color4f),
    /// Everything inside the clip is painted.
    Fill(Arc<Paint>),
    Path(Path, Arc<Paint>),
    /// The glyphs, the origin of their paragraph, the paint.
    Glyphs(Arc<GlyphRun>, Point, Arc<Paint>),
    /// A picture with its top left at a point, with an opacity and blend mode from the paint.
    Picture(Image, Point, Arc<Paint>),
    PushLayer(Layer),
    PopLayer,
    /// Left over where a layer was found unnecessary.
    Nothing,
}

/// What a layer does when it is composed.
#[derive(Clone)]
pub(crate) struct Layer {
    pub(crate) paint: Arc<Paint>,
    pub(crate) backdrop: Option<ImageFilter>,
    /// A picture of its own is needed: for a filter, or because something inside reads the backdrop.
    pub(crate) own_picture: bool,
    /// The layer multiplies the layer below by its alpha (or luminance) instead of covering it.
    pub(crate) mask: Option<MaskKind>,
}

/// What of a mask layer's picture counts.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(crate) enum MaskKind {
    Alpha,
    Luminance,
}

/// Glyphs of one font and size, placed relative to their paragraph.
pub(crate) struct GlyphRun {
    pub(crate) font: FontData,
    pub(crate) size: f32,
    pub(crate) coords: Vec<i16>,
    pub(crate) embolden: bool,
    /// Degrees the letters lean.
    pub(crate) skew: Option<f32>,
    pub(crate) glyphs: Vec<PositionedGlyph>,
    pub(crate) baseline: f32,
    pub(crate) left: f32,
    pub(crate) right: f32,
}

/// A glyph; x from the paragraph's left, y from the baseline.
#[derive(Copy, Clone)]
pub(crate) struct PositionedGlyph {
    pub(crate) id: u32,
    pub(crate) x: f32,
    pub(crate) y: f32,
}

impl GlyphRun {
    /// Where ink can be, generously: marks and ornaments reach beyond ascent and advance.
    pub(crate) fn extent(&self) -> kurbo::Rect {
        let (size, base) = (f64::from(self.size), f64::from(self.baseline));
        kurbo::Rect::new(
            f64::from(self.left) - size,
            base - 2.0 * size,
            f64::from(self.right) + size,
            base + size,
        )
    }
}

/// A clip, within the clips it was set in. All geometry is in device pixels.
pub(crate) struct ClipNode {
    pub(crate) parent: Option<Rc<ClipNode>>,
    pub(crate) aa: bool,
    pub(crate) parts: Vec<ClipPart>,
    /// The pixels that can be inside, parents included.
    pub(crate) bounds: IRect,
}

/// A piece of a clip; a clip is the intersection of its pieces.
pub(crate) enum ClipPart {
    Rect(kurbo::Rect),
    /// The inside of an outline.
    Inside(Path),
    /// The outside of a convex outline.
    Outside(Path),
    /// The outside of a path that is a set, or not convex: needs a mask.
    OutsideAny(Path),
}

impl ClipPart {
    /// Whether clipping by this leaves everything in `r` as it is.
    pub(crate) fn spares(&self, r: kurbo::Rect) -> bool {
        match self {
            Self::Rect(own) => contains_rect(*own, r),
            Self::Inside(path) => path.surely_contains(r),
            Self::Outside(path) | Self::OutsideAny(path) => {
                let common = path.bounds().to_kurbo().intersect(r);
                common.width() <= 0.0 || common.height() <= 0.0
            }
        }
    }
}

/// The pieces of `path` (in device pixels), to be kept or, if `inverse`, left out.
pub(crate) fn clip_parts(path: &Path, inverse: bool, parts: &mut Vec<ClipPart>) {
    let data = path.data();
    if inverse {
        let convex = matches!(data.shape, Shape::Rect(_) | Shape::Round(..) | Shape::Convex);
        parts.push(if path.is_plain() && convex {
            ClipPart::Outside(path.clone())
        } else {
            ClipPart::OutsideAny(path.clone())
        });
        return;
    }
    parts.push(match data.shape {
        Shape::Rect(r) => ClipPart::Rect(r),
        _ => ClipPart::Inside(path.first_member()),
    });
    for p in &data.and {
        clip_parts(p, false, parts);
    }
    for p in &data.not {
        clip_parts(p, true, parts);
    }
}

/// The outline of everything outside a convex outline, for the even-odd rule.
pub(crate) fn outside(outline: &BezPath, around: kurbo::Rect) -> BezPath {
    let mut all = around.union(outline.bounding_box()).inflate(8.0, 8.0).to_path(0.1);
    all.extend(outline.elements().iter().copied());
    all
}
