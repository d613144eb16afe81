//! What every stage and every wrapper promises: see `Stage`. The promises are in `harness`, one test a stage in the other files; add
//! yours to `stages`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod chain;
mod harness;
mod monitors;
mod multiband;
mod stages;
#[path = "../support/mod.rs"]
mod support;
mod wrappers;

use assert_no_alloc::AllocDisabler;

#[global_allocator]
static GUARD: AllocDisabler = AllocDisabler;
