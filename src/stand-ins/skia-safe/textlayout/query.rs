//! Questions about a laid-out paragraph: where text is, and what text is where.
//!
//! As in Skia, ranges and positions on screen are in UTF-16 units, clusters in bytes (UTF-8), and what lies
//! past the visible text belongs to its last line.

use super::paragraph::LineBox;
use super::{Paragraph, TextDirection, TextIndex, TextRange};
use crate::{Point, Rect};

/// The vertical extent of the rectangles of a range.
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq, Default)]
pub enum RectHeightStyle {
    /// Each run's ascent and descent.
    #[default]
    Tight,
}

/// The horizontal extent of the rectangles of a range.
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq, Default)]
pub enum RectWidthStyle {
    /// That of the text.
    #[default]
    Tight,
}

/// Which side of a position counts where lines wrap.
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq, Default)]
pub enum Affinity {
    /// The text before.
    Upstream,
    /// The text after.
    #[default]
    Downstream,
}

/// A position between characters, in UTF-16 units.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub struct PositionWithAffinity {
    /// Units before the position.
    pub position: i32,
    /// Which side counts.
    pub affinity: Affinity,
}

/// A stretch of text on one line.
#[derive(Copy, Clone, PartialEq, Debug)]
pub struct TextBox {
    /// Where it is.
    pub rect: Rect,
    /// Which way it reads.
    pub direct: TextDirection,
}

/// One visible character with its marks.
#[derive(Clone, PartialEq, Debug)]
pub struct GlyphClusterInfo {
    /// Where it is.
    pub bounds: Rect,
    /// Its bytes in the text.
    pub text_range: TextRange,
    /// Which way it reads.
    pub position: TextDirection,
}

/// Measures of a line; text in UTF-16 units, pixels from the paragraph's top left.
#[derive(Clone, PartialEq, Debug)]
pub struct LineMetrics {
    /// Where its text begins.
    pub start_index: usize,
    /// Where its text ends: before the line feed, or before the space it was broken at.
    pub end_index: usize,
    /// Where its text ends without spaces.
    pub end_excluding_whitespaces: usize,
    /// Where the next line begins.
    pub end_including_newline: usize,
    /// Whether a line feed ends it.
    pub hard_break: bool,
    /// From the baseline to the top of its fonts, positive.
    pub ascent: f64,
    /// From the baseline to the bottom of its fonts, positive.
    pub descent: f64,
    /// Its height.
    pub height: f64,
    /// The width of its text without trailing spaces.
    pub width: f64,
    /// Its left edge.
    pub left: f64,
    /// Its baseline.
    pub baseline: f64,
    /// Its number, from 0.
    pub line_number: usize,
}

/// Where a grapheme cluster is.
#[derive(Clone, Debug)]
pub(super) struct ClusterBox {
    text: TextRange,
    rect: Rect,
    rtl: bool,
    line: usize,
}

impl Paragraph {
    /// The rectangles of the text between two positions, in UTF-16 units, line by line.
    pub fn get_rects_for_range(
        &self,
        range: std::ops::Range<usize>,
        _: RectHeightStyle,
        _: RectWidthStyle,
    ) -> Vec<TextBox> {
        let (start, end) = (self.byte_at(range.start), self.byte_at(range.end));
        let mut out: Vec<(usize, TextBox)> = Vec::new();
        for c in self.clusters().iter().filter(|c| c.text.start < end && c.text.end > start) {
            let direct = direction(c.rtl);
            match out.last_mut() {
                Some((line, last))
                    if *line == c.line
                        && last.direct == direct
                        && (last.rect.right - c.rect.left).abs() < 1e-3
                        && last.rect.top == c.rect.top =>
                {
                    last.rect.right = c.rect.right;
                }
                _ => out.push((c.line, TextBox { rect: c.rect, direct })),
            }
        }
        out.into_iter().map(|o| o.1).collect()
    }

    /// The position nearest to a point.
    pub fn get_glyph_position_at_coordinate(&self, p: impl Into<Point>) -> PositionWithAffinity {
        let p = p.into();
        let Some(c) = self.closest(p) else { return PositionWithAffinity::default() };
        let left_half = p.x.is_nan() || p.x < c.rect.center_x();
        let before = left_half != c.rtl;
        // A line feed ends its line: there is no position behind it there.
        let feed = self.source.text[c.text.clone()].starts_with(['\n', '\r']);
        let (byte, affinity) = if before || feed {
            (c.text.start, Affinity::Downstream)
        } else {
            (c.text.end, Affinity::Upstream)
        };
        let position = i32::try_from(self.utf16_at(byte)).unwrap_or(i32::MAX);
        PositionWithAffinity { position, affinity }
    }

    /// All lines' measures.
    pub fn get_line_metrics(&self) -> Vec<LineMetrics> {
        (0..self.lines.len()).filter_map(|i| self.get_line_metrics_at(i)).collect()
    }

    /// The measures of a line; none if there is no such line.
    pub fn get_line_metrics_at(&self, line_number: usize) -> Option<LineMetrics> {
        let line = self.lines.get(line_number)?;
        let text = self.source.text.get(line.text.clone()).unwrap_or_default();
        let trimmed = text.trim_end().len();
        // The last line keeps all its text; others lose the cluster they were broken at.
        let last = line.text.end == self.source.text.len() && !line.hard_break;
        let end = match text.chars().next_back() {
            _ if last => text.len(),
            Some('\n') if text.ends_with("\r\n") => text.len() - 2,
            Some(c) if line.hard_break || c.is_whitespace() => text.len() - c.len_utf8(),
            _ => text.len(),
        };
        let at = |offset: usize| self.utf16_at(line.text.start + offset);
        Some(LineMetrics {
            start_index: at(0),
            end_index: at(end),
            end_excluding_whitespaces: at(trimmed),
            end_including_newline: at(text.len()),
            hard_break: line.hard_break || last,
            ascent: f64::from(line.ascent),
            descent: f64::from(line.descent),
            height: f64::from(line.bottom - line.top),
            width: f64::from(line.width),
            left: f64::from(line.left),
            baseline: f64::from(line.baseline),
            line_number,
        })
    }

    /// The line a byte of the text is on; none past the text.
    pub fn get_line_number_at(&self, code_unit_index: TextIndex) -> Option<usize> {
        if code_unit_index >= self.source.text.len() || self.lines.is_empty() {
            return None;
        }
        let found = self.lines.iter().position(|l| l.text.contains(&code_unit_index));
        Some(found.unwrap_or(self.lines.len() - 1))
    }

    /// The cluster a byte of the text belongs to; none past the text.
    pub fn get_glyph_cluster_at(&self, code_unit_index: TextIndex) -> Option<GlyphClusterInfo> {
        if code_unit_index >= self.source.text.len() {
            return None;
        }
        let all = self.clusters();
        let found = all.iter().find(|c| c.text.contains(&code_unit_index));
        found.or_else(|| all.iter().max_by_key(|c| c.text.end)).map(ClusterBox::info)
    }

    /// The cluster nearest to a point; none without text.
    pub fn get_closest_glyph_cluster_at(&self, d: impl Into<Point>) -> Option<GlyphClusterInfo> {
        self.closest(d.into()).map(ClusterBox::info)
    }

    fn closest(&self, p: Point) -> Option<&ClusterBox> {
        let line = self.line_at(p.y)?;
        // An ellipsis can stand alone on its line: then the nearest text is on another.
        let on_line = || self.clusters().iter().filter(|c| c.line == line);
        let nearest = |cs: &mut dyn Iterator<Item = &ClusterBox>| {
            let mut best: Option<(&ClusterBox, f32)> = None;
            let all = self.clusters();
            for c in cs {
                let distance = (c.rect.left - p.x).max(p.x - c.rect.right).max(0.0);
                // Of clusters equally near, one with a width: a zero-width space is no target.
                let better = best.is_none_or(|(b, d)| {
                    distance < d || (distance == d && b.rect.width() <= 0.0 && c.rect.width() > 0.0)
                });
                if better {
                    best = Some((c, distance));
                }
            }
            best.and_then(|(c, _)| all.iter().find(|o| o.text == c.text))
        };
        nearest(&mut on_line()).or_else(|| nearest(&mut self.clusters().iter()))
    }

    fn line_at(&self, y: f32) -> Option<usize> {
        let below = self.lines.iter().position(|l| y < l.bottom);
        below.or_else(|| self.lines.len().checked_sub(1))
    }

    fn clusters(&self) -> &[ClusterBox] {
        self.clusters.get_or_init(|| {
            let len = self.shown_len();
            let mut out = Vec::with_capacity(len);
            for (i, (line, place)) in self.shown().lines().zip(&self.lines).enumerate() {
                collect_line(line, place, i, len, &mut out);
            }
            // Where only the ellipsis is left, all text is where that begins.
            if let (true, Some(line)) = (out.is_empty() && !self.source.text.is_empty(), self.lines.first()) {
                let rect = Rect::new(line.left, line.top, line.left, line.bottom);
                out.push(ClusterBox { text: 0..self.source.text.len(), rect, rtl: false, line: 0 });
            }
            out
        })
    }

    /// The byte where `units` UTF-16 units end; inside a character, the character's beginning.
    fn byte_at(&self, units: usize) -> usize {
        let text = &self.source.text;
        if text.is_ascii() {
            return units.min(text.len());
        }
        let mut seen = 0;
        for (byte, c) in text.char_indices() {
            if seen + c.len_utf16() > units {
                return byte;
            }
            seen += c.len_utf16();
        }
        text.len()
    }

    fn utf16_at(&self, byte: usize) -> usize {
        let text = &self.source.text;
        if text.is_ascii() {
            return byte.min(text.len());
        }
        text.char_indices().take_while(|(at, _)| *at < byte).map(|(_, c)| c.len_utf16()).sum()
    }
}

fn collect_line(
    line: parley::Line<'_, super::shaping::StyleId>,
    place: &LineBox,
    index: usize,
    text_len: usize,
    out: &mut Vec<ClusterBox>,
) {
    let mut x = place.left;
    for run in line.runs() {
        let m = run.font_metrics();
        let (top, bottom) = (place.baseline - m.ascent, place.baseline + m.descent);
        for cluster in run.visual_clusters() {
            let left = x;
            x += cluster.advance();
            let text = cluster.text_range();
            if text.start < text_len && text.start < text.end {
                let rect = Rect::new(left, top, x, bottom);
                out.push(ClusterBox { text, rect, rtl: cluster.is_rtl(), line: index });
            }
        }
    }
}

impl ClusterBox {
    fn info(&self) -> GlyphClusterInfo {
        GlyphClusterInfo { bounds: self.rect, text_range: self.text.clone(), position: direction(self.rtl) }
    }
}

fn direction(rtl: bool) -> TextDirection {
    if rtl { TextDirection::RTL } else { TextDirection::LTR }
}
