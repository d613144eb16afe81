//! Parameters, texts, buses, latency, state, process mode, automation.

use garnish_host::vst3::{HandlerCall, Module, Vst3Host, text_of};
use garnish_host::{Change, Host};
use tiny_clap::Id;
use vst3::Steinberg::Vst::ParameterInfo_::ParameterFlags_::{kCanAutomate, kIsBypass, kIsList, kIsReadOnly};
use vst3::Steinberg::Vst::RestartFlags_::{kLatencyChanged, kParamValuesChanged};
use vst3::Steinberg::Vst::SpeakerArr::{kMono, kStereo};
use vst3::Steinberg::Vst::{IAudioProcessorTrait, IComponentTrait, IUnitInfo, IUnitInfoTrait, UnitInfo};
use vst3::Steinberg::{
    IPluginFactory2, IPluginFactory2Trait, IPluginFactoryTrait, PClassInfo2, kResultFalse, kResultOk,
};

use crate::support::{alone, gain, id, in_blocks, library, module, noise, tiny};

#[test]
fn the_factory_describes_the_plugin() {
    let _alone = alone();
    let module = module();
    let factory = module.factory().unwrap();
    // SAFETY: VST3 ipluginbase.h: plain reads into places for the answers; zero is valid for PClassInfo2.
    unsafe {
        assert_eq!(factory.countClasses(), 1);
        let factory = factory.cast::<IPluginFactory2>().unwrap();
        let mut info: PClassInfo2 = std::mem::zeroed();
        assert_eq!(factory.getClassInfo2(0, &raw mut info), kResultOk);
        assert_eq!(info.cid, vst3_adapter::class_id("org.garnish.tiny-clap"));
        let text = |chars: &[std::ffi::c_char]| -> String {
            chars.iter().take_while(|c| **c != 0).map(|c| char::from(*c as u8)).collect()
        };
        assert_eq!(text(&info.name), "Tiny");
        assert_eq!(text(&info.vendor), "Garnish");
        assert_eq!(text(&info.version), "1.2.3");
        assert_eq!(text(&info.subCategories), "Fx|Tools|Mastering");
        assert_ne!(factory.getClassInfo2(1, &raw mut info), kResultOk);
        assert_ne!(factory.getClassInfo2(-1, &raw mut info), kResultOk);
    }
}

#[test]
fn parameters_keep_their_names_ranges_and_flags() {
    let _alone = alone();
    let mut host = tiny();
    let params = host.params();
    assert_eq!(params.len(), 8);
    let titles: Vec<_> = params.iter().map(|param| param.title.as_str()).collect();
    assert_eq!(titles, ["Gain", "Bypass", "Mode", "Frequency", "Latency", "Offline", "Tempo", "High"]);
    assert_eq!(params[0].default, gain(0.0));
    assert_eq!(params.iter().map(|param| param.id).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 7, 8]);
    let steps: Vec<_> = params.iter().map(|param| param.steps).collect();
    assert_eq!(steps, [None, Some(1), Some(2), None, Some(3), Some(1), None, None]);
    let flags: Vec<_> = (0..8).map(|index| host.info(index).unwrap().flags).collect();
    let [auto, bypass, list, read_only] =
        [kCanAutomate, kIsBypass, kIsList, kIsReadOnly].map(|flag| flag as i32);
    assert_eq!(flags, [auto, auto | bypass, auto | list, auto, 0, read_only, read_only, auto]);
    let units: Vec<_> = params.iter().map(|param| host.units(param.id)).collect();
    assert_eq!(units, ["dB", "", "", "", "samples", "", "BPM", "%"]);
}

#[test]
fn texts_go_both_ways_with_and_without_units() {
    let _alone = alone();
    let mut host = tiny();
    assert_eq!(host.bare_text(id(Id::Gain), gain(-3.0)).unwrap(), "-3.00");
    assert_eq!(host.text(id(Id::Gain), gain(-3.0)).unwrap(), "-3.00 dB");
    assert_eq!(host.bare_text(id(Id::Frequency), 0.5).unwrap(), "10.010 kHz");
    assert_eq!(host.bare_text(id(Id::Mode), 1.0).unwrap(), "Hard");
    assert_eq!(host.parse(id(Id::Gain), " -3 dB "), Some(gain(-3.0)));
    assert_eq!(host.parse(id(Id::Gain), "-3"), Some(gain(-3.0)));
    assert_eq!(host.parse(id(Id::Gain), "400"), Some(1.0));
    assert_eq!(host.parse(id(Id::Mode), "Medium"), Some(0.5));
    assert_eq!(host.parse(id(Id::Latency), "256"), Some(2.0 / 3.0), "completed by its unit");
    assert_eq!(host.parse(id(Id::Gain), "loud"), None);
    assert_eq!(host.parse(id(Id::Gain), ""), None);
    assert_eq!(host.parse(99, "1"), None);
    assert_eq!(host.text(99, 0.5), None);
    for param in host.params() {
        for value in [0.0, 1.0 / 3.0, 1.0] {
            let text = host.text(param.id, value).unwrap();
            let back = host.parse(param.id, &text).unwrap();
            assert_eq!(host.text(param.id, back).unwrap(), text, "{}", param.title);
        }
    }
}

#[test]
fn modules_become_units() {
    let _alone = alone();
    let host = tiny();
    let units = host.component().cast::<IUnitInfo>().unwrap();
    let mut seen = Vec::new();
    // SAFETY: VST3 ivstunits.h: places for the answers; zero is valid for UnitInfo.
    unsafe {
        for index in 0..units.getUnitCount() {
            let mut info: UnitInfo = std::mem::zeroed();
            assert_eq!(units.getUnitInfo(index, &raw mut info), kResultOk);
            seen.push((info.id, info.parentUnitId, text_of(&info.name)));
        }
        let mut info: UnitInfo = std::mem::zeroed();
        assert_ne!(units.getUnitInfo(99, &raw mut info), kResultOk);
    }
    let expected = [(0, -1, "Root"), (1, 0, "colour"), (2, 1, "tone"), (3, 0, "advanced")];
    assert_eq!(seen, expected.map(|(id, parent, name)| (id, parent, name.to_owned())));
    let of: Vec<_> = (0..8).map(|index| host.info(index).unwrap().unitId).collect();
    assert_eq!(of, [0, 0, 1, 2, 3, 3, 3, 3]);
}

#[test]
fn values_set_before_activation_sound_from_the_first_frame() {
    let _alone = alone();
    let mut host = tiny();
    host.set(&[(id(Id::Gain), gain(-6.0))]).unwrap();
    assert_eq!(host.value(id(Id::Gain)), Some(gain(-6.0)));
    host.activate(48_000.0, 64, false).unwrap();
    let audio = noise(64);
    let out = in_blocks(&mut host, &audio, &[64], &[]);
    let linear = 10_f64.powf(-6.0 / 20.0) as f32;
    assert_eq!(out[0], audio[0].iter().map(|sample| sample * linear).collect::<Vec<_>>());
}

#[test]
fn automation_is_exact_to_the_frame_whatever_the_block() {
    let _alone = alone();
    let audio = noise(6000);
    let mut changes = Vec::new();
    let mut rng = crate::support::Rng(7);
    let mut frame = 0;
    while frame < 6000 {
        changes.push(Change { frame, id: id(Id::Gain), value: rng.unit() });
        if rng.below(3) == 0 {
            changes.push(Change { frame, id: id(Id::Bypass), value: (rng.below(2)) as f64 });
        }
        frame += 1 + rng.below(200) as usize;
    }
    let render = |lengths: &[usize]| {
        let mut host = tiny();
        host.activate(48_000.0, 4096, false).unwrap();
        in_blocks(&mut host, &audio, lengths, &changes)
    };
    let whole = render(&[4096]);
    for lengths in [&[1][..], &[7], &[64], &[480], &[1, 1000, 3, 512]] {
        assert_eq!(render(lengths), whole, "blocks of {lengths:?}");
    }
    // An oracle of its own: the ramp, from the points, in one loop.
    let (mut target, mut bypass, mut ramp) = (gain(0.0), 0.0, None);
    for (frame, sample) in audio[0].iter().enumerate() {
        for change in changes.iter().filter(|change| change.frame == frame) {
            if change.id == id(Id::Gain) { target = change.value } else { bypass = change.value }
        }
        let linear = if bypass > 0.5 { 1.0 } else { 10_f64.powf((-60.0 + target * 72.0) / 20.0) as f32 };
        let now = ramp.map_or(linear, |ramp: f32| ramp + (linear - ramp) / 64.0);
        ramp = Some(now);
        assert_eq!(whole[0][frame], sample * now, "frame {frame}");
    }
}

#[test]
fn latency_is_known_before_activation_and_follows_a_restart() {
    let _alone = alone();
    let mut host = tiny();
    assert_eq!(host.latency(), 0);
    host.set(&[(id(Id::Latency), 2.0 / 3.0)]).unwrap();
    assert_eq!(host.latency(), 256, "asked while inactive");
    host.activate(48_000.0, 512, false).unwrap();
    assert_eq!(host.latency(), 256);
    let mut impulse = [vec![0.0; 600], vec![0.0; 600]];
    impulse[0][0] = 1.0;
    let out = in_blocks(&mut host, &impulse, &[100], &[]);
    assert_eq!(out[0].iter().position(|sample| *sample != 0.0), Some(256), "measured");
    host.set(&[(id(Id::Latency), 1.0)]).unwrap();
    assert_eq!(host.latency(), 256, "constant while active");
    // Without a run loop, the next call on the main thread brings the request.
    host.set(&[]).unwrap();
    let stream = host.save().unwrap();
    host.load(&stream).unwrap();
    assert!(host.restart_requested());
    host.deactivate();
    host.activate(48_000.0, 512, false).unwrap();
    assert_eq!(host.latency(), 1024);
    assert!(!host.restart_requested(), "the host knows by now");
}

#[test]
fn state_survives_and_malformed_state_changes_nothing() {
    let _alone = alone();
    let mut host = tiny();
    host.set(&[(id(Id::Gain), 0.25), (id(Id::Mode), 1.0), (id(Id::High), 0.75)]).unwrap();
    let state = host.save().unwrap();
    let mut other = tiny();
    other.load(&state).unwrap();
    for param in host.params() {
        assert_eq!(other.value(param.id), host.value(param.id), "{}", param.title);
    }
    assert_eq!(other.save().unwrap(), state);
    let malformed: [&[u8]; 4] = [&[], b"tiny", &state[..state.len() - 1], &[0xff; 4096]];
    for bytes in malformed {
        assert!(other.load(bytes).is_err(), "{} bytes", bytes.len());
        assert_eq!(other.save().unwrap(), state);
    }
    assert!(other.handler().take().iter().all(|call| matches!(call, HandlerCall::Restart(_))));
}

#[test]
fn a_loaded_state_tells_the_host_to_read_the_values() {
    let _alone = alone();
    let mut host = tiny();
    let state = host.save().unwrap();
    host.handler().take();
    host.load(&state).unwrap();
    assert_eq!(host.handler().take(), [HandlerCall::Restart(kParamValuesChanged as i32)]);
}

#[test]
fn the_process_mode_reaches_the_plugin_before_the_first_block() {
    let _alone = alone();
    let mut host = tiny();
    for offline in [false, true, false] {
        host.activate(48_000.0, 64, offline).unwrap();
        let mut audio = noise(64);
        host.process(&mut audio, &[]).unwrap();
        assert_eq!(host.value(id(Id::Offline)), Some(f64::from(u8::from(offline))));
        assert_eq!(host.value(id(Id::Tempo)), Some(0.12), "120 of 1000 BPM: the transport reaches it too");
    }
}

#[test]
fn mono_and_stereo_are_arrangements_and_nothing_else_is() {
    let _alone = alone();
    let host = tiny();
    let processor = host.processor();
    let select = |mut input: u64, mut output: u64| {
        // SAFETY: VST3 ivstaudioprocessor.h, setBusArrangements: one arrangement each.
        unsafe { processor.setBusArrangements(&raw mut input, 1, &raw mut output, 1) }
    };
    let now = || {
        let mut arrangement = 0;
        // SAFETY: VST3 ivstaudioprocessor.h, getBusArrangement: a place for the answer.
        unsafe { processor.getBusArrangement(1, 0, &raw mut arrangement) };
        arrangement
    };
    assert_eq!((select(kMono, kMono), now()), (kResultOk, kMono));
    for (input, output) in [(kMono, kStereo), (kStereo, kMono), (0, 0), (0x3f, 0x3f)] {
        assert_eq!((select(input, output), now()), (kResultFalse, kMono));
    }
    assert_eq!((select(kStereo, kStereo), now()), (kResultOk, kStereo));
    // SAFETY: VST3 ivstcomponent.h, setActive: on the main thread.
    assert_eq!(unsafe { host.component().setActive(1) }, kResultOk);
    assert_eq!((select(kMono, kMono), now()), (kResultFalse, kStereo), "not while active");
}

#[test]
fn a_restart_reaches_the_host_when_the_run_loop_turns() {
    let _alone = alone();
    let mut host = crate::support::offered(garnish_host::vst3::Offer {
        run_loop_in_context: true,
        ..Default::default()
    });
    assert_eq!(host.run_loop().registered(), (1, 0));
    host.activate(48_000.0, 64, false).unwrap();
    host.process(&mut noise(64), &[Change { frame: 3, id: id(Id::Latency), value: 1.0 }]).unwrap();
    assert_eq!(host.handler().take(), [], "never from the audio thread");
    host.run_loop().turn_all();
    assert_eq!(host.handler().take(), [HandlerCall::Restart(kLatencyChanged as i32)]);
    let run_loop = host.run_loop().clone();
    drop(host);
    assert_eq!(run_loop.registered(), (0, 0), "no handler left");
}

#[test]
fn the_library_loads_as_a_module_of_its_own() {
    let mut host = Vst3Host::open(&library()).unwrap();
    host.activate(44_100.0, 32, false).unwrap();
    let audio = noise(96);
    assert_eq!(in_blocks(&mut host, &audio, &[32], &[]), audio, "0 dB");
    drop(host);
    let module = Module::load(&library()).unwrap();
    let mut two = [
        Vst3Host::new(module, garnish_host::vst3::Offer::default()).unwrap(),
        Vst3Host::open(&library()).unwrap(),
    ];
    two[0].set(&[(id(Id::Gain), 0.1)]).unwrap();
    assert_eq!(two[1].value(id(Id::Gain)), Some(gain(0.0)), "instances are apart");
}
