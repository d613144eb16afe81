//! No panic crosses the boundary: a panic is struck into every function that a host or a plugin can call.

use std::ffi::c_void;
use std::fmt::Debug;
use std::ptr::{null, null_mut};

use clap_sys::host::clap_host;
use vst3::Steinberg::Linux::{IEventHandler, IEventHandlerTrait, ITimerHandler, ITimerHandlerTrait};
use vst3::Steinberg::Vst::{
    IAudioProcessor, IAudioProcessorTrait, IComponent, IComponentTrait, IEditController,
    IEditControllerTrait, IProcessContextRequirements, IProcessContextRequirementsTrait, IUnitInfo,
    IUnitInfoTrait, ProcessData, kRootUnitId,
};
use vst3::Steinberg::{
    IPlugView, IPlugViewContentScaleSupport, IPlugViewContentScaleSupportTrait, IPlugViewTrait,
    IPluginBaseTrait, IPluginFactory2Trait, IPluginFactory3, IPluginFactory3Trait, IPluginFactoryTrait,
    kInternalError, kResultOk,
};
use vst3::{ComPtr, Interface};

use crate::guard::fault;
use crate::host::Host;

/// Calls `f` with a panic waiting inside; it must come back with `expected`.
#[expect(clippy::needless_pass_by_value, reason = "reads better where it is called")]
fn struck<T: PartialEq + Debug>(name: &str, expected: T, f: impl FnOnce() -> T) {
    fault::arm();
    let result = f();
    assert!(!fault::disarm(), "{name} does not run inside a guard");
    assert_eq!(result, expected, "{name}");
}

/// As [`struck`], for the lists that other files keep of their own functions.
fn struck_dyn(name: &str, expected: bool, f: &dyn Fn() -> bool) {
    struck(name, expected, f);
}

/// Strikes each call listed, by its own text.
macro_rules! strike {
    ($expected:expr; $($call:expr),+ $(,)?) => {
        $(
            // SAFETY: the call panics before it looks at any argument.
            struck(stringify!($call), $expected, || unsafe { $call });
        )+
    };
}

/// Panics are meant here: their messages would drown what a failure says.
fn quietly(f: impl FnOnce()) {
    let before = std::panic::take_hook();
    let me = std::thread::current().id();
    std::panic::set_hook(Box::new(move |info| {
        if std::thread::current().id() != me || !info.to_string().contains("fault injected") {
            before(info);
        }
    }));
    f();
    let _ = std::panic::take_hook();
}

fn create<I: Interface>(factory: &ComPtr<IPluginFactory3>) -> ComPtr<I> {
    let class = crate::class_id("org.garnish.tiny-clap");
    let mut object = null_mut();
    // SAFETY: VST3 ipluginbase.h, createInstance: two ids and a place for the answer.
    unsafe {
        assert_eq!(
            factory.createInstance(class.as_ptr(), I::IID.as_ptr().cast(), &raw mut object),
            kResultOk
        );
        ComPtr::from_raw(object.cast()).unwrap()
    }
}

fn factory() -> ComPtr<IPluginFactory3> {
    let factory = crate::factory(&tiny_clap::clap_entry);
    // SAFETY: VST3 ipluginbase.h, GetPluginFactory: the caller owns the reference.
    let factory = unsafe { ComPtr::<vst3::Steinberg::IPluginFactory>::from_raw(factory.cast()) };
    factory.unwrap().cast().unwrap()
}

#[test]
fn no_panic_leaves_the_module_or_the_factory() {
    quietly(|| {
        let f = factory();
        struck("GetPluginFactory", null_mut::<c_void>(), || crate::factory(&tiny_clap::clap_entry));
        struck("ModuleEntry", false, || crate::open(&tiny_clap::clap_entry));
        struck("ModuleExit", false, crate::close);
        strike!(0; f.countClasses());
        strike!(kInternalError;
            f.getFactoryInfo(null_mut()),
            f.getClassInfo(0, null_mut()),
            f.getClassInfo2(0, null_mut()),
            f.getClassInfoUnicode(0, null_mut()),
            f.createInstance(null(), null(), null_mut()),
            f.setHostContext(null_mut()),
        );
    });
}

#[test]
fn no_panic_leaves_the_component_or_the_processor() {
    quietly(|| {
        let f = factory();
        let c: ComPtr<IComponent> = create(&f);
        let p: ComPtr<IAudioProcessor> = c.cast().unwrap();
        let needs: ComPtr<IProcessContextRequirements> = c.cast().unwrap();
        let mut data = silent_data();
        for round in 0..2 {
            strike!(kInternalError;
                c.initialize(null_mut()),
                c.terminate(),
                c.getControllerClassId(null_mut()),
                c.setIoMode(0),
                c.getBusInfo(0, 0, 0, null_mut()),
                c.getRoutingInfo(null_mut(), null_mut()),
                c.activateBus(0, 0, 0, 1),
                c.setActive(1),
                c.setState(null_mut()),
                c.getState(null_mut()),
                p.setBusArrangements(null_mut(), 0, null_mut(), 0),
                p.getBusArrangement(0, 0, null_mut()),
                p.canProcessSampleSize(0),
                p.setupProcessing(null_mut()),
                p.setProcessing(1),
                p.process(null_mut()),
                p.process(&raw mut data),
            );
            strike!(0; c.getBusCount(0, 0));
            strike!(0; p.getLatencySamples(), p.getTailSamples(), needs.getProcessContextRequirements());
            if round == 0 {
                // SAFETY: VST3 ipluginbase.h, initialize; the panics before have left the object whole.
                assert_eq!(unsafe { c.initialize(null_mut()) }, kResultOk);
            }
        }
        // SAFETY: VST3 "Audio Processor Call Sequence".
        assert_eq!(unsafe { c.setActive(1) }, kResultOk);
        strike!(kInternalError; p.process(&raw mut data));
        // SAFETY: as above.
        assert_eq!(unsafe { p.process(&raw mut data) }, kResultOk, "the gate is open again");
    });
}

/// `drop` of plain data is no entry point: this keeps [`struck`] honest about what it arms.
#[test]
#[should_panic(expected = "does not run inside a guard")]
fn a_call_outside_a_guard_is_noticed() {
    struck("nothing", (), || ());
}

#[test]
fn no_panic_leaves_the_controller_or_its_view() {
    quietly(|| {
        let f = factory();
        let c: ComPtr<IEditController> = create(&f);
        let units: ComPtr<IUnitInfo> = c.cast().unwrap();
        // SAFETY: VST3 ipluginbase.h, initialize.
        assert_eq!(unsafe { c.initialize(null_mut()) }, kResultOk);
        strike!(kInternalError;
            c.setComponentState(null_mut()),
            c.setState(null_mut()),
            c.getState(null_mut()),
            c.getParameterInfo(0, null_mut()),
            c.getParamStringByValue(1, 0.0, null_mut()),
            c.getParamValueByString(1, null_mut(), null_mut()),
            c.setParamNormalized(1, 0.0),
            c.setComponentHandler(null_mut()),
            units.getUnitInfo(0, null_mut()),
            units.getProgramListInfo(0, null_mut()),
            units.getProgramName(0, 0, null_mut()),
            units.getProgramInfo(0, 0, null(), null_mut()),
            units.hasProgramPitchNames(0, 0),
            units.getProgramPitchName(0, 0, 0, null_mut()),
            units.selectUnit(0),
            units.getUnitByBus(0, 0, 0, 0, null_mut()),
            units.setUnitProgramData(0, 0, null_mut()),
        );
        strike!(0; c.getParameterCount(), units.getProgramListCount());
        strike!(1; units.getUnitCount());
        strike!(kRootUnitId; units.getSelectedUnit());
        strike!(0.0; c.normalizedParamToPlain(1, 0.0), c.plainParamToNormalized(1, 0.0), c.getParamNormalized(1));
        strike!(null_mut(); c.createView(c"editor".as_ptr()));
        // SAFETY: VST3 ivsteditcontroller.h, createView: the caller owns the view.
        let view = unsafe { ComPtr::<IPlugView>::from_raw(c.createView(c"editor".as_ptr())) };
        if let Some(view) = view {
            view_is_guarded(&view);
            struck("View::drop", (), || drop(view));
        }
        struck("Component::drop", (), || drop((units, c)));
    });
}

fn view_is_guarded(view: &ComPtr<IPlugView>) {
    let scale: ComPtr<IPlugViewContentScaleSupport> = view.cast().unwrap();
    strike!(kInternalError;
        view.isPlatformTypeSupported(null()),
        view.attached(null_mut(), null()),
        view.removed(),
        view.onWheel(0.0),
        view.onKeyDown(0, 0, 0),
        view.onKeyUp(0, 0, 0),
        view.getSize(null_mut()),
        view.onSize(null_mut()),
        view.onFocus(1),
        view.setFrame(null_mut()),
        view.canResize(),
        view.checkSizeConstraint(null_mut()),
        scale.setContentScaleFactor(1.0),
    );
}

#[test]
fn no_panic_leaves_the_run_loops_handlers() {
    quietly(|| {
        let handler = crate::run_loop::tick_for_tests();
        let timer: ComPtr<ITimerHandler> = handler.to_com_ptr().unwrap();
        let event: ComPtr<IEventHandler> = handler.to_com_ptr().unwrap();
        strike!((); timer.onTimer(), event.onFDIsSet(0));
    });
}

#[test]
fn no_panic_leaves_the_clap_hosts_functions() {
    quietly(|| {
        let host = Host::new();
        let raw = host.raw();
        // SAFETY: CLAP host.h: the table of a living host.
        let table: clap_host = unsafe { *raw };
        strike!(null(); (table.get_extension.unwrap())(raw, null()));
        strike!((); (table.request_restart.unwrap())(raw), (table.request_callback.unwrap())(raw));
        crate::host_extensions::strike_all(raw, struck_dyn);
    });
}

#[test]
fn no_panic_leaves_the_event_lists_or_the_streams() {
    quietly(|| {
        crate::events::strike_all(struck_dyn);
        crate::state::strike_all(struck_dyn);
    });
}

/// A block of no frames and no buses.
fn silent_data() -> ProcessData {
    ProcessData {
        processMode: 0,
        symbolicSampleSize: 0,
        numSamples: 0,
        numInputs: 0,
        numOutputs: 0,
        inputs: null_mut(),
        outputs: null_mut(),
        inputParameterChanges: null_mut(),
        outputParameterChanges: null_mut(),
        inputEvents: null_mut(),
        outputEvents: null_mut(),
        processContext: null_mut(),
    }
}
