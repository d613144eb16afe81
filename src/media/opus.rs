//! Decoding Opus in Ogg, by opus-pure: unclipped, at 48 kHz, without the encoder's pre-skip and the padding of the last page.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use opus_pure::{MAX_PACKET_SAMPLES, OggOpusReader, OggPacket, OpusDecoder, Trim};

use crate::info::{Encoding, Extra, Info, Warning};
use crate::source::{Opened, Source, damaged, unreadable};
use crate::{Error, Planes, ogg};

/// Opus always decodes to this rate.
const RATE_HZ: u32 = 48_000;

/// Opens an Ogg Opus file.
pub(crate) fn open(path: &Path, mut file: BufReader<File>) -> Result<Opened, Error> {
    let failed = |e| unreadable(path, e);
    let pages = ogg::check(path, &mut file)?;
    file.seek(SeekFrom::Start(0)).map_err(failed)?;
    let ended = Arc::new(AtomicBool::new(false));
    let reader = OggOpusReader::new(Ending { file, ended: ended.clone() })
        .map_err(|e| damaged(path, e.to_string()))?;
    let head = reader.head().clone();
    let channels = usize::from(head.channel_count);
    if channels > 2 {
        return Err(Error::Channels { path: path.into(), channels });
    }
    let wrong = |e: opus_pure::Error| damaged(path, e.to_string());
    let extras = if reader.tags().comments.is_empty() { Vec::new() } else { vec![Extra::Tags] };
    let source = Opus {
        path: path.into(),
        decoder: head.decoder(48_000).map_err(wrong)?,
        trim: Trim::new(&head, 48_000, channels).map_err(wrong)?,
        reader: Some(reader),
        ended,
        emitted: 0,
        packet: OggPacket::default(),
        pcm: vec![0.0; MAX_PACKET_SAMPLES * channels],
        broken: pages.cut,
        cut: false,
    };
    let info = Info {
        sample_rate_hz: RATE_HZ,
        channels,
        frames: None,
        expected_frames: pages.granule.map(|end| end.saturating_sub(u64::from(head.pre_skip))),
        encoding: Encoding::Lossy,
        description: "Opus".into(),
        extras,
    };
    Ok((info, Box::new(source)))
}

struct Opus {
    path: PathBuf,
    /// None once the file is read.
    reader: Option<OggOpusReader<Ending>>,
    /// Whether the reader has come to the end of the file.
    ended: Arc<AtomicBool>,
    /// Frames of the streams before this one.
    emitted: u64,
    decoder: OpusDecoder,
    trim: Trim,
    packet: OggPacket,
    pcm: Vec<f32>,
    /// Whether the file is known to end too early.
    broken: bool,
    cut: bool,
}

impl Opus {
    /// Goes on with the stream that may follow in the same file, as where two files were joined.
    fn chain(&mut self) -> Result<bool, Error> {
        let Some(mut file) = self.reader.take().map(OggOpusReader::into_inner) else { return Ok(false) };
        if file.file.fill_buf().map_err(|e| unreadable(&self.path, e))?.is_empty() {
            self.cut = self.broken;
            return Ok(false);
        }
        let wrong = |e: opus_pure::Error| damaged(&self.path, e.to_string());
        let reader = OggOpusReader::new(file).map_err(wrong)?;
        let channels = usize::from(reader.head().channel_count);
        if self.pcm.len() != MAX_PACKET_SAMPLES * channels {
            return Err(damaged(&self.path, "its channel count changes midway"));
        }
        self.emitted += self.trim.samples_emitted();
        self.decoder = reader.head().decoder(48_000).map_err(wrong)?;
        self.trim = Trim::new(reader.head(), 48_000, channels).map_err(wrong)?;
        self.reader = Some(reader);
        Ok(true)
    }
}

impl Source for Opus {
    fn next(&mut self, planes: &mut Planes) -> Result<bool, Error> {
        let Some(reader) = &mut self.reader else { return Ok(false) };
        match reader.read_packet_into(&mut self.packet) {
            Ok(true) => {}
            Ok(false) => return self.chain(),
            Err(_) if self.broken && self.ended.load(Ordering::Relaxed) => {
                self.cut = true;
                self.reader = None;
                return Ok(false);
            }
            Err(error) => return Err(damaged(&self.path, error.to_string())),
        }
        let samples = self
            .decoder
            .decode(&self.packet.data, MAX_PACKET_SAMPLES, &mut self.pcm)
            .map_err(|e| damaged(&self.path, e.to_string()))?;
        let channels = planes.len();
        let kept = self.trim.keep(&self.packet, &self.pcm[..samples * channels]);
        for frame in kept.chunks_exact(channels) {
            planes.iter_mut().zip(frame).for_each(|(plane, sample)| plane.push(*sample));
        }
        Ok(true)
    }

    fn warnings(&self) -> Vec<Warning> {
        let frames = self.emitted + self.trim.samples_emitted();
        let cut = Warning::CutOff { frames, missing: None, sample_rate_hz: RATE_HZ };
        if self.cut { vec![cut] } else { Vec::new() }
    }
}

/// A file that notes when it has been read to its end, by which a truncated stream is told from a damaged one.
struct Ending {
    file: BufReader<File>,
    ended: Arc<AtomicBool>,
}

impl Read for Ending {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        let read = self.file.read(bytes)?;
        if read == 0 && !bytes.is_empty() {
            self.ended.store(true, Ordering::Relaxed);
        }
        Ok(read)
    }
}
