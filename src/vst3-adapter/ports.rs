//! CLAP's audio ports as VST3's speaker arrangements.

use clap_sys::ext::audio_ports::{CLAP_AUDIO_PORT_IS_MAIN, clap_audio_port_info};
use vst3::Steinberg::Vst::SpeakerArr::{kMono, kStereo};
use vst3::Steinberg::Vst::SpeakerArrangement;

use crate::plugin::Plugin;

pub(crate) fn is_main(port: &clap_audio_port_info) -> bool {
    port.flags & CLAP_AUDIO_PORT_IS_MAIN != 0
}

/// The arrangement of a port: mono, stereo, or the first so many speakers.
pub(crate) fn arrangement(channels: u32) -> SpeakerArrangement {
    match channels {
        1 => kMono,
        2 => kStereo,
        n => 1_u64.checked_shl(n).map_or(u64::MAX, |bit| bit - 1),
    }
}

/// [main-thread & !active] Looks for a port configuration with these arrangements and selects it; `false`, with the
/// ports as before, if the plugin has none.
pub(crate) fn select(plugin: &Plugin, inputs: &[SpeakerArrangement], outputs: &[SpeakerArrangement]) -> bool {
    if fits(plugin, inputs, outputs) {
        return true;
    }
    let before = channels(plugin);
    let configs = plugin.port_configs();
    if configs.iter().any(|id| plugin.select_port_config(*id) && fits(plugin, inputs, outputs)) {
        return true;
    }
    let _ = configs.iter().any(|id| plugin.select_port_config(*id) && channels(plugin) == before);
    false
}

fn fits(plugin: &Plugin, inputs: &[SpeakerArrangement], outputs: &[SpeakerArrangement]) -> bool {
    let wanted = |arrangements: &[SpeakerArrangement]| -> Vec<u32> {
        arrangements.iter().map(|arrangement| arrangement.count_ones()).collect()
    };
    channels(plugin) == [wanted(inputs), wanted(outputs)]
}

/// The channel counts of all ports, inputs and outputs.
fn channels(plugin: &Plugin) -> [Vec<u32>; 2] {
    [true, false].map(|is_input| plugin.ports(is_input).iter().map(|port| port.channel_count).collect())
}
