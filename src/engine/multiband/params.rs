//! The multiband compressor's rows in the table of parameters.

use crate::multiband::settings::{
    BANDS, Band, Bands, Channels, Detector, LookAhead, Monitor, Phase, Settings,
};
use crate::params::row::{Role, Row, field};
use crate::params::text::Unit;

pub(crate) fn rows() -> Vec<Row<Settings>> {
    let mut rows = vec![
        Row::choice("multiband_bands", "Multiband Bands", Bands::CHOICES, field!(|s: Settings| s.bands)),
        Row::choice("multiband_phase", "Multiband Phase", Phase::CHOICES, field!(|s: Settings| s.phase))
            .role(Role::Latency),
        Row::choice(
            "multiband_look_ahead",
            "Multiband Look-ahead",
            LookAhead::CHOICES,
            field!(|s: Settings| s.look_ahead),
        )
        .role(Role::Latency),
        Row::switch("multiband_auto_makeup", "Multiband Auto Make-up", field!(|s: Settings| s.auto_makeup)),
        Row::number(
            "multiband_mix",
            "Multiband Mix",
            Settings::MIX_PERCENT,
            Unit::Percent,
            field!(|s: Settings| s.mix_percent),
        ),
    ];
    rows.extend((0..BANDS - 1).map(crossover));
    for n in 0..BANDS {
        rows.extend(band().map(|row| {
            row.of_band(n, "multiband_", "Multiband")
                .within(move |s: &Settings| &s.band[n], move |s| &mut s.band[n])
        }));
    }
    rows
}

/// What is listened to of each band.
pub(crate) fn listening() -> Vec<Row<Monitor>> {
    let band = |n: usize| {
        [
            Row::switch("solo", "Solo", field!(|m: Monitor| m.solo[n])),
            Row::switch("mute", "Mute", field!(|m: Monitor| m.mute[n])),
        ]
        .map(|row: Row<Monitor>| row.of_band(n, "multiband_", "Multiband").role(Role::Listening))
    };
    (0..BANDS).flat_map(band).collect()
}

/// A crossover belongs to no band: it lies between two.
fn crossover(n: usize) -> Row<Settings> {
    let (id, title) = (format!("multiband_crossover_{}", n + 1), format!("Multiband Crossover {}", n + 1));
    Row::number(&id, &title, Settings::CROSSOVER_HZ, Unit::Hz, field!(|s: Settings| s.crossover_hz[n]))
}

fn band() -> [Row<Band>; 21] {
    [
        Row::switch("band_on", "On", field!(|b: Band| b.on)),
        Row::number("threshold", "Threshold", Band::THRESHOLD_DB, Unit::Db, field!(|b: Band| b.threshold_db)),
        Row::number("ratio", "Ratio", Band::RATIO, Unit::Ratio, field!(|b: Band| b.ratio)),
        Row::number("knee", "Knee", Band::KNEE_DB, Unit::Db, field!(|b: Band| b.knee_db)),
        Row::number("range", "Range", Band::RANGE_DB, Unit::Db, field!(|b: Band| b.range_db)),
        Row::number("attack", "Attack", Band::ATTACK_MS, Unit::Ms, field!(|b: Band| b.attack_ms)),
        Row::number("release", "Release", Band::RELEASE_MS, Unit::Ms, field!(|b: Band| b.release_ms)),
        Row::switch("auto_release", "Auto Release", field!(|b: Band| b.auto_release)),
        Row::number("makeup", "Make-up", Band::MAKEUP_DB, Unit::Db, field!(|b: Band| b.makeup_db)),
        Row::number(
            "upward_threshold",
            "Upward Threshold",
            Band::UPWARD_THRESHOLD_DB,
            Unit::Db,
            field!(|b: Band| b.upward_threshold_db),
        ),
        Row::number(
            "upward_ratio",
            "Upward Ratio",
            Band::UPWARD_RATIO,
            Unit::Ratio,
            field!(|b: Band| b.upward_ratio),
        ),
        Row::number(
            "upward_range",
            "Upward Range",
            Band::UPWARD_RANGE_DB,
            Unit::Db,
            field!(|b: Band| b.upward_range_db),
        ),
        Row::number(
            "expand_threshold",
            "Expand Threshold",
            Band::EXPAND_THRESHOLD_DB,
            Unit::Db,
            field!(|b: Band| b.expand_threshold_db),
        ),
        Row::number(
            "expand_ratio",
            "Expand Ratio",
            Band::EXPAND_RATIO,
            Unit::Ratio,
            field!(|b: Band| b.expand_ratio),
        ),
        Row::number(
            "expand_range",
            "Expand Range",
            Band::EXPAND_RANGE_DB,
            Unit::Db,
            field!(|b: Band| b.expand_range_db),
        ),
        Row::choice("detector", "Detector", Detector::CHOICES, field!(|b: Band| b.detector)),
        Row::number("window", "RMS Window", Band::WINDOW_MS, Unit::Ms, field!(|b: Band| b.window_ms)),
        Row::number(
            "look_ahead",
            "Look-ahead",
            Band::LOOK_AHEAD_MS,
            Unit::Ms,
            field!(|b: Band| b.look_ahead_ms),
        ),
        Row::number(
            "link",
            "Stereo Link",
            Band::LINK_PERCENT,
            Unit::Percent,
            field!(|b: Band| b.link_percent),
        ),
        Row::number("mix", "Mix", Band::MIX_PERCENT, Unit::Percent, field!(|b: Band| b.mix_percent)),
        Row::choice("channels", "Channels", Channels::CHOICES, field!(|b: Band| b.channels)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::row::assert_clamps;

    #[test]
    fn the_stage_clamps_to_the_ranges_of_the_table() {
        // crossovers also push each other: their own test is beside their settings
        let mut rows = rows();
        rows.retain(|row| !row.id.starts_with("multiband_crossover"));
        assert_clamps(&rows, Settings::clamped);
    }
}
