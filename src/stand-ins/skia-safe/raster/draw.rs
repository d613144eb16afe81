//! Painting single commands.

use super::painter::{Painter, blend_mode};
use crate::display::{ClipNode, Draw, GlyphRun, Op, clip_parts};
use crate::path::Shape;
use crate::shader::{Ramp, ShaderKind};
use crate::{
    BlendMode, Color4f, Image, Matrix, Paint, PaintCap, PaintJoin, PaintStyle, Path, Point, TileMode,
};
use kurbo::{Affine, BezPath, PathEl, Shape as _};
use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;
use vello_cpu::color::DynamicColor;
use vello_cpu::peniko::{
    self, ColorStop, Compose, Fill, Gradient, ImageBrush, ImageQuality, ImageSampler,
    InterpolationAlphaSpace, LinearGradientPosition, RadialGradientPosition,
};
use vello_cpu::{ImageSource, PaintType};

/// Coordinates beyond this are brought in to it: far outside any surface, and small enough that curves through
/// them are cut into a bounded number of lines.
pub(super) const FAR: f64 = 1e5;
/// More dashes than this cannot be told apart; the line is drawn solid.
const MOST_DASHES: f64 = 20_000.0;
/// Strokes stretched more than this are drawn with a round pen on the device: a width a thousand times the pen's
/// has no shape worth keeping.
const STEEPEST: f64 = 1e3;
/// Letters larger than this, in pixels, are not drawn: their outlines would be cut into too many lines.
const LARGEST_LETTER: f64 = 20_000.0;
/// How far curves may be from the lines they are drawn as, in pixels.
const TOLERANCE: f64 = 0.03;

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
                let rule = if path.data().even_odd { Fill::EvenOdd } else { Fill::NonZero };
                self.fill(paint, rect, &outline, affine, rule);
            }
            PaintStyle::Stroke => {
                let dashed = dashed(&outline, paint, affine);
                let stroke = stroke_of(paint, affine);
                let canvas = op.matrix.to_affine().unwrap_or_default();
                let (near, used, stroke) = bounded_stroke(&dashed, affine, &stroke);
                // vello's own strokes are as good where nothing is round.
                let angular = stroke.join != kurbo::Join::Round
                    && stroke.start_cap != kurbo::Cap::Round
                    && !has_curves(&near);
                if angular {
                    self.painted(canvas, paint, |p| {
                        p.place_shader(canvas, used);
                        p.context.set_stroke(stroke.clone());
                        p.context.stroke_path(&near);
                    });
                } else {
                    let tolerance = TOLERANCE / most_scale(used).max(1e-9);
                    let options = kurbo::StrokeOpts::default();
                    let inked = kurbo::stroke(near.iter(), &stroke, &options, tolerance);
                    self.painted(canvas, paint, |p| {
                        let (inked, used) = fine(&inked, used);
                        p.place_shader(canvas, used);
                        p.context.fill_path(&inked);
                    });
                }
            }
            PaintStyle::StrokeAndFill => {
                let both = stroke_and_fill(&outline, paint, affine);
                self.fill(paint, None, &both, affine, Fill::NonZero);
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

    fn fill(
        &mut self,
        paint: &Paint,
        rect: Option<kurbo::Rect>,
        outline: &BezPath,
        affine: Affine,
        rule: Fill,
    ) {
        if let Some(rect) = rect
            && upright(affine)
        {
            let mut device = affine.transform_rect_bbox(rect);
            if !paint.anti_alias {
                device = kurbo::Rect::new(
                    device.x0.round(),
                    device.y0.round(),
                    device.x1.round(),
                    device.y1.round(),
                );
            }
            let device = device.intersect(self.region.to_kurbo().inflate(4.0, 4.0));
            if device.width() > 0.0 && device.height() > 0.0 {
                self.painted(affine, &Paint { anti_alias: true, ..paint.clone() }, |p| {
                    p.place_shader(affine, Affine::IDENTITY);
                    p.context.fill_rect(&device);
                });
            }
            return;
        }
        let canvas = affine;
        self.painted(canvas, paint, |p| {
            let (outline, affine) = fine(outline, canvas);
            p.place_shader(canvas, affine);
            p.context.set_fill_rule(rule);
            p.context.fill_path(&outline);
        });
    }

    /// Sets the transform of geometry; the shader's stays with the canvas.
    fn place_shader(&mut self, canvas: Affine, geometry: Affine) {
        self.context.set_transform(self.to_context() * geometry);
        if canvas != geometry {
            let local = *self.context.paint_transform();
            self.context.set_paint_transform(geometry.inverse() * canvas * local);
        }
    }

    /// Sets up the paint and draws with it, once or, for source-in, in two steps.
    fn painted(&mut self, canvas: Affine, paint: &Paint, draw: impl Fn(&mut Self)) {
        if paint.blend_mode != BlendMode::SrcIn || paint.shader.is_some() {
            if self.set_paint(paint, canvas) {
                draw(self);
            }
            return;
        }
        // Source-in within a shape leaves the rest as it is: the shape's coverage mixes old and new. With an
        // opaque colour that is source-atop; the colour's alpha is then taken off what was drawn.
        let opaque = Color4f { a: 1.0, ..paint.color };
        self.set_paint(&Paint { color: opaque, blend_mode: BlendMode::SrcOver, ..paint.clone() }, canvas);
        self.context.set_blend_mode(Compose::SrcAtop.into());
        draw(self);
        if paint.color.a < 1.0 {
            let rest = Color4f { a: 1.0 - paint.color.a, ..paint.color };
            self.set_paint(&Paint { color: rest, blend_mode: BlendMode::SrcOver, ..paint.clone() }, canvas);
            self.context.set_blend_mode(Compose::DestOut.into());
            draw(self);
        }
    }

    fn fill_all(&mut self, op: &Op, paint: &Paint) {
        self.set_clip(op.clip.as_ref(), op.extent);
        let everything = self.region.intersect(op.bounds).to_kurbo();
        let Some(canvas) = op.matrix.to_affine() else { return };
        self.painted(canvas, &Paint { anti_alias: true, ..paint.clone() }, |p| {
            // The whole, in the canvas's coordinates: where its shader is.
            if paint.shader.is_some() && canvas.determinant() != 0.0 {
                p.context.set_transform(p.to_context() * canvas);
                p.context.fill_path(&(canvas.inverse() * everything.to_path(0.1)));
            } else {
                p.context.set_transform(p.to_context());
                p.context.fill_rect(&everything);
            }
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
        let letter = most_scale(affine) * f64::from(run.size);
        if letter.is_nan() || letter > LARGEST_LETTER {
            return;
        }
        self.set_clip(op.clip.as_ref(), op.extent);
        let transform = self.to_context() * snapped(affine, at, run.baseline);
        let paint = Paint { anti_alias: true, ..paint.clone() };
        // The shader belongs to the canvas, not to the letters' origin.
        let origin = snapped(affine, at, run.baseline);
        self.painted(affine, &paint, |p| {
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

    /// The least and the greatest place in a gradient at the corners of what is painted.
    fn range(&self, canvas: Affine, local: &Matrix, place: impl Fn(kurbo::Point) -> f64) -> (f64, f64) {
        let Some(local) = local.to_affine() else { return (f64::NAN, f64::NAN) };
        let back = (canvas * local).inverse();
        let r = self.region.to_kurbo();
        let places = [(r.x0, r.y0), (r.x1, r.y0), (r.x0, r.y1), (r.x1, r.y1)]
            .map(|p| place(back * kurbo::Point::from(p)));
        if places.iter().any(|t| t.is_nan()) {
            return (f64::NAN, f64::NAN);
        }
        (
            places.into_iter().fold(f64::INFINITY, f64::min),
            places.into_iter().fold(f64::NEG_INFINITY, f64::max),
        )
    }

    /// Sets everything but the transform. False if there is nothing to draw.
    pub(super) fn set_paint(&mut self, paint: &Paint, canvas: Affine) -> bool {
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
                let (start, end) = (start.to_kurbo(), end.to_kurbo());
                let along = (end - start) / (end - start).hypot2();
                let range = self.range(canvas, local, |p| along.dot(p - start));
                (gradient(LinearGradientPosition { start, end }.into(), ramp, color.a, range), local)
            }
            ShaderKind::Radial { center, radius, focus, ramp, local } => {
                let kind = RadialGradientPosition {
                    start_center: focus.0.to_kurbo(),
                    start_radius: focus.1,
                    end_center: center.to_kurbo(),
                    end_radius: *radius,
                };
                let range =
                    self.range(canvas, local, |p| (p - center.to_kurbo()).hypot() / f64::from(*radius));
                (gradient(kind.into(), ramp, color.a, range), local)
            }
            ShaderKind::Image { image, tiles, local } => (image_brush(image, *tiles, color.a).into(), local),
        };
        let Some(local) = local.to_affine() else { return false };
        let place = canvas * local;
        if !place.is_finite() || !(1e-12..1e12).contains(&place.determinant().abs()) {
            return false;
        }
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

/// How far a gradient can be from its beginning, in its own lengths, to be drawn as one.
const FARTHEST_STOP: f64 = 1e4;

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
    if is_near(affine.transform_rect_bbox(outline.control_box())) {
        return (Cow::Borrowed(outline), affine);
    }
    (Cow::Owned(brought_in(outline, affine)), Affine::IDENTITY)
}

/// The same, its curves cut into lines: finer than vello would, whose quarter of a pixel makes dots of two
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

fn has_curves(outline: &BezPath) -> bool {
    outline.elements().iter().any(|el| matches!(el, PathEl::QuadTo(..) | PathEl::CurveTo(..)))
}

/// False also for NaN.
fn is_near(r: kurbo::Rect) -> bool {
    r.x0 > -FAR && r.y0 > -FAR && r.x1 < FAR && r.y1 < FAR
}

/// The mapped outline, each point no farther out than `FAR`.
fn brought_in(outline: &BezPath, affine: Affine) -> BezPath {
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

fn bounded_stroke<'p>(
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

/// No direction is stretched more than this (the Frobenius norm).
fn most_scale(affine: Affine) -> f64 {
    affine.as_coeffs()[..4].iter().map(|v| v * v).sum::<f64>().sqrt()
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
    kurbo::Stroke::new(width).with_caps(cap).with_join(join).with_miter_limit(f64::from(paint.miter_limit))
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
    if count.is_nan() || count >= MOST_DASHES || !back.is_finite() {
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

fn gradient(kind: peniko::GradientKind, ramp: &Ramp, alpha: f32, range: (f64, f64)) -> PaintType {
    let color = |c: Color4f| Color4f { a: c.a * alpha, ..c }.to_vello();
    let drawable = range.0 > -FARTHEST_STOP && range.1 < FARTHEST_STOP;
    if !drawable || ramp.stops.len() < 2 {
        // Squeezed to an edge, or to a point: on its near side the first colour shows, else the last.
        let before = range.1 < 0.0 && !ramp.stops.is_empty();
        return color(if before { ramp.stops[0].1 } else { ramp.last_color() }).into();
    }
    let stop =
        |at: f32, c: Color4f| ColorStop { offset: at, color: DynamicColor::from_alpha_color(color(c)) };
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
        extend: ramp.extend,
        interpolation_alpha_space: InterpolationAlphaSpace::Unpremultiplied,
        stops: stops.as_slice().into(),
        ..Gradient::default()
    }
    .into()
}

fn image_brush(image: &Image, tiles: (TileMode, TileMode), alpha: f32) -> vello_cpu::Image {
    ImageBrush {
        image: ImageSource::Pixmap(Arc::clone(image.pixmap())),
        sampler: ImageSampler {
            x_extend: tiles.0.extend(),
            y_extend: tiles.1.extend(),
            quality: ImageQuality::Low,
            alpha,
        },
    }
}
