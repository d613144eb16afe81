//! The saturator's rows in the table of parameters.

use crate::params::row::{Row, field};
use crate::params::text::Unit;
use crate::saturator::settings::{Character, Settings};

pub(crate) fn rows() -> Vec<Row<Settings>> {
    vec![
        Row::number(
            "saturator_drive",
            "Saturator Drive",
            Settings::DRIVE_DB,
            Unit::Db,
            field!(|s: Settings| s.drive_db),
        ),
        Row::choice(
            "saturator_character",
            "Saturator Character",
            Character::CHOICES,
            field!(|s: Settings| s.character),
        ),
        Row::number(
            "saturator_tilt",
            "Saturator Tilt",
            Settings::TILT_DB,
            Unit::Db,
            field!(|s: Settings| s.tilt_db),
        ),
        Row::number(
            "saturator_mix",
            "Saturator Mix",
            Settings::MIX_PERCENT,
            Unit::Percent,
            field!(|s: Settings| s.mix_percent),
        ),
        Row::switch("saturator_auto_gain", "Saturator Auto Gain", field!(|s: Settings| s.auto_gain)),
        Row::number(
            "saturator_output",
            "Saturator Output",
            Settings::OUTPUT_DB,
            Unit::Db,
            field!(|s: Settings| s.output_db),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::row::assert_clamps;

    #[test]
    fn the_stage_clamps_to_the_ranges_of_the_table() {
        assert_clamps(&rows(), Settings::clamped);
    }
}
