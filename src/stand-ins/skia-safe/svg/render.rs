//! Replaying usvg's tree on a canvas.

use crate::display::MaskKind;
use crate::shader::{Ramp, ShaderKind};
use crate::{
    BlendMode, Canvas, ClipOp, Color4f, Data, Image, Matrix, Paint, PaintCap, PaintJoin, PaintStyle, Path,
    PathEffect, Point, Rect, Shader,
};
use kurbo::{Affine, BezPath};
use std::sync::Arc;
use usvg::tiny_skia_path::PathSegment;
use vello_cpu::peniko::Extend;

/// A pattern is repeated at most this often; beyond, its tiles are too small to be told apart.
const MOST_TILES: f32 = 4096.0;

pub(super) fn group(canvas: &Canvas, group: &usvg::Group) {
    let depth = canvas.save();
    canvas.concat(&matrix(group.transform()));
    let clip = group.clip_path();
    let simple = clip.and_then(single_outline);
    let masked = (clip.is_some() && simple.is_none()) || group.mask().is_some();
    if masked || group.should_isolate() {
        let mut paint = Paint::default();
        paint.set_alpha_f(group.opacity().get()).set_blend_mode(blend_mode(group.blend_mode()));
        canvas.push_layer(paint, None, None);
    }
    canvas.save();
    if let Some(path) = &simple {
        canvas.clip_path(path, ClipOp::Intersect, true);
    }
    children(canvas, group);
    canvas.restore();
    if let Some(clip) = clip.filter(|_| simple.is_none()) {
        clip_by(canvas, clip);
    }
    if let Some(mask) = group.mask() {
        mask_by(canvas, mask);
    }
    canvas.restore_to_count(depth);
}

fn children(canvas: &Canvas, group: &usvg::Group) {
    for node in group.children() {
        match node {
            usvg::Node::Group(child) => self::group(canvas, child),
            usvg::Node::Path(path) => self::path(canvas, path),
            usvg::Node::Image(image) => self::image(canvas, image),
            usvg::Node::Text(_) => {}
        }
    }
}

/// A clip that is one shape can be a clip of the canvas.
fn single_outline(clip: &usvg::ClipPath) -> Option<Path> {
    let mut root = clip.root();
    let mut transform = affine(clip.transform());
    if clip.clip_path().is_some() {
        return None;
    }
    loop {
        if root.clip_path().is_some() || root.mask().is_some() {
            return None;
        }
        transform *= affine(root.transform());
        match root.children() {
            [usvg::Node::Path(path)] => {
                let rule = path.fill().map_or(usvg::FillRule::NonZero, usvg::Fill::rule);
                return Some(path_of(transform * outline(path.data()), rule));
            }
            [usvg::Node::Group(inner)] => root = inner,
            _ => return None,
        }
    }
}

/// Keeps of the layer what lies in the clip's shapes.
fn clip_by(canvas: &Canvas, clip: &usvg::ClipPath) {
    canvas.push_layer(Paint::default(), None, Some(MaskKind::Alpha));
    canvas.concat(&matrix(clip.transform()));
    group(canvas, clip.root());
    if let Some(inner) = clip.clip_path() {
        clip_by(canvas, inner);
    }
    canvas.restore();
}

fn mask_by(canvas: &Canvas, mask: &usvg::Mask) {
    let kind = match mask.kind() {
        usvg::MaskType::Luminance => MaskKind::Luminance,
        usvg::MaskType::Alpha => MaskKind::Alpha,
    };
    canvas.push_layer(Paint::default(), None, Some(kind));
    canvas.clip_rect(rect(mask.rect()), ClipOp::Intersect, true);
    group(canvas, mask.root());
    if let Some(inner) = mask.mask() {
        mask_by(canvas, inner);
    }
    canvas.restore();
}

fn path(canvas: &Canvas, path: &usvg::Path) {
    if !path.is_visible() {
        return;
    }
    let shape = outline(path.data());
    let smooth = path.rendering_mode().use_shape_antialiasing();
    let fill = || {
        if let Some(fill) = path.fill() {
            let shape = path_of(shape.clone(), fill.rule());
            let mut paint = Paint::default();
            paint.set_anti_alias(smooth);
            painted(canvas, &shape, paint, fill.paint(), fill.opacity().get());
        }
    };
    let stroke = || {
        if let Some(stroke) = path.stroke() {
            let shape = path_of(shape.clone(), usvg::FillRule::NonZero);
            painted(canvas, &shape, pen(stroke, smooth), stroke.paint(), stroke.opacity().get());
        }
    };
    match path.paint_order() {
        usvg::PaintOrder::FillAndStroke => {
            fill();
            stroke();
        }
        usvg::PaintOrder::StrokeAndFill => {
            stroke();
            fill();
        }
    }
}

fn pen(stroke: &usvg::Stroke, smooth: bool) -> Paint {
    let mut paint = Paint::default();
    paint.set_anti_alias(smooth).set_style(PaintStyle::Stroke).set_stroke_width(stroke.width().get());
    paint.set_stroke_cap(match stroke.linecap() {
        usvg::LineCap::Butt => PaintCap::Butt,
        usvg::LineCap::Round => PaintCap::Round,
        usvg::LineCap::Square => PaintCap::Square,
    });
    paint.set_stroke_join(match stroke.linejoin() {
        usvg::LineJoin::Miter | usvg::LineJoin::MiterClip => PaintJoin::Miter,
        usvg::LineJoin::Round => PaintJoin::Round,
        usvg::LineJoin::Bevel => PaintJoin::Bevel,
    });
    paint.miter_limit = stroke.miterlimit().get();
    if let Some(dashes) = stroke.dasharray() {
        paint.set_path_effect(PathEffect::dash(dashes, stroke.dashoffset()));
    }
    paint
}

fn painted(canvas: &Canvas, shape: &Path, mut paint: Paint, with: &usvg::Paint, opacity: f32) {
    let stops = |base: &usvg::BaseGradient| Ramp {
        stops: base.stops().iter().map(|s| (s.offset().get(), color(s.color(), s.opacity().get()))).collect(),
        extend: match base.spread_method() {
            usvg::SpreadMethod::Pad => Extend::Pad,
            usvg::SpreadMethod::Reflect => Extend::Reflect,
            usvg::SpreadMethod::Repeat => Extend::Repeat,
        },
    };
    let shader = match with {
        usvg::Paint::Color(c) => {
            paint.color = color(*c, opacity);
            canvas.draw_path(shape, &paint);
            return;
        }
        usvg::Paint::Pattern(pattern) => return self::pattern(canvas, shape, &paint, pattern, opacity),
        usvg::Paint::LinearGradient(g) => ShaderKind::Linear {
            start: Point::new(g.x1(), g.y1()),
            end: Point::new(g.x2(), g.y2()),
            ramp: stops(g),
            local: matrix(g.transform()),
        },
        usvg::Paint::RadialGradient(g) => ShaderKind::Radial {
            center: Point::new(g.cx(), g.cy()),
            radius: g.r().get(),
            focus: (Point::new(g.fx(), g.fy()), g.fr().get()),
            ramp: stops(g),
            local: matrix(g.transform()),
        },
    };
    paint.set_alpha_f(opacity);
    paint.set_shader(Shader(Arc::new(shader)));
    canvas.draw_path(shape, &paint);
}

/// Draws the pattern's content in every tile the shape touches, inside the shape.
fn pattern(canvas: &Canvas, shape: &Path, paint: &Paint, pattern: &usvg::Pattern, opacity: f32) {
    let shape = if paint.style == PaintStyle::Fill {
        shape.clone()
    } else {
        let inked = crate::raster::stroke_outline(&shape.data().outline, paint);
        path_of(inked, usvg::FillRule::NonZero)
    };
    let place = matrix(pattern.transform());
    let Some(back) = place.invert() else { return };
    let (covered, _) = back.map_rect(shape.bounds());
    let tile = rect(pattern.rect());
    let first = |from: f32, size: f32| (from / size).floor();
    let (x0, x1) =
        (first(covered.left - tile.left, tile.width()), first(covered.right - tile.left, tile.width()));
    let (y0, y1) =
        (first(covered.top - tile.top, tile.height()), first(covered.bottom - tile.top, tile.height()));
    let tiles = (x1 - x0 + 1.0) * (y1 - y0 + 1.0);
    if tiles.is_nan() || tiles > MOST_TILES {
        return;
    }
    let mut layer = Paint::default();
    layer.set_alpha_f(opacity);
    let depth = canvas.push_layer(layer, None, None);
    canvas.clip_path(&shape, ClipOp::Intersect, paint.anti_alias);
    canvas.concat(&place);
    let mut y = y0;
    while y <= y1 {
        let mut x = x0;
        while x <= x1 {
            canvas.save();
            canvas.translate((x * tile.width(), y * tile.height()));
            canvas.clip_rect(tile, ClipOp::Intersect, true);
            group(canvas, pattern.root());
            canvas.restore();
            x += 1.0;
        }
        y += 1.0;
    }
    canvas.restore_to_count(depth);
}

fn image(canvas: &Canvas, image: &usvg::Image) {
    if !image.is_visible() {
        return;
    }
    let data = match image.kind() {
        usvg::ImageKind::SVG(tree) => return group(canvas, tree.root()),
        usvg::ImageKind::PNG(data) | usvg::ImageKind::JPEG(data) => data,
        usvg::ImageKind::GIF(_) | usvg::ImageKind::WEBP(_) => return,
    };
    let Some(picture) = Image::from_encoded(Data::new_copy(data)) else { return };
    let (from, to) = ((picture.width(), picture.height()), image.size());
    let pixels = Point::from(from);
    canvas.save();
    canvas.scale((to.width() / pixels.x, to.height() / pixels.y));
    canvas.draw_image(&picture, Point::default(), &Paint::default());
    canvas.restore();
}

fn path_of(outline: BezPath, rule: usvg::FillRule) -> Path {
    match rule {
        usvg::FillRule::NonZero => Path::from_outline(outline, crate::path::Shape::Any),
        usvg::FillRule::EvenOdd => Path::even_odd(outline),
    }
}

fn outline(path: &usvg::tiny_skia_path::Path) -> BezPath {
    let p = |p: usvg::tiny_skia_path::Point| Point::new(p.x, p.y).to_kurbo();
    let mut out = BezPath::new();
    for segment in path.segments() {
        match segment {
            PathSegment::MoveTo(a) => out.move_to(p(a)),
            PathSegment::LineTo(a) => out.line_to(p(a)),
            PathSegment::QuadTo(a, b) => out.quad_to(p(a), p(b)),
            PathSegment::CubicTo(a, b, c) => out.curve_to(p(a), p(b), p(c)),
            PathSegment::Close => out.close_path(),
        }
    }
    out
}

fn affine(t: usvg::Transform) -> Affine {
    Affine::new([t.sx, t.ky, t.kx, t.sy, t.tx, t.ty].map(f64::from))
}

fn matrix(t: usvg::Transform) -> Matrix {
    Matrix::from_affine(affine(t))
}

fn rect(r: usvg::NonZeroRect) -> Rect {
    Rect::new(r.left(), r.top(), r.right(), r.bottom())
}

fn color(c: usvg::Color, alpha: f32) -> Color4f {
    let v = |c: u8| f32::from(c) / 255.0;
    Color4f { r: v(c.red), g: v(c.green), b: v(c.blue), a: alpha }
}

fn blend_mode(mode: usvg::BlendMode) -> BlendMode {
    match mode {
        usvg::BlendMode::Normal => BlendMode::SrcOver,
        usvg::BlendMode::Multiply => BlendMode::Multiply,
        usvg::BlendMode::Screen => BlendMode::Screen,
        usvg::BlendMode::Overlay => BlendMode::Overlay,
        usvg::BlendMode::Darken => BlendMode::Darken,
        usvg::BlendMode::Lighten => BlendMode::Lighten,
        usvg::BlendMode::ColorDodge => BlendMode::ColorDodge,
        usvg::BlendMode::ColorBurn => BlendMode::ColorBurn,
        usvg::BlendMode::HardLight => BlendMode::HardLight,
        usvg::BlendMode::SoftLight => BlendMode::SoftLight,
        usvg::BlendMode::Difference => BlendMode::Difference,
        usvg::BlendMode::Exclusion => BlendMode::Exclusion,
        usvg::BlendMode::Hue => BlendMode::Hue,
        usvg::BlendMode::Saturation => BlendMode::Saturation,
        usvg::BlendMode::Color => BlendMode::Color,
        usvg::BlendMode::Luminosity => BlendMode::Luminosity,
        usvg::BlendMode::PlusLighter => BlendMode::Plus,
    }
}
