//! Calls that no host should make, and some that hosts do.

use assert_no_alloc::assert_no_alloc;
use garnish_host::vst3::{Offer, Vst3Host};
use garnish_host::{Change, Host};
use tiny_clap::Id;
use vst3::ComPtr;
use vst3::Steinberg::Vst::{
    IAudioProcessor, IAudioProcessorTrait, IComponentTrait, IEditControllerTrait, IUnitInfo, IUnitInfoTrait,
    ProcessSetup,
};
use vst3::Steinberg::{IPluginBaseTrait, IPluginFactoryTrait, kResultOk};

use crate::block::{Block, Odd};
use crate::support::{Rng, alone, gain, id, module, noise, offered, tiny};

fn null<T>() -> *mut T {
    std::ptr::null_mut()
}

#[test]
fn null_pointers_get_error_codes() {
    let _alone = alone();
    let host = tiny();
    let (component, processor, controller) = (host.component(), host.processor(), host.controller());
    let units = component.cast::<IUnitInfo>().unwrap();
    let factory = module().factory().unwrap();
    // SAFETY: VST3: none of these reads or writes through a null pointer; that is what is tested.
    let results = unsafe {
        [
            factory.getFactoryInfo(null()),
            factory.getClassInfo(0, null()),
            factory.createInstance(std::ptr::null(), std::ptr::null(), null()),
            component.getBusInfo(0, 0, 0, null()),
            component.setState(null()),
            component.getState(null()),
            component.getControllerClassId(null()),
            component.getRoutingInfo(null(), null()),
            processor.setBusArrangements(null(), 1, null(), 1),
            processor.setBusArrangements(null(), -1, null(), 0),
            processor.getBusArrangement(0, 0, null()),
            processor.setupProcessing(null()),
            processor.process(null()),
            controller.setComponentState(null()),
            controller.setState(null()),
            controller.getState(null()),
            controller.getParameterInfo(0, null()),
            controller.getParamStringByValue(1, 0.5, null()),
            controller.getParamValueByString(1, null(), null()),
            units.getUnitInfo(0, null()),
            units.getUnitByBus(0, 0, 0, 0, null()),
        ]
    };
    assert_eq!(results.iter().position(|result| *result == kResultOk), None);
    // SAFETY: as above.
    unsafe {
        assert!(controller.createView(std::ptr::null()).is_null());
        assert!(controller.createView(c"other".as_ptr()).is_null());
        assert_eq!(controller.setComponentHandler(null()), kResultOk);
    }
}

#[test]
fn unknown_ids_and_indices_get_error_codes() {
    let _alone = alone();
    let mut host = tiny();
    let (component, processor, controller) = (host.component(), host.processor(), host.controller());
    let mut value = 0.0;
    let mut text = [0; 128];
    let mut arrangement = 0;
    // SAFETY: VST3: places for every answer.
    unsafe {
        for unknown in [0, 99, u32::MAX] {
            assert_eq!(controller.getParamNormalized(unknown), 0.0);
            assert_ne!(controller.setParamNormalized(unknown, 0.5), kResultOk);
            assert_ne!(controller.getParamStringByValue(unknown, 0.5, &raw mut text), kResultOk);
            assert_ne!(
                controller.getParamValueByString(unknown, text.as_mut_ptr(), &raw mut value),
                kResultOk
            );
            assert_eq!(controller.normalizedParamToPlain(unknown, 0.5), 0.0);
            assert_eq!(controller.plainParamToNormalized(unknown, 0.5), 0.0);
        }
        for index in [-1, 8, i32::MAX, i32::MIN] {
            assert!(host.info(index).is_none());
            for direction in [0, 1, 2, -1] {
                assert_eq!(component.getBusCount(1, direction), 0);
                assert_ne!(processor.getBusArrangement(direction, index, &raw mut arrangement), kResultOk);
                assert_ne!(component.activateBus(0, direction, index, 1), kResultOk);
            }
        }
        assert_ne!(controller.setParamNormalized(1, f64::NAN), kResultOk);
        assert_eq!(controller.setParamNormalized(1, 1e30), kResultOk);
    }
    assert_eq!(host.value(1), Some(1.0), "clamped");
}

#[test]
fn nothing_works_and_nothing_breaks_without_initialize() {
    let _alone = alone();
    let host = tiny();
    let (component, processor, controller) = (host.component(), host.processor(), host.controller());
    let again = std::ptr::null_mut();
    let mut block = Block::new(noise(16), &[]);
    // SAFETY: VST3: the calls of a host that has lost count.
    unsafe {
        assert_ne!(component.initialize(again), kResultOk, "twice");
        assert_eq!(component.terminate(), kResultOk);
        assert_eq!(component.terminate(), kResultOk, "twice");
        assert_ne!(component.setActive(1), kResultOk);
        assert_ne!(processor.setProcessing(1), kResultOk);
        assert_ne!(block.run(processor, Odd::default()), kResultOk);
        assert_eq!(processor.getLatencySamples(), 0);
        assert_eq!(processor.getTailSamples(), 0);
        assert_eq!(component.getBusCount(0, 0), 0);
        assert_eq!(controller.getParameterCount(), 0);
        assert_ne!(controller.setParamNormalized(1, 0.5), kResultOk);
        assert!(controller.createView(c"editor".as_ptr()).is_null());
        assert_eq!(component.initialize(again), kResultOk, "again");
        assert_eq!(component.setActive(1), kResultOk);
        assert_eq!(component.setActive(1), kResultOk, "twice");
        assert_eq!(block.run(processor, Odd::default()), kResultOk, "without setProcessing");
        assert_eq!(processor.setProcessing(1), kResultOk);
        assert_eq!(component.terminate(), kResultOk, "while processing");
        assert_eq!(component.initialize(again), kResultOk);
    }
    assert_eq!(block.output, block.input);
}

#[test]
fn a_block_while_inactive_is_an_error_and_silent() {
    let _alone = alone();
    let mut host = tiny();
    let mut block = Block::new(noise(16), &[]);
    assert_ne!(block.run(host.processor(), Odd::default()), kResultOk);
    assert_eq!(block.output, [vec![0.0; 16], vec![0.0; 16]]);
    host.activate(48_000.0, 16, false).unwrap();
    for (odd, frames) in
        [(Odd { double: true, ..Odd::default() }, 16), (Odd { negative: true, ..Odd::default() }, 16)]
    {
        let mut block = Block::new(noise(frames), &[]);
        assert_ne!(block.run(host.processor(), odd), kResultOk, "{odd:?}, {frames} frames");
    }
    host.deactivate();
    let mut block = Block::new(noise(16), &[]);
    assert_ne!(block.run(host.processor(), Odd::default()), kResultOk);
}

#[test]
fn setups_that_cannot_be_are_refused() {
    let _alone = alone();
    let mut host = tiny();
    let set_up = |host: &Vst3Host, rate: f64, frames: i32, size: i32| {
        let mut setup = ProcessSetup {
            processMode: 0,
            symbolicSampleSize: size,
            maxSamplesPerBlock: frames,
            sampleRate: rate,
        };
        // SAFETY: VST3 ivstaudioprocessor.h, setupProcessing: a setup.
        unsafe { host.processor().setupProcessing(&raw mut setup) }
    };
    for rate in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert_ne!(set_up(&host, rate, 64, 0), kResultOk);
    }
    for frames in [0, -1, i32::MAX] {
        assert_ne!(set_up(&host, 48_000.0, frames, 0), kResultOk);
    }
    assert_ne!(set_up(&host, 48_000.0, 64, 1), kResultOk, "64-bit samples");
    assert_eq!(set_up(&host, 48_000.0, 64, 0), kResultOk);
    host.activate(48_000.0, 64, false).unwrap();
    assert_ne!(set_up(&host, f64::NAN, 64, 0), kResultOk, "while active, too");
}

#[test]
fn missing_buffers_stand_for_silence() {
    let _alone = alone();
    let mut host = tiny();
    host.activate(48_000.0, 32, false).unwrap();
    let run = |odd: Odd| {
        let mut block = Block::new(noise(32), &[]);
        assert_eq!(block.run(host.processor(), odd), kResultOk, "{odd:?}");
        block
    };
    let silence = vec![0.0; 32];
    for odd in
        [Odd { no_inputs: true, ..Odd::default() }, Odd { null_input_channels: true, ..Odd::default() }]
    {
        assert_eq!(run(odd).output, [silence.clone(), silence.clone()]);
    }
    let missing = run(Odd { null_output_channels: true, ..Odd::default() });
    assert_eq!(missing.output[0], missing.input[0]);
    run(Odd { no_outputs: true, ..Odd::default() });
    run(Odd { no_outputs: true, no_inputs: true, no_changes: true, no_outgoing: true, ..Odd::default() });
    let mono = run(Odd { mono: true, ..Odd::default() });
    assert_eq!(mono.output[0], mono.input[0]);
    let in_place = run(Odd { in_place: true, ..Odd::default() });
    assert_eq!(in_place.input, noise(32));
}

#[test]
fn malformed_automation_is_sorted_clamped_or_left_out() {
    let _alone = alone();
    let mut host = tiny();
    host.activate(48_000.0, 64, false).unwrap();
    let change = |frame, value| Change { frame, id: id(Id::Gain), value };
    let changes = [
        Change { frame: 0, id: 12_345, value: 0.3 },
        change(usize::MAX, gain(-6.0)),
        change(3, f64::NAN),
        change(9, 5.0),
        change(2, -1.0),
        change(2, gain(-12.0)),
    ];
    let mut block = Block::new(noise(64), &changes);
    assert_eq!(block.run(host.processor(), Odd::default()), kResultOk);
    assert_eq!(host.value(id(Id::Gain)), Some(gain(-12.0)), "the last of the queue");
    // tiny-clap has checked that times never fall and stay within the block; by ear: frame 2 takes the later of two.
    let reference = [change(2, gain(-12.0)), change(9, 1.0), change(63, gain(-6.0))];
    let mut other = tiny();
    other.activate(48_000.0, 64, false).unwrap();
    let mut expected = Block::new(noise(64), &reference);
    assert_eq!(expected.run(other.processor(), Odd::default()), kResultOk);
    assert_eq!(block.output, expected.output);
}

#[test]
fn more_points_than_there_is_room_for_keep_the_last_ones() {
    let _alone = alone();
    let mut host = tiny();
    host.activate(48_000.0, 4096, false).unwrap();
    let mut changes: Vec<_> = (0..4096)
        .map(|frame| Change { frame, id: id(Id::Gain), value: (frame % 100) as f64 / 100.0 })
        .collect();
    changes.extend((0..4096).map(|frame| Change {
        frame,
        id: id(Id::High),
        value: (frame % 10) as f64 / 10.0,
    }));
    changes.push(Change { frame: 4095, id: id(Id::Gain), value: 0.5 });
    let mut block = Block::new(noise(4096), &changes);
    assert_eq!(block.run(host.processor(), Odd::default()), kResultOk);
    assert_eq!(host.value(id(Id::Gain)), Some(0.5));
    assert_eq!(host.value(id(Id::High)), Some(0.5));
}

#[test]
fn process_allocates_nothing() {
    let _alone = alone();
    let mut host = tiny();
    host.activate(48_000.0, 512, false).unwrap();
    let processor = host.processor().clone();
    // As in a host: not on the main thread, where the adapter may restart the plugin between blocks.
    std::thread::scope(|scope| scope.spawn(move || blocks_without_allocation(&processor)).join().unwrap());
}

fn blocks_without_allocation(processor: &ComPtr<IAudioProcessor>) {
    let mut rng = Rng(3);
    for round in 0..200 {
        let frames = 1 + rng.below(512) as usize;
        let mut points = || Change {
            frame: rng.below(frames as u64) as usize,
            id: 1 + rng.below(9) as u32,
            value: rng.unit(),
        };
        let changes: Vec<_> = (0..round % 40).map(|_| points()).collect();
        let mut block = Block::new(noise(frames), &changes);
        // The values that the plugin tells are collected by the host, which may allocate: not offered here.
        let odd = Odd { no_outgoing: true, ..Odd::default() };
        assert_eq!(assert_no_alloc(|| block.run(processor, odd)), kResultOk);
    }
}

#[test]
fn a_state_needs_no_handler() {
    let _alone = alone();
    let mut host = offered(Offer { no_handler: true, ..Offer::default() });
    host.set(&[(id(Id::Gain), 0.3), (id(Id::Latency), 1.0)]).unwrap();
    let state = host.save().unwrap();
    let mut other = offered(Offer { no_handler: true, run_loop_in_context: true });
    other.activate(48_000.0, 64, false).unwrap();
    other.load(&state).unwrap();
    other.run_loop().turn_all();
    let other_gain = other.value(id(Id::Gain)).unwrap();
    assert_eq!(other.text(id(Id::Gain), other_gain).unwrap(), "-38.40 dB");
}
