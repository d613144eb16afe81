//! The plugin's life: creation, activation, the rules it checks.

use std::cell::{RefCell, UnsafeCell};
use std::ffi::CStr;
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};

use clap_sys::ext::thread_check::{CLAP_EXT_THREAD_CHECK, clap_host_thread_check};
use clap_sys::host::clap_host;
use clap_sys::plugin::{clap_plugin, clap_plugin_descriptor};
use rtrb::{Consumer, Producer, RingBuffer};

use crate::audio::Dsp;
use crate::extensions::get_extension;
use crate::params::{Id, Values};
use crate::process::process;
use crate::window::Window;
use crate::{PLUGINS, rule};

/// What the window does to a parameter.
#[derive(Clone, Copy)]
pub(crate) enum Edit {
    Begin(Id),
    Value(Id, f64),
    End(Id),
}

/// What the audio role uses.
pub(crate) struct AudioSide {
    pub(crate) dsp: Dsp,
    pub(crate) edits: Consumer<Edit>,
    pub(crate) told_offline: Option<bool>,
    pub(crate) told_tempo: f64,
}

pub(crate) struct Tiny {
    table: clap_plugin,
    pub(crate) host: *const clap_host,
    pub(crate) values: Values,
    audio: UnsafeCell<AudioSide>,
    pub(crate) edits: RefCell<Producer<Edit>>,
    pub(crate) window: RefCell<Window>,
    pub(crate) mono: AtomicBool,
    pub(crate) offline: AtomicBool,
    pub(crate) active: AtomicBool,
    pub(crate) processing: AtomicBool,
    /// A flush or block is running: there may be one at a time.
    pub(crate) in_audio: AtomicBool,
}

pub(crate) fn create(host: *const clap_host, desc: *const clap_plugin_descriptor) -> *const clap_plugin {
    let (producer, consumer) = RingBuffer::new(1024);
    let table = clap_plugin {
        desc,
        plugin_data: ptr::null_mut(),
        init: Some(init),
        destroy: Some(destroy),
        activate: Some(activate),
        deactivate: Some(deactivate),
        start_processing: Some(start_processing),
        stop_processing: Some(stop_processing),
        reset: Some(reset),
        process: Some(process),
        get_extension: Some(get_extension),
        on_main_thread: Some(on_main_thread),
    };
    let audio = AudioSide { dsp: Dsp::default(), edits: consumer, told_offline: None, told_tempo: 0.0 };
    let tiny = Box::leak(Box::new(Tiny {
        table,
        host,
        values: Values::new(),
        audio: UnsafeCell::new(audio),
        edits: RefCell::new(producer),
        window: RefCell::default(),
        mono: AtomicBool::new(false),
        offline: AtomicBool::new(false),
        active: AtomicBool::new(false),
        processing: AtomicBool::new(false),
        in_audio: AtomicBool::new(false),
    }));
    tiny.table.plugin_data = (&raw mut *tiny).cast();
    PLUGINS.fetch_add(1, Ordering::SeqCst);
    &raw const tiny.table
}

/// The plugin behind a table.
///
/// # Safety
/// CLAP plugin.h: `plugin` came from [`create`] and is not destroyed.
pub(crate) unsafe fn of<'a>(plugin: *const clap_plugin) -> &'a Tiny {
    // SAFETY: this function's contract.
    unsafe { &*(*plugin).plugin_data.cast::<Tiny>() }
}

impl Tiny {
    pub(crate) fn host_table<T>(&self, id: &CStr) -> Option<&T> {
        // SAFETY: CLAP host.h, get_extension: null or that extension's table, valid while the plugin lives.
        unsafe { ((*self.host).get_extension)?(self.host, id.as_ptr()).cast::<T>().as_ref() }
    }

    pub(crate) fn on_main(&self) {
        let check = self.host_table::<clap_host_thread_check>(CLAP_EXT_THREAD_CHECK);
        // SAFETY: CLAP ext/thread-check.h: thread-safe.
        rule(check.and_then(|check| check.is_main_thread).is_some_and(|is| unsafe { is(self.host) }));
    }

    /// Enters the audio role: the right thread, alone, in the right phase.
    pub(crate) fn on_audio(&self, phase: bool) -> Alone<'_> {
        let check = self.host_table::<clap_host_thread_check>(CLAP_EXT_THREAD_CHECK);
        // SAFETY: CLAP ext/thread-check.h: thread-safe.
        rule(check.and_then(|check| check.is_audio_thread).is_some_and(|is| unsafe { is(self.host) }));
        rule(phase);
        Alone::new(&self.in_audio)
    }

    /// # Safety
    /// CLAP's audio role: one caller at a time.
    #[expect(clippy::mut_from_ref, reason = "CLAP's audio role is exclusive; `on_audio` checks it")]
    pub(crate) unsafe fn audio(&self) -> &mut AudioSide {
        // SAFETY: this function's contract.
        unsafe { &mut *self.audio.get() }
    }

    /// Sets a value; a new latency asks for a restart.
    pub(crate) fn set(&self, id: u32, plain: f64) {
        let latency = self.values.get(Id::Latency);
        self.values.set(id, plain);
        if latency != self.values.get(Id::Latency) {
            request_restart(self);
        }
    }
}

pub(crate) fn request_restart(tiny: &Tiny) {
    // SAFETY: CLAP host.h, request_restart: thread-safe.
    unsafe {
        if let Some(restart) = (*tiny.host).request_restart {
            restart(tiny.host);
        }
    }
}

pub(crate) struct Alone<'a>(&'a AtomicBool);

impl<'a> Alone<'a> {
    pub(crate) fn new(busy: &'a AtomicBool) -> Self {
        rule(!busy.swap(true, Ordering::SeqCst));
        Self(busy)
    }
}

impl Drop for Alone<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::SeqCst);
    }
}

/// The plugin that a function of a table was called on.
macro_rules! tiny {
    ($plugin:expr) => {
        // SAFETY: CLAP plugin.h: the host passes the plugin back, before destroy.
        unsafe { crate::plugin::of($plugin) }
    };
}
pub(crate) use tiny;

unsafe extern "C" fn init(plugin: *const clap_plugin) -> bool {
    tiny!(plugin).on_main();
    true
}

unsafe extern "C" fn destroy(plugin: *const clap_plugin) {
    let tiny = tiny!(plugin);
    tiny.on_main();
    rule(!tiny.active.load(Ordering::SeqCst));
    rule(!tiny.window.borrow().is_open());
    PLUGINS.fetch_sub(1, Ordering::SeqCst);
    // SAFETY: CLAP plugin.h, destroy: the last call; the box was leaked by `create`.
    drop(unsafe { Box::from_raw((*plugin).plugin_data.cast::<Tiny>()) });
}

unsafe extern "C" fn activate(plugin: *const clap_plugin, rate: f64, min: u32, max: u32) -> bool {
    let tiny = tiny!(plugin);
    tiny.on_main();
    rule(rate > 0.0 && min >= 1 && max >= min);
    rule(!tiny.active.swap(true, Ordering::SeqCst));
    let _alone = Alone::new(&tiny.in_audio);
    // SAFETY: CLAP plugin.h, activate: no audio call runs.
    unsafe { tiny.audio() }.dsp.activate(&tiny.values);
    true
}

unsafe extern "C" fn deactivate(plugin: *const clap_plugin) {
    let tiny = tiny!(plugin);
    tiny.on_main();
    rule(!tiny.processing.load(Ordering::SeqCst));
    rule(tiny.active.swap(false, Ordering::SeqCst));
}

unsafe extern "C" fn start_processing(plugin: *const clap_plugin) -> bool {
    let tiny = tiny!(plugin);
    let _alone = tiny.on_audio(tiny.active.load(Ordering::SeqCst));
    rule(!tiny.processing.swap(true, Ordering::SeqCst));
    // SAFETY: CLAP plugin.h, start_processing: in the audio role.
    unsafe { tiny.audio() }.dsp.reset();
    true
}

unsafe extern "C" fn stop_processing(plugin: *const clap_plugin) {
    let tiny = tiny!(plugin);
    let _alone = tiny.on_audio(tiny.active.load(Ordering::SeqCst));
    rule(tiny.processing.swap(false, Ordering::SeqCst));
}

unsafe extern "C" fn reset(plugin: *const clap_plugin) {
    let tiny = tiny!(plugin);
    let _alone = tiny.on_audio(tiny.active.load(Ordering::SeqCst));
    // SAFETY: CLAP plugin.h, reset: in the audio role.
    unsafe { tiny.audio() }.dsp.reset();
}

unsafe extern "C" fn on_main_thread(plugin: *const clap_plugin) {
    let tiny = tiny!(plugin);
    tiny.on_main();
}
