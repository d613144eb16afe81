//! Audio through a plugin, on whatever thread.

use vst3::Steinberg::Vst::ProcessContext_::StatesAndFlags_::{kPlaying, kTempoValid};
use vst3::Steinberg::Vst::SymbolicSampleSizes_::kSample32;
use vst3::Steinberg::Vst::{
    AudioBusBuffers, AudioBusBuffers__type0, IAudioProcessor, IAudioProcessorTrait, IParameterChanges,
    ProcessContext, ProcessData,
};
use vst3::{ComPtr, ComWrapper};

use super::{Changes, check};
use crate::{Change, HostError};

/// The audio half of an active plugin.
pub struct Player {
    processor: ComPtr<IAudioProcessor>,
    mode: i32,
    input: [Vec<f32>; 2],
    frames_done: i64,
}

impl Player {
    /// From the transport's beginning, in this process mode.
    pub(super) fn new(processor: &ComPtr<IAudioProcessor>, mode: i32) -> Self {
        Self { processor: processor.clone(), mode, input: Default::default(), frames_done: 0 }
    }

    /// Another from the beginning.
    pub(super) fn again(&self) -> Self {
        Self::new(&self.processor, self.mode)
    }

    /// One call of `process` on the host's buffers; `frames` may be none.
    pub(super) fn run(
        &mut self,
        audio: Option<&mut [Vec<f32>; 2]>,
        changes: &[Change],
    ) -> Result<(), HostError> {
        let changes = ComWrapper::new(Changes::new(changes));
        let outgoing = ComWrapper::new(Changes::new(&[]));
        let pointer = |changes: &ComWrapper<Changes>| {
            changes.as_com_ref::<IParameterChanges>().map_or(std::ptr::null_mut(), |changes| changes.as_ptr())
        };
        let mut frames = 0;
        let mut inputs = [std::ptr::null_mut(); 2];
        let mut outputs = [std::ptr::null_mut(); 2];
        if let Some(audio) = audio {
            frames = audio[0].len();
            for (copy, channel) in self.input.iter_mut().zip(audio.iter()) {
                copy.clone_from(channel);
            }
            inputs = self.input.each_mut().map(Vec::as_mut_ptr);
            outputs = audio.each_mut().map(Vec::as_mut_ptr);
        }
        let mut context = playing(self.frames_done);
        let (mut input, mut output) = (stereo_bus(&mut inputs), stereo_bus(&mut outputs));
        let frames = i32::try_from(frames).map_err(|error| HostError(error.to_string()))?;
        let buses = i32::from(frames > 0);
        let mut data = ProcessData {
            processMode: self.mode,
            symbolicSampleSize: kSample32 as i32,
            numSamples: frames,
            numInputs: buses,
            numOutputs: buses,
            inputs: &raw mut input,
            outputs: &raw mut output,
            inputParameterChanges: pointer(&changes),
            outputParameterChanges: pointer(&outgoing),
            inputEvents: std::ptr::null_mut(),
            outputEvents: std::ptr::null_mut(),
            processContext: &raw mut context,
        };
        self.frames_done += i64::from(frames);
        // SAFETY: VST3 ivstaudioprocessor.h, process: buses of the stated counts, buffers of `frames` samples
        check("process", unsafe { self.processor.process(&raw mut data) })
    }
}

impl crate::Player for Player {
    fn play(&mut self, audio: &mut [Vec<f32>; 2], changes: &[Change]) -> Result<(), HostError> {
        self.run(Some(audio), changes)
    }
}

/// A bus over two channel pointers.
pub fn stereo_bus(channels: &mut [*mut f32; 2]) -> AudioBusBuffers {
    AudioBusBuffers {
        numChannels: 2,
        silenceFlags: 0,
        __field0: AudioBusBuffers__type0 { channelBuffers32: channels.as_mut_ptr() },
    }
}

/// A transport that plays at 120 beats a minute.
fn playing(at: i64) -> ProcessContext {
    // SAFETY: VST3 ivstprocesscontext.h: plain numbers, for which zero is valid
    let mut context: ProcessContext = unsafe { std::mem::zeroed() };
    context.state = (kPlaying | kTempoValid) as u32;
    context.sampleRate = 48_000.0;
    context.projectTimeSamples = at;
    context.tempo = 120.0;
    context
}
