//! A switch.

use vizia::prelude::*;

use crate::control::{Control, Pull};
use crate::ink::{Align, Type};
use crate::param::Parameter;
use crate::pen::Pen;
use crate::theme::mixed;
use crate::widget::{Enter, Face, Press, State, Widget, focus_ring, value_text};

/// A switch with its state written beside it: never by colour alone.
pub struct Toggle;

impl Toggle {
    /// A switch bound to a parameter of two values.
    #[allow(clippy::new_ret_no_self, reason = "vizia's views return their handle")]
    pub fn new<'a>(cx: &'a mut Context, parameter: &Parameter) -> Handle<'a, Widget<Self>> {
        Widget::new(cx, parameter, Self)
    }
}

impl Face for Toggle {
    fn element(&self) -> &'static str {
        "param-toggle"
    }

    fn role(&self) -> Role {
        Role::Switch
    }

    fn enter(&self) -> Enter {
        Enter::Next
    }

    fn press(&self, _: (f32, f32), control: &Control) -> Press {
        Press::Set(if control.value() > 0.5 { 0.0 } else { 1.0 })
    }

    fn pull(&self, bounds: BoundingBox, _: f32) -> Pull {
        Pull::Right(bounds.w)
    }

    fn draw(&self, pen: &Pen, state: &State) {
        let theme = pen.theme();
        let bounds = pen.bounds();
        let on = state.value > 0.5;
        let (w, h) = (pen.px(28.0), pen.px(16.0));
        let pill =
            BoundingBox { x: bounds.x + pen.px(5.0), y: (bounds.y + (bounds.h - h) / 2.0).round(), w, h };
        let ground = if on { theme.accent } else { theme.raised };
        pen.fill(pill, 8.0, if state.hovered { mixed(ground, theme.text, 0.12) } else { ground });
        if !on {
            pen.frame(pill, 8.0, 1.0, theme.faint);
        }
        let x = if on { pill.right() - h / 2.0 } else { pill.x + h / 2.0 };
        pen.disc((x, pill.y + h / 2.0), 5.0, if on { theme.background } else { theme.dim });
        let left = pill.right() + pen.px(8.0);
        let area = BoundingBox { x: left, w: bounds.right() - left, ..bounds };
        let colour = if on { theme.text } else { theme.dim };
        value_text(pen, state, Type::new(12.0, 500, colour), area, Align::Left);
        focus_ring(pen, state, 6.0);
    }
}
