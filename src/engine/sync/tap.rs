//! Samples from the audio thread to an analyser.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rtrb::{Consumer, Producer, RingBuffer};

use crate::units::narrow;

#[derive(Debug, Default)]
struct Shared {
    listening: AtomicBool,
    dropped: AtomicUsize,
}

/// The writing end, on the audio thread.
#[derive(Debug)]
pub struct TapWriter {
    ring: Producer<[f32; 2]>,
    shared: Arc<Shared>,
}

/// The reading end, on the analyser's thread.
#[derive(Debug)]
pub struct TapReader {
    ring: Consumer<[f32; 2]>,
    shared: Arc<Shared>,
}

/// Creates a ring of `frames` stereo frames. Blocks that do not fit are dropped whole, and all are while nobody listens: an analyser
/// must never delay audio.
pub fn tap(frames: usize) -> (TapWriter, TapReader) {
    let (producer, consumer) = RingBuffer::new(frames);
    let shared = Arc::new(Shared::default());
    (TapWriter { ring: producer, shared: Arc::clone(&shared) }, TapReader { ring: consumer, shared })
}

impl TapWriter {
    /// Writes a block, left and right.
    pub fn write(&mut self, [left, right]: [&[f64]; 2]) {
        if !self.shared.listening.load(Ordering::Relaxed) {
            return;
        }
        let frames = left.len().min(right.len());
        let Ok(mut chunk) = self.ring.write_chunk(frames) else {
            self.shared.dropped.fetch_add(frames, Ordering::Relaxed);
            return;
        };
        let (first, second) = chunk.as_mut_slices();
        let audio = left.iter().zip(right);
        for (place, (l, r)) in first.iter_mut().chain(second).zip(audio) {
            *place = [narrow(*l), narrow(*r)];
        }
        chunk.commit_all();
    }
}

impl TapReader {
    /// Starts or stops listening. Frames that wait from an earlier time are dropped at the start.
    pub fn listen(&mut self, listening: bool) {
        if listening && !self.shared.listening.load(Ordering::Relaxed) {
            while self.ring.pop().is_ok() {}
        }
        self.shared.listening.store(listening, Ordering::Relaxed);
    }

    /// Takes all waiting frames, oldest first.
    pub fn read(&mut self, mut each: impl FnMut([f32; 2])) {
        while let Ok(frame) = self.ring.pop() {
            each(frame);
        }
    }

    /// Returns the number of frames dropped so far for lack of room.
    pub fn dropped(&self) -> usize {
        self.shared.dropped.load(Ordering::Relaxed)
    }
}

impl Drop for TapReader {
    fn drop(&mut self) {
        self.shared.listening.store(false, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    fn ramp(start: u32, frames: u32) -> Vec<f64> {
        (start..start + frames).map(f64::from).collect()
    }

    #[test]
    fn nothing_is_sent_unless_somebody_listens() {
        let (mut writer, mut reader) = tap(100);
        writer.write([&ramp(0, 10), &ramp(0, 10)]);
        reader.read(|_| panic!("nobody listened"));
        reader.listen(true);
        writer.write([&ramp(0, 60), &ramp(5, 60)]);
        writer.write([&ramp(60, 60), &ramp(65, 60)]);
        let mut got = Vec::new();
        reader.read(|frame| got.push(frame));
        assert_eq!(got.len(), 60);
        assert_eq!(got[59], [59.0, 64.0]);
        assert_eq!(reader.dropped(), 60);
    }

    #[test]
    fn frames_arrive_in_order_or_not_at_all() {
        let (mut writer, mut reader) = tap(1_000);
        reader.listen(true);
        let audio = thread::spawn(move || {
            for block in 0..3_000 {
                let samples = ramp(block * 64, 64);
                writer.write([&samples, &samples]);
            }
        });
        let (mut last, mut count) = (-1.0, 0);
        let mut drain = |reader: &mut TapReader| {
            reader.read(|[left, right]| {
                assert!(left > last && left == right);
                last = left;
                count += 1;
            });
        };
        while !audio.is_finished() {
            drain(&mut reader);
        }
        audio.join().unwrap();
        drain(&mut reader);
        assert_eq!(count + reader.dropped(), 3_000 * 64);
    }
}
