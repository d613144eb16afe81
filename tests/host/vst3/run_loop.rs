//! The host's run loop: timers and file descriptors of plugins, served when the test turns it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use vst3::Steinberg::Linux::{IEventHandler, IEventHandlerTrait, ITimerHandler, ITimerHandlerTrait};
use vst3::Steinberg::{kInvalidArgument, kResultOk, tresult};
use vst3::{ComPtr, ComRef};

struct Timer {
    handler: ComPtr<ITimerHandler>,
    period: Duration,
    due: Instant,
}

#[derive(Default)]
struct State {
    timers: Vec<Timer>,
    fds: Vec<(ComPtr<IEventHandler>, i32)>,
}

/// A run loop, turned by hand.
#[derive(Clone, Default)]
pub struct RunLoop(Arc<Mutex<State>>);

impl RunLoop {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many handlers are registered: timers and descriptors.
    pub fn registered(&self) -> (usize, usize) {
        let state = self.state();
        (state.timers.len(), state.fds.len())
    }

    /// Serves what is due now: each timer at most once, each readable descriptor once.
    pub fn turn(&self) {
        let now = Instant::now();
        let mut state = self.state();
        let mut due = Vec::new();
        for timer in state.timers.iter_mut().filter(|timer| timer.due <= now) {
            timer.due = now + timer.period;
            due.push(timer.handler.clone());
        }
        let fds: Vec<_> = state.fds.iter().filter(|(_, fd)| readable(*fd)).cloned().collect();
        drop(state);
        for handler in due {
            // SAFETY: VST3 iplugview.h, ITimerHandler: on the UI thread, on a counted reference
            unsafe { handler.onTimer() };
        }
        for (handler, fd) in fds {
            // SAFETY: VST3 iplugview.h, IEventHandler: on the UI thread, on a counted reference
            unsafe { handler.onFDIsSet(fd) };
        }
    }

    /// Turns for this long.
    pub fn turn_for(&self, length: Duration) {
        let end = Instant::now() + length;
        while Instant::now() < end {
            self.turn();
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Serves every timer now, due or not.
    pub fn turn_all(&self) {
        let mut state = self.state();
        let now = Instant::now();
        state.timers.iter_mut().for_each(|timer| timer.due = now);
        drop(state);
        self.turn();
    }

    /// # Safety
    /// `handler` is null or a living object.
    pub(super) unsafe fn add_timer(&self, handler: *mut ITimerHandler, period_ms: u64) -> tresult {
        // SAFETY: this function's contract
        let Some(handler) = (unsafe { ComRef::from_raw(handler) }) else { return kInvalidArgument };
        if period_ms == 0 {
            return kInvalidArgument;
        }
        let period = Duration::from_millis(period_ms);
        self.state().timers.push(Timer {
            handler: handler.to_com_ptr(),
            period,
            due: Instant::now() + period,
        });
        kResultOk
    }

    pub(super) fn remove_timer(&self, handler: *mut ITimerHandler) -> tresult {
        let mut state = self.state();
        let Some(at) = state.timers.iter().position(|timer| timer.handler.as_ptr() == handler) else {
            return kInvalidArgument;
        };
        let timer = state.timers.swap_remove(at);
        drop(state);
        drop(timer);
        kResultOk
    }

    /// # Safety
    /// `handler` is null or a living object.
    pub(super) unsafe fn add_fd(&self, handler: *mut IEventHandler, fd: i32) -> tresult {
        // SAFETY: this function's contract
        let Some(handler) = (unsafe { ComRef::from_raw(handler) }) else { return kInvalidArgument };
        self.state().fds.push((handler.to_com_ptr(), fd));
        kResultOk
    }

    pub(super) fn remove_fd(&self, handler: *mut IEventHandler) -> tresult {
        let mut state = self.state();
        let Some(at) = state.fds.iter().position(|(known, _)| known.as_ptr() == handler) else {
            return kInvalidArgument;
        };
        let entry = state.fds.swap_remove(at);
        drop(state);
        drop(entry);
        kResultOk
    }
}

fn readable(fd: i32) -> bool {
    let mut poll = libc::pollfd { fd, events: libc::POLLIN, revents: 0 };
    // SAFETY: POSIX.1-2017, poll: one valid entry, no waiting
    unsafe { libc::poll(&raw mut poll, 1, 0) > 0 && poll.revents & libc::POLLIN != 0 }
}
