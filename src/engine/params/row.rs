//! A module's description of one of its settings.

use std::fmt;

use crate::params::plain::Choice;
use crate::params::range::Range;
use crate::params::text::Unit;

/// What a parameter is for. It decides who may change it, and when a change takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Changes the sound at once: hosts automate it, presets hold it.
    Automated,
    /// Switches the whole plugin off: hosts automate it and give it a button of its own; no preset holds it.
    Bypass,
    /// Bears on latency: a change waits for the next [`Engine::prepare`](crate::Engine::prepare). Neither automated nor in presets.
    Latency,
    /// Changes what is heard while working (solo, mute, delta), not the master: neither automated nor in presets, and left out when
    /// the plugin renders a file.
    Listening,
    /// Changes what the meters do, and no sound: neither automated nor in presets.
    Meter,
}

impl Role {
    /// Returns true if hosts may automate it.
    pub fn is_automatable(self) -> bool {
        matches!(self, Self::Automated | Self::Bypass)
    }

    /// Returns true if presets hold it: choosing one must neither silence the work nor move it in time.
    pub fn is_in_presets(self) -> bool {
        self == Self::Automated
    }
}

/// Reads a field of some settings `S` as a plain number.
type Get<S> = Box<dyn Fn(&S) -> f64 + Send + Sync>;

/// Writes a plain number into a field of some settings `S`.
type Set<S> = Box<dyn Fn(&mut S, f64) + Send + Sync>;

/// One field of some settings `S` as a plain number. The macro `field!` makes one.
pub struct Field<S> {
    pub(crate) get: Get<S>,
    pub(crate) set: Set<S>,
}

impl<S> Field<S> {
    /// Reads the plain value.
    pub fn get(&self, settings: &S) -> f64 {
        (self.get)(settings)
    }

    /// Writes a plain value.
    pub fn set(&self, settings: &mut S, plain: f64) {
        (self.set)(settings, plain);
    }
}

impl<S> fmt::Debug for Field<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Field").finish_non_exhaustive()
    }
}

/// Names a field of some settings: `field!(|s: Settings| s.bands[index].gain_db)`.
macro_rules! field {
    (|$settings:ident: $type:ty| $($path:tt)+) => {
        $crate::params::row::Field {
            get: Box::new(move |$settings: &$type| $crate::params::plain::Plain::to_plain($($path)+)),
            set: Box::new(move |$settings: &mut $type, plain| $($path)+ = $crate::params::plain::Plain::from_plain(plain)),
        }
    };
}
pub(crate) use field;

/// One setting of a module whose settings are `S`.
#[derive(Debug)]
pub struct Row<S> {
    /// The permanent name, `snake_case`; that of a band's parameter ends in the band's number from 1.
    pub id: String,
    /// The name in hosts and in the window: unique, and understood by itself, as "EQ 4 Frequency".
    pub title: String,
    /// The band, from 0; `None` for a parameter of the whole module.
    pub band: Option<usize>,
    /// What it is for.
    pub role: Role,
    /// Unit of the plain value.
    pub unit: Unit,
    /// Values, resolution and travel.
    pub range: Range,
    /// The field it sets.
    pub field: Field<S>,
}

impl<S: 'static> Row<S> {
    /// Describes a number.
    pub(crate) fn number(id: &str, title: &str, range: Range, unit: Unit, field: Field<S>) -> Self {
        let (id, title) = (id.to_owned(), title.to_owned());
        Self { id, title, band: None, role: Role::Automated, unit, range, field }
    }

    /// Describes a choice.
    pub(crate) fn choice(id: &str, title: &str, choices: &'static [Choice], field: Field<S>) -> Self {
        Self::number(id, title, Range::Choice(choices), Unit::None, field)
    }

    /// Describes a switch.
    pub(crate) fn switch(id: &str, title: &str, field: Field<S>) -> Self {
        Self::number(id, title, Range::Switch, Unit::None, field)
    }

    /// Gives the row another role than [`Role::Automated`].
    pub(crate) fn role(self, role: Role) -> Self {
        Self { role, ..self }
    }

    /// Makes a row of one band's settings the row of a certain band, counted from 0: `id` and `title` go before those of the row, the
    /// band's number from 1 into them, as in `eq_band_freq_4` and "EQ 4 Frequency".
    pub(crate) fn of_band(self, band: usize, id: &str, title: &str) -> Self {
        let number = band + 1;
        let (id, title) = (format!("{id}{}_{number}", self.id), format!("{title} {number} {}", self.title));
        Self { id, title, band: Some(band), ..self }
    }

    /// Makes a row of a part of some settings `Whole` a row of all of them.
    pub(crate) fn within<Whole: 'static>(
        self,
        part: impl Fn(&Whole) -> &S + Send + Sync + 'static,
        part_mut: impl Fn(&mut Whole) -> &mut S + Send + Sync + 'static,
    ) -> Row<Whole> {
        let Field { get, set } = self.field;
        let field = Field {
            get: Box::new(move |whole: &Whole| get(part(whole))),
            set: Box::new(move |whole: &mut Whole, plain| set(part_mut(whole), plain)),
        };
        let Self { id, title, band, role, unit, range, .. } = self;
        Row { id, title, band, role, unit, range, field }
    }
}

/// Checks that a module clamps every number to the range in its rows, and NaN to its default.
#[cfg(test)]
pub(crate) fn assert_clamps<S: Copy + Default + 'static>(rows: &[Row<S>], clamp: impl Fn(&S) -> S) {
    for row in rows.iter().filter(|row| !row.range.is_stepped()) {
        let default = row.field.get(&S::default());
        let ends = [(f64::NAN, default), (-1e9, row.range.min()), (f64::INFINITY, row.range.max())];
        for (plain, clamped) in ends {
            let mut settings = S::default();
            row.field.set(&mut settings, plain);
            assert_eq!(row.field.get(&clamp(&settings)), clamped, "{} at {plain}", row.id);
        }
    }
}
