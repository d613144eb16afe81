//! What the host sets outside of blocks: kept, saved at once, and no burst later.

use garnish_host::vst3::{Stream, Vst3Host};
use garnish_host::{Change, Host};
use tiny_clap::Id;
use vst3::Steinberg::Vst::{IAudioProcessorTrait, IEditControllerTrait};
use vst3::Steinberg::{IBStream, kResultOk};

use crate::support::{alone, gain, id, noise, tiny};

fn set(host: &Vst3Host, value: f64) {
    // SAFETY: VST3 ivsteditcontroller.h, setParamNormalized: on the main thread.
    assert_eq!(unsafe { host.controller().setParamNormalized(id(Id::Gain), value) }, kResultOk);
}

/// The gain that another instance reads in the state that this one saves now.
fn saved(host: &mut Vst3Host) -> f64 {
    let state = host.save().unwrap();
    let mut other = tiny();
    other.load(&state).unwrap();
    other.value(id(Id::Gain)).unwrap()
}

/// The gain that is heard after the ramp has settled.
fn heard(host: &mut Vst3Host) -> f32 {
    let mut block = [vec![1.0; 4096], vec![1.0; 4096]];
    host.process(&mut block, &[]).unwrap();
    block[0][4095]
}

fn linear(db: f64) -> f32 {
    10_f64.powf(db / 20.0) as f32
}

/// Equal but for where a one-pole ramp in 32-bit floats stalls: a step of a 64th is lost below half a unit in the last place.
fn close(a: f32, b: f32) -> bool {
    (a - b).abs() <= 64.0 * f32::EPSILON
}

/// What a host does before it sets a value.
type Way = fn(&mut Vst3Host);

const WAYS: [(&str, Way); 6] = [
    ("just made", |_| ()),
    ("active, not processing", |host| {
        host.activate(48_000.0, 4096, false).unwrap();
        // SAFETY: VST3 ivstaudioprocessor.h, setProcessing: no block runs.
        unsafe { host.processor().setProcessing(0) };
    }),
    ("processing, no block has come", |host| host.activate(48_000.0, 4096, false).unwrap()),
    ("processing", |host| {
        host.activate(48_000.0, 4096, false).unwrap();
        heard(host);
    }),
    ("stopped after blocks", |host| {
        host.activate(48_000.0, 4096, false).unwrap();
        heard(host);
        // SAFETY: VST3 ivstaudioprocessor.h, setProcessing: no block runs.
        unsafe { host.processor().setProcessing(0) };
    }),
    ("deactivated", |host| {
        host.activate(48_000.0, 4096, false).unwrap();
        heard(host);
        host.deactivate();
    }),
];

#[test]
fn a_state_saved_right_after_a_set_holds_it() {
    let _alone = alone();
    for (name, way) in WAYS {
        let mut host = tiny();
        way(&mut host);
        set(&host, gain(-12.0));
        assert_eq!(saved(&mut host), gain(-12.0), "{name}");
        assert_eq!(host.value(id(Id::Gain)), Some(gain(-12.0)), "{name}");
    }
}

#[test]
fn a_set_value_is_heard_in_the_next_block_and_stays() {
    let _alone = alone();
    for (name, way) in WAYS {
        let mut host = tiny();
        way(&mut host);
        for step in 0..1000 {
            set(&host, gain(f64::from(step) / -50.0));
        }
        set(&host, gain(-12.0));
        if ["just made", "deactivated"].contains(&name) {
            host.activate(48_000.0, 4096, false).unwrap();
        }
        for _ in 0..3 {
            assert!(close(heard(&mut host), linear(-12.0)), "{name}");
        }
        assert_eq!(saved(&mut host), gain(-12.0), "{name}");
    }
}

#[test]
fn a_value_that_waits_for_a_block_is_kept_when_the_host_stops_instead() {
    let _alone = alone();
    let mut host = tiny();
    host.activate(48_000.0, 4096, false).unwrap();
    heard(&mut host);
    set(&host, gain(-12.0));
    host.deactivate();
    host.activate(48_000.0, 4096, false).unwrap();
    // From the first frame: the plugin had it before it was started again.
    let mut block = [vec![1.0; 64], vec![1.0; 64]];
    host.process(&mut block, &[]).unwrap();
    assert_eq!(block[0][0], linear(-12.0));
}

#[test]
fn the_displays_late_copy_of_automation_undoes_nothing() {
    let _alone = alone();
    let mut host = tiny();
    host.activate(48_000.0, 4096, false).unwrap();
    let point = |value| Change { frame: 0, id: id(Id::Gain), value };
    host.process(&mut noise(512), &[point(gain(-30.0))]).unwrap();
    host.process(&mut noise(512), &[point(gain(-6.0))]).unwrap();
    set(&host, gain(-30.0));
    assert!(close(heard(&mut host), linear(-6.0)));
    assert_eq!(saved(&mut host), gain(-6.0), "the state holds what is heard");
    // A second later it is the user's.
    for _ in 0..12 {
        heard(&mut host);
    }
    set(&host, gain(-30.0));
    assert!(close(heard(&mut host), linear(-30.0)));
}

#[test]
fn a_point_in_the_block_wins_over_what_was_set_before_it() {
    let _alone = alone();
    let mut host = tiny();
    host.activate(48_000.0, 4096, false).unwrap();
    heard(&mut host);
    set(&host, gain(-30.0));
    host.process(&mut noise(512), &[Change { frame: 0, id: id(Id::Gain), value: gain(-6.0) }]).unwrap();
    assert!(close(heard(&mut host), linear(-6.0)));
}

#[test]
fn a_loaded_state_wins_over_what_was_set_before_it() {
    let _alone = alone();
    let mut host = tiny();
    let state = host.save().unwrap();
    host.activate(48_000.0, 4096, false).unwrap();
    heard(&mut host);
    set(&host, gain(-30.0));
    let stream = vst3::ComWrapper::new(Stream::new(state)).to_com_ptr::<IBStream>().unwrap();
    // SAFETY: VST3 ivstcomponent.h, setState: a living stream.
    unsafe {
        use vst3::Steinberg::Vst::IComponentTrait;
        assert_eq!(host.component().setState(stream.as_ptr()), kResultOk);
    }
    assert!(close(heard(&mut host), linear(0.0)));
}
