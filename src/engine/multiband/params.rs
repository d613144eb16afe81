//! The module's rows in the table of parameters.

use super::settings::{BANDS, Bands, Channels, Detector, Limits, LookAhead, Phase, limits as l};
use crate::params::{Field, Range, Rows, Unit, field};

pub(crate) fn rows(rows: &mut Rows) {
    rows.group("Multiband");
    rows.add("multiband_on", "Multiband On", Range::Switch, Unit::None, field!(|s, _i| s.multiband.on));
    let bands = Range::Choice(Bands::CHOICES);
    rows.add(
        "multiband_bands",
        "Multiband Bands",
        bands,
        Unit::None,
        field!(|s, _i| s.multiband.stage.bands),
    );
    let phase = Range::Choice(Phase::CHOICES);
    rows.add_fixed(
        "multiband_phase",
        "Multiband Phase",
        phase,
        Unit::None,
        field!(|s, _i| s.multiband.stage.phase),
    );
    let look_ahead = Range::Choice(LookAhead::CHOICES);
    let field = field!(|s, _i| s.multiband.stage.look_ahead);
    rows.add_fixed("multiband_look_ahead", "Multiband Look-ahead", look_ahead, Unit::None, field);
    let field = field!(|s, _i| s.multiband.stage.auto_makeup);
    rows.add("multiband_auto_makeup", "Multiband Auto Make-up", Range::Switch, Unit::None, field);
    let field = field!(|s, _i| s.multiband.stage.mix_percent);
    rows.add("multiband_mix", "Multiband Mix", linear(l::PERCENT, 10.0), Unit::Percent, field);
    for index in 0..BANDS - 1 {
        let n = index + 1;
        let field = field!(|s, i| s.multiband.stage.crossover_hz[i]);
        let (id, title) = (format!("multiband_crossover_{n}"), format!("Multiband Crossover {n}"));
        rows.band(&id, &title, index, log(l::CROSSOVER_HZ, 10.0), Unit::Hz, field);
    }
    (0..BANDS).for_each(|index| band(rows, index));
}

/// The parameters of one band.
fn band(rows: &mut Rows, index: usize) {
    let mut add = |id: &str, title: &str, range, unit, field: Field| {
        let n = index + 1;
        rows.band(
            &format!("multiband_{id}_{n}"),
            &format!("Multiband {n} {title}"),
            index,
            range,
            unit,
            field,
        );
    };
    macro_rules! field_of_band {
        ($name:ident) => {
            field!(|s, i| s.multiband.stage.band[i].$name)
        };
    }
    let db = |range| linear(range, 10.0);
    let ratio = log(l::RATIO, 100.0);
    let percent = linear(l::PERCENT, 10.0);
    add("band_on", "On", Range::Switch, Unit::None, field_of_band!(on));
    add("threshold", "Threshold", db(l::THRESHOLD_DB), Unit::Db, field_of_band!(threshold_db));
    add("ratio", "Ratio", ratio, Unit::Ratio, field_of_band!(ratio));
    add("knee", "Knee", db(l::KNEE_DB), Unit::Db, field_of_band!(knee_db));
    add("range", "Range", db(l::RANGE_DB), Unit::Db, field_of_band!(range_db));
    add("attack", "Attack", log(l::ATTACK_MS, 100.0), Unit::Ms, field_of_band!(attack_ms));
    add("release", "Release", log(l::RELEASE_MS, 10.0), Unit::Ms, field_of_band!(release_ms));
    add("auto_release", "Auto Release", Range::Switch, Unit::None, field_of_band!(auto_release));
    add("makeup", "Make-up", linear(l::MAKEUP_DB, 100.0), Unit::Db, field_of_band!(makeup_db));
    let threshold = db(l::LOW_THRESHOLD_DB);
    add("upward_threshold", "Upward Threshold", threshold, Unit::Db, field_of_band!(upward_threshold_db));
    add("upward_ratio", "Upward Ratio", ratio, Unit::Ratio, field_of_band!(upward_ratio));
    add("upward_range", "Upward Range", db(l::UPWARD_RANGE_DB), Unit::Db, field_of_band!(upward_range_db));
    add("expand_threshold", "Expand Threshold", threshold, Unit::Db, field_of_band!(expand_threshold_db));
    add("expand_ratio", "Expand Ratio", ratio, Unit::Ratio, field_of_band!(expand_ratio));
    add("expand_range", "Expand Range", db(l::RANGE_DB), Unit::Db, field_of_band!(expand_range_db));
    let detector = Range::Choice(Detector::CHOICES);
    add("detector", "Detector", detector, Unit::None, field_of_band!(detector));
    add("window", "RMS Window", log(l::WINDOW_MS, 10.0), Unit::Ms, field_of_band!(window_ms));
    add("look_ahead", "Look-ahead", linear(l::LOOK_AHEAD_MS, 100.0), Unit::Ms, field_of_band!(look_ahead_ms));
    add("link", "Stereo Link", percent, Unit::Percent, field_of_band!(link_percent));
    add("mix", "Mix", percent, Unit::Percent, field_of_band!(mix_percent));
    let channels = Range::Choice(Channels::CHOICES);
    add("channels", "Channels", channels, Unit::None, field_of_band!(channels));
    add("solo", "Solo", Range::Switch, Unit::None, field!(|s, i| s.listen.bands.solo[i]));
    rows.only_listening();
    let (id, title) = (format!("multiband_mute_{}", index + 1), format!("Multiband {} Mute", index + 1));
    rows.band(&id, &title, index, Range::Switch, Unit::None, field!(|s, i| s.listen.bands.mute[i]));
    rows.only_listening();
}

fn linear((min, max): Limits, steps_per_unit: f64) -> Range {
    Range::Linear { min, max, steps_per_unit }
}

fn log((min, max): Limits, steps_per_unit: f64) -> Range {
    Range::Log { min, max, steps_per_unit }
}
