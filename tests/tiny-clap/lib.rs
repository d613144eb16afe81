//! A small CLAP plugin for tests: a gain with a sample-accurate ramp, a switchable latency, every kind of parameter, and a
//! plain X11 window. It is presented as a VST3 by `vst3-adapter`, which it exercises without any other plugin.
//!
//! It watches its host: a call on the wrong thread or in the wrong state is counted ([`violations`]).

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    reason = "small numbers, made here"
)]

mod audio;
mod extensions;
mod params;
mod plugin;
mod process;
mod state;
mod window;

use std::ffi::{CStr, c_char, c_void};
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};

use clap_sys::entry::clap_plugin_entry;
use clap_sys::factory::plugin_factory::{CLAP_PLUGIN_FACTORY_ID, clap_plugin_factory};
use clap_sys::host::clap_host;
use clap_sys::plugin::{clap_plugin, clap_plugin_descriptor};
use clap_sys::version::CLAP_VERSION;

pub use params::Id;

/// The plugin's CLAP id.
pub const ID: &CStr = c"org.garnish.tiny-clap";

/// A pointer table that may lie in a static.
struct Static<T>(T);

// SAFETY: constant data that is only read.
unsafe impl<T> Sync for Static<T> {}

static FEATURES: Static<[*const c_char; 4]> =
    Static([c"audio-effect".as_ptr(), c"mastering".as_ptr(), c"utility".as_ptr(), ptr::null()]);

static DESCRIPTOR: clap_plugin_descriptor = clap_plugin_descriptor {
    clap_version: CLAP_VERSION,
    id: ID.as_ptr(),
    name: c"Tiny".as_ptr(),
    vendor: c"Garnish".as_ptr(),
    url: c"https://example.org".as_ptr(),
    manual_url: c"".as_ptr(),
    support_url: c"".as_ptr(),
    version: c"1.2.3".as_ptr(),
    description: c"A gain for tests".as_ptr(),
    features: FEATURES.0.as_ptr(),
};

static FACTORY: clap_plugin_factory = clap_plugin_factory {
    get_plugin_count: Some(count),
    get_plugin_descriptor: Some(descriptor),
    create_plugin: Some(create),
};

static UNGUARDED: clap_plugin_entry = clap_plugin_entry {
    clap_version: CLAP_VERSION,
    init: Some(init),
    deinit: Some(deinit),
    get_factory: Some(get_factory),
};

clap_guard::export_clap!(UNGUARDED);
vst3_adapter::export_vst3!(clap_entry);

static VIOLATIONS: AtomicUsize = AtomicUsize::new(0);
static PLUGINS: AtomicUsize = AtomicUsize::new(0);
static WINDOWS: AtomicUsize = AtomicUsize::new(0);
static INITS: AtomicUsize = AtomicUsize::new(0);
static CALLS: AtomicUsize = AtomicUsize::new(0);

/// How often the host broke CLAP's rules, in this process.
pub fn violations() -> usize {
    VIOLATIONS.load(Ordering::SeqCst)
}

/// How many plugins live, and how many windows are open.
pub fn living() -> (usize, usize) {
    (PLUGINS.load(Ordering::SeqCst), WINDOWS.load(Ordering::SeqCst))
}

/// How many times the entry is initialised and not deinitialised.
pub fn initialised() -> usize {
    INITS.load(Ordering::SeqCst)
}

/// How many calls the parameters have had, from all hosts.
pub fn calls() -> usize {
    CALLS.load(Ordering::SeqCst)
}

/// Counts a call of the parameters.
pub(crate) fn count_call() {
    CALLS.fetch_add(1, Ordering::SeqCst);
}

/// Counts a broken rule.
pub(crate) fn rule(kept: bool) {
    if !kept {
        VIOLATIONS.fetch_add(1, Ordering::SeqCst);
    }
}

unsafe extern "C" fn init(path: *const c_char) -> bool {
    rule(!path.is_null());
    INITS.fetch_add(1, Ordering::SeqCst);
    true
}

unsafe extern "C" fn deinit() {
    rule(INITS.fetch_sub(1, Ordering::SeqCst) > 0);
}

unsafe extern "C" fn get_factory(id: *const c_char) -> *const c_void {
    rule(initialised() > 0);
    // SAFETY: CLAP entry.h, get_factory: a NUL-terminated id.
    let known = unsafe { CStr::from_ptr(id) } == CLAP_PLUGIN_FACTORY_ID;
    if known { (&raw const FACTORY).cast() } else { ptr::null() }
}

unsafe extern "C" fn count(_: *const clap_plugin_factory) -> u32 {
    1
}

unsafe extern "C" fn descriptor(_: *const clap_plugin_factory, index: u32) -> *const clap_plugin_descriptor {
    rule(index == 0);
    if index == 0 { &raw const DESCRIPTOR } else { ptr::null() }
}

unsafe extern "C" fn create(
    _: *const clap_plugin_factory,
    host: *const clap_host,
    id: *const c_char,
) -> *const clap_plugin {
    // SAFETY: CLAP plugin-factory.h, create_plugin: a NUL-terminated id.
    let known = unsafe { CStr::from_ptr(id) } == ID;
    if known { plugin::create(host, &raw const DESCRIPTOR) } else { ptr::null() }
}
