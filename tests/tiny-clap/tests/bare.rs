//! CLAP hosts that offer nothing, or one extension alone, or call everything from the wrong thread.

use std::ffi::CStr;

use garnish_host::bare::{EXTENSIONS, Place, walk};

use crate::support::alone;

fn walk_tiny(offered: &[&CStr], place: Place) {
    // SAFETY: CLAP entry.h: initialised before, deinitialised after the plugin is destroyed.
    unsafe {
        assert!((tiny_clap::clap_entry.init.unwrap())(c"".as_ptr()));
        walk(&tiny_clap::clap_entry, offered, place);
        (tiny_clap::clap_entry.deinit.unwrap())();
    }
}

#[test]
fn a_host_that_offers_nothing_may_call_everything() {
    let _alone = alone();
    walk_tiny(&[], Place::Here);
    walk_tiny(&[], Place::Elsewhere);
}

#[test]
fn a_host_that_offers_one_extension_alone_may_call_everything() {
    let _alone = alone();
    for extension in EXTENSIONS {
        walk_tiny(&[extension], Place::Here);
        walk_tiny(&[extension], Place::Elsewhere);
    }
}

#[test]
fn a_host_that_offers_all_but_functions_may_call_everything() {
    let _alone = alone();
    walk_tiny(&EXTENSIONS, Place::Here);
    walk_tiny(&EXTENSIONS, Place::Elsewhere);
}
