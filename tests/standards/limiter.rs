//! The limiter's promise on real music, read by an independent judge.

use std::path::Path;

use garnish_engine::Settings;
use garnish_engine::limiter::Style;
use garnish_media::Audio;

/// 32x oversampling with 256 taps a phase: it shares nothing with the engine.
#[path = "../../src/engine/tests/support/true_peak.rs"]
#[allow(
    dead_code,
    missing_docs,
    clippy::all,
    clippy::pedantic,
    reason = "the engine's tests hold it to their own standard"
)]
mod judge;

const MUSIC: [&str; 4] = [
    "../plugin-assets/demo/mix.flac",
    "../plugin-assets/demo/reference.flac",
    "audio/mix-coherence.flac",
    "audio/master-hell.flac",
];

/// The figure: greatest excess over the ceiling, in dB.
const EXCESS_DB: f64 = 0.01;

/// Gain that brings the file's sample peak to +8 dBFS, the figure's drive.
fn drive_db(audio: &Audio) -> f64 {
    let peak = audio.channels.iter().flatten().fold(0.0_f32, |peak, x| peak.max(x.abs()));
    8.0 - 20.0 * f64::from(peak).log10()
}

/// Four seconds from the middle of a file.
fn excerpt(path: &str) -> Audio {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let mut audio = garnish_media::decode(path).expect("the excerpt decodes");
    let rate = audio.sample_rate_hz as usize;
    for channel in &mut audio.channels {
        *channel = channel[8 * rate..12 * rate].to_vec();
    }
    audio
}

#[test]
fn the_ceiling_holds_on_music() {
    let judge = judge::Judge::new();
    for path in MUSIC {
        let audio = excerpt(path);
        for (style, choice) in Style::ALL.iter().zip(Style::CHOICES) {
            let mut settings = Settings::default();
            settings.limiter.stage.gain_db = drive_db(&audio);
            settings.limiter.stage.style = *style;
            let output = garnish_cli::render::render(&audio, &settings, |_| {});
            for channel in &output.channels {
                let channel: Vec<f64> = channel.iter().map(|x| f64::from(*x)).collect();
                let excess_db = 20.0 * judge.true_peak(&channel).log10() - settings.limiter.stage.ceiling_db;
                assert!(
                    excess_db <= EXCESS_DB,
                    "{path}, {}: {excess_db:+.4} dB over the ceiling",
                    choice.label
                );
                assert!(
                    excess_db > -0.5,
                    "{path}, {}: nothing was limited ({excess_db:+.2} dB)",
                    choice.label
                );
            }
        }
    }
}
