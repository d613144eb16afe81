//! Files read and written in pieces are the files read and written whole.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::fs;

use garnish_media::{Error, Format, ReadOptions, Reader, Writer, decode, encode};
use support::data;

const ALL: [&str; 9] = [
    "tones.aiff",
    "tones.mp3",
    "tagless.mp3",
    "tones.m4a",
    "tones.aac",
    "tones.ogg",
    "tones.opus",
    "joint.flac",
    "alac.m4a",
];

/// Reads with planes of changing lengths.
fn in_pieces(reader: &mut Reader) -> Vec<Vec<f32>> {
    let channels = reader.info().channels;
    let mut all = vec![Vec::new(); channels];
    for length in [1, 2, 7, 4096, 333, 10_000].into_iter().cycle() {
        let mut planes = vec![vec![f32::NAN; length]; channels];
        let frames = reader.read(&mut planes).unwrap();
        all.iter_mut().zip(&planes).for_each(|(all, plane)| all.extend_from_slice(&plane[..frames]));
        if frames < length {
            assert_eq!(reader.read(&mut planes).unwrap(), 0);
            return all;
        }
    }
    unreachable!("the lengths never end");
}

#[test]
fn pieces_of_any_size_make_the_whole_twice() {
    for name in ALL {
        let whole = decode(data(name)).unwrap().channels;
        let mut reader = Reader::open(data(name)).unwrap();
        assert!(in_pieces(&mut reader) == whole, "{name}");
        assert_eq!((reader.position(), reader.fraction()), (whole[0].len() as u64, 1.0), "{name}");
        reader.rewind().unwrap();
        assert_eq!(reader.position(), 0);
        assert!(in_pieces(&mut reader) == whole, "{name}, again");
        let stated = reader.info().expected_frames.unwrap();
        assert!(stated.abs_diff(whole[0].len() as u64) < 3_000, "{name}: {stated}");
    }
}

#[test]
fn wrong_planes_are_an_error() {
    let mut reader = Reader::open(data("tones.mp3")).unwrap();
    assert!(matches!(reader.read(&mut [[0.0; 9]]), Err(Error::Planes { channels: 2 })));
    assert!(matches!(reader.read(&mut [vec![0.0; 9], vec![0.0; 8]]), Err(Error::Planes { channels: 2 })));
    let folder = tempfile::tempdir().unwrap();
    let mut writer = Writer::create(folder.path().join("a.wav"), Format::Wav16, 48_000, 1).unwrap();
    assert!(matches!(writer.write(&[[0.0; 9], [0.0; 9]]), Err(Error::Planes { channels: 1 })));
}

#[cfg(unix)]
#[test]
fn a_pipe_is_read_as_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let there = pipe.clone();
    let writer = std::thread::spawn(move || fs::write(there, fs::read(data("tones.mp3")).unwrap()).unwrap());
    let mut reader = Reader::open(&pipe).unwrap();
    writer.join().unwrap();
    let whole = decode(data("tones.mp3")).unwrap().channels;
    assert!(in_pieces(&mut reader) == whole);
    reader.rewind().unwrap();
    assert!(in_pieces(&mut reader) == whole);
}

#[test]
fn written_in_pieces_is_the_same_file() {
    let folder = tempfile::tempdir().unwrap();
    let audio = decode(data("tones.ogg")).unwrap();
    for format in Format::ALL {
        let (whole, pieces) = (folder.path().join("whole"), folder.path().join("pieces"));
        let written = encode(&whole, &audio, format).unwrap();
        let mut writer = Writer::create(&pieces, format, audio.sample_rate_hz, 2).unwrap();
        let mut from = 0;
        for length in [1, 4096, 77, 20_000].into_iter().cycle() {
            let to = (from + length).min(audio.frames());
            writer.write(&[&audio.channels[0][from..to], &audio.channels[1][from..to]]).unwrap();
            from = to;
            if from == audio.frames() {
                break;
            }
        }
        assert!(!fs::exists(&pieces).unwrap(), "{format:?}: it has its name before it is complete");
        assert_eq!(writer.finish().unwrap(), written);
        assert!(fs::read(&whole).unwrap() == fs::read(&pieces).unwrap(), "{format:?}");
        fs::remove_file(&pieces).unwrap();
    }
}

#[test]
fn a_writer_that_is_dropped_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.wav");
    fs::write(&path, "an older file").unwrap();
    for format in Format::ALL {
        let mut writer = Writer::create(&path, format, 48_000, 1).unwrap();
        writer.write(&[vec![0.5; 10_000]]).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
        drop(writer);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "{format:?}");
        let empty = Writer::create(&path, format, 48_000, 1).unwrap();
        assert!(matches!(empty.finish(), Err(Error::Empty { .. })));
    }
    assert_eq!(fs::read(&path).unwrap(), b"an older file");
}

#[cfg(unix)]
#[test]
fn a_new_file_has_the_permissions_of_any_new_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let (ours, plain) = (folder.path().join("a.wav"), folder.path().join("b"));
    let mut writer = Writer::create(&ours, Format::Wav16, 48_000, 1).unwrap();
    writer.write(&[[0.0; 9]]).unwrap();
    writer.finish().unwrap();
    fs::write(&plain, "").unwrap();
    let mode = |path| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&ours), mode(&plain));
}

#[test]
fn strict_is_decided_at_opening_where_it_can_be() {
    let whole = fs::read(data("tones.aiff")).unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), &whole[..whole.len() / 2]).unwrap();
    assert!(Reader::open_with(file.path(), ReadOptions { strict: true }).is_err());
    assert_eq!(Reader::open(file.path()).unwrap().warnings().len(), 1);
}
