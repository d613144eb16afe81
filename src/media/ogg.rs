//! Checking the pages of an Ogg file (RFC 3533, section 6): Symphonia passes over damaged pages, and over an end that is missing, in silence.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use crate::Error;
use crate::source::{damaged, unreadable};

/// Bytes of a page's header before the lengths of its segments.
const HEADER: usize = 27;

/// What the pages of a file say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pages {
    /// Whether the file ends in a part of a page, or in a page that is not marked as the last.
    pub cut: bool,
    /// Position at which the last page ends, in the codec's units.
    pub granule: Option<u64>,
}

/// Reads all pages and compares their checksums.
pub(crate) fn check(path: &Path, file: &mut BufReader<File>) -> Result<Pages, Error> {
    let failed = |e| unreadable(path, e);
    file.seek(SeekFrom::Start(0)).map_err(failed)?;
    let mut pages = Pages { cut: true, granule: None };
    let (mut position, mut page) = (0, Vec::new());
    loop {
        page.clear();
        file.take(HEADER as u64).read_to_end(&mut page).map_err(failed)?;
        if page.is_empty() {
            return Ok(pages);
        }
        if !page.starts_with(b"OggS") {
            // A tag, or something else that is no Ogg; what came before counts.
            return Ok(pages);
        }
        let segments = page.get(26).copied().map_or(0, u64::from);
        file.take(segments).read_to_end(&mut page).map_err(failed)?;
        let body: u64 = page.iter().skip(HEADER).map(|&length| u64::from(length)).sum();
        file.take(body).read_to_end(&mut page).map_err(failed)?;
        if page.len() < HEADER || page.len() as u64 != HEADER as u64 + segments + body {
            return Ok(Pages { cut: true, ..pages });
        }
        let mut stated = [0; 4];
        stated.swap_with_slice(&mut page[22..26]);
        let stated = u32::from_le_bytes(stated);
        if page.iter().fold(0, |sum, byte| crc32(sum, *byte)) != stated {
            return Err(damaged(path, format!("the checksum of its Ogg page at byte {position} is wrong")));
        }
        position += page.len();
        pages.cut = page[5] & 4 == 0;
        let granule = page[6..14].try_into().map_or(u64::MAX, u64::from_le_bytes);
        pages.granule = Some(granule).filter(|&granule| granule < 1 << 62).or(pages.granule);
    }
}

/// One byte more of Ogg's sum: polynomial 0x04C11DB7, nothing reflected, beginning with 0.
fn crc32(sum: u32, byte: u8) -> u32 {
    let [high, ..] = sum.to_be_bytes();
    (sum << 8) ^ TABLE[usize::from(high ^ byte)]
}

const TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0u32;
    while byte < 256 {
        let mut sum = byte << 24;
        let mut bit = 0;
        while bit < 8 {
            sum = if sum & 0x8000_0000 == 0 { sum << 1 } else { (sum << 1) ^ 0x04C1_1DB7 };
            bit += 1;
        }
        table[byte as usize] = sum;
        byte += 1;
    }
    table
};
