//! Modes that bear on latency: they take effect in the next activation, which the host is asked for.

use std::cell::Cell;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};

use nice_plug::wrapper::clap::clap_host;

thread_local! {
    /// The host of the plugin that is being created on this thread: nice-plug makes plugins by `Default`.
    static CREATING: Cell<*const clap_host> = const { Cell::new(ptr::null()) };
}

/// Creates a plugin, whose [`Modes`] will ask this host.
pub(crate) fn created_for<T>(host: *const clap_host, create: impl FnOnce() -> T) -> T {
    let before = CREATING.replace(host);
    let created = create();
    CREATING.set(before);
    created
}

/// Whether a mode waits for the host, and the host to ask.
pub struct Modes {
    waiting: AtomicBool,
    host: AtomicPtr<clap_host>,
}

impl Default for Modes {
    fn default() -> Self {
        Self { waiting: AtomicBool::new(false), host: AtomicPtr::new(CREATING.get().cast_mut()) }
    }
}

impl Modes {
    /// Returns true while a mode waits for the host to restart the plugin.
    pub fn is_waiting(&self) -> bool {
        self.waiting.load(Ordering::Relaxed)
    }

    pub(crate) fn set_waiting(&self, waiting: bool) {
        self.waiting.store(waiting, Ordering::Relaxed);
    }

    /// Asks the host for a restart at once: a host that is about to render a file must know before its first block. From any thread.
    pub(crate) fn changed(&self) {
        self.set_waiting(true);
        // SAFETY: CLAP plugin-factory.h, create_plugin: the host outlives the plugin, whose end calls `forget_host`.
        let host = unsafe { self.host.load(Ordering::Acquire).as_ref() };
        if let Some((host, request)) = host.and_then(|host| Some((host, host.request_restart?))) {
            // SAFETY: CLAP host.h, request_restart: thread-safe.
            unsafe { request(host) };
        }
    }

    /// The plugin ends, and its host may.
    pub(crate) fn forget_host(&self) {
        self.host.store(ptr::null_mut(), Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::{c_char, c_void};
    use std::sync::atomic::AtomicUsize;

    use super::*;

    static ASKED: AtomicUsize = AtomicUsize::new(0);

    unsafe extern "C" fn ask(_: *const clap_host) {
        ASKED.fetch_add(1, Ordering::SeqCst);
    }

    unsafe extern "C" fn no_extension(_: *const clap_host, _: *const c_char) -> *const c_void {
        ptr::null()
    }

    #[test]
    fn a_latency_parameter_asks_the_host_at_once_and_others_do_not() {
        let host = clap_host {
            clap_version: nice_plug::wrapper::clap::CLAP_VERSION,
            host_data: ptr::null_mut(),
            name: c"".as_ptr(),
            vendor: c"".as_ptr(),
            url: c"".as_ptr(),
            version: c"".as_ptr(),
            get_extension: Some(no_extension),
            request_restart: Some(ask),
            request_process: None,
            request_callback: None,
        };
        let params = created_for(&raw const host, crate::HostParams::default);
        let mut expected = 0;
        for (row, param) in garnish_engine::params::table().iter().zip(params.all()) {
            assert!(!params.modes().is_waiting(), "{}", row.id);
            // SAFETY: nice-plug: the parameter lives; no plugin processes it.
            unsafe { param.set_for_tests(if param.normalised() < 0.75 { 1.0 } else { 0.0 }) };
            let bears_on_latency = row.role == garnish_engine::params::Role::Latency;
            expected += usize::from(bears_on_latency);
            assert_eq!(
                (params.modes().is_waiting(), ASKED.load(Ordering::SeqCst)),
                (bears_on_latency, expected),
                "{}",
                row.id
            );
            params.modes().set_waiting(false);
        }
        assert!(expected > 0);
        params.modes().forget_host();
        params.modes().changed();
        assert_eq!(ASKED.load(Ordering::SeqCst), expected, "the host may be gone");
    }
}
