//! The parameter side of the VST3 object.

use std::ffi::CStr;
use std::ptr;

use vst3::ComRef;
use vst3::Steinberg::Vst::{
    IComponentHandler, IEditControllerTrait, ParamID, ParamValue, ParameterInfo, String128, TChar,
};
use vst3::Steinberg::{
    FIDString, IBStream, IPlugView, int32, kInternalError, kInvalidArgument, kResultFalse, kResultOk, tresult,
};

use crate::component::Component;
use crate::guard::guard;
use crate::params::strip_unit;
use crate::strings::{from_utf16, put_utf16};
use crate::view::View;

/// The name of the one view there is (VST3 ivsteditcontroller.h, `ViewType::kEditor`).
const EDITOR: &CStr = c"editor";

impl IEditControllerTrait for Component {
    /// The component's state has reached the plugin already: it is the same object.
    unsafe fn setComponentState(&self, stream: *mut IBStream) -> tresult {
        self.on(|_| if stream.is_null() { kInvalidArgument } else { kResultOk })
    }

    /// The controller has no state of its own.
    unsafe fn setState(&self, stream: *mut IBStream) -> tresult {
        self.on(|_| if stream.is_null() { kInvalidArgument } else { kResultOk })
    }

    unsafe fn getState(&self, stream: *mut IBStream) -> tresult {
        self.on(|_| if stream.is_null() { kInvalidArgument } else { kResultOk })
    }

    unsafe fn getParameterCount(&self) -> int32 {
        self.with(0, |instance| instance.params.len() as i32)
    }

    unsafe fn getParameterInfo(&self, index: int32, info: *mut ParameterInfo) -> tresult {
        self.on(|instance| {
            let param = usize::try_from(index).ok().and_then(|i| instance.params.get(i));
            // SAFETY: VST3 ivsteditcontroller.h, getParameterInfo: null or a place for the answer.
            let (Some(param), Some(info)) = (param, unsafe { info.as_mut() }) else {
                return kInvalidArgument;
            };
            info.id = param.id;
            put_utf16(&param.title, &mut info.title);
            put_utf16(&param.title, &mut info.shortTitle);
            put_utf16(&param.units, &mut info.units);
            info.stepCount = param.steps;
            info.defaultNormalizedValue = param.normalised(param.default);
            info.unitId = instance.units.of(index as usize);
            info.flags = param.vst_flags();
            kResultOk
        })
    }

    /// The text without the units string, which hosts show beside it.
    unsafe fn getParamStringByValue(&self, id: ParamID, value: ParamValue, text: *mut String128) -> tresult {
        self.on(|instance| {
            // SAFETY: VST3 ivsteditcontroller.h, getParamStringByValue: null or a String128.
            let (Some((_, param)), Some(to)) = (instance.params.find(id), unsafe { text.as_mut() }) else {
                return kInvalidArgument;
            };
            match instance.plugin.value_to_text(param.clap_id, param.plain(value)) {
                Some(text) => {
                    put_utf16(strip_unit(&text, &param.units), to);
                    kResultOk
                }
                None => kResultFalse,
            }
        })
    }

    /// Text with or without the unit.
    unsafe fn getParamValueByString(&self, id: ParamID, text: *mut TChar, value: *mut ParamValue) -> tresult {
        self.on(|instance| {
            let Some((_, param)) = instance.params.find(id) else { return kInvalidArgument };
            if text.is_null() || value.is_null() {
                return kInvalidArgument;
            }
            // SAFETY: VST3 ivsteditcontroller.h, getParamValueByString: a NUL-terminated string.
            let text = unsafe { from_utf16(text) };
            let parse = |text: &str| instance.plugin.text_to_value(param.clap_id, text);
            let with_unit = || parse(&format!("{} {}", text.trim(), param.units));
            let plain =
                parse(text.trim()).or_else(|| if param.units.is_empty() { None } else { with_unit() });
            let Some(plain) = plain else { return kResultFalse };
            // SAFETY: VST3 ivsteditcontroller.h, getParamValueByString: a place for the answer.
            unsafe { value.write(param.normalised(plain)) };
            kResultOk
        })
    }

    unsafe fn normalizedParamToPlain(&self, id: ParamID, value: ParamValue) -> ParamValue {
        self.with(0.0, |instance| instance.params.find(id).map_or(0.0, |(_, param)| param.plain(value)))
    }

    unsafe fn plainParamToNormalized(&self, id: ParamID, plain: ParamValue) -> ParamValue {
        self.with(0.0, |instance| instance.params.find(id).map_or(0.0, |(_, param)| param.normalised(plain)))
    }

    unsafe fn getParamNormalized(&self, id: ParamID) -> ParamValue {
        self.with(0.0, |instance| {
            instance.params.find(id).map_or(0.0, |(index, _)| instance.params.value(index))
        })
    }

    /// Reaches the plugin at once, or with the next block while blocks flow ([`Instance::set_param`]).
    ///
    /// [`Instance::set_param`]: crate::instance::Instance::set_param
    unsafe fn setParamNormalized(&self, id: ParamID, value: ParamValue) -> tresult {
        self.on(|instance| {
            let Some((index, param)) = instance.params.find(id) else { return kInvalidArgument };
            if value.is_nan() {
                return kInvalidArgument;
            }
            let value = value.clamp(0.0, 1.0);
            if param.is_read_only() {
                instance.params.set_value(index, value);
            } else {
                instance.set_param(index, value);
            }
            instance.service_without_run_loop();
            kResultOk
        })
    }

    unsafe fn setComponentHandler(&self, handler: *mut IComponentHandler) -> tresult {
        guard(kInternalError, || {
            // SAFETY: VST3 ivsteditcontroller.h, setComponentHandler: null or a living handler.
            let handler = unsafe { ComRef::from_raw(handler) };
            self.handler.set(handler.map(|handler| handler.to_com_ptr()));
            kResultOk
        })
    }

    unsafe fn createView(&self, name: FIDString) -> *mut IPlugView {
        self.with(ptr::null_mut(), |instance| {
            // SAFETY: VST3 ivsteditcontroller.h, createView: null or a NUL-terminated name.
            let is_editor = !name.is_null() && unsafe { CStr::from_ptr(name) } == EDITOR;
            if !is_editor || !View::is_possible(instance) {
                return ptr::null_mut();
            }
            View::create(instance).map_or(ptr::null_mut(), vst3::ComPtr::into_raw)
        })
    }
}
