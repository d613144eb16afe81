//! The look in one place: every colour of the style sheet and of our own drawing comes from here.

use vizia::prelude::Color;

/// The roles colours play. Two of them carry meaning of their own ([`accent`](Theme::accent): what the user sets;
/// [`second`](Theme::second): what it is compared with); everything else is a shade of grey or a plain signal.
#[derive(Debug, Clone, PartialEq)]
pub struct Theme {
    /// Behind everything.
    pub background: Color,
    /// Wells: plots, meters, tracks of sliders.
    pub plot: Color,
    /// Panels and cards.
    pub panel: Color,
    /// Buttons, fields, menus.
    pub raised: Color,
    /// One-pixel lines and borders.
    pub hairline: Color,
    /// Text and figures.
    pub text: Color,
    /// Labels and units: quieter, still at least 4.5:1 on the panel.
    pub dim: Color,
    /// Decoration only; too low in contrast for text that matters.
    pub faint: Color,
    /// Whatever the user sets.
    pub accent: Color,
    /// Whatever that is compared with.
    pub second: Color,
    /// Reduction and warnings.
    pub warning: Color,
    /// All is well.
    pub good: Color,
    /// Hues that tell items of one kind apart.
    pub hues: [Color; 8],
}

impl Default for Theme {
    fn default() -> Self {
        Self::dark()
    }
}

impl Theme {
    /// Light figures on a dark ground.
    pub fn dark() -> Self {
        Self {
            background: hex(0x0014_161a),
            plot: hex(0x0010_1216),
            panel: hex(0x001b_1e24),
            raised: hex(0x0023_272f),
            hairline: hex(0x002e_333d),
            text: hex(0x00e8_eaee),
            dim: hex(0x0098_a1ad),
            faint: hex(0x006c_7581),
            accent: hex(0x00f0_b24a),
            second: hex(0x0062_cfc4),
            warning: hex(0x00f2_786b),
            good: hex(0x008f_d694),
            hues: [
                0x008a_a0b8,
                0x00f0_b24a,
                0x00d9_8ad0,
                0x007c_c7f2,
                0x009a_df8f,
                0x00e8_8f76,
                0x00a9_9bf0,
                0x00e3_d07a,
            ]
            .map(hex),
        }
    }

    /// Dark figures on a light ground; the same roles.
    pub fn light() -> Self {
        Self {
            background: hex(0x00f1_f2f4),
            plot: hex(0x00fc_fcfd),
            panel: hex(0x00ff_ffff),
            raised: hex(0x00e5_e8ed),
            hairline: hex(0x00d0_d5dc),
            text: hex(0x001b_1e24),
            dim: hex(0x0055_5f6b),
            faint: hex(0x008e_96a1),
            accent: hex(0x008f_5600),
            second: hex(0x000b_6f66),
            warning: hex(0x00b5_352a),
            good: hex(0x0027_702f),
            hues: [
                0x0051_6882,
                0x008f_5600,
                0x009b_3f91,
                0x001f_74a8,
                0x003d_8031,
                0x00b2_4e33,
                0x005f_4ec0,
                0x007f_6a0f,
            ]
            .map(hex),
        }
    }

    /// vizia's own style sheet of this look: `theme.css` with the colours filled in.
    pub fn css(&self) -> String {
        let roles = [
            ("$background", self.background),
            ("$plot", self.plot),
            ("$panel", self.panel),
            ("$raised", self.raised),
            ("$hairline", self.hairline),
            ("$text", self.text),
            ("$dim", self.dim),
            ("$faint", self.faint),
            ("$accent", self.accent),
            ("$second", self.second),
            ("$warning", self.warning),
            ("$good", self.good),
        ];
        roles.iter().fold(include_str!("theme.css").to_owned(), |css, (name, colour)| {
            css.replace(name, &format!("#{:02x}{:02x}{:02x}", colour.r(), colour.g(), colour.b()))
        })
    }
}

/// The same colour, `alpha` as opaque (0 to 1).
pub fn faded(colour: Color, alpha: f32) -> Color {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to 0..=255 just before"
    )]
    let alpha = (f32::from(colour.a()) * alpha).clamp(0.0, 255.0).round() as u8;
    Color::rgba(colour.r(), colour.g(), colour.b(), alpha)
}

/// `a` moved towards `b` by `t` (0 to 1), channel by channel.
pub fn mixed(a: Color, b: Color, t: f32) -> Color {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between two u8 values")]
    let mix = |a: u8, b: u8| (f32::from(a) + (f32::from(b) - f32::from(a)) * t.clamp(0.0, 1.0)).round() as u8;
    Color::rgba(mix(a.r(), b.r()), mix(a.g(), b.g()), mix(a.b(), b.b()), mix(a.a(), b.a()))
}

fn hex(rgb: u32) -> Color {
    let [_, r, g, b] = rgb.to_be_bytes();
    Color::rgb(r, g, b)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance and contrast ratio of WCAG 2.2, sections 1.4.3 and "relative luminance".
    fn contrast(a: Color, b: Color) -> f32 {
        let linear = |c: u8| {
            let c = f32::from(c) / 255.0;
            if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        let luminance = |c: Color| 0.2126 * linear(c.r()) + 0.7152 * linear(c.g()) + 0.0722 * linear(c.b());
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_is_readable_on_every_ground() {
        for theme in [Theme::dark(), Theme::light()] {
            for ground in [theme.background, theme.plot, theme.panel, theme.raised] {
                assert!(contrast(theme.text, ground) >= 7.0, "text on {ground:?}");
                assert!(
                    contrast(theme.dim, ground) >= 4.5,
                    "labels on {ground:?}: {}",
                    contrast(theme.dim, ground)
                );
                for signal in [theme.accent, theme.second, theme.warning, theme.good] {
                    let ratio = contrast(signal, ground);
                    assert!(ratio >= 4.5, "{signal:?} on {ground:?}: {ratio}");
                }
            }
        }
    }

    #[test]
    fn the_style_sheet_has_no_placeholder_left() {
        assert!(!Theme::dark().css().contains('$'));
    }
}
