//! What Symphonia does not read from MP4 files: which part of the decoded audio is to be heard, and what the file carries besides.
//!
//! An AAC encoder puts silence in front (its delay) and behind (to fill the last frame). The edit list (ISO/IEC 14496-12, section
//! 8.6.6) says what lies between; files by iTunes say it more exactly in a tag, iTunSMPB.

use std::io::{self, Read, Seek, SeekFrom};

use crate::info::Extra;

/// Part of the decoded audio that is to be heard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Heard {
    /// First time, in units of the track's own clock.
    pub start: u64,
    /// The track's clock in Hz; 0 if there is none, and then nothing is left out.
    pub clock_hz: u32,
    /// Length and the clock in Hz that it is counted by.
    pub length: Option<(u64, u32)>,
}

/// What is found in a file.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub heard: Heard,
    /// Whether there is an index, without which the audio cannot be found.
    pub index: bool,
    /// Length of the file in bytes by its boxes, where that is more than it has.
    pub stated: Option<u64>,
    pub extras: Vec<Extra>,
}

/// Boxes that are looked into.
const CONTAINERS: [[u8; 4]; 6] = [*b"moov", *b"trak", *b"edts", *b"mdia", *b"udta", *b"ilst"];

/// Boxes that a file may have, and bytes of one that are looked at.
const MOST_BOXES: usize = 4096;
const MOST_BYTES: u64 = 4096;

/// State of a walk through all boxes.
#[derive(Default)]
struct Walk {
    boxes: usize,
    index: bool,
    stated: Option<u64>,
    movie_hz: u32,
    track: Track,
    audio: Option<Track>,
    tag: Option<(u64, u64)>,
    extras: Vec<Extra>,
}

#[derive(Clone, Copy, Default)]
struct Track {
    sound: bool,
    clock_hz: u32,
    /// The one edit that plays something: its first time and length.
    edit: Option<(u64, u64)>,
}

/// Reads the boxes of an MP4 file.
pub(crate) fn read<R: Read + Seek>(file: &mut R) -> io::Result<Found> {
    let end = file.seek(SeekFrom::End(0))?;
    let mut walk = Walk::default();
    walk.boxes(file, 0, end, 0)?;
    let track = walk.audio.unwrap_or_default();
    let mut heard = Heard::default();
    if let Some((start, length)) = track.edit {
        let length = (length > 0 && walk.movie_hz > 0).then_some((length, walk.movie_hz));
        heard = Heard { start, clock_hz: track.clock_hz, length };
    }
    if let Some((delay, length)) = walk.tag {
        heard = Heard { start: delay, clock_hz: track.clock_hz, length: Some((length, track.clock_hz)) };
    }
    walk.extras.sort_unstable();
    walk.extras.dedup();
    Ok(Found { heard, index: walk.index, stated: walk.stated, extras: walk.extras })
}

impl Walk {
    fn boxes<R: Read + Seek>(&mut self, file: &mut R, start: u64, end: u64, depth: usize) -> io::Result<()> {
        let mut position = start;
        while position.saturating_add(8) <= end && self.boxes < MOST_BOXES && depth < 8 {
            self.boxes += 1;
            let mut header = [0; 16];
            file.seek(SeekFrom::Start(position))?;
            file.read_exact(&mut header[..8])?;
            let [a, b, c, d, kind @ .., _, _, _, _, _, _, _, _] = header;
            let (size, content) = match u32::from_be_bytes([a, b, c, d]) {
                0 => (end - position, position + 8),
                1 => {
                    if file.read_exact(&mut header[8..]).is_err() {
                        return Ok(());
                    }
                    (header[8..].try_into().map_or(0, u64::from_be_bytes), position + 16)
                }
                size => (u64::from(size), position + 8),
            };
            self.index |= kind == *b"moov";
            let next = position.saturating_add(size);
            if depth == 0 && next > end {
                self.stated = Some(next);
            }
            let next = next.min(end);
            if next < content {
                return Ok(());
            }
            self.visit(file, kind, content, next, depth)?;
            position = next;
        }
        Ok(())
    }

    fn visit<R: Read + Seek>(
        &mut self,
        file: &mut R,
        kind: [u8; 4],
        start: u64,
        end: u64,
        depth: usize,
    ) -> io::Result<()> {
        if CONTAINERS.contains(&kind) {
            self.boxes(file, start, end, depth + 1)?;
            if kind == *b"trak" {
                let track = std::mem::take(&mut self.track);
                if track.sound && self.audio.is_none() {
                    self.audio = Some(track);
                }
            }
            return Ok(());
        }
        if kind == *b"meta" {
            // Version and flags come first.
            return self.boxes(file, start + 4, end, depth + 1);
        }
        let known: [[u8; 4]; 6] = [*b"mvhd", *b"mdhd", *b"hdlr", *b"elst", *b"----", *b"covr"];
        if known.contains(&kind) {
            let mut bytes = Vec::new();
            file.seek(SeekFrom::Start(start))?;
            file.by_ref().take((end - start).min(MOST_BYTES)).read_to_end(&mut bytes)?;
            self.leaf(kind, &bytes);
        } else if kind[0] == 0xA9 {
            self.extras.push(Extra::Tags);
        }
        Ok(())
    }

    fn leaf(&mut self, kind: [u8; 4], bytes: &[u8]) {
        let wide = bytes.first() == Some(&1);
        match &kind {
            b"mvhd" => self.movie_hz = number(bytes, if wide { 20 } else { 12 }).unwrap_or(0),
            b"mdhd" => self.track.clock_hz = number(bytes, if wide { 20 } else { 12 }).unwrap_or(0),
            b"hdlr" => self.track.sound |= bytes.get(8..12) == Some(b"soun"),
            b"elst" => self.track.edit = edit(bytes, wide),
            b"covr" => self.extras.push(Extra::Picture),
            b"----" => self.tag = self.tag.or_else(|| gapless(bytes)),
            _ => {}
        }
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// The edit that plays something, if it is the only one; edits of time -1 merely wait.
fn edit(bytes: &[u8], wide: bool) -> Option<(u64, u64)> {
    let entry = if wide { 20 } else { 12 };
    let count = usize::try_from(number(bytes, 4)?).ok()?;
    let mut edits = bytes.get(8..)?.chunks_exact(entry).take(count).filter_map(|bytes| {
        let (length, time) = if wide {
            let length = u64::from_be_bytes(bytes[..8].try_into().ok()?);
            (length, i64::from_be_bytes(bytes[8..16].try_into().ok()?))
        } else {
            let time = i32::from_be_bytes(bytes[4..8].try_into().ok()?);
            (u64::from(number(bytes, 0)?), i64::from(time))
        };
        u64::try_from(time).ok().map(|time| (time, length))
    });
    edits.next().filter(|_| edits.next().is_none())
}

/// Delay and length from the tag iTunSMPB: hexadecimal numbers, the second, third and fourth being delay, padding and length.
fn gapless(bytes: &[u8]) -> Option<(u64, u64)> {
    let name = bytes.windows(8).position(|part| part == b"iTunSMPB")?;
    let data = name + bytes.get(name..)?.windows(4).position(|part| part == b"data")?;
    // Type and locale, four bytes each, precede the text.
    let text = std::str::from_utf8(bytes.get(data + 12..)?.get(..40.min(bytes.len() - data - 12))?).ok()?;
    let mut numbers = text.split_whitespace().map(|n| u64::from_str_radix(n, 16));
    let (delay, _, length) = (numbers.nth(1)?.ok()?, numbers.next()?.ok()?, numbers.next()?.ok()?);
    (length > 0 && delay < 1 << 20).then_some((delay, length))
}
