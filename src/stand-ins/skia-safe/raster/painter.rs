//! Painting a display list into a rectangle of pixels.

use super::clip::Clips;
use super::kit::Kit;
use crate::display::{Draw, Layer, Op};
use crate::{BlendMode, Color4f, IRect, Image, Paint, Point};
use kurbo::Affine;
use std::sync::Arc;
use vello_cpu::{
    Pixmap, RasterizerSettings, RenderContext, TargetInit,
    color::{AlphaColor, PremulRgba8},
    peniko,
};

/// Paints one rectangle of one picture.
pub(super) struct Painter<'a> {
    pub(super) kit: &'a mut Kit,
    pub(super) context: RenderContext,
    pub(super) clips: Clips,
    target: &'a mut Pixmap,
    /// Where the target's first pixel is on the device.
    origin: (i32, i32),
    /// What is painted, in device pixels; inside the target.
    pub(super) region: IRect,
    /// The next flush may overwrite what is in the target: it is known to be transparent.
    overwrite: bool,
}

impl<'a> Painter<'a> {
    /// `region` must lie inside the target.
    pub(super) fn new(kit: &'a mut Kit, target: &'a mut Pixmap, origin: (i32, i32), region: IRect) -> Self {
        let side = |v: i32| u16::try_from(v).unwrap_or(0);
        let context = kit.context(side(region.width()), side(region.height()));
        Self { kit, context, clips: Clips::default(), target, origin, region, overwrite: false }
    }

    /// Device pixels to those of the context.
    pub(super) fn to_context(&self) -> Affine {
        Affine::translate((-f64::from(self.region.left), -f64::from(self.region.top)))
    }

    /// Begins with one colour everywhere.
    pub(super) fn begin_with(&mut self, color: Color4f) {
        self.fill_target(PremulRgba8::from_u32(0));
        self.overwrite = true;
        if color.a > 0.0 {
            self.context.set_paint(color.to_vello());
            self.context.set_transform(Affine::IDENTITY);
            self.context.set_blend_mode(peniko::BlendMode::default());
            let (w, h) = (f64::from(self.context.width()), f64::from(self.context.height()));
            self.context.fill_rect(&kurbo::Rect::new(0.0, 0.0, w, h));
        }
    }

    /// Begins with what is in the target. What is blended with it has to find it in the context.
    pub(super) fn begin_with_target(&mut self, ops: &[Op]) {
        if ops.iter().any(reads_backdrop) {
            self.take_in_target();
        }
    }

    /// Moves the target's pixels into the context.
    fn take_in_target(&mut self) {
        let picture = self.copy_out(self.region);
        self.fill_target(PremulRgba8::from_u32(0));
        self.overwrite = true;
        let at = Point::from((self.region.left, self.region.top));
        self.picture(&Image::from_pixmap(Arc::new(picture)), at, Affine::IDENTITY, &Paint::default());
    }

    /// Paints commands; layers in them are balanced.
    pub(super) fn run(&mut self, ops: &[Op]) {
        let mut i = 0;
        while let Some(op) = ops.get(i) {
            let Draw::PushLayer(layer) = &op.draw else {
                self.draw(op);
                i += 1;
                continue;
            };
            let end = layer_end(ops, i);
            let content = &ops[i + 1..end];
            if !op.bounds.intersect(self.region).is_empty() {
                if layer.own_picture || layer.paint.blend_mode == BlendMode::SrcIn {
                    self.own_picture(op, layer, content);
                } else {
                    self.layer(op, layer, content);
                }
            }
            i = end + 1;
        }
    }

    fn layer(&mut self, op: &Op, layer: &Layer, content: &[Op]) {
        self.set_clip(op.clip.as_ref(), op.bounds.to_kurbo());
        let blend = blend_mode(layer.paint.blend_mode);
        self.context.push_layer(None, Some(blend), Some(layer.paint.color.a), None, None);
        self.run(content);
        // The clips set inside are taken back inside.
        self.set_clip(op.clip.as_ref(), op.bounds.to_kurbo());
        self.context.pop_layer();
    }

    /// Rasterises what has been collected into the target, and starts afresh.
    pub(super) fn flush(&mut self) {
        let offset = |v: i32| u16::try_from(v).unwrap_or(0);
        let covers = self.region.width() == i32::from(self.target.width())
            && self.region.height() == i32::from(self.target.height());
        let target_init = if self.overwrite && covers {
            TargetInit::Clear(AlphaColor::TRANSPARENT)
        } else {
            TargetInit::SrcOver
        };
        self.context.flush();
        let settings = RasterizerSettings {
            target_init,
            offset: (offset(self.region.left - self.origin.0), offset(self.region.top - self.origin.1)),
            ..RasterizerSettings::default()
        };
        self.context.render_with(&mut *self.target, &mut self.kit.resources, settings);
        self.context.reset();
        self.clips = Clips::default();
        self.overwrite = false;
    }

    /// Finishes the picture.
    pub(super) fn finish(mut self) {
        self.flush();
        self.kit.give_back(self.context);
    }

    /// Ends without painting.
    pub(super) fn discard(self) {
        self.kit.give_back(self.context);
    }

    /// Paints what was collected and makes it readable, then goes on from there.
    pub(super) fn backdrop(&mut self, area: IRect) -> Pixmap {
        self.flush();
        let picture = self.copy_out(area);
        self.take_in_target();
        picture
    }

    /// Changes the pixels painted so far: `change` is given each row with its first column and its row number.
    pub(super) fn change_pixels(&mut self, mut change: impl FnMut(&mut [PremulRgba8], i32, i32)) {
        self.flush();
        let (origin, region) = (self.origin, self.region);
        for y in region.top..region.bottom {
            change(row(self.target, origin, region, y), region.left, y);
        }
        self.take_in_target();
    }

    fn fill_target(&mut self, color: PremulRgba8) {
        for y in self.region.top..self.region.bottom {
            row(self.target, self.origin, self.region, y).fill(color);
        }
    }

    /// A copy of part of the target, transparent where the region ends.
    fn copy_out(&mut self, area: IRect) -> Pixmap {
        let side = |v: i32| u16::try_from(v.max(0)).unwrap_or(0);
        let mut out = Pixmap::new(side(area.width()), side(area.height()));
        let common = area.intersect(self.region);
        for y in common.top..common.bottom {
            if common.left < common.right {
                let from = row(self.target, self.origin, common, y);
                row(&mut out, (area.left, area.top), common, y).copy_from_slice(from);
            }
        }
        out
    }
}

/// The part of device row `y` that lies in `area`, in a picture whose first pixel is at `origin`.
pub(super) fn row(pixmap: &mut Pixmap, origin: (i32, i32), area: IRect, y: i32) -> &mut [PremulRgba8] {
    let width = usize::from(pixmap.width());
    let at = |v: i32| usize::try_from(v).unwrap_or(0);
    let start = at(y - origin.1) * width + at(area.left - origin.0);
    &mut pixmap.data_mut()[start..start + at(area.width())]
}

/// The index of the command that ends the layer begun at `at`.
fn layer_end(ops: &[Op], at: usize) -> usize {
    let mut depth = 0;
    for (i, op) in ops.iter().enumerate().skip(at) {
        match op.draw {
            Draw::PushLayer(_) => depth += 1,
            Draw::PopLayer => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return i;
        }
    }
    ops.len()
}

/// Whether the result depends on what lies behind other than by covering it.
fn reads_backdrop(op: &Op) -> bool {
    let reads = |paint: &Paint| paint.blend_mode != BlendMode::SrcOver;
    match &op.draw {
        Draw::Path(_, p) | Draw::Glyphs(_, _, p) | Draw::Picture(_, _, p) | Draw::Fill(p) => reads(p),
        Draw::PushLayer(l) => l.backdrop.is_some() || l.mask.is_some() || reads(&l.paint),
        Draw::Clear(_) => true,
        Draw::PopLayer | Draw::Nothing => false,
    }
}

pub(super) fn blend_mode(mode: BlendMode) -> peniko::BlendMode {
    use peniko::{Compose, Mix};
    let mix = match mode {
        BlendMode::SrcOver => Mix::Normal,
        BlendMode::SrcIn => return Compose::SrcIn.into(),
        BlendMode::Plus => return Compose::Plus.into(),
        BlendMode::Screen => Mix::Screen,
        BlendMode::Overlay => Mix::Overlay,
        BlendMode::Darken => Mix::Darken,
        BlendMode::Lighten => Mix::Lighten,
        BlendMode::ColorDodge => Mix::ColorDodge,
        BlendMode::ColorBurn => Mix::ColorBurn,
        BlendMode::HardLight => Mix::HardLight,
        BlendMode::SoftLight => Mix::SoftLight,
        BlendMode::Difference => Mix::Difference,
        BlendMode::Exclusion => Mix::Exclusion,
        BlendMode::Multiply => Mix::Multiply,
        BlendMode::Hue => Mix::Hue,
        BlendMode::Saturation => Mix::Saturation,
        BlendMode::Color => Mix::Color,
        BlendMode::Luminosity => Mix::Luminosity,
    };
    mix.into()
}
