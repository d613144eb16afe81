//! What the CLAP plugin sees of its host: requests become flags, served later on the right thread.
//!
//! The adapter never calls the VST3 host while the plugin is on the stack of a main-thread call. So a host that
//! answers a request by calling straight back can never re-enter the plugin.

use std::ffi::{CStr, c_char, c_void};
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};

use clap_guard::threads::{Threads, current};
use clap_sys::host::clap_host;
use clap_sys::version::CLAP_VERSION;

use crate::guard::guard;
use crate::run_loop::RunLoop;

/// What the plugin has asked for.
pub(crate) mod request {
    /// `clap_host.request_callback`
    pub(crate) const CALLBACK: u32 = 1;
    /// `clap_host.request_restart`
    pub(crate) const RESTART: u32 = 1 << 1;
    /// `clap_host_latency.changed`
    pub(crate) const LATENCY: u32 = 1 << 2;
    /// `clap_host_params.rescan` of values
    pub(crate) const VALUES: u32 = 1 << 3;
    /// `clap_host_params.rescan` of texts or infos
    pub(crate) const TITLES: u32 = 1 << 4;
    /// `clap_host_params.request_flush`
    pub(crate) const FLUSH: u32 = 1 << 5;
    /// `clap_host_state.mark_dirty`
    pub(crate) const DIRTY: u32 = 1 << 6;
    /// `clap_host_gui.closed`
    pub(crate) const CLOSED: u32 = 1 << 7;
    /// `clap_host_audio_ports.rescan`
    pub(crate) const PORTS: u32 = 1 << 8;
}

/// No resize waits.
const NO_SIZE: u64 = u64::MAX;

/// The `clap_host` of one plugin instance.
pub(crate) struct Host {
    raw: clap_host,
    requests: AtomicU32,
    size: AtomicU64,
    /// The roles that calls into the plugin are made in.
    pub(crate) threads: Threads,
    /// The thread that the VST3 host's own objects are called on: the one of `initialize`, later the one that shows the editor.
    home: AtomicUsize,
    activating: AtomicBool,
    pub(crate) run_loop: RunLoop,
}

// SAFETY: `raw` holds pointers to static text and to this box; everything else is atomic or locked.
unsafe impl Send for Host {}
// SAFETY: as for `Send`.
unsafe impl Sync for Host {}

/// Restores what it holds when a call ends, by return or panic.
pub(crate) struct OnDrop<F: FnMut()>(pub(crate) F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

impl Host {
    /// A host whose home is the calling thread.
    pub(crate) fn new() -> Box<Self> {
        let raw = clap_host {
            clap_version: CLAP_VERSION,
            host_data: ptr::null_mut(),
            name: c"VST3".as_ptr(),
            vendor: c"".as_ptr(),
            url: c"".as_ptr(),
            version: c"3".as_ptr(),
            get_extension: Some(get_extension),
            request_restart: Some(request_restart),
            request_process: Some(request_process),
            request_callback: Some(request_callback),
        };
        let mut host = Box::new(Self {
            raw,
            requests: AtomicU32::new(0),
            size: AtomicU64::new(NO_SIZE),
            threads: Threads::default(),
            home: AtomicUsize::new(current()),
            activating: AtomicBool::new(false),
            run_loop: RunLoop::default(),
        });
        host.raw.host_data = (&raw mut *host).cast();
        host
    }

    pub(crate) fn raw(&self) -> *const clap_host {
        &raw const self.raw
    }

    /// Makes the calling thread the home: the one that shows the editor.
    pub(crate) fn adopt_home(&self) {
        self.home.store(current(), Ordering::Relaxed);
    }

    /// Whether the VST3 host's objects may be called here.
    pub(crate) fn is_home(&self) -> bool {
        self.home.load(Ordering::Relaxed) == current() && !self.threads.is_audio()
    }

    /// As [`is_home`](Self::is_home), also within an audio call.
    pub(crate) fn is_home_thread(&self) -> bool {
        self.home.load(Ordering::Relaxed) == current()
    }

    /// Whether any of the requests named by `which` waits.
    pub(crate) fn has_requests(&self, which: u32) -> bool {
        self.requests.load(Ordering::Relaxed) & which != 0
    }

    /// Runs a main-thread call into the plugin that does not touch its editor; `None` if another thread keeps the role.
    pub(crate) fn calling<T>(&self, call: impl FnOnce() -> Option<T>) -> Option<T> {
        let _role = self.threads.enter_main()?;
        call()
    }

    /// Runs a main-thread call that may touch the plugin's editor; `None` at once on any thread but the editor's.
    pub(crate) fn calling_editor<T>(&self, call: impl FnOnce() -> Option<T>) -> Option<T> {
        let _role = self.threads.enter_editor()?;
        call()
    }

    /// Runs an audio-thread call into the plugin.
    pub(crate) fn calling_audio<T>(&self, call: impl FnOnce() -> T) -> T {
        let _role = self.threads.enter_audio();
        call()
    }

    /// Runs `activate`: what the plugin says about its latency meanwhile is read afterwards, not passed on.
    pub(crate) fn activating<T>(&self, call: impl FnOnce() -> T) -> T {
        self.activating.store(true, Ordering::Relaxed);
        let _leave = OnDrop(|| self.activating.store(false, Ordering::Relaxed));
        call()
    }

    pub(crate) fn request(&self, what: u32) {
        self.requests.fetch_or(what, Ordering::AcqRel);
    }

    /// Takes the requests named by `which` that are waiting.
    pub(crate) fn take_requests(&self, which: u32) -> u32 {
        if !self.has_requests(which) {
            return 0;
        }
        self.requests.fetch_and(!which, Ordering::AcqRel) & which
    }

    pub(crate) fn request_size(&self, width: u32, height: u32) {
        self.size.store(u64::from(width) << 32 | u64::from(height), Ordering::Relaxed);
    }

    /// Takes the size the plugin's editor has asked for.
    pub(crate) fn take_size(&self) -> Option<(u32, u32)> {
        let size = self.size.swap(NO_SIZE, Ordering::Relaxed);
        (size != NO_SIZE).then_some(((size >> 32) as u32, size as u32))
    }
}

/// Runs a callback's body on the `Host` behind a `clap_host`.
pub(crate) fn on_host<T: Copy>(host: *const clap_host, otherwise: T, body: impl FnOnce(&Host) -> T) -> T {
    guard(otherwise, || {
        // SAFETY: CLAP host.h: the plugin passes back the `clap_host` it was created with; its data is the
        // `Host` that holds it, which outlives the plugin (`Plugin::host`).
        let host = unsafe { host.as_ref().and_then(|host| host.host_data.cast::<Host>().as_ref()) };
        host.map_or(otherwise, body)
    })
}

unsafe extern "C" fn get_extension(_: *const clap_host, id: *const c_char) -> *const c_void {
    guard(ptr::null(), || {
        if id.is_null() {
            return ptr::null();
        }
        // SAFETY: CLAP host.h, get_extension: a NUL-terminated id.
        crate::host_extensions::find(unsafe { CStr::from_ptr(id) })
    })
}

unsafe extern "C" fn request_restart(host: *const clap_host) {
    on_host(host, (), |host| {
        if !host.activating.load(Ordering::Relaxed) {
            host.request(request::RESTART);
        }
    });
}

/// VST3 hosts decide alone when they process.
unsafe extern "C" fn request_process(_: *const clap_host) {}

unsafe extern "C" fn request_callback(host: *const clap_host) {
    on_host(host, (), |host| host.request(request::CALLBACK));
}

/// `clap_host_latency.changed`
pub(crate) unsafe extern "C" fn latency_changed(host: *const clap_host) {
    on_host(host, (), |host| {
        if !host.activating.load(Ordering::Relaxed) {
            host.request(request::LATENCY);
        }
    });
}
