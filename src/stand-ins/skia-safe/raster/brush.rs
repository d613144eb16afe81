//! What a shape is filled with: colours, gradients, pictures.

use super::painter::{Painter, blend_mode};
use crate::shader::{Ramp, ShaderKind};
use crate::{BlendMode, Color4f, Image, Matrix, Paint, TileMode};
use kurbo::Affine;
use std::sync::Arc;
use vello_cpu::color::DynamicColor;
use vello_cpu::peniko::{
    self, ColorStop, Fill, Gradient, ImageBrush, ImageQuality, ImageSampler, InterpolationAlphaSpace,
    LinearGradientPosition, RadialGradientPosition,
};
use vello_cpu::{ImageSource, PaintType};

/// Greatest distance from a gradient's start, in its own lengths, at which it is drawn as a gradient.
const FARTHEST_STOP: f64 = 1e4;

impl Painter<'_> {
    /// Returns the least and the greatest position in a gradient at the corners of the painted region.
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

    /// Sets everything but the transform. Returns false if there is nothing to draw.
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

pub(super) fn image_brush(image: &Image, tiles: (TileMode, TileMode), alpha: f32) -> vello_cpu::Image {
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
