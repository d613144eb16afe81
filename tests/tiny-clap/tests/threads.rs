//! An audio thread and a main thread at once, each with its own calls.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use garnish_host::Host;
use garnish_host::vst3::{Offer, Stream, Vst3Host};
use vst3::ComWrapper;
use vst3::Steinberg::Vst::{IAudioProcessorTrait, IComponentTrait, IEditControllerTrait};
use vst3::Steinberg::{IBStream, kResultOk};

use crate::block::{Block, Odd};
use crate::player::{Stop, play};
use crate::support::{Rng, alone, id, noise, offered};

fn for_a_while(ms: u64, mut f: impl FnMut()) {
    let end = Instant::now() + Duration::from_millis(ms);
    while Instant::now() < end {
        f();
    }
}

fn active(offer: Offer) -> Vst3Host {
    let mut host = offered(offer);
    host.activate(48_000.0, 64, false).unwrap();
    host
}

#[test]
fn the_main_thread_automates_saves_and_loads_while_three_play() {
    let _alone = alone();
    let offers =
        [false, true, true].map(|run_loop_in_context| Offer { run_loop_in_context, no_handler: false });
    let mut hosts = offers.map(active);
    let stop = AtomicBool::new(false);
    let processors = hosts.each_ref().map(|host| host.processor().clone());
    let stop_playing = &stop;
    std::thread::scope(|scope| {
        let players: Vec<_> = processors
            .iter()
            .enumerate()
            .map(|(seed, processor)| scope.spawn(move || play(processor, stop_playing, seed as u64)))
            .collect();
        let stopper = Stop(&stop);
        let mut rng = Rng(11);
        for_a_while(700, || {
            let host = &mut hosts[rng.below(3) as usize];
            let state = host.save().unwrap();
            host.load(&state).unwrap();
            let param = 1 + rng.below(8) as u32;
            // SAFETY: VST3 ivsteditcontroller.h, setParamNormalized: on the main thread.
            unsafe { host.controller().setParamNormalized(param, rng.unit()) };
            host.value(param);
            host.latency();
            host.text(param, 0.5);
            host.run_loop().turn_all();
        });
        drop(stopper);
        for player in players {
            assert!(player.join().unwrap() > 10);
        }
    });
}

#[test]
fn a_stalled_main_thread_stops_no_one() {
    let _alone = alone();
    let host = active(Offer { run_loop_in_context: true, no_handler: false });
    let processor = host.processor().clone();
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let player = scope.spawn(|| {
            let longer = garnish_host::Change { frame: 3, id: id(tiny_clap::Id::Latency), value: 1.0 };
            assert_eq!(Block::new(noise(64), &[longer]).run(&processor, Odd::default()), kResultOk);
            play(&processor, &stop, 5)
        });
        let stopper = Stop(&stop);
        std::thread::sleep(Duration::from_millis(500));
        drop(stopper);
        assert!(player.join().unwrap() > 10);
    });
    host.run_loop().turn_all();
    assert!(host.handler().take_restarts() != 0, "what was asked for in between arrives");
}

#[test]
fn activation_never_overlaps_a_block() {
    let _alone = alone();
    let host = active(Offer::default());
    let processor = host.processor().clone();
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        // A host that does not stop its audio thread first: refused blocks are its due, never a crash.
        let player = scope.spawn(|| {
            let mut refused = 0;
            while !stop.load(Ordering::Relaxed) {
                let mut block = Block::new(noise(64), &[]);
                refused += usize::from(block.run(&processor, Odd::default()) != kResultOk);
            }
            refused
        });
        let stopper = Stop(&stop);
        for_a_while(300, || {
            // SAFETY: VST3 ivstcomponent.h, setActive: on the main thread.
            unsafe {
                assert_eq!(host.component().setActive(0), kResultOk);
                assert_eq!(host.component().setActive(1), kResultOk);
            }
        });
        drop(stopper);
        player.join().unwrap();
    });
}

#[test]
fn a_host_may_load_state_and_ask_from_any_thread() {
    let _alone = alone();
    let mut host = active(Offer::default());
    let state = host.save().unwrap();
    let (component, controller, processor) =
        (host.component().clone(), host.controller().clone(), host.processor().clone());
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let player = scope.spawn(|| play(&processor, &stop, 9));
        let stopper = Stop(&stop);
        let loader = scope.spawn(|| {
            for _ in 0..50 {
                let stream = ComWrapper::new(Stream::new(state.clone())).to_com_ptr::<IBStream>().unwrap();
                // SAFETY: VST3: living objects, on a thread that is not theirs.
                unsafe {
                    assert_eq!(component.setState(stream.as_ptr()), kResultOk);
                    controller.getParamNormalized(id(tiny_clap::Id::Gain));
                    processor.getLatencySamples();
                }
            }
        });
        loader.join().unwrap();
        drop(stopper);
        player.join().unwrap();
    });
}
