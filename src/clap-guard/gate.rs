//! Exclusive access to the audio half of a plugin, without a lock.

use std::cell::UnsafeCell;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How many times the audio thread looks again before it gives up: some microseconds.
const SPINS: u32 = 4096;

/// How long a main-thread call waits for an audio call to end.
const PATIENCE: Duration = Duration::from_secs(2);

/// A value that one call at a time may use.
///
/// VST3 promises that `process` never overlaps `setActive`, `setProcessing` or `terminate`; hosts break that
/// promise. The gate turns such an overlap into a refused call: the audio thread never sleeps (it looks a
/// bounded number of times, then answers an error), the main thread waits for it at most two seconds.
pub struct Gate<T> {
    busy: AtomicBool,
    value: UnsafeCell<T>,
}

// SAFETY: std::sync rules: `busy` admits one user at a time and orders their accesses (acquire/release).
unsafe impl<T: Send> Sync for Gate<T> {}

impl<T> Gate<T> {
    /// An open gate around `value`.
    pub fn new(value: T) -> Self {
        Self { busy: AtomicBool::new(false), value: UnsafeCell::new(value) }
    }

    /// Enters at once or not at all.
    pub fn try_enter(&self) -> Option<Entered<'_, T>> {
        let free = self.busy.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed).is_ok();
        // Made only when entered: dropping one opens the gate.
        free.then(|| Entered { gate: self })
    }

    /// Enters from the audio thread: no sleep, no system call, bounded.
    pub fn enter_audio(&self) -> Option<Entered<'_, T>> {
        for _ in 0..SPINS {
            if let Some(entered) = self.try_enter() {
                return Some(entered);
            }
            std::hint::spin_loop();
        }
        None
    }

    /// Enters from the main thread, waiting for an audio call to end.
    pub fn enter_main(&self) -> Option<Entered<'_, T>> {
        let start = Instant::now();
        loop {
            if let Some(entered) = self.try_enter() {
                return Some(entered);
            }
            if start.elapsed() > PATIENCE {
                return None;
            }
            std::thread::sleep(Duration::from_micros(200));
        }
    }
}

/// The right to use the gate's value, given back on drop.
pub struct Entered<'a, T> {
    gate: &'a Gate<T>,
}

impl<T> Deref for Entered<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: Gate: an `Entered` exists only while this call holds `busy`.
        unsafe { &*self.gate.value.get() }
    }
}

impl<T> DerefMut for Entered<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: Gate: an `Entered` exists only while this call holds `busy`, and is borrowed mutably here.
        unsafe { &mut *self.gate.value.get() }
    }
}

impl<T> Drop for Entered<'_, T> {
    fn drop(&mut self) {
        self.gate.busy.store(false, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_and_reopened_by_a_panic() {
        let gate = Gate::new(0);
        let first = gate.try_enter().unwrap();
        assert!(gate.try_enter().is_none());
        assert!(gate.enter_audio().is_none());
        drop(first);
        crate::guard((), || {
            let mut inside = gate.try_enter().unwrap();
            *inside += 1;
            panic!("inside");
        });
        assert_eq!(*gate.try_enter().unwrap(), 1);
    }

    #[test]
    fn the_main_thread_waits_for_the_audio_thread() {
        let gate = Gate::new(0);
        std::thread::scope(|s| {
            let mut audio = gate.enter_audio().unwrap();
            let main = s.spawn(|| gate.enter_main().map(|g| *g));
            std::thread::sleep(Duration::from_millis(20));
            *audio = 7;
            drop(audio);
            assert_eq!(main.join().unwrap(), Some(7));
        });
    }
}
