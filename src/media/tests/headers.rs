//! Headers as real programs write them, right and wrong: all audio is read, and only what is truly missing is called missing.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::trivially_copy_pass_by_ref, reason = "b\"data\" is a reference")]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "small numbers of our own"
)]

mod support;

use garnish_media::{Encoding, Error, Extra, Reader};
use support::{missing, strict_bytes, tolerant_bytes, word};

const FRAMES: u32 = 300;

fn steps(bits: u32) -> Vec<i32> {
    (0..FRAMES * 2).map(|n| word(n) >> (32 - bits)).collect()
}

/// Stereo samples of `bits`, in as many bytes, little-endian.
fn samples(bits: u32) -> Vec<u8> {
    steps(bits).iter().flat_map(|s| s.to_le_bytes().into_iter().take(bits as usize / 8)).collect()
}

fn chunk(id: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut bytes = unpadded(id, content);
    bytes.resize(bytes.len().next_multiple_of(2), 0);
    bytes
}

fn unpadded(id: &[u8; 4], content: &[u8]) -> Vec<u8> {
    sized(id, content.len() as u32, content)
}

fn sized(id: &[u8; 4], size: u32, content: &[u8]) -> Vec<u8> {
    [id, size.to_le_bytes().as_slice(), content].concat()
}

fn fmt(tag: u16, bits: u16, extra: &[u8]) -> Vec<u8> {
    let block = 2 * bits / 8;
    let rate = 48_000u32;
    let mut bytes = Vec::new();
    bytes.extend(tag.to_le_bytes());
    bytes.extend(2u16.to_le_bytes());
    bytes.extend(rate.to_le_bytes());
    bytes.extend((rate * u32::from(block)).to_le_bytes());
    bytes.extend(block.to_le_bytes());
    bytes.extend(bits.to_le_bytes());
    bytes.extend(extra);
    chunk(b"fmt ", &bytes)
}

fn extensible(bits: u16, valid: u16, mask: u32, tag: u16, more: usize) -> Vec<u8> {
    let mut extra = (22 + more as u16).to_le_bytes().to_vec();
    extra.extend(valid.to_le_bytes());
    extra.extend(mask.to_le_bytes());
    extra.extend(tag.to_le_bytes());
    extra.extend([0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]);
    extra.extend(vec![0; more]);
    fmt(0xFFFE, bits, &extra)
}

fn riff(chunks: &[Vec<u8>]) -> Vec<u8> {
    let body = [b"WAVE".to_vec(), chunks.concat()].concat();
    unpadded(b"RIFF", &body)
}

/// Holds a file to be the samples of `bits`, whole and in strict reading.
fn whole(what: &str, bytes: &[u8], bits: u32) {
    let audio = strict_bytes(bytes).unwrap_or_else(|e| panic!("{what}: {e}"));
    assert_eq!(audio.channels.len(), 2, "{what}");
    let scale = (1u64 << (bits - 1)) as f32;
    let expected: Vec<f32> = steps(bits).iter().map(|&s| s as f32 / scale).collect();
    let interleaved: Vec<f32> =
        (0..audio.frames()).flat_map(|n| [audio.channels[0][n], audio.channels[1][n]]).collect();
    assert!(interleaved == expected, "{what}: {} of {FRAMES} frames", audio.frames());
}

#[test]
fn every_fmt_of_wav() {
    let data = |bits| chunk(b"data", &samples(bits));
    whole("16 bits", &riff(&[fmt(1, 16, &[]), data(16)]), 16);
    whole("24 bits", &riff(&[fmt(1, 24, &[]), data(24)]), 24);
    whole("32 bits", &riff(&[fmt(1, 32, &[]), data(32)]), 32);
    whole("18 bytes of fmt", &riff(&[fmt(1, 16, &[0, 0]), data(16)]), 16);
    whole("40 bytes of fmt for plain PCM", &riff(&[fmt(1, 24, &[0; 24]), data(24)]), 24);
    whole("extensible", &riff(&[extensible(24, 24, 3, 1, 0), data(24)]), 24);
    whole("no speakers named", &riff(&[extensible(24, 24, 0, 1, 0), data(24)]), 24);
    whole("a longer extension", &riff(&[extensible(24, 24, 3, 1, 8), data(24)]), 24);
    // The significant bits are the upper ones of their container.
    let wide: Vec<u8> = steps(24).iter().flat_map(|s| (s << 8).to_le_bytes()).collect();
    whole("24 in 32 bits", &riff(&[extensible(32, 24, 3, 1, 0), chunk(b"data", &wide)]), 24);
    let narrow: Vec<u8> = steps(20).iter().flat_map(|s| (s << 4).to_le_bytes().into_iter().take(3)).collect();
    whole("20 in 24 bits", &riff(&[extensible(24, 20, 3, 1, 0), chunk(b"data", &narrow)]), 20);
    let floats: Vec<u8> = steps(24).iter().flat_map(|&s| (s as f32 / 8_388_608.0).to_le_bytes()).collect();
    whole("floats", &riff(&[fmt(3, 32, &[]), chunk(b"data", &floats)]), 24);
    whole("extensible floats", &riff(&[extensible(32, 32, 3, 3, 0), chunk(b"data", &floats)]), 24);
    let doubles: Vec<u8> =
        steps(24).iter().flat_map(|&s| (f64::from(s) / 8_388_608.0).to_le_bytes()).collect();
    whole("64-bit floats", &riff(&[fmt(3, 64, &[]), chunk(b"data", &doubles)]), 24);
    let bytes: Vec<u8> = steps(8).iter().map(|s| (s + 128) as u8).collect();
    whole("8 bits, offset", &riff(&[fmt(1, 8, &[]), chunk(b"data", &bytes)]), 8);
}

#[test]
fn sizes_and_orders_that_are_wrong() {
    let (format, data) = (fmt(1, 16, &[]), samples(16));
    let good = riff(&[format.clone(), chunk(b"data", &data)]);
    let patched = |at: usize, size: u32| {
        let mut bytes = good.clone();
        bytes[at..at + 4].copy_from_slice(&size.to_le_bytes());
        bytes
    };
    let length = good.len() as u32 - 8;
    for size in [0, u32::MAX, length - 8, length + 1000, 0x7FFF_FFFF] {
        whole("size of RIFF", &patched(4, size), 16);
    }
    // Written to a pipe, by several programs; and too long in a file that RIFF says is complete.
    for size in [0, u32::MAX, u32::MAX - 36, 0x8000_0000, 0x7FFF_FFFF, 0x7FFF_F000, data.len() as u32 + 100] {
        whole("size of data", &patched(40, size), 16);
    }
    whole("data before fmt", &riff(&[chunk(b"data", &data), format.clone()]), 16);
    let odd = unpadded(b"bext", &[b'x'; 603]);
    whole("an odd chunk without its byte", &riff(&[format.clone(), odd, chunk(b"data", &data)]), 16);
    let list = chunk(b"LIST", b"INFOINAM\x03\0\0\0abc\0");
    let junk = chunk(b"junk", b"12345");
    whole("an odd chunk with it", &riff(&[format.clone(), list, junk, chunk(b"data", &data)]), 16);
    whole("something behind it all", &[good.clone(), b"TAG".to_vec(), vec![0; 125]].concat(), 16);
    let list = chunk(b"LIST", b"INFOISFT\x04\0\0\0abc\0");
    whole("a chunk behind the data", &riff(&[format.clone(), chunk(b"data", &data), list.clone()]), 16);
    // Empty, and what follows is a chunk, not the audio of a writer that never filled the size in.
    let empty = strict_bytes(&riff(&[format, chunk(b"data", &[]), list]));
    assert!(matches!(empty, Err(Error::Empty { .. })), "{empty:?}");
}

#[test]
fn what_is_cut_off_is_told() {
    let good = riff(&[fmt(1, 16, &[]), chunk(b"data", &samples(16))]);
    for (left, frames) in [(good.len() - 3, FRAMES - 1), (good.len() / 2, 144), (45, 0), (44 + 4, 1)] {
        let cut = &good[..left];
        let result = tolerant_bytes(cut);
        if frames == 0 {
            assert!(matches!(result, Err(Error::Empty { .. })), "{result:?}");
        } else {
            let (audio, warnings) = result.unwrap();
            assert_eq!(audio.frames(), frames as usize);
            assert_eq!(missing(&warnings), Some(Some(u64::from(FRAMES - frames))));
        }
        assert!(strict_bytes(cut).is_err());
    }
    let text = tolerant_bytes(&good[..good.len() - 400]).unwrap().1[0].to_string();
    assert_eq!(text, "it breaks off after 0.004 s: 100 frames (0.002 s) are missing");
}

fn ds64(data: u64) -> Vec<u8> {
    let sizes = [4 + 36 + 24 + 8 + data, data, u64::from(FRAMES)];
    chunk(b"ds64", &[sizes.map(u64::to_le_bytes).concat(), vec![0; 4]].concat())
}

#[test]
fn rf64_and_bw64() {
    let data = samples(24);
    for id in [b"RF64", b"BW64"] {
        let all = [ds64(data.len() as u64), fmt(1, 24, &[]), sized(b"data", u32::MAX, &data)].concat();
        let file = sized(id, u32::MAX, &[b"WAVE".to_vec(), all].concat());
        whole("sizes in ds64", &file, 24);
        let (audio, warnings) = tolerant_bytes(&file[..file.len() - 60]).unwrap();
        assert_eq!((audio.frames(), missing(&warnings)), (290, Some(Some(10))));
        // Never filled in.
        let all = [ds64(0), fmt(1, 24, &[]), sized(b"data", u32::MAX, &data)].concat();
        whole("no sizes at all", &sized(id, u32::MAX, &[b"WAVE".to_vec(), all].concat()), 24);
    }
    // What follows the data is found through its 64-bit size.
    let cue = chunk(b"cue ", &[0; 4]);
    let all = [ds64(data.len() as u64), fmt(1, 24, &[]), sized(b"data", u32::MAX, &data), cue].concat();
    assert_eq!(extras(&sized(b"RF64", u32::MAX, &[b"WAVE".to_vec(), all].concat())), [Extra::Cues]);
}

fn extras(bytes: &[u8]) -> Vec<Extra> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    Reader::open(file.path()).unwrap().info().extras.clone()
}

#[test]
fn what_a_wav_carries_besides_is_listed() {
    let data = chunk(b"data", &samples(16));
    let all = [b"bext", b"cue ", b"iXML", b"axml", b"smpl", b"id3 "].map(|id| chunk(id, &[1; 9]));
    let file = riff(&[fmt(1, 16, &[]), all[..3].concat(), data.clone(), all[3..].concat()]);
    assert_eq!(
        extras(&file),
        [Extra::Tags, Extra::Bext, Extra::Cues, Extra::Ixml, Extra::Adm, Extra::Sampler]
    );
    assert!(extras(&riff(&[fmt(1, 16, &[]), chunk(b"JUNK", &[0; 28]), data])).is_empty());
}

#[test]
fn samples_that_are_no_numbers_pass_unchanged() {
    let values = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 3e38, 1e-40, 2.5];
    let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
    let audio = strict_bytes(&riff(&[fmt(3, 32, &[]), chunk(b"data", &bytes)])).unwrap();
    let bits = |samples: &[f32]| samples.iter().map(|s| s.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&audio.channels[0]), bits(&[values[0], values[2], values[4]]));
    assert_eq!(bits(&audio.channels[1]), bits(&[values[1], values[3], values[5]]));
}

fn big(id: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [id, (content.len() as u32).to_be_bytes().as_slice(), content].concat()
}

fn aiff(frames: u32, offset: u32, block: u32) -> Vec<u8> {
    let rate = [0x40, 0x0E, 0xBB, 0x80, 0, 0, 0, 0, 0, 0];
    let common = [&[0, 2], frames.to_be_bytes().as_slice(), &[0, 24], &rate].concat();
    let sound: Vec<u8> = steps(24).iter().flat_map(|s| s.to_be_bytes()[1..].to_vec()).collect();
    let sound =
        [offset.to_be_bytes().to_vec(), block.to_be_bytes().to_vec(), vec![7; offset as usize], sound]
            .concat();
    let chunks = [big(b"MARK", &[0, 0]), big(b"COMM", &common), big(b"SSND", &sound)].concat();
    big(b"FORM", &[b"AIFF".to_vec(), chunks].concat())
}

#[test]
fn aiff_with_odd_numbers() {
    whole("plain", &aiff(FRAMES, 0, 0), 24);
    whole("an offset", &aiff(FRAMES, 12, 0), 24);
    whole("a block size", &aiff(FRAMES, 0, 512), 24);
    let mut long = aiff(FRAMES, 0, 0);
    long[4..8].copy_from_slice(&0x00FF_FFFFu32.to_be_bytes());
    whole("FORM too long", &long, 24);
    // Written to a pipe: neither SSND nor COMM was filled in.
    let mut pipe = aiff(0, 0, 0);
    let size = pipe.len() - 1800 - 8 - 4;
    pipe[size..size + 4].fill(0);
    whole("a pipe", &pipe, 24);
    let file = aiff(FRAMES, 0, 0);
    let (audio, warnings) = tolerant_bytes(&file[..file.len() - 61]).unwrap();
    assert_eq!((audio.frames(), missing(&warnings)), (289, Some(Some(11))));
    assert_eq!(extras(&file), [Extra::Cues]);
}

#[test]
fn au_and_caf() {
    let sound: Vec<u8> = steps(16).iter().flat_map(|s| s.to_be_bytes()[2..].to_vec()).collect();
    for size in [sound.len() as u32, u32::MAX] {
        let head = [24, size, 3, 48_000, 2].map(u32::to_be_bytes).concat();
        whole("AU", &[b".snd".to_vec(), head, sound.clone()].concat(), 16);
    }
    for size in [sound.len() as u64 + 4, u64::MAX] {
        let numbers = [0, 4, 1, 2, 16].map(u32::to_be_bytes).concat();
        let desc = [48_000f64.to_be_bytes().to_vec(), b"lpcm".to_vec(), numbers].concat();
        let desc = [b"desc".to_vec(), 32u64.to_be_bytes().to_vec(), desc].concat();
        let data = [b"data".to_vec(), size.to_be_bytes().to_vec(), vec![0; 4], sound.clone()].concat();
        whole("CAF", &[b"caff\0\x01\0\0".to_vec(), desc, data].concat(), 16);
    }
}

#[test]
fn absurd_numbers_are_refused_and_reserve_nothing() {
    let data = chunk(b"data", &samples(16));
    let patched = |at: usize, bytes: &[u8]| {
        let mut file = riff(&[fmt(1, 16, &[]), data.clone()]);
        file[at..at + bytes.len()].copy_from_slice(bytes);
        strict_bytes(&file)
    };
    assert!(matches!(patched(22, &[0, 0]), Err(Error::Damaged { .. })));
    assert!(matches!(patched(22, &[0xFF, 0xFF]), Err(Error::Channels { channels: 65_535, .. })));
    let rate = 1_000_000_000u32.to_le_bytes();
    assert!(matches!(patched(24, &rate), Err(Error::SampleRate { sample_rate_hz: 1_000_000_000, .. })));
    assert!(matches!(patched(24, &[0; 4]), Err(Error::SampleRate { .. })));
    assert!(matches!(patched(20, &[0x34, 0x12]), Err(Error::Codec { .. })));
    // A day of audio that is not there: what is there is read, and the rest is missing.
    let day = 48_000 * 60 * 60 * 6u32;
    let file = riff(&[fmt(1, 16, &[]), sized(b"data", day * 4, &samples(16))]);
    let mut file = file;
    file[4..8].copy_from_slice(&(day * 4 + 36).to_le_bytes());
    let (audio, warnings) = tolerant_bytes(&file).unwrap();
    assert_eq!((audio.frames(), missing(&warnings)), (300, Some(Some(u64::from(day) - 300))));
}

#[test]
fn the_encoding_is_told() {
    for (file, encoding, description) in [
        (
            riff(&[extensible(24, 20, 3, 1, 0), chunk(b"data", &samples(24))]),
            Encoding::Integer(20),
            "WAV, 20-bit integers",
        ),
        (riff(&[fmt(3, 64, &[]), chunk(b"data", &[0; 1600])]), Encoding::Float(64), "WAV, 64-bit floats"),
        (aiff(FRAMES, 0, 0), Encoding::Integer(24), "AIFF, 24-bit integers"),
    ] {
        let path = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(path.path(), file).unwrap();
        let reader = Reader::open(path.path()).unwrap();
        assert_eq!((reader.info().encoding, reader.info().description.as_str()), (encoding, description));
    }
}
