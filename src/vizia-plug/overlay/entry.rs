//! A field to type a value in.

use vizia::prelude::*;

use super::{close, placed, set};
use crate::param::Parameter;
use crate::session::Session;

pub(super) fn build(cx: &mut Context, anchor: BoundingBox, parameter: Parameter) {
    let session = cx.data::<Session>().clone();
    let text = Signal::new(parameter.text(parameter.value()));
    let valid = parameter.clone();
    let width = anchor.w.clamp(96.0, 160.0);
    let (x, y, height) = placed(
        BoundingBox { y: anchor.y + anchor.h / 2.0 - 19.0, h: 0.0, ..anchor },
        width,
        30.0,
        session.size(),
    );
    Textbox::new(cx, text)
        .validate(move |text: &String| valid.parsed(text).is_some())
        .on_submit(move |cx, text: String, _| {
            if let Some(value) = parameter.parsed(&text) {
                set(cx, &parameter, value);
            }
            close(cx);
        })
        .on_cancel(close)
        .class("value-entry")
        .name("Value")
        .position_type(PositionType::Absolute)
        .left(Pixels(x))
        .top(Pixels(y))
        .width(Pixels(width))
        .height(Pixels(height));
}
