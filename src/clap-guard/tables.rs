//! The extension tables that the host gets: each function checks, then calls the plugin's own.

use std::ffi::{CStr, c_char, c_void};
use std::ptr;
use std::sync::atomic::Ordering;

use clap_sys::ext::audio_ports::{CLAP_EXT_AUDIO_PORTS, clap_audio_port_info, clap_plugin_audio_ports};
use clap_sys::ext::audio_ports_config::{
    CLAP_EXT_AUDIO_PORTS_CONFIG, clap_audio_ports_config, clap_plugin_audio_ports_config,
};
use clap_sys::ext::gui::{CLAP_EXT_GUI, clap_gui_resize_hints, clap_plugin_gui, clap_window};
use clap_sys::ext::latency::{CLAP_EXT_LATENCY, clap_plugin_latency};
use clap_sys::ext::params::{CLAP_EXT_PARAMS, clap_param_info, clap_plugin_params};
use clap_sys::ext::posix_fd_support::{CLAP_EXT_POSIX_FD_SUPPORT, clap_plugin_posix_fd_support};
use clap_sys::ext::remote_controls::{
    CLAP_EXT_REMOTE_CONTROLS, clap_plugin_remote_controls, clap_remote_controls_page,
};
use clap_sys::ext::render::{CLAP_EXT_RENDER, clap_plugin_render};
use clap_sys::ext::state::{CLAP_EXT_STATE, clap_plugin_state};
use clap_sys::ext::tail::{CLAP_EXT_TAIL, clap_plugin_tail};
use clap_sys::ext::timer_support::{CLAP_EXT_TIMER_SUPPORT, clap_plugin_timer_support};
use clap_sys::ext::track_info::{CLAP_EXT_TRACK_INFO, clap_plugin_track_info};
use clap_sys::plugin::clap_plugin;
use clap_sys::stream::{clap_istream, clap_ostream};
use clap_sys::{events::clap_input_events, events::clap_output_events};

use crate::plugin::{Guarded, on};

/// Declares the functions of a plugin extension: `role` says from where a call is let through, `if` what must hold first.
macro_rules! functions {
    ($field:ident; $($name:ident = $function:ident($($arg:ident: $type:ty),*) -> $result:ty, $otherwise:expr, $role:ident $(if $check:expr)?;)*) => {
        $(
            unsafe extern "C" fn $name(plugin: *const clap_plugin, $($arg: $type),*) -> $result {
                on(plugin, $otherwise, |guarded| {
                    guarded.$role(|| {
                        $(
                            let check: &dyn Fn(&Guarded) -> bool = &$check;
                            if !check(guarded) {
                                return None;
                            }
                        )?
                        // SAFETY: the plugin's own table, in the role that the function asks for; the host's promises about
                        // its arguments are passed on.
                        unsafe { Some((guarded.extensions().$field?.$function?)(guarded.inner, $($arg),*)) }
                    })
                })
            }
        )*
    };
}

/// As `functions`, with a table that holds them.
macro_rules! table {
    ($static:ident: $table:ident = $field:ident; $($name:ident = $function:ident($($arg:ident: $type:ty),*) -> $result:ty, $otherwise:expr, $role:ident $(if $check:expr)?;)*) => {
        functions! { $field; $($name = $function($($arg: $type),*) -> $result, $otherwise, $role $(if $check)?;)* }
        static $static: $table = $table { $($function: Some($name)),* };
    };
}

/// A check that an index lies below the count that the plugin tells.
macro_rules! below {
    ($index:expr, $field:ident $(, $arg:expr)*) => {
        move |guarded: &Guarded| {
            let count = guarded.extensions().$field.and_then(|table| table.count);
            // SAFETY: the plugin's own table, in the role that the calling function has.
            count.is_some_and(|count| $index < unsafe { count(guarded.inner $(, $arg)*) })
        }
    };
}

table! { AUDIO_PORTS: clap_plugin_audio_ports = audio_ports;
    ports_count = count(input: bool) -> u32, 0, main;
    ports_get = get(index: u32, input: bool, info: *mut clap_audio_port_info) -> bool, false, main
        if move |guarded| !info.is_null() && below!(index, audio_ports, input)(guarded);
}
table! { CONFIGS: clap_plugin_audio_ports_config = configs;
    configs_count = count() -> u32, 0, main;
    configs_get = get(index: u32, config: *mut clap_audio_ports_config) -> bool, false, main
        if move |guarded| !config.is_null() && below!(index, configs)(guarded);
    configs_select = select(id: u32) -> bool, false, main if |guarded| !guarded.is_active();
}
functions! { gui;
    gui_supported = is_api_supported(api: *const c_char, floating: bool) -> bool, false, main
        if move |_| !api.is_null();
    gui_preferred = get_preferred_api(api: *mut *const c_char, floating: *mut bool) -> bool, false, main;
    gui_set_scale = set_scale(scale: f64) -> bool, false, editor;
    gui_get_size = get_size(width: *mut u32, height: *mut u32) -> bool, false, editor
        if move |_| !width.is_null() && !height.is_null();
    gui_can_resize = can_resize() -> bool, false, editor;
    gui_hints = get_resize_hints(hints: *mut clap_gui_resize_hints) -> bool, false, editor
        if move |_| !hints.is_null();
    gui_adjust = adjust_size(width: *mut u32, height: *mut u32) -> bool, false, editor
        if move |_| !width.is_null() && !height.is_null();
    gui_set_size = set_size(width: u32, height: u32) -> bool, false, editor;
    gui_set_parent = set_parent(window: *const clap_window) -> bool, false, editor if move |_| is_window(window);
    gui_set_transient = set_transient(window: *const clap_window) -> bool, false, editor
        if move |_| is_window(window);
    gui_suggest_title = suggest_title(title: *const c_char) -> (), (), editor if move |_| !title.is_null();
    gui_show = show() -> bool, false, editor;
    gui_hide = hide() -> bool, false, editor;
}
functions! { latency; latency_active = get() -> u32, 0, main; }
functions! { params;
    params_count = count() -> u32, 0, main;
    params_info = get_info(index: u32, info: *mut clap_param_info) -> bool, false, main
        if move |guarded| !info.is_null() && below!(index, params)(guarded);
    params_value = get_value(id: u32, value: *mut f64) -> bool, false, main if move |_| !value.is_null();
    params_text = value_to_text(id: u32, value: f64, text: *mut c_char, size: u32) -> bool, false, main
        if move |_| !text.is_null() && size > 0;
    params_parse = text_to_value(id: u32, text: *const c_char, value: *mut f64) -> bool, false, main
        if move |_| !text.is_null() && !value.is_null();
}
table! { POSIX_FD: clap_plugin_posix_fd_support = posix_fd; fd_on = on_fd(fd: i32, flags: u32) -> (), (), editor; }
table! { REMOTE_CONTROLS: clap_plugin_remote_controls = remote_controls;
    remote_count = count() -> u32, 0, main;
    remote_get = get(index: u32, page: *mut clap_remote_controls_page) -> bool, false, main
        if move |guarded| !page.is_null() && below!(index, remote_controls)(guarded);
}
table! { RENDER: clap_plugin_render = render;
    render_hard = has_hard_realtime_requirement() -> bool, false, main;
    render_set = set(mode: i32) -> bool, false, main;
}
functions! { state;
    state_save_settled = save(stream: *const clap_ostream) -> bool, false, main if move |_| !stream.is_null();
    state_load = load(stream: *const clap_istream) -> bool, false, editor if move |_| !stream.is_null();
}
table! { TAIL: clap_plugin_tail = tail; tail_get = get() -> u32, 0, any; }
table! { TIMER: clap_plugin_timer_support = timer; timer_on = on_timer(id: u32) -> (), (), editor; }
table! { TRACK_INFO: clap_plugin_track_info = track_info; track_changed = changed() -> (), (), editor; }

static GUI: clap_plugin_gui = clap_plugin_gui {
    is_api_supported: Some(gui_supported),
    get_preferred_api: Some(gui_preferred),
    create: Some(gui_create),
    destroy: Some(gui_destroy),
    set_scale: Some(gui_set_scale),
    get_size: Some(gui_get_size),
    can_resize: Some(gui_can_resize),
    get_resize_hints: Some(gui_hints),
    adjust_size: Some(gui_adjust),
    set_size: Some(gui_set_size),
    set_parent: Some(gui_set_parent),
    set_transient: Some(gui_set_transient),
    suggest_title: Some(gui_suggest_title),
    show: Some(gui_show),
    hide: Some(gui_hide),
};
static LATENCY: clap_plugin_latency = clap_plugin_latency { get: Some(latency_get) };
static PARAMS: clap_plugin_params = clap_plugin_params {
    count: Some(params_count),
    get_info: Some(params_info),
    get_value: Some(params_value),
    value_to_text: Some(params_text),
    text_to_value: Some(params_parse),
    flush: Some(params_flush),
};
static STATE: clap_plugin_state = clap_plugin_state { save: Some(state_save), load: Some(state_load) };

/// Binds the editor to the calling thread, before it exists: its first call may come from within.
unsafe extern "C" fn gui_create(plugin: *const clap_plugin, api: *const c_char, floating: bool) -> bool {
    on(plugin, false, |guarded| {
        guarded.editor(|| {
            let sound = !api.is_null() && guarded.host.has_gui() && !guarded.host.threads.has_editor();
            let create = guarded.extensions().gui?.create?;
            if !sound {
                return None;
            }
            guarded.host.threads.bind_editor();
            // SAFETY: CLAP ext/gui.h, create: in the main role, there is no editor.
            let created = unsafe { create(guarded.inner, api, floating) };
            if !created {
                guarded.host.threads.release_editor();
            }
            Some(created)
        })
    })
}

unsafe extern "C" fn gui_destroy(plugin: *const clap_plugin) {
    on(plugin, (), |guarded| guarded.editor(|| guarded.close_editor()));
}

/// While inactive the latency that was last told: the plugin has none then.
unsafe extern "C" fn latency_get(plugin: *const clap_plugin) -> u32 {
    on(plugin, 0, |guarded| {
        if guarded.is_active() {
            // SAFETY: CLAP ext/latency.h, get: the host's own promise, passed on.
            guarded.latency.store(unsafe { latency_active(plugin) }, Ordering::Relaxed);
        }
        Some(guarded.latency.load(Ordering::Relaxed))
    })
}

unsafe extern "C" fn params_flush(
    plugin: *const clap_plugin,
    input: *const clap_input_events,
    output: *const clap_output_events,
) {
    // SAFETY: CLAP ext/params.h, flush: the host's own promise, passed on.
    on(plugin, (), |guarded| unsafe { guarded.flush(input, output) });
}

/// Saves what the user sees: the editor's changes are taken over first.
unsafe extern "C" fn state_save(plugin: *const clap_plugin, stream: *const clap_ostream) -> bool {
    on(plugin, false, |guarded| {
        guarded.settle_now();
        // SAFETY: CLAP ext/state.h, save: the host's own promise, passed on.
        Some(unsafe { state_save_settled(plugin, stream) })
    })
}

/// Whether a window is there and names its kind.
fn is_window(window: *const clap_window) -> bool {
    // SAFETY: CLAP ext/gui.h: null or a valid window.
    unsafe { window.as_ref() }.is_some_and(|window| !window.api.is_null())
}

/// The guard's table of an extension that the plugin has.
pub(crate) unsafe extern "C" fn get_extension(
    plugin: *const clap_plugin,
    id: *const c_char,
) -> *const c_void {
    on(plugin, ptr::null(), |guarded| {
        if id.is_null() {
            return None;
        }
        // SAFETY: CLAP plugin.h, get_extension: a NUL-terminated id.
        let id = unsafe { CStr::from_ptr(id) };
        let has = guarded.extensions();
        let tables: [(&CStr, bool, *const c_void); 12] = [
            (CLAP_EXT_AUDIO_PORTS, has.audio_ports.is_some(), (&raw const AUDIO_PORTS).cast()),
            (CLAP_EXT_AUDIO_PORTS_CONFIG, has.configs.is_some(), (&raw const CONFIGS).cast()),
            (CLAP_EXT_GUI, has.gui.is_some(), (&raw const GUI).cast()),
            (CLAP_EXT_LATENCY, has.latency.is_some(), (&raw const LATENCY).cast()),
            (CLAP_EXT_PARAMS, has.params.is_some(), (&raw const PARAMS).cast()),
            (CLAP_EXT_POSIX_FD_SUPPORT, has.posix_fd.is_some(), (&raw const POSIX_FD).cast()),
            (CLAP_EXT_REMOTE_CONTROLS, has.remote_controls.is_some(), (&raw const REMOTE_CONTROLS).cast()),
            (CLAP_EXT_RENDER, has.render.is_some(), (&raw const RENDER).cast()),
            (CLAP_EXT_STATE, has.state.is_some(), (&raw const STATE).cast()),
            (CLAP_EXT_TAIL, has.tail.is_some(), (&raw const TAIL).cast()),
            (CLAP_EXT_TIMER_SUPPORT, has.timer.is_some(), (&raw const TIMER).cast()),
            (CLAP_EXT_TRACK_INFO, has.track_info.is_some(), (&raw const TRACK_INFO).cast()),
        ];
        let found = tables.iter().find(|(name, has, _)| *has && *name == id)?;
        Some(found.2)
    })
}
