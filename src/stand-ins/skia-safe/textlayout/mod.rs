//! Paragraphs: styled text, broken into lines, measured, hit-tested and painted.
//!
//! Shaping, fallback, bidirectional order and line breaking are parley's; ellipsis, line limits, decorations
//! and Skia's ways of asking questions are added here.

mod builder;
mod collection;
mod paint;
mod paragraph;
mod query;
mod shaping;
mod style;

pub use builder::ParagraphBuilder;
pub use collection::{FontCollection, TypefaceFontProvider};
pub use paragraph::Paragraph;
pub use query::{
    Affinity, GlyphClusterInfo, LineMetrics, PositionWithAffinity, RectHeightStyle, RectWidthStyle, TextBox,
};
pub use style::{
    ParagraphStyle, TextAlign, TextDecoration, TextDecorationStyle, TextDirection, TextIndex, TextRange,
    TextStyle,
};
