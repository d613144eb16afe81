//! The audio half of a plugin: its phase, its buffers, and the processing of a block.

use std::ptr;
use std::sync::Arc;

use clap_sys::ext::render::{CLAP_RENDER_OFFLINE, CLAP_RENDER_REALTIME};
use clap_sys::process::{CLAP_PROCESS_ERROR, clap_process};
use rtrb::Producer;
use vst3::ComRef;
use vst3::Steinberg::Vst::ProcessModes_::kOffline;
use vst3::Steinberg::Vst::SymbolicSampleSizes_::kSample32;
use vst3::Steinberg::Vst::{ProcessData, ProcessSetup};
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

    /// [main-thread] Takes over rate, block size and process mode; only while inactive.
    pub(crate) fn set_up(&mut self, setup: &ProcessSetup) -> tresult {
        let Some(instance) = &self.instance else { return kNotInitialized };
        let sound = setup.sampleRate.is_finite() && setup.sampleRate > 0.0;
        if !sound || setup.maxSamplesPerBlock < 1 || setup.maxSamplesPerBlock > MAX_FRAMES {
            return kInvalidArgument;
        }
        if setup.symbolicSampleSize != kSample32 as i32 || self.phase != Phase::Inactive {
            return kResultFalse;
        }
        self.rate = setup.sampleRate;
        self.max_frames = setup.maxSamplesPerBlock as u32;
        let offline = setup.processMode == kOffline as i32;
        instance.plugin.set_render_mode(if offline { CLAP_RENDER_OFFLINE } else { CLAP_RENDER_REALTIME });
        instance.forget_latency();
        kResultOk
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
        instance.learn_latency();
        instance.set_active(true);
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
                kResultOk
            }
        }
    }

    pub(crate) fn stop(&mut self) {
        if self.phase == Phase::Processing {
            self.phase = Phase::Active;
            if let Some(instance) = &self.instance {
                instance.plugin.stop_processing();
            }
        }
    }

    /// Exchanges parameter changes with no audio: on the main thread while inactive, else in the audio role.
    pub(crate) fn flush(&mut self, change: Option<(usize, f64)>) {
        let (Some(instance), Some(edits)) = (&self.instance, &mut self.edits) else { return };
        self.events.clear();
        if let Some((param, value)) = change.and_then(|(i, value)| Some((instance.params.get(i)?, value))) {
            self.events.push(param, 0, value);
        }
        let mut sink = Sink { params: &instance.params, edits, changes: None };
        if self.phase == Phase::Inactive {
            instance.plugin.flush_main(&self.events.list(), &sink.list());
        } else {
            instance.plugin.flush_audio(&self.events.list(), &sink.list());
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
        if frames > self.max_frames {
            return kInvalidArgument;
        }
        let (Some(instance), Some(edits)) = (&self.instance, &mut self.edits) else { return kNotInitialized };
        // SAFETY: this function's contract: null or living objects for the length of the call.
        let (input_changes, changes) = unsafe {
            (ComRef::from_raw(data.inputParameterChanges), ComRef::from_raw(data.outputParameterChanges))
        };
        self.events.clear();
        if let Some(changes) = input_changes {
            self.events.gather(changes, frames, &instance.params);
        }
        let in_events = self.events.list();
        let mut sink = Sink { params: &instance.params, edits, changes };
        let out_events = sink.list();
        instance.note_block();
        if frames == 0 {
            instance.plugin.flush_audio(&in_events, &out_events);
            return kResultOk;
        }
        // SAFETY: this function's contract.
        unsafe {
            self.inputs.point_to(data.inputs, data.numInputs);
            self.outputs.point_to(data.outputs, data.numOutputs);
        }
        // SAFETY: this function's contract.
        let context = unsafe { data.processContext.as_ref() };
        let transport = context.map(transport::transport);
        let host_time = context.map_or(-1, transport::steady_time);
        let process = clap_process {
            steady_time: if host_time >= 0 { host_time } else { self.steady_time },
            frames_count: frames,
            transport: transport.as_ref().map_or(ptr::null(), ptr::from_ref),
            audio_inputs: self.inputs.buffers.as_ptr(),
            audio_outputs: self.outputs.buffers.as_mut_ptr(),
            audio_inputs_count: self.inputs.buffers.len() as u32,
            audio_outputs_count: self.outputs.buffers.len() as u32,
            in_events: &raw const in_events,
            out_events: &raw const out_events,
        };
        let status = instance.plugin.process(&process);
        self.steady_time += i64::from(frames);
        // SAFETY: this function's contract.
        unsafe { self.outputs.finish(data, frames) };
        if status == CLAP_PROCESS_ERROR { kInternalError } else { kResultOk }
    }
}
