//! Hosts that answer a changed latency each in their own way. What is heard, exported and reported is the same mode.

use std::time::Duration;

use garnish_host::vst3::{HandlerCall, Offer, Vst3Host};
use garnish_host::{Change, Host, Player};
use tiny_clap::Id;
use vst3::Steinberg::Vst::RestartFlags_::kLatencyChanged;
use vst3::Steinberg::Vst::{IAudioProcessorTrait, IComponentTrait, IEditControllerTrait, ProcessSetup};
use vst3::Steinberg::kResultOk;

use crate::support::{alone, id, offered, tiny};

const RATE: f64 = 48_000.0;

/// The latency of 1024 frames.
const LONG: Change = Change { frame: 0, id: Id::Latency as u32, value: 1.0 };

/// A block with an impulse at its beginning, and the frame at which that comes out.
fn delay_of(mut play: impl FnMut(&mut [Vec<f32>; 2])) -> Option<usize> {
    let mut block = [vec![0.0; 2048], vec![0.0; 2048]];
    block[0][0] = 1.0;
    play(&mut block);
    block[0].iter().position(|sample| *sample != 0.0)
}

/// As [`delay_of`], on an audio thread.
fn heard(player: &mut Box<dyn Player>, changes: &[Change]) -> Option<usize> {
    std::thread::scope(|scope| {
        let play = |block: &mut [Vec<f32>; 2]| player.play(block, changes).unwrap();
        scope.spawn(move || delay_of(play)).join().unwrap()
    })
}

/// Half a second of silence on an audio thread, in blocks of 480 frames.
fn half_a_second(player: &mut Box<dyn Player>) {
    std::thread::scope(|scope| {
        scope.spawn(move || {
            for _ in 0..50 {
                player.play(&mut [vec![0.0; 480], vec![0.0; 480]], &[]).unwrap();
            }
        });
    });
}

fn set_long(host: &Vst3Host) {
    // SAFETY: VST3 ivsteditcontroller.h, setParamNormalized: on the main thread.
    assert_eq!(unsafe { host.controller().setParamNormalized(id(Id::Latency), 1.0) }, kResultOk);
}

fn with_run_loop() -> Vst3Host {
    offered(Offer { run_loop_in_context: true, no_handler: false })
}

fn asked(host: &Vst3Host) -> bool {
    host.handler().take_restarts() & kLatencyChanged as i32 != 0
}

/// As Ardour does.
#[test]
fn a_host_that_only_reads_the_latency_again_gets_the_new_one_after_half_a_second() {
    let _alone = alone();
    let mut host = with_run_loop();
    host.activate(RATE, 512, false).unwrap();
    let mut player = host.player();
    assert_eq!((heard(&mut player, &[]), host.latency()), (Some(0), 0));
    set_long(&host);
    assert_eq!(heard(&mut player, &[]), Some(0));
    host.run_loop().turn_all();
    assert!(asked(&host));
    assert_eq!((heard(&mut player, &[]), host.latency()), (Some(0), 0), "the host has its time");
    half_a_second(&mut player);
    host.run_loop().turn_all();
    assert!(asked(&host), "told again, now that there is another latency to read");
    assert_eq!((heard(&mut player, &[]), host.latency()), (Some(1024), 1024));
    half_a_second(&mut player);
    host.run_loop().turn_all();
    assert!(!asked(&host), "and no more");
}

#[test]
fn without_audio_the_half_second_is_the_clocks() {
    let _alone = alone();
    let mut host = with_run_loop();
    host.activate(RATE, 512, false).unwrap();
    let mut player = host.player();
    heard(&mut player, &[LONG]);
    host.run_loop().turn_all();
    assert!(asked(&host));
    std::thread::sleep(Duration::from_millis(550));
    host.run_loop().turn_all();
    assert!(asked(&host));
    assert_eq!((heard(&mut player, &[]), host.latency()), (Some(1024), 1024));
}

#[test]
fn a_host_that_restarts_is_left_alone() {
    let _alone = alone();
    let mut host = with_run_loop();
    host.activate(RATE, 512, false).unwrap();
    let mut player = host.player();
    heard(&mut player, &[LONG]);
    host.run_loop().turn_all();
    assert!(asked(&host));
    // SAFETY: VST3 ivstcomponent.h, setActive: on the main thread, no block runs.
    unsafe {
        assert_eq!(host.component().setActive(0), kResultOk);
        assert_eq!(host.component().setActive(1), kResultOk);
    }
    assert_eq!((heard(&mut player, &[]), host.latency()), (Some(1024), 1024));
    host.handler().take();
    // Not a second restart: the gain's ramp would begin anew.
    half_a_second(&mut player);
    std::thread::sleep(Duration::from_millis(550));
    host.run_loop().turn_all();
    assert_eq!(host.handler().take(), [] as [HandlerCall; 0]);
}

/// As JUCE's hosts do: values come with the block, on the thread that made the plugin, without a run loop.
#[test]
fn a_host_that_renders_on_its_main_thread_hears_the_new_mode_from_the_first_block_on() {
    let _alone = alone();
    for by_queue in [true, false] {
        let mut host = tiny();
        host.activate(RATE, 512, false).unwrap();
        if !by_queue {
            set_long(&host);
        }
        let changes: &[Change] = if by_queue { &[LONG] } else { &[] };
        assert_eq!(delay_of(|block| host.process(block, changes).unwrap()), Some(1024));
        assert_eq!(host.latency(), 1024);
    }
}

/// As Tracktion's hosts do.
#[test]
fn a_host_that_exports_on_another_thread_hears_the_new_mode_from_the_first_block_on() {
    let _alone = alone();
    let mut host = tiny();
    host.activate(RATE, 512, true).unwrap();
    let mut player = host.player();
    assert_eq!(heard(&mut player, &[LONG]), Some(1024));
    assert_eq!(host.latency(), 1024);
}

/// As Carla's scanner does.
#[test]
fn activation_before_any_setup_works_with_defaults() {
    let _alone = alone();
    let host = tiny();
    let mut block = crate::block::Block::new(crate::support::noise(5000), &[]);
    // SAFETY: VST3 ivstcomponent.h, setActive: on the main thread.
    unsafe {
        assert_eq!(host.component().setActive(1), kResultOk);
        assert_eq!(block.run(host.processor(), crate::block::Odd::default()), kResultOk);
    }
    assert_eq!(block.output, block.input);
}

/// As JUCE 6 does, though the header forbids it.
#[test]
fn a_setup_while_active_counts_and_larger_blocks_are_whole() {
    let _alone = alone();
    let mut host = tiny();
    host.activate(RATE, 64, false).unwrap();
    let mut player = host.player();
    let mut setup = ProcessSetup {
        processMode: vst3::Steinberg::Vst::ProcessModes_::kOffline as i32,
        symbolicSampleSize: 0,
        maxSamplesPerBlock: 4096,
        sampleRate: 96_000.0,
    };
    // SAFETY: VST3 ivstaudioprocessor.h, setupProcessing: a setup.
    assert_eq!(unsafe { host.processor().setupProcessing(&raw mut setup) }, kResultOk);
    assert_eq!(heard(&mut player, &[]), Some(0));
    assert_eq!(host.value(id(Id::Offline)), Some(1.0), "the mode has arrived with it");
}

/// Automation and sound of a block that is cut are those of small blocks.
#[test]
fn a_block_larger_than_announced_is_cut() {
    let _alone = alone();
    let audio = crate::support::noise(3000);
    let gains = (0..3000).step_by(77);
    let changes: Vec<_> =
        gains.map(|frame| Change { frame, id: id(Id::Gain), value: (frame % 100) as f64 / 100.0 }).collect();
    let render = |announced, length| {
        let mut host = tiny();
        host.activate(RATE, announced, false).unwrap();
        crate::support::in_blocks(&mut host, &audio, &[length], &changes)
    };
    let expected = render(64, 64);
    assert_ne!(expected, audio);
    for announced in [1, 7, 64, 512] {
        assert_eq!(render(announced, 3000), expected, "announced {announced}");
    }
}
