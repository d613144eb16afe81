//! The CLAP entry: nice-plug's wrapper behind `clap-guard`.
//!
//! `nice_export_clap!` would export the wrapper itself, which aborts the process when a host breaks CLAP's rules.

use std::ffi::{CStr, c_char, c_void};
use std::ptr;
use std::sync::{Arc, OnceLock};

use nice_plug::wrapper::clap::{
    CLAP_PLUGIN_FACTORY_ID, CLAP_VERSION, PluginDescriptor, Wrapper, clap_host, clap_plugin,
    clap_plugin_descriptor, clap_plugin_entry, clap_plugin_factory,
};
use nice_plug::wrapper::setup_logger;

use crate::Garnish;
use crate::contain::contain;
use crate::modes::created_for;

static UNGUARDED: clap_plugin_entry = clap_plugin_entry {
    clap_version: CLAP_VERSION,
    init: Some(init),
    deinit: Some(deinit),
    get_factory: Some(get_factory),
};

clap_guard::export_clap!(UNGUARDED);

static FACTORY: clap_plugin_factory = clap_plugin_factory {
    get_plugin_count: Some(count),
    get_plugin_descriptor: Some(describe),
    create_plugin: Some(create),
};

fn descriptor() -> &'static PluginDescriptor {
    static DESCRIPTOR: OnceLock<PluginDescriptor> = OnceLock::new();
    DESCRIPTOR.get_or_init(PluginDescriptor::for_plugin::<Garnish>)
}

unsafe extern "C" fn init(_: *const c_char) -> bool {
    setup_logger::<Garnish>();
    true
}

unsafe extern "C" fn deinit() {}

unsafe extern "C" fn get_factory(id: *const c_char) -> *const c_void {
    // SAFETY: CLAP entry.h, get_factory: null or a NUL-terminated id.
    let known = !id.is_null() && unsafe { CStr::from_ptr(id) } == CLAP_PLUGIN_FACTORY_ID;
    if known { (&raw const FACTORY).cast() } else { ptr::null() }
}

unsafe extern "C" fn count(_: *const clap_plugin_factory) -> u32 {
    1
}

unsafe extern "C" fn describe(_: *const clap_plugin_factory, index: u32) -> *const clap_plugin_descriptor {
    if index == 0 { descriptor().clap_plugin_descriptor() } else { ptr::null() }
}

unsafe extern "C" fn create(
    _: *const clap_plugin_factory,
    host: *const clap_host,
    id: *const c_char,
) -> *const clap_plugin {
    // SAFETY: CLAP plugin-factory.h, create_plugin: a NUL-terminated id (the guard refuses null).
    if unsafe { CStr::from_ptr(id) } != descriptor().clap_id() {
        return ptr::null();
    }
    // SAFETY: nice-plug's wrapper: the host outlives the plugin; `destroy` takes the reference back.
    let create = || unsafe { (*Arc::into_raw(Wrapper::<Garnish>::new(host))).clap_plugin.as_ptr() };
    contain(|| created_for(host, create)).map_or(ptr::null(), <*mut clap_plugin>::cast_const)
}
