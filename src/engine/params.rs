//! The one table of parameters. Host parameters, `--set`, presets, state and the manual are built from it.
//!
//! A value reaches the engine as the same number from host, text, preset, state or command line: each passes through the
//! parameter's normalised 32-bit form, and [`Param::plain`] snaps what comes back to the parameter's resolution. So
//! 5.1 kHz is exactly 5100 everywhere. Ids and ranges are permanent.

use std::sync::LazyLock;

use crate::settings::Settings;
use crate::units::{narrow, whole};
use crate::{dither, eq, limiter, meter, multiband, saturator, stereo};

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

/// Choices and switches: see `choices!`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// For files and the command line, `snake_case`, permanent.
    pub id: &'static str,
    /// For people.
    pub label: &'static str,
}

/// What values a parameter takes and how a control's travel maps to them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Range {
    /// Even travel from `min` to `max`, in steps of 1/`steps_per_unit`.
    Linear {
        /// Least value.
        min: f64,
        /// Greatest value.
        max: f64,
        /// Resolution: 100 means steps of 0.01.
        steps_per_unit: f64,
    },
    /// Equal ratios in equal travel, `min` > 0, in steps of 1/`steps_per_unit`.
    Log {
        /// Least value.
        min: f64,
        /// Greatest value.
        max: f64,
        /// Resolution: 10 means steps of 0.1.
        steps_per_unit: f64,
    },
    /// One of a list; the plain value is its index.
    Choice(&'static [Choice]),
    /// Off or on; the plain value is 0 or 1.
    Switch,
}

impl Range {
    /// Least plain value.
    pub fn min(&self) -> f64 {
        match *self {
            Self::Linear { min, .. } | Self::Log { min, .. } => min,
            Self::Choice(_) | Self::Switch => 0.0,
        }
    }

    /// Greatest plain value.
    pub fn max(&self) -> f64 {
        match *self {
            Self::Linear { max, .. } | Self::Log { max, .. } => max,
            Self::Choice(choices) => crate::units::count(choices.len() - 1),
            Self::Switch => 1.0,
        }
    }

    /// Steps in one unit of the plain value; 1 for choices and switches.
    pub fn steps_per_unit(&self) -> f64 {
        match *self {
            Self::Linear { steps_per_unit, .. } | Self::Log { steps_per_unit, .. } => steps_per_unit,
            Self::Choice(_) | Self::Switch => 1.0,
        }
    }

    /// True where every value counts by itself, as in choices and switches.
    pub fn is_stepped(&self) -> bool {
        matches!(self, Self::Choice(_) | Self::Switch)
    }
}

/// How a parameter reads and writes its field of [`Settings`]. The index is the band, from 0.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Reads the plain value.
    pub get: fn(&Settings, usize) -> f64,
    /// Writes a plain value.
    pub set: fn(&mut Settings, usize, f64),
}

/// Names a field of [`Settings`] for the table: `field!(|s, i| s.eq.stage.bands[i].gain_db)`.
macro_rules! field {
    (|$s:ident, $i:ident| $($path:tt)+) => {
        $crate::params::Field {
            get: |$s, $i| { let _ = $i; $crate::params::Plain::to_plain($($path)+) },
            set: |$s, $i, v| { let _ = $i; $($path)+ = $crate::params::Plain::from_plain(v); },
        }
    };
}
pub(crate) use field;

/// Declares an enum that is a parameter's list of choices: `Variant = "id", "Label";` with a doc line each.
macro_rules! choices {
    (
        $(#[$meta:meta])* pub enum $name:ident {
            $($(#[$variant_meta:meta])* $variant:ident = $id:literal, $label:literal;)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$variant_meta])* $variant,)+ }

        impl $name {
            /// All of them, in the order of the parameter's values.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];
            /// Their ids and labels, in the same order.
            pub const CHOICES: &[$crate::params::Choice] =
                &[$($crate::params::Choice { id: $id, label: $label },)+];
        }

        impl $crate::params::Plain for $name {
            fn to_plain(self) -> f64 {
                $crate::units::count(Self::ALL.iter().position(|x| *x == self).unwrap_or(0))
            }
            fn from_plain(plain: f64) -> Self {
                Self::ALL[$crate::units::whole(plain).min(Self::ALL.len() - 1)]
            }
        }
    };
}
pub(crate) use choices;

/// A field's type as a plain number.
pub trait Plain {
    /// As a number.
    fn to_plain(self) -> f64;
    /// From a number within the range.
    fn from_plain(plain: f64) -> Self;
}

impl Plain for f64 {
    fn to_plain(self) -> f64 {
        self
    }
    fn from_plain(plain: f64) -> Self {
        plain
    }
}

impl Plain for bool {
    fn to_plain(self) -> f64 {
        f64::from(u8::from(self))
    }
    fn from_plain(plain: f64) -> Self {
        plain >= 0.5
    }
}

/// One parameter.
#[derive(Clone, Debug)]
pub struct Param {
    /// Permanent, `snake_case`; bands end in their number from 1.
    pub id: String,
    /// Unique, and understood by itself: "EQ 4 Frequency".
    pub title: String,
    /// The module it belongs to.
    pub group: &'static str,
    /// Unit of the plain value.
    pub unit: Unit,
    /// Values and travel.
    pub range: Range,
    /// Plain value of a new instance: what `Settings::default()` holds.
    pub default: f64,
    /// False for what bears on latency, and for what is not heard.
    pub automatable: bool,
    /// True for what bears on latency: a change waits for the next [`Engine::prepare`](crate::Engine::prepare).
    pub needs_prepare: bool,
    /// True for a way of listening (solo, mute, ...): not automated, in no preset, and not rendered by the plugin.
    pub listening: bool,
    /// The field of [`Settings`] it sets.
    pub field: Field,
    /// The band, from 0; 0 where there are no bands.
    pub index: usize,
}

impl Param {
    /// The plain value of a normalised one: what the engine hears. Out of 0..1, also NaN, gives the nearest end (NaN the default).
    pub fn plain(&self, normalised: f32) -> f64 {
        if normalised.is_nan() {
            return self.default;
        }
        let x = f64::from(normalised).clamp(0.0, 1.0);
        let plain = match self.range {
            Range::Linear { min, max, .. } => min + (max - min) * x,
            Range::Log { min, max, .. } => min * (max / min).powf(x),
            Range::Choice(_) | Range::Switch => x * self.range.max(),
        };
        let steps_per_unit = self.range.steps_per_unit();
        ((plain * steps_per_unit).round() / steps_per_unit).clamp(self.range.min(), self.range.max())
    }

    /// The normalised value of a plain one, which is brought into the range first.
    pub fn normalised(&self, plain: f64) -> f32 {
        let plain =
            if plain.is_nan() { self.default } else { plain.clamp(self.range.min(), self.range.max()) };
        narrow(match self.range {
            Range::Linear { min, max, .. } => (plain - min) / (max - min),
            Range::Log { min, max, .. } => (plain / min).ln() / (max / min).ln(),
            Range::Choice(_) | Range::Switch => plain / self.range.max(),
        })
    }

    /// The value in force in some settings.
    pub fn get(&self, settings: &Settings) -> f64 {
        (self.field.get)(settings, self.index)
    }

    /// Sets a plain value, as it comes out of its normalised form.
    pub fn set(&self, settings: &mut Settings, plain: f64) {
        self.set_normalised(settings, self.normalised(plain));
    }

    /// Sets a normalised value.
    pub fn set_normalised(&self, settings: &mut Settings, normalised: f32) {
        (self.field.set)(settings, self.index, self.plain(normalised));
    }

    /// A plain value as text with its unit: "1.2 kHz", "-3 dB", "On". [`parse`](Self::parse) gives the same value back.
    pub fn text(&self, plain: f64) -> String {
        let number = |x: f64| {
            // enough decimals for the resolution, none that say nothing
            let text = format!("{x:.7}");
            let text = text.trim_end_matches('0').trim_end_matches('.');
            if text == "-0" { "0".to_owned() } else { text.to_owned() }
        };
        match self.range {
            Range::Switch => (if plain >= 0.5 { "On" } else { "Off" }).to_owned(),
            Range::Choice(choices) => choices[whole(plain).min(choices.len() - 1)].label.to_owned(),
            _ => match self.unit {
                Unit::None => number(plain),
                Unit::Hz if plain >= 1e3 => number(plain / 1e3) + " kHz",
                Unit::Hz => number(plain) + " Hz",
                Unit::Db => number(plain) + " dB",
                Unit::Dbtp => number(plain) + " dBTP",
                Unit::Ms if plain >= 1e3 => number(plain / 1e3) + " s",
                Unit::Ms => number(plain) + " ms",
                Unit::Percent => number(plain) + " %",
                Unit::Ratio => number(plain) + ":1",
            },
        }
    }

    /// The plain value that a person or a file means: a number in the parameter's unit, the host's text ("5.1 kHz", "30 ms",
    /// "4:1"), a choice by id or label, a switch by on/off, true/false, yes/no or 1/0. None if it is none of these.
    /// The value may lie outside the range: the caller knows whether to clamp or to complain.
    pub fn parse(&self, text: &str) -> Option<f64> {
        let text = text.trim().replace('\u{2212}', "-").to_lowercase();
        match self.range {
            Range::Switch => match text.as_str() {
                "on" | "true" | "yes" | "1" => Some(1.0),
                "off" | "false" | "no" | "0" => Some(0.0),
                _ => None,
            },
            Range::Choice(choices) => choices
                .iter()
                .position(|choice| choice.id == text || choice.label.to_lowercase() == text)
                .map(crate::units::count),
            _ => self.parse_number(&text),
        }
    }

    /// The plain value that a text means, if it lies in the range.
    ///
    /// # Errors
    /// A sentence that says what would be right.
    pub fn parse_in_range(&self, text: &str) -> Result<f64, String> {
        let Some(plain) = self.parse(text) else {
            return Err(format!("\"{text}\" is not a value; {}", self.expected()));
        };
        if plain < self.range.min() || plain > self.range.max() {
            return Err(format!("{text} lies outside the range; {}", self.expected()));
        }
        Ok(plain)
    }

    fn expected(&self) -> String {
        match self.range {
            Range::Switch => "use on or off".to_owned(),
            Range::Choice(choices) => {
                let ids: Vec<_> = choices.iter().map(|choice| choice.id).collect();
                format!("use one of {}", ids.join(", "))
            }
            _ => format!("use {} to {}", self.text(self.range.min()), self.text(self.range.max())),
        }
    }

    fn parse_number(&self, text: &str) -> Option<f64> {
        let scales: &[(&str, f64)] = match self.unit {
            Unit::None => &[],
            Unit::Hz => &[("khz", 1e3), ("hz", 1.0), ("k", 1e3)],
            Unit::Db => &[("db", 1.0)],
            Unit::Dbtp => &[("dbtp", 1.0), ("db", 1.0)],
            Unit::Ms => &[("ms", 1.0), ("s", 1e3)],
            Unit::Percent => &[("%", 1.0)],
            Unit::Ratio => &[(":1", 1.0)],
        };
        let (number, scale) = scales
            .iter()
            .find_map(|(suffix, scale)| text.strip_suffix(suffix).map(|rest| (rest.trim_end(), *scale)))
            .unwrap_or((text, 1.0));
        let value: f64 = number.parse().ok()?;
        // dividing by an exact power of ten keeps 5.123 kHz at 5123 after the snap
        value.is_finite().then_some(value * scale)
    }
}

/// Collects the table: modules add their rows in order.
#[derive(Debug, Default)]
pub struct Rows {
    params: Vec<Param>,
    group: &'static str,
}

impl Rows {
    /// Starts a module's rows.
    pub fn group(&mut self, group: &'static str) {
        self.group = group;
    }

    /// Adds one parameter.
    pub fn add(&mut self, id: &str, title: &str, range: Range, unit: Unit, field: Field) {
        self.band(id, title, 0, range, unit, field);
    }

    /// Adds one that cannot be automated, because it bears on latency.
    pub fn add_fixed(&mut self, id: &str, title: &str, range: Range, unit: Unit, field: Field) {
        self.add(id, title, range, unit, field);
        if let Some(param) = self.params.last_mut() {
            (param.automatable, param.needs_prepare) = (false, true);
        }
    }

    /// Adds a switch that is not heard, so that there is no sense in automating it.
    pub fn add_option(&mut self, id: &str, title: &str, field: Field) {
        self.add(id, title, Range::Switch, Unit::None, field);
        if let Some(param) = self.params.last_mut() {
            param.automatable = false;
        }
    }

    /// Makes the last one a way of listening.
    pub fn only_listening(&mut self) {
        if let Some(param) = self.params.last_mut() {
            (param.automatable, param.listening) = (false, true);
        }
    }

    /// Adds the parameter of one band (`index` from 0); id and title carry the band's number already.
    pub fn band(&mut self, id: &str, title: &str, index: usize, range: Range, unit: Unit, field: Field) {
        self.params.push(Param {
            id: id.to_owned(),
            title: title.to_owned(),
            group: self.group,
            unit,
            range,
            default: (field.get)(&Settings::default(), index),
            automatable: true,
            needs_prepare: false,
            listening: false,
            field,
            index,
        });
    }
}

/// All parameters, in the order hosts show them. The first call builds the table and allocates: make it before audio runs.
pub fn table() -> &'static [Param] {
    static TABLE: LazyLock<Vec<Param>> = LazyLock::new(|| {
        let mut rows = Rows::default();
        main_rows(&mut rows);
        eq::params::rows(&mut rows);
        multiband::params::rows(&mut rows);
        saturator::params::rows(&mut rows);
        stereo::params::rows(&mut rows);
        limiter::params::rows(&mut rows);
        dither::params::rows(&mut rows);
        meter::params::rows(&mut rows);
        rows.params
    });
    &TABLE
}

/// The parameter with this id.
pub fn by_id(id: &str) -> Option<&'static Param> {
    table().iter().find(|param| param.id == id)
}

fn main_rows(rows: &mut Rows) {
    let gain = |min, max| Range::Linear { min, max, steps_per_unit: 100.0 };
    rows.group("Main");
    rows.add("bypass", "Bypass", Range::Switch, Unit::None, field!(|s, _i| s.bypass));
    rows.add("input_gain", "Input Gain", gain(-24.0, 24.0), Unit::Db, field!(|s, _i| s.input_gain_db));
    rows.add("output_gain", "Output Gain", gain(-24.0, 0.0), Unit::Db, field!(|s, _i| s.output_gain_db));
    let quality = Range::Choice(crate::settings::Quality::CHOICES);
    rows.add_fixed("quality", "Quality", quality, Unit::None, field!(|s, _i| s.quality));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_titles_are_unique() {
        for (n, a) in table().iter().enumerate() {
            assert!(
                a.id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'),
                "{}",
                a.id
            );
            for b in &table()[n + 1..] {
                assert_ne!(a.id, b.id);
                assert_ne!(a.title, b.title);
            }
        }
    }

    #[test]
    fn every_parameter_sets_its_own_field_and_no_other() {
        for param in table() {
            let other = if param.get(&Settings::default()) == param.range.max() {
                param.range.min()
            } else {
                param.range.max()
            };
            let mut settings = Settings::default();
            param.set(&mut settings, other);
            assert_eq!(param.get(&settings), other, "{}", param.id);
            for another in table().iter().filter(|p| p.id != param.id) {
                assert_eq!(another.get(&settings), another.default, "{} moved {}", param.id, another.id);
            }
        }
    }

    #[test]
    fn defaults_lie_on_the_grid() {
        for param in table() {
            assert!(param.default >= param.range.min() && param.default <= param.range.max(), "{}", param.id);
            assert_eq!(param.plain(param.normalised(param.default)), param.default, "{}", param.id);
        }
    }

    #[test]
    fn text_and_normalised_form_give_every_value_back() {
        for param in table() {
            let steps = if param.range.is_stepped() { whole(param.range.max()) } else { 997 };
            for n in 0..=steps {
                let plain = param.plain(narrow(crate::units::count(n) / crate::units::count(steps)));
                assert_eq!(param.plain(param.normalised(plain)), plain, "{} at {plain}", param.id);
                let parsed = param.parse(&param.text(plain)).expect("text parses");
                assert_eq!(
                    param.plain(param.normalised(parsed)),
                    plain,
                    "{}: {}",
                    param.id,
                    param.text(plain)
                );
            }
        }
    }

    #[test]
    fn hostile_values_stay_inside() {
        for param in table() {
            for x in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e30, -1e30] {
                let plain = param.plain(x);
                assert!(plain >= param.range.min() && plain <= param.range.max(), "{}", param.id);
            }
            for text in ["", "abc", "nan", "inf", "1 2", "--3", "\u{1f1e6}"] {
                assert_eq!(param.parse(text), None, "{} {text}", param.id);
            }
        }
    }
}
