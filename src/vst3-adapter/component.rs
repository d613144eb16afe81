//! The VST3 object: component, processor and controller in one, over one CLAP plugin.

use std::ffi::CString;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use clap_guard::Gate;
use clap_sys::entry::clap_plugin_entry;
use vst3::Steinberg::Linux::IRunLoop;
use vst3::Steinberg::Vst::BusDirections_::{kInput, kOutput};
use vst3::Steinberg::Vst::BusInfo_::BusFlags_::kDefaultActive;
use vst3::Steinberg::Vst::BusTypes_::{kAux, kMain};
use vst3::Steinberg::Vst::MediaTypes_::kAudio;
use vst3::Steinberg::Vst::{
    BusDirection, BusInfo, IAudioProcessor, IComponent, IComponentTrait, IEditController,
    IProcessContextRequirements, IUnitInfo, IoMode, MediaType, RoutingInfo,
};
use vst3::Steinberg::{
    FUnknown, IBStream, IPluginBaseTrait, TBool, TUID, int32, kInternalError, kInvalidArgument,
    kNotImplemented, kNotInitialized, kResultFalse, kResultOk, tresult,
};
use vst3::{Class, ComPtr, ComRef};

use crate::audio::Audio;
use crate::entry::Module;
use crate::guard::guard;
use crate::host::request;
use crate::instance::{Handler, Instance};
use crate::strings::put_utf16;
use crate::{ports, state};

/// One VST3 plugin instance.
pub(crate) struct Component {
    entry: &'static clap_plugin_entry,
    clap_id: CString,
    live: Mutex<Option<Arc<Instance>>>,
    pub(crate) audio: Arc<Gate<Audio>>,
    pub(crate) handler: Arc<Handler>,
    /// The context given to the factory: another place for a host to offer its run loop.
    factory_context: Option<ComPtr<FUnknown>>,
    /// Keeps the CLAP entry initialised.
    module: Module,
}

impl Class for Component {
    type Interfaces = (IComponent, IAudioProcessor, IEditController, IUnitInfo, IProcessContextRequirements);
}

impl Component {
    pub(crate) fn new(module: Module, clap_id: CString, factory_context: Option<ComPtr<FUnknown>>) -> Self {
        Self {
            entry: module.entry(),
            clap_id,
            live: Mutex::new(None),
            audio: Arc::new(Gate::new(Audio::new())),
            handler: Arc::default(),
            factory_context,
            module,
        }
    }

    fn live(&self) -> MutexGuard<'_, Option<Arc<Instance>>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The plugin, between `initialize` and `terminate`. Not for the audio path: takes a lock.
    pub(crate) fn instance(&self) -> Option<Arc<Instance>> {
        self.live().clone()
    }

    /// Runs `f` on the plugin, guarded; `otherwise` without one or after a panic.
    pub(crate) fn with<T: Copy>(&self, otherwise: T, f: impl FnOnce(&Arc<Instance>) -> T) -> T {
        guard(otherwise, || self.instance().as_ref().map_or(otherwise, f))
    }

    /// As [`with`](Self::with), with VST3's codes for the two failures.
    pub(crate) fn on(&self, f: impl FnOnce(&Arc<Instance>) -> tresult) -> tresult {
        guard(kInternalError, || self.instance().as_ref().map_or(kNotInitialized, f))
    }

    fn begin(&self, context: Option<ComRef<'_, FUnknown>>) -> tresult {
        if self.live().is_some() {
            return kResultFalse;
        }
        let gate = Arc::downgrade(&self.audio);
        let made = Instance::new(self.entry, &self.clap_id, self.handler.clone(), gate);
        let Some((instance, edits)) = made else { return kInternalError };
        let Some(mut audio) = self.audio.enter_main() else { return kInternalError };
        audio.bind(instance.clone(), edits);
        drop(audio);
        self.offer_run_loops(context, &instance);
        *self.live() = Some(instance);
        kResultOk
    }

    /// Takes the first run loop that serves, of the instance's context or the factory's.
    fn offer_run_loops(&self, context: Option<ComRef<'_, FUnknown>>, instance: &Arc<Instance>) {
        let own = context.and_then(|context| context.cast::<IRunLoop>());
        let factory = self.factory_context.as_ref().and_then(ComPtr::cast::<IRunLoop>);
        let host = instance.plugin.host();
        if own
            .into_iter()
            .chain(factory)
            .any(|run_loop| host.run_loop.attach(run_loop, Arc::downgrade(instance)))
        {
            instance.editor.keep_run_loop();
        }
    }

    /// Ends the plugin; refused on a thread that cannot close its open editor.
    fn end(&self) -> tresult {
        let mut live = self.live();
        if live.as_ref().is_some_and(|instance| !instance.plugin.host().threads.owns_editor()) {
            return kResultFalse;
        }
        let Some(instance) = live.take() else { return kResultOk };
        drop(live);
        instance.close_any_editor();
        instance.plugin.host().run_loop.detach();
        // On time-out the audio call still uses the plugin: it is kept, and with it all it needs.
        let Some(mut audio) = self.audio.enter_main() else {
            std::mem::forget(instance);
            return kInternalError;
        };
        audio.unbind();
        drop(audio);
        self.handler.set(None);
        kResultOk
    }
}

impl Drop for Component {
    fn drop(&mut self) {
        guard((), || {
            self.end();
            // Refused: the editor closes when its thread comes by; the plugin stays until the process ends, for nothing may
            // destroy it here.
            if let Some(instance) = self.live().take() {
                instance.plugin.host().request(request::CLOSED);
                std::mem::forget((instance, self.audio.clone(), self.module.clone()));
            }
        });
    }
}

impl IPluginBaseTrait for Component {
    unsafe fn initialize(&self, context: *mut FUnknown) -> tresult {
        // SAFETY: VST3 ipluginbase.h, initialize: null or a living host context.
        guard(kInternalError, || self.begin(unsafe { ComRef::from_raw(context) }))
    }

    unsafe fn terminate(&self) -> tresult {
        guard(kInternalError, || self.end())
    }
}

impl IComponentTrait for Component {
    /// The controller is this object: it is found by `queryInterface` (VST3 "Single Component").
    unsafe fn getControllerClassId(&self, _: *mut TUID) -> tresult {
        guard(kInternalError, || kNotImplemented)
    }

    unsafe fn setIoMode(&self, _: IoMode) -> tresult {
        guard(kInternalError, || kNotImplemented)
    }

    unsafe fn getBusCount(&self, media: MediaType, direction: BusDirection) -> int32 {
        self.with(0, |instance| match is_input(media, direction) {
            Some(is_input) => instance.plugin.ports(is_input).len() as i32,
            None => 0,
        })
    }

    unsafe fn getBusInfo(
        &self,
        media: MediaType,
        direction: BusDirection,
        index: int32,
        bus: *mut BusInfo,
    ) -> tresult {
        self.on(|instance| {
            // SAFETY: VST3 ivstcomponent.h, getBusInfo: null or a place for the answer.
            let Some(bus) = (unsafe { bus.as_mut() }) else { return kInvalidArgument };
            let Some(is_input) = is_input(media, direction) else { return kInvalidArgument };
            let ports = instance.plugin.ports(is_input);
            let Some(port) = usize::try_from(index).ok().and_then(|i| ports.get(i)) else {
                return kInvalidArgument;
            };
            bus.mediaType = media;
            bus.direction = direction;
            bus.channelCount = port.channel_count as i32;
            put_utf16(&crate::strings::from_array(&port.name), &mut bus.name);
            let main = ports::is_main(port);
            bus.busType = if main { kMain } else { kAux } as i32;
            bus.flags = if main { kDefaultActive as u32 } else { 0 };
            kResultOk
        })
    }

    unsafe fn getRoutingInfo(&self, _: *mut RoutingInfo, _: *mut RoutingInfo) -> tresult {
        guard(kInternalError, || kNotImplemented)
    }

    /// CLAP's ports have no such state: a bus that the host leaves out gets silence.
    unsafe fn activateBus(
        &self,
        media: MediaType,
        direction: BusDirection,
        index: int32,
        _: TBool,
    ) -> tresult {
        self.on(|instance| {
            let Some(is_input) = is_input(media, direction) else { return kInvalidArgument };
            let known = usize::try_from(index).is_ok_and(|i| i < instance.plugin.ports(is_input).len());
            if known { kResultOk } else { kInvalidArgument }
        })
    }

    unsafe fn setActive(&self, on: TBool) -> tresult {
        self.on(|instance| {
            let Some(mut audio) = self.audio.enter_main() else { return kInternalError };
            let result = if on != 0 {
                audio.activate()
            } else {
                audio.deactivate();
                kResultOk
            };
            drop(audio);
            instance.service_without_run_loop();
            result
        })
    }

    unsafe fn setState(&self, stream: *mut IBStream) -> tresult {
        self.on(|instance| {
            // SAFETY: VST3 ivstcomponent.h, setState: null or a living stream.
            let Some(stream) = (unsafe { ComRef::from_raw(stream) }) else { return kInvalidArgument };
            let result = state::load(instance, stream);
            instance.service_without_run_loop();
            result
        })
    }

    unsafe fn getState(&self, stream: *mut IBStream) -> tresult {
        self.on(|instance| {
            // SAFETY: VST3 ivstcomponent.h, getState: null or a living stream.
            let Some(stream) = (unsafe { ComRef::from_raw(stream) }) else { return kInvalidArgument };
            state::save(instance, stream)
        })
    }
}

/// The direction of an audio bus; `None` for event buses and malformed numbers.
pub(crate) fn is_input(media: MediaType, direction: BusDirection) -> Option<bool> {
    match direction {
        _ if media != kAudio as i32 => None,
        d if d == kInput as i32 => Some(true),
        d if d == kOutput as i32 => Some(false),
        _ => None,
    }
}
