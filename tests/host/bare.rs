//! A CLAP host that offers no more than it is told to, and a walk through every call that a plugin has.

#![allow(clippy::missing_panics_doc, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::cell::Cell;
use std::ffi::{CStr, c_char, c_void};
use std::ptr::{null, null_mut};

use clap_sys::audio_buffer::clap_audio_buffer;
use clap_sys::entry::clap_plugin_entry;
use clap_sys::events::{clap_event_header, clap_input_events, clap_output_events};
use clap_sys::ext::audio_ports::{CLAP_EXT_AUDIO_PORTS, clap_host_audio_ports, clap_plugin_audio_ports};
use clap_sys::ext::audio_ports_config::{CLAP_EXT_AUDIO_PORTS_CONFIG, clap_plugin_audio_ports_config};
use clap_sys::ext::gui::{CLAP_EXT_GUI, CLAP_WINDOW_API_X11, clap_host_gui, clap_plugin_gui};
use clap_sys::ext::gui::{clap_window, clap_window_handle};
use clap_sys::ext::latency::{CLAP_EXT_LATENCY, clap_host_latency, clap_plugin_latency};
use clap_sys::ext::params::{CLAP_EXT_PARAMS, clap_host_params, clap_param_info, clap_plugin_params};
use clap_sys::ext::remote_controls::{CLAP_EXT_REMOTE_CONTROLS, clap_plugin_remote_controls};
use clap_sys::ext::render::{CLAP_EXT_RENDER, clap_plugin_render};
use clap_sys::ext::state::{CLAP_EXT_STATE, clap_host_state, clap_plugin_state};
use clap_sys::ext::tail::{CLAP_EXT_TAIL, clap_host_tail, clap_plugin_tail};
use clap_sys::ext::thread_check::CLAP_EXT_THREAD_CHECK;
use clap_sys::ext::track_info::{CLAP_EXT_TRACK_INFO, clap_plugin_track_info};
use clap_sys::factory::plugin_factory::{CLAP_PLUGIN_FACTORY_ID, clap_plugin_factory};
use clap_sys::host::clap_host;
use clap_sys::plugin::clap_plugin;
use clap_sys::process::{CLAP_PROCESS_ERROR, clap_process};
use clap_sys::stream::{clap_istream, clap_ostream};
use clap_sys::version::CLAP_VERSION;

/// The extensions that a host may offer, each with a table whose functions are all missing.
pub const EXTENSIONS: [&CStr; 7] = [
    CLAP_EXT_AUDIO_PORTS,
    CLAP_EXT_GUI,
    CLAP_EXT_LATENCY,
    CLAP_EXT_PARAMS,
    CLAP_EXT_STATE,
    CLAP_EXT_TAIL,
    CLAP_EXT_THREAD_CHECK,
];

static PORTS: clap_host_audio_ports = clap_host_audio_ports { is_rescan_flag_supported: None, rescan: None };
static GUI: clap_host_gui = clap_host_gui {
    resize_hints_changed: None,
    request_resize: None,
    request_show: None,
    request_hide: None,
    closed: None,
};
static LATENCY: clap_host_latency = clap_host_latency { changed: None };
static PARAMS: clap_host_params = clap_host_params { rescan: None, clear: None, request_flush: None };
static STATE: clap_host_state = clap_host_state { mark_dirty: None };
static TAIL: clap_host_tail = clap_host_tail { changed: None };

unsafe extern "C" fn get_extension(host: *const clap_host, id: *const c_char) -> *const c_void {
    // SAFETY: the list of names that `walk` keeps alive; CLAP host.h: a NUL-terminated id.
    let (offered, id) = unsafe { (&*(*host).host_data.cast::<&[&CStr]>(), CStr::from_ptr(id)) };
    let tables: [(&CStr, *const c_void); 6] = [
        (CLAP_EXT_AUDIO_PORTS, (&raw const PORTS).cast()),
        (CLAP_EXT_GUI, (&raw const GUI).cast()),
        (CLAP_EXT_LATENCY, (&raw const LATENCY).cast()),
        (CLAP_EXT_PARAMS, (&raw const PARAMS).cast()),
        (CLAP_EXT_STATE, (&raw const STATE).cast()),
        (CLAP_EXT_TAIL, (&raw const TAIL).cast()),
    ];
    let table = tables.iter().find(|(name, _)| *name == id && offered.contains(name));
    table.map_or(null(), |(_, table)| *table)
}

/// Whether a host calls where it should.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Place {
    /// Everything on one thread.
    Here,
    /// Every call on a new thread of its own.
    Elsewhere,
}

/// A call that is made on another thread, whose end is waited for.
struct Call<'a>(&'a mut dyn FnMut());

// SAFETY: the caller waits while the call runs: nothing is used by two threads at once.
unsafe impl Send for Call<'_> {}

impl Place {
    fn call<T>(self, f: impl FnOnce() -> T) -> T {
        if self == Self::Here {
            return f();
        }
        let (mut f, mut result) = (Some(f), None);
        let mut run = || result = f.take().map(|f| f());
        let call = Call(&mut run);
        std::thread::scope(|scope| {
            scope.spawn(move || {
                let call = call;
                (call.0)();
            });
        });
        result.unwrap()
    }
}

/// One plugin in a bare host.
struct Walk {
    plugin: *const clap_plugin,
    place: Place,
    /// An editor was created on a thread that has ended: nobody may touch it, and no state can be loaded any more.
    stranded: Cell<bool>,
}

/// Calls a function of a table if there is one, in the walk's place.
macro_rules! call {
    ($walk:expr, $table:expr, $function:ident $(, $arg:expr)*) => {
        $walk.place.call(|| {
            // SAFETY: CLAP: the table's functions with valid arguments or null ones, which is what is tested.
            $table.and_then(|table| table.$function).map(|function| unsafe { function($walk.plugin $(, $arg)*) })
        })
    };
}

/// Creates the entry's first plugin in a host that offers these extensions alone, makes every call, and destroys it.
///
/// # Safety
/// `entry` is an initialised CLAP entry.
pub unsafe fn walk(entry: &clap_plugin_entry, offered: &[&CStr], place: Place) {
    let host = clap_host {
        clap_version: CLAP_VERSION,
        host_data: (&raw const offered).cast_mut().cast(),
        name: c"bare".as_ptr(),
        vendor: c"".as_ptr(),
        url: c"".as_ptr(),
        version: c"1".as_ptr(),
        get_extension: Some(get_extension),
        request_restart: None,
        request_process: None,
        request_callback: None,
    };
    // SAFETY: this function's contract; the host outlives the plugin.
    let plugin = unsafe {
        let factory = (entry.get_factory.unwrap())(CLAP_PLUGIN_FACTORY_ID.as_ptr());
        let factory = &*factory.cast::<clap_plugin_factory>();
        assert!((factory.get_plugin_descriptor.unwrap())(factory, 99).is_null());
        assert!((factory.create_plugin.unwrap())(factory, &raw const host, null()).is_null());
        assert!((factory.create_plugin.unwrap())(factory, &raw const host, c"none".as_ptr()).is_null());
        let id = (*(factory.get_plugin_descriptor.unwrap())(factory, 0)).id;
        (factory.create_plugin.unwrap())(factory, &raw const host, id)
    };
    let walk = Walk { plugin, place, stranded: Cell::new(false) };
    // SAFETY: CLAP plugin-factory.h: a valid plugin.
    let table = Some(unsafe { &*plugin });
    // Before init nothing is there to be called.
    assert!(walk.extension::<clap_plugin_params>(CLAP_EXT_PARAMS).is_none());
    assert_eq!(call!(walk, table, process, null()), Some(CLAP_PROCESS_ERROR));
    assert_eq!(call!(walk, table, init), Some(true));
    let has_gui = offered.contains(&CLAP_EXT_GUI);
    walk.extensions(has_gui);
    walk.blocks(has_gui);
    walk.extensions(has_gui);
    call!(walk, table, destroy);
}

impl Walk {
    fn extension<T>(&self, id: &CStr) -> Option<&'static T> {
        // SAFETY: CLAP plugin.h, get_extension: null or that extension's table.
        unsafe { ((*self.plugin).get_extension.unwrap())(self.plugin, id.as_ptr()).cast::<T>().as_ref() }
    }

    fn extensions(&self, has_gui: bool) {
        self.params();
        self.ports();
        self.state();
        self.gui(has_gui);
        call!(self, self.extension::<clap_plugin_latency>(CLAP_EXT_LATENCY), get);
        call!(self, self.extension::<clap_plugin_tail>(CLAP_EXT_TAIL), get);
        call!(self, self.extension::<clap_plugin_render>(CLAP_EXT_RENDER), set, 0);
        call!(self, self.extension::<clap_plugin_track_info>(CLAP_EXT_TRACK_INFO), changed);
        let remote = self.extension::<clap_plugin_remote_controls>(CLAP_EXT_REMOTE_CONTROLS);
        for index in [0, u32::MAX] {
            call!(self, remote, get, index, null_mut());
        }
        // SAFETY: CLAP plugin.h: a valid plugin.
        call!(self, Some(unsafe { &*self.plugin }), on_main_thread);
    }

    fn params(&self) {
        let params = self.extension::<clap_plugin_params>(CLAP_EXT_PARAMS);
        let count = call!(self, params, count).unwrap();
        // SAFETY: CLAP ext/params.h: plain numbers, pointers and characters, for which zero is valid.
        let mut info: clap_param_info = unsafe { std::mem::zeroed() };
        let to = &raw mut info;
        assert_eq!(call!(self, params, get_info, 0, to), Some(true));
        for index in [count, count + 1, u32::MAX] {
            assert_eq!(call!(self, params, get_info, index, to), Some(false), "parameter {index} of {count}");
        }
        assert_eq!(call!(self, params, get_info, 0, null_mut()), Some(false));
        let (id, mut value, mut text) = (info.id, 0.0, [0; 64]);
        assert_eq!(call!(self, params, get_value, id, &raw mut value), Some(true));
        assert_eq!(call!(self, params, get_value, id, null_mut()), Some(false));
        assert_eq!(call!(self, params, value_to_text, id, value, text.as_mut_ptr(), 64), Some(true));
        assert_eq!(call!(self, params, value_to_text, id, value, null_mut(), 64), Some(false));
        assert_eq!(call!(self, params, text_to_value, id, null(), &raw mut value), Some(false));
        assert_eq!(call!(self, params, text_to_value, id, c"?".as_ptr(), null_mut()), Some(false));
        call!(self, params, flush, null(), null());
    }

    fn ports(&self) {
        let ports = self.extension::<clap_plugin_audio_ports>(CLAP_EXT_AUDIO_PORTS);
        // SAFETY: CLAP ext/audio-ports.h: plain numbers, pointers and characters, for which zero is valid.
        let mut info = unsafe { std::mem::zeroed() };
        assert_eq!(call!(self, ports, get, 0, true, &raw mut info), Some(true));
        assert_eq!(call!(self, ports, get, 0, true, null_mut()), Some(false));
        assert_eq!(call!(self, ports, get, 9, false, &raw mut info), Some(false));
        let configs = self.extension::<clap_plugin_audio_ports_config>(CLAP_EXT_AUDIO_PORTS_CONFIG);
        assert_eq!(call!(self, configs, get, 0, null_mut()), Some(false));
        assert_ne!(call!(self, configs, select, 999), Some(true));
    }

    fn state(&self) {
        let state = self.extension::<clap_plugin_state>(CLAP_EXT_STATE);
        assert_eq!(call!(self, state, save, null()), Some(false));
        assert_eq!(call!(self, state, load, null()), Some(false));
        let mut bytes: Vec<u8> = Vec::new();
        let to = clap_ostream { ctx: (&raw mut bytes).cast(), write: Some(write) };
        assert_eq!(call!(self, state, save, &raw const to), Some(true));
        let mut rest = &bytes[..];
        let from = clap_istream { ctx: (&raw mut rest).cast(), read: Some(read) };
        assert_eq!(call!(self, state, load, &raw const from), Some(!self.stranded.get()));
    }

    fn gui(&self, has_gui: bool) {
        let gui = self.extension::<clap_plugin_gui>(CLAP_EXT_GUI);
        let x11 = CLAP_WINDOW_API_X11.as_ptr();
        assert_eq!(call!(self, gui, is_api_supported, null(), false), Some(false));
        assert_eq!(call!(self, gui, create, null(), false), Some(false));
        let created = call!(self, gui, create, x11, false).unwrap();
        assert!(has_gui || !created, "no editor without the host's side of it");
        if created {
            self.stranded.set(self.place == Place::Elsewhere);
            assert_eq!(call!(self, gui, create, x11, false), Some(false), "twice");
        }
        let window = clap_window { api: x11, specific: clap_window_handle { x11: 0x0eee_eeee } };
        let nothing = clap_window { api: null(), specific: clap_window_handle { ptr: null_mut() } };
        let (mut width, mut height) = (0, 0);
        if created {
            call!(self, gui, get_size, &raw mut width, &raw mut height);
            call!(self, gui, adjust_size, null_mut(), null_mut());
            call!(self, gui, set_scale, 1.0);
            call!(self, gui, can_resize);
            call!(self, gui, set_parent, null());
            call!(self, gui, set_parent, &raw const nothing);
            call!(self, gui, set_parent, &raw const window);
            call!(self, gui, set_size, 300, 200);
        }
        call!(self, gui, get_size, null_mut(), &raw mut height);
        call!(self, gui, set_transient, null());
        call!(self, gui, suggest_title, null());
        call!(self, gui, destroy);
    }

    fn blocks(&self, has_gui: bool) {
        // SAFETY: CLAP plugin-factory.h: a valid plugin.
        let table = Some(unsafe { &*self.plugin });
        call!(self, table, deactivate);
        call!(self, table, stop_processing);
        assert_eq!(call!(self, table, start_processing), Some(false), "inactive");
        assert_eq!(self.block(64, false), CLAP_PROCESS_ERROR, "inactive");
        for (rate, frames) in [(0.0, 64), (f64::NAN, 64), (48_000.0, 0)] {
            assert_eq!(call!(self, table, activate, rate, 1, frames), Some(false));
        }
        assert_eq!(call!(self, table, activate, 48_000.0, 1, 64), Some(true));
        assert_eq!(call!(self, table, activate, 48_000.0, 1, 64), Some(false), "twice");
        assert_eq!(self.block(64, false), CLAP_PROCESS_ERROR, "not processing");
        assert_eq!(call!(self, table, start_processing), Some(true));
        call!(self, table, reset);
        assert_ne!(self.block(64, false), CLAP_PROCESS_ERROR);
        assert_eq!(self.block(65, false), CLAP_PROCESS_ERROR, "longer than announced");
        assert_eq!(self.block(64, true), CLAP_PROCESS_ERROR, "a channel is missing");
        self.extensions(has_gui);
        call!(self, table, stop_processing);
        call!(self, table, deactivate);
        call!(self, table, deactivate);
    }

    fn block(&self, frames: u32, null_channel: bool) -> i32 {
        let mut audio = [0.5_f32; 128];
        let (left, right) = audio.split_at_mut(64);
        let mut storage = [vec![0.0_f32; 128], vec![0.0; 128]];
        let second = if null_channel { null_mut() } else { storage[1].as_mut_ptr() };
        let mut output = [storage[0].as_mut_ptr(), second];
        let mut wide = [vec![0.5_f32; 128], vec![0.5; 128]];
        let mut input = wide.each_mut().map(Vec::as_mut_ptr);
        if frames == 64 {
            input = [left.as_mut_ptr(), right.as_mut_ptr()];
        }
        let bus = |channels: &mut [*mut f32; 2]| clap_audio_buffer {
            data32: channels.as_mut_ptr(),
            data64: null_mut(),
            channel_count: 2,
            latency: 0,
            constant_mask: 0,
        };
        let (inputs, mut outputs) = (bus(&mut input), bus(&mut output));
        let events = clap_input_events { ctx: null_mut(), size: Some(no_events), get: Some(no_event) };
        let out_events = clap_output_events { ctx: null_mut(), try_push: Some(refuse) };
        let process = clap_process {
            steady_time: -1,
            frames_count: frames,
            transport: null(),
            audio_inputs: &raw const inputs,
            audio_outputs: &raw mut outputs,
            audio_inputs_count: 1,
            audio_outputs_count: 1,
            in_events: &raw const events,
            out_events: &raw const out_events,
        };
        // SAFETY: CLAP plugin-factory.h: a valid plugin.
        call!(self, Some(unsafe { &*self.plugin }), process, &raw const process).unwrap()
    }
}

unsafe extern "C" fn no_events(_: *const clap_input_events) -> u32 {
    0
}

unsafe extern "C" fn no_event(_: *const clap_input_events, _: u32) -> *const clap_event_header {
    null()
}

unsafe extern "C" fn refuse(_: *const clap_output_events, _: *const clap_event_header) -> bool {
    false
}

unsafe extern "C" fn write(stream: *const clap_ostream, from: *const c_void, size: u64) -> i64 {
    let size = usize::try_from(size).unwrap();
    // SAFETY: CLAP stream.h, write: the stream of `Walk::state` and a buffer of the stated size.
    unsafe {
        (*(*stream).ctx.cast::<Vec<u8>>()).extend_from_slice(std::slice::from_raw_parts(from.cast(), size));
    }
    i64::try_from(size).unwrap()
}

unsafe extern "C" fn read(stream: *const clap_istream, to: *mut c_void, size: u64) -> i64 {
    // SAFETY: CLAP stream.h, read: the stream of `Walk::state`.
    let rest = unsafe { &mut *(*stream).ctx.cast::<&[u8]>() };
    let count = rest.len().min(usize::try_from(size).unwrap());
    // SAFETY: CLAP stream.h, read: a buffer of the stated size.
    unsafe { std::ptr::copy_nonoverlapping(rest.as_ptr(), to.cast(), count) };
    *rest = &rest[count..];
    i64::try_from(count).unwrap()
}
