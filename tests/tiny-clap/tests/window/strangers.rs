//! With an editor open, calls from threads that are not its own are queued, made without it, or answered with an error.

use garnish_host::Host;
use garnish_host::vst3::Stream;
use tiny_clap::Id;
use vst3::ComWrapper;
use vst3::Steinberg::Vst::{IAudioProcessorTrait, IComponentTrait, IEditControllerTrait};
use vst3::Steinberg::{IBStream, IPlugViewTrait, IPluginBaseTrait, kResultOk};

use crate::Case;
use crate::embedding::opened;
use crate::screen::{rect, until};
use crate::support::{alone, gain, id, noise, tiny};

/// All cases of this file, run one after another.
pub const ALL: &[Case] = &[
    ("a_run_loop_may_turn_on_another_thread", a_run_loop_may_turn_on_another_thread),
    ("a_state_from_another_thread_is_queued", a_state_from_another_thread_is_queued),
    ("a_value_from_another_thread_is_queued", a_value_from_another_thread_is_queued),
    ("a_view_is_not_touched_from_another_thread", a_view_is_not_touched_from_another_thread),
    ("a_plugin_does_not_end_on_another_thread", a_plugin_does_not_end_on_another_thread),
    ("audio_starts_and_stops_on_another_thread", audio_starts_and_stops_on_another_thread),
];

/// Runs `f` on a thread of its own.
fn elsewhere<T: Send>(f: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| scope.spawn(f).join().unwrap())
}

/// As Carla does, from its engine's thread.
fn a_run_loop_may_turn_on_another_thread() {
    let _alone = alone();
    let (mut host, screen, shown, run_loop, child) = opened();
    host.activate(48_000.0, 64, false).unwrap();
    let other = run_loop.clone();
    screen.button(child, true);
    screen.motion(child, 40);
    screen.button(child, false);
    elsewhere(move || other.turn_for(std::time::Duration::from_millis(200)));
    assert_eq!(host.value(id(Id::Gain)), Some(gain(0.0)), "the window was not asked there");
    assert!(until(&run_loop, || host.value(id(Id::Gain)) == Some(gain(-6.0))), "but here");
    shown.close().unwrap();
}

fn a_state_from_another_thread_is_queued() {
    let _alone = alone();
    let (mut host, _screen, shown, run_loop, _) = opened();
    let mut other = tiny();
    other.set(&[(id(Id::Gain), 0.25)]).unwrap();
    let state = other.save().unwrap();
    let component = host.component().clone();
    let saved = elsewhere(|| {
        let stream = ComWrapper::new(Stream::new(state.clone())).to_com_ptr::<IBStream>().unwrap();
        let back = ComWrapper::new(Stream::default());
        // SAFETY: VST3 ivstcomponent.h: living streams, on a thread that is not the editor's.
        unsafe {
            assert_eq!(component.setState(stream.as_ptr()), kResultOk);
            let to = back.as_com_ref::<IBStream>().unwrap();
            assert_eq!(component.getState(to.as_ptr()), kResultOk);
        }
        back.bytes()
    });
    assert_eq!(saved, state, "saved as it was loaded");
    assert!(until(&run_loop, || host.value(id(Id::Gain)) == Some(0.25)));
    assert_eq!(host.save().unwrap(), state);
    shown.close().unwrap();
}

fn a_value_from_another_thread_is_queued() {
    let _alone = alone();
    let (mut host, _screen, shown, run_loop, _) = opened();
    let controller = host.controller().clone();
    elsewhere(|| {
        // SAFETY: VST3 ivsteditcontroller.h, setParamNormalized: on a thread that is not the editor's.
        assert_eq!(unsafe { controller.setParamNormalized(id(Id::Gain), 0.25) }, kResultOk);
    });
    assert_eq!(host.value(id(Id::Gain)), Some(0.25));
    run_loop.turn_all();
    let mut other = tiny();
    other.load(&host.save().unwrap()).unwrap();
    assert_eq!(other.value(id(Id::Gain)), Some(0.25), "the plugin has it, too");
    shown.close().unwrap();
}

fn a_view_is_not_touched_from_another_thread() {
    let _alone = alone();
    let (_host, screen, shown, run_loop, _) = opened();
    let view = shown.view.clone();
    elsewhere(|| {
        let mut size = rect(300, 200);
        // SAFETY: VST3 iplugview.h: on a thread that is not the editor's.
        unsafe {
            assert_ne!(view.getSize(&raw mut size), kResultOk);
            assert_ne!(view.onSize(&raw mut size), kResultOk);
            assert_ne!(view.canResize(), kResultOk);
            view.removed();
        }
    });
    assert_eq!(screen.children().len(), 1, "not yet");
    assert!(until(&run_loop, || screen.children().is_empty()), "its thread has closed it");
    drop(shown);
}

fn a_plugin_does_not_end_on_another_thread() {
    let _alone = alone();
    let (host, screen, shown, _run_loop, _) = opened();
    let component = host.component().clone();
    // SAFETY: VST3 ipluginbase.h, terminate: on a thread that is not the editor's.
    assert_ne!(elsewhere(move || unsafe { component.terminate() }), kResultOk);
    assert_eq!(screen.children().len(), 1);
    shown.close().unwrap();
    let component = host.component().clone();
    // SAFETY: as above; there is no editor any more.
    assert_eq!(elsewhere(move || unsafe { component.terminate() }), kResultOk);
}

fn audio_starts_and_stops_on_another_thread() {
    let _alone = alone();
    let (host, _screen, shown, run_loop, _) = opened();
    let (component, processor) = (host.component().clone(), host.processor().clone());
    for _ in 0..20 {
        let (component, processor) = (component.clone(), processor.clone());
        elsewhere(move || {
            let mut block = crate::block::Block::new(noise(64), &[]);
            // SAFETY: VST3 "Audio Processor Call Sequence", on a thread that is not the editor's.
            unsafe {
                assert_eq!(component.setActive(1), kResultOk);
                assert_eq!(processor.setProcessing(1), kResultOk);
                assert_eq!(block.run(&processor, crate::block::Odd::default()), kResultOk);
                processor.getLatencySamples();
                assert_eq!(component.setActive(0), kResultOk);
            }
        });
        run_loop.turn_all();
    }
    shown.close().unwrap();
}
