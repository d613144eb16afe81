//! Garnish, the plugin: the engine's table as host parameters, and the engine on the host's audio thread. No DSP here.
//!
//! CLAP comes from nice-plug; VST3 from `vst3-adapter`, which hosts this library's own CLAP entry.
#![expect(
    unsafe_code,
    reason = "exporting a plugin and handing out parameter pointers cannot be done without"
)]

mod clap;
pub mod editor;
mod params;
mod state;

use std::sync::{Arc, Mutex};

use garnish_engine::settings::Listen;
use garnish_engine::transport;
use garnish_engine::{Engine, Settings};
use nice_plug::prelude::*;
use vizia_plug::PlugEditor;

pub use params::{HostParam, HostParams};

/// Largest block for which a mono host's second channel is kept ready, in frames: longer blocks are cut.
const MONO_CHUNK: usize = Engine::SUB_BLOCK;

/// The plugin instance: parameters shared with host and editor, and the engine that follows them.
pub struct Garnish {
    params: Arc<HostParams>,
    /// What was last read from each parameter: only what changed is converted again.
    seen: Vec<f32>,
    settings: Settings,
    engine: Engine,
    window: editor::Shared,
    /// The host renders a file, and nobody listens.
    offline: bool,
    restart_requested: bool,
}

impl Default for Garnish {
    fn default() -> Self {
        let params = Arc::new(HostParams::default());
        let seen = vec![f32::NAN; params.all().len()];
        let mut engine = Engine::default();
        let window = Arc::new(Mutex::new(engine.connect()));
        Self {
            params,
            seen,
            settings: Settings::default(),
            engine,
            window,
            offline: false,
            restart_requested: false,
        }
    }
}

impl Garnish {
    /// Takes the parameters' present values over into the engine.
    fn follow_params(&mut self) {
        for ((param, host), seen) in
            garnish_engine::params::table().iter().zip(self.params.all()).zip(&mut self.seen)
        {
            let normalised = host.normalised();
            // bits, so that a NaN from a hostile state is seen once and not for ever
            if normalised.to_bits() != seen.to_bits() {
                *seen = normalised;
                param.set_normalised(&mut self.settings, normalised);
            }
        }
        let listen = if self.offline { Listen::default() } else { self.settings.listen };
        self.engine.set(&Settings { listen, ..self.settings });
    }

    /// Asks once for a restart when a setting that bears on latency waits for one.
    fn restart_if_needed(&mut self, context: &impl ProcessContext<Self>) {
        if !self.engine.needs_prepare() {
            self.restart_requested = false;
        } else if !self.restart_requested {
            self.restart_requested = true;
            context.request_restart();
        }
    }
}

impl Plugin for Garnish {
    const NAME: &'static str = "Garnish";
    const VENDOR: &'static str = "Garnish";
    const URL: &'static str = "";
    const EMAIL: &'static str = "";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");

    const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = &[layout(2), layout(1)];
    const SAMPLE_ACCURATE_AUTOMATION: bool = true;

    type Editor = PlugEditor;
    type SysExMessage = ();
    // nice-plug's shared worker outlives no instance: what needs a thread owns one
    type BackgroundTask = ();

    fn params(&self) -> Arc<dyn Params> {
        self.params.clone()
    }

    fn editor(&mut self, _executor: AsyncExecutor<Self>) -> Option<PlugEditor> {
        Some(editor::editor(Self::NAME, self.params.clone(), self.window.clone()))
    }

    fn filter_state(state: &mut PluginState) {
        state::complete(state);
    }

    fn activate(
        &mut self,
        _layout: &AudioIOLayout,
        config: &BufferConfig,
        context: &mut impl ActivateContext<Self>,
    ) -> bool {
        self.offline = config.process_mode == ProcessMode::Offline;
        self.follow_params();
        self.engine.prepare(f64::from(config.sample_rate));
        self.restart_requested = false;
        context.set_latency_samples(u32::try_from(self.engine.latency()).unwrap_or(u32::MAX));
        true
    }

    fn reset(&mut self) {
        self.engine.reset();
    }

    fn process(
        &mut self,
        buffer: &mut Buffer,
        _aux: &mut AuxiliaryBuffers,
        context: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        self.follow_params();
        self.restart_if_needed(context);
        self.engine.follow(transport_of(context.transport()), buffer.samples());
        match buffer.as_slice() {
            [left, right] => self.engine.process(left, right),
            [mono] => {
                // dual mono: the chain's second channel is a copy whose output nobody hears
                let mut copy = [0.0; MONO_CHUNK];
                for chunk in mono.chunks_mut(MONO_CHUNK) {
                    let copy = &mut copy[..chunk.len()];
                    copy.copy_from_slice(chunk);
                    self.engine.process(chunk, copy);
                }
            }
            _ => {}
        }
        // look-ahead and filters still hold signal when the input ends
        ProcessStatus::Tail(u32::try_from(self.engine.latency()).unwrap_or(u32::MAX))
    }
}

/// The host's transport for the meters; `None` if the host has none, which nice-plug shows as one that knows nothing.
fn transport_of(host: &Transport) -> Option<transport::Transport> {
    let position_s = host.pos_seconds();
    (host.playing || host.tempo.is_some() || position_s.is_some())
        .then_some(transport::Transport { playing: host.playing, position_s })
}

const fn layout(channels: u32) -> AudioIOLayout {
    AudioIOLayout {
        main_input_channels: NonZeroU32::new(channels),
        main_output_channels: NonZeroU32::new(channels),
        ..AudioIOLayout::const_default()
    }
}

impl ClapPlugin for Garnish {
    const CLAP_ID: &'static str = "org.garnish-audio.garnish";
    const CLAP_DESCRIPTION: Option<&'static str> =
        Some("Mastering: EQ, multiband compressor, saturator, stereo, true-peak limiter, dither");
    const CLAP_MANUAL_URL: Option<&'static str> = None;
    const CLAP_SUPPORT_URL: Option<&'static str> = None;
    const CLAP_FEATURES: &'static [ClapFeature] = &[
        ClapFeature::AudioEffect,
        ClapFeature::Mastering,
        ClapFeature::Limiter,
        ClapFeature::Stereo,
        ClapFeature::Mono,
    ];

    fn remote_controls(&self, context: &mut impl RemoteControlsContext) {
        self.params.remote_controls(context);
    }
}

vst3_adapter::export_vst3!(clap::clap_entry);

#[cfg(test)]
mod tests {
    use super::*;

    /// Sessions find the plugin by these for ever.
    #[test]
    fn ids_are_permanent() {
        assert_eq!(Garnish::CLAP_ID, "org.garnish-audio.garnish");
        assert_eq!(
            vst3_adapter::words(Garnish::CLAP_ID),
            [0xFF0E_E30A, 0x7857_7C2D, 0xD612_8536, 0x6A13_B636]
        );
    }
}
