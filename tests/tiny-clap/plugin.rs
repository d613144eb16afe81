//! The plugin's function tables.

use std::cell::{RefCell, UnsafeCell};
use std::ffi::{CStr, c_char, c_void};
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};

use clap_sys::events::{
    CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_PARAM_GESTURE_BEGIN, CLAP_EVENT_PARAM_GESTURE_END,
    CLAP_EVENT_PARAM_VALUE, CLAP_TRANSPORT_HAS_TEMPO, clap_event_header, clap_event_param_gesture,
    clap_event_param_value, clap_input_events, clap_output_events,
};
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
use clap_sys::ext::thread_check::{CLAP_EXT_THREAD_CHECK, clap_host_thread_check};
use clap_sys::ext::timer_support::CLAP_EXT_TIMER_SUPPORT;
use clap_sys::host::clap_host;
use clap_sys::id::CLAP_INVALID_ID;
use clap_sys::plugin::{clap_plugin, clap_plugin_descriptor};
use clap_sys::process::{CLAP_PROCESS_CONTINUE, CLAP_PROCESS_ERROR, clap_process};
use clap_sys::stream::{clap_istream, clap_ostream};
use rtrb::{Consumer, Producer, RingBuffer};

use crate::audio::Dsp;
use crate::params::{COUNT, Id, PARAMS, Values, from_text, index, to_text};
use crate::window::{self, Window};
use crate::{PLUGINS, rule, state};

/// What the window does to a parameter.
#[derive(Clone, Copy)]
pub(crate) enum Edit {
    Begin(Id),
    Value(Id, f64),
    End(Id),
}

/// What the audio role uses.
struct AudioSide {
    dsp: Dsp,
    edits: Consumer<Edit>,
    told_offline: Option<bool>,
    told_tempo: f64,
}

pub(crate) struct Tiny {
    table: clap_plugin,
    pub(crate) host: *const clap_host,
    pub(crate) values: Values,
    audio: UnsafeCell<AudioSide>,
    pub(crate) edits: RefCell<Producer<Edit>>,
    pub(crate) window: RefCell<Window>,
    mono: AtomicBool,
    offline: AtomicBool,
    active: AtomicBool,
    processing: AtomicBool,
    /// A flush or block is running: there may be one at a time.
    in_audio: AtomicBool,
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
    fn on_audio(&self, phase: bool) -> Alone<'_> {
        let check = self.host_table::<clap_host_thread_check>(CLAP_EXT_THREAD_CHECK);
        // SAFETY: CLAP ext/thread-check.h: thread-safe.
        rule(check.and_then(|check| check.is_audio_thread).is_some_and(|is| unsafe { is(self.host) }));
        rule(phase);
        Alone::new(&self.in_audio)
    }

    /// # Safety
    /// CLAP's audio role: one caller at a time.
    #[expect(clippy::mut_from_ref, reason = "CLAP's audio role is exclusive; `on_audio` checks it")]
    unsafe fn audio(&self) -> &mut AudioSide {
        // SAFETY: this function's contract.
        unsafe { &mut *self.audio.get() }
    }

    /// Sets a value; a new latency asks for a restart.
    fn set(&self, id: u32, plain: f64) {
        let latency = self.values.get(Id::Latency);
        self.values.set(id, plain);
        if latency != self.values.get(Id::Latency) {
            request_restart(self);
        }
    }
}

fn request_restart(tiny: &Tiny) {
    // SAFETY: CLAP host.h, request_restart: thread-safe.
    unsafe {
        if let Some(restart) = (*tiny.host).request_restart {
            restart(tiny.host);
        }
    }
}

struct Alone<'a>(&'a AtomicBool);

impl<'a> Alone<'a> {
    fn new(busy: &'a AtomicBool) -> Self {
        rule(!busy.swap(true, Ordering::SeqCst));
        Self(busy)
    }
}

impl Drop for Alone<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::SeqCst);
    }
}

macro_rules! tiny {
    ($plugin:expr) => {
        // SAFETY: CLAP plugin.h: the host passes the plugin back, before destroy.
        unsafe { of($plugin) }
    };
}

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

/// # Safety
/// CLAP events.h: null or a valid list during the call.
unsafe fn event(list: *const clap_input_events, i: u32) -> Option<clap_event_param_value> {
    // SAFETY: this function's contract; an event of this type has this layout.
    unsafe {
        let header = ((*list).get)?(list, i);
        let value =
            (*header).space_id == CLAP_CORE_EVENT_SPACE_ID && (*header).type_ == CLAP_EVENT_PARAM_VALUE;
        value.then(|| header.cast::<clap_event_param_value>().read_unaligned())
    }
}

/// # Safety
/// CLAP events.h: null or a valid list during the call.
unsafe fn event_count(list: *const clap_input_events) -> u32 {
    // SAFETY: this function's contract.
    unsafe { list.as_ref().and_then(|events| events.size).map_or(0, |size| size(list)) }
}

fn push(out: &clap_output_events, header: &clap_event_header) -> bool {
    // SAFETY: CLAP events.h, try_push: a valid event during the call.
    out.try_push.is_some_and(|push| unsafe { push(out, header) })
}

fn header<T>(type_: u16) -> clap_event_header {
    clap_event_header {
        size: size_of::<T>() as u32,
        time: 0,
        space_id: CLAP_CORE_EVENT_SPACE_ID,
        type_,
        flags: 0,
    }
}

fn tell_value(out: &clap_output_events, id: Id, value: f64) -> bool {
    let header = header::<clap_event_param_value>(CLAP_EVENT_PARAM_VALUE);
    let cookie = ptr::null_mut();
    let (param_id, note_id, port_index, channel, key) = (id as u32, -1, -1, -1, -1);
    push(
        out,
        &clap_event_param_value { header, param_id, cookie, note_id, port_index, channel, key, value }.header,
    )
}

fn tell_gesture(out: &clap_output_events, id: Id, type_: u16) -> bool {
    let header = header::<clap_event_param_gesture>(type_);
    push(out, &clap_event_param_gesture { header, param_id: id as u32 }.header)
}

/// Sends what the window did to the host, and lets it take effect.
fn send_edits(tiny: &Tiny, audio: &mut AudioSide, out: Option<&clap_output_events>) {
    let Some(out) = out else { return };
    while let Ok(edit) = audio.edits.pop() {
        match edit {
            Edit::Begin(id) => tell_gesture(out, id, CLAP_EVENT_PARAM_GESTURE_BEGIN),
            Edit::Value(id, plain) => {
                tiny.set(id as u32, plain);
                tell_value(out, id, plain)
            }
            Edit::End(id) => tell_gesture(out, id, CLAP_EVENT_PARAM_GESTURE_END),
        };
    }
}

unsafe extern "C" fn process(plugin: *const clap_plugin, process: *const clap_process) -> i32 {
    let tiny = tiny!(plugin);
    let _alone = tiny.on_audio(tiny.processing.load(Ordering::SeqCst));
    // SAFETY: CLAP plugin.h, process: in the audio role, with a valid block.
    let (audio, block) = unsafe { (tiny.audio(), &*process) };
    // SAFETY: CLAP process.h: one bus each, as the ports extension says; null or a valid list.
    let (input, output, out) =
        unsafe { (block.audio_inputs.as_ref(), block.audio_outputs.as_ref(), block.out_events.as_ref()) };
    let (Some(input), Some(output)) = (input, output) else { return CLAP_PROCESS_ERROR };
    send_edits(tiny, audio, out);
    tell_readings(tiny, audio, block, out);
    let channels = if tiny.mono.load(Ordering::SeqCst) { 1 } else { 2 };
    rule(input.channel_count == channels && output.channel_count == channels);
    let channels = channels as usize;
    // SAFETY: CLAP events.h: valid during the call.
    let events = unsafe { event_count(block.in_events) };
    let (mut next, mut last_time) = (0, 0);
    for frame in 0..block.frames_count {
        while next < events {
            // SAFETY: CLAP events.h: an index below the size.
            let Some(event) = (unsafe { event(block.in_events, next) }) else { break };
            rule(event.header.time >= last_time && event.header.time < block.frames_count);
            if event.header.time > frame {
                break;
            }
            last_time = event.header.time;
            tiny.set(event.param_id, event.value);
            next += 1;
        }
        let mut samples = [0.0; 2];
        // SAFETY: CLAP audio-buffer.h: `channel_count` channels of `frames_count` samples.
        unsafe {
            for (c, sample) in samples.iter_mut().enumerate().take(channels) {
                *sample = *(*input.data32.add(c)).add(frame as usize);
            }
            let samples = audio.dsp.frame(&tiny.values, samples);
            for (c, sample) in samples.iter().enumerate().take(channels) {
                *(*output.data32.add(c)).add(frame as usize) = *sample;
            }
        }
    }
    rule(next == events);
    CLAP_PROCESS_CONTINUE
}

/// Tells the read-only values when they have changed.
fn tell_readings(tiny: &Tiny, audio: &mut AudioSide, block: &clap_process, out: Option<&clap_output_events>) {
    let Some(out) = out else { return };
    let offline = tiny.offline.load(Ordering::SeqCst);
    if audio.told_offline != Some(offline) {
        audio.told_offline = Some(offline);
        let value = f64::from(u8::from(offline));
        tiny.values.set(Id::Offline as u32, value);
        tell_value(out, Id::Offline, value);
    }
    // SAFETY: CLAP process.h, transport: null or valid during the call.
    let transport = unsafe { block.transport.as_ref() };
    let tempo = transport.filter(|t| t.flags & CLAP_TRANSPORT_HAS_TEMPO != 0).map_or(0.0, |t| t.tempo);
    if audio.told_tempo != tempo {
        audio.told_tempo = tempo;
        tiny.values.set(Id::Tempo as u32, tempo);
        tell_value(out, Id::Tempo, tempo);
    }
}

unsafe extern "C" fn flush(
    plugin: *const clap_plugin,
    input: *const clap_input_events,
    output: *const clap_output_events,
) {
    let tiny = tiny!(plugin);
    let _alone = if tiny.active.load(Ordering::SeqCst) {
        tiny.on_audio(true)
    } else {
        tiny.on_main();
        Alone::new(&tiny.in_audio)
    };
    // SAFETY: CLAP ext/params.h, flush: never beside another flush or block; lists valid during the call.
    unsafe {
        for i in 0..event_count(input) {
            if let Some(event) = event(input, i) {
                tiny.set(event.param_id, event.value);
            }
        }
        send_edits(tiny, tiny.audio(), output.as_ref());
    }
}

fn put(text: &str, to: &mut [c_char]) {
    for (to, byte) in to.iter_mut().zip(text.bytes().chain([0])) {
        *to = byte as c_char;
    }
}

unsafe extern "C" fn param_count(plugin: *const clap_plugin) -> u32 {
    tiny!(plugin).on_main();
    COUNT as u32
}

unsafe extern "C" fn param_info(plugin: *const clap_plugin, index: u32, to: *mut clap_param_info) -> bool {
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
    unsafe { (*tiny.audio.get()).dsp.latency() as u32 }
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

unsafe extern "C" fn get_extension(_: *const clap_plugin, id: *const c_char) -> *const c_void {
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
