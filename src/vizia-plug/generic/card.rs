//! A page's cards: a caption and widgets for each parameter.

use vizia::prelude::*;

use super::COLUMN;
use super::page::{Card, Page, caption};
use crate::ink::{Align, Type};
use crate::param::Parameter;
use crate::pen::Pen;
use crate::session::Session;
use crate::widgets::{DropDown, NumericField, Segmented, Slider, Toggle};

/// Weight and size of captions, the latter in logical pixels.
const CAPTION_WEIGHT: i32 = 450;
const CAPTION: f32 = 12.0;

/// Logical pixels of a column that no widget can have besides the captions': paddings and gaps of page, card and row.
const AROUND: f32 = 52.0;

/// Builds a page. Its cards stand in their order, row by row.
pub(super) fn build(cx: &mut Context, page: &Page, columns: usize) {
    let columns = columns.min(page.cards.len()).max(1);
    let width = caption_width(cx, page);
    let page = page.clone();
    let content = Sheet.build(cx, move |cx| {
        for cards in page.cards.chunks(columns) {
            let (cards, title) = (cards.to_vec(), page.title.clone());
            HStack::new(cx, move |cx| {
                for card in &cards {
                    build_card(cx, &title, card, width);
                }
                // the last row's cards are as wide as those above
                for _ in cards.len()..columns {
                    Element::new(cx).width(Stretch(1.0)).height(Pixels(0.0));
                }
            })
            .class("generic-cards");
        }
    });
    content.class("generic-sheet");
}

fn place(page: &str, card: &Card) -> String {
    format!("{page} {}", card.title)
}

/// Returns the width of the page's longest caption in logical pixels: no name is cut, and all widgets start at one line.
fn caption_width(cx: &mut Context, page: &Page) -> f32 {
    let session = cx.data::<Session>().clone();
    let face = Type::new(CAPTION, CAPTION_WEIGHT, session.theme.dim);
    let captions = page.cards.iter().flat_map(|card| {
        let place = place(&page.title, card);
        card.parameters.iter().map(move |parameter| caption(parameter.name(), &place))
    });
    captions.map(|text| session.ink.width(&text, face, 1.0).ceil() + 4.0).fold(64.0, f32::max)
}

fn build_card(cx: &mut Context, page: &str, card: &Card, width: f32) {
    let place = place(page, card);
    let Card { title, parameters } = card.clone();
    VStack::new(cx, move |cx| {
        Label::new(cx, title).class("generic-heading");
        for parameter in &parameters {
            build_row(cx, parameter, caption(parameter.name(), &place), width);
        }
    })
    .class("generic-card");
}

fn build_row(cx: &mut Context, parameter: &Parameter, text: String, width: f32) {
    let parameter = parameter.clone();
    HStack::new(cx, move |cx| {
        Caption { text }.build(cx, |_| {}).hoverable(false).width(Pixels(width));
        if parameter.is_switch() {
            Toggle::new(cx, &parameter).width(Stretch(1.0));
            return;
        }
        match parameter.steps() {
            Some(steps) if steps < 4 && fits_side_by_side(cx, &parameter, COLUMN - AROUND - width) => {
                Segmented::new(cx, &parameter).width(Stretch(1.0));
            }
            Some(steps) if steps < 40 => {
                DropDown::new(cx, &parameter).width(Stretch(1.0));
            }
            _ => {
                Slider::new(cx, &parameter).width(Stretch(1.0)).navigable(true);
                NumericField::new(cx, &parameter).navigable(false);
            }
        }
    })
    .class("generic-row");
}

/// Returns true if all choices stand side by side uncut in `room` logical pixels.
fn fits_side_by_side(cx: &mut Context, parameter: &Parameter, room: f32) -> bool {
    let session = cx.data::<Session>().clone();
    let face = Type::new(CAPTION, 600, session.theme.text);
    let choices = parameter.choices();
    let widest = choices.iter().map(|text| session.ink.width(text, face, 1.0)).fold(0.0, f32::max);
    #[expect(clippy::cast_precision_loss, reason = "choices are few")]
    let count = choices.len() as f32;
    count * (widest + 12.0) + 4.0 <= room
}

/// What scrolls: it notes the turns of the wheel that no widget took, before the page takes them.
struct Sheet;

impl View for Sheet {
    fn event(&mut self, cx: &mut EventContext, event: &mut Event) {
        event.map(|event, _| {
            if let WindowEvent::MouseScroll(..) = event {
                let at = (cx.mouse().cursor_x, cx.mouse().cursor_y);
                cx.data::<Session>().page_scrolls(at);
            }
        });
    }
}

/// A parameter's name at the left of its row.
struct Caption {
    text: String,
}

impl View for Caption {
    fn element(&self) -> Option<&'static str> {
        Some("param-caption")
    }

    fn draw(&self, cx: &mut DrawContext, canvas: &Canvas) {
        let session = cx.data::<Session>().clone();
        let pen = Pen::new(cx, &session, canvas);
        let face = Type::new(CAPTION, CAPTION_WEIGHT, pen.theme().dim);
        pen.text(&self.text, face, pen.bounds(), Align::Left);
    }
}
