//! The module's rows in the table of parameters.

use crate::params::{Rows, field};

pub(crate) fn rows(rows: &mut Rows) {
    rows.group("Meters");
    rows.add_option("meter_reset_on_start", "Meters Reset on Start", field!(|s, _i| s.follow.reset_on_start));
    rows.add_option("meter_reset_on_jump", "Meters Reset on Jump", field!(|s, _i| s.follow.reset_on_jump));
    rows.add_option(
        "meter_pause_when_stopped",
        "Meters Pause When Stopped",
        field!(|s, _i| s.follow.pause_when_stopped),
    );
}
