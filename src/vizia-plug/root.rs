//! The view at the root: takes what other views ask of the window.

use std::cell::Cell;
use std::rc::Rc;

use vizia::prelude::*;

/// Something only the window can do.
#[derive(Debug, Clone, PartialEq)]
pub enum Wish {
    /// Another pointer shape.
    Cursor(CursorIcon),
    /// Another size, in logical pixels.
    Size(u32, u32),
    /// Close.
    Close,
}

pub(crate) struct Root(Rc<Cell<Vec<Wish>>>);

impl Root {
    pub(crate) fn new(wishes: Rc<Cell<Vec<Wish>>>) -> Self {
        Self(wishes)
    }

    fn wish(&self, wish: Wish) {
        let mut wishes = self.0.take();
        wishes.push(wish);
        self.0.set(wishes);
    }
}

impl View for Root {
    fn element(&self) -> Option<&'static str> {
        Some("window")
    }

    fn event(&mut self, cx: &mut EventContext, event: &mut Event) {
        event.map(|event, _| match event {
            WindowEvent::SetCursor(icon) => self.wish(Wish::Cursor(*icon)),
            WindowEvent::SetSize(size) => self.wish(Wish::Size(size.width, size.height)),
            WindowEvent::WindowClose => self.wish(Wish::Close),

            WindowEvent::Redraw => cx.needs_redraw(),
            WindowEvent::ReloadStyles => {
                if let Err(error) = cx.reload_styles() {
                    log::error!("the style sheets were not read: {error}");
                }
            }
            WindowEvent::FocusNext => cx.focus_next(),
            WindowEvent::FocusPrev => cx.focus_prev(),
            _ => {}
        });
    }
}
