//! The limiter's promise on real music, read by an independent judge.

use std::path::Path;

use garnish_engine::Settings;
use garnish_engine::dither::Bits;
use garnish_engine::limiter::{LatencyMode, Style};
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
    excerpt_from(8, path)
}

/// Four seconds from a second on.
fn excerpt_from(second: usize, path: &str) -> Audio {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let mut audio = garnish_media::decode(path).expect("the excerpt decodes");
    let rate = audio.sample_rate_hz as usize;
    for channel in &mut audio.channels {
        *channel = channel[second * rate..(second + 4) * rate].to_vec();
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
            let output = garnish_studio::render::render(&audio, &settings, |_| {});
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

/// A mix may end in the middle of the sound. Where the band limit of the low latency would ring on, the cut must not lift the peak.
#[test]
fn the_ceiling_holds_to_the_last_sample() {
    let judge = judge::Judge::new();
    let mut faded = 0;
    for latency in LatencyMode::ALL {
        for frames in 6_000..6_024 {
            let square = (0..frames).map(|n| if n % 47 < 23 { 0.7 } else { -0.7 }).collect();
            let audio = Audio { sample_rate_hz: 48_000, channels: vec![square] };
            let mut settings = Settings::default();
            settings.limiter.stage.gain_db = drive_db(&audio);
            settings.limiter.stage.latency = *latency;
            let output = garnish_studio::render::render(&audio, &settings, |_| {});
            assert_eq!(output.frames(), audio.frames());
            let channel: Vec<f64> = output.channels[0].iter().map(|x| f64::from(*x)).collect();
            let excess_db = 20.0 * judge.true_peak(&channel).log10() + 1.0;
            assert!(
                excess_db <= EXCESS_DB,
                "{latency:?}, {frames} frames: {excess_db:+.4} dB over the ceiling"
            );
            faded += usize::from(channel.last() == Some(&0.0));
        }
    }
    assert!(faded > 0, "no case for a fade");
    println!("{faded} of 72 ends were faded");
}

/// True peak of what a master becomes: dithered to 16 and 24 bits it keeps the ceiling; converted to 44.1 or 48 kHz it may exceed it a
/// little, and a safety margin of 0.1 dB removes that.
#[test]
fn a_margin_removes_what_resampling_adds() {
    let judge = judge::Judge::new();
    // not at the ends: cut in the middle of the sound, they ring
    let excess_db = |audio: &Audio| {
        let rim = audio.sample_rate_hz as usize / 10;
        let inside = rim..audio.frames() - rim;
        let peak = audio.channels.iter().map(|channel| {
            let channel: Vec<_> = channel.iter().map(|x| f64::from(*x)).collect();
            judge.worst(&channel, |n| if inside.contains(&n) { 1.0 } else { f64::INFINITY })
        });
        20.0 * peak.fold(0.0, f64::max).log10() + 1.0
    };
    let mut worst = [f64::NEG_INFINITY; 2];
    for path in MUSIC {
        let audio = excerpt_from(3, path);
        let mut settings = Settings::default();
        settings.limiter.stage.gain_db = drive_db(&audio);
        settings.dither.on = true;
        let master = |settings: &Settings| garnish_studio::render::render(&audio, settings, |_| {});
        for bits in Bits::ALL {
            settings.dither.stage.bits = *bits;
            let excess_db = excess_db(&master(&settings));
            println!("{path}, {bits:?}: {excess_db:+.4} dB");
            assert!(excess_db <= EXCESS_DB, "{path}, {bits:?}: {excess_db:+.4} dB");
        }
        for rate_hz in [44_100, 48_000] {
            for (worst, margin_db) in worst.iter_mut().zip([0.0, 0.1]) {
                settings.limiter.stage.margin_db = margin_db;
                let converted = garnish_media::resample(&master(&settings), rate_hz).expect("a common rate");
                let excess_db = excess_db(&converted);
                println!("{path}, {rate_hz} Hz, margin {margin_db} dB: {excess_db:+.4} dB");
                *worst = worst.max(excess_db);
            }
        }
    }
    let [without, with] = worst;
    assert!(without > 0.0, "no case for a margin: {without:+.4} dB");
    assert!(with <= 0.0, "{with:+.4} dB in spite of the margin");
}
