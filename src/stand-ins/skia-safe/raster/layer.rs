//! Layers that need a picture of their own: filtered, beginning with what lies behind, or used as mask.

use super::blur::{blur, reach};
use super::painter::{Painter, row};
use crate::display::{Layer, MaskKind, Op};
use crate::paint::ImageFilterKind;
use crate::{IRect, Image, ImageFilter, Matrix, Point};
use kurbo::Affine;
use std::sync::Arc;
use vello_cpu::Pixmap;
use vello_cpu::color::PremulRgba8;

/// A picture and where it is on the device.
struct Placed {
    pixmap: Pixmap,
    area: IRect,
}

impl Painter<'_> {
    pub(super) fn own_picture(&mut self, op: &Op, layer: &Layer, content: &[Op]) {
        let shown = op.bounds.intersect(self.region);
        let margin = layer.paint.image_filter.as_ref().map_or(0, |f| filter_reach(f, &op.matrix));
        let area = outset(shown, margin).intersect(outset(op.bounds, margin)).intersect(canvas_limits());
        let mut picture = Placed::new(area);
        if let Some(filter) = &layer.backdrop {
            let around = outset(area, filter_reach(filter, &op.matrix)).intersect(canvas_limits());
            let behind = Placed { pixmap: self.backdrop(around), area: around };
            picture.take_from(&mut behind.filtered(filter, &op.matrix));
        }
        let mut inner = Painter::new(self.kit, &mut picture.pixmap, (area.left, area.top), area);
        inner.begin_with_target(content);
        inner.run(content);
        inner.finish();
        if let Some(filter) = &layer.paint.image_filter {
            picture = picture.filtered(filter, &op.matrix);
        }
        if let Some(kind) = layer.mask {
            return self.mask_with(&mut picture, kind);
        }
        self.set_clip(op.clip.as_ref(), op.bounds.to_kurbo());
        let at = Point::from((picture.area.left, picture.area.top));
        let image = Image::from_pixmap(Arc::new(picture.pixmap));
        self.picture(&image, at, Affine::IDENTITY, &layer.paint);
    }

    /// Multiplies what is painted so far by the picture's alpha or luminance; by nothing outside it.
    fn mask_with(&mut self, mask: &mut Placed, kind: MaskKind) {
        self.change_pixels(|pixels, left, y| {
            for (x, pixel) in (left..).zip(pixels) {
                let m = mask.at(x, y);
                let keep = match kind {
                    MaskKind::Alpha => f32::from(m.a),
                    // Luminance of premultiplied components: CSS Masking Module Level 1, section 7.10.1.
                    MaskKind::Luminance => {
                        0.2126 * f32::from(m.r) + 0.7152 * f32::from(m.g) + 0.0722 * f32::from(m.b)
                    }
                } / 255.0;
                let v = |c: u8| super::to_u8(f32::from(c) * keep);
                *pixel = PremulRgba8 { r: v(pixel.r), g: v(pixel.g), b: v(pixel.b), a: v(pixel.a) };
            }
        });
    }
}

impl Placed {
    fn new(area: IRect) -> Self {
        let side = |v: i32| u16::try_from(v.max(0)).unwrap_or(0);
        Self { pixmap: Pixmap::new(side(area.width()), side(area.height())), area }
    }

    fn at(&mut self, x: i32, y: i32) -> PremulRgba8 {
        let one = IRect::new(x, y, x + 1, y + 1);
        if self.area.contains(one) {
            row(&mut self.pixmap, (self.area.left, self.area.top), one, y)[0]
        } else {
            PremulRgba8::from_u32(0)
        }
    }

    /// Copies what `other` has in common with this.
    fn take_from(&mut self, other: &mut Placed) {
        let common = self.area.intersect(other.area);
        for y in common.top..common.bottom {
            if common.left < common.right {
                let from = row(&mut other.pixmap, (other.area.left, other.area.top), common, y);
                row(&mut self.pixmap, (self.area.left, self.area.top), common, y).copy_from_slice(from);
            }
        }
    }

    /// The picture changed by a filter whose lengths are in the coordinates of `matrix`.
    fn filtered(self, filter: &ImageFilter, matrix: &Matrix) -> Self {
        match filter.kind() {
            ImageFilterKind::Crop { rect, input } => {
                let mut whole = match input {
                    Some(input) => self.filtered(input, matrix),
                    None => self,
                };
                let (mapped, _) = matrix.map_rect(rect);
                let inside = mapped.to_kurbo();
                let kept = IRect::around(inside);
                for y in whole.area.top..whole.area.bottom {
                    let area = whole.area;
                    let pixels = row(&mut whole.pixmap, (area.left, area.top), area, y);
                    for (x, pixel) in (area.left..).zip(pixels) {
                        if x < kept.left || x >= kept.right || y < kept.top || y >= kept.bottom {
                            *pixel = PremulRgba8::from_u32(0);
                        }
                    }
                }
                whole
            }
            ImageFilterKind::Blur { sigma, input } => {
                let mut whole = self.filtered(input, matrix);
                blur_picture(&mut whole.pixmap, device_sigma(*sigma, matrix));
                whole
            }
        }
    }
}

fn blur_picture(pixmap: &mut Pixmap, sigma: (f32, f32)) {
    let width = usize::from(pixmap.width());
    let channel = |pixmap: &mut Pixmap, c: usize| {
        let mut plane: Vec<f32> =
            pixmap.data_as_u8_slice().iter().skip(c).step_by(4).map(|v| f32::from(*v)).collect();
        blur(&mut plane, width, sigma);
        for (v, new) in pixmap.data_as_u8_slice_mut().iter_mut().skip(c).step_by(4).zip(plane) {
            *v = super::to_u8(new);
        }
    };
    (0..4).for_each(|c| channel(pixmap, c));
    pixmap.set_may_have_transparency(true);
}

#[expect(clippy::cast_possible_truncation, reason = "a deviation in pixels")]
fn device_sigma((x, y): (f32, f32), matrix: &Matrix) -> (f32, f32) {
    let scale = super::mean_scale(matrix) as f32;
    (x * scale, y * scale)
}

/// How far a filter carries colour, in pixels.
fn filter_reach(filter: &ImageFilter, matrix: &Matrix) -> i32 {
    match filter.kind() {
        ImageFilterKind::Crop { input, .. } => input.as_ref().map_or(0, |i| filter_reach(i, matrix)),
        ImageFilterKind::Blur { sigma, input } => {
            let (x, y) = device_sigma(*sigma, matrix);
            i32::try_from(reach(x.max(y))).unwrap_or(0) + filter_reach(input, matrix)
        }
    }
}

fn outset(r: IRect, by: i32) -> IRect {
    IRect::new(r.left - by, r.top - by, r.right + by, r.bottom + by)
}

/// Pictures are no larger than this, wherever they are.
fn canvas_limits() -> IRect {
    let far = i32::from(super::LONGEST_SIDE);
    IRect::new(-far, -far, 2 * far, 2 * far)
}
