//! One parameter of the plugin.

use crate::params::range::Range;
use crate::params::row::{Field, Role, Row};
use crate::params::text::{self, Unit};
use crate::settings::Settings;

/// The parts of the plugin that parameters belong to, in the order of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Module {
    /// Gains, bypass and quality of the whole.
    Main,
    /// The equaliser.
    Eq,
    /// The multiband compressor.
    Multiband,
    /// The saturator.
    Saturator,
    /// Stereo width and balance.
    Stereo,
    /// The limiter.
    Limiter,
    /// The dither.
    Dither,
    /// The meters.
    Meters,
}

impl Module {
    /// All modules, in the order of the table.
    pub const ALL: [Self; 8] = [
        Self::Main,
        Self::Eq,
        Self::Multiband,
        Self::Saturator,
        Self::Stereo,
        Self::Limiter,
        Self::Dither,
        Self::Meters,
    ];

    /// Returns the name in hosts and in the window.
    pub fn title(self) -> &'static str {
        match self {
            Self::Main => "Main",
            Self::Eq => "EQ",
            Self::Multiband => "Multiband",
            Self::Saturator => "Saturator",
            Self::Stereo => "Stereo",
            Self::Limiter => "Limiter",
            Self::Dither => "Dither",
            Self::Meters => "Meters",
        }
    }
}

/// One parameter: a module's [`Row`], its module and its default.
#[derive(Debug)]
pub struct Param {
    /// The permanent name, `snake_case`; that of a band's parameter ends in the band's number from 1.
    pub id: String,
    /// The name in hosts and in the window: unique, and understood by itself, as "EQ 4 Frequency".
    pub title: String,
    /// The module it belongs to.
    pub module: Module,
    /// The band, from 0; `None` for a parameter of the whole module.
    pub band: Option<usize>,
    /// What it is for.
    pub role: Role,
    /// Unit of the plain value.
    pub unit: Unit,
    /// Values, resolution and travel.
    pub range: Range,
    /// Plain value of a new instance, read from [`Settings::default`].
    pub default: f64,
    /// The field of [`Settings`] it sets.
    field: Field<Settings>,
}

impl Param {
    pub(super) fn new(module: Module, row: Row<Settings>, defaults: &Settings) -> Self {
        let Row { id, title, band, role, unit, range, field } = row;
        Self { id, title, module, band, role, unit, range, default: field.get(defaults), field }
    }

    /// Returns the plain value of a normalised one, 0 to 1: the number the engine gets. A value outside is clamped; NaN gives the
    /// default.
    pub fn plain(&self, normalised: f32) -> f64 {
        self.range.plain(normalised, self.default)
    }

    /// Returns the normalised value, 0 to 1, of a plain one. A value outside the range is clamped; NaN gives the default.
    pub fn normalised(&self, plain: f64) -> f32 {
        self.range.normalised(plain, self.default)
    }

    /// Reads the plain value from settings.
    pub fn get(&self, settings: &Settings) -> f64 {
        self.field.get(settings)
    }

    /// Writes a plain value into settings, by way of its normalised form.
    pub fn set(&self, settings: &mut Settings, plain: f64) {
        self.set_normalised(settings, self.normalised(plain));
    }

    /// Writes a normalised value into settings.
    pub fn set_normalised(&self, settings: &mut Settings, normalised: f32) {
        self.field.set(settings, self.plain(normalised));
    }

    /// Writes a plain value as text with its unit: "1.2 kHz", "-3 dB", "On". [`parse`](Self::parse) gives the same value back.
    pub fn text(&self, plain: f64) -> String {
        text::write(&self.range, self.unit, plain)
    }

    /// Reads a plain value from what a person types or a file holds: a number in the parameter's unit, the host's text ("5.1 kHz",
    /// "30 ms", "4:1"), a choice by id or label, a switch by on/off, true/false, yes/no or 1/0. `None` if it is none of these.
    /// The value may lie outside the range: the caller decides whether to clamp or to complain.
    pub fn parse(&self, text: &str) -> Option<f64> {
        text::read(&self.range, self.unit, text)
    }

    /// Reads a plain value that lies in the range.
    ///
    /// # Errors
    /// A sentence that says what would be right.
    pub fn parse_in_range(&self, text: &str) -> Result<f64, String> {
        let expected = || text::expected(&self.range, self.unit);
        let Some(plain) = self.parse(text) else {
            return Err(format!("\"{text}\" is not a value; {}", expected()));
        };
        if plain < self.range.min() || plain > self.range.max() {
            return Err(format!("{text} lies outside the range; {}", expected()));
        }
        Ok(plain)
    }
}
