//! Half an hour of measured points, from the audio thread to the GUI.

use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// A type that fits one atomic word, so that no reader sees it half written.
pub trait Word: Copy {
    /// Packs the value into a word.
    fn to_bits(self) -> u64;
    /// Unpacks the value from a word of [`to_bits`](Self::to_bits), to the precision that the type documents.
    fn from_bits(bits: u64) -> Self;
}

/// Number of points kept: ten per second for thirty minutes.
const POINTS: usize = 10 * 60 * 30;

#[derive(Debug)]
struct Shared {
    points: Box<[AtomicU64]>,
    /// Number of points written since creation.
    written: AtomicUsize,
    /// Number of the first point of the current measurement.
    start: AtomicUsize,
}

/// The writing end, on the audio thread.
#[derive(Debug)]
pub struct HistoryWriter<T> {
    shared: Arc<Shared>,
    kind: PhantomData<T>,
}

/// The reading end; it can be cloned.
#[derive(Clone, Debug)]
pub struct HistoryReader<T> {
    shared: Arc<Shared>,
    kind: PhantomData<T>,
}

/// Creates a history of the last thirty minutes. It is written while no window is open, so it is complete when one opens. Each
/// point is one atomic word: a reader never sees half of one.
pub fn history<T: Word>() -> (HistoryWriter<T>, HistoryReader<T>) {
    let shared = Arc::new(Shared {
        points: (0..POINTS).map(|_| AtomicU64::new(0)).collect(),
        written: AtomicUsize::new(0),
        start: AtomicUsize::new(0),
    });
    let kind = PhantomData;
    (HistoryWriter { shared: Arc::clone(&shared), kind }, HistoryReader { shared, kind })
}

impl<T: Word> HistoryWriter<T> {
    /// Adds a point; the oldest is overwritten.
    pub fn push(&mut self, point: T) {
        let written = self.shared.written.load(Ordering::Relaxed);
        if let Some(place) = self.shared.points.get(written % POINTS) {
            place.store(point.to_bits(), Ordering::Relaxed);
        }
        self.shared.written.store(written + 1, Ordering::Release);
    }

    /// Starts a new measurement: readers no longer get older points.
    pub fn reset(&mut self) {
        self.shared.start.store(self.shared.written.load(Ordering::Relaxed), Ordering::Release);
    }
}

impl<T: Word> HistoryReader<T> {
    /// Returns the number of the next point, counted from creation. It changes when a point was added.
    pub fn end(&self) -> usize {
        self.shared.written.load(Ordering::Acquire)
    }

    /// Returns the number of the oldest point that belongs to the current measurement and is still kept.
    pub fn start(&self) -> usize {
        // One more than a full ring is given up: the writer may be about to overwrite it.
        let kept = self.end().saturating_sub(POINTS - 1);
        kept.max(self.shared.start.load(Ordering::Acquire))
    }

    /// Returns the points with these numbers, oldest first; those that are overwritten or not yet written are left out.
    pub fn points(&self, numbers: std::ops::Range<usize>) -> impl Iterator<Item = T> + '_ {
        let numbers = numbers.start.max(self.start())..numbers.end.min(self.end());
        numbers.filter_map(|n| {
            self.shared.points.get(n % POINTS).map(|word| T::from_bits(word.load(Ordering::Relaxed)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    /// A number in both halves of a word.
    #[derive(Clone, Copy, Debug, PartialEq)]
    struct Point([u32; 2]);

    impl Word for Point {
        fn to_bits(self) -> u64 {
            u64::from(self.0[0]) << 32 | u64::from(self.0[1])
        }
        fn from_bits(bits: u64) -> Self {
            Self([bits >> 32, bits & u64::from(u32::MAX)].map(|half| u32::try_from(half).unwrap()))
        }
    }

    fn point(n: usize) -> Point {
        Point([u32::try_from(n).unwrap(); 2])
    }

    #[test]
    fn keeps_the_last_thirty_minutes() {
        let (mut writer, reader) = history();
        assert_eq!(reader.points(0..usize::MAX).count(), 0);
        (0..POINTS + 100).for_each(|n| writer.push(point(n)));
        let points: Vec<Point> = reader.points(0..usize::MAX).collect();
        assert_eq!(points.len(), POINTS - 1);
        assert_eq!(reader.start(), 101);
        assert_eq!((points[0], points[POINTS - 2]), (point(101), point(POINTS + 99)));
        writer.reset();
        writer.push(point(7));
        assert_eq!(reader.points(0..usize::MAX).collect::<Vec<_>>(), [point(7)]);
    }

    #[test]
    fn points_are_whole_and_in_order_between_threads() {
        const LAST: usize = 3 * POINTS;
        let (mut writer, reader) = history();
        let audio = thread::spawn(move || (0..LAST).for_each(|n| writer.push(point(n))));
        while reader.end() < LAST {
            let end = reader.end();
            for point in reader.points(end.saturating_sub(50)..end) {
                assert_eq!(point.0[0], point.0[1]);
            }
        }
        audio.join().unwrap();
        assert!(reader.points(LAST - 10..LAST).eq((LAST - 10..LAST).map(point)));
    }
}
