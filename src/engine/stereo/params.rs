//! The module's rows in the table of parameters.

use super::Settings;
use crate::params::{Range, Rows, Unit, field};

pub(crate) fn rows(rows: &mut Rows) {
    let percent = |min, max| Range::Linear { min, max, steps_per_unit: 10.0 };
    let corner = Range::Log { min: Settings::MONO_OFF_HZ, max: Settings::MONO_MAX_HZ, steps_per_unit: 10.0 };
    rows.group("Stereo");
    rows.add("stereo_on", "Stereo On", Range::Switch, Unit::None, field!(|s, _i| s.stereo.on));
    rows.add(
        "stereo_width",
        "Stereo Width",
        percent(0.0, 200.0),
        Unit::Percent,
        field!(|s, _i| s.stereo.stage.width_percent),
    );
    rows.add(
        "stereo_balance",
        "Stereo Balance",
        percent(-100.0, 100.0),
        Unit::Percent,
        field!(|s, _i| s.stereo.stage.balance_percent),
    );
    rows.add(
        "stereo_mono_below",
        "Stereo Mono Below",
        corner,
        Unit::Hz,
        field!(|s, _i| s.stereo.stage.mono_below_hz),
    );
}
