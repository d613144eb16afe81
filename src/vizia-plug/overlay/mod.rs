//! What floats above the editor: menus and the entry field. All inside the window, since a plugin may open no other.

mod entry;
mod menu;

use std::rc::Rc;

use vizia::prelude::*;

use crate::param::{Parameter, with_minus};
use crate::session::Session;

pub use menu::Item;

#[derive(Clone)]
pub(crate) struct Popup {
    anchor: BoundingBox,
    kind: Kind,
}

#[derive(Clone)]
enum Kind {
    Menu(Rc<Vec<Item>>),
    Entry(Parameter),
}

/// Opens a menu below (or above) the current view.
pub fn menu(cx: &mut EventContext, items: Vec<Item>) {
    let anchor = logical(cx);
    open(cx, Popup { anchor, kind: Kind::Menu(Rc::new(items)) });
}

/// Opens a field to type a value for `parameter` over the current view.
pub fn entry(cx: &mut EventContext, parameter: &Parameter) {
    let anchor = logical(cx);
    open(cx, Popup { anchor, kind: Kind::Entry(parameter.clone()) });
}

/// The choices of a stepped parameter.
pub fn choices(cx: &mut EventContext, parameter: &Parameter) {
    let chosen = parameter.choice(parameter.value());
    let items = parameter.choices().into_iter().enumerate().map(|(index, text)| {
        let parameter = parameter.clone();
        let value = parameter.value_of_choice(index);
        Item::new(with_minus(&text), move |cx| set(cx, &parameter, value)).checked(index == chosen)
    });
    menu(cx, items.collect());
}

/// The menu every widget has: back to the default, type, copy, paste.
pub fn parameter_menu(cx: &mut EventContext, parameter: &Parameter) {
    parameters_menu(cx, &[parameter]);
}

/// The same for a widget of several parameters.
pub fn parameters_menu(cx: &mut EventContext, parameters: &[&Parameter]) {
    let anchor = logical(cx);
    let mut items = Vec::new();
    for parameter in parameters {
        let whose = if parameters.len() > 1 { format!("{}: ", parameter.name()) } else { String::new() };
        let own = || (*parameter).clone();
        let (reset, typed, copied, pasted) = (own(), own(), own(), own());
        items.push(
            Item::new(format!("{whose}Reset to default"), move |cx| set(cx, &reset, reset.default_value()))
                .detail(parameter.shown(parameter.default_value())),
        );
        items.push(Item::new(format!("{whose}Type a value…"), move |cx| {
            open(cx, Popup { anchor, kind: Kind::Entry(typed.clone()) });
        }));
        items.push(
            Item::new(format!("{whose}Copy"), move |cx| {
                // A clipboard that cannot be reached leaves nothing to do; the menu closes all the same.
                let _ = cx.set_clipboard(copied.text(copied.value()));
            })
            .detail(parameter.shown(parameter.value())),
        );
        items.push(Item::new(format!("{whose}Paste"), move |cx| {
            if let Some(value) = cx.get_clipboard().ok().and_then(|text| pasted.parsed(&text)) {
                set(cx, &pasted, value);
            }
        }));
    }
    menu(cx, items);
}

/// One complete gesture.
pub(crate) fn set(cx: &mut EventContext, parameter: &Parameter, value: f32) {
    let host = cx.data::<Session>().host.clone();
    host.begin(parameter);
    host.set(parameter, parameter.snapped(value));
    host.end(parameter);
}

fn open(cx: &mut EventContext, popup: Popup) {
    let signal = cx.data::<Session>().popup;
    signal.set(Some(popup));
}

fn close(cx: &mut EventContext) {
    let signal = cx.data::<Session>().popup;
    signal.set(None);
}

/// The current view's box in logical pixels.
fn logical(cx: &mut EventContext) -> BoundingBox {
    let scale = cx.scale_factor();
    let mut bounds = cx.bounds();
    let here = cx.transform().map_rect(vizia::vg::Rect::from(bounds)).0;
    (bounds.x, bounds.y) = (here.left(), here.top());
    BoundingBox { x: bounds.x / scale, y: bounds.y / scale, w: bounds.w / scale, h: bounds.h / scale }
}

/// Builds whatever is open above everything built before it.
pub(crate) fn layer(cx: &mut Context) {
    let popup = cx.data::<Session>().popup;
    Binding::new(cx, popup, move |cx| {
        let Some(popup) = popup.get() else { return };
        Veil.build(cx, move |cx| match popup.kind {
            Kind::Menu(items) => menu::build(cx, popup.anchor, &items),
            Kind::Entry(parameter) => entry::build(cx, popup.anchor, parameter),
        })
        .position_type(PositionType::Absolute)
        .size(Percentage(100.0))
        .z_index(100)
        .lock_focus_to_within();
    });
}

/// Below the anchor if there is room, else above it; never outside the window.
fn placed(anchor: BoundingBox, width: f32, height: f32, window: (f32, f32)) -> (f32, f32, f32) {
    let gap = 4.0;
    let height = height.min(window.1 - 2.0 * gap);
    let below = anchor.y + anchor.h + gap;
    let y = if below + height <= window.1 - gap { below } else { anchor.y - gap - height };
    let y = y.clamp(gap, (window.1 - gap - height).max(gap));
    (anchor.x.clamp(gap, (window.0 - gap - width).max(gap)), y, height)
}

/// Everything behind a popup; a press on it closes the popup.
struct Veil;

impl View for Veil {
    fn element(&self) -> Option<&'static str> {
        Some("veil")
    }

    fn event(&mut self, cx: &mut EventContext, event: &mut Event) {
        event.map(|event, meta| match event {
            WindowEvent::MouseDown(_) | WindowEvent::MouseDoubleClick(_) if meta.target == cx.current() => {
                close(cx);
            }
            WindowEvent::KeyDown(Code::Escape, _) => {
                meta.consume();
                close(cx);
            }
            WindowEvent::MouseScroll(..) => meta.consume(),
            _ => {}
        });
    }

    fn draw(&self, _: &mut DrawContext, _: &Canvas) {}
}
