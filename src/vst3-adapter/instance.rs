//! One initialised plugin, and the service that carries its requests to the VST3 host.

use std::ffi::CStr;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use clap_sys::entry::clap_plugin_entry;
use rtrb::{Consumer, Producer, RingBuffer};
use vst3::ComPtr;
use vst3::Steinberg::Vst::RestartFlags_::{
    kIoChanged, kLatencyChanged, kParamTitlesChanged, kParamValuesChanged,
};
use vst3::Steinberg::Vst::{
    IComponentHandler, IComponentHandler2, IComponentHandler2Trait, IComponentHandlerTrait,
};

use crate::audio::Audio;
use crate::editor::Editor;
use crate::events::Edit;
use crate::gate::Gate;
use crate::host::{Host, OnDrop, request};
use crate::params::ParamTable;
use crate::plugin::Plugin;

/// Room for the editor's changes between two services; a full ring is told to the plugin (CLAP `try_push`).
const EDITS: usize = 4096;

/// No latency was told to the host yet.
const UNTOLD: u32 = u32::MAX;

/// After so many services without a block, a processing host is taken to have paused.
const PAUSED_AFTER: u32 = 5;

/// The host's component handler, set and read on the main thread.
#[derive(Default)]
pub(crate) struct Handler(Mutex<Option<ComPtr<IComponentHandler>>>);

impl Handler {
    pub(crate) fn set(&self, handler: Option<ComPtr<IComponentHandler>>) {
        let before = std::mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), handler);
        drop(before);
    }

    pub(crate) fn get(&self) -> Option<ComPtr<IComponentHandler>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// An initialised plugin with what both halves share.
pub(crate) struct Instance {
    /// Holds the windows' state; before `plugin`, so that it goes first.
    pub(crate) editor: Editor,
    pub(crate) params: ParamTable,
    pub(crate) plugin: Plugin,
    handler: Arc<Handler>,
    audio: Weak<Gate<Audio>>,
    edits: Mutex<Consumer<Edit>>,
    active: AtomicBool,
    latency: AtomicU32,
    latency_known: AtomicBool,
    told_latency: AtomicU32,
    /// Counts blocks, so that the service can see a pause.
    blocks: AtomicU32,
    seen_blocks: AtomicU32,
    idle_services: AtomicU32,
    serving: AtomicBool,
    /// The unit that the host shows; nothing depends on it.
    selected_unit: AtomicI32,
}

impl Instance {
    /// [main-thread] Creates the plugin; the producer is the audio half's end of the edits.
    pub(crate) fn new(
        entry: &clap_plugin_entry,
        id: &CStr,
        handler: Arc<Handler>,
        audio: Weak<Gate<Audio>>,
    ) -> Option<(Arc<Self>, Producer<Edit>)> {
        let plugin = Plugin::new(entry, id, Host::new())?;
        let params = ParamTable::new(&plugin.param_infos(), |id, plain| plugin.value_to_text(id, plain));
        let (producer, consumer) = RingBuffer::new(EDITS);
        let instance = Arc::new(Self {
            editor: Editor::default(),
            params,
            plugin,
            handler,
            audio,
            edits: Mutex::new(consumer),
            active: AtomicBool::new(false),
            latency: AtomicU32::new(0),
            latency_known: AtomicBool::new(false),
            told_latency: AtomicU32::new(UNTOLD),
            blocks: AtomicU32::new(0),
            seen_blocks: AtomicU32::new(0),
            idle_services: AtomicU32::new(0),
            serving: AtomicBool::new(false),
            selected_unit: AtomicI32::new(0),
        });
        instance.refresh_values();
        Some((instance, producer))
    }

    pub(crate) fn is_active(&self) -> bool {
        self.active.load(Ordering::Acquire)
    }

    pub(crate) fn set_active(&self, active: bool) {
        self.active.store(active, Ordering::Release);
    }

    pub(crate) fn select_unit(&self, unit: i32) {
        self.selected_unit.store(unit, Ordering::Relaxed);
    }

    pub(crate) fn selected_unit(&self) -> i32 {
        self.selected_unit.load(Ordering::Relaxed)
    }

    /// [audio-thread] A block has come: it carries whatever waited for a flush.
    pub(crate) fn note_block(&self) {
        self.blocks.fetch_add(1, Ordering::Relaxed);
    }

    /// [main-thread] Reads all values back from the plugin.
    pub(crate) fn refresh_values(&self) {
        for (index, param) in self.params.all().iter().enumerate() {
            if let Some(plain) = self.plugin.param_value(param.clap_id) {
                self.params.set_value(index, param.normalised(plain));
            }
        }
    }

    /// Forgets the latency: something it may depend on has changed.
    pub(crate) fn forget_latency(&self) {
        self.latency_known.store(false, Ordering::Release);
    }

    /// [main-thread & active] Reads the latency; a change from what the host knows is told to it later.
    pub(crate) fn learn_latency(&self) {
        let latency = self.plugin.latency();
        self.latency.store(latency, Ordering::Release);
        self.latency_known.store(true, Ordering::Release);
        let told = self.told_latency.load(Ordering::Relaxed);
        if told != UNTOLD && told != latency {
            self.plugin.host().request(request::LATENCY);
        }
    }

    /// The latency, for the host. An inactive plugin whose latency is not known is activated for a moment: CLAP
    /// knows a latency only while active, VST3 hosts ask before.
    pub(crate) fn tell_latency(&self) -> u32 {
        let unknown = !self.is_active() && !self.latency_known.load(Ordering::Acquire);
        if unknown
            && self.plugin.host().is_main_thread()
            && !self.plugin.host().is_calling()
            && let Some(gate) = self.audio.upgrade()
            && let Some(mut audio) = gate.try_enter()
        {
            audio.probe_latency();
        }
        let latency = self.latency.load(Ordering::Acquire);
        self.told_latency.store(latency, Ordering::Relaxed);
        latency
    }

    /// Serves the plugin's requests where no run loop does it.
    pub(crate) fn service_without_run_loop(&self) {
        if !self.plugin.host().run_loop.is_attached() {
            self.service();
        }
    }

    /// [main-thread] Serves the plugin's requests. Does nothing on other threads, inside a call into the plugin, or
    /// inside itself.
    pub(crate) fn service(&self) {
        let host = self.plugin.host();
        if host.is_calling() || !host.is_main_thread() || self.serving.swap(true, Ordering::Acquire) {
            return;
        }
        let _done = OnDrop(|| self.serving.store(false, Ordering::Release));
        if host.take_requests(request::CALLBACK) != 0 {
            self.plugin.on_main_thread();
        }
        self.service_flush();
        self.service_edits();
        self.service_restarts();
        if self.editor.service(&self.plugin) {
            self.close_any_editor();
        }
    }

    /// A flush is due only when no block comes that would carry it.
    fn service_flush(&self) {
        let host = self.plugin.host();
        let blocks = self.blocks.load(Ordering::Relaxed);
        let moving = self.seen_blocks.swap(blocks, Ordering::Relaxed) != blocks;
        let idle = if moving { 0 } else { self.idle_services.load(Ordering::Relaxed).saturating_add(1) };
        self.idle_services.store(idle, Ordering::Relaxed);
        if self.is_active() && idle < PAUSED_AFTER {
            return;
        }
        if host.take_requests(request::FLUSH) != 0 {
            let gate = self.audio.upgrade();
            match gate.as_ref().and_then(|gate| gate.try_enter()) {
                Some(mut audio) => audio.flush(None),
                None => host.request(request::FLUSH),
            }
        }
    }

    fn service_edits(&self) {
        let handler = self.handler.get();
        loop {
            // The lock is released before the host is called.
            let edit = self.edits.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let Ok(edit) = edit else { break };
            if let Some(handler) = &handler {
                self.deliver(handler, edit);
            }
        }
    }

    /// Ends gestures whose editor is gone.
    pub(crate) fn end_gestures(&self, ends: impl Iterator<Item = Edit>) {
        self.service_edits();
        if let Some(handler) = self.handler.get() {
            ends.for_each(|end| self.deliver(&handler, end));
        }
    }

    fn deliver(&self, handler: &ComPtr<IComponentHandler>, edit: Edit) {
        let id = |index| self.params.get(index).map_or(0, |param| param.id);
        // SAFETY: VST3 ivsteditcontroller.h, IComponentHandler: called on the UI thread, on a counted reference.
        unsafe {
            match edit {
                Edit::Begin(i) => handler.beginEdit(id(i)),
                Edit::Perform(i, value) => handler.performEdit(id(i), value),
                Edit::End(i) => handler.endEdit(id(i)),
                Edit::Whole(i, value) => {
                    handler.beginEdit(id(i));
                    handler.performEdit(id(i), value);
                    handler.endEdit(id(i))
                }
            }
        };
    }

    fn service_restarts(&self) {
        let host = self.plugin.host();
        let which = request::VALUES | request::TITLES | request::RESTART | request::LATENCY | request::PORTS;
        let requests = host.take_requests(which | request::DIRTY);
        if requests == 0 {
            return;
        }
        let has = |what| requests & what != 0;
        if has(request::VALUES) {
            self.refresh_values();
        }
        let mut flags = 0;
        if has(request::VALUES) {
            flags |= kParamValuesChanged;
        }
        if has(request::TITLES) {
            flags |= kParamTitlesChanged;
        }
        if has(request::PORTS) {
            flags |= kIoChanged;
        }
        if self.latency_changed(has(request::RESTART), has(request::LATENCY)) {
            flags |= kLatencyChanged;
        }
        let Some(handler) = self.handler.get() else { return };
        // SAFETY: VST3 ivsteditcontroller.h, IComponentHandler: called on the UI thread, on a counted reference.
        unsafe {
            if flags != 0 {
                handler.restartComponent(flags as i32);
            }
            if has(request::DIRTY)
                && let Some(handler) = handler.cast::<IComponentHandler2>()
            {
                handler.setDirty(1);
            }
        }
    }

    /// Whether the host must reactivate. CLAP's restart and a changed latency both are VST3's `kLatencyChanged`: the
    /// host deactivates, activates and reads the latency again (ivsteditcontroller.h, `RestartFlags`).
    fn latency_changed(&self, restart: bool, latency: bool) -> bool {
        if restart {
            self.forget_latency();
            return self.is_active();
        }
        if !latency {
            return false;
        }
        let now = self.latency.load(Ordering::Acquire);
        let known = self.is_active() && self.latency_known.load(Ordering::Acquire);
        // Told now: a host that never asks is not told again at each activation.
        let before = self.told_latency.swap(now, Ordering::Relaxed);
        if !known {
            self.forget_latency();
        }
        !known || before != now
    }
}
