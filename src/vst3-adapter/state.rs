//! State: VST3's seekable streams over CLAP's plain ones.

use std::ffi::c_void;
use std::ptr;
use std::sync::PoisonError;

use clap_sys::stream::{clap_istream, clap_ostream};
use vst3::ComRef;
use vst3::Steinberg::{IBStream, IBStreamTrait, kInternalError, kResultFalse, kResultOk, tresult};

use crate::guard::guard;
use crate::instance::Instance;

/// The longest state that is read: far beyond any sound one, so that a stream without end cannot exhaust memory.
const LONGEST: usize = 256 << 20;

/// One read of the host's stream.
const CHUNK: usize = 64 << 10;

/// Gives the plugin its state. An empty stream is refused without asking the plugin; on a thread other than an open editor's, the state
/// is kept until that thread comes by.
pub(crate) fn load(instance: &Instance, stream: ComRef<'_, IBStream>) -> tresult {
    let Some(bytes) = read_all(stream) else { return kInternalError };
    if bytes.is_empty() {
        return kResultFalse;
    }
    instance.deliver_pending();
    if !instance.plugin.host().threads.owns_editor() {
        *instance.kept_state.lock().unwrap_or_else(PoisonError::into_inner) = Some(bytes);
        return kResultOk;
    }
    if take_over(instance, &bytes) { kResultOk } else { kResultFalse }
}

/// [main-thread] Lets the plugin take over a state.
pub(crate) fn take_over(instance: &Instance, bytes: &[u8]) -> bool {
    let mut rest = bytes;
    let source = clap_istream { ctx: (&raw mut rest).cast(), read: Some(read) };
    let loaded = instance.plugin.load(&source);
    if loaded {
        instance.refresh_values();
        if !instance.is_active() {
            instance.forget_latency();
        }
    }
    loaded
}

/// The plugin's state, with all that the host has set; written to the host only when it is whole.
pub(crate) fn save(instance: &Instance, stream: ComRef<'_, IBStream>) -> tresult {
    instance.deliver_pending();
    let kept = instance.kept_state.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let mut bytes: Vec<u8> = kept.clone().unwrap_or_default();
    let sink = clap_ostream { ctx: (&raw mut bytes).cast(), write: Some(write) };
    if kept.is_none() && !instance.plugin.save(&sink) {
        return kResultFalse;
    }
    let mut rest = &mut bytes[..];
    while !rest.is_empty() {
        let (asked, mut written) = (rest.len().min(CHUNK), 0);
        // SAFETY: VST3 ibstream.h, write: a buffer of the stated length and a place for the count.
        let result = unsafe { stream.write(rest.as_mut_ptr().cast(), asked as i32, &raw mut written) };
        let written = usize::try_from(written).unwrap_or(0).min(asked);
        if result != kResultOk || written == 0 {
            return kInternalError;
        }
        rest = &mut rest[written..];
    }
    kResultOk
}

/// The stream's bytes from where it stands; `None` if it fails or does not end.
fn read_all(stream: ComRef<'_, IBStream>) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    while bytes.len() <= LONGEST {
        let start = bytes.len();
        bytes.resize(start + CHUNK, 0);
        let mut count = 0;
        // SAFETY: VST3 ibstream.h, read: a buffer of the stated length and a place for the count.
        let result = unsafe { stream.read(bytes[start..].as_mut_ptr().cast(), CHUNK as i32, &raw mut count) };
        let count = usize::try_from(count).ok()?.min(CHUNK);
        bytes.truncate(start + count);
        // Hosts end a stream with no bytes, and some with kResultFalse.
        if result == kResultFalse || (result == kResultOk && count == 0) {
            return Some(bytes);
        }
        if result != kResultOk {
            return None;
        }
    }
    None
}

unsafe extern "C" fn read(stream: *const clap_istream, to: *mut c_void, size: u64) -> i64 {
    guard(-1, || {
        // SAFETY: CLAP stream.h: the plugin passes the stream it was given, during `load`.
        let rest = unsafe { stream.as_ref().and_then(|stream| stream.ctx.cast::<&[u8]>().as_mut()) };
        let Some(rest) = rest.filter(|_| !to.is_null()) else { return -1 };
        let count = rest.len().min(usize::try_from(size).unwrap_or(usize::MAX));
        // SAFETY: CLAP stream.h, read: a buffer of the stated size; `count` is within both.
        unsafe { ptr::copy_nonoverlapping(rest.as_ptr(), to.cast(), count) };
        *rest = &rest[count..];
        count as i64
    })
}

unsafe extern "C" fn write(stream: *const clap_ostream, from: *const c_void, size: u64) -> i64 {
    guard(-1, || {
        // SAFETY: CLAP stream.h: the plugin passes the stream it was given, during `save`.
        let bytes = unsafe { stream.as_ref().and_then(|stream| stream.ctx.cast::<Vec<u8>>().as_mut()) };
        let (Some(bytes), Ok(size)) = (bytes, usize::try_from(size)) else { return -1 };
        if from.is_null() || bytes.len().saturating_add(size) > LONGEST {
            return -1;
        }
        // SAFETY: CLAP stream.h, write: a buffer of the stated size.
        bytes.extend_from_slice(unsafe { std::slice::from_raw_parts(from.cast(), size) });
        size as i64
    })
}

/// Strikes a panic into the functions of both streams.
#[cfg(test)]
pub(crate) fn strike_all(struck: fn(&str, bool, &dyn Fn() -> bool)) {
    // SAFETY: each call panics before it looks at any argument.
    unsafe {
        struck("read", true, &|| read(ptr::null(), ptr::null_mut(), 0) == -1);
        struck("write", true, &|| write(ptr::null(), ptr::null(), 0) == -1);
    }
}
