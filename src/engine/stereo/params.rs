//! The stereo stage's rows in the table of parameters.

use crate::params::row::{Row, field};
use crate::params::text::Unit;
use crate::stereo::settings::Settings;

pub(crate) fn rows() -> Vec<Row<Settings>> {
    vec![
        Row::number(
            "stereo_width",
            "Stereo Width",
            Settings::WIDTH_PERCENT,
            Unit::Percent,
            field!(|s: Settings| s.width_percent),
        ),
        Row::number(
            "stereo_balance",
            "Stereo Balance",
            Settings::BALANCE_PERCENT,
            Unit::Percent,
            field!(|s: Settings| s.balance_percent),
        ),
        Row::number(
            "stereo_mono_below",
            "Stereo Mono Below",
            Settings::MONO_BELOW_HZ,
            Unit::Hz,
            field!(|s: Settings| s.mono_below_hz),
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
