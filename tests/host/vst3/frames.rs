//! The host's context and its windows' frames: the two that may offer a run loop.

use std::sync::Mutex;

use vst3::Steinberg::Linux::{
    FileDescriptor, IEventHandler, IRunLoop, IRunLoopTrait, ITimerHandler, TimerInterval,
};
use vst3::Steinberg::Vst::{IHostApplication, IHostApplicationTrait, String128};
use vst3::Steinberg::{
    IPlugFrame, IPlugFrameTrait, IPlugView, IPlugViewTrait, TUID, ViewRect, kNotImplemented, kResultFalse,
    kResultOk, tresult,
};
use vst3::{Class, ComRef};

use super::locked;
use super::run_loop::RunLoop;

/// The host's context, with a run loop that serves or refuses.
pub struct Context(Option<RunLoop>);

impl Class for Context {
    type Interfaces = (IHostApplication, IRunLoop);
}

impl Context {
    /// A context; one without a run loop refuses all registrations.
    pub fn new(run_loop: Option<RunLoop>) -> Self {
        Self(run_loop)
    }
}

impl IHostApplicationTrait for Context {
    unsafe fn getName(&self, name: *mut String128) -> tresult {
        // SAFETY: VST3 ivsthostapplication.h, getName: a String128
        let name = unsafe { &mut *name };
        name.fill(0);
        for (to, unit) in name.iter_mut().zip("garnish-host".encode_utf16()) {
            *to = unit;
        }
        kResultOk
    }

    unsafe fn createInstance(&self, _: *mut TUID, _: *mut TUID, _: *mut *mut std::ffi::c_void) -> tresult {
        kNotImplemented
    }
}

/// A window's frame: accepts every size, and offers the run loop.
pub struct Frame {
    run_loop: Option<RunLoop>,
    sizes: Mutex<Vec<(i32, i32)>>,
    refuses: bool,
}

impl Class for Frame {
    type Interfaces = (IPlugFrame, IRunLoop);
}

impl Frame {
    /// A frame, with or without a run loop; `refuses` no or every resize.
    pub fn new(run_loop: Option<RunLoop>, refuses: bool) -> Self {
        Self { run_loop, sizes: Mutex::default(), refuses }
    }

    /// The sizes that the plugin has asked for.
    pub fn sizes(&self) -> Vec<(i32, i32)> {
        locked(&self.sizes).clone()
    }
}

impl IPlugFrameTrait for Frame {
    unsafe fn resizeView(&self, view: *mut IPlugView, rect: *mut ViewRect) -> tresult {
        // SAFETY: VST3 iplugview.h, resizeView: the frame's view and the size it wants
        let (view, size) = unsafe { (ComRef::from_raw(view), rect.read()) };
        locked(&self.sizes).push((size.right - size.left, size.bottom - size.top));
        match view {
            // SAFETY: VST3 iplugview.h, resizeView: the host answers with onSize
            Some(view) if !self.refuses => unsafe { view.onSize(rect) },
            _ => kResultFalse,
        }
    }
}

/// Both of the objects that may offer a run loop hand every call on to it.
macro_rules! offer_run_loop {
    ($class:ty, $self:ident => $run_loop:expr) => {
        impl IRunLoopTrait for $class {
            unsafe fn registerEventHandler(&$self, handler: *mut IEventHandler, fd: FileDescriptor) -> tresult {
                // SAFETY: VST3 iplugview.h, registerEventHandler: null or a living handler
                $run_loop.as_ref().map_or(kResultFalse, |run_loop| unsafe { run_loop.add_fd(handler, fd) })
            }

            unsafe fn unregisterEventHandler(&$self, handler: *mut IEventHandler) -> tresult {
                $run_loop.as_ref().map_or(kResultFalse, |run_loop| run_loop.remove_fd(handler))
            }

            unsafe fn registerTimer(&$self, handler: *mut ITimerHandler, period: TimerInterval) -> tresult {
                // SAFETY: VST3 iplugview.h, registerTimer: null or a living handler
                $run_loop.as_ref().map_or(kResultFalse, |run_loop| unsafe { run_loop.add_timer(handler, period) })
            }

            unsafe fn unregisterTimer(&$self, handler: *mut ITimerHandler) -> tresult {
                $run_loop.as_ref().map_or(kResultFalse, |run_loop| run_loop.remove_timer(handler))
            }
        }
    };
}

offer_run_loop!(Context, self => self.0);
offer_run_loop!(Frame, self => self.run_loop);
