//! The extension tables that the adapter offers to the CLAP plugin.

use std::ffi::{CStr, c_void};
use std::ptr;

use clap_sys::ext::audio_ports::{CLAP_EXT_AUDIO_PORTS, clap_host_audio_ports};
use clap_sys::ext::gui::{CLAP_EXT_GUI, clap_host_gui};
use clap_sys::ext::latency::{CLAP_EXT_LATENCY, clap_host_latency};
use clap_sys::ext::params::{
    CLAP_EXT_PARAMS, CLAP_PARAM_RESCAN_ALL, CLAP_PARAM_RESCAN_INFO, CLAP_PARAM_RESCAN_TEXT,
    CLAP_PARAM_RESCAN_VALUES, clap_host_params,
};
use clap_sys::ext::posix_fd_support::{CLAP_EXT_POSIX_FD_SUPPORT, clap_host_posix_fd_support};
use clap_sys::ext::state::{CLAP_EXT_STATE, clap_host_state};
use clap_sys::ext::tail::{CLAP_EXT_TAIL, clap_host_tail};
use clap_sys::ext::thread_check::{CLAP_EXT_THREAD_CHECK, clap_host_thread_check};
use clap_sys::ext::timer_support::{CLAP_EXT_TIMER_SUPPORT, clap_host_timer_support};
use clap_sys::host::clap_host;

use crate::host::{latency_changed, on_host, request};

static AUDIO_PORTS: clap_host_audio_ports = clap_host_audio_ports {
    is_rescan_flag_supported: Some(ports_flag_supported),
    rescan: Some(ports_rescan),
};
static GUI: clap_host_gui = clap_host_gui {
    resize_hints_changed: Some(ignore),
    request_resize: Some(gui_request_resize),
    request_show: Some(refuse),
    request_hide: Some(refuse),
    closed: Some(gui_closed),
};
static LATENCY: clap_host_latency = clap_host_latency { changed: Some(latency_changed) };
static PARAMS: clap_host_params = clap_host_params {
    rescan: Some(params_rescan),
    clear: Some(params_clear),
    request_flush: Some(params_flush),
};
static STATE: clap_host_state = clap_host_state { mark_dirty: Some(state_dirty) };
/// VST3 hosts ask for the tail when they need it.
static TAIL: clap_host_tail = clap_host_tail { changed: Some(ignore) };
static THREAD_CHECK: clap_host_thread_check =
    clap_host_thread_check { is_main_thread: Some(is_main_thread), is_audio_thread: Some(is_audio_thread) };
static TIMER: clap_host_timer_support = clap_host_timer_support {
    register_timer: Some(register_timer),
    unregister_timer: Some(unregister_timer),
};
static POSIX_FD: clap_host_posix_fd_support = clap_host_posix_fd_support {
    register_fd: Some(register_fd),
    modify_fd: Some(modify_fd),
    unregister_fd: Some(unregister_fd),
};

/// The table of an extension, null if it is not offered.
pub(crate) fn find(id: &CStr) -> *const c_void {
    let tables: [(&CStr, *const c_void); 9] = [
        (CLAP_EXT_AUDIO_PORTS, (&raw const AUDIO_PORTS).cast()),
        (CLAP_EXT_GUI, (&raw const GUI).cast()),
        (CLAP_EXT_LATENCY, (&raw const LATENCY).cast()),
        (CLAP_EXT_PARAMS, (&raw const PARAMS).cast()),
        (CLAP_EXT_STATE, (&raw const STATE).cast()),
        (CLAP_EXT_TAIL, (&raw const TAIL).cast()),
        (CLAP_EXT_THREAD_CHECK, (&raw const THREAD_CHECK).cast()),
        (CLAP_EXT_TIMER_SUPPORT, (&raw const TIMER).cast()),
        (CLAP_EXT_POSIX_FD_SUPPORT, (&raw const POSIX_FD).cast()),
    ];
    tables.iter().find(|(name, _)| *name == id).map_or(ptr::null(), |(_, table)| *table)
}

unsafe extern "C" fn ignore(_: *const clap_host) {}

unsafe extern "C" fn refuse(_: *const clap_host) -> bool {
    false
}

unsafe extern "C" fn ports_flag_supported(_: *const clap_host, _: u32) -> bool {
    true
}

unsafe extern "C" fn ports_rescan(host: *const clap_host, _: u32) {
    on_host(host, (), |host| host.request(request::PORTS));
}

/// Answered later: the host is asked from the next service call, outside the plugin.
unsafe extern "C" fn gui_request_resize(host: *const clap_host, width: u32, height: u32) -> bool {
    on_host(host, false, |host| {
        host.request_size(width, height);
        true
    })
}

unsafe extern "C" fn gui_closed(host: *const clap_host, _was_destroyed: bool) {
    on_host(host, (), |host| host.request(request::CLOSED));
}

unsafe extern "C" fn params_rescan(host: *const clap_host, flags: u32) {
    on_host(host, (), |host| {
        if flags & (CLAP_PARAM_RESCAN_VALUES | CLAP_PARAM_RESCAN_ALL) != 0 {
            host.request(request::VALUES);
        }
        if flags & (CLAP_PARAM_RESCAN_TEXT | CLAP_PARAM_RESCAN_INFO | CLAP_PARAM_RESCAN_ALL) != 0 {
            host.request(request::TITLES);
        }
    });
}

/// VST3 has no way to ask a host to forget automation.
unsafe extern "C" fn params_clear(_: *const clap_host, _: u32, _: u32) {}

unsafe extern "C" fn params_flush(host: *const clap_host) {
    on_host(host, (), |host| host.request(request::FLUSH));
}

unsafe extern "C" fn state_dirty(host: *const clap_host) {
    on_host(host, (), |host| host.request(request::DIRTY));
}

unsafe extern "C" fn is_main_thread(host: *const clap_host) -> bool {
    on_host(host, false, |host| host.threads.is_main())
}

unsafe extern "C" fn is_audio_thread(host: *const clap_host) -> bool {
    on_host(host, false, |host| host.threads.is_audio())
}

unsafe extern "C" fn register_timer(host: *const clap_host, period_ms: u32, id: *mut u32) -> bool {
    on_host(host, false, |host| {
        if id.is_null() {
            return false;
        }
        // SAFETY: CLAP ext/timer-support.h, register_timer: a valid place for the id.
        unsafe { id.write(host.run_loop.add_timer(period_ms)) };
        true
    })
}

unsafe extern "C" fn unregister_timer(host: *const clap_host, id: u32) -> bool {
    on_host(host, false, |host| host.run_loop.remove_timer(id))
}

unsafe extern "C" fn register_fd(host: *const clap_host, fd: i32, flags: u32) -> bool {
    on_host(host, false, |host| host.run_loop.add_fd(fd, flags))
}

unsafe extern "C" fn modify_fd(host: *const clap_host, fd: i32, flags: u32) -> bool {
    on_host(host, false, |host| host.run_loop.modify_fd(fd, flags))
}

unsafe extern "C" fn unregister_fd(host: *const clap_host, fd: i32) -> bool {
    on_host(host, false, |host| host.run_loop.remove_fd(fd))
}

/// Strikes a panic into each function of each table that does anything.
#[cfg(test)]
pub(crate) fn strike_all(host: *const clap_host, struck: fn(&str, bool, &dyn Fn() -> bool)) {
    let mut id = 0;
    let id = &raw mut id;
    // SAFETY: each call panics before it looks at any argument; the answers of `()` are told as true.
    unsafe {
        struck("request_resize", false, &|| gui_request_resize(host, 1, 1));
        struck("is_main_thread", false, &|| is_main_thread(host));
        struck("is_audio_thread", false, &|| is_audio_thread(host));
        struck("register_timer", false, &|| register_timer(host, 20, id));
        struck("unregister_timer", false, &|| unregister_timer(host, 0));
        struck("register_fd", false, &|| register_fd(host, 0, 1));
        struck("modify_fd", false, &|| modify_fd(host, 0, 1));
        struck("unregister_fd", false, &|| unregister_fd(host, 0));
        let silent: [(&str, &dyn Fn()); 6] = [
            ("ports_rescan", &|| ports_rescan(host, 0)),
            ("gui_closed", &|| gui_closed(host, true)),
            ("params_rescan", &|| params_rescan(host, 1)),
            ("params_flush", &|| params_flush(host)),
            ("state_dirty", &|| state_dirty(host)),
            ("latency_changed", &|| latency_changed(host)),
        ];
        for (name, call) in silent {
            struck(name, true, &|| {
                call();
                true
            });
        }
    }
}
