//! Damaged files are errors or audio, never panics, hangs or memory without bound.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::fs;

use garnish_media::{Audio, Format, encode};
use proptest::prelude::*;
use support::{data, tolerant_bytes, word};

const FILES: [&str; 15] = [
    "tones.aiff",
    "tones.au",
    "tones.caf",
    "tones.w64",
    "tones.rf64",
    "tones.oga",
    "tones.mka",
    "tones.mp3",
    "tagless.mp3",
    "tones.m4a",
    "alac.m4a",
    "tones.aac",
    "tones.ogg",
    "tones.opus",
    "joint.flac",
];

/// Files that decode to little more than their bytes may still be short: no damage makes more frames than this of them.
const MOST_FRAMES: usize = 4_000_000;

/// Bytes overwritten, a part taken out, the end cut off.
fn mutilate(
    mut bytes: Vec<u8>,
    changes: &[(usize, u8)],
    head: bool,
    hole: (usize, usize),
    keep: usize,
) -> Vec<u8> {
    for &(at, value) in changes {
        let reach = if head { bytes.len().min(200) } else { bytes.len() };
        bytes[at % reach] = value;
    }
    let start = hole.0 % bytes.len();
    let end = (start + hole.1 % 50).min(bytes.len());
    bytes.drain(start..end);
    let length = bytes.len();
    bytes.truncate(length - if keep.is_multiple_of(3) { keep % length } else { 0 });
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_worse_than_an_error(
        changes in proptest::collection::vec((any::<usize>(), any::<u8>()), 0..12),
        head in any::<bool>(),
        hole in any::<(usize, usize)>(),
        keep in any::<usize>(),
    ) {
        for name in FILES {
            let bytes = mutilate(fs::read(data(name)).unwrap(), &changes, head, hole, keep);
            if let Ok((audio, _)) = tolerant_bytes(&bytes) {
                prop_assert!(audio.frames() < MOST_FRAMES, "{name}: {} frames", audio.frames());
            }
        }
        for format in Format::ALL {
            let samples = (0..900).map(|n| f32::from(i16::try_from(word(n) >> 16).unwrap()) / 32_768.0).collect();
            let audio = Audio { sample_rate_hz: 44_100, channels: vec![samples] };
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("a");
            encode(&path, &audio, format).unwrap();
            let _ = tolerant_bytes(&mutilate(fs::read(path).unwrap(), &changes, head, hole, keep));
        }
    }
}
