//! Cutting a FLAC file into frames.
//!
//! A frame does not state its length. It ends where a valid header, or the end of the file, follows and its CRC-16 is right up to there.

use std::fs::File;
use std::io::{BufReader, Read, Take};
use std::path::{Path, PathBuf};

use flac_codec::metadata::{BlockList, Streaminfo};
use flac_codec::stream::FrameHeader;

use super::{Frames, Next, Stream, samples};
use crate::Error;
use crate::source::unreadable;

/// Bytes read at a time.
const PIECE: u64 = 1 << 16;

/// Bytes of a header at most, and of the smallest frame.
const HEADER: usize = 16;
const SMALLEST: usize = 9;

pub(crate) struct Native {
    path: PathBuf,
    input: Take<BufReader<File>>,
    info: Option<Streaminfo>,
    stream: Stream,
    /// Bytes read and not yet handed out; a frame begins at the first.
    window: Vec<u8>,
    ended: bool,
    /// More bytes than the longest frame of the stream has, by any encoder.
    bound: usize,
}

impl Native {
    /// Frames from the current position of `file` on, in at most `bytes` bytes.
    pub fn new(path: &Path, file: BufReader<File>, bytes: u64, stream: &Stream) -> Self {
        // 65535 samples a channel, stored as they are, with a bit more for the side channel; some encoders are wasteful.
        let bound = 65_535 * stream.channels * (stream.bits as usize + 1) / 8 * 2 + 4096;
        Self {
            path: path.into(),
            input: file.take(bytes),
            info: info(stream),
            stream: stream.clone(),
            window: Vec::new(),
            ended: false,
            bound,
        }
    }

    fn fill(&mut self) -> Result<(), Error> {
        let before = self.window.len();
        self.input
            .by_ref()
            .take(PIECE)
            .read_to_end(&mut self.window)
            .map_err(|e| unreadable(&self.path, e))?;
        self.ended = self.window.len() == before;
        Ok(())
    }

    /// The number in the header at a position, if there is a valid header of this stream.
    fn header(&self, at: usize) -> Option<u64> {
        let bytes = self.window.get(at..)?;
        let sync = matches!(bytes, [0xFF, 0xF8 | 0xF9, ..]);
        let mut bytes = &bytes[..bytes.len().min(HEADER)];
        let header = FrameHeader::read(&mut bytes, self.info.as_ref().filter(|_| sync)?).ok()?;
        Some(header.frame_number.0)
    }
}

impl Frames for Native {
    fn next(&mut self, frame: &mut Vec<u8>) -> Result<Next, Error> {
        while self.window.len() < HEADER && !self.ended {
            self.fill()?;
        }
        if self.window.is_empty() {
            return Ok(Next::End);
        }
        let Some(number) = self.header(0) else { return self.without_header() };
        let (mut crc, mut at, mut later) = (0, 0, false);
        loop {
            // A header counts only when all of it can be seen.
            while at + HEADER > self.window.len() && !self.ended {
                self.fill()?;
            }
            if at >= SMALLEST {
                let next = self.header(at);
                if crc == 0 && (next.is_some() || at == self.window.len()) {
                    frame.clear();
                    frame.extend(self.window.drain(..at));
                    return Ok(Next::Frame);
                }
                // A flipped bit in this frame, if a later one is found where it ought to end; else the file breaks off in it.
                later |= next.is_some_and(|next| next > number && next - number <= 65_535);
            }
            if at == self.window.len() {
                return Ok(self.last(frame, later));
            }
            if at > self.bound {
                return Ok(Next::Damaged);
            }
            crc = crc16(crc, self.window[at]);
            at += 1;
        }
    }
}

impl Native {
    /// What it means that no header is where a frame should begin.
    fn without_header(&mut self) -> Result<Next, Error> {
        // Something else may follow the audio: padding, or a tag that nobody knows.
        let mut left = self.window.len();
        while !self.ended && left <= self.bound {
            self.fill()?;
            left = self.window.len();
        }
        let frames = (1..left.saturating_sub(SMALLEST)).any(|at| self.header(at).is_some());
        let audio = matches!(self.window.as_slice(), [0xFF, 0xF8 | 0xF9, ..]);
        Ok(if frames {
            Next::Damaged
        } else if audio {
            Next::Cut
        } else {
            Next::End
        })
    }

    /// The last frame, when the end of the file is not the end of it.
    fn last(&mut self, frame: &mut Vec<u8>, later: bool) -> Next {
        if later {
            return Next::Damaged;
        }
        // Something else may follow the frame; its CRC is then right somewhere before, though not only there.
        let mut crc = 0;
        let ends: Vec<usize> = (0..self.window.len())
            .filter(|&at| {
                crc = crc16(crc, self.window[at]);
                crc == 0 && at + 1 >= SMALLEST
            })
            .map(|at| at + 1)
            .collect();
        let end = ends.into_iter().find(|&end| samples(&self.stream, &self.window[..end]).is_some());
        frame.clear();
        match end {
            Some(end) => {
                frame.extend(self.window.drain(..end));
                Next::Frame
            }
            None => Next::Cut,
        }
    }
}

/// The stream's parameters in the decoder's own type.
fn info(stream: &Stream) -> Option<Streaminfo> {
    BlockList::read(stream.header.as_slice()).ok().map(|blocks| blocks.streaminfo().clone())
}

/// One byte more of the sum x^16 + x^15 + x^2 + 1 (RFC 9639, section 9.3); 0 behind a frame and its own sum.
pub(crate) fn crc16(sum: u16, byte: u8) -> u16 {
    let [high, low] = sum.to_be_bytes();
    (u16::from(low) << 8) ^ TABLE[usize::from(high ^ byte)]
}

const TABLE: [u16; 256] = {
    let mut table = [0; 256];
    let mut byte = 0u16;
    while byte < 256 {
        let mut sum = byte << 8;
        let mut bit = 0;
        while bit < 8 {
            sum = if sum & 0x8000 == 0 { sum << 1 } else { (sum << 1) ^ 0x8005 };
            bit += 1;
        }
        table[byte as usize] = sum;
        byte += 1;
    }
    table
};
