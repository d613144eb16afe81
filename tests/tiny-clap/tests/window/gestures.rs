//! The editor moves parameters, and the host hears it.

use std::sync::atomic::AtomicBool;

use garnish_host::Host;
use garnish_host::vst3::{HandlerCall, Offer, RunLoop, Vst3Host};
use tiny_clap::Id;
use vst3::Steinberg::Vst::IEditControllerTrait;
use vst3::Steinberg::kResultOk;

use crate::Case;
use crate::embedding::opened;
use crate::player::{Stop, play};
use crate::screen::{Screen, open, until};
use crate::support::{alone, gain, id, noise, offered};

/// All cases of this file, run one after another.
pub const ALL: &[Case] = &[
    ("a_drag_is_a_gesture", a_drag_is_a_gesture),
    ("a_gesture_ends_with_its_editor", a_gesture_ends_with_its_editor),
    ("fifty_openings_under_dense_automation", fifty_openings_under_dense_automation),
];

/// Drags by two points and lets go; the edits that the host heard.
fn drag(
    host: &Vst3Host,
    screen: &Screen,
    run_loop: &RunLoop,
    child: u32,
    mut block: impl FnMut(),
) -> Vec<HandlerCall> {
    host.handler().take();
    screen.button(child, true);
    screen.motion(child, 40);
    screen.motion(child, 100);
    screen.button(child, false);
    let mut calls = Vec::new();
    until(run_loop, || {
        block();
        calls.extend(host.handler().take());
        calls.contains(&HandlerCall::End(1))
    });
    calls
}

fn a_drag_is_a_gesture() {
    let _alone = alone();
    let (mut host, screen, shown, run_loop, child) = opened();
    let id = id(Id::Gain);
    let expected = [
        HandlerCall::Begin(id),
        HandlerCall::Perform(id, gain(-6.0)),
        HandlerCall::Perform(id, gain(0.0)),
        HandlerCall::End(id),
    ];
    let last = [expected[0], expected[2], expected[3]];
    assert_eq!(drag(&host, &screen, &run_loop, child, || ()), last, "inactive: where it ended");
    host.activate(48_000.0, 64, false).unwrap();
    assert_eq!(drag(&host, &screen, &run_loop, child, || ()), last, "active, no blocks come");
    let processor = host.processor().clone();
    let play = || {
        let mut block = crate::block::Block::new(noise(64), &[]);
        assert_eq!(block.run(&processor, crate::block::Odd::default()), kResultOk);
        assert_eq!(
            block.outgoing.points().iter().filter(|point| point.0 == id).count(),
            0,
            "by one way only"
        );
    };
    // Two services, with a block between them: the host is seen to process.
    run_loop.turn_all();
    play();
    run_loop.turn_all();
    assert_eq!(drag(&host, &screen, &run_loop, child, play), expected, "processing");
    assert_eq!(host.value(id), Some(gain(0.0)));
    shown.close().unwrap();
}

fn a_gesture_ends_with_its_editor() {
    let _alone = alone();
    let (mut host, screen, shown, run_loop, child) = opened();
    let id = id(Id::Gain);
    screen.button(child, true);
    screen.motion(child, 40);
    let mut calls = Vec::new();
    assert!(until(&run_loop, || {
        calls.extend(host.handler().take());
        calls.contains(&HandlerCall::Perform(id, gain(-6.0)))
    }));
    let change = |value| garnish_host::Change { frame: 0, id, value };
    host.activate(48_000.0, 64, false).unwrap();
    host.process(&mut noise(64), &[change(gain(3.0))]).unwrap();
    assert_eq!(host.value(id), Some(gain(-6.0)), "the hand on the knob wins over automation");
    shown.close().unwrap();
    assert_eq!(host.handler().take(), [HandlerCall::End(id)]);
    host.process(&mut noise(64), &[change(gain(3.0))]).unwrap();
    assert_eq!(host.value(id), Some(gain(3.0)), "automation has it back");
}

fn fifty_openings_under_dense_automation() {
    let _alone = alone();
    for run_loop_in_context in [false, true] {
        let mut host = offered(Offer { run_loop_in_context, no_handler: false });
        host.activate(48_000.0, 64, false).unwrap();
        let (processor, stop) = (host.processor().clone(), AtomicBool::new(false));
        let (screen, run_loop) = (Screen::new(), host.run_loop().clone());
        let at_rest = run_loop.registered();
        std::thread::scope(|scope| {
            let player = scope.spawn(|| play(&processor, &stop, 1));
            let stopper = Stop(&stop);
            for round in 0..50 {
                let shown = open(&host, screen.parent, Some(run_loop.clone()), false);
                screen.sync();
                let child = screen.children()[0];
                screen.button(child, true);
                screen.motion(child, round);
                // SAFETY: VST3 ivsteditcontroller.h, setParamNormalized: on the main thread.
                unsafe { host.controller().setParamNormalized(1, f64::from(round) / 50.0) };
                run_loop.turn_all();
                if round % 2 == 0 {
                    screen.button(child, false);
                    run_loop.turn_all();
                }
                shown.close().unwrap();
                assert_eq!(run_loop.registered(), at_rest);
            }
            drop(stopper);
            assert!(player.join().unwrap() > 10);
        });
        let calls = host.handler().take();
        let count = |call| calls.iter().filter(|known| **known == call).count();
        assert_eq!(count(HandlerCall::Begin(1)), count(HandlerCall::End(1)), "every gesture ends");
    }
}
