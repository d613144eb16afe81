//! Half an hour of what was measured, from the audio thread to whoever draws it.

use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// What fits one atomic word, so that it can cross between threads whole.
pub trait Word: Copy {
    /// As one word.
    fn to_bits(self) -> u64;
    /// What [`to_bits`](Self::to_bits) made this word of, as exactly as it says of itself.
    fn from_bits(bits: u64) -> Self;
}

/// Points kept: ten a second for thirty minutes.
const POINTS: usize = 10 * 60 * 30;

#[derive(Debug)]
struct Shared {
    points: Box<[AtomicU64]>,
    /// Points written since the beginning.
    written: AtomicUsize,
    /// Where the current measurement began, counted as `written`.
    start: AtomicUsize,
}

/// The audio thread's end.
#[derive(Debug)]
pub struct HistoryWriter<T> {
    shared: Arc<Shared>,
    kind: PhantomData<T>,
}

/// The reader's end; may be cloned.
#[derive(Clone, Debug)]
pub struct HistoryReader<T> {
    shared: Arc<Shared>,
    kind: PhantomData<T>,
}

/// Two ends of a history of the last thirty minutes. It goes on while no window is open, and is complete when one opens. Each
/// point is one atomic word, so none is ever seen half written.
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
    /// Adds the next point; the oldest makes room.
    pub fn push(&mut self, point: T) {
        let written = self.shared.written.load(Ordering::Relaxed);
        if let Some(place) = self.shared.points.get(written % POINTS) {
            place.store(point.to_bits(), Ordering::Relaxed);
        }
        self.shared.written.store(written + 1, Ordering::Release);
    }

    /// Begins anew: older points are no longer shown.
    pub fn reset(&mut self) {
        self.shared.start.store(self.shared.written.load(Ordering::Relaxed), Ordering::Release);
    }
}

impl<T: Word> HistoryReader<T> {
    /// Number of the next point to be written, counted from the beginning of the session: changes when there is news.
    pub fn end(&self) -> usize {
        self.shared.written.load(Ordering::Acquire)
    }

    /// Number of the oldest point that belongs to the current measurement and is still kept.
    pub fn start(&self) -> usize {
        // One more than a full ring is given up: the writer may be about to overwrite it.
        let kept = self.end().saturating_sub(POINTS - 1);
        kept.max(self.shared.start.load(Ordering::Acquire))
    }

    /// The points with these numbers, oldest first; those that are gone or not yet there are left out.
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
    use crate::meter::Point;
    use std::thread;

    fn point(n: usize) -> Point {
        let level = -f64::from(u32::try_from(n % 5_000).unwrap()) / 100.0;
        Point { momentary_lufs: level, short_term_lufs: level, true_peak_dbtp: level }
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
                assert_eq!(point.momentary_lufs, point.true_peak_dbtp);
                assert_eq!(point.momentary_lufs, point.short_term_lufs);
            }
        }
        audio.join().unwrap();
        assert!(reader.points(LAST - 10..LAST).eq((LAST - 10..LAST).map(point)));
    }
}
