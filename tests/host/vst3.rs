//! A VST3 host on the `vst3` crate.

#![allow(
    clippy::cast_possible_wrap,
    clippy::unnecessary_cast,
    reason = "VST3's enumerations are unsigned on some platforms and signed on others, its fields are i32"
)]

mod automation;
mod frames;
mod module;
mod objects;
mod player;
mod run_loop;
mod view;

use std::ffi::c_void;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use vst3::Steinberg::Vst::MediaTypes_::kAudio;
use vst3::Steinberg::Vst::ParameterInfo_::ParameterFlags_::{kCanAutomate, kIsBypass};
use vst3::Steinberg::Vst::ProcessModes_::{kOffline, kRealtime};
use vst3::Steinberg::Vst::RestartFlags_::kLatencyChanged;
use vst3::Steinberg::Vst::SymbolicSampleSizes_::kSample32;
use vst3::Steinberg::Vst::{
    BusDirections_, IAudioProcessor, IAudioProcessorTrait, IComponent, IComponentHandler, IComponentTrait,
    IEditController, IEditControllerTrait, ParameterInfo, ProcessSetup, SpeakerArr::kStereo, String128,
};
use vst3::Steinberg::{
    FUnknown, IBStream, IPluginBaseTrait, IPluginFactory, IPluginFactoryTrait, PClassInfo, TUID, kResultOk,
    tresult,
};
use vst3::{ComPtr, ComWrapper, Interface};

use crate::{Change, Editor, Host, HostError, ParamInfo};

pub use automation::Changes;
pub use frames::{Context, Frame};
pub use module::Module;
pub use objects::{Handler, HandlerCall, Stream};
pub use player::{Player, stereo_bus};
pub use run_loop::RunLoop;
pub use view::{Shown, attach, create_view, rect, set_frame, size_of};

/// One instance of the first class in a VST3 module.
pub struct Vst3Host {
    /// An open editor; it must go before the plugin.
    shown: Option<Shown>,
    component: ComPtr<IComponent>,
    processor: ComPtr<IAudioProcessor>,
    controller: ComPtr<IEditController>,
    handler: ComWrapper<Handler>,
    run_loop: RunLoop,
    player: Player,
    active: bool,
    /// Keeps the library loaded; dropped last.
    _module: Module,
}

/// How much of a host the plugin is offered.
#[derive(Clone, Copy, Debug, Default)]
pub struct Offer {
    /// Leave out the component handler.
    pub no_handler: bool,
    /// Offer the run loop with the context, for the life of the instance, not only with a view's frame.
    pub run_loop_in_context: bool,
}

impl Vst3Host {
    /// Loads a bundle or library and makes an instance of its first class.
    ///
    /// # Errors
    /// If it is not a VST3 module with a plugin that starts.
    pub fn open(path: &Path) -> Result<Self, HostError> {
        Self::new(Module::load(path)?, Offer::default())
    }

    /// Makes an instance of a module's first class.
    ///
    /// # Errors
    /// If the plugin does not start.
    pub fn new(module: Module, offer: Offer) -> Result<Self, HostError> {
        let factory = module.factory()?;
        let class = first_class(&factory)?;
        let component: ComPtr<IComponent> = create(&factory, &class)?;
        let run_loop = RunLoop::default();
        let context = Context::new(offer.run_loop_in_context.then(|| run_loop.clone()));
        let context = ComWrapper::new(context).to_com_ptr::<FUnknown>();
        let context = context.ok_or_else(|| HostError("no context".to_owned()))?;
        // SAFETY: VST3 ipluginbase.h, initialize: on the main thread, with a living context
        check("initialize", unsafe { component.initialize(context.as_ptr()) })?;
        let part = |what: &str| HostError(format!("the VST3 plugin has no {what}"));
        let processor: ComPtr<IAudioProcessor> = component.cast().ok_or_else(|| part("processor"))?;
        let controller: ComPtr<IEditController> = component.cast().ok_or_else(|| part("controller"))?;
        let handler = ComWrapper::new(Handler::default());
        if let (false, Some(handler)) = (offer.no_handler, handler.as_com_ref::<IComponentHandler>()) {
            // SAFETY: VST3 ivsteditcontroller.h, setComponentHandler: a living handler
            check("setComponentHandler", unsafe { controller.setComponentHandler(handler.as_ptr()) })?;
        }
        Ok(Self {
            shown: None,
            player: Player::new(&processor, kRealtime as i32),
            component,
            processor,
            controller,
            handler,
            run_loop,
            active: false,
            _module: module,
        })
    }

    /// The plugin's component, for tests that call it as no host should.
    pub fn component(&self) -> &ComPtr<IComponent> {
        &self.component
    }

    /// The plugin's audio processor.
    pub fn processor(&self) -> &ComPtr<IAudioProcessor> {
        &self.processor
    }

    /// The plugin's edit controller.
    pub fn controller(&self) -> &ComPtr<IEditController> {
        &self.controller
    }

    /// What the plugin told the host's component handler.
    pub fn handler(&self) -> &Handler {
        &self.handler
    }

    /// The component handler as the plugin gets it.
    pub fn handler_pointer(&self) -> Option<ComPtr<IComponentHandler>> {
        self.handler.to_com_ptr()
    }

    /// The host's run loop.
    pub fn run_loop(&self) -> &RunLoop {
        &self.run_loop
    }

    /// The parameter as VST3 tells it.
    pub fn info(&self, index: i32) -> Option<ParameterInfo> {
        let mut info = ParameterInfo {
            id: 0,
            title: [0; 128],
            shortTitle: [0; 128],
            units: [0; 128],
            stepCount: 0,
            defaultNormalizedValue: 0.0,
            unitId: 0,
            flags: 0,
        };
        // SAFETY: VST3 ivsteditcontroller.h, getParameterInfo: a place for the answer
        let result = unsafe { self.controller.getParameterInfo(index, &raw mut info) };
        (result == kResultOk).then_some(info)
    }

    fn infos(&self) -> Vec<ParameterInfo> {
        // SAFETY: VST3 ivsteditcontroller.h, getParameterCount: no precondition after initialize
        let count = unsafe { self.controller.getParameterCount() };
        (0..count).filter_map(|index| self.info(index)).collect()
    }

    /// The unit that a parameter's texts leave out; empty if they carry it themselves.
    pub fn units(&self, id: u32) -> String {
        self.infos().iter().find(|info| info.id == id).map_or_else(String::new, |info| text_of(&info.units))
    }

    /// The text of a value as VST3 gives it, without the unit.
    pub fn bare_text(&self, id: u32, value: f64) -> Option<String> {
        let mut text: String128 = [0; 128];
        // SAFETY: VST3 ivsteditcontroller.h, getParamStringByValue: a String128
        let result = unsafe { self.controller.getParamStringByValue(id, value, &raw mut text) };
        (result == kResultOk).then(|| text_of(&text))
    }
}

impl Host for Vst3Host {
    fn params(&mut self) -> Vec<ParamInfo> {
        let infos = self.infos();
        let info = |info: &ParameterInfo| ParamInfo {
            id: info.id,
            title: text_of(&info.title),
            default: info.defaultNormalizedValue,
            steps: u32::try_from(info.stepCount).ok().filter(|steps| *steps > 0),
            automatable: info.flags & kCanAutomate as i32 != 0,
            bypass: info.flags & kIsBypass as i32 != 0,
        };
        infos.iter().map(info).collect()
    }

    fn value(&mut self, id: u32) -> Option<f64> {
        // SAFETY: VST3 ivsteditcontroller.h, getParamNormalized: no precondition after initialize
        self.infos()
            .iter()
            .any(|info| info.id == id)
            .then(|| unsafe { self.controller.getParamNormalized(id) })
    }

    fn text(&mut self, id: u32, value: f64) -> Option<String> {
        let (text, units) = (self.bare_text(id, value)?, self.units(id));
        Some(if units.is_empty() { text } else { format!("{text} {units}") })
    }

    fn parse(&mut self, id: u32, text: &str) -> Option<f64> {
        let mut text: Vec<u16> = text.encode_utf16().chain([0]).collect();
        let mut value = 0.0;
        // SAFETY: VST3 ivsteditcontroller.h, getParamValueByString: a NUL-terminated text, a place for the answer
        let result = unsafe { self.controller.getParamValueByString(id, text.as_mut_ptr(), &raw mut value) };
        (result == kResultOk).then_some(value)
    }

    fn set(&mut self, values: &[(u32, f64)]) -> Result<(), HostError> {
        for (id, value) in values {
            // SAFETY: VST3 ivsteditcontroller.h, setParamNormalized: on the main thread
            check("setParamNormalized", unsafe { self.controller.setParamNormalized(*id, *value) })?;
        }
        if !self.active {
            return Ok(());
        }
        let change = |&(id, value): &(u32, f64)| Change { frame: 0, id, value };
        self.player.run(None, &values.iter().map(change).collect::<Vec<_>>())
    }

    fn activate(&mut self, sample_rate_hz: f64, max_frames: usize, offline: bool) -> Result<(), HostError> {
        self.deactivate();
        let mode = if offline { kOffline } else { kRealtime } as i32;
        let frames = i32::try_from(max_frames).map_err(|error| HostError(error.to_string()))?;
        let mut setup = ProcessSetup {
            processMode: mode,
            symbolicSampleSize: kSample32 as i32,
            maxSamplesPerBlock: frames,
            sampleRate: sample_rate_hz,
        };
        let (mut input, mut output) = (kStereo, kStereo);
        let audio = kAudio as i32;
        // SAFETY: VST3 "Audio Processor Call Sequence": arrangements, setup and buses while inactive, on one thread
        unsafe {
            let arranged = self.processor.setBusArrangements(&raw mut input, 1, &raw mut output, 1);
            check("setBusArrangements", arranged)?;
            check("setupProcessing", self.processor.setupProcessing(&raw mut setup))?;
            for direction in [BusDirections_::kInput, BusDirections_::kOutput] {
                check("activateBus", self.component.activateBus(audio, direction as i32, 0, 1))?;
            }
            check("setActive", self.component.setActive(1))?;
            check("setProcessing", self.processor.setProcessing(1))?;
        }
        self.active = true;
        self.player = Player::new(&self.processor, mode);
        self.handler.take_restarts();
        Ok(())
    }

    fn deactivate(&mut self) {
        if std::mem::take(&mut self.active) {
            // SAFETY: VST3 "Audio Processor Call Sequence": after the last `process`, on the same thread
            unsafe {
                self.processor.setProcessing(0);
                self.component.setActive(0);
            }
        }
    }

    fn process(&mut self, audio: &mut [Vec<f32>; 2], changes: &[Change]) -> Result<(), HostError> {
        if !self.active {
            return Err(HostError("the VST3 plugin is not active".to_owned()));
        }
        self.player.run(Some(audio), changes)
    }

    fn player(&mut self) -> Box<dyn crate::Player> {
        Box::new(self.player.again())
    }

    fn latency(&mut self) -> usize {
        // SAFETY: VST3 ivstaudioprocessor.h, getLatencySamples: no precondition after initialize
        unsafe { self.processor.getLatencySamples() as usize }
    }

    fn save(&mut self) -> Result<Vec<u8>, HostError> {
        let stream = ComWrapper::new(Stream::default());
        let pointer = stream.as_com_ref::<IBStream>().map_or(std::ptr::null_mut(), |stream| stream.as_ptr());
        // SAFETY: VST3 ivstcomponent.h, getState: a living stream
        check("getState", unsafe { self.component.getState(pointer) })?;
        Ok(stream.bytes())
    }

    fn load(&mut self, state: &[u8]) -> Result<(), HostError> {
        let stream = |bytes: &[u8]| ComWrapper::new(Stream::new(bytes.to_vec())).to_com_ptr::<IBStream>();
        let stream = || stream(state).ok_or_else(|| HostError("no stream".to_owned()));
        // SAFETY: VST3 "Persistence": the component's state, then the same for the controller
        unsafe {
            check("setState", self.component.setState(stream()?.as_ptr()))?;
            check("setComponentState", self.controller.setComponentState(stream()?.as_ptr()))
        }
    }

    fn restart_requested(&mut self) -> bool {
        self.run_loop.turn();
        self.handler.take_restarts() & kLatencyChanged as i32 != 0
    }
}

impl Drop for Vst3Host {
    fn drop(&mut self) {
        let _ = self.close_editor();
        self.deactivate();
        // SAFETY: VST3 ipluginbase.h, terminate: the last call; then the references are given back
        unsafe {
            self.controller.setComponentHandler(std::ptr::null_mut());
            self.component.terminate();
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn check(call: &str, result: tresult) -> Result<(), HostError> {
    if result == kResultOk {
        Ok(())
    } else {
        Err(HostError(format!("the VST3 plugin's {call} answered {result}")))
    }
}

fn first_class(factory: &ComPtr<IPluginFactory>) -> Result<TUID, HostError> {
    let mut info = PClassInfo { cid: [0; 16], cardinality: 0, category: [0; 32], name: [0; 64] };
    // SAFETY: VST3 ipluginbase.h, getClassInfo: a place for the answer
    check("getClassInfo", unsafe { factory.getClassInfo(0, &raw mut info) })?;
    Ok(info.cid)
}

fn create<I: Interface>(factory: &ComPtr<IPluginFactory>, class: &TUID) -> Result<ComPtr<I>, HostError> {
    let mut object: *mut c_void = std::ptr::null_mut();
    // SAFETY: VST3 ipluginbase.h, createInstance: two 16-byte ids and a place for the answer, owned by the caller
    unsafe {
        let made = factory.createInstance(class.as_ptr(), I::IID.as_ptr().cast(), &raw mut object);
        check("createInstance", made)?;
        ComPtr::from_raw(object.cast()).ok_or_else(|| HostError("the VST3 factory made nothing".to_owned()))
    }
}

/// The text of a fixed UTF-16 array.
pub fn text_of(text: &[u16]) -> String {
    let end = text.iter().position(|unit| *unit == 0).unwrap_or(text.len());
    String::from_utf16_lossy(&text[..end])
}
