//! What a pointer brings besides clicks: dropped files, tooltips, its own shape.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread::sleep;
use std::time::{Duration, Instant};

use vizia::prelude::*;
use vizia_plug::{Headless, Spec, Wish, demo};

/// A place for files that keeps what it gets, beside one that takes nothing.
fn places(kept: &Arc<Mutex<Vec<PathBuf>>>) -> Spec {
    let kept = Arc::clone(kept);
    Spec::new(None, move |cx| {
        let kept = Arc::clone(&kept);
        HStack::new(cx, |cx| {
            Label::new(cx, "here")
                .size(Pixels(100.0))
                .role(Role::Group)
                .name("here")
                .on_drop(move |_, data| {
                    if let DropData::File(file) = data {
                        kept.lock().expect("not poisoned").push(file);
                    }
                })
                .tooltip(|cx| {
                    Tooltip::new(cx, |cx| {
                        Label::new(cx, "Drop a record");
                    })
                });
            Label::new(cx, "not here").size(Pixels(100.0)).role(Role::Group).name("not here");
        })
        .size(Stretch(1.0));
    })
}

fn drop_at(ui: &mut Headless, at: (f32, f32), file: &str) {
    ui.point(at);
    ui.send(WindowEvent::Drop(DropData::File(PathBuf::from(file))));
    ui.send(WindowEvent::MouseUp(MouseButton::Left));
}

#[test]
fn a_file_reaches_the_view_it_is_dropped_on_and_no_other() {
    let kept = Arc::default();
    let mut ui = Headless::new(&places(&kept), 400.0, 200.0, 2.0);
    let (here, not_here) = (ui.middle("here"), ui.middle("not here"));
    drop_at(&mut ui, not_here, "lost.wav");
    drop_at(&mut ui, here, "reference.wav");
    drop_at(&mut ui, here, "another \u{e9}.flac");
    let kept = kept.lock().expect("not poisoned");
    assert_eq!(*kept, [PathBuf::from("reference.wav"), PathBuf::from("another \u{e9}.flac")]);
}

#[test]
fn a_tooltip_comes_after_a_while_and_goes_with_the_pointer() {
    let mut ui = Headless::new(&places(&Arc::default()), 400.0, 200.0, 1.0);
    let shown = |ui: &mut Headless| {
        ui.tick();
        ui.nodes().iter().any(|node| node.role == Role::Tooltip || node.value == "Drop a record")
    };
    let before = ui.picture();
    let here = ui.middle("here");
    ui.point(here);
    assert!(!shown(&mut ui), "at once is too soon");
    let start = Instant::now();
    while ui.picture() == before && start.elapsed() < Duration::from_secs(5) {
        sleep(Duration::from_millis(20));
        ui.tick();
    }
    ui.settle();
    assert!(ui.picture() != before, "no tooltip");
    ui.point((390.0, 190.0));
    ui.settle();
    assert!(ui.picture() == before, "it stays");
}

#[test]
fn the_pointer_changes_shape_over_what_can_be_dragged() {
    let spec = Spec::new(Some(demo::sample()), demo::gallery);
    let mut ui = Headless::new(&spec, 800.0, 420.0, 1.0);
    ui.wishes();
    let nodes = ui.nodes();
    let slider = nodes.iter().find(|node| node.role == Role::Slider && node.name == "Gain").expect("there");
    let [left, top, ..] = slider.bounds;
    #[expect(clippy::cast_possible_truncation, reason = "pixel positions")]
    let inside = (left as f32 + 10.0, top as f32 + 10.0);
    ui.point(inside);
    ui.run(3);
    let shapes: Vec<_> = ui.wishes();
    assert!(
        shapes.iter().any(|wish| matches!(wish, Wish::Cursor(icon) if *icon != CursorIcon::Default)),
        "{shapes:?}"
    );
}
