//! A host and a plugin that notes what the guard lets through.

use std::cell::{Cell, RefCell};
use std::ffi::{CStr, c_char, c_void};
use std::ptr::{null, null_mut};

use clap_sys::events::{clap_event_header, clap_event_param_value, clap_input_events, clap_output_events};
use clap_sys::ext::params::{CLAP_EXT_PARAMS, clap_host_params, clap_param_info, clap_plugin_params};
use clap_sys::ext::state::{CLAP_EXT_STATE, clap_plugin_state};
use clap_sys::factory::plugin_factory::clap_plugin_factory;
use clap_sys::host::clap_host;
use clap_sys::plugin::{clap_plugin, clap_plugin_descriptor};
use clap_sys::stream::{clap_istream, clap_ostream};
use clap_sys::version::CLAP_VERSION;

use crate::outbox::value_event;
use crate::plugin::Guarded;

const ID: u32 = 7;

thread_local! {
    /// Moves of the plugin's knob that it has not taken over: it does so in a flush.
    static MOVES: RefCell<Vec<f64>> = const { RefCell::new(Vec::new()) };
    static VALUE: Cell<f64> = const { Cell::new(0.0) };
    static CALLBACKS: Cell<u32> = const { Cell::new(0) };
    static RESTARTS: Cell<u32> = const { Cell::new(0) };
    static HOST: Cell<*const clap_host> = const { Cell::new(null()) };
    static TOLD: RefCell<Vec<f64>> = const { RefCell::new(Vec::new()) };
}

// The plugin.

unsafe extern "C" fn yes(_: *const clap_plugin) -> bool {
    true
}

unsafe extern "C" fn nothing(_: *const clap_plugin) {}

unsafe extern "C" fn activate(_: *const clap_plugin, _: f64, _: u32, _: u32) -> bool {
    true
}

unsafe extern "C" fn count(_: *const clap_plugin) -> u32 {
    1
}

unsafe extern "C" fn info(_: *const clap_plugin, _: u32, to: *mut clap_param_info) -> bool {
    // SAFETY: CLAP ext/params.h, get_info: a place for the answer.
    unsafe { (*to).id = ID };
    true
}

unsafe extern "C" fn flush(
    _: *const clap_plugin,
    _: *const clap_input_events,
    out: *const clap_output_events,
) {
    for value in MOVES.take() {
        VALUE.set(value);
        // SAFETY: CLAP ext/params.h, flush: a valid list.
        unsafe { ((*out).try_push.unwrap())(out, &value_event(ID, value).header) };
    }
}

unsafe extern "C" fn save(_: *const clap_plugin, to: *const clap_ostream) -> bool {
    // SAFETY: the stream of `saved`.
    unsafe { *(*to).ctx.cast::<f64>() = VALUE.get() };
    true
}

unsafe extern "C" fn load(_: *const clap_plugin, _: *const clap_istream) -> bool {
    true
}

static PARAMS: clap_plugin_params = clap_plugin_params {
    count: Some(count),
    get_info: Some(info),
    get_value: None,
    value_to_text: None,
    text_to_value: None,
    flush: Some(flush),
};
static STATE: clap_plugin_state = clap_plugin_state { save: Some(save), load: Some(load) };

unsafe extern "C" fn extension(_: *const clap_plugin, id: *const c_char) -> *const c_void {
    // SAFETY: CLAP plugin.h, get_extension: a NUL-terminated id.
    match unsafe { CStr::from_ptr(id) } {
        id if id == CLAP_EXT_PARAMS => (&raw const PARAMS).cast(),
        id if id == CLAP_EXT_STATE => (&raw const STATE).cast(),
        _ => null(),
    }
}

unsafe extern "C" fn create(
    _: *const clap_plugin_factory,
    host: *const clap_host,
    _: *const c_char,
) -> *const clap_plugin {
    HOST.set(host);
    Box::leak(Box::new(clap_plugin {
        desc: null::<clap_plugin_descriptor>(),
        plugin_data: null_mut(),
        init: Some(yes),
        destroy: Some(nothing),
        activate: Some(activate),
        deactivate: Some(nothing),
        start_processing: Some(yes),
        stop_processing: Some(nothing),
        reset: Some(nothing),
        process: None,
        get_extension: Some(extension),
        on_main_thread: Some(nothing),
    }))
}

/// The knob is moved: the plugin asks for a flush, as frameworks do for each event.
fn turn(values: impl Iterator<Item = f64>) {
    let host = HOST.get();
    for value in values {
        MOVES.with_borrow_mut(|moves| moves.push(value));
        // SAFETY: CLAP host.h: the guard's host and its table of parameters.
        unsafe {
            let params = ((*host).get_extension.unwrap())(host, CLAP_EXT_PARAMS.as_ptr());
            ((*params.cast::<clap_host_params>()).request_flush.unwrap())(host);
        }
    }
}

// The host: it answers no request for a flush.

unsafe extern "C" fn no_extension(_: *const clap_host, _: *const c_char) -> *const c_void {
    null()
}

unsafe extern "C" fn callback(_: *const clap_host) {
    CALLBACKS.set(CALLBACKS.get() + 1);
}

unsafe extern "C" fn restart(_: *const clap_host) {
    RESTARTS.set(RESTARTS.get() + 1);
}

unsafe extern "C" fn note(_: *const clap_output_events, event: *const clap_event_header) -> bool {
    // SAFETY: the plugin sends values only.
    let value = unsafe { event.cast::<clap_event_param_value>().read_unaligned() }.value;
    TOLD.with_borrow_mut(|told| told.push(value));
    true
}

/// A guarded plugin, initialised.
fn plugin() -> &'static clap_plugin {
    let host = Box::leak(Box::new(clap_host {
        clap_version: CLAP_VERSION,
        host_data: null_mut(),
        name: c"".as_ptr(),
        vendor: c"".as_ptr(),
        url: c"".as_ptr(),
        version: c"".as_ptr(),
        get_extension: Some(no_extension),
        request_restart: Some(restart),
        request_process: None,
        request_callback: Some(callback),
    }));
    let factory = clap_plugin_factory {
        get_plugin_count: None,
        get_plugin_descriptor: None,
        create_plugin: Some(create),
    };
    // SAFETY: the host is leaked.
    let plugin = unsafe { &*Guarded::create(&factory, host, c"".as_ptr()).unwrap() };
    // SAFETY: CLAP plugin.h, init: the first call.
    assert!(unsafe { (plugin.init.unwrap())(plugin) });
    plugin
}

fn table<T>(plugin: &clap_plugin, id: &CStr) -> &'static T {
    // SAFETY: CLAP plugin.h, get_extension: that extension's table.
    unsafe { &*(plugin.get_extension.unwrap())(plugin, id.as_ptr()).cast::<T>() }
}

fn saved(plugin: &clap_plugin) -> f64 {
    let mut value = f64::NAN;
    let to = clap_ostream { ctx: (&raw mut value).cast(), write: None };
    // SAFETY: CLAP ext/state.h, save: a stream.
    assert!(unsafe {
        (table::<clap_plugin_state>(plugin, CLAP_EXT_STATE).save.unwrap())(plugin, &raw const to)
    });
    value
}

/// What a flush tells the host.
fn flushed(plugin: &clap_plugin) -> Vec<f64> {
    let out = clap_output_events { ctx: null_mut(), try_push: Some(note) };
    // SAFETY: CLAP ext/params.h, flush: no events in, a list for those out.
    unsafe {
        (table::<clap_plugin_params>(plugin, CLAP_EXT_PARAMS).flush.unwrap())(plugin, null(), &raw const out);
    }
    TOLD.take()
}

#[test]
fn a_move_of_the_knob_is_saved_at_once_though_the_host_never_flushes() {
    let plugin = plugin();
    turn((1..=1000).map(f64::from));
    assert_eq!(saved(plugin), 1000.0);
    assert_eq!(flushed(plugin), [1000.0], "and told once, not a thousand times");
    assert_eq!(flushed(plugin), []);
}

#[test]
fn the_callback_takes_moves_over_and_is_requested_once() {
    let plugin = plugin();
    CALLBACKS.set(0);
    turn((1..=1000).map(f64::from));
    assert_eq!((CALLBACKS.get(), VALUE.get()), (1, 0.0));
    // SAFETY: CLAP plugin.h: on the main thread.
    unsafe { (plugin.on_main_thread.unwrap())(plugin) };
    assert_eq!(VALUE.get(), 1000.0);
    turn([5.0].into_iter());
    assert_eq!(CALLBACKS.get(), 2, "and again once the first has come");
    assert_eq!(flushed(plugin), [5.0]);
}

#[test]
fn what_was_moved_while_stopped_is_there_before_processing_starts() {
    let plugin = plugin();
    turn([3.0, 4.0].into_iter());
    // SAFETY: CLAP plugin.h: in the order that it asks for.
    unsafe {
        assert!((plugin.activate.unwrap())(plugin, 48_000.0, 1, 64));
        assert!((plugin.start_processing.unwrap())(plugin));
    }
    assert_eq!(VALUE.get(), 4.0);
}

#[test]
fn a_restart_is_asked_for_while_active_only() {
    let plugin = plugin();
    RESTARTS.set(0);
    let host = HOST.get();
    // SAFETY: CLAP host.h and plugin.h: on the main thread, in order.
    unsafe {
        let ask = (*host).request_restart.unwrap();
        ask(host);
        assert_eq!(RESTARTS.get(), 0);
        assert!((plugin.activate.unwrap())(plugin, 48_000.0, 1, 64));
        ask(host);
        assert_eq!(RESTARTS.get(), 1);
        (plugin.deactivate.unwrap())(plugin);
        ask(host);
        assert_eq!(RESTARTS.get(), 1);
    }
}
