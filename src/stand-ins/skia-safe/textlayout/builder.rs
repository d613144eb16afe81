//! Putting styled text together.

use super::{FontCollection, Paragraph, ParagraphStyle, TextStyle, shaping::Source};
use std::sync::Arc;

/// Collects text, each piece in the style last pushed.
#[derive(Clone)]
pub struct ParagraphBuilder {
    style: ParagraphStyle,
    fonts: FontCollection,
    text: String,
    styles: Vec<TextStyle>,
    /// Where each style begins, and its index.
    runs: Vec<(usize, usize)>,
    current: usize,
}

impl ParagraphBuilder {
    /// An empty paragraph of this style.
    pub fn new(style: &ParagraphStyle, font_collection: impl Into<FontCollection>) -> Self {
        Self {
            style: style.clone(),
            fonts: font_collection.into(),
            text: String::new(),
            styles: vec![TextStyle::default()],
            runs: Vec::new(),
            current: 0,
        }
    }

    /// Text added from here on has this style.
    pub fn push_style(&mut self, style: &TextStyle) -> &mut Self {
        self.current = self.styles.iter().position(|s| s == style).unwrap_or_else(|| {
            self.styles.push(style.clone());
            self.styles.len() - 1
        });
        self
    }

    /// Adds text in the current style.
    pub fn add_text(&mut self, str: impl AsRef<str>) -> &mut Self {
        let text = str.as_ref();
        if !text.is_empty() {
            if self.runs.last().map(|r| r.1) != Some(self.current) {
                self.runs.push((self.text.len(), self.current));
            }
            self.text.push_str(text);
        }
        self
    }

    /// Shapes the text. The builder is empty afterwards.
    pub fn build(&mut self) -> Paragraph {
        let source = Source {
            style: self.style.clone(),
            text: std::mem::take(&mut self.text),
            styles: std::mem::replace(&mut self.styles, vec![TextStyle::default()]),
            runs: std::mem::take(&mut self.runs),
        };
        self.current = 0;
        Paragraph::new(Arc::new(source), self.fonts.clone())
    }
}
