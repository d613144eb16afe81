//! An editor in a window: embedding, sizes, scale, keys.

use garnish_host::vst3::{RunLoop, Vst3Host};
use vst3::Steinberg::{
    IPlugViewContentScaleSupport, IPlugViewContentScaleSupportTrait, IPlugViewTrait, kPlatformTypeHWND,
    kPlatformTypeNSView, kPlatformTypeX11EmbedWindowID, kResultFalse, kResultOk,
};

use crate::Case;
use crate::screen::{Screen, Shown, attach, create_view, open, rect, size_of, until};
use crate::support::{alone, tiny};

/// All cases of this file, run one after another.
pub const ALL: &[Case] = &[
    ("embedded_shown_and_gone_without_a_trace", embedded_shown_and_gone_without_a_trace),
    ("other_window_systems_are_not_supported", other_window_systems_are_not_supported),
    ("the_host_resizes", the_host_resizes),
    ("the_plugin_resizes", the_plugin_resizes),
    ("a_refused_size_is_taken_back", a_refused_size_is_taken_back),
    ("the_scale_counts_before_and_after_opening", the_scale_counts_before_and_after_opening),
    ("keys_and_focus_belong_to_the_window", keys_and_focus_belong_to_the_window),
];

/// An open editor: host, screen, view, run loop, the editor's window.
pub fn opened() -> (Vst3Host, Screen, Shown, RunLoop, u32) {
    let (host, screen) = (tiny(), Screen::new());
    let run_loop = host.run_loop().clone();
    let shown = open(&host, screen.parent, Some(run_loop.clone()), false);
    screen.sync();
    let child = screen.children()[0];
    (host, screen, shown, run_loop, child)
}

fn embedded_shown_and_gone_without_a_trace() {
    let _alone = alone();
    let (host, screen, shown, run_loop, child) = opened();
    assert_eq!(screen.children().len(), 1);
    assert!(until(&run_loop, || screen.is_mapped(child)));
    assert_eq!(screen.size(child), (200, 100));
    assert_eq!(run_loop.registered(), (2, 1), "the tick, the plugin's timer, the plugin's connection");
    run_loop.turn_for(std::time::Duration::from_millis(60));
    shown.close().unwrap();
    assert_eq!(run_loop.registered(), (0, 0), "no handler left");
    assert!(until(&run_loop, || screen.children().is_empty()));
    drop(host);
}

fn other_window_systems_are_not_supported() {
    let _alone = alone();
    let (host, screen) = (tiny(), Screen::new());
    let view = create_view(&host);
    // SAFETY: VST3 iplugview.h: literals, and a window's id.
    unsafe {
        assert_eq!(view.isPlatformTypeSupported(kPlatformTypeX11EmbedWindowID), kResultOk);
        for other in [kPlatformTypeHWND, kPlatformTypeNSView, c"".as_ptr(), std::ptr::null()] {
            assert_ne!(view.isPlatformTypeSupported(other), kResultOk);
            assert_ne!(view.attached(screen.parent as usize as *mut _, other), kResultOk);
        }
        assert_ne!(attach(&view, 0), kResultOk, "no parent");
        assert_ne!(attach(&view, 0x0eee_eeee), kResultOk, "not a window");
    }
}

fn the_host_resizes() {
    let _alone = alone();
    let (_host, screen, shown, run_loop, child) = opened();
    let view = &shown.view;
    // SAFETY: VST3 iplugview.h: rectangles.
    unsafe {
        assert_eq!(view.canResize(), kResultOk);
        let mut wanted = rect(20, 300);
        assert_eq!(view.checkSizeConstraint(&raw mut wanted), kResultOk);
        assert_eq!((wanted.right, wanted.bottom), (100, 300));
        assert_eq!(view.onSize(&raw mut wanted), kResultOk);
        for mut bad in [rect(0, 0), rect(-5, 10), rect(i32::MIN, i32::MAX)] {
            assert_ne!(view.onSize(&raw mut bad), kResultOk);
        }
        for mut empty in [rect(0, 0), rect(-5, 10), rect(20, 0)] {
            assert_eq!(view.checkSizeConstraint(&raw mut empty), kResultOk);
            assert_eq!((empty.right, empty.bottom), (100, 50), "the least size");
        }
    }
    assert_eq!(size_of(view), (100, 300));
    assert!(until(&run_loop, || screen.size(child) == (100, 300)));
    shown.close().unwrap();
}

fn the_plugin_resizes() {
    let _alone = alone();
    let (_host, screen, shown, run_loop, child) = opened();
    screen.key(child, 10);
    assert!(until(&run_loop, || shown.frame.sizes() == [(400, 200)]));
    assert!(until(&run_loop, || screen.size(child) == (400, 200)));
    assert_eq!(size_of(&shown.view), (400, 200));
    shown.close().unwrap();
}

fn a_refused_size_is_taken_back() {
    let _alone = alone();
    let (host, screen) = (tiny(), Screen::new());
    let run_loop = host.run_loop().clone();
    let shown = open(&host, screen.parent, Some(run_loop.clone()), true);
    let child = screen.children()[0];
    screen.key(child, 10);
    assert!(until(&run_loop, || !shown.frame.sizes().is_empty()));
    assert_eq!(size_of(&shown.view), (200, 100));
    assert!(until(&run_loop, || screen.size(child) == (200, 100)));
    shown.close().unwrap();
}

fn the_scale_counts_before_and_after_opening() {
    let _alone = alone();
    let (host, screen) = (tiny(), Screen::new());
    let view = create_view(&host);
    let scale = view.cast::<IPlugViewContentScaleSupport>().unwrap();
    // SAFETY: VST3 iplugviewcontentscalesupport.h: a number.
    unsafe {
        assert_eq!(scale.setContentScaleFactor(2.0), kResultOk);
        assert_eq!(size_of(&view), (400, 200));
        assert_eq!(attach(&view, screen.parent), kResultOk);
        assert_eq!(screen.size(screen.children()[0]), (400, 200));
        assert_eq!(scale.setContentScaleFactor(1.5), kResultOk);
        assert_eq!(size_of(&view), (300, 150));
        for bad in [0.0, -1.0, f32::NAN, f32::INFINITY] {
            assert_ne!(scale.setContentScaleFactor(bad), kResultOk);
        }
        assert_eq!(view.removed(), kResultOk);
    }
}

fn keys_and_focus_belong_to_the_window() {
    let _alone = alone();
    let (_host, screen, shown, run_loop, child) = opened();
    // SAFETY: VST3 iplugview.h: plain numbers.
    unsafe {
        assert_eq!(shown.view.onKeyDown(u16::from(b'a'), 0, 0), kResultFalse, "left to the host");
        assert_eq!(shown.view.onKeyUp(u16::from(b'a'), 0, 0), kResultFalse);
        assert_eq!(shown.view.onWheel(1.0), kResultFalse);
        assert_eq!(shown.view.onFocus(1), kResultOk);
        assert_eq!(shown.view.onFocus(0), kResultOk);
    }
    screen.key(child, 10);
    assert!(until(&run_loop, || !shown.frame.sizes().is_empty()), "a key reaches the window itself");
    shown.close().unwrap();
}
