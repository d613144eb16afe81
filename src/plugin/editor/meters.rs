//! The column of meters.

use std::rc::Rc;

use garnish_engine::WindowEnd;
use vizia_plug::Session;
use vizia_plug::vizia::prelude::*;
use vizia_plug::widgets::PeakMeter;

use super::figures::Figures;
use super::live::{Link, Live, Side};
use super::reductions::GainReduction;

/// Width of the column, in logical pixels.
const WIDTH: f32 = 264.0;

/// Lowest level on the peak meters, in dB.
const FLOOR_DB: f32 = -60.0;

/// Builds the column: output, input, gain reduction, buttons.
pub(super) fn build(cx: &mut Context, link: &Link) {
    let live = Rc::new(Live::new(link));
    let theme = cx.data::<Session>().theme.clone();
    let column = VStack::new(cx, |cx| {
        side(cx, Side::Output, &live);
        side(cx, Side::Input, &live);
        GainReduction::build(cx, &live);
        Element::new(cx).size(Stretch(1.0));
        buttons(cx, link);
    })
    .width(Pixels(WIDTH))
    .height(Stretch(1.0))
    .padding(Pixels(12.0))
    .gap(Pixels(12.0));
    column.background_color(theme.plot);
}

/// One side's figures above its peak meter.
fn side(cx: &mut Context, side: Side, live: &Rc<Live>) {
    Figures::build(cx, side, live);
    let live = Rc::clone(live);
    PeakMeter::new(cx, FLOOR_DB, move || live.take_peaks(side))
        .width(Stretch(1.0))
        .height(Pixels(32.0))
        .name(format!("{} true peak", side.name()));
}

/// Reset, and pause or run.
fn buttons(cx: &mut Context, link: &Link) {
    let running = Signal::new(link.with(|engine| engine.is_running()));
    let (reset, pause) = (link.clone(), link.clone());
    HStack::new(cx, move |cx| {
        Button::new(cx, |cx| Label::new(cx, "Reset"))
            .variant(ButtonVariant::Outline)
            .on_press(move |_| {
                reset.with(WindowEnd::reset_meters);
            })
            .width(Stretch(1.0))
            .name("Reset the meters");
        let text = Memo::new(move |_| if running.get() { "Pause" } else { "Run" });
        Button::new(cx, move |cx| Label::new(cx, text))
            .variant(ButtonVariant::Outline)
            .on_press(move |_| {
                running.set(pause.with(|engine| {
                    engine.run_meters(!engine.is_running());
                    engine.is_running()
                }));
            })
            .width(Stretch(1.0))
            .name("Pause or run the meters");
    })
    .height(Auto)
    .gap(Pixels(8.0))
    // the window's corner is for the hand that resizes it
    .padding_right(Pixels(12.0));
}
