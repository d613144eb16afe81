//! The plugin in a host process of its own, as DAWs with sandboxes run it.

use std::path::Path;
use std::process::Command;

use garnish_engine::Settings;
use garnish_engine::params::by_id;
use garnish_host::bundle;

#[test]
fn a_host_process_renders_the_same_file_as_the_command_line() {
    let input = Path::new(env!("CARGO_MANIFEST_DIR")).join("audio/mix-coherence.flac");
    let mut settings = Settings::default();
    by_id("limiter_gain").unwrap().set(&mut settings, 6.0);
    let mix = garnish_media::decode(&input).unwrap();
    let expected = garnish_studio::render::render(&mix, &settings, |_| {});
    for (plugin, name) in [(bundle::clap(), "clap.wav"), (bundle::vst3(), "vst3.wav")] {
        let output = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let status = Command::new(env!("CARGO_BIN_EXE_garnish-host"))
            .arg("render")
            .args([&plugin, &input, &output])
            .arg("limiter_gain=6")
            .status()
            .unwrap();
        assert!(status.success(), "{}", plugin.display());
        assert!(garnish_media::decode(&output).unwrap() == expected, "{}", plugin.display());
    }
}

/// Hosts unload plugins while threads that ran them live on; a thread's end then runs code of the library.
#[test]
fn a_thread_may_end_after_the_library_was_unloaded() {
    for format in ["CLAP", "VST3"] {
        std::thread::spawn(move || {
            let mut host = crate::open(format);
            host.activate(48_000.0, 64, false).unwrap();
            host.process(&mut [vec![0.1; 64], vec![0.1; 64]], &[]).unwrap();
            drop(host);
        })
        .join()
        .unwrap();
    }
}
