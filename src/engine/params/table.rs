//! The table of all parameters: the only file that knows every module.

use std::sync::LazyLock;

use crate::params::param::{Module, Param};
use crate::params::row::{Role, Row, field};
use crate::params::text::Unit;
use crate::quality::Quality;
use crate::settings::Settings;
use crate::{bypassed, dither, eq, limiter, meter, multiband, saturator, stereo};

/// Returns all parameters, in the order hosts show them. The first call builds the table and allocates: make it before audio runs.
pub fn table() -> &'static [Param] {
    static TABLE: LazyLock<Vec<Param>> = LazyLock::new(build);
    &TABLE
}

/// Returns the parameter with an id.
pub fn by_id(id: &str) -> Option<&'static Param> {
    table().iter().find(|param| param.id == id)
}

/// Returns the parameters that bear on latency. The first call allocates, as that of [`table`] does.
pub fn latency() -> &'static [&'static Param] {
    static LATENCY: LazyLock<Vec<&'static Param>> =
        LazyLock::new(|| table().iter().filter(|param| param.role == Role::Latency).collect());
    &LATENCY
}

fn build() -> Vec<Param> {
    let defaults = Settings::default();
    Module::ALL
        .into_iter()
        .flat_map(|module| rows(module).into_iter().map(move |row| (module, row)))
        .map(|(module, row)| Param::new(module, row, &defaults))
        .collect()
}

/// The rows of one module: those of the whole module, then those of its bands, band by band.
fn rows(module: Module) -> Vec<Row<Settings>> {
    let mut rows = match module {
        Module::Main => main_rows(),
        Module::Eq => stage("eq_on", "EQ On", eq::params::rows(), |s| &s.eq, |s| &mut s.eq),
        Module::Multiband => multiband_rows(),
        Module::Saturator => {
            let own = saturator::params::rows();
            stage("saturator_on", "Saturator On", own, |s| &s.saturator, |s| &mut s.saturator)
        }
        Module::Stereo => {
            stage("stereo_on", "Stereo On", stereo::params::rows(), |s| &s.stereo, |s| &mut s.stereo)
        }
        Module::Limiter => limiter_rows(),
        Module::Dither => {
            stage("dither_on", "Dither On", dither::params::rows(), |s| &s.dither, |s| &mut s.dither)
        }
        Module::Meters => part(meter::params::rows(), |s| &s.follow, |s| &mut s.follow),
    };
    rows.sort_by_key(|row| row.band);
    rows
}

fn main_rows() -> Vec<Row<Settings>> {
    vec![
        Row::switch("bypass", "Bypass", field!(|s: Settings| s.bypass)).role(Role::Bypass),
        Row::number(
            "input_gain",
            "Input Gain",
            Settings::INPUT_GAIN_DB,
            Unit::Db,
            field!(|s: Settings| s.input_gain_db),
        ),
        Row::number(
            "output_gain",
            "Output Gain",
            Settings::OUTPUT_GAIN_DB,
            Unit::Db,
            field!(|s: Settings| s.output_gain_db),
        ),
        Row::choice("quality", "Quality", Quality::CHOICES, field!(|s: Settings| s.quality))
            .role(Role::Latency),
    ]
}

fn multiband_rows() -> Vec<Row<Settings>> {
    let own = multiband::params::rows();
    let mut rows = stage("multiband_on", "Multiband On", own, |s| &s.multiband, |s| &mut s.multiband);
    rows.extend(part(multiband::params::listening(), |s| &s.listen.bands, |s| &mut s.listen.bands));
    rows
}

fn limiter_rows() -> Vec<Row<Settings>> {
    let own = limiter::params::rows();
    let mut rows = stage("limiter_on", "Limiter On", own, |s| &s.limiter, |s| &mut s.limiter);
    rows.extend(part(limiter::params::listening(), |s| &s.listen.limiter, |s| &mut s.listen.limiter));
    rows
}

/// The rows of a stage: its switch in the chain, then its own.
fn stage<S: 'static>(
    id: &str,
    title: &str,
    own: Vec<Row<S>>,
    get: fn(&Settings) -> &bypassed::Settings<S>,
    get_mut: fn(&mut Settings) -> &mut bypassed::Settings<S>,
) -> Vec<Row<Settings>> {
    let on = Row::switch(id, title, field!(|s: bypassed::Settings<S>| s.on));
    let own = own.into_iter().map(|row| row.within(move |s| &get(s).stage, move |s| &mut get_mut(s).stage));
    std::iter::once(on.within(get, get_mut)).chain(own).collect()
}

/// The rows of a part of the settings.
fn part<S: 'static>(
    rows: Vec<Row<S>>,
    get: fn(&Settings) -> &S,
    get_mut: fn(&mut Settings) -> &mut S,
) -> Vec<Row<Settings>> {
    rows.into_iter().map(|row| row.within(get, get_mut)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{narrow, whole};

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
    fn what_bears_on_latency_is_listed() {
        let ids: Vec<_> = latency().iter().map(|param| param.id.as_str()).collect();
        assert_eq!(ids, ["quality", "multiband_phase", "multiband_look_ahead", "limiter_latency"]);
    }

    #[test]
    fn a_band_is_told_in_id_and_title_alike() {
        for param in table() {
            if let Some(band) = param.band {
                let number = (band + 1).to_string();
                assert!(param.id.ends_with(&format!("_{number}")), "{}", param.id);
                let module = param.module.title();
                assert!(param.title.starts_with(&format!("{module} {number} ")), "{}", param.title);
            }
        }
        assert_eq!(table().iter().filter(|param| param.band.is_some()).count(), 8 * 6 + 6 * 23);
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
