//! The meters' rows in the table of parameters.

use crate::params::row::{Role, Row, field};
use crate::transport::Follow;

pub(crate) fn rows() -> Vec<Row<Follow>> {
    [
        Row::switch("meter_reset_on_start", "Meters Reset on Start", field!(|f: Follow| f.reset_on_start)),
        Row::switch("meter_reset_on_jump", "Meters Reset on Jump", field!(|f: Follow| f.reset_on_jump)),
        Row::switch(
            "meter_pause_when_stopped",
            "Meters Pause When Stopped",
            field!(|f: Follow| f.pause_when_stopped),
        ),
    ]
    .map(|row: Row<Follow>| row.role(Role::Meter))
    .into()
}
