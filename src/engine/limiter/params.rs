//! The module's rows in the table of parameters.

use crate::params::{Range, Rows, Unit, field};

pub(crate) fn rows(rows: &mut Rows) {
    rows.group("Limiter");
    rows.add("limiter_on", "Limiter On", Range::Switch, Unit::None, field!(|s, _i| s.limiter.on));
}
