//! Writing AIFF and, for floats, AIFF-C (Apple, "Audio Interchange File Format", version 1.3, and AIFF-C draft of 1991).

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::PathBuf;

use crate::writer::{Begin, Samples, Sink};
use crate::{Error, Format};

/// Bytes of audio an AIFF file can hold: FORM counts in 32 bits, and its own bytes are fewer than 128.
const MOST_BYTES: u64 = u32::MAX as u64 - 128;

/// `FVER`'s date of the one version of AIFF-C there is.
const AIFF_C_VERSION: u32 = 0xA280_5140;

pub(crate) struct Aiff {
    path: PathBuf,
    file: BufWriter<File>,
    format: Format,
    sample_rate_hz: u32,
    channels: u8,
    bytes: u32,
}

impl Aiff {
    pub fn begin(begin: Begin<'_>) -> Result<Self, Error> {
        let mut aiff = Self {
            path: begin.path.into(),
            file: BufWriter::new(begin.file),
            format: begin.format,
            sample_rate_hz: begin.sample_rate_hz,
            channels: begin.channels,
            bytes: 0,
        };
        let header = aiff.header();
        aiff.file.write_all(&header).map_err(|source| aiff.unwritable(source))?;
        Ok(aiff)
    }

    fn bits(&self) -> u32 {
        self.format.bits().unwrap_or(32)
    }

    /// Everything before the samples, for the number of bytes written so far.
    fn header(&self) -> Vec<u8> {
        let float = self.format.bits().is_none();
        let bits = self.bits();
        let frames = self.bytes / (u32::from(self.channels) * bits / 8);
        let mut common = Vec::new();
        common.extend(u16::from(self.channels).to_be_bytes());
        common.extend(frames.to_be_bytes());
        common.extend(bits.to_be_bytes()[2..].iter());
        common.extend(extended(self.sample_rate_hz));
        if float {
            common.extend(b"fl32\x0d32-bit float");
        }
        let mut body = Vec::new();
        body.extend(if float { b"AIFC" } else { b"AIFF" });
        if float {
            chunk(&mut body, *b"FVER", 4);
            body.extend(AIFF_C_VERSION.to_be_bytes());
        }
        chunk(&mut body, *b"COMM", narrow(common.len()));
        body.extend(common);
        // Offset and block size come first, both 0.
        chunk(&mut body, *b"SSND", self.bytes + 8);
        body.extend([0; 8]);
        let mut all = Vec::new();
        chunk(&mut all, *b"FORM", narrow(body.len()) + self.bytes + self.bytes % 2);
        all.extend(body);
        all
    }

    fn complete(&mut self) -> io::Result<()> {
        if self.bytes % 2 == 1 {
            self.file.write_all(&[0])?;
        }
        let header = self.header();
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(&header)?;
        self.file.flush()
    }

    fn unwritable(&self, source: io::Error) -> Error {
        Error::Unwritable { path: self.path.clone(), source }
    }
}

impl Sink for Aiff {
    fn write(&mut self, samples: Samples<'_>) -> Result<(), Error> {
        let skipped = 4 - self.bits() as usize / 8;
        let (count, width) = match samples {
            Samples::Integers(samples) => (samples.len(), 4 - skipped),
            Samples::Floats(samples) => (samples.len(), 4),
        };
        let bytes = u64::from(self.bytes) + count as u64 * width as u64;
        if bytes > MOST_BYTES {
            return Err(Error::TooLong { path: self.path.clone() });
        }
        match samples {
            Samples::Integers(samples) => {
                samples.iter().try_for_each(|s| self.file.write_all(&s.to_be_bytes()[skipped..]))
            }
            Samples::Floats(samples) => {
                samples.iter().try_for_each(|s| self.file.write_all(&s.to_be_bytes()))
            }
        }
        .map_err(|source| self.unwritable(source))?;
        self.bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), Error> {
        self.complete().map_err(|source| self.unwritable(source))
    }
}

fn chunk(bytes: &mut Vec<u8>, id: [u8; 4], size: u32) {
    bytes.extend(id);
    bytes.extend(size.to_be_bytes());
}

/// The length of a header, which is far below 4 GiB.
fn narrow(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// A whole number as an 80-bit extended float: 15 bits of exponent, offset 16383, then 64 bits with the leading 1.
fn extended(number: u32) -> [u8; 10] {
    let mut bytes = [0; 10];
    if number > 0 {
        let shift = number.leading_zeros();
        let exponent = 16_383 + 31 - shift;
        bytes[..2].copy_from_slice(&exponent.to_be_bytes()[2..]);
        bytes[2..6].copy_from_slice(&(number << shift).to_be_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::extended;

    #[test]
    fn rates_are_the_bytes_other_programs_write() {
        assert_eq!(extended(44_100), [0x40, 0x0E, 0xAC, 0x44, 0, 0, 0, 0, 0, 0]);
        assert_eq!(extended(48_000), [0x40, 0x0E, 0xBB, 0x80, 0, 0, 0, 0, 0, 0]);
        assert_eq!(extended(1), [0x3F, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0]);
    }
}
