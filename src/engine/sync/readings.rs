//! Readings from the audio thread to the GUI.

use triple_buffer::{Input, Output, TripleBuffer};

/// A type whose values can be merged with an older value that nobody read.
pub trait Merge: Copy {
    /// Merges this value with an older one that nobody read: the figures of this one, the greatest peaks of both.
    #[must_use]
    fn after(self, unseen: &Self) -> Self;
}

/// The writing end, on the audio thread.
#[derive(Debug)]
pub struct ReadingWriter<T: Merge + Send> {
    input: Input<T>,
    pending: T,
}

/// The reading end, on the GUI's thread.
#[derive(Debug)]
pub struct ReadingReader<T: Merge + Send> {
    output: Output<T>,
}

/// Creates a triple buffer. The reader gets the latest value, merged with all values since its last read: a peak between two reads
/// is never lost. It may be seen twice if a read coincides with a write.
pub fn readings<T: Merge + Send>(initial: T) -> (ReadingWriter<T>, ReadingReader<T>) {
    let (input, output) = TripleBuffer::new(&initial).split();
    (ReadingWriter { input, pending: initial }, ReadingReader { output })
}

impl<T: Merge + Send> ReadingWriter<T> {
    /// Publishes a value.
    pub fn write(&mut self, value: T) {
        self.pending = if self.input.consumed() { value } else { value.after(&self.pending) };
        self.input.write(self.pending);
    }
}

impl<T: Merge + Send> ReadingReader<T> {
    /// Returns the latest value if one was written since the last call.
    pub fn read(&mut self) -> Option<T> {
        self.output.update().then(|| *self.output.output_buffer())
    }

    /// Returns the latest value, new or not.
    pub fn latest(&mut self) -> T {
        *self.output.read()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    #[derive(Clone, Copy, Debug, PartialEq)]
    struct Numbered {
        number: u32,
        /// A bit for each number merged in, of the last 64.
        seen: u64,
    }

    impl Merge for Numbered {
        fn after(self, unseen: &Self) -> Self {
            Self { seen: self.seen | unseen.seen, ..self }
        }
    }

    #[test]
    fn unread_values_are_merged_and_read_ones_forgotten() {
        let (mut writer, mut reader) = readings(Numbered { number: 0, seen: 0 });
        assert_eq!(reader.read(), None);
        for number in 1..=3 {
            writer.write(Numbered { number, seen: 1 << number });
        }
        assert_eq!(reader.read(), Some(Numbered { number: 3, seen: 0b1110 }));
        assert_eq!(reader.read(), None);
        writer.write(Numbered { number: 4, seen: 1 << 4 });
        assert_eq!(reader.read(), Some(Numbered { number: 4, seen: 0b1_0000 }));
        assert_eq!(reader.latest().number, 4);
    }

    /// Whatever the interleaving: numbers never go back, and between two reads no number is missing.
    #[test]
    fn no_peak_is_lost_between_threads() {
        const LAST: u32 = 40_000;
        let (mut writer, mut reader) = readings(Numbered { number: 0, seen: 0 });
        let audio = thread::spawn(move || {
            for number in 1..=LAST {
                writer.write(Numbered { number, seen: 1 << (number % 64) });
                if number % 16 == 0 {
                    thread::yield_now();
                }
            }
        });
        let mut last = 0;
        while last < LAST {
            if let Some(reading) = reader.read() {
                assert!(reading.number > last);
                let since =
                    (last + 1..=reading.number).rev().take(64).fold(0, |bits, n| bits | 1u64 << (n % 64));
                assert_eq!(since & !reading.seen, 0, "lost between {last} and {}", reading.number);
                last = reading.number;
            }
        }
        audio.join().unwrap();
    }
}
