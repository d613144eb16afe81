//! The list of pages.

use vizia::prelude::*;

use crate::hand::Touch;
use crate::ink::{Align, Type};
use crate::param::Parameter;
use crate::pen::Pen;
use crate::session::{ParameterChanged, Session};

/// A page's name in the list. A dot says whether the page's switch is on (filled) or off (a ring).
pub(super) struct Tab {
    title: String,
    switch: Option<Parameter>,
    is_chosen: Memo<bool>,
    choose: Box<dyn Fn()>,
    touch: Touch,
}

impl Tab {
    pub(super) fn build_one(
        cx: &mut Context,
        title: String,
        switch: Option<Parameter>,
        is_chosen: Memo<bool>,
        choose: impl Fn() + 'static,
    ) {
        let session = cx.data::<Session>().clone();
        let (name, state) = (title.clone(), spoken(switch.as_ref()));
        let watched = switch.clone();
        let handle = Self { title, switch, is_chosen, choose: Box::new(choose), touch: Touch::default() }
            .build(cx, |_| {})
            .role(Role::Tab)
            .name(name)
            .text_value(state)
            .navigable(true)
            .bind(is_chosen, |mut handle| handle.needs_redraw());
        if let Some(switch) = &watched {
            session.watch(handle.entity(), switch);
        }
    }

    fn draw_dot(pen: &Pen, switch: &Parameter) {
        let (theme, bounds) = (pen.theme(), pen.bounds());
        let centre = (bounds.right() - pen.px(14.0), bounds.y + bounds.h / 2.0);
        if switch.value() > 0.5 {
            pen.disc(centre, 3.5, theme.accent);
        } else {
            pen.ring(centre, 3.0, 1.25, theme.dim);
        }
    }
}

/// The state of a page's switch for assistive technology; empty for a page without one.
fn spoken(switch: Option<&Parameter>) -> String {
    switch.map_or(String::new(), |switch| switch.shown(switch.value()))
}

impl View for Tab {
    fn element(&self) -> Option<&'static str> {
        Some("group-tab")
    }

    fn event(&mut self, cx: &mut EventContext, event: &mut Event) {
        event.map(|_: &ParameterChanged, _| {
            cx.text_value(&spoken(self.switch.as_ref()));
            cx.needs_redraw();
        });
        event.map(|event, meta| {
            self.touch.follow(cx, event);
            match event {
                WindowEvent::PressDown { mouse: true } => (self.choose)(),
                WindowEvent::KeyDown(Code::Enter | Code::NumpadEnter, _) => {
                    meta.consume();
                    (self.choose)();
                }
                WindowEvent::Destroyed => {
                    let view = cx.current();
                    cx.data::<Session>().forget(view);
                }
                _ => {}
            }
        });
    }

    fn draw(&self, cx: &mut DrawContext, canvas: &Canvas) {
        let session = cx.data::<Session>().clone();
        let pen = Pen::new(cx, &session, canvas);
        let theme = pen.theme();
        let bounds = pen.bounds();
        let chosen = self.is_chosen.get();
        if chosen {
            pen.fill(bounds, 6.0, theme.raised);
            let mark = BoundingBox {
                x: bounds.x + pen.px(4.0),
                y: bounds.y + pen.px(8.0),
                w: pen.px(2.5),
                h: bounds.h - pen.px(16.0),
            };
            pen.fill(mark, 1.25, theme.accent);
        }
        let colour = if chosen || self.touch.hovered { theme.text } else { theme.dim };
        let area = BoundingBox { x: bounds.x + pen.px(14.0), w: bounds.w - pen.px(38.0), ..bounds };
        let weight = if chosen { 600 } else { 450 };
        pen.text(&self.title, Type::new(12.0, weight, colour), area, Align::Left);
        if let Some(switch) = &self.switch {
            Self::draw_dot(&pen, switch);
        }
        if self.touch.ring {
            pen.frame(bounds, 6.0, 1.5, theme.accent);
        }
    }
}
