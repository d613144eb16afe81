//! The identity of the calling thread, without allocation.
//!
//! `std::thread::current` may allocate on a thread's first call and a thread-local of a loaded library may
//! do so too; both happen on the host's audio thread here.

/// A number that differs between any two living threads and is never 0.
pub(crate) fn current() -> usize {
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
