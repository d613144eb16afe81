//! The equaliser's rows in the table of parameters.

use crate::eq::settings::{BANDS, Band, Settings, Shape, Slope};
use crate::params::row::{Row, field};
use crate::params::text::Unit;

pub(crate) fn rows() -> Vec<Row<Settings>> {
    let scale = Row::number(
        "eq_gain_scale",
        "EQ Gain Scale",
        Settings::GAIN_SCALE_PERCENT,
        Unit::Percent,
        field!(|s: Settings| s.gain_scale_percent),
    );
    let of_band = |n| {
        band()
            .map(|row| row.of_band(n, "eq_band_", "EQ"))
            .into_iter()
            .map(move |row| row.within(move |s: &Settings| &s.bands[n], move |s| &mut s.bands[n]))
    };
    std::iter::once(scale).chain((0..BANDS).flat_map(of_band)).collect()
}

fn band() -> [Row<Band>; 6] {
    [
        Row::switch("on", "On", field!(|b: Band| b.on)),
        Row::choice("shape", "Shape", Shape::CHOICES, field!(|b: Band| b.shape)),
        Row::number("freq", "Frequency", Band::FREQ_HZ, Unit::Hz, field!(|b: Band| b.freq_hz)),
        Row::number("gain", "Gain", Band::GAIN_DB, Unit::Db, field!(|b: Band| b.gain_db)),
        Row::number("q", "Q", Band::Q, Unit::None, field!(|b: Band| b.q)),
        Row::choice("slope", "Slope", Slope::CHOICES, field!(|b: Band| b.slope)),
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
