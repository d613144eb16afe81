//! Blurred shapes: masks, made once and kept.
//!
//! The blur of a rounded rectangle is kept in nine pieces, whose middles stretch to any size: one mask serves
//! every panel with the same corners. Other shapes are kept as they are. Masks hold coverage only; colour comes
//! when they are drawn.

use super::blur::{blur, reach};
use super::outline::{fine, outline_of};
use super::painter::{Painter, blend_mode};
use crate::display::Op;
use crate::path::Shape;
use crate::{BlendMode, Color4f, Paint, PaintStyle, Path};
use kurbo::{Affine, BezPath, PathEl, Rect, Shape as _};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;
use vello_cpu::peniko::{Extend, ImageBrush, ImageQuality, ImageSampler};
use vello_cpu::{ImageSource, Mask, Pixmap, Tint, TintMode};

/// Blurred masks, and when each was last used.
#[derive(Default)]
pub(super) struct Shadows {
    masks: HashMap<Key, (Arc<Pixmap>, u64)>,
    bytes: usize,
    clock: u64,
}

#[derive(PartialEq, Eq, Hash, Clone)]
enum Key {
    /// Deviation, radii and the edges' fractions, in steps of `STEPS`; the size, 0 where stretched.
    Round { sigma: i32, radii: [i32; 4], fractions: [i32; 4], size: (u16, u16) },
    /// Hash of the outline, relative to its first pixel, and the deviation.
    Any { outline: u64, sigma: i32, size: (u16, u16) },
}

/// Masks are kept up to this many bytes.
const MOST_BYTES: usize = 8 << 20;
/// Radii, deviations and places within a pixel are told apart in this many steps a pixel: less than a blurred
/// edge can show.
const STEPS: f64 = 8.0;

impl Shadows {
    fn get(&mut self, key: Key, make: impl FnOnce() -> Pixmap) -> Arc<Pixmap> {
        self.clock += 1;
        if let Some((mask, used)) = self.masks.get_mut(&key) {
            *used = self.clock;
            return mask.clone();
        }
        let mask = Arc::new(make());
        self.bytes += mask.data_as_u8_slice().len();
        while self.bytes > MOST_BYTES {
            let Some(oldest) = self.masks.iter().min_by_key(|(_, m)| m.1).map(|(k, _)| k.clone()) else {
                break;
            };
            if let Some((gone, _)) = self.masks.remove(&oldest) {
                self.bytes -= gone.data_as_u8_slice().len();
            }
        }
        self.masks.insert(key, (mask.clone(), self.clock));
        mask
    }
}

impl Painter<'_> {
    /// Draws a path whose paint has a mask filter.
    pub(super) fn blurred(&mut self, op: &Op, path: &Path, paint: &Paint) {
        let Some(filter) = paint.mask_filter else { return };
        let Some((outline, affine)) = outline_of(op, path) else { return };
        let scale = if filter.respect_ctm { super::mean_scale(&op.matrix) } else { 1.0 };
        let sigma = (f64::from(filter.sigma) * scale).clamp(0.0, 128.0);
        if paint.shader.is_some() {
            return self.blurred_shader(op, path, paint);
        }
        let tint = Tint { color: paint.color.to_vello(), mode: TintMode::AlphaMask };
        self.set_clip(op.clip.as_ref(), op.extent);
        self.context.set_aliasing_threshold(None);
        self.context.set_blend_mode(blend_mode(match paint.blend_mode {
            BlendMode::SrcIn => BlendMode::SrcOver,
            mode => mode,
        }));
        self.context.set_tint(Some(tint));
        self.context.set_transform(self.to_context());
        let device = path.make_transform(&op.matrix);
        let round = match device.data().shape {
            Shape::Rect(r) => Some((r, [0.0; 4])),
            Shape::Round(r, radii) => Some((r, radii)),
            _ => None,
        };
        match round {
            Some((r, radii)) if path.is_plain() && paint.style == PaintStyle::Fill => {
                self.blurred_round(r, radii, sigma, tint);
            }
            _ => self.blurred_any(&device, &outline, affine, paint, sigma),
        }
        self.context.set_tint(None);
        self.context.reset_paint_transform();
    }

    /// A shader's colours stay as they are; the blurred shape masks them.
    fn blurred_shader(&mut self, op: &Op, path: &Path, paint: &Paint) {
        let mut picture = Pixmap::new(self.context.width(), self.context.height());
        let white = Color4f { r: 1.0, g: 1.0, b: 1.0, a: 1.0 };
        let plain = Paint { shader: None, color: white, blend_mode: BlendMode::SrcOver, ..paint.clone() };
        let region = self.region;
        let mut inner = Painter::new(self.kit, &mut picture, (region.left, region.top), region);
        inner.begin_with(Color4f::default());
        inner.blurred(&Op { clip: None, ..op.clone() }, path, &plain);
        inner.finish();
        self.set_clip(op.clip.as_ref(), op.extent);
        let mask = Mask::new_alpha(&picture);
        self.context.push_layer(None, Some(blend_mode(paint.blend_mode)), None, Some(mask), None);
        let plain =
            Paint { blend_mode: BlendMode::SrcOver, anti_alias: true, mask_filter: None, ..paint.clone() };
        if let Some(affine) = op.matrix.to_affine()
            && affine.determinant() != 0.0
            && self.set_paint(&plain, affine)
        {
            self.context.set_transform(self.to_context() * affine);
            let all = affine.inverse().transform_rect_bbox(region.to_kurbo());
            self.context.fill_rect(&all);
        }
        self.context.pop_layer();
    }

    fn blurred_round(&mut self, rect: Rect, radii: [f64; 4], sigma: f64, tint: Tint) {
        let steps = |v: f64| whole((v * STEPS).round());
        let sigma = (steps(sigma).max(1), f64::from(steps(sigma).max(1)) / STEPS);
        let margin = f64::from(u16::try_from(reach(to_f32(sigma.1))).unwrap_or(u16::MAX));
        let snap = |v: f64| (v * STEPS).round() / STEPS;
        let edges = Rect::new(snap(rect.x0), snap(rect.y0), snap(rect.x1), snap(rect.y1));
        let largest = radii.iter().copied().fold(0.0, f64::max).ceil();
        // Pixels from the picture's border to where the mask no longer changes along an edge.
        let corner = 2.0 * margin + largest + 2.0;
        let (left, top) = (edges.x0.floor() - margin, edges.y0.floor() - margin);
        let (right, bottom) = (edges.x1.ceil() + margin, edges.y1.ceil() + margin);
        let (w, h) = (right - left, bottom - top);
        let (wide, high) = (w > 2.0 * corner + 1.0, h > 2.0 * corner + 1.0);
        // What stretches is kept at its least size.
        let (mask_w, mask_h) =
            (if wide { 2.0 * corner + 1.0 } else { w }, if high { 2.0 * corner + 1.0 } else { h });
        if mask_w > 4000.0 || mask_h > 4000.0 {
            return self.blurred_huge(edges, largest, sigma.1, tint);
        }
        let fractions = [edges.x0 - left, edges.y0 - top, right - edges.x1, bottom - edges.y1].map(steps);
        let side = |v: f64| u16::try_from(whole(v)).unwrap_or(1);
        let size = (if wide { 0 } else { side(w) }, if high { 0 } else { side(h) });
        let key = Key::Round { sigma: sigma.0, radii: radii.map(steps), fractions, size };
        let inner = Rect::new(
            edges.x0 - left,
            edges.y0 - top,
            mask_w - (right - edges.x1),
            mask_h - (bottom - edges.y1),
        );
        let shape =
            inner.to_rounded_rect(kurbo::RoundedRectRadii::new(radii[0], radii[1], radii[2], radii[3]));
        let mask = self.mask(key, &shape.to_path(0.05), (side(mask_w), side(mask_h)), sigma.1);
        let columns = cuts(left, right, corner, wide);
        let rows = cuts(top, bottom, corner, high);
        for row in &rows {
            for column in &columns {
                self.piece(&mask, *column, *row);
            }
        }
    }

    /// A blurred rectangle so large that its mask is not worth keeping: computed where it is drawn.
    fn blurred_huge(&mut self, rect: Rect, radius: f64, sigma: f64, tint: Tint) {
        let near = rect.intersect(self.region.to_kurbo().inflate(6.0 * sigma, 6.0 * sigma));
        self.context.set_tint(None);
        self.context.set_paint(tint.color);
        self.context.reset_paint_transform();
        self.context.fill_blurred_rounded_rect(&near, to_f32(radius), to_f32(sigma), false);
    }

    /// Part of a mask: (place, length on the device; place, length in the mask) for either axis.
    fn piece(&mut self, mask: &Arc<Pixmap>, x: Cut, y: Cut) {
        let target = Rect::new(x.to, y.to, x.to + x.length, y.to + y.length);
        let visible = target.intersect(self.region.to_kurbo());
        if visible.width() <= 0.0 || visible.height() <= 0.0 {
            return;
        }
        let place = Affine::translate((x.to, y.to))
            * Affine::scale_non_uniform(x.length / x.from_length, y.length / y.from_length)
            * Affine::translate((-x.from, -y.from));
        self.context.set_paint(brush(mask));
        self.context.set_paint_transform(place);
        self.context.fill_rect(&visible);
    }

    fn blurred_any(&mut self, device: &Path, outline: &BezPath, affine: Affine, paint: &Paint, sigma: f64) {
        let margin = f64::from(u16::try_from(reach(to_f32(sigma))).unwrap_or(u16::MAX));
        let near = self.region.to_kurbo().inflate(margin, margin);
        let shape = if paint.style == PaintStyle::Fill {
            affine * outline
        } else {
            super::stroke::outline_to_fill(outline, affine, paint)
        };
        let bounds = if device.is_plain() { shape.bounding_box() } else { device.bounds().to_kurbo() };
        let bounds = bounds.intersect(near).inflate(margin, margin);
        if !(bounds.width() > 0.0 && bounds.height() > 0.0) {
            return;
        }
        let (left, top) = (bounds.x0.floor(), bounds.y0.floor());
        let side = |v: f64| u16::try_from(whole(v.ceil()).clamp(1, 16_000)).unwrap_or(1);
        let size = (side(bounds.x1 - left), side(bounds.y1 - top));
        let shift = Affine::translate((-left, -top));
        let steps = whole((sigma * STEPS).round()).max(1);
        let mut hasher = DefaultHasher::new();
        hash_path(&(shift * &shape), &mut hasher);
        hash_members(device, shift, &mut hasher);
        let key = Key::Any { outline: hasher.finish(), sigma: steps, size };
        let mask = if device.is_plain() {
            self.mask(key, &(shift * shape), size, sigma)
        } else {
            let moved = device.make_transform(&crate::Matrix::from_affine(shift));
            self.set_mask_of(key, &moved, size, sigma)
        };
        let all = |to: f64, n: u16| Cut { to, length: n.into(), from: 0.0, from_length: n.into() };
        self.piece(&mask, all(left, size.0), all(top, size.1));
    }

    fn mask(&mut self, key: Key, outline: &BezPath, size: (u16, u16), sigma: f64) -> Arc<Pixmap> {
        let mut context = self.kit.context(size.0, size.1);
        let resources = &mut self.kit.resources;
        let mask = self.kit.shadows.get(key, || {
            let (outline, affine) = fine(outline, Affine::IDENTITY);
            let cover = super::clip::cover(&mut context, &outline, affine, resources);
            blurred_mask(&cover, size, sigma)
        });
        self.kit.give_back(context);
        mask
    }

    /// The same for a set of paths.
    fn set_mask_of(&mut self, key: Key, path: &Path, size: (u16, u16), sigma: f64) -> Arc<Pixmap> {
        let mut target = Pixmap::new(1, 1);
        let region = crate::IRect::new(0, 0, size.0.into(), size.1.into());
        let mut inner = Painter::new(self.kit, &mut target, (0, 0), region);
        let cover = inner.coverage(path);
        inner.discard();
        self.kit.shadows.get(key, || blurred_mask(&cover, size, sigma))
    }
}

/// One axis of a piece of a mask.
#[derive(Copy, Clone)]
struct Cut {
    to: f64,
    length: f64,
    from: f64,
    from_length: f64,
}

/// The pieces along one axis: the ends, and one sample stretched between them.
fn cuts(from: f64, to: f64, corner: f64, stretched: bool) -> Vec<Cut> {
    let length = to - from;
    if !stretched {
        return vec![Cut { to: from, length, from: 0.0, from_length: length }];
    }
    vec![
        Cut { to: from, length: corner, from: 0.0, from_length: corner },
        Cut { to: from + corner, length: length - 2.0 * corner, from: corner, from_length: 1.0 },
        Cut { to: to - corner, length: corner, from: corner + 1.0, from_length: corner },
    ]
}

fn brush(mask: &Arc<Pixmap>) -> vello_cpu::Image {
    ImageBrush {
        image: ImageSource::Pixmap(mask.clone()),
        sampler: ImageSampler {
            x_extend: Extend::Pad,
            y_extend: Extend::Pad,
            quality: ImageQuality::Low,
            alpha: 1.0,
        },
    }
}

fn blurred_mask(cover: &[u8], size: (u16, u16), sigma: f64) -> Pixmap {
    let mut plane: Vec<f32> = cover.iter().map(|c| f32::from(*c)).collect();
    blur(&mut plane, size.0.into(), (to_f32(sigma), to_f32(sigma)));
    let mut mask = Pixmap::new(size.0, size.1);
    for (pixel, v) in mask.data_mut().iter_mut().zip(&plane) {
        let v = super::to_u8(*v);
        *pixel = vello_cpu::color::PremulRgba8 { r: v, g: v, b: v, a: v };
    }
    mask.set_may_have_transparency(true);
    mask
}

fn hash_members(path: &Path, shift: Affine, hasher: &mut DefaultHasher) {
    for (sign, members) in [(1_u8, &path.data().and), (2, &path.data().not)] {
        for member in members {
            sign.hash(hasher);
            hash_path(&(shift * &member.data().outline), hasher);
            hash_members(member, shift, hasher);
        }
    }
}

/// Hashes an outline to a sixteenth of a pixel.
fn hash_path(path: &BezPath, hasher: &mut DefaultHasher) {
    for el in path.elements() {
        let points: &[kurbo::Point] = match el {
            PathEl::MoveTo(a) | PathEl::LineTo(a) => &[*a],
            PathEl::QuadTo(a, b) => &[*a, *b],
            PathEl::CurveTo(a, b, c) => &[*a, *b, *c],
            PathEl::ClosePath => &[],
        };
        std::mem::discriminant(el).hash(hasher);
        for p in points {
            (whole((p.x * 16.0).round()), whole((p.y * 16.0).round())).hash(hasher);
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "saturates")]
fn whole(v: f64) -> i32 {
    v as i32
}

#[expect(clippy::cast_possible_truncation, reason = "single precision is enough for a pixel")]
fn to_f32(v: f64) -> f32 {
    v as f32
}
