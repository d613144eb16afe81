//! The module's rows in the table of parameters.

use super::{Character, Settings};
use crate::params::{Range, Rows, Unit, field};

pub(crate) fn rows(rows: &mut Rows) {
    let linear = |range: std::ops::RangeInclusive<f64>, steps_per_unit| Range::Linear {
        min: *range.start(),
        max: *range.end(),
        steps_per_unit,
    };
    rows.group("Saturator");
    rows.add("saturator_on", "Saturator On", Range::Switch, Unit::None, field!(|s, _i| s.saturator.on));
    rows.add(
        "saturator_drive",
        "Saturator Drive",
        linear(Settings::DRIVE_DB, 100.0),
        Unit::Db,
        field!(|s, _i| s.saturator.stage.drive_db),
    );
    rows.add(
        "saturator_character",
        "Saturator Character",
        Range::Choice(Character::CHOICES),
        Unit::None,
        field!(|s, _i| s.saturator.stage.character),
    );
    rows.add(
        "saturator_tilt",
        "Saturator Tilt",
        linear(Settings::TILT_DB, 100.0),
        Unit::Db,
        field!(|s, _i| s.saturator.stage.tilt_db),
    );
    rows.add(
        "saturator_mix",
        "Saturator Mix",
        linear(Settings::MIX_PERCENT, 10.0),
        Unit::Percent,
        field!(|s, _i| s.saturator.stage.mix_percent),
    );
    rows.add(
        "saturator_auto_gain",
        "Saturator Auto Gain",
        Range::Switch,
        Unit::None,
        field!(|s, _i| s.saturator.stage.auto_gain),
    );
    rows.add(
        "saturator_output",
        "Saturator Output",
        linear(Settings::OUTPUT_DB, 100.0),
        Unit::Db,
        field!(|s, _i| s.saturator.stage.output_db),
    );
}
