//! Presents a CLAP plugin entry as a VST3 plugin factory, in the same library.
//!
//! The plugin stays what it is, a CLAP; this crate is its host on one side and a VST3 plugin on the other. It knows
//! both formats and nothing of any plugin. README.md beside this file has the table of calls, thread by thread.
//!
//! ```ignore
//! vst3_adapter::export_vst3!(clap_entry);
//! ```
//!
//! - Ids: the class id is a frozen hash of the CLAP id ([`class_id`]); a parameter's id is its CLAP id without bit 31.
//! - Threads: `process` takes no lock and allocates nothing. What the plugin asks of its host becomes a flag, served
//!   on the main thread by a timer of the host's run loop, or by the next call that a host without one makes.
//! - No panic crosses the boundary, and no odd order of calls is believed to be impossible: it gets an error code.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "VST3 counts in i32 and names constants u32, CLAP counts in u32; outside numbers go through try_from"
)]
#![allow(
    clippy::unnecessary_cast,
    reason = "VST3's enumerations are unsigned on some platforms and signed on others"
)]

mod audio;
mod buses;
mod category;
mod class_id;
mod component;
mod controller;
mod editor;
mod entry;
mod events;
mod factory;
mod guard;
mod host;
mod host_extensions;
mod instance;
#[cfg(test)]
mod panic_tests;
mod params;
#[cfg(test)]
mod params_tests;
mod plugin;
mod ports;
mod processor;
mod run_loop;
mod service;
mod state;
mod strings;
mod transport;
mod units;
mod view;

#[cfg(not(target_os = "linux"))]
#[path = "no_window.rs"]
mod platform;
#[cfg(target_os = "linux")]
#[path = "x11.rs"]
mod platform;

use std::ffi::c_void;
use std::sync::{Mutex, PoisonError};

pub use clap_sys::entry::clap_plugin_entry;
pub use class_id::{class_id, words};

/// The module's own use of the entry, between the host's entry and exit calls.
static OPENED: Mutex<Vec<entry::Module>> = Mutex::new(Vec::new());

/// What [`export_vst3`] makes of the host's module entry: initialises the CLAP entry.
#[doc(hidden)]
pub fn open(entry: &'static clap_plugin_entry) -> bool {
    guard::guard(false, || {
        let module = entry::Module::new(entry);
        let opened = module.is_some();
        OPENED.lock().unwrap_or_else(PoisonError::into_inner).extend(module);
        opened
    })
}

/// What [`export_vst3`] makes of the host's module exit: deinitialises the CLAP entry, unless objects still use it.
#[doc(hidden)]
pub fn close() -> bool {
    guard::guard(false, || {
        let mut opened = OPENED.lock().unwrap_or_else(PoisonError::into_inner);
        let module = opened.pop();
        if opened.is_empty() {
            // A static is not dropped when the library is unloaded: it must own nothing then.
            *opened = Vec::new();
        }
        module.is_some()
    })
}

/// What [`export_vst3`] makes of `GetPluginFactory`: a factory that the caller owns, or null.
#[doc(hidden)]
pub fn factory(entry: &'static clap_plugin_entry) -> *mut c_void {
    guard::guard(std::ptr::null_mut(), || factory::make(entry))
}

/// Exports the VST3 entry points of a library (`GetPluginFactory` and the platform's module entry and exit, VST3 SDK
/// "Module Entry and Exit") over its CLAP entry, a `static clap_plugin_entry`.
#[macro_export]
macro_rules! export_vst3 {
    ($entry:path) => {
        /// VST3's factory, over this library's CLAP entry.
        #[unsafe(no_mangle)]
        pub extern "system" fn GetPluginFactory() -> *mut ::std::ffi::c_void {
            $crate::factory(&$entry)
        }

        /// VST3's module entry.
        #[cfg(target_os = "linux")]
        #[unsafe(no_mangle)]
        pub extern "system" fn ModuleEntry(_library: *mut ::std::ffi::c_void) -> bool {
            $crate::open(&$entry)
        }

        /// VST3's module exit.
        #[cfg(target_os = "linux")]
        #[unsafe(no_mangle)]
        pub extern "system" fn ModuleExit() -> bool {
            $crate::close()
        }

        /// VST3's module entry.
        #[cfg(target_os = "macos")]
        #[unsafe(no_mangle)]
        pub extern "system" fn bundleEntry(_bundle: *mut ::std::ffi::c_void) -> bool {
            $crate::open(&$entry)
        }

        /// VST3's module exit.
        #[cfg(target_os = "macos")]
        #[unsafe(no_mangle)]
        pub extern "system" fn bundleExit() -> bool {
            $crate::close()
        }

        /// VST3's module entry.
        #[cfg(windows)]
        #[unsafe(no_mangle)]
        pub extern "system" fn InitDll() -> bool {
            $crate::open(&$entry)
        }

        /// VST3's module exit.
        #[cfg(windows)]
        #[unsafe(no_mangle)]
        pub extern "system" fn ExitDll() -> bool {
            $crate::close()
        }
    };
}
