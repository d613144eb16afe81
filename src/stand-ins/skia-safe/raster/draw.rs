//! Painting single commands.

use super::brush::image_brush;
use super::outline::{TOLERANCE, fine, has_curves, most_scale, outline_of};
use super::painter::{Painter, blend_mode};
use super::stroke::{bounded_stroke, dashed, stroke_and_fill, stroke_of};
use crate::display::{ClipNode, Draw, GlyphRun, Op, clip_parts};
use crate::path::Shape;
use crate::{BlendMode, Color4f, Image, Paint, PaintStyle, Path, Point, TileMode};
use kurbo::{Affine, BezPath, Shape as _};
use std::rc::Rc;
use vello_cpu::peniko::{Compose, Fill};

/// Greatest size of a letter that is drawn, in pixels: outlines of larger ones would be cut into too many lines.
const LARGEST_LETTER: f64 = 20_000.0;

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
}

/// Returns how much outlines are widened for a bold face that the font lacks, after Skia
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
