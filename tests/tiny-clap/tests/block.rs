//! A call of `process` as the test wants it, sound or not.

use garnish_host::Change;
use garnish_host::vst3::{Changes, stereo_bus};
use vst3::Steinberg::Vst::ProcessModes_::kRealtime;
use vst3::Steinberg::Vst::SymbolicSampleSizes_::kSample32;
use vst3::Steinberg::Vst::{
    AudioBusBuffers, IAudioProcessor, IAudioProcessorTrait, IParameterChanges, ProcessData,
};
use vst3::Steinberg::tresult;
use vst3::{ComPtr, ComWrapper};

/// What a block leaves out or overstates.
#[expect(clippy::struct_excessive_bools, reason = "each is a fault of its own, and any may meet any other")]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Odd {
    pub no_inputs: bool,
    pub no_outputs: bool,
    pub null_input_channels: bool,
    pub null_output_channels: bool,
    pub mono: bool,
    pub no_changes: bool,
    pub no_outgoing: bool,
    pub in_place: bool,
    pub double: bool,
    pub negative: bool,
}

/// Buffers and queues, made before the call.
pub struct Block {
    pub input: [Vec<f32>; 2],
    pub output: [Vec<f32>; 2],
    changes: ComWrapper<Changes>,
    pub outgoing: ComWrapper<Changes>,
}

impl Block {
    /// A block of this input; the output holds rubbish.
    pub fn new(input: [Vec<f32>; 2], changes: &[Change]) -> Self {
        let output = input.each_ref().map(|channel| vec![f32::NAN; channel.len()]);
        let (changes, outgoing) =
            (ComWrapper::new(Changes::new(changes)), ComWrapper::new(Changes::new(&[])));
        Self { input, output, changes, outgoing }
    }

    /// Calls `process` on the host's behalf. Allocates nothing.
    pub fn run(&mut self, processor: &ComPtr<IAudioProcessor>, odd: Odd) -> tresult {
        let frames = self.input[0].len() as i32;
        let null = std::ptr::null_mut();
        let mut inputs = self.input.each_mut().map(Vec::as_mut_ptr);
        let mut outputs = if odd.in_place { inputs } else { self.output.each_mut().map(Vec::as_mut_ptr) };
        if odd.null_input_channels {
            inputs = [null; 2];
        }
        if odd.null_output_channels {
            outputs[1] = null;
        }
        let (mut input, mut output) = (stereo_bus(&mut inputs), stereo_bus(&mut outputs));
        if odd.mono {
            (input.numChannels, output.numChannels) = (1, 1);
        }
        let changes = |changes: &ComWrapper<Changes>, none: bool| {
            let changes = changes.as_com_ref::<IParameterChanges>().filter(|_| !none);
            changes.map_or(std::ptr::null_mut(), |changes| changes.as_ptr())
        };
        let bus =
            |bus: &mut AudioBusBuffers, none: bool| if none { std::ptr::null_mut() } else { &raw mut *bus };
        let mut data = ProcessData {
            processMode: kRealtime as i32,
            symbolicSampleSize: kSample32 as i32 + i32::from(odd.double),
            numSamples: if odd.negative { -1 } else { frames },
            numInputs: i32::from(!odd.no_inputs),
            numOutputs: i32::from(!odd.no_outputs),
            inputs: bus(&mut input, odd.no_inputs),
            outputs: bus(&mut output, odd.no_outputs),
            inputParameterChanges: changes(&self.changes, odd.no_changes),
            outputParameterChanges: changes(&self.outgoing, odd.no_outgoing),
            inputEvents: std::ptr::null_mut(),
            outputEvents: std::ptr::null_mut(),
            processContext: std::ptr::null_mut(),
        };
        // SAFETY: VST3 ivstaudioprocessor.h, process: what is non-null is valid for the stated counts.
        unsafe { processor.process(&raw mut data) }
    }
}
