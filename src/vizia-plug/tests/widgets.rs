//! What the user's hand does to parameters, without a window.

use std::sync::Arc;

use nice_plug::prelude::Params;
use vizia::prelude::*;
use vizia_plug::host::{Gesture, automate, modulate};
use vizia_plug::{Headless, Parameter, Parameters, Spec, demo};

/// The gallery over a fresh set of parameters.
struct Bench {
    ui: Headless,
    parameters: Parameters,
}

impl Bench {
    fn new() -> Self {
        let params: Arc<dyn Params> = demo::sample();
        let ui = Headless::new(&Spec::new(Some(params.clone()), demo::gallery), 800.0, 420.0, 1.0);
        Self { ui, parameters: Parameters::new(&params) }
    }

    fn get(&self, id: &str) -> Parameter {
        self.parameters.get(id).expect("in the sample").clone()
    }

    fn value(&self, id: &str) -> f32 {
        self.get(id).value()
    }

    /// The middle of the first view of a role and name.
    fn at(&mut self, role: Role, name: &str) -> (f32, f32) {
        let nodes = self.ui.nodes();
        let node = nodes.iter().find(|node| node.role == role && node.name == name).expect(name);
        let [left, top, right, bottom] = node.bounds;
        #[expect(clippy::cast_possible_truncation, reason = "pixel positions")]
        let middle = |a: f64, b: f64| f64::midpoint(a, b) as f32;
        (middle(left, right), middle(top, bottom))
    }
}

fn id_of(gesture: &Gesture) -> &str {
    match gesture {
        Gesture::Begin(id) | Gesture::Set(id, _) | Gesture::End(id) => id,
    }
}

/// Begin, at least `sets` values, end, all of one parameter.
fn assert_one_gesture(gestures: &[Gesture], id: &str, sets: usize) {
    assert!(gestures.iter().all(|gesture| id_of(gesture) == id), "{gestures:?}");
    assert!(matches!(gestures.first(), Some(Gesture::Begin(_))), "{gestures:?}");
    assert!(matches!(gestures.last(), Some(Gesture::End(_))), "{gestures:?}");
    let middle = &gestures[1..gestures.len() - 1];
    assert!(
        middle.iter().all(|gesture| matches!(gesture, Gesture::Set(..))) && middle.len() >= sets,
        "{gestures:?}"
    );
}

#[test]
fn a_knob_dragged_upwards_makes_one_gesture() {
    let mut bench = Bench::new();
    let (x, y) = bench.at(Role::Slider, "Gain");
    let before = bench.value("gain");
    bench.ui.drag((x, y), (x, y - 50.0));
    assert_one_gesture(&bench.ui.gestures(), "gain", 5);
    // 50 of the 200 pixels of the whole range.
    assert!((bench.value("gain") - before - 0.25).abs() < 0.01, "{}", bench.value("gain"));
}

#[test]
fn shift_makes_a_drag_ten_times_finer() {
    let mut bench = Bench::new();
    let (x, y) = bench.at(Role::Slider, "Gain");
    let before = bench.value("gain");
    bench.ui.hold(Modifiers::SHIFT);
    bench.ui.drag((x, y), (x, y - 100.0));
    assert!((bench.value("gain") - before - 0.05).abs() < 0.005, "{}", bench.value("gain"));
}

#[test]
fn a_double_click_and_an_alt_click_go_back_to_the_default() {
    for alt in [false, true] {
        let mut bench = Bench::new();
        automate(&bench.get("gain"), 0.9);
        let at = bench.at(Role::Slider, "Gain");
        if alt {
            bench.ui.hold(Modifiers::ALT);
            bench.ui.click(at);
        } else {
            bench.ui.double_click(at);
        }
        assert_eq!(bench.value("gain"), bench.get("gain").default_value(), "alt: {alt}");
    }
}

#[test]
fn the_wheel_steps_up_and_down() {
    let mut bench = Bench::new();
    let at = bench.at(Role::Slider, "Gain");
    let before = bench.value("gain");
    bench.ui.wheel(at, 1.0);
    assert_one_gesture(&bench.ui.gestures(), "gain", 1);
    assert!(bench.value("gain") > before);
    bench.ui.wheel(at, -1.0);
    assert!((bench.value("gain") - before).abs() < 1e-3);
}

#[test]
fn a_press_on_a_switch_flips_it_each_time() {
    let mut bench = Bench::new();
    let at = bench.at(Role::Switch, "Active");
    for expected in [0.0, 1.0, 0.0] {
        bench.ui.click(at);
        assert_one_gesture(&bench.ui.gestures(), "on", 1);
        assert_eq!(bench.value("on"), expected);
    }
    bench.ui.double_click(at);
    assert_eq!(bench.value("on"), 0.0, "two presses in a row are two flips");
}

#[test]
fn segments_choose_what_they_say() {
    let mut bench = Bench::new();
    let (x, y) = bench.at(Role::RadioGroup, "Mode");
    for (offset, expected) in [(70.0, 2), (-70.0, 0), (0.0, 1)] {
        bench.ui.click((x + offset, y));
        let mode = bench.get("mode");
        assert_eq!(mode.choice(mode.value()), expected);
    }
}

#[test]
fn a_list_drops_down_and_chooses() {
    let mut bench = Bench::new();
    let at = bench.at(Role::ComboBox, "Curve");
    bench.ui.click(at);
    bench.ui.run(3);
    let notch = bench.ui.middle("Notch");
    bench.ui.click(notch);
    bench.ui.run(2);
    let curve = bench.get("curve");
    assert_eq!(curve.text(curve.value()), "Notch");
    assert!(bench.ui.find("Notch").is_none(), "the list has closed");
    assert_one_gesture(&bench.ui.gestures(), "curve", 1);
}

#[test]
fn a_click_beside_a_menu_only_closes_it() {
    let mut bench = Bench::new();
    let at = bench.at(Role::ComboBox, "Curve");
    bench.ui.click(at);
    bench.ui.run(3);
    let toggle = bench.at(Role::Switch, "Active");
    bench.ui.click(toggle);
    bench.ui.run(3);
    assert!(bench.ui.find("Notch").is_none());
    assert_eq!(bench.value("on"), 1.0);
    assert!(bench.ui.gestures().is_empty());
}

#[test]
fn a_value_is_typed_with_its_unit() {
    let mut bench = Bench::new();
    let at = bench.at(Role::SpinButton, "Gain");
    bench.ui.click(at);
    bench.ui.run(3);
    bench.ui.gestures();
    bench.ui.type_text("-3,5 dB");
    bench.ui.run(2);
    assert!(bench.ui.key(Code::Enter, Modifiers::empty()));
    bench.ui.run(3);
    assert_eq!(bench.get("gain").text(bench.value("gain")), "-3.5 dB");
    assert_one_gesture(&bench.ui.gestures(), "gain", 1);
    assert!(bench.ui.find("Value").is_none(), "the field has closed");
}

#[test]
fn nonsense_is_not_taken_and_escape_leaves_all_as_it_was() {
    let mut bench = Bench::new();
    let at = bench.at(Role::SpinButton, "Gain");
    bench.ui.click(at);
    bench.ui.run(3);
    bench.ui.gestures();
    bench.ui.type_text("loud");
    bench.ui.key(Code::Enter, Modifiers::empty());
    bench.ui.run(3);
    assert!(bench.ui.gestures().is_empty());
    bench.ui.key(Code::Escape, Modifiers::empty());
    bench.ui.run(3);
    assert!(bench.ui.find("Value").is_none());
    assert!(bench.ui.gestures().is_empty());
}

#[test]
fn a_refused_value_says_why_until_it_is_changed() {
    let mut bench = Bench::new();
    let at = bench.at(Role::SpinButton, "Gain");
    bench.ui.click(at);
    bench.ui.run(3);
    bench.ui.type_text("loud");
    bench.ui.key(Code::Enter, Modifiers::empty());
    bench.ui.run(3);
    let why = "“loud” is not a number. Type −12.0 dB to 12.0 dB.";
    assert!(bench.ui.find(why).is_some(), "{:?}", bench.ui.nodes());
    assert!(bench.ui.find("Value").is_some(), "the field stays open");
    bench.ui.type_text("er");
    bench.ui.run(3);
    assert!(bench.ui.find(why).is_none(), "the next letter takes the sentence away");
    bench.ui.key(Code::KeyA, Modifiers::CTRL);
    bench.ui.type_text("-3");
    bench.ui.key(Code::Enter, Modifiers::empty());
    bench.ui.run(3);
    assert_eq!(bench.get("gain").text(bench.value("gain")), "-3.0 dB");
}

/// Opens the entry of "Gain", at -6.0 dB.
fn with_entry() -> Bench {
    let mut bench = Bench::new();
    automate(&bench.get("gain"), 0.25);
    let at = bench.at(Role::SpinButton, "Gain");
    bench.ui.click(at);
    bench.ui.run(3);
    bench
}

/// The gain's text after `text` was typed into the open entry and entered.
fn entered(bench: Bench, text: &str) -> String {
    entered_by(Code::Enter, bench, text)
}

fn entered_by(key: Code, mut bench: Bench, text: &str) -> String {
    bench.ui.type_text(text);
    bench.ui.key(key, Modifiers::empty());
    bench.ui.run(3);
    bench.get("gain").text(bench.value("gain"))
}

#[test]
fn a_double_click_on_a_value_selects_all_of_it() {
    for beside in [-20.0, -4.0, 18.0] {
        let mut bench = with_entry();
        let (x, y) = bench.ui.middle("Value");
        bench.ui.double_click((x + beside, y));
        bench.ui.run(2);
        assert_eq!(entered(bench, "4.5"), "4.5 dB", "{beside}");
    }
}

#[test]
fn both_enter_keys_enter_a_value() {
    for key in [Code::Enter, Code::NumpadEnter] {
        assert_eq!(entered_by(key, with_entry(), "4.5"), "4.5 dB", "{key:?}");
    }
}

#[test]
fn ctrl_a_selects_the_whole_value() {
    let mut bench = with_entry();
    assert!(bench.ui.key(Code::End, Modifiers::empty()), "the caret alone");
    assert!(bench.ui.key(Code::KeyA, Modifiers::CTRL));
    assert_eq!(entered(bench, "4.5"), "4.5 dB");
}

#[test]
fn a_chord_between_two_ticks_is_a_chord() {
    let mut bench = with_entry();
    assert!(bench.ui.key(Code::End, Modifiers::empty()), "the caret alone");
    bench.ui.hold(Modifiers::CTRL);
    bench.ui.ui().send(WindowEvent::KeyDown(Code::KeyA, None));
    bench.ui.hold(Modifiers::empty());
    bench.ui.run(1);
    assert_eq!(entered(bench, "4.5"), "4.5 dB");
}

#[test]
fn the_menu_resets_copies_and_pastes() {
    let mut bench = Bench::new();
    automate(&bench.get("gain"), 0.75);
    let at = bench.at(Role::Slider, "Gain");
    let choose = |bench: &mut Bench, item: &str| {
        bench.ui.click_with(MouseButton::Right, at);
        bench.ui.run(3);
        let item = bench.ui.middle(item);
        bench.ui.click(item);
        bench.ui.run(3);
    };
    choose(&mut bench, "Copy");
    choose(&mut bench, "Reset to default");
    assert_eq!(bench.value("gain"), 0.5);
    choose(&mut bench, "Paste");
    assert_eq!(bench.value("gain"), bench.get("gain").snapped(0.75));
    choose(&mut bench, "Type a value…");
    assert!(bench.ui.find("Value").is_some());
}

#[test]
fn every_widget_is_reached_by_tab_and_moved_by_keys() {
    let mut bench = Bench::new();
    let focusable = bench.ui.nodes().iter().filter(|node| node.focusable).count();
    assert!(focusable >= 11, "{focusable}");
    let mut moved = std::collections::BTreeSet::new();
    for _ in 0..focusable {
        assert!(bench.ui.key(Code::Tab, Modifiers::empty()));
        assert!(bench.ui.key(Code::ArrowUp, Modifiers::empty()));
        assert!(bench.ui.key(Code::ArrowLeft, Modifiers::empty()));
        moved.extend(bench.ui.gestures().iter().map(|gesture| id_of(gesture).to_owned()));
    }
    let all: Vec<_> = ["curve", "freq", "gain", "mode", "on", "q"].into_iter().map(str::to_owned).collect();
    assert_eq!(moved.into_iter().collect::<Vec<_>>(), all);
}

#[test]
fn keys_belong_to_the_host_until_tab_and_after_a_click() {
    let mut bench = Bench::new();
    let at = bench.at(Role::Slider, "Gain");
    bench.ui.click(at);
    assert!(!bench.ui.key(Code::ArrowUp, Modifiers::empty()), "focus by click takes no keys");
    assert!(!bench.ui.key(Code::Space, Modifiers::empty()));
    bench.ui.key(Code::Tab, Modifiers::empty());
    assert!(bench.ui.key(Code::ArrowUp, Modifiers::empty()));
    assert!(!bench.ui.key(Code::Space, Modifiers::empty()), "the space bar never");
    bench.ui.click((2.0, 2.0));
    assert!(!bench.ui.key(Code::ArrowUp, Modifiers::empty()));
}

#[test]
fn the_focus_ring_shows_and_goes() {
    let mut bench = Bench::new();
    bench.ui.settle();
    let before = bench.ui.picture();
    bench.ui.key(Code::Tab, Modifiers::empty());
    bench.ui.settle();
    let ringed = bench.ui.picture();
    assert!(before.difference(&ringed, 60).expect("same size").share > 1e-4);
    bench.ui.ui().unfocus();
    bench.ui.settle();
    let after = bench.ui.picture();
    assert_eq!(before.difference(&after, 4).expect("same size").share, 0.0);
}

#[test]
fn automation_shows_at_once_and_only_where_it_happens() {
    let mut bench = Bench::new();
    bench.ui.settle();
    bench.ui.picture();
    assert!(!bench.ui.tick(), "nothing to draw while nothing moves");
    automate(&bench.get("q"), 0.8);
    assert!(bench.ui.tick());
    let area = bench.ui.ui().draw().expect("something was drawn");
    assert!(area.width < 700 && area.height < 80, "{area:?}");
    assert!(bench.ui.gestures().is_empty(), "nobody touched anything");
    let node = bench.ui.find("Q").expect("a knob");
    assert_eq!(node.value, bench.get("q").text(0.8));
}

#[test]
fn modulation_is_drawn_beside_the_value() {
    let mut bench = Bench::new();
    bench.ui.settle();
    let before = bench.ui.picture();
    modulate(&bench.get("gain"), 0.2);
    let after = bench.ui.picture();
    assert!(before.difference(&after, 40).expect("same size").share > 1e-5);
    assert_eq!(bench.value("gain"), 0.5, "the value itself stays");
}

#[test]
fn a_point_moves_two_parameters_and_the_wheel_a_third() {
    let mut bench = Bench::new();
    bench.ui.run(3);
    let (x, y) = bench.at(Role::Slider, "1: Frequency, Gain");
    let before = (bench.value("freq"), bench.value("gain"), bench.value("q"));
    bench.ui.drag((x, y), (x + 60.0, y - 30.0));
    let gestures = bench.ui.gestures();
    for id in ["freq", "gain"] {
        let own: Vec<_> = gestures.iter().filter(|gesture| id_of(gesture) == id).cloned().collect();
        assert_one_gesture(&own, id, 3);
    }
    assert!(bench.value("freq") > before.0 && bench.value("gain") > before.1);
    bench.ui.wheel((x + 60.0, y - 30.0), 1.0);
    assert!(bench.value("q") > before.2);
}

#[test]
fn a_gesture_ends_when_the_editor_closes_under_the_hand() {
    let params: Arc<dyn Params> = demo::sample();
    let mut ui = Headless::new(&Spec::new(Some(params), demo::gallery), 800.0, 420.0, 1.0);
    let at = ui.middle("Gain");
    ui.point(at);
    ui.send(WindowEvent::MouseDown(MouseButton::Left));
    let recorder = ui.recorder();
    drop(ui);
    assert_eq!(recorder.take(), [Gesture::Begin("gain".to_owned()), Gesture::End("gain".to_owned())]);
}

#[test]
fn the_grip_asks_for_another_size() {
    let mut bench = Bench::new();
    let at = bench.ui.middle("Resize the window");
    bench.ui.drag(at, (at.0 + 40.0, at.1 + 20.0));
    let sizes: Vec<_> =
        bench.ui.wishes().into_iter().filter(|w| matches!(w, vizia_plug::Wish::Size(..))).collect();
    assert_eq!(sizes.last(), Some(&vizia_plug::Wish::Size(840, 440)));
}

#[test]
fn after_a_resize_everything_is_where_it_is_drawn() {
    let mut bench = Bench::new();
    bench.ui.resize(900.0, 500.0, 1.0);
    let at = bench.ui.middle("Resize the window");
    assert!(at.0 > 880.0 && at.1 > 480.0, "{at:?}");
    bench.ui.wishes();
    bench.ui.point(at);
    bench.ui.run(2);
    assert_eq!(bench.ui.wishes(), [vizia_plug::Wish::Cursor(CursorIcon::NwseResize)]);
}
