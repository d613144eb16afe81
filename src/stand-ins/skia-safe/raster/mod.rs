//! Making surfaces and reading their pixels: the one part of this crate that is not Skia's.
//!
//! Real Skia has its own ways (`surfaces::raster_n32_premul`, `gpu::surfaces`, `Surface::peek_pixels`); whoever
//! goes back to it replaces the calls of these four functions, and nothing else.
//!
//! ```
//! use skia_safe::{Paint, Rect, raster};
//!
//! let mut surface = raster::surface(320, 200).expect("neither side is 0 or beyond 16384");
//! surface.canvas().draw_rect(Rect::new(10.0, 10.0, 50.0, 20.0), &Paint::default());
//! let frame = raster::render(&mut surface);
//! assert_eq!(frame.pixels.len(), 320 * 200 * 4);
//! assert!(frame.damage.is_some());
//! assert!(raster::render(&mut surface).damage.is_none(), "nothing was drawn since");
//! ```

mod blur;
mod brush;
mod clip;
mod draw;
mod kit;
mod layer;
mod outline;
mod painter;
mod shadow;
mod stroke;

use self::kit::Kit;
use self::painter::Painter;
use crate::display::{Draw, Op};
use crate::{Canvas, IRect, Matrix, Surface};
use std::sync::Arc;
use vello_cpu::Pixmap;

/// The longest side of a surface, in pixels.
pub const LONGEST_SIDE: u16 = 16384;

/// What a surface shows.
#[derive(Debug)]
pub struct Frame<'a> {
    /// Premultiplied RGBA, 8 bits each, row by row from the top, without padding.
    pub pixels: &'a [u8],
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// The pixels that may have changed since the last call of [`render`]; none if none have.
    pub damage: Option<IRect>,
}

/// A transparent surface; none if a side is 0 or longer than [`LONGEST_SIDE`].
pub fn surface(width: u16, height: u16) -> Option<Surface> {
    if width == 0 || height == 0 || width > LONGEST_SIDE || height > LONGEST_SIDE {
        return None;
    }
    let canvas = Canvas::new(i32::from(width), i32::from(height));
    Some(Surface { canvas, raster: Some(Box::new(Raster::new(width, height))) })
}

/// A surface that keeps nothing of what is drawn on it: what vizia copies its drawing to where one surface is
/// enough.
pub fn null_surface() -> Surface {
    Surface { canvas: Canvas::null(), raster: None }
}

/// Paints what was recorded since the last call, and gives the pixels. Only the rectangle around what was
/// drawn is painted.
pub fn render(surface: &mut Surface) -> Frame<'_> {
    surface.flush();
    let damage = surface.take_damage();
    pixels(surface, damage)
}

fn pixels(surface: &Surface, damage: Option<IRect>) -> Frame<'_> {
    match &surface.raster {
        None => Frame { pixels: &[], width: 0, height: 0, damage: None },
        Some(raster) => Frame {
            pixels: raster.pixmap.data_as_u8_slice(),
            width: usize::from(raster.pixmap.width()),
            height: usize::from(raster.pixmap.height()),
            damage,
        },
    }
}

/// The pixels, and what is needed to paint them.
pub(crate) struct Raster {
    pixmap: Pixmap,
    damage: IRect,
    kit: Kit,
}

impl Raster {
    fn new(width: u16, height: u16) -> Self {
        Self { pixmap: Pixmap::new(width, height), damage: IRect::default(), kit: Kit::new() }
    }

    pub(crate) fn snapshot(&self) -> Arc<Pixmap> {
        Arc::new(self.pixmap.clone())
    }

    /// Paints commands over what is there.
    pub(crate) fn paint(&mut self, ops: &[Op]) {
        let whole = IRect::new(0, 0, i32::from(self.pixmap.width()), i32::from(self.pixmap.height()));
        let touched = ops.iter().fold(IRect::default(), |d, op| d.union(op.bounds)).intersect(whole);
        if touched.is_empty() {
            return;
        }
        self.damage = self.damage.union(touched);
        let mut painter = Painter::new(&mut self.kit, &mut self.pixmap, (0, 0), touched);
        let ops = if let Some((at, color)) = last_clear(ops, touched) {
            painter.begin_with(color);
            &ops[at + 1..]
        } else {
            painter.begin_with_target(ops);
            ops
        };
        painter.run(ops);
        painter.finish();
    }

    pub(crate) fn take_damage(&mut self) -> Option<IRect> {
        let damage = std::mem::take(&mut self.damage);
        (!damage.is_empty()).then_some(damage)
    }
}

/// The last command that, outside any layer, clears all of `area`: nothing before it shows.
fn last_clear(ops: &[Op], area: IRect) -> Option<(usize, crate::Color4f)> {
    let mut depth = 0;
    let mut found = None;
    for (i, op) in ops.iter().enumerate() {
        match op.draw {
            Draw::PushLayer(_) => depth += 1,
            Draw::PopLayer => depth -= 1,
            Draw::Clear(color) if depth == 0 && op.bounds.contains(area) && unclipped(op, area) => {
                found = Some((i, color));
            }
            _ => {}
        }
    }
    found
}

fn unclipped(op: &Op, area: IRect) -> bool {
    let mut node = op.clip.as_ref();
    while let Some(clip) = node {
        if !clip.parts.iter().all(|part| part.spares(area.to_kurbo())) {
            return false;
        }
        node = clip.parent.as_ref();
    }
    true
}

/// The outline of what a paint that strokes covers, in the outline's own coordinates.
pub(crate) fn stroke_outline(outline: &kurbo::BezPath, paint: &crate::Paint) -> kurbo::BezPath {
    stroke::outline_to_fill(outline, kurbo::Affine::IDENTITY, paint)
}

/// The nearest whole value of a channel.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates; NaN is 0")]
fn to_u8(v: f32) -> u8 {
    (v + 0.5) as u8
}

/// How much longer lengths become, on average over the directions.
pub(crate) fn mean_scale(m: &Matrix) -> f64 {
    m.to_affine().map_or(1.0, |a| a.determinant().abs().sqrt())
}
