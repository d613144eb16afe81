//! Writing whole files.

use std::path::Path;

use crate::{Audio, Error, Format, Progress, Writer, Written};

/// Frames handed to the writer at a time.
const PIECE: usize = 1 << 16;

/// Writes a whole file: see [`Writer`] for how samples are stored and what happens to an existing file.
///
/// # Errors
///
/// Audio without samples or with more than two channels, a missing folder, a full disk, audio too long for the format.
pub fn encode(path: impl AsRef<Path>, audio: &Audio, format: Format) -> Result<Written, Error> {
    encode_with(path, audio, format, &mut |_| {})
}

/// Writes a whole file as [`encode`] does, and reports progress.
///
/// # Errors
///
/// As [`encode`].
#[expect(clippy::cast_precision_loss, reason = "a progress bar needs no precision")]
pub fn encode_with(
    path: impl AsRef<Path>,
    audio: &Audio,
    format: Format,
    progress: &mut Progress<'_>,
) -> Result<Written, Error> {
    let path = path.as_ref();
    let frames = audio.frames();
    if frames == 0 || audio.channels.iter().any(|c| c.len() != frames) {
        return Err(Error::Empty { path: path.into() });
    }
    let mut writer = Writer::create(path, format, audio.sample_rate_hz, audio.channels.len())?;
    for start in (0..frames).step_by(PIECE) {
        let piece = start..(start + PIECE).min(frames);
        let planes: Vec<_> = audio.channels.iter().map(|c| &c[piece.clone()]).collect();
        writer.write(&planes)?;
        progress(piece.end as f64 / frames as f64);
    }
    let written = writer.finish()?;
    progress(1.0);
    Ok(written)
}
