//! Audio buffers: the host's where it has them, own memory where it leaves them out.

use std::ptr;

use clap_sys::audio_buffer::clap_audio_buffer;
use vst3::Steinberg::Vst::{AudioBusBuffers, ProcessData};

/// The buses of one direction, with memory standing in for what the host leaves out.
#[derive(Default)]
pub(crate) struct Buses {
    pub(crate) buffers: Vec<clap_audio_buffer>,
    /// Each bus's channel pointers, which `buffers` points to.
    channels: Vec<Vec<*mut f32>>,
    /// A block for each channel (outputs), or one of silence for all (inputs).
    spare: Vec<Vec<f32>>,
}

// SAFETY: the pointers are set anew in each call of `process` and used within it only.
unsafe impl Send for Buses {}

impl Buses {
    pub(crate) fn new(channel_counts: impl Iterator<Item = u32>, max_frames: u32, is_output: bool) -> Self {
        let counts: Vec<u32> = channel_counts.collect();
        let mut channels: Vec<Vec<*mut f32>> =
            counts.iter().map(|n| vec![ptr::null_mut(); *n as usize]).collect();
        let buffers = channels.iter_mut().map(|channels| clap_audio_buffer {
            data32: channels.as_mut_ptr(),
            data64: ptr::null_mut(),
            channel_count: channels.len() as u32,
            latency: 0,
            constant_mask: 0,
        });
        let buffers = buffers.collect();
        let spares = if is_output { counts.iter().sum::<u32>() as usize } else { 1 };
        Self { buffers, channels, spare: vec![vec![0.0; max_frames as usize]; spares] }
    }

    /// Points the channels at frame `start` of the host's memory, or at the spare where the host has none.
    ///
    /// # Safety
    /// `buses` is null or points to `count` valid buses (VST3 ivstaudioprocessor.h, `AudioBusBuffers`).
    pub(crate) unsafe fn point_to(&mut self, buses: *mut AudioBusBuffers, count: i32, start: u32) {
        for buffer in &mut self.buffers {
            buffer.constant_mask = 0;
        }
        let spares = self.spare.len().max(1);
        let mut nth = 0;
        for (i, channels) in self.channels.iter_mut().enumerate() {
            // SAFETY: this function's contract.
            let bus = if (i as i64) < i64::from(count) { unsafe { bus(buses, i) } } else { None };
            for (c, channel) in channels.iter_mut().enumerate() {
                let own = self.spare.get_mut(nth % spares).map_or(ptr::null_mut(), Vec::as_mut_ptr);
                nth += 1;
                // SAFETY: this function's contract.
                let given = bus.as_deref().map_or(ptr::null_mut(), |bus| unsafe { channel_of(bus, c) });
                // SAFETY: this function's contract: the block is longer than `start`.
                *channel = if given.is_null() { own } else { unsafe { given.add(start as usize) } };
            }
        }
    }

    /// Silences channels that the plugin does not have, and sets the silence flags of the others if the plugin has told them of
    /// the whole block.
    ///
    /// # Safety
    /// As [`Audio::process`](crate::audio::Audio::process).
    pub(crate) unsafe fn finish(&self, data: &ProcessData, frames: u32, told_silence: bool) {
        for i in 0..usize::try_from(data.numOutputs).unwrap_or(0) {
            // SAFETY: this function's contract.
            let Some(bus) = (unsafe { bus(data.outputs, i) }) else { continue };
            // SAFETY: this function's contract.
            bus.silenceFlags = if told_silence { unsafe { self.silent(i, bus) } } else { 0 };
            let used = self.channels.get(i).map_or(0, Vec::len);
            for c in used..usize::try_from(bus.numChannels).unwrap_or(0) {
                // SAFETY: this function's contract.
                unsafe { zero(channel_of(bus, c), frames) };
            }
        }
    }

    /// VST3's silence flags of a bus: the channels that the plugin calls constant (CLAP audio-buffer.h) at 0.
    ///
    /// # Safety
    /// As [`Audio::process`](crate::audio::Audio::process), after a block of at least one frame.
    unsafe fn silent(&self, index: usize, bus: &AudioBusBuffers) -> u64 {
        let mask = self.buffers.get(index).map_or(0, |buffer| buffer.constant_mask);
        let channels = 0..bus.numChannels.clamp(0, 64) as usize;
        let is_silent = |c: &usize| {
            // SAFETY: this function's contract.
            let samples = unsafe { channel_of(bus, *c) };
            // SAFETY: as above; there is a first frame.
            mask >> c & 1 != 0 && !samples.is_null() && unsafe { samples.read() } == 0.0
        };
        channels.filter(is_silent).fold(0, |flags, c| flags | 1 << c)
    }
}

/// # Safety
/// `buses` is null or points to more than `index` valid buses.
unsafe fn bus<'a>(buses: *mut AudioBusBuffers, index: usize) -> Option<&'a mut AudioBusBuffers> {
    if buses.is_null() {
        return None;
    }
    // SAFETY: this function's contract.
    unsafe { buses.add(index).as_mut() }
}

/// The samples of a channel; null if the bus does not have them.
///
/// # Safety
/// The bus's channel array is null or holds `numChannels` pointers.
unsafe fn channel_of(bus: &AudioBusBuffers, channel: usize) -> *mut f32 {
    // SAFETY: VST3 ivstaudioprocessor.h, AudioBusBuffers: 32-bit pointers, for `process` checked the sample size.
    let channels = unsafe { bus.__field0.channelBuffers32 };
    if channels.is_null() || channel as i64 >= i64::from(bus.numChannels) {
        return ptr::null_mut();
    }
    // SAFETY: this function's contract, within `numChannels`.
    unsafe { channels.add(channel).read() }
}

/// # Safety
/// `samples` is null or `frames` long.
unsafe fn zero(samples: *mut f32, frames: u32) {
    if !samples.is_null() {
        // SAFETY: this function's contract.
        unsafe { ptr::write_bytes(samples, 0, frames as usize) };
    }
}

/// Silences all outputs of a block.
///
/// # Safety
/// As [`Audio::process`](crate::audio::Audio::process).
pub(crate) unsafe fn silence(data: &ProcessData, frames: u32) {
    for i in 0..usize::try_from(data.numOutputs).unwrap_or(0) {
        // SAFETY: this function's contract.
        let Some(bus) = (unsafe { bus(data.outputs, i) }) else { continue };
        for c in 0..usize::try_from(bus.numChannels).unwrap_or(0) {
            // SAFETY: this function's contract.
            unsafe { zero(channel_of(bus, c), frames) };
        }
    }
}
