//! A field to type a value in.

use vizia::prelude::*;

use super::{close, placed, set};
use crate::param::Parameter;
use crate::session::Session;

/// Height of the field and of the sentence below it, in logical pixels.
const FIELD: f32 = 30.0;
const SENTENCE: f32 = 34.0;

/// Width of the sentence that says why a value was refused, in logical pixels.
const SENTENCE_WIDTH: f32 = 280.0;

pub(super) fn build(cx: &mut Context, anchor: BoundingBox, parameter: Parameter) {
    let session = cx.data::<Session>().clone();
    let text = Signal::new(parameter.shown(parameter.value()));
    let refusal = Signal::new(String::new());
    let width = anchor.w.clamp(96.0, 160.0);
    let above = BoundingBox { y: anchor.y + anchor.h / 2.0 - 19.0, h: 0.0, ..anchor };
    let (x, y, height) = placed(above, width, FIELD, session.size());
    Entry
        .build(cx, move |cx| {
            Textbox::new(cx, text)
                .on_edit(move |_, _| refusal.set_if_changed(String::new()))
                .on_submit(move |cx, text: String, by_enter| match parameter.parsed(&text) {
                    Some(value) => {
                        set(cx, &parameter, value);
                        close(cx);
                    }
                    None if by_enter => refusal.set(parameter.refusal(&text)),
                    None => close(cx),
                })
                .on_cancel(close)
                .class("value-entry")
                .toggle_class("refused", Memo::new(move |_| !refusal.get().is_empty()))
                .name("Value")
                .size(Stretch(1.0));
        })
        .position_type(PositionType::Absolute)
        .left(Pixels(x))
        .top(Pixels(y))
        .width(Pixels(width))
        .height(Pixels(height));
    let below = BoundingBox { x, y, w: width, h: height };
    let (x, y, height) = placed(below, SENTENCE_WIDTH, SENTENCE, session.size());
    Binding::new(cx, refusal, move |cx| {
        let why = refusal.get();
        if why.is_empty() {
            return;
        }
        Label::new(cx, why.clone())
            .class("value-refusal")
            .role(Role::Alert)
            .name(why)
            .position_type(PositionType::Absolute)
            .left(Pixels(x))
            .top(Pixels(y))
            .width(Pixels(SENTENCE_WIDTH))
            .height(Pixels(height));
    });
}

/// The field's frame: a double click inside selects the whole value, since its words (number, unit) make no sense apart.
struct Entry;

impl View for Entry {
    fn element(&self) -> Option<&'static str> {
        Some("value-frame")
    }

    fn event(&mut self, cx: &mut EventContext, event: &mut Event) {
        event.map(|event, meta| match event {
            // follows the field's own answer to the click in the queue
            WindowEvent::MouseDoubleClick(MouseButton::Left) => cx.emit_to(meta.target, TextEvent::SelectAll),
            // vizia's field knows the large Enter key only
            WindowEvent::KeyDown(Code::NumpadEnter, _) => cx.emit_to(meta.target, TextEvent::Submit(true)),
            _ => {}
        });
    }

    fn draw(&self, _: &mut DrawContext, _: &Canvas) {}
}
