//! Presets: a `[preset]` table that says what it is, and flat `id = value` lines. What a preset leaves out takes its default.
//!
//! A value is a number in the parameter's unit, a boolean, or text as a person types it (`"5.1 kHz"`, `"soft_clip"`). A preset
//! holds parameters of the role [`Automated`](crate::params::Role::Automated) only: choosing one must neither silence the work nor move
//! it in time.

use std::fmt;

use crate::params::{self, Param};
use crate::settings::Settings;

/// Ids and texts of the embedded factory presets.
pub const FACTORY: &[(&str, &str)] = &[
    ("default", include_str!("../../plugin-assets/presets/default.toml")),
    ("neutral", include_str!("../../plugin-assets/presets/neutral.toml")),
    ("demo", include_str!("../../plugin-assets/presets/demo.toml")),
];

/// A preset, read from its file.
#[derive(Clone, Debug, Default)]
pub struct Preset {
    /// Name for people.
    pub name: String,
    /// Purpose, in one sentence.
    pub purpose: String,
    /// Further remarks.
    pub note: String,
    /// Version of the preset's values.
    pub version: i64,
    values: Vec<(&'static Param, f64)>,
    problems: Vec<Problem>,
}

/// A line of a preset that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// No parameter has this id.
    UnknownId(String),
    /// The parameter exists but never belongs to a preset.
    NotForPresets(String),
    /// The value does not parse or lies outside the range: id and a sentence.
    BadValue(String, String),
}

impl Problem {
    /// The id at the start of the line.
    pub fn id(&self) -> &str {
        match self {
            Self::UnknownId(id) | Self::NotForPresets(id) | Self::BadValue(id, _) => id,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownId(id) => write!(f, "there is no parameter \"{id}\""),
            Self::NotForPresets(id) => write!(f, "\"{id}\" never belongs to a preset"),
            Self::BadValue(id, why) => write!(f, "{id}: {why}"),
        }
    }
}

impl Preset {
    /// Reads a preset. Lines that cannot be used are left out and listed in [`problems`](Self::problems).
    ///
    /// # Errors
    /// If the text is not TOML: the parser's own sentence, behind the number of the line.
    pub fn parse(text: &str) -> Result<Self, String> {
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            format!("line {}: {}", before.matches('\n').count() + 1, error.message())
        })?;
        let mut preset = Self::default();
        for (key, value) in table {
            match value {
                // lines below `[preset]` belong to it in TOML's eyes: there they are looked at the same way
                toml::Value::Table(about) if key == "preset" => {
                    about.into_iter().for_each(|(key, value)| preset.take(key, &value));
                }
                value => preset.take_value(key, &value),
            }
        }
        Ok(preset)
    }

    /// Returns a factory preset by its id.
    pub fn factory(id: &str) -> Option<Self> {
        let (_, text) = FACTORY.iter().find(|(known, _)| *known == id)?;
        Self::parse(text).ok()
    }

    /// Returns the lines that were left out, in order.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Returns the settings of the preset: defaults where it has no value. What no preset holds (bypass, quality, latency modes, listening,
    /// meters) stays as in `before`.
    pub fn settings(&self, before: &Settings) -> Settings {
        let mut settings = Settings::default();
        for param in params::table().iter().filter(|param| !param.role.is_in_presets()) {
            param.set(&mut settings, param.get(before));
        }
        for (param, plain) in &self.values {
            param.set(&mut settings, *plain);
        }
        settings
    }

    fn take(&mut self, key: String, value: &toml::Value) {
        match (key.as_str(), value) {
            ("name", toml::Value::String(text)) => self.name.clone_from(text),
            ("purpose", toml::Value::String(text)) => self.purpose.clone_from(text),
            ("note", toml::Value::String(text)) => self.note.clone_from(text),
            ("version", toml::Value::Integer(version)) => self.version = *version,
            _ => self.take_value(key, value),
        }
    }

    fn take_value(&mut self, id: String, value: &toml::Value) {
        let problem = match params::by_id(&id) {
            None => Problem::UnknownId(id),
            Some(param) if !param.role.is_in_presets() => Problem::NotForPresets(id),
            Some(param) => {
                let text = match value {
                    toml::Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                match param.parse_in_range(&text) {
                    Ok(plain) => return self.values.push((param, plain)),
                    Err(why) => Problem::BadValue(id, why),
                }
            }
        };
        self.problems.push(problem);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factory_presets_have_no_problems() {
        for (id, text) in FACTORY {
            let preset = Preset::parse(text).expect("TOML");
            assert_eq!(preset.problems(), [], "{id}");
            assert!(!preset.name.is_empty() && !preset.purpose.is_empty() && preset.version > 0, "{id}");
        }
    }

    #[test]
    fn the_default_preset_is_the_default_state() {
        let preset = Preset::factory("default").expect("exists");
        assert_eq!(preset.settings(&Settings::default()), Settings::default());
    }

    #[test]
    fn values_come_as_numbers_booleans_and_text_and_from_both_places() {
        let text = "input_gain = -3\neq_on = false\n[preset]\nname = \"X\"\noutput_gain = \"-1.5 dB\"\n";
        let preset = Preset::parse(text).expect("TOML");
        let settings = preset.settings(&Settings::default());
        assert_eq!((settings.input_gain_db, settings.output_gain_db, settings.eq.on), (-3.0, -1.5, false));
        assert_eq!(preset.problems(), []);
    }

    #[test]
    fn what_cannot_be_used_is_told_and_left_out() {
        let preset = Preset::parse("nonsense = 1\nbypass = true\nquality = \"high\"\ninput_gain = 99\n")
            .expect("TOML");
        assert_eq!(preset.problems().len(), 4);
        assert_eq!(preset.settings(&Settings::default()), Settings::default());
    }

    #[test]
    fn bypass_and_quality_survive_a_preset() {
        let before = Settings { bypass: true, quality: crate::quality::Quality::High, ..Settings::default() };
        let after = Preset::factory("neutral").expect("exists").settings(&before);
        assert!(after.bypass);
        assert_eq!(after.quality, before.quality);
        assert!(!after.limiter.on);
    }
}
