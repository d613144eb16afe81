//! Windows, views, plugins and parents end in any order.

use garnish_host::vst3::{Frame, RunLoop, Vst3Host, set_frame};
use vst3::ComWrapper;
use vst3::Steinberg::{IPlugViewTrait, IPluginBaseTrait, kResultOk};

use crate::Case;
use crate::embedding::opened;
use crate::screen::{Screen, attach, create_view, open, until};
use crate::support::{alone, tiny};

/// All cases of this file, run one after another.
pub const ALL: &[Case] = &[
    ("the_parent_may_die_first", the_parent_may_die_first),
    ("one_editor_two_views", one_editor_two_views),
    ("the_plugin_may_end_first", the_plugin_may_end_first),
    ("a_window_without_a_run_loop", a_window_without_a_run_loop),
    ("three_editors_at_once", three_editors_at_once),
];

fn the_parent_may_die_first() {
    let _alone = alone();
    let (host, screen, shown, run_loop, _) = opened();
    screen.destroy_parent();
    run_loop.turn_for(std::time::Duration::from_millis(60));
    shown.close().unwrap();
    assert_eq!(run_loop.registered(), (0, 0));
    let screen = Screen::new();
    let shown = open(&host, screen.parent, Some(run_loop.clone()), false);
    screen.destroy_parent();
    shown.close().unwrap();
    let screen = Screen::new();
    let shown = open(&host, screen.parent, Some(run_loop), false);
    assert_eq!(screen.children().len(), 1, "and opens again");
    drop(shown);
}

fn one_editor_two_views() {
    let _alone = alone();
    let (host, screen, shown, run_loop, _) = opened();
    let second = create_view(&host);
    let frame = ComWrapper::new(Frame::new(Some(run_loop.clone()), false));
    assert_eq!(set_frame(&second, &frame), kResultOk);
    assert_ne!(attach(&second, screen.parent), kResultOk, "there is one editor");
    assert_eq!(screen.children().len(), 1);
    shown.close().unwrap();
    assert_eq!(attach(&second, screen.parent), kResultOk, "and now it is free");
    drop(second);
    assert_eq!(run_loop.registered(), (0, 0), "released without removed");
}

fn the_plugin_may_end_first() {
    let _alone = alone();
    let (host, screen, shown, run_loop, _) = opened();
    // SAFETY: VST3 ipluginbase.h, terminate: before the view is removed, as some hosts do.
    assert_eq!(unsafe { host.component().terminate() }, kResultOk);
    assert_eq!(run_loop.registered(), (0, 0));
    assert!(until(&run_loop, || screen.children().is_empty()));
    // SAFETY: VST3 iplugview.h: a view without its plugin.
    unsafe {
        assert_ne!(shown.view.removed(), kResultOk);
        assert_ne!(shown.view.canResize(), kResultOk);
        assert_eq!(shown.view.setFrame(std::ptr::null_mut()), kResultOk);
    }
    let again = tiny();
    let other = open(&again, screen.parent, Some(run_loop), false);
    drop(again);
    drop(other);
}

fn a_window_without_a_run_loop() {
    let _alone = alone();
    let (host, screen) = (tiny(), Screen::new());
    let shown = open(&host, screen.parent, None, false);
    screen.sync();
    assert_eq!(screen.children().len(), 1);
    shown.close().unwrap();
    let view = create_view(&host);
    assert_eq!(attach(&view, screen.parent), kResultOk, "not even a frame");
    drop(view);
    assert_eq!(host.run_loop().registered(), (0, 0));
}

fn three_editors_at_once() {
    let _alone = alone();
    let hosts = [0; 3].map(|_| tiny());
    let screens = [0; 3].map(|_| Screen::new());
    let run_loop = RunLoop::default();
    let show =
        |(host, screen): (&Vst3Host, &Screen)| open(host, screen.parent, Some(run_loop.clone()), false);
    let shown: Vec<_> = hosts.iter().zip(&screens).map(show).collect();
    assert_eq!(run_loop.registered(), (6, 3));
    for screen in &screens {
        screen.sync();
        screen.button(screen.children()[0], true);
    }
    run_loop.turn_for(std::time::Duration::from_millis(100));
    let [first, ..] = hosts;
    drop(first);
    assert_eq!(run_loop.registered(), (4, 2));
    drop(shown);
    assert_eq!(run_loop.registered(), (0, 0));
}
