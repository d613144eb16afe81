//! A thin guard in front of a CLAP entry. It knows CLAP only.
//!
//! ```ignore
//! clap_guard::export_clap!(UNGUARDED); // a `static clap_plugin_entry`; exports the guarded `clap_entry`
//! ```
//!
//! A plugin framework may abort the process when a host breaks CLAP's rules: a panic in an `extern "C"` function is fatal.
//! So the guard calls the plugin only when the rules hold, and answers an error otherwise:
//!
//! - Threads: main-thread calls exclude each other; once an editor exists, what may touch it is called on its thread only.
//! - Phases: no block while inactive or in two threads at once, no second activation.
//! - Arguments: null pointers and indices past the end.
//! - Extensions that the host lacks: the editor is not created without the host's `clap.gui`.
//!
//! It also takes parameter changes of the editor over while no block carries them, and asks for one callback at a time.

#![expect(
    clippy::not_unsafe_ptr_arg_deref,
    reason = "the hidden functions are called by the exported macro only, with CLAP's own contracts"
)]
#![expect(clippy::unit_arg, reason = "what a call answers is passed on, whether or not that is anything")]

mod entry;
mod extensions;
mod flush;
mod gate;
mod guard;
mod host;
mod outbox;
mod plugin;
mod tables;
#[cfg(test)]
mod tests;
pub mod threads;

pub use clap_sys;
pub use entry::{create, factory_of};
pub use gate::{Entered, Gate};
pub use guard::guard;
pub use threads::Threads;

/// Exports a guarded CLAP entry, `clap_entry`, over an unguarded one, a `static clap_plugin_entry`.
#[macro_export]
macro_rules! export_clap {
    ($inner:path) => {
        #[doc(hidden)]
        mod guarded_clap {
            use ::std::ffi::{c_char, c_void};
            use $crate::clap_sys::factory::plugin_factory::clap_plugin_factory;
            use $crate::clap_sys::host::clap_host;
            use $crate::clap_sys::plugin::{clap_plugin, clap_plugin_descriptor};

            use super::*;

            static FACTORY: clap_plugin_factory = clap_plugin_factory {
                get_plugin_count: Some(count),
                get_plugin_descriptor: Some(descriptor),
                create_plugin: Some(create),
            };

            unsafe extern "C" fn count(_: *const clap_plugin_factory) -> u32 {
                $crate::guard(0, || {
                    let factory = $crate::factory_of(&$inner)?;
                    // SAFETY: CLAP plugin-factory.h, get_plugin_count: thread-safe, on its own factory.
                    Some(unsafe { (factory.get_plugin_count?)(factory) })
                })
            }

            unsafe extern "C" fn descriptor(
                _: *const clap_plugin_factory,
                index: u32,
            ) -> *const clap_plugin_descriptor {
                $crate::guard(::std::ptr::null(), || {
                    let factory = $crate::factory_of(&$inner)?;
                    // SAFETY: CLAP plugin-factory.h: thread-safe, on its own factory, with an index below the count.
                    unsafe {
                        let known = index < (factory.get_plugin_count?)(factory);
                        known.then(|| Some((factory.get_plugin_descriptor?)(factory, index)))?
                    }
                })
            }

            unsafe extern "C" fn create(
                _: *const clap_plugin_factory,
                host: *const clap_host,
                id: *const c_char,
            ) -> *const clap_plugin {
                $crate::guard(::std::ptr::null(), || $crate::create(&$inner, host, id))
            }

            pub unsafe extern "C" fn init(path: *const c_char) -> bool {
                // SAFETY: CLAP entry.h, init: the host's own promise, passed on.
                $crate::guard(false, || $inner.init.map(|init| unsafe { init(path) }))
            }

            pub unsafe extern "C" fn deinit() {
                // SAFETY: CLAP entry.h, deinit: the host's own promise, passed on.
                $crate::guard((), || $inner.deinit.map(|deinit| unsafe { deinit() }))
            }

            pub unsafe extern "C" fn get_factory(id: *const c_char) -> *const c_void {
                $crate::guard(::std::ptr::null(), || {
                    // SAFETY: CLAP entry.h, get_factory: null or a NUL-terminated id.
                    let known = !id.is_null()
                        && unsafe { ::std::ffi::CStr::from_ptr(id) }
                            == $crate::clap_sys::factory::plugin_factory::CLAP_PLUGIN_FACTORY_ID;
                    known.then_some((&raw const FACTORY).cast())
                })
            }
        }

        /// CLAP's entry, guarded.
        #[unsafe(no_mangle)]
        #[used]
        pub static clap_entry: $crate::clap_sys::entry::clap_plugin_entry =
            $crate::clap_sys::entry::clap_plugin_entry {
                clap_version: $crate::clap_sys::version::CLAP_VERSION,
                init: Some(guarded_clap::init),
                deinit: Some(guarded_clap::deinit),
                get_factory: Some(guarded_clap::get_factory),
            };
    };
}
