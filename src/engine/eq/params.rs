//! The module's rows in the table of parameters.

use super::{BANDS, Band, Shape, Slope};
use crate::params::{Range, Rows, Unit, field};

pub(crate) fn rows(rows: &mut Rows) {
    let scale = Range::Linear { min: 0.0, max: 200.0, steps_per_unit: 10.0 };
    rows.group("EQ");
    rows.add("eq_on", "EQ On", Range::Switch, Unit::None, field!(|s, _i| s.eq.on));
    rows.add(
        "eq_gain_scale",
        "EQ Gain Scale",
        scale,
        Unit::Percent,
        field!(|s, _i| s.eq.stage.gain_scale_percent),
    );
    for index in 0..BANDS {
        band_rows(rows, index);
    }
}

fn band_rows(rows: &mut Rows, index: usize) {
    let number = index + 1;
    let mut add = |id: &str, title: &str, range, unit, field| {
        rows.band(
            &format!("eq_band_{id}_{number}"),
            &format!("EQ {number} {title}"),
            index,
            range,
            unit,
            field,
        );
    };
    let freq = Range::Log { min: Band::FREQ_MIN_HZ, max: Band::FREQ_MAX_HZ, steps_per_unit: 10.0 };
    let gain = Range::Linear { min: -Band::GAIN_MAX_DB, max: Band::GAIN_MAX_DB, steps_per_unit: 100.0 };
    let q = Range::Log { min: Band::Q_MIN, max: Band::Q_MAX, steps_per_unit: 1000.0 };
    add("on", "On", Range::Switch, Unit::None, field!(|s, i| s.eq.stage.bands[i].on));
    add(
        "shape",
        "Shape",
        Range::Choice(Shape::CHOICES),
        Unit::None,
        field!(|s, i| s.eq.stage.bands[i].shape),
    );
    add("freq", "Frequency", freq, Unit::Hz, field!(|s, i| s.eq.stage.bands[i].freq_hz));
    add("gain", "Gain", gain, Unit::Db, field!(|s, i| s.eq.stage.bands[i].gain_db));
    add("q", "Q", q, Unit::None, field!(|s, i| s.eq.stage.bands[i].q));
    add(
        "slope",
        "Slope",
        Range::Choice(Slope::CHOICES),
        Unit::None,
        field!(|s, i| s.eq.stage.bands[i].slope),
    );
}
