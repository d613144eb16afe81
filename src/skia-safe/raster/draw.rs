//! Painting single commands.

use super::painter::{Painter, blend_mode};
use crate::display::{ClipNode, Draw, GlyphRun, Op, clip_parts};
use crate::path::Shape;
use crate::shader::{Ramp, ShaderKind};
use crate::{
    BlendMode, Color4f, Image, Paint, PaintCap, PaintJoin, PaintStyle, Path, Point, TileMode,
};
use kurbo::{Affine, BezPath, PathEl, Shape as _};
use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;
use vello_cpu::color::DynamicColor;
use vello_cpu::peniko::{
    self, ColorStop, Compose, Extend, Fill, Gradient, ImageBrush, ImageQuality, ImageSampler,
    InterpolationAlphaSpace, LinearGradientPosition, RadialGradientPosition,
};
use vello_cpu::{ImageSource, PaintType};

/// Coordinates beyond this are brought in to it: far outside any surface, and small enough that curves through
/// them are cut into a bounded number of lines.
pub(super) const FAR: f64 = 1e5;
/// More dashes than this cannot be told apart; the line is drawn solid.
const MOST_DASHES: f64 = 20_000.0;
/// Skia's default.
const MITER_LIMIT: f64 = 4.0;
/// How far curves may be from the lines they are drawn as, in pixels.
const TOLERANCE: f64 = 0.1;

impl Painter<'_> {
    pub(super) fn draw(&mut self, op: &Op) {
        if op.bounds.intersect(self.region).is_empty() {
            return;
        }
        match &op.draw {
            Draw::Path(path, paint) if paint.mask_filter.is_some() => self.blurred(op, path, paint),
            Draw::Path(path, paint) => self.path(op, path, paint),
            Draw::Glyphs(run, at, paint) => self.glyphs(op, run, *at, paint),
            Draw::Picture(image, at, paint) => {
                self.set_clip(op.clip.as_ref(), op.extent);
                if let Some(affine) = op.matrix.to_affine() {
                    self.picture(image, *at, affine, paint);
                }
            }
            Draw::Fill(paint) => self.fill_all(op, paint),
            Draw::Clear(color) => self.clear(op, *color),
            Draw::PushLayer(_) | Draw::PopLayer | Draw::Nothing => {}
        }
    }

    fn path(&mut self, op: &Op, path: &Path, paint: &Paint) {
        self.clip_to_members(op, path);
        let Some((outline, affine)) = outline_of(op, path) else { return };
        match paint.style {
            PaintStyle::Fill => {
                let rect = match path.data().shape {
                    Shape::Rect(r) if !op.matrix.has_perspective() => Some(r),
                    _ => None,
                };
                self.fill(paint, rect, &outline, affine);
            }
            PaintStyle::Stroke => {
                let dashed = dashed(&outline, paint, affine);
                let stroke = stroke_of(paint, affine);
                self.painted(paint, |p| {
                    let (outline, affine, stroke) = bounded_stroke(&dashed, affine, &stroke);
                    p.context.set_transform(p.to_context() * affine);
                    p.context.set_stroke(stroke);
                    p.context.stroke_path(&outline);
                });
            }
            PaintStyle::StrokeAndFill => {
                let both = stroke_and_fill(&outline, paint, affine);
                self.fill(paint, None, &both, affine);
            }
        }
    }

    /// Sets the clip, and within it the members of a set besides the first.
    pub(super) fn clip_to_members(&mut self, op: &Op, path: &Path) {
        if path.is_plain() {
            self.set_clip(op.clip.as_ref(), op.extent);
            return;
        }
        let device = path.make_transform(&op.matrix);
        let mut parts = Vec::new();
        for p in &device.data().and {
            clip_parts(p, false, &mut parts);
        }
        for p in &device.data().not {
            clip_parts(p, true, &mut parts);
        }
        let parent = op.clip.clone();
        let node = Rc::new(ClipNode { parent, aa: true, parts, bounds: op.bounds });
        self.set_clip(Some(&node), op.extent);
    }

    fn fill(&mut self, paint: &Paint, rect: Option<kurbo::Rect>, outline: &BezPath, affine: Affine) {
        if let Some(rect) = rect
            && upright(affine)
        {
            let mut device = affine.transform_rect_bbox(rect);
            if !paint.anti_alias {
                device =
                    kurbo::Rect::new(device.x0.round(), device.y0.round(), device.x1.round(), device.y1.round());
            }
            let device = device.intersect(self.region.to_kurbo().inflate(4.0, 4.0));
            if device.width() > 0.0 && device.height() > 0.0 {
                self.painted(&Paint { anti_alias: true, ..paint.clone() }, |p| {
                    p.context.set_transform(p.to_context());
                    p.context.fill_rect(&device);
                });
            }
            return;
        }
        self.painted(paint, |p| {
            let (outline, affine) = bounded(outline, affine);
            p.context.set_transform(p.to_context() * affine);
            p.context.fill_path(&outline);
        });
    }

    /// Sets up the paint and draws with it, once or, for source-in, in two steps.
    fn painted(&mut self, paint: &Paint, draw: impl Fn(&mut Self)) {
        if paint.blend_mode != BlendMode::SrcIn || paint.shader.is_some() {
            if self.set_paint(paint) {
                draw(self);
            }
            return;
        }
        // Source-in within a shape leaves the rest as it is: the shape's coverage mixes old and new. With an
        // opaque colour that is source-atop; the colour's alpha is then taken off what was drawn.
        let opaque = Color4f { a: 1.0, ..paint.color };
        self.set_paint(&Paint { color: opaque, blend_mode: BlendMode::SrcOver, ..paint.clone() });
        self.context.set_blend_mode(Compose::SrcAtop.into());
        draw(self);
        if paint.color.a < 1.0 {
            let rest = Color4f { a: 1.0 - paint.color.a, ..paint.color };
            self.set_paint(&Paint { color: rest, blend_mode: BlendMode::SrcOver, ..paint.clone() });
            self.context.set_blend_mode(Compose::DestOut.into());
            draw(self);
        }
    }

    fn fill_all(&mut self, op: &Op, paint: &Paint) {
        self.set_clip(op.clip.as_ref(), op.extent);
        let everything = self.region.intersect(op.bounds).to_kurbo();
        self.painted(&Paint { anti_alias: true, ..paint.clone() }, |p| {
            p.context.set_transform(p.to_context());
            p.context.fill_rect(&everything);
        });
    }

    fn clear(&mut self, op: &Op, color: Color4f) {
        self.set_clip(op.clip.as_ref(), op.extent);
        let everything = self.region.intersect(op.bounds).to_kurbo();
        self.context.set_transform(self.to_context());
        self.context.set_aliasing_threshold(None);
        // What was there goes, and the colour is added: exact also where the clip cuts through a pixel.
        self.context.set_paint(vello_cpu::color::palette::css::WHITE);
        self.context.set_blend_mode(Compose::DestOut.into());
        self.context.fill_rect(&everything);
        self.context.set_paint(color.to_vello());
        self.context.set_blend_mode(Compose::Plus.into());
        self.context.fill_rect(&everything);
    }

    fn glyphs(&mut self, op: &Op, run: &GlyphRun, at: Point, paint: &Paint) {
        let Some(affine) = op.matrix.to_affine() else { return };
        self.set_clip(op.clip.as_ref(), op.extent);
        let transform = self.to_context() * snapped(affine, at, run.baseline);
        let paint = Paint { anti_alias: true, ..paint.clone() };
        // The shader belongs to the canvas, not to the letters' origin.
        let origin = snapped(affine, at, run.baseline);
        self.painted(&paint, |p| {
            p.context.set_transform(transform);
            if paint.shader.is_some() && affine.determinant() != 0.0 {
                let local = *p.context.paint_transform();
                p.context.set_paint_transform(origin.inverse() * affine * local);
            }
            p.context.set_stroke(stroke_of(&paint, affine));
            let mut builder = p.context.glyph_run(&mut p.kit.resources, &run.font).font_size(run.size);
            builder = builder.normalized_coords(&run.coords);
            if run.embolden {
                builder = builder.font_embolden(bolder(run.size));
            }
            if let Some(degrees) = run.skew {
                builder = builder.glyph_transform(Affine::skew(f64::from(degrees).to_radians().tan(), 0.0));
            }
            let glyphs = run.glyphs.iter().map(|g| vello_cpu::Glyph { id: g.id, x: g.x, y: g.y });
            // A glyph the font cannot give stays blank; the others are drawn.
            let _ = if paint.style == PaintStyle::Stroke {
                builder.stroke_glyphs(glyphs)
            } else {
                builder.fill_glyphs(glyphs)
            };
        });
    }

    /// A picture with its top left at `at`.
    pub(super) fn picture(&mut self, image: &Image, at: Point, affine: Affine, paint: &Paint) {
        let rect = kurbo::Rect::from_origin_size(
            at.to_kurbo(),
            (f64::from(image.width()), f64::from(image.height())),
        );
        let brush = image_brush(image, (TileMode::Clamp, TileMode::Clamp), paint.color.a);
        self.context.set_aliasing_threshold(None);
        self.context.set_blend_mode(blend_mode(paint.blend_mode));
        self.context.set_paint(brush);
        self.context.set_paint_transform(Affine::translate(at.to_kurbo().to_vec2()));
        self.context.set_transform(self.to_context() * affine);
        self.context.fill_rect(&rect);
        self.context.reset_paint_transform();
    }

    /// Sets everything but the transform. False if there is nothing to draw.
    pub(super) fn set_paint(&mut self, paint: &Paint) -> bool {
        self.context.set_aliasing_threshold((!paint.anti_alias).then_some(127));
        self.context.set_fill_rule(Fill::NonZero);
        self.context.set_blend_mode(blend_mode(paint.blend_mode));
        self.context.reset_paint_transform();
        let color = paint.color.sane();
        if color.a == 0.0 && paint.blend_mode != BlendMode::SrcIn {
            return false;
        }
        let Some(shader) = &paint.shader else {
            self.context.set_paint(color.to_vello());
            return true;
        };
        let (brush, local): (PaintType, _) = match &*shader.0 {
            ShaderKind::Linear { start, end, ramp, local } => {
                let kind = LinearGradientPosition { start: start.to_kurbo(), end: end.to_kurbo() };
                let extent = (start.x - end.x).hypot(start.y - end.y);
                (gradient(kind.into(), ramp, color.a, extent), local)
            }
            ShaderKind::Radial { center, radius, ramp, local } => {
                let kind = RadialGradientPosition {
                    start_center: center.to_kurbo(),
                    start_radius: 0.0,
                    end_center: center.to_kurbo(),
                    end_radius: *radius,
                };
                (gradient(kind.into(), ramp, color.a, *radius), local)
            }
            ShaderKind::Image { image, tiles, local } => (image_brush(image, *tiles, color.a).into(), local),
        };
        let Some(local) = local.to_affine() else { return false };
        self.context.set_paint(brush);
        self.context.set_paint_transform(local);
        true
    }
}

/// What a bold face is made of where a font has none: outlines wider by Skia's measure for common sizes
/// (`kStdFakeBoldInterpValues`: 1/24 of the size at 9 pixels, 1/32 from 36 on).
fn bolder(size: f32) -> glifo::FontEmbolden {
    let t = f64::from(((size - 9.0) / 27.0).clamp(0.0, 1.0));
    let width = f64::from(size) * (1.0 / 24.0 + t * (1.0 / 32.0 - 1.0 / 24.0));
    glifo::FontEmbolden::new(kurbo::Diagonal2::new(width, width))
}

fn upright(a: Affine) -> bool {
    let [_, b, c, ..] = a.as_coeffs();
    b == 0.0 && c == 0.0
}

/// The transform of glyphs whose origin is the left end of the baseline, the baseline on a whole pixel.
fn snapped(affine: Affine, at: Point, baseline: f32) -> Affine {
    let origin = affine * Affine::translate((f64::from(at.x), f64::from(at.y) + f64::from(baseline)));
    if !upright(affine) {
        return origin;
    }
    let [a, b, c, d, e, f] = origin.as_coeffs();
    Affine::new([a, b, c, d, e, f.round()])
}

/// The outline and its way to the device; under perspective, mapped already.
pub(super) fn outline_of<'p>(op: &Op, path: &'p Path) -> Option<(Cow<'p, BezPath>, Affine)> {
    let outline = &path.data().outline;
    if op.matrix.has_perspective() {
        return Some((Cow::Owned(op.matrix.map_outline(outline)?), Affine::IDENTITY));
    }
    Some((Cow::Borrowed(outline), op.matrix.to_affine()?))
}

/// The outline, with what lies far out on the device brought in.
pub(super) fn bounded(outline: &BezPath, affine: Affine) -> (Cow<'_, BezPath>, Affine) {
    let reach = affine.transform_rect_bbox(outline.control_box());
    if reach.x0 > -FAR && reach.y0 > -FAR && reach.x1 < FAR && reach.y1 < FAR {
        return (Cow::Borrowed(outline), affine);
    }
    let near = |v: f64| if v.is_nan() { 0.0 } else { v.clamp(-FAR, FAR) };
    let p = |q: kurbo::Point| {
        let q = affine * q;
        kurbo::Point::new(near(q.x), near(q.y))
    };
    let out = outline
        .elements()
        .iter()
        .map(|el| match *el {
            PathEl::MoveTo(a) => PathEl::MoveTo(p(a)),
            PathEl::LineTo(a) => PathEl::LineTo(p(a)),
            PathEl::QuadTo(a, b) => PathEl::QuadTo(p(a), p(b)),
            PathEl::CurveTo(a, b, c) => PathEl::CurveTo(p(a), p(b), p(c)),
            PathEl::ClosePath => PathEl::ClosePath,
        })
        .collect();
    (Cow::Owned(out), Affine::IDENTITY)
}

fn bounded_stroke<'p>(
    outline: &'p BezPath,
    affine: Affine,
    stroke: &kurbo::Stroke,
) -> (Cow<'p, BezPath>, Affine, kurbo::Stroke) {
    let (outline, used) = bounded(outline, affine);
    let mut stroke = stroke.clone();
    if matches!(outline, Cow::Owned(_)) {
        stroke.width *= scale_of(affine);
    }
    stroke.width = stroke.width.min(FAR / scale_of(used).max(1e-9));
    (outline, used, stroke)
}

fn scale_of(affine: Affine) -> f64 {
    affine.determinant().abs().sqrt()
}

/// The pen; a width of 0 is one pixel.
fn stroke_of(paint: &Paint, affine: Affine) -> kurbo::Stroke {
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
    kurbo::Stroke::new(width).with_caps(cap).with_join(join).with_miter_limit(MITER_LIMIT)
}

/// The outline cut into dashes, if the paint asks for them and they can be seen.
fn dashed<'p>(outline: &'p BezPath, paint: &Paint, affine: Affine) -> Cow<'p, BezPath> {
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
    if !(count < MOST_DASHES) || !back.is_finite() {
        return outline;
    }
    let scaled: Vec<f64> = intervals.iter().map(|v| v * ratio).collect();
    let phase = (f64::from(effect.phase) * ratio).rem_euclid(period);
    Cow::Owned(back * kurbo::dash(outline.iter(), phase, &scaled).collect::<BezPath>())
}

/// One outline around the inside and the stroke.
fn stroke_and_fill(outline: &BezPath, paint: &Paint, affine: Affine) -> BezPath {
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

/// The outline, on the device, of what a paint that strokes covers.
pub(super) fn outline_to_fill(outline: &BezPath, affine: Affine, paint: &Paint) -> BezPath {
    if paint.style == PaintStyle::StrokeAndFill {
        return affine * stroke_and_fill(outline, paint, affine);
    }
    let dashes = dashed(outline, paint, affine);
    let (near, used, stroke) = bounded_stroke(&dashes, affine, &stroke_of(paint, affine));
    let tolerance = TOLERANCE / scale_of(used).max(1e-9);
    used * kurbo::stroke(near.iter(), &stroke, &kurbo::StrokeOpts::default(), tolerance)
}

fn gradient(kind: peniko::GradientKind, ramp: &Ramp, alpha: f32, extent: f32) -> PaintType {
    let color = |c: Color4f| Color4f { a: c.a * alpha, ..c }.to_vello();
    if extent < 1e-6 || ramp.stops.len() < 2 {
        return color(ramp.last_color()).into();
    }
    let stop = |at: f32, c: Color4f| ColorStop { offset: at, color: DynamicColor::from_alpha_color(color(c)) };
    let mut stops: Vec<ColorStop> = ramp.stops.iter().map(|(at, c)| stop(*at, *c)).collect();
    if let Some((at, c)) = ramp.stops.first()
        && *at > 0.0
    {
        stops.insert(0, stop(0.0, *c));
    }
    if let Some((at, c)) = ramp.stops.last()
        && *at < 1.0
    {
        stops.push(stop(1.0, *c));
    }
    Gradient {
        kind,
        extend: extend(ramp.tile),
        interpolation_alpha_space: InterpolationAlphaSpace::Unpremultiplied,
        stops: stops.as_slice().into(),
        ..Gradient::default()
    }
    .into()
}

fn extend(tile: TileMode) -> Extend {
    match tile {
        TileMode::Clamp => Extend::Pad,
        TileMode::Repeat => Extend::Repeat,
    }
}

fn image_brush(image: &Image, tiles: (TileMode, TileMode), alpha: f32) -> vello_cpu::Image {
    ImageBrush {
        image: ImageSource::Pixmap(Arc::clone(image.pixmap())),
        sampler: ImageSampler {
            x_extend: extend(tiles.0),
            y_extend: extend(tiles.1),
            quality: ImageQuality::Low,
            alpha,
        },
    }
}

