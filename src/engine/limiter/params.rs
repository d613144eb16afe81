//! The module's rows in the table of parameters.

use crate::limiter::{LatencyMode, Monitor, Style};
use crate::params::{Range, Rows, Unit, field};

pub(crate) fn rows(rows: &mut Rows) {
    let level = |min, max| Range::Linear { min, max, steps_per_unit: 100.0 };
    let percent = Range::Linear { min: 0.0, max: 100.0, steps_per_unit: 10.0 };
    rows.group("Limiter");
    rows.add("limiter_on", "Limiter On", Range::Switch, Unit::None, field!(|s, _i| s.limiter.on));
    rows.add(
        "limiter_gain",
        "Limiter Gain",
        level(0.0, 24.0),
        Unit::Db,
        field!(|s, _i| s.limiter.stage.gain_db),
    );
    rows.add(
        "limiter_ceiling",
        "Limiter Ceiling",
        level(-12.0, 0.0),
        Unit::Dbtp,
        field!(|s, _i| s.limiter.stage.ceiling_db),
    );
    rows.add(
        "limiter_margin",
        "Limiter Safety Margin",
        level(0.0, 1.0),
        Unit::Db,
        field!(|s, _i| s.limiter.stage.margin_db),
    );
    rows.add(
        "limiter_style",
        "Limiter Style",
        Range::Choice(Style::CHOICES),
        Unit::None,
        field!(|s, _i| s.limiter.stage.style),
    );
    rows.add(
        "limiter_lookahead",
        "Limiter Look-ahead",
        Range::Linear { min: 0.5, max: 8.0, steps_per_unit: 100.0 },
        Unit::Ms,
        field!(|s, _i| s.limiter.stage.lookahead_ms),
    );
    rows.add_fixed(
        "limiter_latency",
        "Limiter Latency",
        Range::Choice(LatencyMode::CHOICES),
        Unit::None,
        field!(|s, _i| s.limiter.stage.latency),
    );
    rows.add(
        "limiter_release",
        "Limiter Release",
        Range::Log { min: 1.0, max: 2000.0, steps_per_unit: 10.0 },
        Unit::Ms,
        field!(|s, _i| s.limiter.stage.release_ms),
    );
    rows.add(
        "limiter_auto_release",
        "Limiter Auto Release",
        Range::Switch,
        Unit::None,
        field!(|s, _i| s.limiter.stage.auto_release),
    );
    rows.add(
        "limiter_link_transients",
        "Limiter Transient Link",
        percent,
        Unit::Percent,
        field!(|s, _i| s.limiter.stage.link_transients_percent),
    );
    rows.add(
        "limiter_link_release",
        "Limiter Release Link",
        percent,
        Unit::Percent,
        field!(|s, _i| s.limiter.stage.link_release_percent),
    );
    rows.add(
        "limiter_true_peak",
        "Limiter True Peak",
        Range::Switch,
        Unit::None,
        field!(|s, _i| s.limiter.stage.true_peak),
    );
    rows.add(
        "limiter_listen",
        "Limiter Listen",
        Range::Choice(Monitor::CHOICES),
        Unit::None,
        field!(|s, _i| s.listen.limiter),
    );
    rows.only_listening();
}
