//! From the unguarded entry's factory to a guarded plugin.

use std::ffi::c_char;

use clap_sys::entry::clap_plugin_entry;
use clap_sys::factory::plugin_factory::{CLAP_PLUGIN_FACTORY_ID, clap_plugin_factory};
use clap_sys::host::clap_host;
use clap_sys::plugin::clap_plugin;

use crate::plugin::Guarded;

/// The plugin factory of an initialised entry.
#[doc(hidden)]
pub fn factory_of(entry: &'static clap_plugin_entry) -> Option<&'static clap_plugin_factory> {
    // SAFETY: CLAP entry.h, get_factory: thread-safe; the answer lives until deinit.
    unsafe { (entry.get_factory?)(CLAP_PLUGIN_FACTORY_ID.as_ptr()).cast::<clap_plugin_factory>().as_ref() }
}

/// Creates a plugin behind a guard. CLAP plugin-factory.h, `create_plugin`: `host` lives longer than the plugin.
#[doc(hidden)]
pub fn create(
    entry: &'static clap_plugin_entry,
    host: *const clap_host,
    id: *const c_char,
) -> Option<*const clap_plugin> {
    if id.is_null() {
        return None;
    }
    let factory = factory_of(entry)?;
    // SAFETY: this function's contract.
    unsafe { Guarded::create(factory, host, id) }
}
