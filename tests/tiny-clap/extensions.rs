//! The extensions: parameters, ports, latency, tail, render mode, state.

use std::ffi::{CStr, c_char, c_void};
use std::ptr;
use std::sync::atomic::Ordering;

use clap_sys::ext::audio_ports::{
    CLAP_AUDIO_PORT_IS_MAIN, CLAP_EXT_AUDIO_PORTS, CLAP_PORT_MONO, CLAP_PORT_STEREO, clap_audio_port_info,
    clap_plugin_audio_ports,
};
use clap_sys::ext::audio_ports_config::{
    CLAP_EXT_AUDIO_PORTS_CONFIG, clap_audio_ports_config, clap_plugin_audio_ports_config,
};
use clap_sys::ext::gui::CLAP_EXT_GUI;
use clap_sys::ext::latency::{CLAP_EXT_LATENCY, clap_plugin_latency};
use clap_sys::ext::params::{
    CLAP_EXT_PARAMS, CLAP_PARAM_RESCAN_VALUES, clap_host_params, clap_param_info, clap_plugin_params,
};
use clap_sys::ext::posix_fd_support::CLAP_EXT_POSIX_FD_SUPPORT;
use clap_sys::ext::render::{CLAP_EXT_RENDER, CLAP_RENDER_OFFLINE, clap_plugin_render};
use clap_sys::ext::state::{CLAP_EXT_STATE, clap_plugin_state};
use clap_sys::ext::tail::{CLAP_EXT_TAIL, clap_plugin_tail};
use clap_sys::ext::timer_support::CLAP_EXT_TIMER_SUPPORT;
use clap_sys::id::CLAP_INVALID_ID;
use clap_sys::plugin::clap_plugin;
use clap_sys::stream::{clap_istream, clap_ostream};

use crate::params::{COUNT, Id, PARAMS, from_text, index, to_text};
use crate::plugin::{request_restart, tiny};
use crate::process::flush;
use crate::{count_call, rule, state, window};

fn put(text: &str, to: &mut [c_char]) {
    for (to, byte) in to.iter_mut().zip(text.bytes().chain([0])) {
        *to = byte as c_char;
    }
}

unsafe extern "C" fn param_count(plugin: *const clap_plugin) -> u32 {
    count_call();
    tiny!(plugin).on_main();
    COUNT as u32
}

unsafe extern "C" fn param_info(plugin: *const clap_plugin, index: u32, to: *mut clap_param_info) -> bool {
    count_call();
    tiny!(plugin).on_main();
    let Some(param) = PARAMS.get(index as usize) else {
        rule(false);
        return false;
    };
    // SAFETY: CLAP ext/params.h, get_info: a place for the answer.
    let info = unsafe { &mut *to };
    info.id = param.id as u32;
    info.flags = param.flags;
    info.cookie = ptr::null_mut();
    put(param.name, &mut info.name);
    put(param.module, &mut info.module);
    (info.min_value, info.max_value, info.default_value) = (param.min, param.max, param.default);
    true
}

unsafe extern "C" fn param_value(plugin: *const clap_plugin, id: u32, to: *mut f64) -> bool {
    count_call();
    let tiny = tiny!(plugin);
    tiny.on_main();
    let Some(i) = index(id) else { return false };
    // SAFETY: CLAP ext/params.h, get_value: a place for the answer.
    unsafe { to.write(tiny.values.get(PARAMS[i].id)) };
    true
}

unsafe extern "C" fn value_to_text(
    plugin: *const clap_plugin,
    id: u32,
    value: f64,
    to: *mut c_char,
    size: u32,
) -> bool {
    count_call();
    tiny!(plugin).on_main();
    let Some(text) = to_text(id, value).filter(|text| text.len() < size as usize) else { return false };
    // SAFETY: CLAP ext/params.h, value_to_text: room for `size` characters.
    put(&text, unsafe { std::slice::from_raw_parts_mut(to, size as usize) });
    true
}

unsafe extern "C" fn text_to_value(
    plugin: *const clap_plugin,
    id: u32,
    text: *const c_char,
    to: *mut f64,
) -> bool {
    count_call();
    tiny!(plugin).on_main();
    // SAFETY: CLAP ext/params.h, text_to_value: a NUL-terminated text.
    let text = unsafe { CStr::from_ptr(text) }.to_string_lossy();
    let Some(value) = from_text(id, &text) else { return false };
    // SAFETY: CLAP ext/params.h, text_to_value: a place for the answer.
    unsafe { to.write(value) };
    true
}

unsafe extern "C" fn port_count(_: *const clap_plugin, _: bool) -> u32 {
    1
}

unsafe extern "C" fn port_info(
    plugin: *const clap_plugin,
    index: u32,
    input: bool,
    to: *mut clap_audio_port_info,
) -> bool {
    let tiny = tiny!(plugin);
    tiny.on_main();
    rule(index == 0);
    let mono = tiny.mono.load(Ordering::SeqCst);
    // SAFETY: CLAP ext/audio-ports.h, get: a place for the answer.
    let info = unsafe { &mut *to };
    info.id = u32::from(!input);
    put(if input { "In" } else { "Out" }, &mut info.name);
    info.flags = CLAP_AUDIO_PORT_IS_MAIN;
    info.channel_count = if mono { 1 } else { 2 };
    info.port_type = if mono { CLAP_PORT_MONO } else { CLAP_PORT_STEREO }.as_ptr();
    info.in_place_pair = CLAP_INVALID_ID;
    index == 0
}

unsafe extern "C" fn config_count(_: *const clap_plugin) -> u32 {
    2
}

unsafe extern "C" fn config_info(
    _: *const clap_plugin,
    index: u32,
    to: *mut clap_audio_ports_config,
) -> bool {
    // SAFETY: CLAP ext/audio-ports-config.h, get: a place for the answer.
    let config = unsafe { &mut *to };
    config.id = 10 + index;
    index < 2
}

unsafe extern "C" fn config_select(plugin: *const clap_plugin, id: u32) -> bool {
    let tiny = tiny!(plugin);
    tiny.on_main();
    rule(!tiny.active.load(Ordering::SeqCst));
    tiny.mono.store(id == 11, Ordering::SeqCst);
    id == 10 || id == 11
}

unsafe extern "C" fn latency(plugin: *const clap_plugin) -> u32 {
    let tiny = tiny!(plugin);
    tiny.on_main();
    rule(tiny.active.load(Ordering::SeqCst));
    // SAFETY: CLAP ext/latency.h: on the main thread; the latency changes in activate only.
    unsafe { tiny.audio() }.dsp.latency() as u32
}

unsafe extern "C" fn tail(_: *const clap_plugin) -> u32 {
    7
}

unsafe extern "C" fn hard_realtime(_: *const clap_plugin) -> bool {
    false
}

unsafe extern "C" fn set_render(plugin: *const clap_plugin, mode: i32) -> bool {
    let tiny = tiny!(plugin);
    tiny.on_main();
    tiny.offline.store(mode == CLAP_RENDER_OFFLINE, Ordering::SeqCst);
    true
}

unsafe extern "C" fn save(plugin: *const clap_plugin, stream: *const clap_ostream) -> bool {
    let tiny = tiny!(plugin);
    tiny.on_main();
    // SAFETY: CLAP ext/state.h, save: a valid stream.
    state::save(&tiny.values, unsafe { &*stream })
}

unsafe extern "C" fn load(plugin: *const clap_plugin, stream: *const clap_istream) -> bool {
    let tiny = tiny!(plugin);
    tiny.on_main();
    let latency = tiny.values.get(Id::Latency);
    // SAFETY: CLAP ext/state.h, load: a valid stream.
    let loaded = state::load(&tiny.values, unsafe { &*stream });
    // SAFETY: CLAP ext/params.h, rescan: main thread; host.h, request_restart: thread-safe.
    unsafe {
        if let Some(rescan) =
            tiny.host_table::<clap_host_params>(CLAP_EXT_PARAMS).and_then(|params| params.rescan)
        {
            rescan(tiny.host, CLAP_PARAM_RESCAN_VALUES);
        }
        if latency != tiny.values.get(Id::Latency) {
            request_restart(tiny);
        }
    }
    loaded
}

static PARAMS_TABLE: clap_plugin_params = clap_plugin_params {
    count: Some(param_count),
    get_info: Some(param_info),
    get_value: Some(param_value),
    value_to_text: Some(value_to_text),
    text_to_value: Some(text_to_value),
    flush: Some(flush),
};
static PORTS: clap_plugin_audio_ports =
    clap_plugin_audio_ports { count: Some(port_count), get: Some(port_info) };
static CONFIGS: clap_plugin_audio_ports_config = clap_plugin_audio_ports_config {
    count: Some(config_count),
    get: Some(config_info),
    select: Some(config_select),
};
static LATENCY: clap_plugin_latency = clap_plugin_latency { get: Some(latency) };
static TAIL: clap_plugin_tail = clap_plugin_tail { get: Some(tail) };
static RENDER: clap_plugin_render =
    clap_plugin_render { has_hard_realtime_requirement: Some(hard_realtime), set: Some(set_render) };
static STATE: clap_plugin_state = clap_plugin_state { save: Some(save), load: Some(load) };

pub(crate) unsafe extern "C" fn get_extension(_: *const clap_plugin, id: *const c_char) -> *const c_void {
    // SAFETY: CLAP plugin.h, get_extension: a NUL-terminated id.
    let id = unsafe { CStr::from_ptr(id) };
    let tables: [(&CStr, *const c_void); 10] = [
        (CLAP_EXT_PARAMS, (&raw const PARAMS_TABLE).cast()),
        (CLAP_EXT_AUDIO_PORTS, (&raw const PORTS).cast()),
        (CLAP_EXT_AUDIO_PORTS_CONFIG, (&raw const CONFIGS).cast()),
        (CLAP_EXT_LATENCY, (&raw const LATENCY).cast()),
        (CLAP_EXT_TAIL, (&raw const TAIL).cast()),
        (CLAP_EXT_RENDER, (&raw const RENDER).cast()),
        (CLAP_EXT_STATE, (&raw const STATE).cast()),
        (CLAP_EXT_GUI, (&raw const window::GUI).cast()),
        (CLAP_EXT_TIMER_SUPPORT, (&raw const window::TIMER).cast()),
        (CLAP_EXT_POSIX_FD_SUPPORT, (&raw const window::POSIX_FD).cast()),
    ];
    tables.iter().find(|(name, _)| *name == id).map_or(ptr::null(), |(_, table)| *table)
}
