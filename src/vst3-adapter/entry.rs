//! The CLAP entry behind the VST3 module: initialised while something uses it.

use std::ffi::CString;
use std::sync::{Mutex, PoisonError};

use clap_sys::entry::clap_plugin_entry;
use clap_sys::version::clap_version_is_compatible;

/// How many [`Module`]s of each entry there are. A library has one entry; the list keeps this file free of that assumption.
static USERS: Mutex<Vec<(usize, usize)>> = Mutex::new(Vec::new());

/// A use of an initialised CLAP entry; the last one deinitialises it.
pub(crate) struct Module(&'static clap_plugin_entry);

impl Module {
    /// Initialises the entry if nothing uses it yet; `None` if it refuses.
    pub(crate) fn new(entry: &'static clap_plugin_entry) -> Option<Self> {
        let mut users = USERS.lock().unwrap_or_else(PoisonError::into_inner);
        let key = std::ptr::from_ref(entry) as usize;
        if let Some(user) = users.iter_mut().find(|user| user.0 == key) {
            user.1 += 1;
            return Some(Self(entry));
        }
        let path = library_path(entry).unwrap_or_default();
        // SAFETY: CLAP entry.h, init: called before anything else, under a lock, with the library's path.
        let ready = entry.init.is_some_and(|init| unsafe { init(path.as_ptr()) });
        if !ready || !clap_version_is_compatible(entry.clap_version) {
            return None;
        }
        users.push((key, 1));
        Some(Self(entry))
    }

    pub(crate) fn entry(&self) -> &'static clap_plugin_entry {
        self.0
    }
}

impl Clone for Module {
    fn clone(&self) -> Self {
        let mut users = USERS.lock().unwrap_or_else(PoisonError::into_inner);
        let key = std::ptr::from_ref(self.0) as usize;
        if let Some(user) = users.iter_mut().find(|user| user.0 == key) {
            user.1 += 1;
        }
        Self(self.0)
    }
}

impl Drop for Module {
    fn drop(&mut self) {
        let mut users = USERS.lock().unwrap_or_else(PoisonError::into_inner);
        let key = std::ptr::from_ref(self.0) as usize;
        let Some(at) = users.iter().position(|user| user.0 == key) else { return };
        users[at].1 -= 1;
        if users[at].1 == 0 {
            users.swap_remove(at);
            if users.is_empty() {
                // A static is not dropped when the library is unloaded: it must own nothing then.
                *users = Vec::new();
            }
            if let Some(deinit) = self.0.deinit {
                // SAFETY: CLAP entry.h, deinit: once for the init, nothing of the plugin is in use any more.
                unsafe { deinit() };
            }
        }
    }
}

/// The path of the library that the entry lies in.
#[cfg(unix)]
fn library_path(entry: &clap_plugin_entry) -> Option<CString> {
    // SAFETY: POSIX.1-2024 dladdr: zero is a valid Dl_info; any address may be asked for.
    let mut info: libc::Dl_info = unsafe { std::mem::zeroed() };
    // SAFETY: as above.
    let known = unsafe { libc::dladdr(std::ptr::from_ref(entry).cast(), &raw mut info) } != 0;
    if !known || info.dli_fname.is_null() {
        return None;
    }
    // SAFETY: dladdr: a NUL-terminated path.
    Some(unsafe { std::ffi::CStr::from_ptr(info.dli_fname) }.to_owned())
}

/// Not asked for on other systems: CLAP plugins get an empty path there.
#[cfg(not(unix))]
fn library_path(_: &clap_plugin_entry) -> Option<CString> {
    None
}
