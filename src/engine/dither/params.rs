//! The module's rows in the table of parameters.

use crate::dither::{Bits, Shaping};
use crate::params::{Range, Rows, Unit, field};

pub(crate) fn rows(rows: &mut Rows) {
    rows.group("Dither");
    rows.add("dither_on", "Dither On", Range::Switch, Unit::None, field!(|s, _i| s.dither.on));
    let bits = Range::Choice(Bits::CHOICES);
    rows.add("dither_bits", "Dither Bits", bits, Unit::None, field!(|s, _i| s.dither.stage.bits));
    let shaping = Range::Choice(Shaping::CHOICES);
    rows.add("dither_shaping", "Dither Shaping", shaping, Unit::None, field!(|s, _i| s.dither.stage.shaping));
}
