//! What is written and read again is the same to the bit, in every format, at any length.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test fails by panicking")]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "small numbers that tests make themselves"
)]

use garnish_media::{Audio, Format, decode, encode};
use proptest::prelude::*;
use tempfile::tempdir;

const INTEGER: [Format; 6] =
    [Format::Wav16, Format::Wav24, Format::Flac16, Format::Flac24, Format::Aiff16, Format::Aiff24];
const RATES_HZ: [u32; 8] = [8_000, 22_050, 44_100, 48_000, 88_200, 96_000, 192_000, 384_000];

/// Samples on the grid of `bits`, limits included.
fn on_grid(bits: u32, steps: &[i32]) -> Vec<f32> {
    let half = 1i64 << (bits - 1);
    let wrapped = |s: i32| (i64::from(s) + half).rem_euclid(2 * half) - half;
    steps.iter().map(|&s| (wrapped(s) as f64 / half as f64) as f32).collect()
}

fn there_and_back(audio: &Audio, format: Format) -> Audio {
    let folder = tempdir().unwrap();
    let path = folder.path().join("a").with_extension(format.extension());
    let written = encode(&path, audio, format).unwrap();
    assert_eq!(written.clipped, 0);
    let back = decode(&path).unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "something was left beside the file");
    back
}

fn same(a: &Audio, b: &Audio) -> bool {
    let bits = |audio: &Audio| {
        audio.channels.iter().map(|c| c.iter().map(|s| s.to_bits()).collect()).collect::<Vec<Vec<u32>>>()
    };
    a.sample_rate_hz == b.sample_rate_hz && bits(a) == bits(b)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn integers_come_back_exactly(
        steps in proptest::collection::vec(any::<i32>(), 1..9_000),
        loudness in 0u32..24,
        stereo in any::<bool>(),
        rate in 0usize..RATES_HZ.len(),
    ) {
        let quiet: Vec<i32> = steps.iter().map(|s| s >> loudness).collect();
        for format in INTEGER {
            let left = on_grid(format.bits().unwrap(), &quiet);
            let mut right = left.clone();
            right.reverse();
            let channels = if stereo { vec![left, right] } else { vec![left] };
            let audio = Audio { sample_rate_hz: RATES_HZ[rate], channels };
            prop_assert!(same(&audio, &there_and_back(&audio, format)), "{format:?}");
        }
    }

    #[test]
    fn floats_come_back_exactly(
        samples in proptest::collection::vec(-8.0f32..8.0, 1..9_000),
        stereo in any::<bool>(),
    ) {
        let channels = if stereo { vec![samples.clone(), samples] } else { vec![samples] };
        let audio = Audio { sample_rate_hz: 48_000, channels };
        for format in [Format::WavF32, Format::AiffF32] {
            prop_assert!(same(&audio, &there_and_back(&audio, format)));
        }
    }
}

#[test]
fn every_length_around_a_block_of_flac_survives() {
    for frames in [1, 2, 15, 16, 17, 31, 32, 33, 4095, 4096, 4097, 4100, 8192, 8193] {
        for format in INTEGER {
            let steps: Vec<i32> = (0..frames).map(|n| n * 7919 - 11_000).collect();
            let left = on_grid(format.bits().unwrap(), &steps);
            let audio = Audio { sample_rate_hz: 44_100, channels: vec![left.clone(), left] };
            assert!(same(&audio, &there_and_back(&audio, format)), "{frames} frames, {format:?}");
        }
    }
}

#[test]
fn off_the_grid_the_error_is_half_a_step_at_most() {
    let samples: Vec<f32> = (0..5_000).map(|n| (f64::from(n) * 0.377).sin() as f32 * 0.9).collect();
    let audio = Audio { sample_rate_hz: 48_000, channels: vec![samples] };
    for format in INTEGER {
        let step = 2f32.powi(1 - i32::try_from(format.bits().unwrap()).unwrap());
        let back = there_and_back(&audio, format);
        let worst =
            audio.channels[0].iter().zip(&back.channels[0]).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst <= step / 2.0 && worst > step / 4.0, "{format:?}: {worst}");
    }
}

#[test]
fn what_exceeds_full_scale_is_limited_and_counted() {
    let folder = tempdir().unwrap();
    let audio = Audio { sample_rate_hz: 48_000, channels: vec![vec![0.0, 1.5, -2.0, 0.25]] };
    for format in INTEGER {
        let path = folder.path().join("a").with_extension(format.extension());
        assert_eq!(encode(&path, &audio, format).unwrap().clipped, 2);
        let step = 2f32.powi(1 - i32::try_from(format.bits().unwrap()).unwrap());
        assert_eq!(decode(&path).unwrap().channels[0], [0.0, 1.0 - step, -1.0, 0.25]);
    }
}
