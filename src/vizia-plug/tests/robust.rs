//! What must hold whatever happens: several editors at once, random input, partial drawing, nothing left behind.

use std::path::Path;
use std::sync::Arc;

use nice_plug::prelude::Params;
use proptest::prelude::*;
use vizia::prelude::*;
use vizia_plug::host::automate;
use vizia_plug::picture::check_golden;
use vizia_plug::{Headless, Parameters, Picture, Spec, Theme, demo};

fn gallery(scale: f32) -> (Headless, Parameters) {
    let params: Arc<dyn Params> = demo::sample();
    let parameters = Parameters::new(&params);
    (Headless::new(&Spec::new(Some(params), demo::gallery), 800.0, 420.0, scale), parameters)
}

#[test]
fn two_editors_on_one_thread_keep_apart() {
    let (mut one, first) = gallery(1.0);
    let (mut two, second) = gallery(1.0);
    for step in 0..20_u8 {
        automate(first.get("gain").expect("there"), f32::from(step) / 40.0);
        automate(second.get("gain").expect("there"), 1.0 - f32::from(step) / 40.0);
        one.tick();
        two.tick();
        let shown = |ui: &mut Headless| ui.find("Gain").expect("a knob").value;
        assert_eq!(shown(&mut one), first.get("gain").map(|p| p.shown(p.value())).expect("there"));
        assert_eq!(shown(&mut two), second.get("gain").map(|p| p.shown(p.value())).expect("there"));
    }
    // Popups are built by signals: one editor's must open there and nowhere else.
    let at = one.middle("Curve");
    one.click(at);
    two.run(3);
    one.run(3);
    assert!(one.find("Notch").is_some());
    assert!(two.find("Notch").is_none());
}

#[test]
fn editors_on_several_threads_keep_apart() {
    let threads: Vec<_> = (0..3_u8)
        .map(|thread| {
            std::thread::spawn(move || {
                let (mut ui, parameters) = gallery(1.0);
                let q = parameters.get("q").expect("there");
                for step in 0..10_u8 {
                    automate(q, f32::from(step * 3 + thread) / 40.0);
                    ui.tick();
                    assert_eq!(ui.find("Q").expect("a knob").value, q.text(q.value()));
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("no thread failed");
    }
}

#[test]
fn partial_drawing_equals_full_drawing() {
    for scale in [1.0, 1.25, 2.0] {
        let (mut ui, parameters) = gallery(scale);
        ui.settle();
        ui.picture();
        for (id, value) in [("gain", 0.1), ("freq", 0.7), ("mode", 1.0), ("on", 0.0), ("q", 0.9)] {
            automate(parameters.get(id).expect("there"), value);
            ui.picture();
        }
        let partial = ui.picture();
        let (mut fresh, parameters) = gallery(scale);
        for (id, value) in [("gain", 0.1), ("freq", 0.7), ("mode", 1.0), ("on", 0.0), ("q", 0.9)] {
            automate(parameters.get(id).expect("there"), value);
        }
        fresh.settle();
        let difference = partial.difference(&fresh.picture(), 2).expect("same size");
        assert!(difference.greatest <= 2, "at {scale}: {difference:?}");
    }
}

fn golden(name: &str, picture: &Picture) {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let result = check_golden(picture, &here.join("tests/goldens"), scratch, name);
    assert_eq!(result, Ok(()));
}

#[test]
fn the_gallery_looks_as_it_did() {
    for (scale, name) in [(1.0, "gallery"), (2.0, "gallery-2x")] {
        let (mut ui, _) = gallery(scale);
        ui.settle();
        golden(name, &ui.picture());
    }
}

#[test]
fn the_generic_editor_looks_as_it_did() {
    for (theme, name) in [(Theme::dark(), "generic"), (Theme::light(), "generic-light")] {
        let params: Arc<dyn Params> = demo::sample();
        let mut ui = Headless::new(&vizia_plug::generic_spec(params).theme(theme), 900.0, 360.0, 1.0);
        ui.settle();
        golden(name, &ui.picture());
    }
}

#[derive(Debug, Clone)]
enum Act {
    Point(f32, f32),
    Down(MouseButton),
    Up(MouseButton),
    Wheel(f32),
    Key(usize, bool),
    Text(char),
    Resize(f32, f32, f32),
    Automate(usize, f32),
}

const KEYS: [Code; 12] = [
    Code::Tab,
    Code::Tab,
    Code::Enter,
    Code::Escape,
    Code::ArrowUp,
    Code::ArrowDown,
    Code::ArrowLeft,
    Code::ArrowRight,
    Code::Backspace,
    Code::Delete,
    Code::KeyV,
    Code::KeyA,
];

fn act() -> impl Strategy<Value = Act> {
    let button = prop_oneof![Just(MouseButton::Left), Just(MouseButton::Left), Just(MouseButton::Right)];
    prop_oneof![
        4 => (-50.0..900.0_f32, -50.0..500.0_f32).prop_map(|(x, y)| Act::Point(x, y)),
        3 => button.clone().prop_map(Act::Down),
        3 => button.prop_map(Act::Up),
        1 => (-3.0..3.0_f32).prop_map(Act::Wheel),
        3 => (0..KEYS.len(), any::<bool>()).prop_map(|(key, shift)| Act::Key(key, shift)),
        1 => any::<char>().prop_map(Act::Text),
        1 => (1.0..1200.0_f32, 1.0..900.0_f32, 0.5..3.0_f32).prop_map(|(w, h, s)| Act::Resize(w, h, s)),
        1 => (0..6_usize, prop_oneof![0.0..=1.0_f32, Just(f32::NAN)]).prop_map(|(p, v)| Act::Automate(p, v)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    /// Nothing a user, a host or a window manager does makes it panic, and every gesture begun is ended.
    #[test]
    fn nothing_breaks_it(acts in prop::collection::vec(act(), 1..60), generic in any::<bool>()) {
        let params: Arc<dyn Params> = demo::sample();
        let parameters = Parameters::new(&params);
        let spec = if generic { vizia_plug::generic_spec(params) } else { Spec::new(Some(params), demo::gallery) };
        let mut ui = Headless::new(&spec, 800.0, 420.0, 1.0);
        for act in acts {
            match act {
                Act::Point(x, y) => ui.point((x, y)),
                Act::Down(button) => ui.send(WindowEvent::MouseDown(button)),
                Act::Up(button) => ui.send(WindowEvent::MouseUp(button)),
                Act::Wheel(lines) => ui.send(WindowEvent::MouseScroll(0.0, lines)),
                Act::Key(key, shift) => {
                    ui.key(KEYS[key], if shift { Modifiers::SHIFT } else { Modifiers::empty() });
                }
                Act::Text(typed) => ui.type_text(&typed.to_string()),
                Act::Resize(width, height, scale) => ui.resize(width, height, scale),
                Act::Automate(index, value) => {
                    if let Some(parameter) = parameters.iter().nth(index) {
                        automate(parameter, value);
                    }
                }
            }
            ui.picture();
        }
        every_gesture_is_whole(ui);
    }
}

/// Begin, sets within range, end; never two at once of one parameter, none left when the editor closes.
fn every_gesture_is_whole(ui: Headless) {
    let recorder = ui.recorder();
    drop(ui);
    let mut held = std::collections::BTreeSet::new();
    for gesture in recorder.take() {
        use vizia_plug::host::Gesture::{Begin, End, Set};
        match gesture {
            Begin(id) => assert!(held.insert(id.clone()), "{id} begins twice"),
            Set(id, value) => assert!(held.contains(&id) && (0.0..=1.0).contains(&value), "{id}: {value}"),
            End(id) => assert!(held.remove(&id), "{id} ends twice"),
        }
    }
    assert!(held.is_empty(), "never ended: {held:?}");
}

#[test]
fn a_hand_lets_go_before_a_field_or_a_menu_opens() {
    let spec = vizia_plug::generic_spec(demo::sample());
    for second in [MouseButton::Left, MouseButton::Right] {
        let mut ui = Headless::new(&spec, 800.0, 420.0, 1.0);
        let nodes = ui.nodes();
        let field = nodes.iter().find(|node| node.role == Role::SpinButton).expect("a field");
        let [left, top, right, bottom] = field.bounds;
        #[expect(clippy::cast_possible_truncation, reason = "pixel positions")]
        let at = (f64::midpoint(left, right) as f32, f64::midpoint(top, bottom) as f32);
        ui.point(at);
        ui.send(WindowEvent::MouseDown(MouseButton::Left));
        ui.send(WindowEvent::MouseDown(second));
        ui.send(WindowEvent::MouseUp(MouseButton::Right));
        ui.type_text("3");
        ui.key(Code::Enter, Modifiers::empty());
        ui.point((at.0, at.1 + 60.0));
        ui.send(WindowEvent::MouseUp(MouseButton::Left));
        ui.send(WindowEvent::MouseDown(MouseButton::Left));
        every_gesture_is_whole(ui);
    }
}
