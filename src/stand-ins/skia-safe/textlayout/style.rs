//! Styles of paragraphs and of runs of text.

use crate::{Color, FontArguments, FontStyle, Paint, font_arguments::variation_position::Coordinate, scalar};

/// A position in the text.
pub type TextIndex = usize;
/// A stretch of the text.
pub type TextRange = std::ops::Range<usize>;

/// Where lines stand in the width given.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Default, Debug)]
pub enum TextAlign {
    /// At the left.
    Left,
    /// At the right.
    Right,
    /// In the middle.
    Center,
    /// Filling the width, but for each last line.
    Justify,
    /// Where the text begins.
    #[default]
    Start,
    /// Where the text ends.
    End,
}

/// The main direction of a paragraph.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Default, Debug)]
pub enum TextDirection {
    /// Right to left.
    RTL,
    /// Left to right.
    #[default]
    LTR,
}

bitflags::bitflags! {
    /// Lines along the text.
    #[derive(Copy, Clone, PartialEq, Eq, Hash, Default, Debug)]
    pub struct TextDecoration: u32 {
        /// Below the baseline.
        const UNDERLINE = 1;
        /// Above the letters.
        const OVERLINE = 2;
        /// Through the letters.
        const LINE_THROUGH = 4;
    }
}

/// The look of a decoration line. A paragraph draws solid lines: no way to ask for another is in use.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Default, Debug)]
#[expect(missing_docs, reason = "named as in CSS, which defines them")]
pub enum TextDecorationStyle {
    #[default]
    Solid,
    Double,
    Dotted,
    Dashed,
    Wavy,
}

/// The style of a whole paragraph.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ParagraphStyle {
    pub(crate) align: TextAlign,
    pub(crate) direction: TextDirection,
    pub(crate) max_lines: Option<usize>,
    pub(crate) ellipsis: String,
}

impl ParagraphStyle {
    /// The main direction.
    pub fn set_text_direction(&mut self, direction: TextDirection) -> &mut Self {
        self.direction = direction;
        self
    }

    /// Where lines stand.
    pub fn set_text_align(&mut self, align: TextAlign) -> &mut Self {
        self.align = align;
        self
    }

    /// How many lines are shown at most; none for all.
    pub fn set_max_lines(&mut self, lines: impl Into<Option<usize>>) -> &mut Self {
        self.max_lines = lines.into();
        self
    }

    /// What stands in place of text left out; empty for nothing. With it and without a limit of lines,
    /// only one line is shown.
    pub fn set_ellipsis(&mut self, ellipsis: impl AsRef<str>) -> &mut Self {
        ellipsis.as_ref().clone_into(&mut self.ellipsis);
        self
    }

    /// The limit of lines, if any.
    pub(crate) fn line_limit(&self) -> Option<usize> {
        match self.max_lines {
            None if !self.ellipsis.is_empty() => Some(1),
            Some(0) => Some(1),
            limit => limit,
        }
    }
}

/// The style of a run of text: 14 pixels, regular, opaque white, as Skia's default is.
#[derive(Clone, PartialEq, Debug)]
pub struct TextStyle {
    pub(crate) families: Vec<String>,
    pub(crate) font_style: FontStyle,
    pub(crate) font_size: f32,
    pub(crate) variations: Vec<Coordinate>,
    pub(crate) foreground: Paint,
    pub(crate) background: Option<Paint>,
    pub(crate) decoration: TextDecoration,
    pub(crate) decoration_color: Color,
}

/// Sizes beyond these are taken for these: glyphs of 0 or of a billion pixels cannot be drawn.
pub(crate) const FONT_SIZES: std::ops::RangeInclusive<f32> = 0.01..=2000.0;

impl TextStyle {
    /// The default style.
    pub fn new() -> Self {
        let mut foreground = Paint::default();
        foreground.set_color(Color::from_argb(255, 255, 255, 255));
        Self {
            families: Vec::new(),
            font_style: FontStyle::default(),
            font_size: 14.0,
            variations: Vec::new(),
            foreground,
            background: None,
            decoration: TextDecoration::empty(),
            decoration_color: Color::default(),
        }
    }

    /// How letters are painted: colour or shader, blend mode, fill or stroke.
    pub fn set_foreground_paint(&mut self, paint: &Paint) -> &mut Self {
        self.foreground = paint.clone();
        self
    }

    /// How the rectangle behind the text is painted.
    pub fn set_background_paint(&mut self, paint: &Paint) -> &mut Self {
        self.background = Some(paint.clone());
        self
    }

    /// Which lines are drawn along the text.
    pub fn set_decoration_type(&mut self, decoration: TextDecoration) {
        self.decoration = decoration;
    }

    /// The colour of those lines; transparent black takes the colour of the letters.
    pub fn set_decoration_color(&mut self, color: impl Into<Color>) {
        self.decoration_color = color.into();
    }

    /// Weight, width and slant.
    pub fn set_font_style(&mut self, font_style: FontStyle) -> &mut Self {
        self.font_style = font_style;
        self
    }

    /// The axes of a variable font, copied; they go before what the font style asks for.
    pub fn set_font_arguments<'fa>(&mut self, arguments: impl Into<Option<&'fa FontArguments<'fa, 'fa>>>) {
        self.variations = arguments.into().map(|a| a.coordinates.to_vec()).unwrap_or_default();
    }

    /// The size in pixels.
    pub fn set_font_size(&mut self, size: scalar) -> &mut Self {
        self.font_size = if size.is_nan() {
            *FONT_SIZES.start()
        } else {
            size.clamp(*FONT_SIZES.start(), *FONT_SIZES.end())
        };
        self
    }

    /// The families, best first; also `serif`, `sans-serif`, `monospace` and the other generic ones.
    pub fn set_font_families(&mut self, families: &[impl AsRef<str>]) -> &mut Self {
        self.families = families.iter().map(|f| f.as_ref().to_owned()).collect();
        self
    }
}

impl Default for TextStyle {
    fn default() -> Self {
        Self::new()
    }
}
