//! `garnish-host`: a built plugin bundle in a host process of its own.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line speaks")]

mod demo;

use std::path::Path;
use std::process::ExitCode;

use garnish_engine::params::by_id;
use garnish_host::clap::ClapHost;
use garnish_host::render::render;
use garnish_host::vst3::Vst3Host;
use garnish_host::{Host, HostError};
use garnish_media::{Audio, Format};

const USAGE: &str = "\
garnish-host demo                                     master the demo mix with the built CLAP
garnish-host render PLUGIN IN OUT.wav [ID=VALUE]...   a file through a CLAP or VST3 bundle, 32-bit float out";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["demo"] => demo::run(),
        ["render", plugin, input, output, sets @ ..] => render_file(plugin.as_ref(), input, output, sets),
        _ => Err(HostError(USAGE.to_owned())),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn render_file(plugin: &Path, input: &str, output: &str, sets: &[&str]) -> Result<(), HostError> {
    let vst3 = plugin.extension().is_some_and(|extension| extension == "vst3");
    let mut host: Box<dyn Host> =
        if vst3 { Box::new(Vst3Host::open(plugin)?) } else { Box::new(ClapHost::open(plugin)?) };
    for set in sets {
        let (id, value) = set.split_once('=').ok_or_else(|| HostError(format!("{set}: write ID=VALUE")))?;
        let param = by_id(id).ok_or_else(|| HostError(format!("there is no parameter \"{id}\"")))?;
        let plain = param.parse_in_range(value).map_err(HostError)?;
        let host_id = host.id_of(&param.title)?;
        host.set(&[(host_id, f64::from(param.normalised(plain)))])?;
    }
    let audio = garnish_media::decode(input).map_err(|error| HostError(error.to_string()))?;
    host.activate(f64::from(audio.sample_rate_hz), 512, true)?;
    let rendered = render(&mut *host, &demo::stereo(&audio), 512, &[], |_, _| {})?;
    let out = Audio { sample_rate_hz: audio.sample_rate_hz, channels: rendered.into() };
    garnish_media::encode(output, &out, Format::WavF32).map_err(|error| HostError(error.to_string()))?;
    println!("{output}: {} frames, latency {} samples", out.frames(), host.latency());
    Ok(())
}
