//! Text in custom views. vizia lays every label out again whenever anything moves, so figures that change often are
//! drawn here instead; a shaped line is kept for as long as it is in use.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use vizia::prelude::{BoundingBox, Canvas, Color};
use vizia::vg::font_style::{Slant, Weight, Width};
use vizia::vg::textlayout::{FontCollection, Paragraph, ParagraphBuilder, ParagraphStyle, TextStyle};
use vizia::vg::{FontStyle, Paint};

/// Families tried in order: the editor's own font, then what systems have.
pub(crate) const FAMILIES: [&str; 6] =
    ["Inter", "Inter Variable", "Segoe UI", "Helvetica Neue", "Noto Sans", "DejaVu Sans"];

/// How a line is set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Type {
    /// Font size in logical pixels.
    pub size: f32,
    /// Weight, 100 to 900.
    pub weight: i32,
    /// Colour.
    pub colour: Color,
}

impl Type {
    /// A size, a weight, a colour.
    pub const fn new(size: f32, weight: i32, colour: Color) -> Self {
        Self { size, weight, colour }
    }
}

/// Where a line stands in its box; vertically it is always centred.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// At the left edge.
    Left,
    /// In the middle.
    Centre,
    /// At the right edge.
    Right,
}

#[derive(PartialEq, Eq, Hash)]
struct Key {
    text: String,
    size: u32,
    weight: i32,
    colour: [u8; 4],
    limit: u32,
}

struct Line {
    paragraph: Paragraph,
    width: f32,
    last_used: u64,
}

/// Draws single lines of text, shaping each only once.
pub struct Ink {
    fonts: FontCollection,
    lines: RefCell<HashMap<Key, Line>>,
    draws: RefCell<u64>,
}

/// Lines kept; the least recently used half goes when there are more.
const CAPACITY: usize = 1024;

impl Ink {
    pub(crate) fn new(fonts: FontCollection) -> Rc<Self> {
        Rc::new(Self { fonts, lines: RefCell::default(), draws: RefCell::default() })
    }

    /// Draws `text` on one line within `bounds` (physical pixels), shortened with an ellipsis when too long.
    /// `scale` turns the logical font size into pixels.
    pub fn draw(
        &self,
        canvas: &Canvas,
        text: &str,
        face: Type,
        scale: f32,
        bounds: BoundingBox,
        align: Align,
    ) {
        if text.is_empty() || bounds.w < 1.0 || face.colour.a() == 0 {
            return;
        }
        let mut lines = self.lines.borrow_mut();
        let line = self.line(&mut lines, text, face, scale, bounds.w);
        let slack = (bounds.w - line.width).max(0.0);
        let x = match align {
            Align::Left => bounds.x,
            Align::Centre => bounds.x + slack / 2.0,
            Align::Right => bounds.x + slack,
        };
        let y = bounds.y + (bounds.h - line.paragraph.height()) / 2.0;
        line.paragraph.paint(canvas, (x.round(), y.round()));
    }

    /// The width of `text` in physical pixels.
    pub fn width(&self, text: &str, face: Type, scale: f32) -> f32 {
        self.line(&mut self.lines.borrow_mut(), text, face, scale, f32::MAX).width
    }

    fn line<'a>(
        &self,
        lines: &'a mut HashMap<Key, Line>,
        text: &str,
        face: Type,
        scale: f32,
        limit: f32,
    ) -> &'a mut Line {
        let now = {
            let mut draws = self.draws.borrow_mut();
            *draws += 1;
            *draws
        };
        if lines.len() > CAPACITY {
            let horizon = now.saturating_sub(CAPACITY as u64 / 2);
            lines.retain(|_, line| line.last_used > horizon);
        }
        let colour = [face.colour.r(), face.colour.g(), face.colour.b(), face.colour.a()];
        let size = face.size * scale;
        let limit = limit.min(1e5).floor();
        let key = Key {
            text: text.to_owned(),
            size: size.to_bits(),
            weight: face.weight,
            colour,
            limit: limit.to_bits(),
        };
        let line = lines.entry(key).or_insert_with(|| self.shaped(text, face, size, limit));
        line.last_used = now;
        line
    }

    fn shaped(&self, text: &str, face: Type, size: f32, limit: f32) -> Line {
        let mut paint = Paint::default();
        paint.set_color(face.colour);
        let mut style = TextStyle::new();
        style.set_font_families(&FAMILIES);
        style.set_font_size(size);
        style.set_font_style(FontStyle::new(Weight::from(face.weight), Width::NORMAL, Slant::Upright));
        style.set_foreground_paint(&paint);
        let mut lines = ParagraphStyle::default();
        lines.set_max_lines(1);
        lines.set_ellipsis("…");
        let mut builder = ParagraphBuilder::new(&lines, &self.fonts);
        builder.push_style(&style);
        builder.add_text(text);
        let mut paragraph = builder.build();
        paragraph.layout(limit);
        let width = paragraph.max_intrinsic_width().min(limit);
        Line { paragraph, width, last_used: 0 }
    }
}
