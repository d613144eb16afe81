//! The audio half of a plugin: its phase, its buffers, and the processing of a block.

use std::ptr;
use std::sync::Arc;

use clap_sys::ext::render::{CLAP_RENDER_OFFLINE, CLAP_RENDER_REALTIME};
use clap_sys::process::{CLAP_PROCESS_ERROR, clap_process};
use rtrb::Producer;
use vst3::ComRef;
use vst3::Steinberg::Vst::ProcessModes_::kOffline;
use vst3::Steinberg::Vst::SymbolicSampleSizes_::kSample32;
use vst3::Steinberg::Vst::{ProcessContext, ProcessData, ProcessSetup};
use vst3::Steinberg::{kInternalError, kInvalidArgument, kNotInitialized, kResultFalse, kResultOk, tresult};

use crate::buses::{Buses, silence};
use crate::events::{Edit, InputEvents, Sink};
use crate::instance::Instance;
use crate::transport;

/// The most frames a block may have: beyond any host, so that a malformed number cannot exhaust memory.
const MAX_FRAMES: i32 = 1 << 20;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Phase {
    Inactive,
    Active,
    Processing,
}

/// The audio half, used by one call at a time (`gate::Gate`).
pub(crate) struct Audio {
    instance: Option<Arc<Instance>>,
    phase: Phase,
    rate: f64,
    max_frames: u32,
    /// The process mode: the host renders a file.
    offline: bool,
    events: InputEvents,
    edits: Option<Producer<Edit>>,
    inputs: Buses,
    outputs: Buses,
    /// Frames processed since activation, for hosts that keep no count.
    steady_time: i64,
}

impl Audio {
    /// Nothing to process; the setup that hosts get which forget `setupProcessing` (Steinberg's own default).
    pub(crate) fn new() -> Self {
        Self {
            instance: None,
            phase: Phase::Inactive,
            rate: 44_100.0,
            max_frames: 1024,
            offline: false,
            events: InputEvents::new(0),
            edits: None,
            inputs: Buses::default(),
            outputs: Buses::default(),
            steady_time: 0,
        }
    }

    pub(crate) fn bind(&mut self, instance: Arc<Instance>, edits: Producer<Edit>) {
        self.events = InputEvents::new(instance.params.len());
        self.edits = Some(edits);
        self.instance = Some(instance);
    }

    pub(crate) fn unbind(&mut self) {
        self.deactivate();
        self.edits = None;
        self.instance = None;
    }

    pub(crate) fn phase(&self) -> Phase {
        self.phase
    }

    /// [main-thread] Takes over rate, block size and process mode. Some hosts call it while active, which the standard forbids: then
    /// the plugin is restarted with them.
    pub(crate) fn set_up(&mut self, setup: &ProcessSetup) -> tresult {
        let Some(instance) = self.instance.clone() else { return kNotInitialized };
        let sound = setup.sampleRate.is_finite() && setup.sampleRate > 0.0;
        if !sound || setup.maxSamplesPerBlock < 1 || setup.maxSamplesPerBlock > MAX_FRAMES {
            return kInvalidArgument;
        }
        if setup.symbolicSampleSize != kSample32 as i32 {
            return kResultFalse;
        }
        let before = (self.rate, self.max_frames, self.offline);
        let offline = setup.processMode == kOffline as i32;
        (self.rate, self.max_frames, self.offline) =
            (setup.sampleRate, setup.maxSamplesPerBlock as u32, offline);
        if before == (self.rate, self.max_frames, self.offline) && self.phase != Phase::Inactive {
            return kResultOk;
        }
        self.while_inactive(|_| {
            instance.plugin.set_render_mode(if offline { CLAP_RENDER_OFFLINE } else { CLAP_RENDER_REALTIME });
            instance.forget_latency();
        })
    }

    /// [main-thread] Does something for which the plugin must be inactive; its phase is the same afterwards.
    fn while_inactive(&mut self, f: impl FnOnce(&mut Self)) -> tresult {
        let before = self.phase;
        self.deactivate();
        f(self);
        let mut result = kResultOk;
        if before != Phase::Inactive {
            result = self.activate();
        }
        if before == Phase::Processing && result == kResultOk {
            result = self.start();
        }
        result
    }

    /// [main-thread] Restarts an active plugin, so that what waited for that takes effect.
    pub(crate) fn restart(&mut self) {
        if self.phase != Phase::Inactive {
            self.while_inactive(|_| ());
        }
    }

    /// [main-thread]
    pub(crate) fn activate(&mut self) -> tresult {
        let Some(instance) = self.instance.clone() else { return kNotInitialized };
        if self.phase != Phase::Inactive {
            return kResultOk;
        }
        let plugin = &instance.plugin;
        self.inputs =
            Buses::new(plugin.ports(true).iter().map(|port| port.channel_count), self.max_frames, false);
        self.outputs =
            Buses::new(plugin.ports(false).iter().map(|port| port.channel_count), self.max_frames, true);
        if !plugin.host().activating(|| plugin.activate(self.rate, self.max_frames)) {
            return kInternalError;
        }
        instance.activated(self.rate);
        self.steady_time = 0;
        self.phase = Phase::Active;
        kResultOk
    }

    /// [main-thread]
    pub(crate) fn deactivate(&mut self) {
        self.stop();
        if self.phase == Phase::Active {
            self.phase = Phase::Inactive;
            if let Some(instance) = &self.instance {
                instance.set_active(false);
                instance.plugin.deactivate();
            }
            self.flush_pending();
        }
    }

    /// Asks an inactive plugin for the latency it would have: activates it for that moment.
    pub(crate) fn probe_latency(&mut self) {
        if self.phase == Phase::Inactive && self.activate() == kResultOk {
            self.deactivate();
        }
    }

    pub(crate) fn start(&mut self) -> tresult {
        let Some(instance) = &self.instance else { return kNotInitialized };
        match self.phase {
            Phase::Inactive => kNotInitialized,
            Phase::Processing => kResultOk,
            Phase::Active => {
                if !instance.plugin.start_processing() {
                    return kInternalError;
                }
                self.phase = Phase::Processing;
                instance.set_processing(true);
                kResultOk
            }
        }
    }

    pub(crate) fn stop(&mut self) {
        if self.phase == Phase::Processing {
            self.phase = Phase::Active;
            if let Some(instance) = &self.instance {
                instance.set_processing(false);
                instance.plugin.stop_processing();
            }
            self.flush_pending();
        }
    }

    /// Lets the plugin take over what the host has set while blocks were expected.
    fn flush_pending(&mut self) {
        if self.instance.as_ref().is_some_and(|instance| instance.params.has_pending()) {
            self.flush();
        }
    }

    /// Exchanges parameter changes with no audio: on the main thread while inactive, else in the audio role.
    pub(crate) fn flush(&mut self) {
        self.events.clear();
        self.add_pending();
        self.events.show_all();
        self.flush_shown();
    }

    /// Adds what the host has set outside of blocks.
    fn add_pending(&mut self) {
        let Some(instance) = &self.instance else { return };
        let events = &mut self.events;
        instance.params.take_pending(|index, value| {
            if let Some(param) = instance.params.get(index)
                && !events.push(param, 0, value)
            {
                instance.params.set_pending(index, value);
            }
        });
    }

    fn flush_shown(&mut self) {
        let (Some(instance), Some(edits)) = (&self.instance, &mut self.edits) else { return };
        let mut sink = Sink { params: &instance.params, edits, changes: None, start: 0 };
        if self.phase != Phase::Inactive {
            instance.plugin.flush_audio(&self.events.list(), &sink.list());
        } else if !instance.plugin.flush_main(&self.events.list(), &sink.list()) {
            // Another thread's editor is open: its next service takes them.
            self.events.each_shown(|clap_id, plain| {
                if let Some((index, param)) = instance.params.find_clap(clap_id) {
                    instance.params.set_pending(index, param.normalised(plain));
                }
            });
        }
    }

    /// [audio-thread] One block. On any error the host's outputs are silent.
    ///
    /// # Safety
    /// VST3 ivstaudioprocessor.h, `ProcessData`: what is non-null is valid for the stated counts during the call.
    pub(crate) unsafe fn process(&mut self, data: &ProcessData) -> tresult {
        let frames = match u32::try_from(data.numSamples) {
            Ok(frames) if data.symbolicSampleSize == kSample32 as i32 => frames,
            _ => return kInvalidArgument,
        };
        // SAFETY: this function's contract.
        let result = unsafe { self.process_block(data, frames) };
        if result != kResultOk {
            // SAFETY: this function's contract.
            unsafe { silence(data, frames) };
        }
        result
    }

    /// # Safety
    /// As [`process`](Self::process).
    unsafe fn process_block(&mut self, data: &ProcessData, frames: u32) -> tresult {
        let started = self.start();
        if started != kResultOk {
            return started;
        }
        let Some(instance) = self.instance.clone() else { return kNotInitialized };
        self.events.clear();
        self.add_pending();
        // SAFETY: this function's contract: null or a living object for the length of the call.
        if let Some(changes) = unsafe { ComRef::from_raw(data.inputParameterChanges) } {
            self.events.gather(changes, frames, &instance.params, instance.frames());
        }
        instance.note_block(frames);
        if frames == 0 {
            self.events.show_all();
            self.flush_shown();
            return kResultOk;
        }
        self.restart_in_place(&instance);
        self.events.show_none();
        // SAFETY: this function's contract.
        let context = unsafe { data.processContext.as_ref() };
        let mut start = 0;
        while start < frames {
            let length = (frames - start).min(self.max_frames);
            // SAFETY: this function's contract; the part lies within the block.
            let status = unsafe { self.process_part(data, context, start, length) };
            if status == CLAP_PROCESS_ERROR {
                return kInternalError;
            }
            start += length;
        }
        // SAFETY: this function's contract. Silence is told only of what one call of the plugin has told it.
        unsafe { self.outputs.finish(data, frames, frames <= self.max_frames) };
        kResultOk
    }

    /// Restarts the plugin before the block if it wants that and nothing else will do it in time: a host that renders to a file, or
    /// that processes on its main thread, hears the new mode from this block on. Real-time threads never get here.
    fn restart_in_place(&mut self, instance: &Instance) {
        if !self.offline && !instance.plugin.host().is_home_thread() {
            return;
        }
        self.events.show_first();
        // What bears on latency cannot be automated: nothing else needs to come before the block.
        let mut modes = false;
        self.events.each_shown(|clap_id, _| {
            modes |= instance.params.find_clap(clap_id).is_some_and(|(_, param)| !param.is_automatable());
        });
        if modes {
            self.flush_shown();
        }
        if instance.wants_restart() {
            self.restart();
        }
    }

    /// One call of the plugin: a part of the host's block, no longer than the plugin was told.
    ///
    /// # Safety
    /// As [`process`](Self::process), with `start + length` frames in the block.
    unsafe fn process_part(
        &mut self,
        data: &ProcessData,
        context: Option<&ProcessContext>,
        start: u32,
        length: u32,
    ) -> i32 {
        let (Some(instance), Some(edits)) = (&self.instance, &mut self.edits) else {
            return CLAP_PROCESS_ERROR;
        };
        let is_last = start + length == u32::try_from(data.numSamples).unwrap_or(0);
        self.events.show_next(start, if is_last { u32::MAX } else { start + length });
        let in_events = self.events.list();
        // SAFETY: this function's contract: null or a living object for the length of the call.
        let changes = unsafe { ComRef::from_raw(data.outputParameterChanges) };
        let mut sink = Sink { params: &instance.params, edits, changes, start };
        let out_events = sink.list();
        // SAFETY: this function's contract.
        unsafe {
            self.inputs.point_to(data.inputs, data.numInputs, start);
            self.outputs.point_to(data.outputs, data.numOutputs, start);
        }
        let transport = context.map(|context| transport::transport(context, start));
        let host_time = context.map_or(-1, transport::steady_time);
        let process = clap_process {
            steady_time: if host_time >= 0 { host_time + i64::from(start) } else { self.steady_time },
            frames_count: length,
            transport: transport.as_ref().map_or(ptr::null(), ptr::from_ref),
            audio_inputs: self.inputs.buffers.as_ptr(),
            audio_outputs: self.outputs.buffers.as_mut_ptr(),
            audio_inputs_count: self.inputs.buffers.len() as u32,
            audio_outputs_count: self.outputs.buffers.len() as u32,
            in_events: &raw const in_events,
            out_events: &raw const out_events,
        };
        let status = instance.plugin.process(&process);
        self.steady_time += i64::from(length);
        status
    }
}
