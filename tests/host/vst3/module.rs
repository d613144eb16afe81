//! A loaded VST3 module: a bundle's library, or a factory that is linked in.

use std::ffi::c_void;
use std::path::{Path, PathBuf};

use libloading::Library;
use vst3::ComPtr;
use vst3::Steinberg::IPluginFactory;

use crate::HostError;

type GetFactory = unsafe extern "system" fn() -> *mut IPluginFactory;
type Entry = unsafe extern "system" fn(*mut c_void) -> bool;
type Exit = unsafe extern "system" fn() -> bool;

/// A VST3 module whose entry has been called; dropping it calls its exit.
pub struct Module {
    get_factory: GetFactory,
    exit: Option<Exit>,
    /// Unloaded after the exit.
    _library: Option<Library>,
}

impl Module {
    /// Loads a bundle (a folder) or a bare library.
    ///
    /// # Errors
    /// If there is no library, or it is not a VST3 module.
    pub fn load(path: &Path) -> Result<Self, HostError> {
        let path = std::path::absolute(path).map_err(|error| HostError(error.to_string()))?;
        let file = library_in(&path)?;
        let failed =
            |error: libloading::Error| HostError(format!("{} is no VST3 module: {error}", path.display()));
        // SAFETY: VST3 "Module Entry and Exit" (Linux): dlopen, ModuleEntry with the handle, then GetPluginFactory;
        // the functions live as long as the library, which `Self` keeps
        unsafe {
            let library = libloading::os::unix::Library::new(&file).map_err(failed)?;
            let entry: Entry = *library.get(b"ModuleEntry\0").map_err(failed)?;
            let exit: Exit = *library.get(b"ModuleExit\0").map_err(failed)?;
            let get_factory: GetFactory = *library.get(b"GetPluginFactory\0").map_err(failed)?;
            let handle = library.into_raw();
            let library = Library::from(libloading::os::unix::Library::from_raw(handle));
            if !entry(handle) {
                return Err(HostError(format!("{} refuses its module entry", path.display())));
            }
            Ok(Self { get_factory, exit: Some(exit), _library: Some(library) })
        }
    }

    /// A module that is linked into this process, by its `GetPluginFactory`.
    pub fn linked(get_factory: unsafe extern "system" fn() -> *mut c_void) -> Self {
        // SAFETY: VST3 ipluginbase.h, GetPluginFactory: the same function; only the name of the pointee differs
        let get_factory = unsafe {
            std::mem::transmute::<unsafe extern "system" fn() -> *mut c_void, GetFactory>(get_factory)
        };
        Self { get_factory, exit: None, _library: None }
    }

    /// A new reference to the module's factory.
    ///
    /// # Errors
    /// If it has none.
    pub fn factory(&self) -> Result<ComPtr<IPluginFactory>, HostError> {
        // SAFETY: VST3 ipluginbase.h, GetPluginFactory: after the module entry; the caller owns the reference
        let factory = unsafe { ComPtr::from_raw((self.get_factory)()) };
        factory.ok_or_else(|| HostError("the VST3 module has no factory".to_owned()))
    }
}

impl Drop for Module {
    fn drop(&mut self) {
        if let Some(exit) = self.exit {
            // SAFETY: VST3 "Module Entry and Exit": once, after everything from the module is released
            unsafe { exit() };
        }
    }
}

/// The library of a bundle: `Contents/<machine>-linux/<name>.so`.
fn library_in(path: &Path) -> Result<PathBuf, HostError> {
    if path.is_file() {
        return Ok(path.to_owned());
    }
    let folder = path.join("Contents").join(machine());
    let name = path.file_stem().unwrap_or_default();
    let file = folder.join(name).with_extension("so");
    if file.is_file() { Ok(file) } else { Err(HostError(format!("{} is no VST3 bundle", path.display()))) }
}

fn machine() -> String {
    format!("{}-linux", std::env::consts::ARCH)
}
