//! The audio side of the VST3 object.

use std::slice;

use vst3::Steinberg::Vst::BusDirection;
use vst3::Steinberg::Vst::SymbolicSampleSizes_::kSample32;
use vst3::Steinberg::Vst::{
    IAudioProcessorTrait, IProcessContextRequirementsTrait, MediaTypes_::kAudio, ProcessData, ProcessSetup,
    SpeakerArrangement, kInfiniteTail,
};
use vst3::Steinberg::{
    TBool, int32, kInternalError, kInvalidArgument, kResultFalse, kResultOk, tresult, uint32,
};

use crate::audio;
use crate::buses::silence;
use crate::component::{Component, is_input};
use crate::guard::guard;
use crate::{ports, transport};

/// A tail of this length or more is endless (CLAP ext/tail.h).
const ENDLESS: u32 = i32::MAX as u32;

impl IAudioProcessorTrait for Component {
    unsafe fn setBusArrangements(
        &self,
        inputs: *mut SpeakerArrangement,
        num_ins: int32,
        outputs: *mut SpeakerArrangement,
        num_outs: int32,
    ) -> tresult {
        self.on(|instance| {
            // SAFETY: VST3 ivstaudioprocessor.h, setBusArrangements: arrays of the stated lengths.
            let (Some(inputs), Some(outputs)) =
                (unsafe { (arrangements(inputs, num_ins), arrangements(outputs, num_outs)) })
            else {
                return kInvalidArgument;
            };
            // The gate keeps the ports still while they are tried on.
            let Some(audio) = self.audio.enter_main() else { return kInternalError };
            let fits =
                audio.phase() == audio::Phase::Inactive && ports::select(&instance.plugin, inputs, outputs);
            if fits { kResultOk } else { kResultFalse }
        })
    }

    unsafe fn getBusArrangement(
        &self,
        direction: BusDirection,
        index: int32,
        to: *mut SpeakerArrangement,
    ) -> tresult {
        self.on(|instance| {
            let Some(is_input) = is_input(kAudio as i32, direction) else { return kInvalidArgument };
            let ports = instance.plugin.ports(is_input);
            let Some(port) = usize::try_from(index).ok().and_then(|i| ports.get(i)) else {
                return kInvalidArgument;
            };
            if to.is_null() {
                return kInvalidArgument;
            }
            // SAFETY: VST3 ivstaudioprocessor.h, getBusArrangement: a place for the answer.
            unsafe { to.write(ports::arrangement(port.channel_count)) };
            kResultOk
        })
    }

    unsafe fn canProcessSampleSize(&self, size: int32) -> tresult {
        guard(kInternalError, || if size == kSample32 as i32 { kResultOk } else { kResultFalse })
    }

    unsafe fn getLatencySamples(&self) -> uint32 {
        self.with(0, |instance| instance.tell_latency())
    }

    unsafe fn setupProcessing(&self, setup: *mut ProcessSetup) -> tresult {
        self.on(|_| {
            // SAFETY: VST3 ivstaudioprocessor.h, setupProcessing: null or a setup.
            let Some(setup) = (unsafe { setup.as_ref() }) else { return kInvalidArgument };
            self.audio.enter_main().map_or(kInternalError, |mut audio| audio.set_up(setup))
        })
    }

    /// May come from the audio thread: takes no lock, and waits for no one.
    unsafe fn setProcessing(&self, on: TBool) -> tresult {
        guard(kInternalError, || {
            let Some(mut audio) = self.audio.enter_audio() else { return kResultFalse };
            if on != 0 {
                audio.start()
            } else {
                audio.stop();
                kResultOk
            }
        })
    }

    /// The audio path: no lock, no allocation, no system call.
    unsafe fn process(&self, data: *mut ProcessData) -> tresult {
        // SAFETY: VST3 ivstaudioprocessor.h, process: null or valid for the length of the call.
        let Some(data) = (unsafe { data.as_ref() }) else {
            return guard(kInternalError, || kInvalidArgument);
        };
        let result = guard(None, || {
            let mut audio = self.audio.enter_audio()?;
            // SAFETY: VST3 ivstaudioprocessor.h, process: what is non-null is valid for the stated counts.
            Some(unsafe { audio.process(data) })
        });
        result.unwrap_or_else(|| {
            let frames = u32::try_from(data.numSamples).unwrap_or(0);
            // SAFETY: as above; samples of another size than 32 bit are left alone.
            guard((), || unsafe {
                if data.symbolicSampleSize == kSample32 as i32 {
                    silence(data, frames);
                }
            });
            kInternalError
        })
    }

    unsafe fn getTailSamples(&self) -> uint32 {
        self.with(0, |instance| match instance.plugin.tail() {
            ENDLESS.. => kInfiniteTail,
            tail => tail,
        })
    }
}

impl IProcessContextRequirementsTrait for Component {
    unsafe fn getProcessContextRequirements(&self) -> uint32 {
        guard(0, || transport::NEEDS)
    }
}

/// The host's array; `None` if it is malformed.
///
/// # Safety
/// `array` is null or holds `count` arrangements.
unsafe fn arrangements<'a>(array: *mut SpeakerArrangement, count: int32) -> Option<&'a [SpeakerArrangement]> {
    match usize::try_from(count) {
        Ok(0) => Some(&[]),
        // SAFETY: this function's contract.
        Ok(count) if !array.is_null() => Some(unsafe { slice::from_raw_parts(array, count) }),
        _ => None,
    }
}
