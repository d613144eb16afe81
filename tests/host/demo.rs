//! The demo: the demo mix through the built CLAP, to the loudness of the demo reference.

use std::path::Path;

use garnish_cli::comparison::comparison;
use garnish_cli::progress::Bar;
use garnish_engine::Settings;
use garnish_engine::params::table;
use garnish_engine::presets::Preset;
use garnish_engine::units::count;
use garnish_host::clap::ClapHost;
use garnish_host::render::render;
use garnish_host::{Host, HostError, bundle};
use garnish_media::{Audio, Format};
use garnish_studio::analysis::{Analysis, analyse};
use garnish_studio::target;

/// Frames a block, as DAWs have it.
const BLOCK: usize = 512;

/// Masters, writes master.wav and report.svg, prints the table.
pub fn run() -> Result<(), HostError> {
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugin-assets/demo");
    let mix = read(&assets.join("mix.flac"))?;
    let reference = read(&assets.join("reference.flac"))?;
    let (before, aim) = (analyse("mix", &mix), analyse("reference", &reference));
    let target_lufs = aim.integrated_lufs.ok_or_else(|| HostError("the reference is silent".to_owned()))?;
    let preset =
        Preset::factory("demo").ok_or_else(|| HostError("there is no preset \"demo\"".to_owned()))?;
    let mut host = ClapHost::open(&bundle::clap())?;
    let bar = Bar::new("mastering");
    let mut last: Option<(Audio, Analysis)> = None;
    let reached = target::reach(&preset.settings(&Settings::default()), target_lufs, |settings, pass| {
        bar.restart(&format!("mastering in the plugin, pass {pass}"));
        let master = through(&mut host, settings, &mix, |x| bar.at(x))?;
        let after = analyse("master", &master);
        let loudness = after.integrated_lufs.unwrap_or(f64::NEG_INFINITY);
        last = Some((master, after));
        Ok::<_, HostError>(loudness)
    })?;
    drop(bar);
    let Some((master, after)) = last else { return Err(HostError("no pass was made".to_owned())) };
    if !reached.meets(target_lufs) {
        return Err(HostError(format!(
            "the master reached {:.2} LUFS, not {target_lufs:.2}",
            reached.loudness_lufs
        )));
    }
    let folder = bundle::folder().join("../demo");
    std::fs::create_dir_all(&folder).map_err(|error| HostError(format!("{}: {error}", folder.display())))?;
    let folder = folder.canonicalize().unwrap_or(folder);
    garnish_media::encode(folder.join("master.wav"), &master, Format::Wav24).map_err(told)?;
    let report =
        garnish_studio::report::comparison(&[("mix", &mix), ("master", &master), ("reference", &reference)])
            .map_err(HostError)?;
    std::fs::write(folder.join("report.svg"), report).map_err(|error| HostError(error.to_string()))?;
    println!("{}", comparison(&[("before", &before), ("after", &after), ("reference", &aim)]));
    println!("{} passes through {}", reached.passes, bundle::clap().display());
    println!("{}\n{}", folder.join("master.wav").display(), folder.join("report.svg").display());
    Ok(())
}

/// One render through the plugin, as a DAW exports: parameters first, then audio.
fn through(
    host: &mut ClapHost,
    settings: &Settings,
    mix: &Audio,
    mut progress: impl FnMut(f64),
) -> Result<Audio, HostError> {
    host.deactivate();
    let values = table()
        .iter()
        .map(|param| Ok((host.id_of(&param.title)?, f64::from(param.normalised(param.get(settings))))))
        .collect::<Result<Vec<_>, HostError>>()?;
    host.set(&values)?;
    host.activate(f64::from(mix.sample_rate_hz), BLOCK, true)?;
    let channels = render(host, &stereo(mix), BLOCK, &[], |done, all| progress(count(done) / count(all)))?;
    Ok(Audio { sample_rate_hz: mix.sample_rate_hz, channels: channels.into() })
}

/// The channels as a stereo host sends them: mono on both.
pub fn stereo(audio: &Audio) -> [Vec<f32>; 2] {
    let left = audio.channels.first().cloned().unwrap_or_default();
    let right = audio.channels.get(1).unwrap_or(&left).clone();
    [left, right]
}

fn read(path: &Path) -> Result<Audio, HostError> {
    garnish_media::decode(path).map_err(told)
}

#[expect(clippy::needless_pass_by_value, reason = "what map_err hands over")]
fn told(error: garnish_media::Error) -> HostError {
    HostError(error.to_string())
}
