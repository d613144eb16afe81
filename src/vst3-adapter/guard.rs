//! No panic crosses the boundary: every function a host can call runs inside [`guard`].

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs `f`; a panic inside becomes `on_panic`.
///
/// The COM and CLAP calling conventions know no unwinding: without this a panic would abort the host.
/// The objects that `f` touches stay usable, because locks are taken over when poisoned and the audio
/// gate opens again when its guard drops.
pub(crate) fn guard<T>(on_panic: T, f: impl FnOnce() -> T) -> T {
    let result = catch_unwind(AssertUnwindSafe(|| {
        #[cfg(test)]
        fault::strike();
        f()
    }));
    match result {
        Ok(value) => value,
        Err(payload) => {
            // A payload whose drop panics would escape: it is leaked instead.
            std::mem::forget(payload);
            on_panic
        }
    }
}

/// Panics on demand inside the next guarded call of this thread, so that a test can strike every entry point.
#[cfg(test)]
pub(crate) mod fault {
    use std::cell::Cell;

    thread_local!(static ARMED: Cell<bool> = const { Cell::new(false) });

    pub(crate) fn arm() {
        ARMED.set(true);
    }

    /// Whether the armed fault is still waiting; disarms it.
    pub(crate) fn disarm() -> bool {
        ARMED.replace(false)
    }

    pub(super) fn strike() {
        assert!(!ARMED.replace(false), "fault injected by a test");
    }
}
