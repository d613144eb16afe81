//! A CLAP host on clack-host.

mod editor;
mod player;

use std::ffi::CString;
use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clack_extensions::gui::HostGui;
use clack_extensions::latency::{HostLatency, HostLatencyImpl, PluginLatency};
use clack_extensions::params::{
    HostParams, HostParamsImplMainThread, HostParamsImplShared, ParamClearFlags, ParamInfoBuffer,
    ParamInfoFlags, ParamRescanFlags, PluginParams,
};
use clack_extensions::remote_controls::{PluginRemoteControls, RemoteControlsPageBuffer};
use clack_extensions::render::{PluginRender, RenderMode};
use clack_extensions::state::PluginState;
use clack_host::host::HostExtensions;
use clack_host::prelude::*;
use clack_host::utils::ClapId;

use crate::{Change, Editor, Host, HostError, ParamInfo, Player as _};

use player::Player;

/// Callbacks that any thread may make.
pub struct Shared {
    restart: Arc<AtomicBool>,
    callback: Arc<AtomicBool>,
}

impl SharedHandler<'_> for Shared {
    fn request_restart(&self) {
        self.restart.store(true, Ordering::SeqCst);
    }
    fn request_process(&self) {}
    fn request_callback(&self) {
        self.callback.store(true, Ordering::SeqCst);
    }
}

impl HostParamsImplShared for Shared {
    fn request_flush(&self) {}
}

/// Callbacks on the main thread: this host reads values when it wants them.
pub struct Main;

impl MainThreadHandler<'_> for Main {}

impl HostParamsImplMainThread for Main {
    fn rescan(&self, _: ParamRescanFlags) {}
    fn clear(&self, _: ClapId, _: ParamClearFlags) {}
}

impl HostLatencyImpl for Main {
    fn changed(&self) {}
}

/// The host's side of the contract.
pub struct Handlers;

impl HostHandlers for Handlers {
    type Shared<'a> = Shared;
    type MainThread<'a> = Main;
    type AudioProcessor<'a> = ();

    fn declare_extensions(builder: &mut HostExtensions<Self>, _: &Shared) {
        builder.register::<HostParams>().register::<HostLatency>().register::<HostGui>();
    }
}

/// A remote-control page: section, page, titles.
pub type RemotePage = (String, String, Vec<u32>);

/// One instance of the first plugin in a CLAP file.
pub struct ClapHost {
    player: Player,
    instance: PluginInstance<Handlers>,
    params: PluginParams,
    restart: Arc<AtomicBool>,
    callback: Arc<AtomicBool>,
    /// An editor is open.
    shown: bool,
}

fn failed(what: &str) -> impl Fn(PluginInstanceError) -> HostError + '_ {
    move |error| HostError(format!("the CLAP plugin {what}: {error}"))
}

fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

impl ClapHost {
    /// Loads the file and makes an instance of its first plugin.
    ///
    /// # Errors
    /// If it is not a CLAP file with a plugin that starts.
    pub fn open(path: &Path) -> Result<Self, HostError> {
        let path = std::path::absolute(path).map_err(|error| HostError(error.to_string()))?;
        // SAFETY: loading a library runs its code; the caller asks for exactly that (CLAP entry.h)
        let entry = unsafe { PluginEntry::load(&path) }
            .map_err(|error| HostError(format!("{} is no CLAP plugin: {error}", path.display())))?;
        let missing = || HostError(format!("{} holds no plugin", path.display()));
        let factory = entry.get_plugin_factory().ok_or_else(missing)?;
        let id = factory
            .plugin_descriptors()
            .next()
            .and_then(|descriptor| descriptor.id().map(ToOwned::to_owned))
            .ok_or_else(missing)?;
        let info = HostInfo::new("garnish-host", "Garnish", "", env!("CARGO_PKG_VERSION"))
            .map_err(|error| HostError(error.to_string()))?;
        let restart = Arc::new(AtomicBool::new(false));
        let callback = Arc::new(AtomicBool::new(false));
        let shared = Shared { restart: Arc::clone(&restart), callback: Arc::clone(&callback) };
        let mut instance = PluginInstance::<Handlers>::new(|()| shared, |_| Main, &entry, &id, &info)
            .map_err(failed("did not start"))?;
        let params: PluginParams = instance
            .plugin_handle()
            .get_extension()
            .ok_or_else(|| HostError("the CLAP plugin has no parameters extension".to_owned()))?;
        let player = Player::new(Arc::default());
        let mut host = Self { player, instance, params, restart, callback, shown: false };
        let ranges = host.each_param(|info| (info.id.get(), info.min_value, info.max_value));
        host.player = Player::new(ranges.into());
        Ok(host)
    }

    /// The pages for hardware controllers.
    pub fn remote_pages(&mut self) -> Vec<RemotePage> {
        let handle = self.instance.plugin_handle();
        let Some(remote) = handle.get_extension::<PluginRemoteControls>() else { return Vec::new() };
        let mut buffer = RemoteControlsPageBuffer::new();
        let mut pages = Vec::new();
        for index in 0..remote.count(&handle) {
            if let Some(page) = remote.get(&handle, index, &mut buffer) {
                let ids = page.param_ids.iter().flatten().map(|id| id.get()).collect();
                pages.push((text_of(page.section_name), text_of(page.page_name), ids));
            }
        }
        pages
    }

    fn each_param<T>(&mut self, mut f: impl FnMut(&clack_extensions::params::ParamInfo<'_>) -> T) -> Vec<T> {
        let handle = self.instance.plugin_handle();
        let mut buffer = ParamInfoBuffer::new();
        let mut all = Vec::new();
        for index in 0..self.params.count(&handle) {
            if let Some(info) = self.params.get_info(&handle, index, &mut buffer) {
                all.push(f(&info));
            }
        }
        all
    }

    /// The call on the main thread that the plugin may have asked for.
    fn serve(&mut self) {
        if self.callback.swap(false, Ordering::SeqCst) {
            self.instance.call_on_main_thread_callback();
        }
    }
}

impl Host for ClapHost {
    fn params(&mut self) -> Vec<ParamInfo> {
        self.each_param(|info| {
            let stepped = info.flags.contains(ParamInfoFlags::IS_STEPPED);
            let span = info.max_value - info.min_value;
            ParamInfo {
                id: info.id.get(),
                title: text_of(info.name),
                default: (info.default_value - info.min_value) / span,
                // a stepped CLAP parameter counts in whole numbers
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a small whole number"
                )]
                steps: stepped.then_some(span as u32),
                automatable: info.flags.contains(ParamInfoFlags::IS_AUTOMATABLE),
                bypass: info.flags.contains(ParamInfoFlags::IS_BYPASS),
            }
        })
    }

    fn value(&mut self, id: u32) -> Option<f64> {
        let (min, max) = self.player.range(id)?;
        let plain = self.params.get_value(&self.instance.plugin_handle(), ClapId::from_raw(id)?)?;
        Some((plain - min) / (max - min))
    }

    fn text(&mut self, id: u32, value: f64) -> Option<String> {
        let mut buffer = [0; 256];
        let plain = self.player.plain(id, value);
        let handle = self.instance.plugin_handle();
        let text = self.params.value_to_text(&handle, ClapId::from_raw(id)?, plain, &mut buffer).ok()?;
        Some(text_of(text))
    }

    fn parse(&mut self, id: u32, text: &str) -> Option<f64> {
        let (min, max) = self.player.range(id)?;
        let text = CString::new(text).ok()?;
        let plain =
            self.params.text_to_value(&self.instance.plugin_handle(), ClapId::from_raw(id)?, &text)?;
        Some((plain - min) / (max - min))
    }

    fn set(&mut self, values: &[(u32, f64)]) -> Result<(), HostError> {
        let events: Vec<_> = values
            .iter()
            .filter_map(|(id, value)| self.player.event(&Change { frame: 0, id: *id, value: *value }))
            .collect();
        let events = InputEvents::from_buffer(&events);
        let mut out = EventBuffer::new();
        let mut out = OutputEvents::from_buffer(&mut out);
        if let Some(processor) = &mut *self.player.processor() {
            self.params.flush_active(&mut processor.plugin_handle(), &events, &mut out);
        } else {
            let mut handle = self
                .instance
                .inactive_plugin_handle()
                .ok_or_else(|| HostError("the CLAP plugin is active without a processor".to_owned()))?;
            self.params.flush(&mut handle, &events, &mut out);
        }
        Ok(())
    }

    fn activate(&mut self, sample_rate_hz: f64, max_frames: usize, offline: bool) -> Result<(), HostError> {
        self.deactivate();
        let handle = self.instance.plugin_handle();
        if let Some(render) = handle.get_extension::<PluginRender>() {
            let mode = if offline { RenderMode::Offline } else { RenderMode::Realtime };
            render.set(&handle, mode).map_err(|error| HostError(error.to_string()))?;
        }
        let configuration = PluginAudioConfiguration {
            sample_rate: sample_rate_hz,
            min_frames_count: 1,
            max_frames_count: u32::try_from(max_frames).unwrap_or(u32::MAX),
        };
        let stopped =
            self.instance.activate(|_, _| (), configuration).map_err(failed("could not be activated"))?;
        let started = stopped
            .start_processing()
            .map_err(|_| HostError("the CLAP plugin did not start processing".to_owned()))?;
        *self.player.processor() = Some(started);
        self.restart.store(false, Ordering::SeqCst);
        Ok(())
    }

    fn deactivate(&mut self) {
        let processor = self.player.processor().take();
        if let Some(processor) = processor {
            self.instance.deactivate(processor.stop_processing());
        }
    }

    fn process(&mut self, audio: &mut [Vec<f32>; 2], changes: &[Change]) -> Result<(), HostError> {
        self.player.play(audio, changes)?;
        self.serve();
        Ok(())
    }

    fn player(&mut self) -> Box<dyn crate::Player> {
        Box::new(self.player.again())
    }

    fn latency(&mut self) -> usize {
        let handle = self.instance.plugin_handle();
        handle.get_extension::<PluginLatency>().map_or(0, |latency| latency.get(&handle) as usize)
    }

    fn save(&mut self) -> Result<Vec<u8>, HostError> {
        let handle = self.instance.plugin_handle();
        let mut bytes = Vec::new();
        let state: PluginState = handle
            .get_extension()
            .ok_or_else(|| HostError("the CLAP plugin has no state extension".to_owned()))?;
        state.save(&handle, &mut bytes).map_err(|error| HostError(error.to_string()))?;
        Ok(bytes)
    }

    fn load(&mut self, state: &[u8]) -> Result<(), HostError> {
        let handle = self.instance.plugin_handle();
        let extension: PluginState = handle
            .get_extension()
            .ok_or_else(|| HostError("the CLAP plugin has no state extension".to_owned()))?;
        extension.load(&handle, &mut Cursor::new(state)).map_err(|error| HostError(error.to_string()))
    }

    fn restart_requested(&mut self) -> bool {
        self.restart.swap(false, Ordering::SeqCst)
    }
}

impl Drop for ClapHost {
    fn drop(&mut self) {
        let _ = self.close_editor();
        self.deactivate();
    }
}
