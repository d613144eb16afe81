//! The dither's rows in the table of parameters.

use crate::dither::{Bits, Settings, Shaping};
use crate::params::row::{Row, field};

pub(crate) fn rows() -> Vec<Row<Settings>> {
    vec![
        Row::choice("dither_bits", "Dither Bits", Bits::CHOICES, field!(|s: Settings| s.bits)),
        Row::choice("dither_shaping", "Dither Shaping", Shaping::CHOICES, field!(|s: Settings| s.shaping)),
    ]
}
