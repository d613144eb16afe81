//! Painting a paragraph: backgrounds, letters, decorations.

use super::{Paragraph, TextDecoration};
use crate::canvas::{Canvas, GlyphRun, PositionedGlyph};
use crate::{Color, Paint, PaintStyle, Point, Rect};
use std::sync::Arc;

/// A stretch of one font and style on one line.
pub(super) struct Piece {
    glyphs: Arc<GlyphRun>,
    paint: Arc<Paint>,
    /// Behind the letters.
    under: Vec<(Rect, Paint)>,
    /// In front of them.
    over: Vec<(Rect, Paint)>,
}

pub(super) fn paint(paragraph: &Paragraph, canvas: &Canvas, at: Point) {
    if canvas.is_null() || !at.to_kurbo().is_finite() {
        return;
    }
    let pieces = paragraph.painted.get_or_init(|| pieces(paragraph));
    let moved = |r: &Rect| Rect::new(r.left + at.x, r.top + at.y, r.right + at.x, r.bottom + at.y);
    for (rect, paint) in pieces.iter().flat_map(|p| &p.under) {
        canvas.draw_rect(moved(rect), paint);
    }
    for piece in pieces {
        canvas.draw_glyphs(&piece.glyphs, at, &piece.paint);
        for (rect, paint) in &piece.over {
            canvas.draw_rect(moved(rect), paint);
        }
    }
}

fn pieces(paragraph: &Paragraph) -> Vec<Piece> {
    let styles = &paragraph.source.styles;
    let paints: Vec<Arc<Paint>> = styles.iter().map(|s| Arc::new(s.foreground.clone())).collect();
    let mut out = Vec::new();
    for (line, _) in paragraph.shown().lines().zip(&paragraph.lines) {
        for item in line.items() {
            let parley::PositionedLayoutItem::GlyphRun(run) = item else { continue };
            let id = run.style().brush.0;
            let Some(style) = styles.get(id) else { continue };
            let metrics = run.run().font_metrics();
            let (x0, x1) = (run.offset(), run.offset() + run.advance());
            let baseline = run.baseline();
            let mut under = Vec::new();
            if let Some(background) = &style.background {
                let rect = Rect::new(x0, baseline - metrics.ascent, x1, baseline + metrics.descent);
                under.push((rect, background.clone()));
            }
            let lines = Lines { x0, x1, baseline, size: style.font_size };
            let (mut over, color) = (Vec::new(), decoration_paint(style));
            if style.decoration.contains(TextDecoration::UNDERLINE) {
                let (offset, size) = (metrics.underline_offset, metrics.underline_size);
                under.push((lines.at(-offset, size), color.clone()));
            }
            if style.decoration.contains(TextDecoration::OVERLINE) {
                under.push((lines.at(-metrics.ascent, metrics.underline_size), color.clone()));
            }
            if style.decoration.contains(TextDecoration::LINE_THROUGH) {
                let (offset, size) = (metrics.strikethrough_offset, metrics.strikethrough_size);
                over.push((lines.at(-offset, size), color.clone()));
            }
            let glyphs = Arc::new(glyph_run(&run));
            out.push(Piece { glyphs, paint: paints[id].clone(), under, over });
        }
    }
    out
}

struct Lines {
    x0: f32,
    x1: f32,
    baseline: f32,
    size: f32,
}

impl Lines {
    /// A line whose top is `offset` below the baseline, at least a pixel thick and on whole pixels.
    fn at(&self, offset: f32, thickness: f32) -> Rect {
        let thickness = if thickness > 0.0 { thickness } else { self.size / 14.0 }.round().max(1.0);
        let top = (self.baseline + offset).round();
        Rect::new(self.x0, top, self.x1, top + thickness)
    }
}

fn decoration_paint(style: &super::TextStyle) -> Paint {
    let mut paint = style.foreground.clone();
    paint.style = PaintStyle::Fill;
    paint.anti_alias = true;
    if style.decoration_color != Color::default() {
        paint.shader = None;
        paint.set_color(style.decoration_color);
    }
    paint
}

fn glyph_run(run: &parley::GlyphRun<'_, super::shaping::StyleId>) -> GlyphRun {
    let inner = run.run();
    let synthesis = inner.synthesis();
    let mut x = run.offset();
    let glyphs = run
        .glyphs()
        .map(|g| {
            let at = x + g.x;
            x += g.advance;
            PositionedGlyph { id: g.id, x: at, y: g.y }
        })
        .collect();
    let font = inner.font();
    GlyphRun {
        font: vello_cpu::peniko::FontData::new(font.data.clone(), font.index),
        size: inner.font_size(),
        coords: inner.normalized_coords().iter().map(|c| c.to_bits()).collect(),
        embolden: synthesis.embolden(),
        skew: synthesis.skew(),
        glyphs,
        baseline: run.baseline(),
        left: run.offset(),
        right: run.offset() + run.advance(),
    }
}
