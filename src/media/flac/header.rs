//! The metadata blocks before the first frame (RFC 9639, section 8).

use std::io::{self, Read, Seek, SeekFrom};

use crate::info::Extra;

/// Bytes of a STREAMINFO block.
const STREAMINFO: usize = 34;

/// Metadata blocks a file may have.
const MOST_BLOCKS: usize = 1024;

/// What a stream states about itself, and the header to hand to the decoder with each frame.
#[derive(Clone)]
pub(crate) struct Stream {
    pub sample_rate_hz: u32,
    pub channels: usize,
    pub bits: u32,
    /// Length in frames (samples of one channel).
    pub total: Option<u64>,
    pub md5: Option<[u8; 16]>,
    /// "fLaC" and a STREAMINFO that states rate, channels and bits, and nothing that a file may state wrongly.
    pub header: Vec<u8>,
}

impl Stream {
    /// Reads a STREAMINFO block.
    pub fn new(block: &[u8]) -> Option<Self> {
        let block: &[u8; STREAMINFO] = block.get(..STREAMINFO)?.try_into().ok()?;
        // 20 bits of rate, 3 of channels less 1, 5 of bits less 1, 36 of length.
        let packed = u64::from_be_bytes(block[10..18].try_into().ok()?);
        let field = |shift: u32, bits: u32| u32::try_from((packed >> shift) & ((1 << bits) - 1)).unwrap_or(0);
        let total = packed & ((1 << 36) - 1);
        let md5: [u8; 16] = block[18..].try_into().ok()?;
        let mut header = b"fLaC\x80\0\0\x22".to_vec();
        // Any block size from 16 to 65535, no known frame size; then rate, channels and bits without a length, no MD5.
        header.extend([0, 16, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0]);
        header.extend((packed >> 36 << 36).to_be_bytes());
        header.extend([0; 16]);
        let bits = field(36, 5) + 1;
        (bits >= 4).then_some(Self {
            sample_rate_hz: field(44, 20),
            channels: field(41, 3) as usize + 1,
            bits,
            total: (total > 0).then_some(total),
            md5: (md5 != [0; 16]).then_some(md5),
            header,
        })
    }
}

/// Reads "fLaC" and all blocks; the stream and the position of the first frame, `None` if there is no valid header.
pub(crate) fn read<R: Read + Seek>(
    file: &mut R,
    extras: &mut Vec<Extra>,
) -> io::Result<Option<(Stream, u64)>> {
    let mut marker = [0; 4];
    let mut stream = None;
    if file.read_exact(&mut marker).is_err() || &marker != b"fLaC" {
        return Ok(None);
    }
    for _ in 0..MOST_BLOCKS {
        let mut header = [0; 4];
        if file.read_exact(&mut header).is_err() {
            return Ok(None);
        }
        let [kind, a, b, c] = header;
        let length = u32::from_be_bytes([0, a, b, c]);
        let start = file.stream_position()?;
        match kind & 0x7F {
            0 if stream.is_none() => {
                let mut block = Vec::new();
                file.by_ref().take(STREAMINFO as u64).read_to_end(&mut block)?;
                stream = Stream::new(&block);
            }
            4 if has_comments(file)? => extras.push(Extra::Tags),
            5 => extras.push(Extra::Cues),
            6 => extras.push(Extra::Picture),
            _ => {}
        }
        let end = file.seek(SeekFrom::Start(start + u64::from(length)))?;
        if kind & 0x80 != 0 {
            return Ok(stream.map(|stream| (stream, end)));
        }
    }
    Ok(None)
}

/// Whether a block of Vorbis comments holds more than the name of the encoder.
fn has_comments<R: Read + Seek>(file: &mut R) -> io::Result<bool> {
    let mut number = [0; 4];
    if file.read_exact(&mut number).is_err() {
        return Ok(false);
    }
    file.seek(SeekFrom::Current(i64::from(u32::from_le_bytes(number))))?;
    Ok(file.read_exact(&mut number).is_ok() && number != [0; 4])
}
