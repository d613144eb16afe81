//! FLAC frames inside Ogg, Matroska or MP4: each packet is one frame.

use std::path::{Path, PathBuf};

use ::symphonia::core::codecs::audio::AudioCodecParameters;
use ::symphonia::core::formats::FormatReader;

use super::frames::crc16;
use super::{Frames, Next, Stream, with_frames};
use crate::Error;
use crate::info::Extra;
use crate::source::{Opened, damaged};
use crate::symphonia::fault;

struct Packets {
    path: PathBuf,
    reader: Box<dyn FormatReader>,
    track: u32,
    /// Whether the file is known to end too early.
    cut: bool,
}

/// Opens the FLAC track of a container.
pub(crate) fn open(
    path: &Path,
    reader: Box<dyn FormatReader>,
    track: u32,
    parameters: &AudioCodecParameters,
    extras: Vec<Extra>,
    cut: bool,
) -> Result<Opened, Error> {
    let stream = parameters
        .extra_data
        .as_deref()
        .and_then(Stream::new)
        .ok_or_else(|| damaged(path, "its header breaks off or is wrong"))?;
    let packets = Packets { path: path.into(), reader, track, cut };
    Ok(with_frames(path, "FLAC", stream, Box::new(packets), extras))
}

impl Frames for Packets {
    fn next(&mut self, frame: &mut Vec<u8>) -> Result<Next, Error> {
        loop {
            let packet = match self.reader.next_packet() {
                Ok(Some(packet)) => packet,
                Ok(None) => return Ok(if self.cut { Next::Cut } else { Next::End }),
                Err(::symphonia::core::errors::Error::IoError(e))
                    if e.kind() == std::io::ErrorKind::UnexpectedEof =>
                {
                    return Ok(Next::Cut);
                }
                Err(error) => return Err(fault(&self.path, error)),
            };
            if packet.track_id != self.track {
                continue;
            }
            frame.clear();
            frame.extend(packet.data.iter());
            let sound = frame.iter().fold(0, |sum, byte| crc16(sum, *byte)) == 0;
            return Ok(if sound { Next::Frame } else { Next::Damaged });
        }
    }
}
