//! Audio through a plugin, on whatever thread.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use clack_host::events::Pckn;
use clack_host::events::event_types::ParamValueEvent;
use clack_host::prelude::*;
use clack_host::utils::ClapId;

use super::{Handlers, failed};
use crate::{Change, HostError};

/// The running half of a plugin, while it is active: taken back by the host to deactivate it.
pub(super) type Processor = Arc<Mutex<Option<StartedPluginAudioProcessor<Handlers>>>>;

/// The audio half of an active plugin.
pub struct Player {
    processor: Processor,
    /// Ids and ranges of the parameters.
    ranges: Arc<[(u32, f64, f64)]>,
    input: [Vec<f32>; 2],
}

impl Player {
    pub(super) fn new(ranges: Arc<[(u32, f64, f64)]>) -> Self {
        Self { processor: Processor::default(), ranges, input: Default::default() }
    }

    /// Another of the same plugin.
    pub(super) fn again(&self) -> Self {
        let (processor, ranges) = (Arc::clone(&self.processor), Arc::clone(&self.ranges));
        Self { processor, ranges, input: Default::default() }
    }

    pub(super) fn processor(&self) -> MutexGuard<'_, Option<StartedPluginAudioProcessor<Handlers>>> {
        self.processor.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn range(&self, id: u32) -> Option<(f64, f64)> {
        self.ranges.iter().find_map(|(known, min, max)| (*known == id).then_some((*min, *max)))
    }

    pub(super) fn plain(&self, id: u32, value: f64) -> f64 {
        self.range(id).map_or(value, |(min, max)| min + value * (max - min))
    }

    pub(super) fn event(&self, change: &Change) -> Option<ParamValueEvent> {
        let time = u32::try_from(change.frame).unwrap_or(u32::MAX);
        let id = ClapId::from_raw(change.id)?;
        Some(ParamValueEvent::new(time, id, Pckn::match_all(), self.plain(change.id, change.value)))
    }
}

impl crate::Player for Player {
    fn play(&mut self, audio: &mut [Vec<f32>; 2], changes: &[Change]) -> Result<(), HostError> {
        let events: Vec<_> = changes.iter().filter_map(|change| self.event(change)).collect();
        let events = InputEvents::from_buffer(&events);
        let mut out = EventBuffer::new();
        let mut out = OutputEvents::from_buffer(&mut out);
        for (copy, channel) in self.input.iter_mut().zip(audio.iter()) {
            copy.clone_from(channel);
        }
        let mut input_ports = AudioPorts::with_capacity(2, 1);
        let mut output_ports = AudioPorts::with_capacity(2, 1);
        let input = input_ports.with_input_buffers([AudioPortBuffer {
            latency: 0,
            channels: AudioPortBufferType::f32_input_only(
                self.input.iter_mut().map(|channel| InputChannel::variable(channel.as_mut_slice())),
            ),
        }]);
        let mut output = output_ports.with_output_buffers([AudioPortBuffer {
            latency: 0,
            channels: AudioPortBufferType::f32_output_only(audio.iter_mut().map(Vec::as_mut_slice)),
        }]);
        let mut processor = self.processor.lock().unwrap_or_else(PoisonError::into_inner);
        let processor =
            processor.as_mut().ok_or_else(|| HostError("the CLAP plugin is not active".to_owned()))?;
        processor
            .process(&input, &mut output, &events, &mut out, None, None)
            .map(|_| ())
            .map_err(failed("failed to process"))
    }
}
