//! The host as the guarded plugin sees it: complete, whatever the real one lacks.

use std::ffi::{CStr, c_char, c_void};
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};

use clap_sys::ext::audio_ports::{CLAP_EXT_AUDIO_PORTS, clap_host_audio_ports};
use clap_sys::ext::gui::{CLAP_EXT_GUI, clap_host_gui};
use clap_sys::ext::latency::{CLAP_EXT_LATENCY, clap_host_latency};
use clap_sys::ext::params::{CLAP_EXT_PARAMS, clap_host_params};
use clap_sys::ext::posix_fd_support::{CLAP_EXT_POSIX_FD_SUPPORT, clap_host_posix_fd_support};
use clap_sys::ext::state::{CLAP_EXT_STATE, clap_host_state};
use clap_sys::ext::tail::{CLAP_EXT_TAIL, clap_host_tail};
use clap_sys::ext::thread_check::{CLAP_EXT_THREAD_CHECK, clap_host_thread_check};
use clap_sys::ext::timer_support::{CLAP_EXT_TIMER_SUPPORT, clap_host_timer_support};
use clap_sys::ext::track_info::{CLAP_EXT_TRACK_INFO, clap_host_track_info, clap_track_info};
use clap_sys::host::clap_host;

use crate::guard::guard;
use crate::threads::Threads;

/// The extensions passed on, by index into [`Host::extensions`].
#[derive(Clone, Copy)]
enum Ext {
    AudioPorts,
    Gui,
    Latency,
    Params,
    PosixFd,
    State,
    Tail,
    Timer,
    TrackInfo,
}

const IDS: [&CStr; 9] = [
    CLAP_EXT_AUDIO_PORTS,
    CLAP_EXT_GUI,
    CLAP_EXT_LATENCY,
    CLAP_EXT_PARAMS,
    CLAP_EXT_POSIX_FD_SUPPORT,
    CLAP_EXT_STATE,
    CLAP_EXT_TAIL,
    CLAP_EXT_TIMER_SUPPORT,
    CLAP_EXT_TRACK_INFO,
];

/// The `clap_host` of one guarded plugin.
pub(crate) struct Host {
    raw: clap_host,
    real: *const clap_host,
    /// The real host's tables, null where it has none.
    extensions: [AtomicPtr<c_void>; IDS.len()],
    pub(crate) threads: Threads,
    /// A callback was requested and has not come.
    callback: AtomicBool,
    /// The plugin is active, or being activated.
    pub(crate) active: AtomicBool,
    /// Changes of the editor wait for a flush or a block.
    pub(crate) flush: AtomicBool,
}

// SAFETY: `raw` and `real` are read only; CLAP host.h: the host's functions name the threads they are for.
unsafe impl Sync for Host {}

impl Host {
    /// # Safety
    /// CLAP plugin-factory.h, `create_plugin`: `real` outlives the plugin.
    pub(crate) unsafe fn new(real: *const clap_host) -> Option<Box<Self>> {
        // SAFETY: this function's contract.
        let table = unsafe { real.as_ref()? };
        let raw = clap_host {
            host_data: ptr::null_mut(),
            get_extension: Some(get_extension),
            request_restart: Some(request_restart),
            request_process: Some(request_process),
            request_callback: Some(request_callback),
            ..*table
        };
        let mut host = Box::new(Self {
            raw,
            real,
            extensions: [const { AtomicPtr::new(ptr::null_mut()) }; IDS.len()],
            threads: Threads::default(),
            callback: AtomicBool::new(false),
            active: AtomicBool::new(false),
            flush: AtomicBool::new(false),
        });
        host.raw.host_data = (&raw mut *host).cast();
        Some(host)
    }

    pub(crate) fn raw(&self) -> *const clap_host {
        &raw const self.raw
    }

    fn real(&self) -> Option<&clap_host> {
        // SAFETY: `Host::new`'s contract.
        unsafe { self.real.as_ref() }
    }

    /// Reads the real host's extensions; CLAP allows that from `init` on.
    pub(crate) fn fetch_extensions(&self) {
        let Some(get) = self.real().and_then(|real| real.get_extension) else { return };
        for (id, to) in IDS.iter().zip(&self.extensions) {
            // SAFETY: CLAP host.h, get_extension: thread-safe, from `init` on.
            to.store(unsafe { get(self.real, id.as_ptr()) }.cast_mut(), Ordering::Release);
        }
    }

    /// The real host's table of an extension.
    ///
    /// # Safety
    /// `T` is that extension's host table.
    unsafe fn extension<T>(&self, which: Ext) -> Option<&T> {
        // SAFETY: this function's contract; CLAP host.h: valid while the plugin lives.
        unsafe { self.extensions[which as usize].load(Ordering::Acquire).cast_const().cast::<T>().as_ref() }
    }

    pub(crate) fn has_gui(&self) -> bool {
        // SAFETY: the gui extension's table.
        unsafe { self.extension::<clap_host_gui>(Ext::Gui) }.is_some()
    }

    /// The callback that was requested has come.
    pub(crate) fn callback_came(&self) {
        self.callback.store(false, Ordering::Release);
    }

    /// Asks the real host for a callback, unless one is on its way.
    pub(crate) fn request_callback(&self) {
        if !self.callback.swap(true, Ordering::AcqRel)
            && let Some(request) = self.real().and_then(|real| real.request_callback)
        {
            // SAFETY: CLAP host.h, request_callback: thread-safe.
            unsafe { request(self.real) };
        }
    }
}

/// Runs a callback's body on the `Host` behind a `clap_host`.
fn on_host<T>(host: *const clap_host, otherwise: T, body: impl FnOnce(&Host) -> Option<T>) -> T {
    guard(otherwise, || {
        // SAFETY: CLAP host.h: the plugin passes back the `clap_host` it was created with, whose data is its `Host`.
        body(unsafe { host.as_ref()?.host_data.cast::<Host>().as_ref()? })
    })
}

/// Declares the functions of a host extension: each is passed on to the real host if that has it.
macro_rules! pass_on {
    ($table:ty, $ext:expr; $($name:ident = $function:ident($($arg:ident: $type:ty),*) -> $result:ty, $otherwise:expr;)*) => {
        $(
            unsafe extern "C" fn $name(host: *const clap_host, $($arg: $type),*) -> $result {
                on_host(host, $otherwise, |host| {
                    // SAFETY: the table of this extension; the plugin's own promises are passed on.
                    unsafe { Some((host.extension::<$table>($ext)?.$function?)(host.real, $($arg),*)) }
                })
            }
        )*
    };
}

pass_on! { clap_host_audio_ports, Ext::AudioPorts;
    ports_supported = is_rescan_flag_supported(flag: u32) -> bool, false;
    ports_rescan = rescan(flags: u32) -> (), ();
}
pass_on! { clap_host_gui, Ext::Gui;
    gui_hints_changed = resize_hints_changed() -> (), ();
    gui_resize = request_resize(width: u32, height: u32) -> bool, false;
    gui_show = request_show() -> bool, false;
    gui_hide = request_hide() -> bool, false;
    gui_closed = closed(was_destroyed: bool) -> (), ();
}
pass_on! { clap_host_latency, Ext::Latency; latency_changed = changed() -> (), (); }
pass_on! { clap_host_params, Ext::Params;
    params_rescan = rescan(flags: u32) -> (), ();
    params_clear = clear(param: u32, flags: u32) -> (), ();
    params_request_flush = request_flush() -> (), ();
}
pass_on! { clap_host_posix_fd_support, Ext::PosixFd;
    fd_register = register_fd(fd: i32, flags: u32) -> bool, false;
    fd_modify = modify_fd(fd: i32, flags: u32) -> bool, false;
    fd_unregister = unregister_fd(fd: i32) -> bool, false;
}
pass_on! { clap_host_state, Ext::State; state_dirty = mark_dirty() -> (), (); }
pass_on! { clap_host_tail, Ext::Tail; tail_changed = changed() -> (), (); }
pass_on! { clap_host_timer_support, Ext::Timer;
    timer_register = register_timer(period_ms: u32, id: *mut u32) -> bool, false;
    timer_unregister = unregister_timer(id: u32) -> bool, false;
}
pass_on! { clap_host_track_info, Ext::TrackInfo; track_info = get(info: *mut clap_track_info) -> bool, false; }

/// Notes it for the guard too: not every host flushes, nor soon.
unsafe extern "C" fn params_flush(host: *const clap_host) {
    on_host(host, (), |host| {
        host.flush.store(true, Ordering::Release);
        host.request_callback();
        // SAFETY: the plugin's own promise, passed on.
        Some(unsafe { params_request_flush(host.raw()) })
    });
}

unsafe extern "C" fn is_main_thread(host: *const clap_host) -> bool {
    on_host(host, false, |host| Some(host.threads.is_main()))
}

unsafe extern "C" fn is_audio_thread(host: *const clap_host) -> bool {
    on_host(host, false, |host| Some(host.threads.is_audio()))
}

/// Of no use while inactive: the next activation is a restart.
unsafe extern "C" fn request_restart(host: *const clap_host) {
    on_host(host, (), |host| {
        let active = host.active.load(Ordering::Acquire);
        // SAFETY: CLAP host.h, request_restart: thread-safe.
        active.then(|| unsafe { Some((host.real()?.request_restart?)(host.real)) })?
    });
}

unsafe extern "C" fn request_process(host: *const clap_host) {
    // SAFETY: CLAP host.h, request_process: thread-safe.
    on_host(host, (), |host| Some(unsafe { (host.real()?.request_process?)(host.real) }));
}

unsafe extern "C" fn request_callback(host: *const clap_host) {
    on_host(host, (), |host| Some(host.request_callback()));
}

static AUDIO_PORTS: clap_host_audio_ports =
    clap_host_audio_ports { is_rescan_flag_supported: Some(ports_supported), rescan: Some(ports_rescan) };
static GUI: clap_host_gui = clap_host_gui {
    resize_hints_changed: Some(gui_hints_changed),
    request_resize: Some(gui_resize),
    request_show: Some(gui_show),
    request_hide: Some(gui_hide),
    closed: Some(gui_closed),
};
static LATENCY: clap_host_latency = clap_host_latency { changed: Some(latency_changed) };
static PARAMS: clap_host_params = clap_host_params {
    rescan: Some(params_rescan),
    clear: Some(params_clear),
    request_flush: Some(params_flush),
};
static POSIX_FD: clap_host_posix_fd_support = clap_host_posix_fd_support {
    register_fd: Some(fd_register),
    modify_fd: Some(fd_modify),
    unregister_fd: Some(fd_unregister),
};
static STATE: clap_host_state = clap_host_state { mark_dirty: Some(state_dirty) };
static TAIL: clap_host_tail = clap_host_tail { changed: Some(tail_changed) };
static TIMER: clap_host_timer_support = clap_host_timer_support {
    register_timer: Some(timer_register),
    unregister_timer: Some(timer_unregister),
};
static TRACK_INFO: clap_host_track_info = clap_host_track_info { get: Some(track_info) };
static THREAD_CHECK: clap_host_thread_check =
    clap_host_thread_check { is_main_thread: Some(is_main_thread), is_audio_thread: Some(is_audio_thread) };

/// The guard's table of an extension, in the order of [`IDS`].
fn tables() -> [*const c_void; IDS.len()] {
    [
        (&raw const AUDIO_PORTS).cast(),
        (&raw const GUI).cast(),
        (&raw const LATENCY).cast(),
        (&raw const PARAMS).cast(),
        (&raw const POSIX_FD).cast(),
        (&raw const STATE).cast(),
        (&raw const TAIL).cast(),
        (&raw const TIMER).cast(),
        (&raw const TRACK_INFO).cast(),
    ]
}

/// Offers what the real host has; parameters and thread check always, because the guard itself serves them.
unsafe extern "C" fn get_extension(host: *const clap_host, id: *const c_char) -> *const c_void {
    on_host(host, ptr::null(), |host| {
        if id.is_null() {
            return None;
        }
        // SAFETY: CLAP host.h, get_extension: a NUL-terminated id.
        let id = unsafe { CStr::from_ptr(id) };
        if id == CLAP_EXT_THREAD_CHECK {
            return Some((&raw const THREAD_CHECK).cast());
        }
        let at = IDS.iter().position(|known| *known == id)?;
        let offered = at == Ext::Params as usize || !host.extensions[at].load(Ordering::Acquire).is_null();
        offered.then(|| tables()[at])
    })
}
