//! The plugin's own extension tables.

use std::ffi::CStr;
use std::ptr;

use clap_sys::ext::audio_ports::{CLAP_EXT_AUDIO_PORTS, clap_plugin_audio_ports};
use clap_sys::ext::audio_ports_config::{CLAP_EXT_AUDIO_PORTS_CONFIG, clap_plugin_audio_ports_config};
use clap_sys::ext::gui::{CLAP_EXT_GUI, clap_plugin_gui};
use clap_sys::ext::latency::{CLAP_EXT_LATENCY, clap_plugin_latency};
use clap_sys::ext::params::{CLAP_EXT_PARAMS, clap_param_info, clap_plugin_params};
use clap_sys::ext::posix_fd_support::{CLAP_EXT_POSIX_FD_SUPPORT, clap_plugin_posix_fd_support};
use clap_sys::ext::remote_controls::{CLAP_EXT_REMOTE_CONTROLS, clap_plugin_remote_controls};
use clap_sys::ext::render::{CLAP_EXT_RENDER, clap_plugin_render};
use clap_sys::ext::state::{CLAP_EXT_STATE, clap_plugin_state};
use clap_sys::ext::tail::{CLAP_EXT_TAIL, clap_plugin_tail};
use clap_sys::ext::timer_support::{CLAP_EXT_TIMER_SUPPORT, clap_plugin_timer_support};
use clap_sys::ext::track_info::{CLAP_EXT_TRACK_INFO, clap_plugin_track_info};
use clap_sys::plugin::clap_plugin;

/// The plugin's own tables, fetched once.
#[derive(Default)]
pub(crate) struct Extensions {
    pub(crate) audio_ports: Option<&'static clap_plugin_audio_ports>,
    pub(crate) configs: Option<&'static clap_plugin_audio_ports_config>,
    pub(crate) gui: Option<&'static clap_plugin_gui>,
    pub(crate) latency: Option<&'static clap_plugin_latency>,
    pub(crate) params: Option<&'static clap_plugin_params>,
    pub(crate) posix_fd: Option<&'static clap_plugin_posix_fd_support>,
    pub(crate) remote_controls: Option<&'static clap_plugin_remote_controls>,
    pub(crate) render: Option<&'static clap_plugin_render>,
    pub(crate) state: Option<&'static clap_plugin_state>,
    pub(crate) tail: Option<&'static clap_plugin_tail>,
    pub(crate) timer: Option<&'static clap_plugin_timer_support>,
    pub(crate) track_info: Option<&'static clap_plugin_track_info>,
}

// SAFETY: tables of function pointers that are only read.
unsafe impl Sync for Extensions {}

impl Extensions {
    pub(crate) fn of(plugin: &clap_plugin) -> Self {
        let get = |id: &CStr| match plugin.get_extension {
            // SAFETY: CLAP plugin.h, get_extension: after init, on the main thread, with a NUL-terminated id.
            Some(get) => unsafe { get(plugin, id.as_ptr()) },
            None => ptr::null(),
        };
        // SAFETY: CLAP plugin.h, get_extension: null or that extension's table, valid until destroy, which is the last call.
        unsafe {
            Self {
                audio_ports: get(CLAP_EXT_AUDIO_PORTS).cast::<clap_plugin_audio_ports>().as_ref(),
                configs: get(CLAP_EXT_AUDIO_PORTS_CONFIG).cast::<clap_plugin_audio_ports_config>().as_ref(),
                gui: get(CLAP_EXT_GUI).cast::<clap_plugin_gui>().as_ref(),
                latency: get(CLAP_EXT_LATENCY).cast::<clap_plugin_latency>().as_ref(),
                params: get(CLAP_EXT_PARAMS).cast::<clap_plugin_params>().as_ref(),
                posix_fd: get(CLAP_EXT_POSIX_FD_SUPPORT).cast::<clap_plugin_posix_fd_support>().as_ref(),
                remote_controls: get(CLAP_EXT_REMOTE_CONTROLS).cast::<clap_plugin_remote_controls>().as_ref(),
                render: get(CLAP_EXT_RENDER).cast::<clap_plugin_render>().as_ref(),
                state: get(CLAP_EXT_STATE).cast::<clap_plugin_state>().as_ref(),
                tail: get(CLAP_EXT_TAIL).cast::<clap_plugin_tail>().as_ref(),
                timer: get(CLAP_EXT_TIMER_SUPPORT).cast::<clap_plugin_timer_support>().as_ref(),
                track_info: get(CLAP_EXT_TRACK_INFO).cast::<clap_plugin_track_info>().as_ref(),
            }
        }
    }

    /// The ids of all parameters.
    pub(crate) fn param_ids(&self, plugin: *const clap_plugin) -> Vec<u32> {
        let Some((count, get)) = self.params.and_then(|params| params.count.zip(params.get_info)) else {
            return Vec::new();
        };
        // SAFETY: CLAP ext/params.h, count: on the main thread.
        let count = unsafe { count(plugin) };
        let id = |index| {
            // SAFETY: CLAP ext/params.h: plain numbers, pointers and characters, for which zero is valid.
            let mut info: clap_param_info = unsafe { std::mem::zeroed() };
            // SAFETY: CLAP ext/params.h, get_info: an index below the count and a place for the answer.
            unsafe { get(plugin, index, &raw mut info) }.then_some(info.id)
        };
        (0..count).filter_map(id).collect()
    }

    /// Destroys the editor.
    pub(crate) fn destroy_gui(&self, plugin: *const clap_plugin) -> Option<()> {
        // SAFETY: CLAP ext/gui.h, destroy: on the thread that created it.
        Some(unsafe { (self.gui?.destroy?)(plugin) })
    }
}
