//! One initialised plugin with what its audio and main-thread halves share.

use std::ffi::CStr;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use clap_guard::Gate;
use clap_sys::entry::clap_plugin_entry;
use rtrb::{Consumer, Producer, RingBuffer};
use vst3::ComPtr;
use vst3::Steinberg::Vst::IComponentHandler;

use crate::audio::Audio;
use crate::editor::Editor;
use crate::events::Edit;
use crate::host::{Host, request};
use crate::params::ParamTable;
use crate::plugin::Plugin;
use crate::service::{Pace, Wish};
use crate::units::Units;

/// Room for the editor's changes between two services; a full ring is told to the plugin (CLAP `try_push`).
const EDITS: usize = 4096;

/// Longest time that a value waits for a block before it is flushed: longer than the blocks of any host.
const BLOCKS_TIME: Duration = Duration::from_millis(100);

/// No latency was told to the host yet.
const UNTOLD: u32 = u32::MAX;

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
    /// The parameters' modules as VST3's units.
    pub(crate) units: Units,
    pub(crate) handler: Arc<Handler>,
    pub(crate) audio: Weak<Gate<Audio>>,
    pub(crate) edits: Mutex<Consumer<Edit>>,
    active: AtomicBool,
    processing: AtomicBool,
    latency: AtomicU32,
    latency_known: AtomicBool,
    told_latency: AtomicU32,
    /// Frames processed since the instance was made.
    frames: AtomicU64,
    /// Sample rate of the last activation, in Hz.
    rate: AtomicU32,
    /// The plugin's wish for a restart, while the host has not fulfilled it.
    pub(crate) restart: Mutex<Option<Wish>>,
    /// A state that came on a thread on which the plugin could not take it.
    pub(crate) kept_state: Mutex<Option<Vec<u8>>>,
    /// What the service has seen of the host's pace.
    pub(crate) pace: Pace,
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
        let units = Units::new(params.all());
        let (producer, consumer) = RingBuffer::new(EDITS);
        let instance = Arc::new(Self {
            editor: Editor::default(),
            params,
            plugin,
            units,
            handler,
            audio,
            edits: Mutex::new(consumer),
            active: AtomicBool::new(false),
            processing: AtomicBool::new(false),
            latency: AtomicU32::new(0),
            latency_known: AtomicBool::new(false),
            told_latency: AtomicU32::new(UNTOLD),
            frames: AtomicU64::new(0),
            rate: AtomicU32::new(0),
            restart: Mutex::new(None),
            kept_state: Mutex::new(None),
            pace: Pace::default(),
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

    pub(crate) fn is_processing(&self) -> bool {
        self.processing.load(Ordering::Acquire)
    }

    pub(crate) fn set_processing(&self, processing: bool) {
        self.processing.store(processing, Ordering::Release);
    }

    /// Frames processed since the instance was made.
    pub(crate) fn frames(&self) -> u64 {
        self.frames.load(Ordering::Relaxed)
    }

    /// [audio-thread] A block has come: it carries whatever waited for a flush.
    pub(crate) fn note_block(&self, frames: u32) {
        self.frames.fetch_add(u64::from(frames.max(1)), Ordering::Relaxed);
    }

    /// Frames of this many seconds at the last activation's rate.
    pub(crate) fn frames_in(&self, seconds: f64) -> u64 {
        (seconds * f64::from(self.rate.load(Ordering::Relaxed))) as u64
    }

    /// [main-thread] The host or the adapter has activated the plugin: what waited for that is fulfilled.
    pub(crate) fn activated(&self, rate_hz: f64) {
        self.rate.store(rate_hz as u32, Ordering::Relaxed);
        *self.restart.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.plugin.host().take_requests(request::RESTART);
        self.learn_latency();
        self.set_active(true);
    }

    /// Whether the plugin waits for a restart. Takes a lock: not for real-time threads.
    pub(crate) fn wants_restart(&self) -> bool {
        let told = self.restart.lock().unwrap_or_else(PoisonError::into_inner).is_some();
        told || self.plugin.host().has_requests(request::RESTART)
    }

    /// [main-thread] A parameter set by the host outside `process`.
    ///
    /// While blocks flow it waits for the next one. A parameter that blocks have automated within the last second is left
    /// alone: what comes here then is the display's late copy of values that were heard, and would undo newer ones.
    pub(crate) fn set_param(&self, index: usize, value: f64) {
        let now = self.frames();
        self.params.set_value(index, value);
        let recent = self.params.automated_since(index, now.saturating_sub(self.frames_in(1.0)));
        if self.is_processing() && recent || self.params.in_gesture(index) {
            return;
        }
        self.params.set_pending(index, value);
        if !self.is_processing() {
            self.deliver_pending();
        }
    }

    /// [main-thread] Lets the plugin take over what the host has set, now.
    ///
    /// Blocks that flow take it over themselves. That is waited for, because a block that meets the gate closed is lost.
    pub(crate) fn deliver_pending(&self) {
        let Some(gate) = self.audio.upgrade().filter(|_| self.params.has_pending()) else { return };
        let start = Instant::now();
        while self.is_processing() && self.params.has_pending() && start.elapsed() < BLOCKS_TIME {
            std::thread::sleep(Duration::from_millis(1));
        }
        // Entered in any case: the block that has taken it may still be running.
        let Some(mut audio) = gate.enter_main() else { return };
        if self.params.has_pending() {
            audio.flush();
            if !self.is_active() {
                self.forget_latency();
            }
        }
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

    /// The latency of the last activation, in frames.
    pub(crate) fn latency(&self) -> u32 {
        self.latency.load(Ordering::Acquire)
    }

    /// The latency, for the host. An inactive plugin whose latency is not known is activated for a moment: CLAP
    /// knows a latency only while active, VST3 hosts ask before.
    pub(crate) fn tell_latency(&self) -> u32 {
        let unknown = !self.is_active() && !self.latency_known.load(Ordering::Acquire);
        if unknown
            && !self.plugin.host().threads.is_audio()
            && !self.plugin.host().threads.is_calling()
            && let Some(gate) = self.audio.upgrade()
            && let Some(mut audio) = gate.try_enter()
        {
            audio.probe_latency();
        }
        let latency = self.latency.load(Ordering::Acquire);
        self.told_latency.store(latency, Ordering::Relaxed);
        latency
    }

    /// [main-thread] Whether the host must read the latency again; it counts as told from now on, so that a host that never asks is
    /// not told again at each activation.
    pub(crate) fn latency_is_news(&self) -> bool {
        let now = self.latency.load(Ordering::Acquire);
        let known = self.is_active() && self.latency_known.load(Ordering::Acquire);
        let before = self.told_latency.swap(now, Ordering::Relaxed);
        if !known {
            self.forget_latency();
        }
        !known || before != now
    }
}
