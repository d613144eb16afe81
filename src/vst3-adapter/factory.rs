//! The VST3 factory: one class for each plugin of the CLAP entry.

use std::ffi::{c_char, c_void};
use std::ptr;
use std::sync::{Mutex, PoisonError};

use clap_sys::entry::clap_plugin_entry;
use clap_sys::plugin::clap_plugin_descriptor;
use vst3::Steinberg::PClassInfo_::ClassCardinality_::kManyInstances;
use vst3::Steinberg::PFactoryInfo_::FactoryFlags_::kUnicode;
use vst3::Steinberg::{
    FIDString, FUnknown, IPluginFactory, IPluginFactory2Trait, IPluginFactory3, IPluginFactory3Trait,
    IPluginFactoryTrait, PClassInfo, PClassInfo2, PClassInfoW, PFactoryInfo, TUID, int32, kInternalError,
    kInvalidArgument, kResultOk, tresult,
};
use vst3::{Class, ComPtr, ComRef, ComWrapper};

use crate::category::sub_categories;
use crate::class_id::class_id;
use crate::component::Component;
use crate::entry::Module;
use crate::guard::guard;
use crate::plugin::factory;
use crate::strings::{from_c, put_utf8, put_utf16};

/// VST3's category of audio plugins (ivstaudioprocessor.h, `kVstAudioEffectClass`).
const AUDIO_EFFECT: &str = "Audio Module Class";

/// The VST3 SDK whose interfaces are spoken.
const SDK_VERSION: &str = "VST 3.7";

struct Factory {
    module: Module,
    context: Mutex<Option<ComPtr<FUnknown>>>,
}

impl Class for Factory {
    type Interfaces = (IPluginFactory3,);
}

/// A new factory over the entry, owned by the caller; null if the entry refuses.
pub(crate) fn make(entry: &'static clap_plugin_entry) -> *mut c_void {
    let factory = Module::new(entry).and_then(|module| {
        let factory = Factory { module, context: Mutex::new(None) };
        ComWrapper::new(factory).to_com_ptr::<IPluginFactory>()
    });
    factory.map_or(ptr::null_mut(), |factory| factory.into_raw().cast())
}

/// What VST3 wants to know of a CLAP plugin.
struct Description {
    id: String,
    name: String,
    vendor: String,
    url: String,
    version: String,
    sub_categories: String,
}

impl Description {
    /// # Safety
    /// `descriptor`'s strings and feature list are as CLAP plugin.h says.
    unsafe fn new(descriptor: &clap_plugin_descriptor) -> Self {
        let d = descriptor;
        // SAFETY: this function's contract: null or NUL-terminated strings, a list that ends in null.
        unsafe {
            Self {
                id: from_c(d.id),
                name: from_c(d.name),
                vendor: from_c(d.vendor),
                url: from_c(d.url),
                version: from_c(d.version),
                sub_categories: sub_categories(&features(d.features)),
            }
        }
    }
}

/// # Safety
/// `list` is null or ends in a null pointer (CLAP plugin.h, `features`).
unsafe fn features(list: *const *const c_char) -> Vec<String> {
    let mut features = Vec::new();
    if list.is_null() {
        return features;
    }
    for i in 0.. {
        // SAFETY: this function's contract; no entry before `i` was null.
        let feature = unsafe { list.add(i).read() };
        if feature.is_null() {
            break;
        }
        // SAFETY: this function's contract.
        features.push(unsafe { from_c(feature) });
    }
    features
}

impl Factory {
    fn count(&self) -> u32 {
        let Some(factory) = factory(self.module.entry()) else { return 0 };
        // SAFETY: CLAP plugin-factory.h, get_plugin_count: thread-safe.
        factory.get_plugin_count.map_or(0, |count| unsafe { count(factory) })
    }

    fn describe(&self, index: u32) -> Option<Description> {
        if index >= self.count() {
            return None;
        }
        let factory = factory(self.module.entry())?;
        let get = factory.get_plugin_descriptor?;
        // SAFETY: CLAP plugin-factory.h, get_plugin_descriptor: thread-safe; null or valid until deinit.
        unsafe { get(factory, index).as_ref().map(|descriptor| Description::new(descriptor)) }
    }

    fn describe_class(&self, index: int32) -> Option<Description> {
        self.describe(u32::try_from(index).ok()?)
    }

    fn find(&self, class: &TUID) -> Option<Description> {
        (0..self.count()).filter_map(|i| self.describe(i)).find(|d| class_id(&d.id) == *class)
    }

    fn create(&self, class: &TUID) -> Option<ComPtr<FUnknown>> {
        let description = self.find(class)?;
        let id = std::ffi::CString::new(description.id).ok()?;
        let context = self.context.lock().unwrap_or_else(PoisonError::into_inner).clone();
        ComWrapper::new(Component::new(self.module.clone(), id, context)).to_com_ptr::<FUnknown>()
    }
}

impl IPluginFactoryTrait for Factory {
    unsafe fn getFactoryInfo(&self, info: *mut PFactoryInfo) -> tresult {
        guard(kInternalError, || {
            // SAFETY: VST3 ipluginbase.h, getFactoryInfo: null or a place for the answer.
            let Some(info) = (unsafe { info.as_mut() }) else { return kInvalidArgument };
            let first = self.describe(0);
            put_utf8(first.as_ref().map_or("", |d| &d.vendor), &mut info.vendor);
            put_utf8(first.as_ref().map_or("", |d| &d.url), &mut info.url);
            put_utf8("", &mut info.email);
            info.flags = kUnicode as i32;
            kResultOk
        })
    }

    unsafe fn countClasses(&self) -> int32 {
        guard(0, || self.count() as i32)
    }

    unsafe fn getClassInfo(&self, index: int32, info: *mut PClassInfo) -> tresult {
        guard(kInternalError, || {
            // SAFETY: VST3 ipluginbase.h, getClassInfo: null or a place for the answer.
            let (Some(d), Some(info)) = (self.describe_class(index), unsafe { info.as_mut() }) else {
                return kInvalidArgument;
            };
            info.cid = class_id(&d.id);
            info.cardinality = kManyInstances as i32;
            put_utf8(AUDIO_EFFECT, &mut info.category);
            put_utf8(&d.name, &mut info.name);
            kResultOk
        })
    }

    unsafe fn createInstance(
        &self,
        class: FIDString,
        interface: FIDString,
        object: *mut *mut c_void,
    ) -> tresult {
        guard(kInternalError, || {
            // SAFETY: VST3 ipluginbase.h, createInstance: null or two 16-byte ids and a place for the answer.
            let (Some(class), false, Some(object)) =
                (unsafe { class.cast::<TUID>().as_ref() }, interface.is_null(), unsafe { object.as_mut() })
            else {
                return kInvalidArgument;
            };
            *object = ptr::null_mut();
            let Some(made) = self.create(class) else { return kInvalidArgument };
            let unknown = made.as_ptr();
            // SAFETY: VST3 funknown.h, queryInterface: on the living object just made, with a 16-byte id.
            unsafe { ((*(*unknown).vtbl).queryInterface)(unknown, interface.cast::<TUID>(), object) }
        })
    }
}

impl IPluginFactory2Trait for Factory {
    unsafe fn getClassInfo2(&self, index: int32, info: *mut PClassInfo2) -> tresult {
        guard(kInternalError, || {
            // SAFETY: VST3 ipluginbase.h, getClassInfo2: null or a place for the answer.
            let (Some(d), Some(info)) = (self.describe_class(index), unsafe { info.as_mut() }) else {
                return kInvalidArgument;
            };
            info.cid = class_id(&d.id);
            info.cardinality = kManyInstances as i32;
            put_utf8(AUDIO_EFFECT, &mut info.category);
            put_utf8(&d.name, &mut info.name);
            info.classFlags = 0;
            put_utf8(&d.sub_categories, &mut info.subCategories);
            put_utf8(&d.vendor, &mut info.vendor);
            put_utf8(&d.version, &mut info.version);
            put_utf8(SDK_VERSION, &mut info.sdkVersion);
            kResultOk
        })
    }
}

impl IPluginFactory3Trait for Factory {
    unsafe fn getClassInfoUnicode(&self, index: int32, info: *mut PClassInfoW) -> tresult {
        guard(kInternalError, || {
            // SAFETY: VST3 ipluginbase.h, getClassInfoUnicode: null or a place for the answer.
            let (Some(d), Some(info)) = (self.describe_class(index), unsafe { info.as_mut() }) else {
                return kInvalidArgument;
            };
            info.cid = class_id(&d.id);
            info.cardinality = kManyInstances as i32;
            put_utf8(AUDIO_EFFECT, &mut info.category);
            put_utf16(&d.name, &mut info.name);
            info.classFlags = 0;
            put_utf8(&d.sub_categories, &mut info.subCategories);
            put_utf16(&d.vendor, &mut info.vendor);
            put_utf16(&d.version, &mut info.version);
            put_utf16(SDK_VERSION, &mut info.sdkVersion);
            kResultOk
        })
    }

    /// Kept for the run loop that it may offer (VST3 iplugview.h, `IRunLoop`).
    unsafe fn setHostContext(&self, context: *mut FUnknown) -> tresult {
        guard(kInternalError, || {
            // SAFETY: VST3 ipluginbase.h, setHostContext: null or a living context.
            let context = unsafe { ComRef::from_raw(context) }.map(|context| context.to_com_ptr());
            let before =
                std::mem::replace(&mut *self.context.lock().unwrap_or_else(PoisonError::into_inner), context);
            drop(before);
            kResultOk
        })
    }
}
