//! What several tests need.
#![allow(dead_code, reason = "each test uses some of it")]
#![allow(clippy::unwrap_used, clippy::cast_possible_truncation, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use garnish_media::{Audio, Error, Reader, Warning, decode};

/// A file in `tests/data`, which `make.py` there describes.
pub fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

/// Reads a file as far as it goes.
pub fn tolerant(path: &Path) -> Result<(Audio, Vec<Warning>), Error> {
    let mut reader = Reader::open(path)?;
    let mut planes = vec![vec![0.0; 1000]; reader.info().channels];
    let mut channels = vec![Vec::new(); planes.len()];
    loop {
        let frames = reader.read(&mut planes)?;
        if frames == 0 {
            let sample_rate_hz = reader.info().sample_rate_hz;
            return Ok((Audio { sample_rate_hz, channels }, reader.warnings()));
        }
        for (channel, plane) in channels.iter_mut().zip(&planes) {
            channel.extend_from_slice(&plane[..frames]);
        }
    }
}

/// Reads bytes as if they were a file, as far as they go.
pub fn tolerant_bytes(bytes: &[u8]) -> Result<(Audio, Vec<Warning>), Error> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a file");
    fs::write(&path, bytes).unwrap();
    tolerant(&path)
}

/// Reads bytes as if they were a file, strictly.
pub fn strict_bytes(bytes: &[u8]) -> Result<Audio, Error> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a file");
    fs::write(&path, bytes).unwrap();
    decode(&path)
}

/// Frames missing by the warnings, where the file breaks off: `Some(None)` if it does not say how many.
#[allow(clippy::option_option, reason = "whole, known and unknown are three cases")]
pub fn missing(warnings: &[Warning]) -> Option<Option<u64>> {
    warnings.iter().find_map(|warning| match warning {
        Warning::CutOff { missing, .. } => Some(*missing),
        _ => None,
    })
}

/// The n-th of a sequence of 32-bit numbers that `make.py` computes too.
pub fn word(n: u32) -> i32 {
    n.wrapping_mul(2_654_435_761).wrapping_add(12_345).wrapping_add(1 << 31).cast_signed()
}
