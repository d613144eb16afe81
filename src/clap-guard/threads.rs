//! CLAP's thread roles as a plugin sees them, enforced rather than trusted.
//!
//! CLAP has one main thread. Hosts load on one thread, save on another, show the editor on a third and turn their loops on a
//! fourth. So the main thread is a role here: one thread at a time holds it, the others wait. Only an editor binds
//! it to a thread: the one that created it, until it is destroyed.

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Longest time a main-thread call waits for another one to end.
const PATIENCE: Duration = Duration::from_secs(2);

/// Identifies the calling thread: a number that differs between any two living threads and is never 0.
///
/// `std::thread::current` may allocate on a thread's first call, as may a thread-local of a loaded library; both would
/// happen on the host's audio thread.
#[allow(clippy::cast_possible_truncation, reason = "as wide as a pointer wherever plugins run, or narrower")]
pub fn current() -> usize {
    #[cfg(unix)]
    {
        // SAFETY: POSIX.1-2017, pthread_self: always succeeds, no precondition.
        let id = unsafe { libc::pthread_self() };
        id as usize
    }
    #[cfg(windows)]
    {
        #[link(name = "kernel32")]
        unsafe extern "system" {
            fn GetCurrentThreadId() -> u32;
        }
        // SAFETY: Win32 processthreadsapi.h, GetCurrentThreadId: always succeeds, no precondition.
        let id = unsafe { GetCurrentThreadId() };
        id as usize
    }
}

/// Serial number of the calling thread, never given twice: [`current`] may be given again once a thread has ended. May allocate on a
/// thread's first call.
fn serial() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(1);
    thread_local! {
        static SERIAL: usize = NEXT.fetch_add(1, Ordering::Relaxed);
    }
    SERIAL.try_with(|serial| *serial).unwrap_or(0)
}

/// The threads of one plugin instance. 0 stands for no thread.
pub struct Threads {
    /// Holder of the main role.
    owner: AtomicUsize,
    /// Nested main-thread calls of the owner.
    depth: AtomicU32,
    /// Last holder of the main role.
    last: AtomicUsize,
    /// Thread that created the editor.
    editor: AtomicUsize,
    /// Its serial number: it may have ended, and another be known by the same `current`.
    editor_serial: AtomicUsize,
    /// Thread inside an audio call.
    audio: AtomicUsize,
}

impl Default for Threads {
    /// The calling thread counts as the main thread until another one makes a main-thread call.
    fn default() -> Self {
        Self {
            owner: AtomicUsize::new(0),
            depth: AtomicU32::new(0),
            last: AtomicUsize::new(current()),
            editor: AtomicUsize::new(0),
            editor_serial: AtomicUsize::new(0),
            audio: AtomicUsize::new(0),
        }
    }
}

impl Threads {
    /// Takes the main role, waiting at most two seconds for another thread's call to end; `None` after that.
    pub fn enter_main(&self) -> Option<MainRole<'_>> {
        let me = current();
        if self.owner.load(Ordering::Acquire) == me {
            self.depth.fetch_add(1, Ordering::Relaxed);
            return Some(MainRole(self));
        }
        let mut start = None;
        while self.owner.compare_exchange(0, me, Ordering::AcqRel, Ordering::Relaxed).is_err() {
            if start.get_or_insert_with(Instant::now).elapsed() > PATIENCE {
                return None;
            }
            std::thread::sleep(Duration::from_micros(100));
        }
        self.depth.store(1, Ordering::Relaxed);
        self.last.store(me, Ordering::Relaxed);
        Some(MainRole(self))
    }

    /// As [`enter_main`](Self::enter_main), for calls that may touch the editor: `None` at once on any thread but its own.
    pub fn enter_editor(&self) -> Option<MainRole<'_>> {
        let role = self.owns_editor().then(|| self.enter_main())?;
        // It may have been created while this thread waited.
        role.filter(|_| self.owns_editor())
    }

    /// Marks the calling thread as inside an audio call until the result is dropped.
    pub fn enter_audio(&self) -> AudioRole<'_> {
        AudioRole { threads: self, before: self.audio.swap(current(), Ordering::Relaxed) }
    }

    /// Binds the editor to the calling thread.
    pub fn bind_editor(&self) {
        self.editor_serial.store(serial(), Ordering::Relaxed);
        self.editor.store(current(), Ordering::Release);
    }

    /// Releases the editor's binding.
    pub fn release_editor(&self) {
        self.editor.store(0, Ordering::Release);
    }

    /// Whether there is an editor.
    pub fn has_editor(&self) -> bool {
        self.editor.load(Ordering::Acquire) != 0
    }

    /// Whether the calling thread may touch the editor: there is none, or this thread created it.
    pub fn owns_editor(&self) -> bool {
        let editor = self.editor.load(Ordering::Acquire);
        // the serial number last: an audio thread, for which it might allocate, never gets there
        editor == 0 || (editor == current() && self.editor_serial.load(Ordering::Relaxed) == serial())
    }

    /// Whether the calling thread is inside a main-thread call.
    pub fn is_calling(&self) -> bool {
        self.owner.load(Ordering::Relaxed) == current()
    }

    /// The answer to CLAP's `thread_check.is_main_thread`.
    pub fn is_main(&self) -> bool {
        let me = current();
        let [owner, editor, last] =
            [&self.owner, &self.editor, &self.last].map(|thread| thread.load(Ordering::Relaxed));
        let main = owner == me || editor == me || (owner == 0 && editor == 0 && last == me);
        main && !self.is_audio()
    }

    /// The answer to CLAP's `thread_check.is_audio_thread`.
    pub fn is_audio(&self) -> bool {
        self.audio.load(Ordering::Relaxed) == current()
    }
}

/// The main role, given back on drop.
pub struct MainRole<'a>(&'a Threads);

impl Drop for MainRole<'_> {
    fn drop(&mut self) {
        if self.0.depth.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.0.owner.store(0, Ordering::Release);
        }
    }
}

/// The audio role, given back on drop.
pub struct AudioRole<'a> {
    threads: &'a Threads,
    before: usize,
}

impl Drop for AudioRole<'_> {
    fn drop(&mut self) {
        self.threads.audio.store(self.before, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thread_at_a_time_is_main_and_may_nest() {
        let threads = Threads::default();
        let outer = threads.enter_main().unwrap();
        let inner = threads.enter_main().unwrap();
        std::thread::scope(|scope| {
            let other = scope.spawn(|| {
                assert!(!threads.is_main());
                let role = threads.enter_main().unwrap();
                assert!(threads.is_main() && threads.is_calling());
                drop(role);
            });
            drop(inner);
            assert!(threads.is_main() && threads.is_calling());
            std::thread::sleep(Duration::from_millis(20));
            assert!(!other.is_finished(), "it waits for the outer call");
            drop(outer);
            other.join().unwrap();
        });
        assert!(!threads.is_main(), "the last caller is main now");
    }

    #[test]
    fn an_editor_binds_its_calls_to_its_thread() {
        let threads = Threads::default();
        threads.bind_editor();
        std::thread::scope(|scope| {
            let other = scope.spawn(|| {
                assert!(!threads.owns_editor() && threads.enter_editor().is_none());
                assert!(threads.enter_main().is_some(), "what does not touch it is free");
                assert!(!threads.is_main());
            });
            other.join().unwrap();
        });
        assert!(threads.enter_editor().is_some() && threads.is_main());
        threads.release_editor();
        std::thread::scope(|scope| {
            scope.spawn(|| assert!(threads.enter_editor().is_some())).join().unwrap();
        });
    }

    #[test]
    fn an_audio_call_is_not_the_main_thread() {
        let threads = Threads::default();
        let audio = threads.enter_audio();
        assert!(threads.is_audio() && !threads.is_main());
        drop(audio);
        assert!(threads.is_main() && !threads.is_audio());
    }
}
