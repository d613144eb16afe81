//! vst3-adapter under a host that knows every odd habit, with tiny-clap as the plugin.
//!
//! tiny-clap counts each rule of CLAP that is broken towards it; every test ends with none.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::unnecessary_cast,
    clippy::unwrap_used,
    reason = "small numbers, VST3's enumerations differ by platform, and unwrapping is how a test fails"
)]

mod bare;
mod basics;
mod block;
mod odd;
mod player;
mod stress;
mod support;
mod tempers;
mod threads;
mod values;
mod work;

/// Panics on an allocation where a test forbids it: plugin and adapter are linked into this binary.
#[global_allocator]
static ALLOCATOR: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;
