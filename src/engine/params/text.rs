//! Values as text with their units, both ways.

use crate::params::range::Range;
use crate::units::{count, whole};

/// The unit of a plain value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A pure number, a switch or a choice.
    None,
    /// Hertz, shown in kHz from 1 kHz.
    Hz,
    /// Decibels.
    Db,
    /// Decibels of true peak.
    Dbtp,
    /// Milliseconds, shown in seconds from 1 s.
    Ms,
    /// Percent.
    Percent,
    /// A compression ratio x:1.
    Ratio,
}

impl Unit {
    /// Writes a number with the unit.
    fn write(self, plain: f64) -> String {
        match self {
            Self::None => number(plain),
            Self::Hz if plain >= 1e3 => number(plain / 1e3) + " kHz",
            Self::Hz => number(plain) + " Hz",
            Self::Db => number(plain) + " dB",
            Self::Dbtp => number(plain) + " dBTP",
            Self::Ms if plain >= 1e3 => number(plain / 1e3) + " s",
            Self::Ms => number(plain) + " ms",
            Self::Percent => number(plain) + " %",
            Self::Ratio => number(plain) + ":1",
        }
    }

    /// Reads a number with or without the unit, in lower case.
    fn read(self, text: &str) -> Option<f64> {
        let scales: &[(&str, f64)] = match self {
            Self::None => &[],
            Self::Hz => &[("khz", 1e3), ("hz", 1.0), ("k", 1e3)],
            Self::Db => &[("db", 1.0)],
            Self::Dbtp => &[("dbtp", 1.0), ("db", 1.0)],
            Self::Ms => &[("ms", 1.0), ("s", 1e3)],
            Self::Percent => &[("%", 1.0)],
            Self::Ratio => &[(":1", 1.0)],
        };
        let (number, scale) = scales
            .iter()
            .find_map(|(suffix, scale)| text.strip_suffix(suffix).map(|number| (number.trim_end(), *scale)))
            .unwrap_or((text, 1.0));
        let value: f64 = number.parse().ok()?;
        // multiplying by an exact power of ten keeps 5.123 kHz at 5123 after rounding
        value.is_finite().then_some(value * scale)
    }
}

/// Writes a number with as many decimals as the finest resolution needs, and no zeros at its end.
fn number(x: f64) -> String {
    let text = format!("{x:.7}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Writes a plain value: "1.2 kHz", "-3 dB", "On".
pub(super) fn write(range: &Range, unit: Unit, plain: f64) -> String {
    match range {
        Range::Switch => (if plain >= 0.5 { "On" } else { "Off" }).to_owned(),
        Range::Choice(choices) => choices[whole(plain).min(choices.len() - 1)].label.to_owned(),
        Range::Linear { .. } | Range::Log { .. } => unit.write(plain),
    }
}

/// Reads a plain value; `None` if the text is none. A number may lie outside the range.
pub(super) fn read(range: &Range, unit: Unit, text: &str) -> Option<f64> {
    let text = text.trim().replace('\u{2212}', "-").to_lowercase();
    match range {
        Range::Switch => match text.as_str() {
            "on" | "true" | "yes" | "1" => Some(1.0),
            "off" | "false" | "no" | "0" => Some(0.0),
            _ => None,
        },
        Range::Choice(choices) => choices
            .iter()
            .position(|choice| choice.id == text || choice.label.to_lowercase() == text)
            .map(count),
        Range::Linear { .. } | Range::Log { .. } => unit.read(&text),
    }
}

/// Says in words what a text may be.
pub(super) fn expected(range: &Range, unit: Unit) -> String {
    match range {
        Range::Switch => "use on or off".to_owned(),
        Range::Choice(choices) => {
            let ids: Vec<_> = choices.iter().map(|choice| choice.id).collect();
            format!("use one of {}", ids.join(", "))
        }
        Range::Linear { .. } | Range::Log { .. } => {
            format!("use {} to {}", unit.write(range.min()), unit.write(range.max()))
        }
    }
}
