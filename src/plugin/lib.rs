//! Garnish, the plugin: the engine's table as host parameters, and the engine on the host's audio thread. No DSP here.
//!
//! CLAP comes from nice-plug; VST3 from `vst3-adapter`, which hosts this library's own CLAP entry.
#![expect(
    unsafe_code,
    reason = "exporting a plugin and handing out parameter pointers cannot be done without"
)]

mod clap;
mod contain;
pub mod editor;
#[cfg(all(target_os = "linux", target_env = "gnu", target_arch = "x86_64"))]
mod glibc;
mod modes;
mod params;
mod state;

use std::sync::Arc;

use garnish_engine::settings::Listen;
use garnish_engine::transport;
use garnish_engine::units::whole;
use garnish_engine::{Engine, Settings};
use nice_plug::prelude::*;
use vizia_plug::PlugEditor;

use contain::contain;

pub use modes::Modes;
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
    window: editor::Link,
    /// The host renders a file, and nobody listens.
    offline: bool,
    /// Frames until the host is asked again for the restart that a mode waits for.
    ask_again_in: usize,
    /// Half a second, in frames.
    half_a_second: usize,
    /// A panic has left the engine half done: silence until the next activation.
    failed: bool,
}

impl Default for Garnish {
    fn default() -> Self {
        let params = Arc::new(HostParams::default());
        let seen = vec![f32::NAN; params.all().len()];
        let mut engine = Engine::default();
        let window = editor::Link::new(engine.connect());
        Self {
            params,
            seen,
            settings: Settings::default(),
            engine,
            window,
            offline: false,
            ask_again_in: 0,
            half_a_second: 0,
            failed: false,
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

    /// Asks for a restart while a setting that bears on latency waits for one: at once, then every half a second.
    fn restart_if_needed(&mut self, context: &impl ProcessContext<Self>, frames: usize) {
        let waiting = self.engine.needs_prepare();
        self.params.modes().set_waiting(waiting);
        if !waiting {
            self.ask_again_in = 0;
        } else if self.ask_again_in > frames {
            self.ask_again_in -= frames;
        } else {
            self.ask_again_in = self.half_a_second;
            context.request_restart();
        }
    }

    /// One block.
    fn run(&mut self, buffer: &mut Buffer, context: &mut impl ProcessContext<Self>) -> ProcessStatus {
        self.follow_params();
        self.restart_if_needed(context, buffer.samples());
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

impl Drop for Garnish {
    fn drop(&mut self) {
        self.params.modes().forget_host();
    }
}

impl Plugin for Garnish {
    const NAME: &'static str = "Garnish";
    const VENDOR: &'static str = "Garnish";
    // empty until the workspace names its repository
    const URL: &'static str = env!("CARGO_PKG_REPOSITORY");
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
        contain(|| state::complete(state));
    }

    fn activate(
        &mut self,
        _layout: &AudioIOLayout,
        config: &BufferConfig,
        context: &mut impl ActivateContext<Self>,
    ) -> bool {
        self.offline = config.process_mode == ProcessMode::Offline;
        let prepared = contain(|| {
            self.follow_params();
            self.engine.prepare(f64::from(config.sample_rate));
            self.half_a_second = whole(0.5 * f64::from(config.sample_rate));
            self.ask_again_in = 0;
            self.params.modes().set_waiting(false);
            context.set_latency_samples(u32::try_from(self.engine.latency()).unwrap_or(u32::MAX));
        });
        self.failed = prepared.is_none();
        !self.failed
    }

    fn reset(&mut self) {
        self.failed |= contain(|| self.engine.reset()).is_none();
    }

    fn process(
        &mut self,
        buffer: &mut Buffer,
        _aux: &mut AuxiliaryBuffers,
        context: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        let status = if self.failed { None } else { contain(|| self.run(buffer, context)) };
        status.unwrap_or_else(|| {
            self.failed = true;
            buffer.as_slice().iter_mut().for_each(|channel| channel.fill(0.0));
            ProcessStatus::Error("the engine has failed; it starts anew at the next activation")
        })
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
