//! Platforms without an embedding of their own yet: no view is offered.

use std::ffi::{CStr, c_void};
use std::ptr;

use clap_sys::ext::gui::{clap_window, clap_window_handle};
use vst3::Steinberg::FIDString;

/// CLAP's name of the window system: there is none.
pub(crate) const API: Option<&CStr> = None;

/// VST3's name of the parent window's kind: matches none.
pub(crate) const KIND: FIDString = c"".as_ptr();

/// Never reached: nothing is attached without an [`API`].
pub(crate) fn window(parent: *mut c_void) -> clap_window {
    clap_window { api: ptr::null(), specific: clap_window_handle { ptr: parent } }
}
