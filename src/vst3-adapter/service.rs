//! The service: carries what the plugin asks to the VST3 host, on a thread where that host may be called.

use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use vst3::ComPtr;
use vst3::Steinberg::Vst::RestartFlags_::{
    kIoChanged, kLatencyChanged, kParamTitlesChanged, kParamValuesChanged,
};
use vst3::Steinberg::Vst::{
    IComponentHandler, IComponentHandler2, IComponentHandler2Trait, IComponentHandlerTrait,
};

use crate::events::Edit;
use crate::host::{OnDrop, request};
use crate::instance::Instance;
use crate::state;

/// Number of services without a block after which a processing host is taken to have paused.
const PAUSED_AFTER: u32 = 5;

/// Time that a host has for a restart before the adapter makes it, in seconds of wall clock or of audio, whichever passes first.
const HOSTS_TIME_S: f64 = 0.5;

/// The plugin's wish for a restart.
#[derive(Clone, Copy)]
pub(crate) struct Wish {
    since: Instant,
    /// Frames processed when it was told to the host.
    at_frame: u64,
}

/// What the service remembers between its calls.
#[derive(Default)]
pub(crate) struct Pace {
    seen_frames: AtomicU64,
    idle_services: AtomicU32,
    serving: AtomicBool,
}

impl Instance {
    /// Serves the plugin's requests where no run loop does it, if this is the thread that the host's objects are called on.
    pub(crate) fn service_without_run_loop(&self) {
        let host = self.plugin.host();
        if host.is_home() && !host.run_loop.is_attached() {
            self.service();
        }
    }

    /// Serves the plugin's requests. Does nothing inside a call into the plugin or inside itself.
    ///
    /// The host's run loop may turn on another thread than the editor's. Then only what does not touch the editor is served.
    pub(crate) fn service(&self) {
        let host = self.plugin.host();
        let busy = host.threads.is_calling() || host.threads.is_audio();
        if busy || self.pace.serving.swap(true, Ordering::Acquire) {
            return;
        }
        let _done = OnDrop(|| self.pace.serving.store(false, Ordering::Release));
        let owns_editor = host.threads.owns_editor();
        if owns_editor {
            if host.take_requests(request::CALLBACK) != 0 {
                self.plugin.on_main_thread();
            }
            self.load_kept_state();
        }
        self.service_flush();
        self.service_edits();
        self.service_requests();
        self.restart_if_due();
        if owns_editor && self.editor.service(&self.plugin) {
            self.close_any_editor();
        }
    }

    fn load_kept_state(&self) {
        let kept = self.kept_state.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(bytes) = kept {
            state::take_over(self, &bytes);
        }
    }

    /// A flush is due only when no block comes that would carry it.
    fn service_flush(&self) {
        let host = self.plugin.host();
        let frames = self.frames();
        let moving = self.pace.seen_frames.swap(frames, Ordering::Relaxed) != frames;
        let idle = if moving { 0 } else { self.pace.idle_services.load(Ordering::Relaxed).saturating_add(1) };
        self.pace.idle_services.store(idle, Ordering::Relaxed);
        if self.is_processing() && idle < PAUSED_AFTER {
            return;
        }
        if host.take_requests(request::FLUSH) != 0 || self.params.has_pending() {
            let gate = self.audio.upgrade();
            match gate.as_ref().and_then(|gate| gate.try_enter()) {
                Some(mut audio) => audio.flush(),
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

    fn service_requests(&self) {
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
        for (what, flag) in [
            (request::VALUES, kParamValuesChanged),
            (request::TITLES, kParamTitlesChanged),
            (request::PORTS, kIoChanged),
        ] {
            flags |= if has(what) { flag } else { 0 };
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
            let wish = Wish { since: Instant::now(), at_frame: self.frames() };
            // Noted before the host is told, which may restart within that call.
            if self.is_active() {
                self.restart.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(wish);
            }
            return self.is_active();
        }
        latency && self.latency_is_news()
    }

    /// Restarts the plugin when the host has let its time pass: some read the latency again and leave it at that.
    fn restart_if_due(&self) {
        let wish = *self.restart.lock().unwrap_or_else(PoisonError::into_inner);
        let due = wish.is_some_and(|wish| {
            wish.since.elapsed() >= Duration::from_secs_f64(HOSTS_TIME_S)
                || self.frames() - wish.at_frame >= self.frames_in(HOSTS_TIME_S)
        });
        if due && let Some(gate) = self.audio.upgrade() {
            let before = self.latency();
            if let Some(mut audio) = gate.enter_main() {
                audio.restart();
            }
            if self.latency() != before {
                self.plugin.host().request(request::LATENCY);
            }
            // The host hears of a new latency at once.
            self.service_requests();
        }
    }
}
