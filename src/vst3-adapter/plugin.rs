//! A CLAP plugin instance: safe calls into its function tables.

use std::ffi::{CStr, CString, c_char, c_void};
use std::mem::ManuallyDrop;
use std::ptr;

use clap_sys::entry::clap_plugin_entry;
use clap_sys::events::{clap_input_events, clap_output_events};
use clap_sys::ext::audio_ports::{CLAP_EXT_AUDIO_PORTS, clap_audio_port_info, clap_plugin_audio_ports};
use clap_sys::ext::audio_ports_config::{
    CLAP_EXT_AUDIO_PORTS_CONFIG, clap_audio_ports_config, clap_plugin_audio_ports_config,
};
use clap_sys::ext::gui::{CLAP_EXT_GUI, clap_plugin_gui};
use clap_sys::ext::latency::{CLAP_EXT_LATENCY, clap_plugin_latency};
use clap_sys::ext::params::{CLAP_EXT_PARAMS, clap_param_info, clap_plugin_params};
use clap_sys::ext::posix_fd_support::{CLAP_EXT_POSIX_FD_SUPPORT, clap_plugin_posix_fd_support};
use clap_sys::ext::render::{CLAP_EXT_RENDER, clap_plugin_render, clap_plugin_render_mode};
use clap_sys::ext::state::{CLAP_EXT_STATE, clap_plugin_state};
use clap_sys::ext::tail::{CLAP_EXT_TAIL, clap_plugin_tail};
use clap_sys::ext::timer_support::{CLAP_EXT_TIMER_SUPPORT, clap_plugin_timer_support};
use clap_sys::factory::plugin_factory::{CLAP_PLUGIN_FACTORY_ID, clap_plugin_factory};
use clap_sys::plugin::clap_plugin;
use clap_sys::process::{CLAP_PROCESS_ERROR, clap_process, clap_process_status};
use clap_sys::stream::{clap_istream, clap_ostream};

use crate::host::Host;
use crate::strings::from_array;

/// Calls a function of a CLAP table; `None` if the table or the function is missing.
macro_rules! call {
    ($table:expr, $function:ident $(, $arg:expr)*) => {
        match $table.as_ref().and_then(|table| table.$function) {
            // SAFETY: CLAP plugin.h and the extension's header: the table was given by this living plugin, and
            // the methods of `Plugin` say for which thread the function is.
            Some(function) => Some(unsafe { function($($arg),*) }),
            None => None,
        }
    };
}
pub(crate) use call;

/// A created and initialised CLAP plugin, destroyed on drop.
pub(crate) struct Plugin {
    raw: *const clap_plugin,
    pub(crate) params: Option<&'static clap_plugin_params>,
    pub(crate) gui: Option<&'static clap_plugin_gui>,
    ports: Option<&'static clap_plugin_audio_ports>,
    configs: Option<&'static clap_plugin_audio_ports_config>,
    latency: Option<&'static clap_plugin_latency>,
    tail: Option<&'static clap_plugin_tail>,
    render: Option<&'static clap_plugin_render>,
    state: Option<&'static clap_plugin_state>,
    timer: Option<&'static clap_plugin_timer_support>,
    posix_fd: Option<&'static clap_plugin_posix_fd_support>,
    /// The plugin calls it until it is destroyed: dropped after that, never if the plugin must be left alive.
    host: ManuallyDrop<Box<Host>>,
}

// SAFETY: CLAP plugin.h: a plugin may be called from several threads, each function from the thread its
// comment names; the callers of `Plugin`'s methods keep to that.
unsafe impl Send for Plugin {}
// SAFETY: as for `Send`.
unsafe impl Sync for Plugin {}

/// The plugin factory of an initialised entry.
pub(crate) fn factory(entry: &clap_plugin_entry) -> Option<&'static clap_plugin_factory> {
    let get = entry.get_factory?;
    // SAFETY: CLAP entry.h, get_factory: thread-safe after init; the answer lives until deinit, which
    // comes after the last use (`entry::Module`).
    unsafe { get(CLAP_PLUGIN_FACTORY_ID.as_ptr()).cast::<clap_plugin_factory>().as_ref() }
}

impl Plugin {
    /// [main-thread] Creates and initialises the plugin of this id.
    pub(crate) fn new(entry: &clap_plugin_entry, id: &CStr, host: Box<Host>) -> Option<Self> {
        let factory = factory(entry)?;
        let create = factory.create_plugin?;
        // SAFETY: CLAP plugin-factory.h, create_plugin: the host table lives in its box as long as the plugin.
        let raw = unsafe { create(factory, host.raw(), id.as_ptr()) };
        // SAFETY: CLAP plugin-factory.h, create_plugin: null or a valid plugin.
        let table = unsafe { raw.as_ref() }?;
        let mut plugin = Self {
            raw,
            params: None,
            gui: None,
            ports: None,
            configs: None,
            latency: None,
            tail: None,
            render: None,
            state: None,
            timer: None,
            posix_fd: None,
            host: ManuallyDrop::new(host),
        };
        // SAFETY: CLAP plugin.h, init: once, on the main thread, after create_plugin. On failure the plugin is only
        // destroyed, which dropping it does.
        let ready = plugin.host.calling(|| table.init.map(|init| unsafe { init(raw) })).unwrap_or(false);
        ready.then(|| plugin.fetch_extensions()).map(|()| plugin)
    }

    fn fetch_extensions(&mut self) {
        // SAFETY: CLAP plugin.h, get_extension: the answer to an extension's id is null or that extension's
        // table, valid until the plugin is destroyed; `Plugin` hands out no table beyond its own life.
        unsafe {
            self.params = self.extension(CLAP_EXT_PARAMS).cast::<clap_plugin_params>().as_ref();
            self.gui = self.extension(CLAP_EXT_GUI).cast::<clap_plugin_gui>().as_ref();
            self.ports = self.extension(CLAP_EXT_AUDIO_PORTS).cast::<clap_plugin_audio_ports>().as_ref();
            self.configs =
                self.extension(CLAP_EXT_AUDIO_PORTS_CONFIG).cast::<clap_plugin_audio_ports_config>().as_ref();
            self.latency = self.extension(CLAP_EXT_LATENCY).cast::<clap_plugin_latency>().as_ref();
            self.tail = self.extension(CLAP_EXT_TAIL).cast::<clap_plugin_tail>().as_ref();
            self.render = self.extension(CLAP_EXT_RENDER).cast::<clap_plugin_render>().as_ref();
            self.state = self.extension(CLAP_EXT_STATE).cast::<clap_plugin_state>().as_ref();
            self.timer = self.extension(CLAP_EXT_TIMER_SUPPORT).cast::<clap_plugin_timer_support>().as_ref();
            self.posix_fd =
                self.extension(CLAP_EXT_POSIX_FD_SUPPORT).cast::<clap_plugin_posix_fd_support>().as_ref();
        }
    }

    fn extension(&self, id: &CStr) -> *const c_void {
        call!(self.table(), get_extension, self.raw, id.as_ptr()).unwrap_or(ptr::null())
    }

    fn table(&self) -> Option<&clap_plugin> {
        // SAFETY: CLAP plugin-factory.h, create_plugin: valid until destroy, which only `drop` calls.
        unsafe { self.raw.as_ref() }
    }

    /// The pointer that the plugin's function tables want.
    pub(crate) fn raw(&self) -> *const clap_plugin {
        self.raw
    }

    pub(crate) fn host(&self) -> &Host {
        &self.host
    }

    /// [main-thread & !active]
    pub(crate) fn activate(&self, rate: f64, max_frames: u32) -> bool {
        self.host.calling(|| call!(self.table(), activate, self.raw, rate, 1, max_frames)).unwrap_or(false)
    }

    /// [main-thread & active]
    pub(crate) fn deactivate(&self) {
        self.host.calling(|| call!(self.table(), deactivate, self.raw));
    }

    /// [audio-thread & active & !processing]
    pub(crate) fn start_processing(&self) -> bool {
        self.host.calling_audio(|| call!(self.table(), start_processing, self.raw)).unwrap_or(true)
    }

    /// [audio-thread & active & processing]
    pub(crate) fn stop_processing(&self) {
        self.host.calling_audio(|| call!(self.table(), stop_processing, self.raw));
    }

    /// [audio-thread & active & processing]
    pub(crate) fn process(&self, process: &clap_process) -> clap_process_status {
        self.host
            .calling_audio(|| call!(self.table(), process, self.raw, process))
            .unwrap_or(CLAP_PROCESS_ERROR)
    }

    /// [main-thread] What the plugin asked to run there.
    pub(crate) fn on_main_thread(&self) {
        self.host.calling_editor(|| call!(self.table(), on_main_thread, self.raw));
    }

    /// [audio-thread while active]
    pub(crate) fn flush_audio(&self, input: &clap_input_events, output: &clap_output_events) {
        self.host.calling_audio(|| call!(self.params, flush, self.raw, input, output));
    }

    /// [main-thread while not active] `false` on a thread on which the plugin cannot take them.
    pub(crate) fn flush_main(&self, input: &clap_input_events, output: &clap_output_events) -> bool {
        self.host.calling_editor(|| Some(call!(self.params, flush, self.raw, input, output))).is_some()
    }

    /// [main-thread] The parameter list.
    pub(crate) fn param_infos(&self) -> Vec<clap_param_info> {
        let count = self.host.calling(|| call!(self.params, count, self.raw)).unwrap_or(0);
        let info = |index| {
            // SAFETY: CLAP ext/params.h: plain numbers, pointers and char arrays, for which zero is valid.
            let mut info: clap_param_info = unsafe { std::mem::zeroed() };
            let known = self.host.calling(|| call!(self.params, get_info, self.raw, index, &raw mut info));
            known.unwrap_or(false).then_some(info)
        };
        (0..count).filter_map(info).collect()
    }

    /// [main-thread]
    pub(crate) fn param_value(&self, clap_id: u32) -> Option<f64> {
        let mut value = 0.0;
        let known = self.host.calling(|| call!(self.params, get_value, self.raw, clap_id, &raw mut value));
        known.unwrap_or(false).then_some(value)
    }

    /// [main-thread]
    pub(crate) fn value_to_text(&self, clap_id: u32, plain: f64) -> Option<String> {
        let mut text: [c_char; 256] = [0; 256];
        // One less than the array: its last character stays NUL whatever the plugin does.
        let to = text.as_mut_ptr();
        let known =
            self.host.calling(|| call!(self.params, value_to_text, self.raw, clap_id, plain, to, 255));
        known.unwrap_or(false).then(|| from_array(&text))
    }

    /// [main-thread]
    pub(crate) fn text_to_value(&self, clap_id: u32, text: &str) -> Option<f64> {
        let text = CString::new(text).ok()?;
        let mut value = 0.0;
        let (from, to) = (text.as_ptr(), &raw mut value);
        let known = self.host.calling(|| call!(self.params, text_to_value, self.raw, clap_id, from, to));
        (known.unwrap_or(false) && value.is_finite()).then_some(value)
    }

    /// [main-thread] The audio ports of one direction.
    pub(crate) fn ports(&self, is_input: bool) -> Vec<clap_audio_port_info> {
        let count = self.host.calling(|| call!(self.ports, count, self.raw, is_input)).unwrap_or(0);
        let port = |index| {
            // SAFETY: CLAP ext/audio-ports.h: plain numbers, pointers and char arrays, for which zero is valid.
            let mut info: clap_audio_port_info = unsafe { std::mem::zeroed() };
            let known =
                self.host.calling(|| call!(self.ports, get, self.raw, index, is_input, &raw mut info));
            known.unwrap_or(false).then_some(info)
        };
        (0..count).filter_map(port).collect()
    }

    /// [main-thread] The ids of the port configurations.
    pub(crate) fn port_configs(&self) -> Vec<u32> {
        let count = self.host.calling(|| call!(self.configs, count, self.raw)).unwrap_or(0);
        let config = |index| {
            // SAFETY: CLAP ext/audio-ports-config.h: plain numbers, pointers and char arrays, for which zero is valid.
            let mut config: clap_audio_ports_config = unsafe { std::mem::zeroed() };
            let known = self.host.calling(|| call!(self.configs, get, self.raw, index, &raw mut config));
            known.unwrap_or(false).then_some(config.id)
        };
        (0..count).filter_map(config).collect()
    }

    /// [main-thread & !active]
    pub(crate) fn select_port_config(&self, id: u32) -> bool {
        self.host.calling(|| call!(self.configs, select, self.raw, id)).unwrap_or(false)
    }

    /// [main-thread & active]
    pub(crate) fn latency(&self) -> u32 {
        self.host.calling(|| call!(self.latency, get, self.raw)).unwrap_or(0)
    }

    /// [main-thread, audio-thread] In frames; `i32::MAX` and above mean an endless tail.
    pub(crate) fn tail(&self) -> u32 {
        call!(self.tail, get, self.raw).unwrap_or(0)
    }

    /// [main-thread]
    pub(crate) fn set_render_mode(&self, mode: clap_plugin_render_mode) -> bool {
        self.host.calling(|| call!(self.render, set, self.raw, mode)).unwrap_or(false)
    }

    /// [main-thread]
    pub(crate) fn save(&self, stream: &clap_ostream) -> bool {
        self.host.calling(|| call!(self.state, save, self.raw, stream)).unwrap_or(false)
    }

    /// [main-thread]
    pub(crate) fn load(&self, stream: &clap_istream) -> bool {
        self.host.calling_editor(|| call!(self.state, load, self.raw, stream)).unwrap_or(false)
    }

    /// [main-thread]
    pub(crate) fn on_timer(&self, id: u32) {
        self.host.calling_editor(|| call!(self.timer, on_timer, self.raw, id));
    }

    /// [main-thread]
    pub(crate) fn on_fd(&self, fd: i32, flags: u32) {
        self.host.calling_editor(|| call!(self.posix_fd, on_fd, self.raw, fd, flags));
    }
}

impl Drop for Plugin {
    fn drop(&mut self) {
        if self.host.calling_editor(|| Some(call!(self.table(), destroy, self.raw))).is_some() {
            // SAFETY: dropped once, here; the plugin that called it is destroyed.
            unsafe { ManuallyDrop::drop(&mut self.host) };
        }
    }
}
