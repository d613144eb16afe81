//! X11: the editor embedded in a window of the host's, known by its id (VST3 iplugview.h, `kPlatformTypeX11EmbedWindowID`).

use std::ffi::{CStr, c_void};

use clap_sys::ext::gui::{CLAP_WINDOW_API_X11, clap_window, clap_window_handle};
use vst3::Steinberg::{FIDString, kPlatformTypeX11EmbedWindowID};

/// CLAP's name of the window system.
pub(crate) const API: Option<&CStr> = Some(CLAP_WINDOW_API_X11);

/// VST3's name of the parent window's kind.
pub(crate) const KIND: FIDString = kPlatformTypeX11EmbedWindowID;

/// VST3's parent is the window's id, passed as a pointer.
pub(crate) fn window(parent: *mut c_void) -> clap_window {
    clap_window { api: CLAP_WINDOW_API_X11.as_ptr(), specific: clap_window_handle { x11: parent as _ } }
}
