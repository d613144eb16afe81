//! Finding the tags that may lie around the audio of MP3, AAC and FLAC files: `ID3v2` in front, `ID3v1` and APE behind.

use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;

use crate::info::Extra;

/// Bytes of a tag in which a picture is looked for.
const LOOKED_AT: u64 = 1 << 16;

/// Tags that may follow each other at one end.
const MOST_TAGS: usize = 8;

/// The tags of a file and what lies between them.
pub(crate) struct Tags {
    /// Positions of the first byte of audio and of the first byte after it.
    pub audio: Range<u64>,
    pub extras: Vec<Extra>,
}

/// Length of the `ID3v2` tag that `bytes` begins with.
pub(crate) fn length(bytes: &[u8]) -> Option<u64> {
    let [b'I', b'D', b'3', major, minor, flags, a, b, c, d, ..] = *bytes else { return None };
    if major == 0xFF || minor == 0xFF || (a | b | c | d) & 0x80 != 0 {
        return None;
    }
    let content = [a, b, c, d].iter().fold(0, |sum, byte| (sum << 7) | u64::from(*byte));
    let footer = if flags & 0x10 == 0 { 0 } else { 10 };
    Some(10 + content + footer)
}

/// Looks for tags at both ends of a file.
pub(crate) fn around<R: Read + Seek>(file: &mut BufReader<R>) -> io::Result<Tags> {
    let mut end = file.seek(SeekFrom::End(0))?;
    let mut start = 0;
    let mut extras = Vec::new();
    for _ in 0..MOST_TAGS {
        let Some(length) = length(&read(file, start, 10)?) else { break };
        extras.push(Extra::Tags);
        let content = read(file, start, length.min(LOOKED_AT))?;
        if content.windows(4).any(|id| id == b"APIC") {
            extras.push(Extra::Picture);
        }
        start = start.saturating_add(length).min(end);
    }
    for _ in 0..MOST_TAGS {
        let Some(length) = trailing(file, start, end)? else { break };
        extras.push(Extra::Tags);
        end -= length.min(end - start);
    }
    extras.sort_unstable();
    extras.dedup();
    Ok(Tags { audio: start..end, extras })
}

/// Length of an `ID3v1` or APE tag that ends at `end`.
fn trailing<R: Read + Seek>(file: &mut BufReader<R>, start: u64, end: u64) -> io::Result<Option<u64>> {
    if end - start >= 128 && read(file, end - 128, 3)? == b"TAG" {
        return Ok(Some(128));
    }
    if end - start < 32 {
        return Ok(None);
    }
    let footer = read(file, end - 32, 32)?;
    let number =
        |at: usize| footer.get(at..at + 4).and_then(|b| b.try_into().ok()).map_or(0, u32::from_le_bytes);
    if !footer.starts_with(b"APETAGEX") {
        return Ok(None);
    }
    // The size counts the items and this footer, not the optional header.
    let header = if number(20) >> 31 == 1 { 32 } else { 0 };
    Ok(Some(u64::from(number(12)).max(32) + header))
}

fn read<R: Read + Seek>(file: &mut BufReader<R>, start: u64, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(start))?;
    file.by_ref().take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Cursor};

    use super::{around, length};
    use crate::info::Extra;

    #[test]
    fn lengths_of_id3() {
        assert_eq!(length(b"ID3\x04\0\0\0\0\x01\x05 and more"), Some(10 + 128 + 5));
        assert_eq!(length(b"ID3\x04\0\x10\0\0\x01\x05"), Some(20 + 128 + 5));
        assert_eq!(length(b"ID3\x04\0\0\0\x80\x01\x05"), None);
        assert_eq!(length(b"ID3"), None);
    }

    #[test]
    fn tags_at_both_ends_are_left_out() {
        let mut file = b"ID3\x03\0\0\0\0\0\x04APIC".to_vec();
        file.extend([7; 500]);
        file.extend(b"APETAGEX\xD0\x07\0\0\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
        file.extend(b"TAG");
        file.extend([0; 125]);
        let tags = around(&mut BufReader::new(Cursor::new(file))).ok();
        assert_eq!(tags.as_ref().map(|t| t.audio.clone()), Some(14..514));
        assert_eq!(tags.map(|t| t.extras), Some(vec![Extra::Tags, Extra::Picture]));
    }
}
