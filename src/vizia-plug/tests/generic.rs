//! The editor of any parameters, without a window: its list of pages, its cards, its scrolling.

use std::sync::Arc;

use nice_plug::prelude::{BoolParam, FloatParam, FloatRange, Param, ParamPtr, Params};
use vizia::prelude::*;
use vizia_plug::headless::Node;
use vizia_plug::host::automate;
use vizia_plug::{Headless, Parameter, Parameters, Spec, generic_spec};

/// Eight bands below a page's own card, and a second page.
struct Bands {
    on: BoolParam,
    gains: Vec<FloatParam>,
    other: BoolParam,
}

fn bands() -> Arc<Bands> {
    let gain = |band: usize| {
        FloatParam::new(format!("Filter {band} Gain"), 0.0, FloatRange::Linear { min: -12.0, max: 12.0 })
    };
    Arc::new(Bands {
        on: BoolParam::new("Filter On", true),
        gains: (1..=8).map(gain).collect(),
        other: BoolParam::new("Other Pause When Stopped", false),
    })
}

// SAFETY: the pointers point into `self`, which `Parameters` keeps alive.
unsafe impl Params for Bands {
    fn param_map(&self) -> Vec<(String, ParamPtr, String)> {
        let own = [("on".to_owned(), self.on.as_ptr(), "Filter".to_owned())];
        let gains = self
            .gains
            .iter()
            .zip(1..)
            .map(|(gain, band)| (format!("gain_{band}"), gain.as_ptr(), format!("Filter/Band {band}")));
        let other = [("other".to_owned(), self.other.as_ptr(), "Other".to_owned())];
        own.into_iter().chain(gains).chain(other).collect()
    }
}

struct Bench {
    ui: Headless,
    spec: Spec,
    parameters: Parameters,
}

impl Bench {
    fn new((width, height): (f32, f32), scale: f32) -> Self {
        let params: Arc<dyn Params> = bands();
        let spec = generic_spec(params.clone());
        let ui = Headless::new(&spec, width, height, scale);
        Self { ui, spec, parameters: Parameters::new(&params) }
    }

    fn get(&self, id: &str) -> Parameter {
        self.parameters.get(id).expect("one of ours").clone()
    }

    fn slider(&mut self, band: usize) -> Node {
        let name = format!("Filter {band} Gain");
        self.ui.find(&name).expect("a slider for each band")
    }
}

#[test]
fn the_list_says_which_pages_are_on() {
    let mut bench = Bench::new((800.0, 400.0), 1.0);
    let tab = |ui: &mut Headless, name: &str| {
        ui.run(2);
        ui.nodes().into_iter().find(|node| node.role == Role::Tab && node.name == name).expect("a tab")
    };
    assert_eq!(tab(&mut bench.ui, "Filter").value, "On");
    assert_eq!(tab(&mut bench.ui, "Other").value, "", "no switch turns this page on");
    bench.ui.settle();
    let on = bench.ui.picture();
    automate(&bench.get("on"), 0.0);
    let off_tab = tab(&mut bench.ui, "Filter");
    assert_eq!(off_tab.value, "Off");
    bench.ui.settle();
    let off = bench.ui.picture();
    // the dot's middle: filled with the accent when on, the page's ground when off
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixel positions")]
    let dot = ((off_tab.bounds[2] - 14.0) as u32, f64::midpoint(off_tab.bounds[1], off_tab.bounds[3]) as u32);
    let red = |picture: &vizia_plug::Picture| picture.pixel(dot.0, dot.1)[0];
    assert!(red(&on) > 200 && red(&off) < 80, "{} {}", red(&on), red(&off));
}

#[test]
fn bands_stand_in_order_row_by_row() {
    for width in [500.0, 1000.0, 1400.0] {
        let mut bench = Bench::new((width, 900.0), 1.0);
        let places: Vec<(i64, i64)> = (1..=8)
            .map(|band| {
                let [left, top, ..] = bench.slider(band).bounds;
                #[expect(clippy::cast_possible_truncation, reason = "pixel positions")]
                let place = (top as i64, left as i64);
                place
            })
            .collect();
        assert!(places.is_sorted(), "{width}: {places:?}");
    }
}

#[test]
fn the_page_chosen_is_there_when_the_window_opens_again() {
    let Bench { mut ui, spec, .. } = Bench::new((800.0, 400.0), 1.0);
    let other = ui.middle("Other");
    ui.click(other);
    ui.run(3);
    assert!(ui.find("Filter 1 Gain").is_none() && ui.find("Other Pause When Stopped").is_some());
    drop(ui);
    let mut again = Headless::new(&spec, 800.0, 400.0, 1.0);
    assert!(again.find("Other Pause When Stopped").is_some(), "the page that was left");
    let mut stranger = Bench::new((800.0, 400.0), 1.0);
    assert!(stranger.ui.find("Filter 1 Gain").is_some(), "another instance has a choice of its own");
}

#[test]
fn a_notch_scrolls_by_three_lines_at_any_scale() {
    for scale in [1.0, 1.5, 2.0] {
        let mut bench = Bench::new((500.0, 300.0), scale);
        let top = |bench: &mut Bench| bench.slider(2).bounds[1] / f64::from(scale);
        let before = top(&mut bench);
        // a heading, where no widget takes the wheel
        bench.ui.wheel((300.0, 30.0), -1.0);
        bench.ui.run(3);
        let moved = before - top(&mut bench);
        assert!((moved - 60.0).abs() <= 1.0, "{scale}: {moved}");
    }
}

#[test]
fn the_wheel_changes_the_control_under_the_pointer_but_not_one_that_scrolls_under_it() {
    let mut bench = Bench::new((500.0, 300.0), 1.0);
    let [left, top, right, bottom] = bench.slider(1).bounds;
    #[expect(clippy::cast_possible_truncation, reason = "pixel positions")]
    let middle = (f64::midpoint(left, right) as f32, f64::midpoint(top, bottom) as f32);
    let before = bench.get("gain_1").value();
    bench.ui.wheel(middle, 1.0);
    assert!(bench.get("gain_1").value() > before);
    bench.ui.gestures();

    let mut bench = Bench::new((500.0, 300.0), 1.0);
    let heading = (middle.0, 30.0);
    // by a quarter of a notch at a time, so that every slider above the end stops under the pointer for a moment
    for _ in 0..16 {
        bench.ui.wheel(heading, -0.25);
        bench.ui.run(2);
    }
    assert!(bench.ui.gestures().is_empty(), "sliders passed under the pointer and nothing changed");
    assert!(bench.slider(1).bounds[1] < top - 200.0, "and the page went on");
    // after half a second the wheel belongs to what is under the pointer
    bench.ui.run(30);
    let [_, top, _, bottom] = bench.slider(4).bounds;
    #[expect(clippy::cast_possible_truncation, reason = "pixel positions")]
    let at = (heading.0, f64::midpoint(top, bottom) as f32);
    bench.ui.wheel(at, 1.0);
    assert!(!bench.ui.gestures().is_empty());
}

#[test]
fn no_caption_is_cut_and_no_widget_overlaps_another() {
    for width in [480.0, 800.0, 1400.0] {
        let mut bench = Bench::new((width, 700.0), 1.0);
        for page in ["Filter", "Other"] {
            let tab = bench.ui.middle(page);
            bench.ui.click(tab);
            bench.ui.run(3);
            let nodes: Vec<Node> = bench.ui.nodes().into_iter().filter(|node| node.focusable).collect();
            for (index, a) in nodes.iter().enumerate() {
                for b in &nodes[index + 1..] {
                    let apart = a.bounds[2] <= b.bounds[0]
                        || b.bounds[2] <= a.bounds[0]
                        || a.bounds[3] <= b.bounds[1]
                        || b.bounds[3] <= a.bounds[1];
                    assert!(apart, "{width}: {a:?} {b:?}");
                }
            }
        }
        // the widget stands right of the longest name, "Pause When Stopped", which takes about 115 pixels
        let toggle = bench.ui.find("Other Pause When Stopped").expect("the switch");
        let card = 176.0 + 12.0 + 12.0;
        assert!(toggle.bounds[0] - card > 115.0, "{width}: {toggle:?}");
    }
}
