//! The stand-in's tests: what is drawn, compared with formulas, with itself and with pictures looked at before.

#![allow(
    missing_docs,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::needless_borrows_for_generic_args,
    clippy::manual_range_contains,
    clippy::verbose_bit_mask,
    reason = "tests draw small pictures; a panic or a wrapped number is a failure"
)]

mod blending;
mod blurs;
mod drawing;
mod goldens;
mod gradients;
mod hostile;
mod partial;
mod paths;
mod pictures;
mod support;
mod svg;
mod text;
