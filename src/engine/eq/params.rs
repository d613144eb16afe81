//! The module's rows in the table of parameters.

use crate::params::{Range, Rows, Unit, field};

pub(crate) fn rows(rows: &mut Rows) {
    rows.group("EQ");
    rows.add("eq_on", "EQ On", Range::Switch, Unit::None, field!(|s, _i| s.eq.on));
}
