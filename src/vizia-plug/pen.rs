//! Small helpers to draw with: shapes in logical pixels, text, the look's colours.

use vizia::prelude::*;
use vizia::vg;

use crate::ink::{Align, Type};
use crate::session::Session;
use crate::theme::Theme;

/// Draws into one view. Sizes are logical pixels and scaled here; positions and boxes are physical, as vizia gives them.
pub struct Pen<'a> {
    canvas: &'a Canvas,
    session: &'a Session,
    scale: f32,
    bounds: BoundingBox,
}

impl<'a> Pen<'a> {
    /// Creates a pen for the current view of `cx`.
    pub fn new(cx: &DrawContext, session: &'a Session, canvas: &'a Canvas) -> Self {
        Self { canvas, session, scale: cx.scale_factor(), bounds: cx.bounds() }
    }

    /// Returns the view's box.
    pub fn bounds(&self) -> BoundingBox {
        self.bounds
    }

    /// Converts logical into physical pixels.
    pub fn px(&self, logical: f32) -> f32 {
        logical * self.scale
    }

    /// Returns the look.
    pub fn theme(&self) -> &'a Theme {
        &self.session.theme
    }

    /// Returns vizia's canvas, for all that is not covered here.
    pub fn canvas(&self) -> &'a Canvas {
        self.canvas
    }

    /// Returns the view's box, `by` logical pixels smaller on every side.
    pub fn inset(&self, by: f32) -> BoundingBox {
        shrunk(self.bounds, self.px(by))
    }

    /// Fills a box with round corners.
    pub fn fill(&self, area: BoundingBox, radius: f32, colour: Color) {
        self.fill_with(area, radius, &filled(colour));
    }

    /// Fills a box with round corners with any paint.
    pub fn fill_with(&self, area: BoundingBox, radius: f32, paint: &vg::Paint) {
        if area.w > 0.0 && area.h > 0.0 {
            self.canvas.draw_path(&self.rounded(area, radius), paint);
        }
    }

    /// Draws the outline of a box, its line wholly inside.
    pub fn frame(&self, area: BoundingBox, radius: f32, width: f32, colour: Color) {
        let inner = shrunk(area, self.px(width) / 2.0);
        if inner.w > 0.0 && inner.h > 0.0 {
            let path = self.rounded(inner, radius - width / 2.0);
            self.canvas.draw_path(&path, &self.stroked(width, colour));
        }
    }

    /// Fills a circle; `radius` in logical pixels.
    pub fn disc(&self, centre: (f32, f32), radius: f32, colour: Color) {
        self.canvas.draw_path(&circle(centre, self.px(radius)), &filled(colour));
    }

    /// Draws a circle; `radius` and `width` in logical pixels.
    pub fn ring(&self, centre: (f32, f32), radius: f32, width: f32, colour: Color) {
        self.canvas.draw_path(&circle(centre, self.px(radius)), &self.stroked(width, colour));
    }

    /// Draws an arc with round ends; angles in degrees, clockwise from three o'clock.
    pub fn arc(&self, centre: (f32, f32), radius: f32, width: f32, from: f32, to: f32, colour: Color) {
        let radius = self.px(radius);
        let oval = vg::Rect::new(centre.0 - radius, centre.1 - radius, centre.0 + radius, centre.1 + radius);
        let mut paint = self.stroked(width, colour);
        paint.set_stroke_cap(vg::PaintCap::Round);
        self.canvas.draw_arc(oval, from, to - from, false, &paint);
    }

    /// Draws a line with round ends through `points`.
    pub fn line(&self, points: &[(f32, f32)], width: f32, colour: Color) {
        let mut points = points.iter();
        let Some(first) = points.next() else { return };
        let mut path = vg::PathBuilder::new();
        path.move_to(*first);
        for point in points {
            path.line_to(*point);
        }
        let mut paint = self.stroked(width, colour);
        paint.set_stroke_cap(vg::PaintCap::Round);
        self.canvas.draw_path(&path.detach(), &paint);
    }

    /// Draws one line of text in `area`.
    pub fn text(&self, text: &str, face: Type, area: BoundingBox, align: Align) {
        self.session.ink.draw(self.canvas, text, face, self.scale, area, align);
    }

    /// Returns the width of `text` in physical pixels.
    pub fn width(&self, text: &str, face: Type) -> f32 {
        self.session.ink.width(text, face, self.scale)
    }

    fn stroked(&self, width: f32, colour: Color) -> vg::Paint {
        let mut paint = filled(colour);
        paint.set_style(vg::PaintStyle::Stroke);
        paint.set_stroke_width(self.px(width));
        paint
    }

    fn rounded(&self, area: BoundingBox, radius: f32) -> vg::Path {
        let radius = self.px(radius).clamp(0.0, area.w.min(area.h) / 2.0);
        let mut path = vg::PathBuilder::new();
        let corners = [vg::Point::new(radius, radius); 4];
        path.add_rrect(vg::RRect::new_rect_radii(vg::Rect::from(area), &corners), None, None);
        path.detach()
    }
}

/// Returns `area`, `by` physical pixels smaller on every side.
pub fn shrunk(area: BoundingBox, by: f32) -> BoundingBox {
    BoundingBox {
        x: area.x + by,
        y: area.y + by,
        w: (area.w - 2.0 * by).max(0.0),
        h: (area.h - 2.0 * by).max(0.0),
    }
}

fn circle(centre: (f32, f32), radius: f32) -> vg::Path {
    let mut path = vg::PathBuilder::new();
    path.add_circle(centre, radius.max(0.0), None);
    path.detach()
}

fn filled(colour: Color) -> vg::Paint {
    let mut paint = vg::Paint::default();
    paint.set_anti_alias(true);
    paint.set_color(colour);
    paint
}
