//! The plugin's timers and file descriptors, and the adapter's own tick, on the VST3 host's run loop (Linux).
//!
//! CLAP's timers and descriptors belong to the plugin instance, VST3's run loop to a window or to the host as a
//! whole. So registrations are kept here and laid on whatever run loop there is; without one they rest.
//! VST3's `IRunLoop` tells only when a descriptor can be read: a descriptor to be written to alone is refused.

use std::sync::{Mutex, MutexGuard, PoisonError, Weak};

use clap_sys::ext::posix_fd_support::CLAP_POSIX_FD_READ;
use vst3::Steinberg::Linux::{
    FileDescriptor, IEventHandler, IEventHandlerTrait, IRunLoop, IRunLoopTrait, ITimerHandler,
    ITimerHandlerTrait,
};
use vst3::Steinberg::kResultOk;
use vst3::{Class, ComPtr, ComWrapper};

use crate::guard::guard;
use crate::instance::Instance;

/// Period of the adapter's own tick, which serves the plugin's requests: about one display frame.
const TICK_MS: u64 = 16;

/// The shortest period a plugin's timer gets (CLAP ext/timer-support.h: "the host may adjust the period").
const SHORTEST_MS: u32 = 10;

/// What a handler on the run loop stands for.
#[derive(Clone, Copy, PartialEq)]
enum Source {
    Tick,
    Timer { id: u32, period_ms: u32 },
    Fd(i32),
}

/// One handler object on the host's run loop.
struct Handler {
    instance: Weak<Instance>,
    source: Source,
}

impl Class for Handler {
    type Interfaces = (ITimerHandler, IEventHandler);
}

impl ITimerHandlerTrait for Handler {
    unsafe fn onTimer(&self) {
        guard((), || self.fire(0));
    }
}

impl IEventHandlerTrait for Handler {
    unsafe fn onFDIsSet(&self, _: FileDescriptor) {
        guard((), || self.fire(CLAP_POSIX_FD_READ));
    }
}

impl Handler {
    fn fire(&self, flags: u32) {
        let Some(instance) = self.instance.upgrade() else { return };
        let host = instance.plugin.host();
        // A loop run by the plugin itself, inside one of its calls, is not to re-enter it; and a host may serve once
        // more what was taken off during the same turn of its loop. What belongs to the editor is called on its thread
        // only, whichever thread the host's loop turns on (`Host::calling_editor`).
        if host.threads.is_calling() || !host.run_loop.is_wanted(self.source) {
            return;
        }
        match self.source {
            Source::Tick => {}
            Source::Timer { id, .. } => instance.plugin.on_timer(id),
            Source::Fd(fd) => instance.plugin.on_fd(fd, flags),
        }
        instance.service();
    }
}

#[derive(Default)]
struct State {
    run_loop: Option<ComPtr<IRunLoop>>,
    instance: Weak<Instance>,
    wanted: Vec<Source>,
    laid: Vec<(Source, ComWrapper<Handler>)>,
    next_timer: u32,
}

/// The registrations of one instance.
#[derive(Default)]
pub(crate) struct RunLoop(Mutex<State>);

impl RunLoop {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// [main-thread] Lays all handlers on a run loop, in place of the one before; `false` if it refuses them.
    pub(crate) fn attach(&self, run_loop: ComPtr<IRunLoop>, instance: Weak<Instance>) -> bool {
        self.detach();
        let mut state = self.state();
        state.run_loop = Some(run_loop);
        state.instance = instance;
        drop(state);
        self.settle();
        let attached = self.is_attached();
        if !attached {
            self.detach();
        }
        attached
    }

    /// [main-thread] Takes all handlers off the run loop.
    pub(crate) fn detach(&self) {
        let mut state = self.state();
        let run_loop = state.run_loop.take();
        let laid = std::mem::take(&mut state.laid);
        drop(state);
        if let Some(run_loop) = run_loop {
            for (source, handler) in &laid {
                take_off(&run_loop, *source, handler);
            }
        }
    }

    /// Whether a run loop serves the tick: some have the interface and refuse to.
    pub(crate) fn is_attached(&self) -> bool {
        self.state().laid.iter().any(|(source, _)| *source == Source::Tick)
    }

    fn is_wanted(&self, source: Source) -> bool {
        source == Source::Tick || self.state().wanted.contains(&source)
    }

    pub(crate) fn add_timer(&self, period_ms: u32) -> u32 {
        let mut state = self.state();
        let id = state.next_timer;
        state.next_timer = id.wrapping_add(1);
        state.wanted.push(Source::Timer { id, period_ms: period_ms.max(SHORTEST_MS) });
        drop(state);
        self.settle();
        id
    }

    pub(crate) fn remove_timer(&self, id: u32) -> bool {
        self.remove(|source| matches!(source, Source::Timer { id: known, .. } if *known == id))
    }

    pub(crate) fn add_fd(&self, fd: i32, flags: u32) -> bool {
        let mut state = self.state();
        if flags & CLAP_POSIX_FD_READ == 0 || state.wanted.contains(&Source::Fd(fd)) {
            return false;
        }
        state.wanted.push(Source::Fd(fd));
        drop(state);
        self.settle();
        true
    }

    pub(crate) fn modify_fd(&self, fd: i32, flags: u32) -> bool {
        flags & CLAP_POSIX_FD_READ != 0 && self.state().wanted.contains(&Source::Fd(fd))
    }

    pub(crate) fn remove_fd(&self, fd: i32) -> bool {
        self.remove(|source| *source == Source::Fd(fd))
    }

    fn remove(&self, is: impl Fn(&Source) -> bool) -> bool {
        let mut state = self.state();
        let before = state.wanted.len();
        state.wanted.retain(|source| !is(source));
        let known = state.wanted.len() < before;
        drop(state);
        self.settle();
        known
    }

    /// Brings the host's run loop in line with what is wanted. The host is called without the lock held.
    fn settle(&self) {
        let mut state = self.state();
        let Some(run_loop) = state.run_loop.clone() else { return };
        let wanted: Vec<Source> = std::iter::once(Source::Tick).chain(state.wanted.iter().copied()).collect();
        let (keep, gone): (Vec<_>, Vec<_>) =
            state.laid.drain(..).partition(|(source, _)| wanted.contains(source));
        state.laid = keep;
        let instance = state.instance.clone();
        let missing = wanted.into_iter().filter(|source| !state.laid.iter().any(|(laid, _)| laid == source));
        let new: Vec<_> = missing
            .map(|source| (source, ComWrapper::new(Handler { instance: instance.clone(), source })))
            .collect();
        state.laid.extend(new.iter().cloned());
        drop(state);
        for (source, handler) in &gone {
            take_off(&run_loop, *source, handler);
        }
        for (source, handler) in &new {
            if !lay_on(&run_loop, *source, handler) {
                self.state().laid.retain(|(laid, _)| laid != source);
            }
        }
    }
}

fn lay_on(run_loop: &ComPtr<IRunLoop>, source: Source, handler: &ComWrapper<Handler>) -> bool {
    let (Some(timer), Some(event)) = (handler.as_com_ref(), handler.as_com_ref()) else { return false };
    // SAFETY: VST3 iplugview.h, IRunLoop: called on the UI thread with a living handler, which the run loop
    // counts as its own until it is unregistered.
    let result = unsafe {
        match source {
            Source::Tick => run_loop.registerTimer(timer.as_ptr(), TICK_MS),
            Source::Timer { period_ms, .. } => run_loop.registerTimer(timer.as_ptr(), u64::from(period_ms)),
            Source::Fd(fd) => run_loop.registerEventHandler(event.as_ptr(), fd),
        }
    };
    result == kResultOk
}

fn take_off(run_loop: &ComPtr<IRunLoop>, source: Source, handler: &ComWrapper<Handler>) {
    let (Some(timer), Some(event)) = (handler.as_com_ref(), handler.as_com_ref()) else { return };
    // SAFETY: VST3 iplugview.h, IRunLoop: called on the UI thread with a handler registered before.
    unsafe {
        match source {
            Source::Tick | Source::Timer { .. } => run_loop.unregisterTimer(timer.as_ptr()),
            Source::Fd(_) => run_loop.unregisterEventHandler(event.as_ptr()),
        }
    };
}

/// A handler of an instance that is gone.
#[cfg(test)]
pub(crate) fn tick_for_tests() -> ComWrapper<impl Class> {
    ComWrapper::new(Handler { instance: Weak::new(), source: Source::Tick })
}
