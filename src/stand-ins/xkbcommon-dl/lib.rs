//! The part of [xkbcommon-dl](https://crates.io/crates/xkbcommon-dl) 0.4 that baseview uses, put in its place by
//! `[patch.crates-io]`: libxkbcommon, loaded when it is first needed.
//!
//! baseview 0.4.2 makes a keymap for every window and never frees it: a leak of 54 kB for each opening of an editor.
//! Here a keyboard's state owns its keymap, so both are freed together. A server without a keyboard extension yields a
//! state that knows no key, where baseview would fail.
#![cfg(unix)]
#![allow(non_camel_case_types, missing_docs, reason = "names and meanings are libxkbcommon's")]

use std::ffi::{c_char, c_int, c_void};
use std::sync::OnceLock;

use libloading::{Error, Library};

pub type xkb_keycode_t = u32;

/// An opaque type of libxkbcommon, used by address only.
#[repr(C)]
pub struct xkb_context(c_void);
/// An opaque type of libxkbcommon, used by address only.
#[repr(C)]
pub struct xkb_keymap(c_void);
/// An opaque type of libxkbcommon, used by address only.
#[repr(C)]
pub struct xkb_state(c_void);

#[repr(C)]
pub enum xkb_context_flags {
    XKB_CONTEXT_NO_FLAGS = 0,
}

#[repr(C)]
pub enum xkb_keymap_compile_flags {
    XKB_KEYMAP_COMPILE_NO_FLAGS = 0,
}

#[repr(C)]
pub enum xkb_key_direction {
    XKB_KEY_UP = 0,
    XKB_KEY_DOWN = 1,
}

type ContextNew = unsafe extern "C" fn(xkb_context_flags) -> *mut xkb_context;
type ContextUnref = unsafe extern "C" fn(*mut xkb_context);
type KeymapUnref = unsafe extern "C" fn(*mut xkb_keymap);
type StateUnref = unsafe extern "C" fn(*mut xkb_state);
type StateKeyGetUtf8 = unsafe extern "C" fn(*mut xkb_state, xkb_keycode_t, *mut c_char, usize) -> c_int;
type StateUpdateKey = unsafe extern "C" fn(*mut xkb_state, xkb_keycode_t, xkb_key_direction) -> c_int;
type CoreDevice = unsafe extern "C" fn(*mut c_void) -> i32;
type KeymapNew =
    unsafe extern "C" fn(*mut xkb_context, *mut c_void, i32, xkb_keymap_compile_flags) -> *mut xkb_keymap;
type StateNew = unsafe extern "C" fn(*mut xkb_keymap, *mut c_void, i32) -> *mut xkb_state;

/// The functions of `libxkbcommon`.
pub struct XkbCommon {
    pub xkb_context_new: ContextNew,
    pub xkb_context_unref: ContextUnref,
    pub xkb_state_unref: StateUnref,
    pub xkb_state_key_get_utf8: StateKeyGetUtf8,
    pub xkb_state_update_key: StateUpdateKey,
}

/// `libxkbcommon`, if it and its part for X11 are installed.
pub fn xkbcommon_option() -> Option<&'static XkbCommon> {
    loaded().map(|loaded| &loaded.common)
}

pub mod x11 {
    use super::{CoreDevice, KeymapNew, StateNew, loaded};

    pub type xcb_connection_t = std::ffi::c_void;

    /// The functions of `libxkbcommon-x11`.
    pub struct XkbCommonX11 {
        pub xkb_x11_get_core_keyboard_device_id: CoreDevice,
        pub xkb_x11_keymap_new_from_device: KeymapNew,
        pub xkb_x11_state_new_from_device: StateNew,
    }

    /// `libxkbcommon-x11`, if it is installed.
    pub fn xkbcommon_x11_option() -> Option<&'static XkbCommonX11> {
        loaded().map(|loaded| &loaded.x11)
    }
}

/// The functions handed to callers, and the library's own functions behind those that this crate wraps.
struct Loaded {
    common: XkbCommon,
    x11: x11::XkbCommonX11,
    keymap_unref: KeymapUnref,
    state_unref: StateUnref,
    key_get_utf8: StateKeyGetUtf8,
    update_key: StateUpdateKey,
    core_device: CoreDevice,
    keymap_new: KeymapNew,
    state_new: StateNew,
    /// Owns the code that the function pointers point to.
    _libraries: [Library; 2],
}

fn loaded() -> Option<&'static Loaded> {
    static LOADED: OnceLock<Option<Loaded>> = OnceLock::new();
    LOADED.get_or_init(|| load().ok()).as_ref()
}

fn load() -> Result<Loaded, Error> {
    // SAFETY: the types are those of xkbcommon.h and xkbcommon-x11.h, whose interface is stable under these names of the
    // libraries; both stay loaded.
    unsafe {
        let common = Library::new("libxkbcommon.so.0")?;
        let x11 = Library::new("libxkbcommon-x11.so.0")?;
        Ok(Loaded {
            common: XkbCommon {
                xkb_context_new: *common.get(b"xkb_context_new\0")?,
                xkb_context_unref: *common.get(b"xkb_context_unref\0")?,
                xkb_state_unref: state_unref,
                xkb_state_key_get_utf8: key_get_utf8,
                xkb_state_update_key: update_key,
            },
            x11: x11::XkbCommonX11 {
                xkb_x11_get_core_keyboard_device_id: core_device,
                xkb_x11_keymap_new_from_device: keymap_new,
                xkb_x11_state_new_from_device: state_new,
            },
            keymap_unref: *common.get(b"xkb_keymap_unref\0")?,
            state_unref: *common.get(b"xkb_state_unref\0")?,
            key_get_utf8: *common.get(b"xkb_state_key_get_utf8\0")?,
            update_key: *common.get(b"xkb_state_update_key\0")?,
            core_device: *x11.get(b"xkb_x11_get_core_keyboard_device_id\0")?,
            keymap_new: *x11.get(b"xkb_x11_keymap_new_from_device\0")?,
            state_new: *x11.get(b"xkb_x11_state_new_from_device\0")?,
            _libraries: [common, x11],
        })
    }
}

/// Returns the number of the core keyboard. libxkbcommon's -1 for "none", at which baseview panics, becomes the highest
/// device number, which finds no keyboard either.
unsafe extern "C" fn core_device(connection: *mut c_void) -> i32 {
    // SAFETY: this function's contract is that of the one behind it; so below.
    let device = loaded().map_or(-1, |loaded| unsafe { (loaded.core_device)(connection) });
    if device < 0 { i32::from(u8::MAX) } else { device }
}

/// Returns the keymap of a device, or null without a context or such a keyboard.
unsafe extern "C" fn keymap_new(
    context: *mut xkb_context,
    connection: *mut c_void,
    device: i32,
    flags: xkb_keymap_compile_flags,
) -> *mut xkb_keymap {
    match loaded() {
        // SAFETY: as above, and the context is one.
        Some(loaded) if !context.is_null() => unsafe {
            (loaded.keymap_new)(context, connection, device, flags)
        },
        _ => std::ptr::null_mut(),
    }
}

/// Creates a keyboard's state and drops the caller's reference to the keymap: the state holds its own.
unsafe extern "C" fn state_new(
    keymap: *mut xkb_keymap,
    connection: *mut c_void,
    device: i32,
) -> *mut xkb_state {
    match loaded() {
        // SAFETY: as above; the keymap lives on in the state, if there is one.
        Some(loaded) if !keymap.is_null() => unsafe {
            let state = (loaded.state_new)(keymap, connection, device);
            (loaded.keymap_unref)(keymap);
            state
        },
        _ => std::ptr::null_mut(),
    }
}

unsafe extern "C" fn state_unref(state: *mut xkb_state) {
    if let (Some(loaded), false) = (loaded(), state.is_null()) {
        // SAFETY: as above.
        unsafe { (loaded.state_unref)(state) }
    }
}

/// Returns the length of the key's text in bytes, or -1 without a keyboard.
unsafe extern "C" fn key_get_utf8(
    state: *mut xkb_state,
    key: xkb_keycode_t,
    text: *mut c_char,
    size: usize,
) -> c_int {
    match loaded() {
        // SAFETY: as above.
        Some(loaded) if !state.is_null() => unsafe { (loaded.key_get_utf8)(state, key, text, size) },
        _ => -1,
    }
}

unsafe extern "C" fn update_key(
    state: *mut xkb_state,
    key: xkb_keycode_t,
    direction: xkb_key_direction,
) -> c_int {
    match loaded() {
        // SAFETY: as above.
        Some(loaded) if !state.is_null() => unsafe { (loaded.update_key)(state, key, direction) },
        _ => 0,
    }
}
