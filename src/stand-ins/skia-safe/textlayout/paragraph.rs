//! A laid-out paragraph.

use super::query::ClusterBox;
use super::shaping::{Source, StyleId};
use super::{FontCollection, TextAlign};
use crate::canvas::Canvas;
use crate::{Point, scalar};
use parley::{Alignment, AlignmentOptions, BreakReason, Layout};
use std::cell::OnceCell;
use std::ops::Range;
use std::sync::Arc;

/// Styled text in lines. `layout` has to be called before anything is asked or painted.
pub struct Paragraph {
    pub(super) source: Arc<Source>,
    fonts: FontCollection,
    full: Layout<StyleId>,
    /// The beginning of the text and an ellipsis, if the whole does not fit.
    cut: Option<Cut>,
    pub(super) lines: Vec<LineBox>,
    laid_out: Option<f32>,
    height: f32,
    intrinsic: (f32, f32),
    pub(super) clusters: OnceCell<Vec<ClusterBox>>,
    pub(super) painted: OnceCell<Vec<super::paint::Piece>>,
}

struct Cut {
    layout: Layout<StyleId>,
    at: usize,
}

/// A visible line. Positions are in pixels from the paragraph's top left, text in bytes of the source.
#[derive(Clone, Debug)]
pub(super) struct LineBox {
    pub(super) text: Range<usize>,
    pub(super) hard_break: bool,
    pub(super) top: f32,
    pub(super) bottom: f32,
    pub(super) baseline: f32,
    pub(super) ascent: f32,
    pub(super) descent: f32,
    pub(super) left: f32,
    pub(super) width: f32,
}

/// Wider than any window: from here on a line has all the room it wants.
const UNBOUNDED: f32 = 1e6;
/// A line measured and then given exactly its own rounded width has to fit.
const SLACK: f32 = 1e-2;

impl Paragraph {
    pub(super) fn new(source: Arc<Source>, fonts: FontCollection) -> Self {
        let full = source.shape(&mut fonts.fonts(), None);
        let widths = full.calculate_content_widths();
        // Text that is cut rather than wrapped has no narrower form than the whole line.
        let one_line = source.style.line_limit() == Some(1);
        let min = if one_line { widths.max } else { widths.min };
        Self {
            source,
            fonts,
            full,
            cut: None,
            lines: Vec::new(),
            laid_out: None,
            height: 0.0,
            intrinsic: (min.min(widths.max), widths.max),
            clusters: OnceCell::new(),
            painted: OnceCell::new(),
        }
    }

    /// Breaks the text into lines no wider than `width`, and places them.
    pub fn layout(&mut self, width: scalar) {
        let width = if width.is_nan() { 0.0 } else { width.max(0.0) };
        if self.laid_out == Some(width) {
            return;
        }
        self.laid_out = Some(width);
        self.clusters = OnceCell::new();
        self.painted = OnceCell::new();
        self.cut = None;
        self.place(width);
        let limit = self.source.style.line_limit().unwrap_or(usize::MAX);
        if !self.source.style.ellipsis.is_empty() && self.full.len() > limit {
            self.abridge(width, limit);
        }
        self.measure_lines(limit);
    }

    /// The height of the visible lines.
    pub fn height(&self) -> scalar {
        self.height
    }

    /// The width of the widest piece that cannot be broken.
    pub fn min_intrinsic_width(&self) -> scalar {
        self.intrinsic.0
    }

    /// The width of the text unbroken.
    pub fn max_intrinsic_width(&self) -> scalar {
        self.intrinsic.1
    }

    /// The number of visible lines.
    pub fn line_number(&self) -> usize {
        self.lines.len()
    }

    /// Draws the text with its top left at `p`.
    pub fn paint(&self, canvas: &Canvas, p: impl Into<Point>) {
        super::paint::paint(self, canvas, p.into());
    }

    /// The layout on display.
    pub(super) fn shown(&self) -> &Layout<StyleId> {
        self.cut.as_ref().map_or(&self.full, |c| &c.layout)
    }

    /// Where the source ends in the layout on display; the ellipsis follows.
    pub(super) fn shown_len(&self) -> usize {
        self.cut.as_ref().map_or(self.source.text.len(), |c| c.at)
    }

    fn place(&mut self, width: f32) {
        let align = match self.source.style.align {
            TextAlign::Left => Alignment::Left,
            TextAlign::Right => Alignment::Right,
            TextAlign::Center => Alignment::Center,
            TextAlign::Justify => Alignment::Justify,
            TextAlign::Start => Alignment::Start,
            TextAlign::End => Alignment::End,
        };
        let bounded = (width < UNBOUNDED).then_some(width + SLACK);
        let layout = self.cut.as_mut().map_or(&mut self.full, |c| &mut c.layout);
        layout.break_all_lines(bounded);
        layout.align(align, AlignmentOptions::default());
    }

    /// Keeps as much of line `limit` as leaves room for the ellipsis.
    fn abridge(&mut self, width: f32, limit: usize) {
        let Some(line) = limit.checked_sub(1).and_then(|i| self.full.get(i)) else { return };
        let start = line.text_range().start;
        let fonts = self.fonts.clone();
        let mut fonts = fonts.fonts();
        let room = width - self.source.ellipsis_width(&mut fonts, start);
        let mut ends = fitting_ends(&self.full, start, room, &self.source.text);
        for last_try in [false, false, false, false, true] {
            let at = ends.pop().unwrap_or(start);
            let at = start + self.source.text[start..at].trim_end().len();
            let layout = self.source.shape(&mut fonts, Some(at));
            self.cut = Some(Cut { layout, at });
            self.place(width);
            // Shaped anew beside the ellipsis, the end can turn out a little wider.
            if last_try || ends.is_empty() || self.shown().len() <= limit {
                return;
            }
        }
    }

    fn measure_lines(&mut self, limit: usize) {
        let len = self.shown_len();
        let lines: Vec<LineBox> = self
            .shown()
            .lines()
            .take(limit)
            .map(|line| {
                let m = line.metrics();
                let range = line.text_range();
                let ascent = line.runs().map(|r| r.font_metrics().ascent).fold(0.0, f32::max);
                let descent = line.runs().map(|r| r.font_metrics().descent).fold(0.0, f32::max);
                LineBox {
                    text: range.start.min(len)..range.end.min(len),
                    hard_break: line.break_reason() == BreakReason::Explicit,
                    top: m.block_min_coord,
                    bottom: m.block_max_coord,
                    baseline: m.baseline,
                    ascent,
                    descent,
                    left: m.inline_min_coord + m.offset,
                    width: (m.advance - m.hanging_advance).max(0.0),
                }
            })
            .collect();
        self.height = lines.last().map_or(0.0, |l| l.bottom);
        self.lines = lines;
    }
}

/// The ends of the clusters from byte `start` on that fit into `room`, up to the end of that text line.
fn fitting_ends(layout: &Layout<StyleId>, start: usize, room: f32, text: &str) -> Vec<usize> {
    let mut ends = vec![start];
    let mut used = 0.0;
    let mut next = parley::Cluster::from_byte_index(layout, start);
    while let Some(cluster) = next {
        let range = cluster.text_range();
        used += cluster.advance();
        if range.is_empty() || used > room || text[range.clone()].contains(['\n', '\r']) {
            break;
        }
        ends.push(range.end);
        next = parley::Cluster::from_byte_index(layout, range.end);
    }
    ends
}

impl std::fmt::Debug for Paragraph {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Paragraph")
            .field("text", &self.source.text)
            .field("width", &self.laid_out)
            .field("lines", &self.lines)
            .finish_non_exhaustive()
    }
}
