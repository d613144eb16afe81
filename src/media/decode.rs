//! Reading whole files.

use std::path::Path;

use crate::{Audio, Error, Progress, ReadOptions, Reader};

/// Frames asked of the reader at a time.
const PIECE: usize = 1 << 12;

/// Reads a whole file, mono or stereo: see [`Reader`] for what samples are and what is promised.
///
/// It is strict: a file that breaks off is refused, since there is no place here for a warning. [`Reader`] reads such a
/// file as far as it goes.
///
/// # Errors
///
/// Every way in which the file is not one or two channels of undamaged audio: see [`Error`].
pub fn decode(path: impl AsRef<Path>) -> Result<Audio, Error> {
    decode_with(path, &mut |_| {})
}

/// Reads a whole file as [`decode`] does, and reports progress.
///
/// # Errors
///
/// As [`decode`].
pub fn decode_with(path: impl AsRef<Path>, progress: &mut Progress<'_>) -> Result<Audio, Error> {
    let mut reader = Reader::open_with(path, ReadOptions { strict: true })?;
    let channels = reader.info().channels;
    let mut audio =
        Audio { sample_rate_hz: reader.info().sample_rate_hz, channels: vec![Vec::new(); channels] };
    let mut planes = vec![vec![0.0; PIECE]; channels];
    loop {
        let frames = reader.read(&mut planes)?;
        if frames == 0 {
            break;
        }
        for (channel, plane) in audio.channels.iter_mut().zip(&planes) {
            channel.extend_from_slice(&plane[..frames]);
        }
        progress(reader.fraction());
    }
    progress(1.0);
    Ok(audio)
}
