//! MP3 to the last frame, FLAC as its checksums have it, and lossy audio at the right place.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "small numbers of our own"
)]

mod support;

use std::f64::consts::TAU;
use std::fs;

use garnish_media::{Audio, Error, Format, decode, encode};
use support::{data, missing, strict_bytes, tolerant_bytes, word};

/// A third of a second of noise as 24-bit FLAC.
fn flac() -> (Audio, Vec<u8>) {
    let noise = |seed: u32| (0..15_000).map(|n| (word(n * 2 + seed) >> 8) as f32 / 8_388_608.0).collect();
    let audio = Audio { sample_rate_hz: 44_100, channels: vec![noise(0), noise(1)] };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.flac");
    encode(&path, &audio, Format::Flac24).unwrap();
    (audio, fs::read(path).unwrap())
}

#[test]
fn middle_and_side_at_32_bits() {
    let audio = decode(data("joint.flac")).unwrap();
    let word = |n| word(n).max(i32::MIN + 255);
    let scaled = |s: i32| (f64::from(s) / 2_147_483_648.0) as f32;
    let left: Vec<f32> = (0..2000).map(|n| scaled(word(n))).collect();
    let right: Vec<f32> = (0..2000u32).map(|n| scaled(word(n) - ((2 * n + 1) % 256).cast_signed())).collect();
    assert!(audio.channels == [left, right]);
}

#[test]
fn a_flipped_bit_in_flac_is_an_error_wherever_it_is() {
    let (_, good) = flac();
    for at in (good.len() / 4..good.len() - 20_000).step_by(9_973) {
        let mut bad = good.clone();
        bad[at] ^= 0x10;
        let error = tolerant_bytes(&bad).unwrap_err();
        assert!(matches!(error, Error::Damaged { .. }), "{at}: {error:?}");
        assert!(error.to_string().contains("checksum of its FLAC frame at"), "{error}");
    }
}

#[test]
fn a_wrong_md5_is_an_error_and_none_is_not() {
    let (audio, good) = flac();
    let mut bad = good.clone();
    bad[30] ^= 1;
    let error = tolerant_bytes(&bad).unwrap_err();
    assert!(error.to_string().contains("does not match the MD5 checksum"), "{error}");
    bad[26..42].fill(0);
    assert!(strict_bytes(&bad).unwrap() == audio);
}

#[test]
fn odd_headers_of_flac() {
    let (audio, good) = flac();
    let patched = |at: usize, bytes: &[u8]| {
        let mut file = good.clone();
        file[at..at + bytes.len()].copy_from_slice(bytes);
        file
    };
    for (what, file) in [
        ("a least block of 0", patched(8, &[0, 0])),
        ("a least block of 16, as of a variable stream", patched(8, &[0, 16])),
        ("no length", patched(21, &[good[21] & 0xF0, 0, 0, 0, 0])),
        ("frame sizes that are not so", patched(12, &[0, 0, 9, 0, 0, 9])),
        ("an ID3 tag in front", [b"ID3\x03\0\0\0\0\x07\x68".to_vec(), vec![0; 1000], good.clone()].concat()),
        ("an ID3 tag behind", [good.clone(), b"TAG".to_vec(), vec![0; 125]].concat()),
        ("something unknown behind", [good.clone(), b"and so on \xFF\xF8".to_vec()].concat()),
    ] {
        let read = strict_bytes(&file).unwrap_or_else(|e| panic!("{what}: {e}"));
        assert!(read == audio, "{what}: {} frames", read.frames());
    }
}

#[test]
fn flac_that_breaks_off_is_read_up_to_there() {
    let (audio, good) = flac();
    for left in [good.len() - 1, good.len() - 5_000, good.len() / 2] {
        let (read, warnings) = tolerant_bytes(&good[..left]).unwrap();
        let frames = read.frames();
        assert!(frames > 0 && frames % 4096 == 0, "{frames}");
        assert_eq!(missing(&warnings), Some(Some((audio.frames() - frames) as u64)));
        assert!(read.channels.iter().zip(&audio.channels).all(|(a, b)| a[..] == b[..frames]));
        assert!(matches!(strict_bytes(&good[..left]), Err(Error::Damaged { .. })));
    }
    let mut unknown = good[..good.len() - 5_000].to_vec();
    unknown[21] &= 0xF0;
    unknown[22..26].fill(0);
    assert_eq!(missing(&tolerant_bytes(&unknown).unwrap().1), Some(None));
}

#[test]
fn flac_in_other_containers() {
    let expected = decode(data("tones.aiff")).unwrap();
    for name in ["tones.oga", "tones.mka", "alac.m4a", "tones.w64", "tones.caf", "tones.au", "tones.rf64"] {
        assert!(decode(data(name)).unwrap() == expected, "{name}");
    }
    // A flipped bit in a frame.
    let mut bad = fs::read(data("tones.mka")).unwrap();
    let middle = bad.len() * 2 / 3;
    bad[middle] ^= 1;
    assert!(matches!(tolerant_bytes(&bad), Err(Error::Damaged { .. })));
}

/// Three seconds of 22.05 kHz, in frames of 576 samples, with the encoder's delay and padding that no header tells: as ffmpeg has it.
const TAGLESS: usize = 67_392;

#[test]
fn mp3_without_a_header_is_read_to_its_end() {
    let audio = decode(data("tagless.mp3")).unwrap();
    assert_eq!((audio.sample_rate_hz, audio.channels.len(), audio.frames()), (22_050, 1, TAGLESS));
    // The tone at the end is there, at its level.
    let end = &audio.channels[0][60_000..62_205];
    let peak = end.iter().fold(0.0f32, |a, b| a.max(b.abs()));
    assert!((peak - 6000.0 / 32_768.0).abs() < 0.005, "{peak}");
}

#[test]
fn joined_mp3_files_are_read_to_the_end_of_the_last() {
    let (one, tagged) = (fs::read(data("tagless.mp3")).unwrap(), fs::read(data("tones.mp3")).unwrap());
    assert_eq!(strict_bytes(&[one.clone(), one.clone()].concat()).unwrap().frames(), 2 * TAGLESS);
    // As ffmpeg: the delay of the first is taken off; what follows, the second's tag included, is kept.
    let frames = decode(data("tones.mp3")).unwrap().frames();
    assert_eq!(frames, 44_100);
    let blocks = 40 * 1152;
    assert_eq!(
        strict_bytes(&[tagged.clone(), tagged.clone()].concat()).unwrap().frames(),
        2 * blocks + 1152 - 1105
    );
    // A tag with a picture that looks like frames lies between them.
    let mut picture = b"APIC\0\0\x40\0\0\0\0image/png\0\x03\0".to_vec();
    for _ in 0..20 {
        picture.extend(b"\xFF\xFB\x90\x64");
        picture.resize(picture.len() + 413, 0);
    }
    let size = picture.len();
    let tag = [b"ID3\x03\0\0\0\0".to_vec(), vec![(size >> 7) as u8, (size & 0x7F) as u8], picture].concat();
    let joined = [tag.clone(), tagged.clone(), tag, tagged].concat();
    assert_eq!(strict_bytes(&joined).unwrap().frames(), 2 * blocks + 1152 - 1105);
}

#[test]
fn mp3_that_breaks_off_says_so() {
    let whole = fs::read(data("tones.mp3")).unwrap();
    let (audio, warnings) = tolerant_bytes(&whole[..whole.len() / 2]).unwrap();
    let left = missing(&warnings).unwrap().unwrap() as usize;
    assert_eq!(audio.frames() + 1105 + left, 40 * 1152);
    assert!(matches!(strict_bytes(&whole[..whole.len() / 2]), Err(Error::Damaged { .. })));
}

/// Delay in samples of the left tone, 440 Hz from phase 0, by correlation over 0.2 s from 0.4 s on; it is unambiguous within 50 samples.
fn delay(audio: &Audio) -> f64 {
    let rate = f64::from(audio.sample_rate_hz);
    let (mut re, mut im) = (0.0, 0.0);
    let start = (rate * 0.4) as usize;
    for n in start..start + (rate * 0.2) as usize {
        let angle = TAU * 440.0 * n as f64 / rate;
        re += f64::from(audio.channels[0][n]) * angle.sin();
        im += f64::from(audio.channels[0][n]) * angle.cos();
    }
    -im.atan2(re) / (TAU * 440.0) * rate
}

#[test]
fn lossy_audio_begins_where_it_began() {
    for name in ["tones.mp3", "tones.m4a", "tones.ogg", "tones.opus"] {
        let delay = delay(&decode(data(name)).unwrap());
        assert!(delay.abs() < 0.5, "{name} is {delay} samples late");
    }
    // 1024 samples of priming are 10.2 periods: a fraction of 0.217 remains.
    let bare = delay(&decode(data("tones.aac")).unwrap());
    let expected = (1024.0 * 440.0 / 44_100.0f64).fract() * 44_100.0 / 440.0;
    assert!((bare - expected).abs() < 0.1, "{bare}");
}

#[test]
fn joined_ogg_files_are_read_to_the_end_of_the_last() {
    for (name, frames) in [("tones.ogg", 44_100), ("tones.opus", 48_000)] {
        let one = fs::read(data(name)).unwrap();
        assert_eq!(strict_bytes(&[one.clone(), one].concat()).unwrap().frames(), 2 * frames, "{name}");
    }
}

#[test]
fn a_flipped_bit_in_ogg_is_an_error() {
    for name in ["tones.ogg", "tones.opus", "tones.oga"] {
        let mut bad = fs::read(data(name)).unwrap();
        let middle = bad.len() * 2 / 3;
        bad[middle] ^= 1;
        let error = tolerant_bytes(&bad).unwrap_err();
        assert!(error.to_string().contains("checksum of its Ogg page at byte"), "{name}: {error}");
    }
}

#[test]
fn lossy_files_that_break_off_say_so() {
    for name in ["tones.ogg", "tones.opus", "tones.aac"] {
        let one = fs::read(data(name)).unwrap();
        // Ogg comes in pages of a second or so, and the short file has only one: so cut the second of two.
        let whole = if name == "tones.ogg" { [one.clone(), one].concat() } else { one };
        let cut = &whole[..whole.len() - 100];
        let (audio, warnings) = tolerant_bytes(cut).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert!(audio.frames() > 0 && missing(&warnings).is_some(), "{name}: {warnings:?}");
        assert!(strict_bytes(cut).is_err(), "{name}");
    }
    let whole = fs::read(data("tones.m4a")).unwrap();
    let error = tolerant_bytes(&whole[..whole.len() / 2]).unwrap_err();
    assert!(error.to_string().contains("before the index"), "{error}");
}
