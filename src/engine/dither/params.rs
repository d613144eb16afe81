//! The module's rows in the table of parameters.

use crate::params::{Range, Rows, Unit, field};

pub(crate) fn rows(rows: &mut Rows) {
    rows.group("Dither");
    rows.add("dither_on", "Dither On", Range::Switch, Unit::None, field!(|s, _i| s.dither.on));
}
