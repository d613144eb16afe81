//! Audio kept for a second look: in memory while it is short, in a temporary file when it is long.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::marker::PhantomData;
use std::path::Path;

use tempfile::SpooledTempFile;

/// Bytes kept in memory before a file takes over.
const IN_MEMORY: usize = 16 << 20;

/// A sample that can be stored.
pub(crate) trait Word: Copy + Default {
    const BYTES: usize;
    fn put(self, bytes: &mut Vec<u8>);
    fn get(bytes: &[u8]) -> Self;
}

impl Word for f32 {
    const BYTES: usize = 4;
    fn put(self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.to_le_bytes());
    }
    fn get(bytes: &[u8]) -> Self {
        Self::from_le_bytes(bytes.try_into().unwrap_or_default())
    }
}

impl Word for f64 {
    const BYTES: usize = 8;
    fn put(self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.to_le_bytes());
    }
    fn get(bytes: &[u8]) -> Self {
        Self::from_le_bytes(bytes.try_into().unwrap_or_default())
    }
}

/// Frames of a fixed number of channels; written in order, read from anywhere. The file has no name and is gone with the spool.
pub(crate) struct Spool<T> {
    file: SpooledTempFile,
    channels: usize,
    frames: usize,
    bytes: Vec<u8>,
    word: PhantomData<T>,
}

impl<T: Word> Spool<T> {
    /// Makes an empty spool whose file, if it comes to one, lies in `folder`.
    pub(crate) fn new(channels: usize, folder: &Path) -> Self {
        Self {
            file: tempfile::spooled_tempfile_in(IN_MEMORY, folder),
            channels,
            frames: 0,
            bytes: Vec::new(),
            word: PhantomData,
        }
    }

    /// Number of frames written.
    pub(crate) fn frames(&self) -> usize {
        self.frames
    }

    /// Appends frames: one slice a channel, all of the same length.
    pub(crate) fn write(&mut self, planes: &[&[T]]) -> io::Result<()> {
        let frames = planes.first().map_or(0, |plane| plane.len());
        self.bytes.clear();
        for frame in 0..frames {
            for plane in planes {
                plane[frame].put(&mut self.bytes);
            }
        }
        self.file.write_all(&self.bytes)?;
        self.frames += frames;
        Ok(())
    }

    /// Fills the planes with the frames from `at` on and returns their number, which is less than the planes' length only at the
    /// end. A spool is read after everything was written.
    pub(crate) fn read(&mut self, at: usize, planes: &mut [Vec<T>]) -> io::Result<usize> {
        let wanted = planes.first().map_or(0, Vec::len);
        let frames = wanted.min(self.frames.saturating_sub(at));
        let frame_bytes = self.channels * T::BYTES;
        self.bytes.resize(frames * frame_bytes, 0);
        self.file.seek(SeekFrom::Start((at * frame_bytes) as u64))?;
        self.file.read_exact(&mut self.bytes)?;
        for (frame, bytes) in self.bytes.chunks_exact(frame_bytes).enumerate() {
            for (plane, bytes) in planes.iter_mut().zip(bytes.chunks_exact(T::BYTES)) {
                plane[frame] = T::get(bytes);
            }
        }
        Ok(frames)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use garnish_engine::units::count;

    #[test]
    fn what_was_written_is_read_from_anywhere_in_memory_and_from_a_file() {
        let folder = tempfile::tempdir().unwrap();
        for frames in [10_000, 2_000_000] {
            let mut spool = Spool::<f64>::new(2, folder.path());
            let left: Vec<f64> = (0..frames).map(|n| count(n) / 3.0).collect();
            let right: Vec<f64> = left.iter().map(|x| -x).collect();
            for (left, right) in left.chunks(4096).zip(right.chunks(4096)) {
                spool.write(&[left, right]).unwrap();
            }
            assert_eq!(spool.frames(), frames);
            let mut planes = [vec![0.0; 1000], vec![0.0; 1000]];
            for at in [0, 5_555, frames - 1000] {
                assert_eq!(spool.read(at, &mut planes).unwrap(), 1000);
                assert_eq!(planes, [left[at..at + 1000].to_vec(), right[at..at + 1000].to_vec()]);
            }
            assert_eq!(spool.read(frames - 10, &mut planes).unwrap(), 10);
            assert_eq!(spool.read(frames, &mut planes).unwrap(), 0);
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
