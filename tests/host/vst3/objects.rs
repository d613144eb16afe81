//! The host's objects that a VST3 plugin calls.

use std::sync::{Mutex, MutexGuard, PoisonError};

use vst3::Class;
use vst3::Steinberg::Linux::{
    FileDescriptor, IEventHandler, IRunLoop, IRunLoopTrait, ITimerHandler, TimerInterval,
};
use vst3::Steinberg::Vst::{
    IComponentHandler, IComponentHandler2, IComponentHandler2Trait, IComponentHandlerTrait, IHostApplication,
    IHostApplicationTrait, IParamValueQueue, IParamValueQueueTrait, IParameterChanges,
    IParameterChangesTrait, ParamID, ParamValue, String128,
};
use vst3::Steinberg::{
    FIDString, IBStream, IBStreamTrait, IPlugFrame, IPlugFrameTrait, IPlugView, IPlugViewTrait, TBool, TUID,
    ViewRect, int32, int64, kInvalidArgument, kNotImplemented, kResultFalse, kResultOk, tresult,
};
use vst3::{ComPtr, ComRef, ComWrapper};

use super::run_loop::RunLoop;
use crate::Change;

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One parameter's automation in a block. Its own lock is taken by the caller's thread only.
pub struct Queue {
    id: u32,
    points: Mutex<Vec<(i32, f64)>>,
}

impl Class for Queue {
    type Interfaces = (IParamValueQueue,);
}

impl IParamValueQueueTrait for Queue {
    unsafe fn getParameterId(&self) -> ParamID {
        self.id
    }

    unsafe fn getPointCount(&self) -> int32 {
        i32::try_from(locked(&self.points).len()).unwrap_or(i32::MAX)
    }

    unsafe fn getPoint(&self, index: int32, offset: *mut int32, value: *mut ParamValue) -> tresult {
        let points = locked(&self.points);
        let Some(point) = usize::try_from(index).ok().and_then(|i| points.get(i)) else {
            return kInvalidArgument;
        };
        // SAFETY: VST3 ivstparameterchanges.h, getPoint: two places for the answer
        unsafe {
            offset.write(point.0);
            value.write(point.1);
        }
        kResultOk
    }

    unsafe fn addPoint(&self, offset: int32, value: ParamValue, index: *mut int32) -> tresult {
        let mut points = locked(&self.points);
        points.push((offset, value));
        if !index.is_null() {
            // SAFETY: VST3 ivstparameterchanges.h, addPoint: a place for the answer
            unsafe { index.write(i32::try_from(points.len()).unwrap_or(0) - 1) };
        }
        kResultOk
    }
}

/// All automation of a block, one queue a parameter.
pub struct Changes(Mutex<Vec<(ComWrapper<Queue>, ComPtr<IParamValueQueue>)>>);

impl Class for Changes {
    type Interfaces = (IParameterChanges,);
}

impl Changes {
    /// Queues of these points, in order.
    pub fn new(changes: &[Change]) -> Self {
        let all = Self(Mutex::default());
        for change in changes {
            let queue = all.queue(change.id);
            locked(&queue.points).push((i32::try_from(change.frame).unwrap_or(i32::MAX), change.value));
        }
        all
    }

    /// All points, in the order of queues.
    pub fn points(&self) -> Vec<(u32, i32, f64)> {
        let queues = locked(&self.0);
        let points = |queue: &Queue| -> Vec<_> {
            locked(&queue.points).iter().map(|point| (queue.id, point.0, point.1)).collect()
        };
        queues.iter().flat_map(|(queue, _)| points(queue)).collect()
    }

    fn queue(&self, id: u32) -> ComWrapper<Queue> {
        let mut queues = locked(&self.0);
        if let Some((queue, _)) = queues.iter().find(|(queue, _)| queue.id == id) {
            return queue.clone();
        }
        let queue = ComWrapper::new(Queue { id, points: Mutex::default() });
        if let Some(pointer) = queue.to_com_ptr() {
            queues.push((queue.clone(), pointer));
        }
        queue
    }
}

impl IParameterChangesTrait for Changes {
    unsafe fn getParameterCount(&self) -> int32 {
        i32::try_from(locked(&self.0).len()).unwrap_or(i32::MAX)
    }

    unsafe fn getParameterData(&self, index: int32) -> *mut IParamValueQueue {
        let queues = locked(&self.0);
        let queue = usize::try_from(index).ok().and_then(|i| queues.get(i));
        queue.map_or(std::ptr::null_mut(), |(_, pointer)| pointer.as_ptr())
    }

    unsafe fn addParameterData(&self, id: *const ParamID, index: *mut int32) -> *mut IParamValueQueue {
        // SAFETY: VST3 ivstparameterchanges.h, addParameterData: an id and a place for the answer
        let id = unsafe { id.read() };
        self.queue(id);
        let queues = locked(&self.0);
        let Some(at) = queues.iter().position(|(queue, _)| queue.id == id) else {
            return std::ptr::null_mut();
        };
        if !index.is_null() {
            // SAFETY: as above
            unsafe { index.write(i32::try_from(at).unwrap_or(0)) };
        }
        queues[at].1.as_ptr()
    }
}

/// A stream in memory.
#[derive(Default)]
pub struct Stream(Mutex<(Vec<u8>, usize)>);

impl Class for Stream {
    type Interfaces = (IBStream,);
}

impl Stream {
    /// A stream over these bytes, at their beginning.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Mutex::new((bytes, 0)))
    }

    /// All bytes.
    pub fn bytes(&self) -> Vec<u8> {
        locked(&self.0).0.clone()
    }
}

impl IBStreamTrait for Stream {
    unsafe fn read(&self, to: *mut std::ffi::c_void, size: int32, count: *mut int32) -> tresult {
        let mut stream = locked(&self.0);
        let (bytes, at) = &mut *stream;
        let rest = &bytes[*at..];
        let length = rest.len().min(usize::try_from(size).unwrap_or(0));
        // SAFETY: VST3 ibstream.h, read: a buffer of the stated size, null or a place for the count
        unsafe {
            std::ptr::copy_nonoverlapping(rest.as_ptr(), to.cast(), length);
            if !count.is_null() {
                count.write(i32::try_from(length).unwrap_or(0));
            }
        }
        *at += length;
        kResultOk
    }

    unsafe fn write(&self, from: *mut std::ffi::c_void, size: int32, count: *mut int32) -> tresult {
        let length = usize::try_from(size).unwrap_or(0);
        // SAFETY: VST3 ibstream.h, write: a buffer of the stated size
        let from = unsafe { std::slice::from_raw_parts(from.cast::<u8>(), length) };
        let mut stream = locked(&self.0);
        let (bytes, at) = &mut *stream;
        bytes.truncate(*at);
        bytes.extend_from_slice(from);
        *at = bytes.len();
        if !count.is_null() {
            // SAFETY: VST3 ibstream.h, write: a place for the count
            unsafe { count.write(size) };
        }
        kResultOk
    }

    unsafe fn seek(&self, _: int64, _: int32, _: *mut int64) -> tresult {
        kNotImplemented
    }

    unsafe fn tell(&self, _: *mut int64) -> tresult {
        kNotImplemented
    }
}

/// What a plugin told the component handler.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum HandlerCall {
    /// A gesture has begun.
    Begin(u32),
    /// A normalised value within a gesture.
    Perform(u32, f64),
    /// The gesture has ended.
    End(u32),
    /// Restart flags.
    Restart(i32),
    /// The project differs from its file.
    Dirty,
}

/// The host's component handler: takes notes.
#[derive(Default)]
pub struct Handler(Mutex<Vec<HandlerCall>>);

impl Class for Handler {
    type Interfaces = (IComponentHandler, IComponentHandler2);
}

impl Handler {
    /// The calls since the last time.
    pub fn take(&self) -> Vec<HandlerCall> {
        std::mem::take(&mut locked(&self.0))
    }

    /// The restart flags since the last time; other calls stay.
    pub fn take_restarts(&self) -> i32 {
        let mut calls = locked(&self.0);
        let restart = |call: &HandlerCall| if let HandlerCall::Restart(flags) = call { *flags } else { 0 };
        let flags = calls.iter().fold(0, |flags, call| flags | restart(call));
        calls.retain(|call| !matches!(call, HandlerCall::Restart(_)));
        flags
    }

    fn note(&self, call: HandlerCall) -> tresult {
        locked(&self.0).push(call);
        kResultOk
    }
}

impl IComponentHandlerTrait for Handler {
    unsafe fn beginEdit(&self, id: ParamID) -> tresult {
        self.note(HandlerCall::Begin(id))
    }

    unsafe fn performEdit(&self, id: ParamID, value: ParamValue) -> tresult {
        self.note(HandlerCall::Perform(id, value))
    }

    unsafe fn endEdit(&self, id: ParamID) -> tresult {
        self.note(HandlerCall::End(id))
    }

    unsafe fn restartComponent(&self, flags: int32) -> tresult {
        self.note(HandlerCall::Restart(flags))
    }
}

impl IComponentHandler2Trait for Handler {
    unsafe fn setDirty(&self, _: TBool) -> tresult {
        self.note(HandlerCall::Dirty)
    }

    unsafe fn requestOpenEditor(&self, _: FIDString) -> tresult {
        kNotImplemented
    }

    unsafe fn startGroupEdit(&self) -> tresult {
        kNotImplemented
    }

    unsafe fn finishGroupEdit(&self) -> tresult {
        kNotImplemented
    }
}

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
