//! The host's streams and its component handler.

use std::sync::Mutex;

use vst3::Class;
use vst3::Steinberg::Vst::{
    IComponentHandler, IComponentHandler2, IComponentHandler2Trait, IComponentHandlerTrait, ParamID,
    ParamValue,
};
use vst3::Steinberg::{
    FIDString, IBStream, IBStreamTrait, TBool, int32, int64, kNotImplemented, kResultOk, tresult,
};

use super::locked;

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
