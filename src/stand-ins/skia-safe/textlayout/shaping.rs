//! From styled text to a parley layout.

use super::collection::Fonts;
use super::{ParagraphStyle, TextDirection, TextStyle};
use crate::font_style::Slant;
use parley::{
    BaseDirection, FontFamily, FontFamilyName, FontStyle, FontVariation, FontVariations, FontWeight,
    FontWidth, GenericFamily, Layout, OverflowWrap, RangedBuilder, StyleProperty,
};
use std::borrow::Cow;
use std::ops::Range;

/// Index of a style in [`Source::styles`]: what parley carries along as brush.
#[derive(Copy, Clone, PartialEq, Eq, Default, Debug)]
pub(crate) struct StyleId(pub(crate) usize);

/// What a paragraph was built from.
pub(crate) struct Source {
    pub(crate) style: ParagraphStyle,
    pub(crate) text: String,
    pub(crate) styles: Vec<TextStyle>,
    /// Where each style begins, ascending, and its index.
    pub(crate) runs: Vec<(usize, usize)>,
}

impl Source {
    /// Lays out the text, or its beginning up to byte `cut` followed by the ellipsis.
    pub(crate) fn shape(&self, fonts: &mut Fonts, cut: Option<usize>) -> Layout<StyleId> {
        match cut {
            None => self.build(fonts, &self.text, self.text.len()),
            Some(cut) => self.build(fonts, &format!("{}{}", &self.text[..cut], self.style.ellipsis), cut),
        }
    }

    /// The width of the ellipsis in the style of the text at byte `at`.
    pub(crate) fn ellipsis_width(&self, fonts: &mut Fonts, at: usize) -> f32 {
        let style = self.runs.iter().rev().find(|r| r.0 <= at).map_or(0, |r| r.1);
        let alone = Source {
            style: self.style.clone(),
            text: String::new(),
            styles: vec![self.styles[style].clone()],
            runs: vec![(0, 0)],
        };
        let mut layout = alone.shape(fonts, Some(0));
        layout.break_all_lines(None);
        layout.full_width()
    }

    /// `known` is how far `text` has styles of its own; the rest continues the last one.
    fn build(&self, fonts: &mut Fonts, text: &str, known: usize) -> Layout<StyleId> {
        let Fonts { context, layout, families, .. } = fonts;
        let mut builder = layout.ranged_builder(context, text, 1.0, true);
        builder.set_base_direction(match self.style.direction {
            TextDirection::LTR => BaseDirection::Ltr,
            TextDirection::RTL => BaseDirection::Rtl,
        });
        builder.push_default(StyleProperty::OverflowWrap(OverflowWrap::BreakWord));
        // The default style holds every line open to its own height: it has to be that of the text.
        let first = self.runs.first().map_or(0, |r| r.1);
        apply(&self.styles[first], first, families, None, &mut builder);
        for (i, &(start, style)) in self.runs.iter().enumerate() {
            let end = self.runs.get(i + 1).map_or(usize::MAX, |r| r.0);
            let end = if end >= known { text.len() } else { end };
            if style != first && start < known {
                apply(&self.styles[style], style, families, Some(&(start..end)), &mut builder);
            }
        }
        builder.build(text)
    }
}

fn apply(
    style: &TextStyle,
    id: usize,
    registered: &[String],
    range: Option<&Range<usize>>,
    builder: &mut RangedBuilder<'_, StyleId>,
) {
    let named = |n: &str| match GenericFamily::parse(n) {
        Some(generic) => FontFamilyName::Generic(generic),
        None => FontFamilyName::Named(Cow::Owned(n.to_owned())),
    };
    // What the style asks for, then the system's plain face, then whatever was registered.
    let families: Vec<FontFamilyName<'_>> = style
        .families
        .iter()
        .map(|n| named(n))
        .chain([FontFamilyName::Generic(GenericFamily::SansSerif)])
        .chain(registered.iter().map(|n| FontFamilyName::Named(Cow::Borrowed(n.as_str()))))
        .collect();
    let variations: Vec<FontVariation> = style
        .variations
        .iter()
        .filter(|c| c.value.is_finite())
        .map(|c| FontVariation::new(parley::setting::Tag::from_bytes(c.axis.bytes()), c.value))
        .collect();
    #[expect(clippy::cast_precision_loss, reason = "clamped to 1..=1000")]
    let weight = FontWeight::new((*style.font_style.weight).clamp(1, 1000) as f32);
    let slant = match style.font_style.slant {
        Slant::Upright => FontStyle::Normal,
        Slant::Italic => FontStyle::Italic,
        Slant::Oblique => FontStyle::Oblique(None),
    };
    let properties = [
        StyleProperty::Brush(StyleId(id)),
        StyleProperty::FontFamily(FontFamily::List(Cow::Owned(families))),
        StyleProperty::FontSize(style.font_size),
        StyleProperty::FontWeight(weight),
        StyleProperty::FontWidth(FontWidth::from_ratio(style.font_style.width.ratio())),
        StyleProperty::FontStyle(slant),
        StyleProperty::FontVariations(FontVariations::List(Cow::Owned(variations))),
    ];
    for property in properties {
        match range {
            None => builder.push_default(property),
            Some(range) => builder.push(property, range.clone()),
        }
    }
}
