//! How much is done for a host's question: counted, not timed.

use assert_no_alloc::assert_no_alloc;
use garnish_host::Host;
use garnish_host::vst3::Vst3Host;
use vst3::Steinberg::Vst::{IEditControllerTrait, ParameterInfo};
use vst3::Steinberg::kResultOk;

use crate::support::{alone, tiny};

/// A host that lists all parameters for each of them asks a plugin of 600 for 360,000; each answer must be a copy.
#[test]
fn listing_parameters_allocates_nothing_and_does_not_ask_the_plugin() {
    let _alone = alone();
    let host = tiny();
    let before = tiny_clap::calls();
    // SAFETY: VST3 ivsteditcontroller.h: plain numbers and characters, for which zero is valid.
    let mut info: ParameterInfo = unsafe { std::mem::zeroed() };
    assert_no_alloc(|| {
        for index in 0..8 {
            // SAFETY: VST3 ivsteditcontroller.h, getParameterInfo: a place for the answer.
            unsafe {
                assert_eq!(host.controller().getParameterInfo(index, &raw mut info), kResultOk);
                host.controller().getParamNormalized(info.id);
            }
        }
    });
    assert_eq!(tiny_clap::calls(), before);
}

/// Making an instance asks for each parameter once, and for a few of its texts.
#[test]
fn an_instance_asks_for_each_parameter_a_bounded_number_of_times() {
    let _alone = alone();
    let before = tiny_clap::calls();
    let mut host: Vst3Host = tiny();
    let made = tiny_clap::calls() - before;
    assert!(made <= 8 * 9 + 8, "{made} calls for 8 parameters");
    assert_eq!(host.params().len(), 8);
}
