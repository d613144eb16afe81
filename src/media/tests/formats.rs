//! Every format that is promised is read, and what cannot be read or written says so in one sentence.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test fails by panicking")]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "small numbers that tests make themselves"
)]

mod support;

use std::f64::consts::TAU;
use std::fs;
use std::path::Path;

use garnish_media::{Audio, Error, Format, decode, decode_with, encode};
use support::data;
use tempfile::tempdir;

/// Level of one frequency in dB relative to a full-scale sine, by correlation over whole periods.
fn level_db(samples: &[f32], hz: f64, rate_hz: f64) -> f64 {
    let (mut re, mut im) = (0.0, 0.0);
    for (n, &s) in samples.iter().enumerate() {
        let angle = TAU * hz * n as f64 / rate_hz;
        re += f64::from(s) * angle.cos();
        im += f64::from(s) * angle.sin();
    }
    20.0 * (2.0 * re.hypot(im) / samples.len() as f64).log10()
}

/// `tests/data/make.py` says what is in the files.
fn holds_the_tones(name: &str, rate_hz: u32, frames: usize) {
    let audio = decode(data(name)).unwrap();
    assert_eq!(audio.sample_rate_hz, rate_hz, "{name}");
    assert_eq!(audio.channels.len(), 2, "{name}");
    assert_eq!(audio.frames(), frames, "{name}");
    for (channel, tone, other) in [(0, 440.0, 1000.0), (1, 1000.0, 440.0)] {
        // A tenth of a second, which is whole periods of both tones.
        let tenth = rate_hz as usize / 10;
        let part = &audio.channels[channel][tenth..2 * tenth];
        assert!(
            (level_db(part, tone, f64::from(rate_hz)) + 12.0).abs() < 0.5,
            "{name}: channel {channel} lacks {tone} Hz"
        );
        assert!(
            level_db(part, other, f64::from(rate_hz)) < -50.0,
            "{name}: channel {channel} holds {other} Hz"
        );
    }
}

// Lengths are those of ffmpeg, except that it leaves the padding of the last frame of M4A on; the edit list takes it off.
#[test]
fn lossy_formats_have_the_right_length() {
    holds_the_tones("tones.mp3", 44_100, 44_100);
    holds_the_tones("tones.ogg", 44_100, 44_100);
    holds_the_tones("tones.m4a", 44_100, 44_100);
    // A bare stream says nothing of its priming: 1024 frames in front, and the last one filled up.
    holds_the_tones("tones.aac", 44_100, 46_080);
    holds_the_tones("tones.opus", 48_000, 48_000);
}

#[test]
fn aiff() {
    assert_eq!(decode(data("tones.aiff")).unwrap().frames(), 4_410);
}

#[test]
fn progress_rises_to_one() {
    let mut told = Vec::new();
    decode_with(data("tones.mp3"), &mut |x| told.push(x)).unwrap();
    assert!(told.len() > 10 && told.is_sorted());
    assert_eq!(told.last(), Some(&1.0));
}

/// The message is one sentence that names the file and ends in advice.
fn assert_clear(error: &Error, path: &Path) {
    let text = error.to_string();
    assert!(text.contains(&path.display().to_string()), "{text}");
    assert!(
        text.contains(": ") && !text.contains('\n') && text.len() < path.display().to_string().len() + 130,
        "{text}"
    );
}

macro_rules! assert_fails {
    ($result:expr, $path:expr, $pattern:pat) => {{
        let error = $result.unwrap_err();
        assert!(matches!(error, $pattern), "{error:?}");
        assert_clear(&error, $path);
    }};
}

#[test]
fn what_is_no_audio_is_told_apart() {
    let folder = tempdir().unwrap();
    let missing = folder.path().join("nothing.wav");
    assert_fails!(decode(&missing), &missing, Error::Missing { .. });
    assert_fails!(decode(folder.path()), folder.path(), Error::Unreadable { .. });
    for (name, content) in [
        ("text.wav", "hello ".repeat(5_000).into_bytes()),
        ("short.wav", b"RIFF".to_vec()),
        ("noise.mp3", (0..20_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect()),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        let error = decode(&path).unwrap_err();
        assert!(matches!(error, Error::NotAudio { .. } | Error::Damaged { .. }), "{name}: {error:?}");
        assert_clear(&error, &path);
    }
    let empty = folder.path().join("empty.wav");
    fs::write(&empty, "").unwrap();
    assert_fails!(decode(&empty), &empty, Error::Empty { .. });
}

fn wav(path: &Path, channels: u16, rate_hz: u32, frames: u32) {
    let spec = hound::WavSpec {
        channels,
        sample_rate: rate_hz,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(path, spec).unwrap();
    for n in 0..frames * u32::from(channels) {
        writer.write_sample(i16::try_from(n % 1000).unwrap()).unwrap();
    }
    writer.finalize().unwrap();
}

#[test]
fn more_than_two_channels_no_samples_and_odd_rates_are_told() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("a.wav");
    wav(&path, 6, 48_000, 100);
    assert_fails!(decode(&path), &path, Error::Channels { channels: 6, .. });
    wav(&path, 2, 48_000, 0);
    assert_fails!(decode(&path), &path, Error::Empty { .. });
    wav(&path, 2, 4_000, 100);
    assert_fails!(decode(&path), &path, Error::SampleRate { sample_rate_hz: 4_000, .. });
}

#[test]
fn cut_files_are_told() {
    let folder = tempdir().unwrap();
    let audio = Audio {
        sample_rate_hz: 48_000,
        channels: vec![(0..30_000).map(|n| (n as f32 * 0.1).sin() * 0.5).collect()],
    };
    for format in Format::ALL {
        let path = folder.path().join("a").with_extension(format.extension());
        encode(&path, &audio, format).unwrap();
        let whole = fs::read(&path).unwrap();
        fs::write(&path, &whole[..whole.len() * 2 / 3]).unwrap();
        assert_fails!(decode(&path), &path, Error::Damaged { .. });
    }
}

#[test]
fn outputs_appear_whole_or_not_at_all() {
    let folder = tempdir().unwrap();
    let good = Audio { sample_rate_hz: 48_000, channels: vec![vec![0.5; 100]] };
    let path = folder.path().join("a.wav");
    fs::write(&path, "an older file").unwrap();

    let no_folder = folder.path().join("none/a.wav");
    assert_fails!(encode(&no_folder, &good, Format::Wav16), &no_folder, Error::NoFolder { .. });
    assert_fails!(encode(folder.path(), &good, Format::Wav16), folder.path(), Error::NotAFile { .. });
    let empty = Audio { sample_rate_hz: 48_000, channels: vec![vec![], vec![]] };
    assert_fails!(encode(&path, &empty, Format::Wav16), &path, Error::Empty { .. });
    let wide = Audio { sample_rate_hz: 48_000, channels: vec![vec![0.0; 9]; 3] };
    assert_fails!(encode(&path, &wide, Format::Flac24), &path, Error::Channels { channels: 3, .. });
    // FLAC has no room for this rate; the failure comes from the encoder, after the unfinished file was opened.
    let odd = Audio { sample_rate_hz: 1 << 21, channels: vec![vec![0.0; 9]] };
    assert_fails!(encode(&path, &odd, Format::Flac24), &path, Error::Unstorable { .. });
    assert_eq!(fs::read(&path).unwrap(), b"an older file");

    encode(&path, &good, Format::Wav16).unwrap();
    assert_eq!(decode(&path).unwrap(), good);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn a_link_is_followed_and_stays() {
    let folder = tempdir().unwrap();
    let (file, link) = (folder.path().join("a.wav"), folder.path().join("b.wav"));
    fs::write(&file, "old").unwrap();
    std::os::unix::fs::symlink(&file, &link).unwrap();
    let audio = Audio { sample_rate_hz: 48_000, channels: vec![vec![0.5; 100]] };
    encode(&link, &audio, Format::Wav16).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(decode(&file).unwrap(), audio);
}
