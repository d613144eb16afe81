//! One of several: side by side, or in a list that drops down.

use vizia::prelude::*;

use crate::control::{Control, Pull};
use crate::ink::{Align, Type};
use crate::param::Parameter;
use crate::pen::Pen;
use crate::theme::mixed;
use crate::widget::{Enter, Face, Press, State, Widget, focus_ring, value_text};

/// All choices side by side.
pub struct Segmented {
    choices: Vec<String>,
}

impl Segmented {
    /// The choices of a stepped parameter.
    #[allow(clippy::new_ret_no_self, reason = "vizia's views return their handle")]
    pub fn new<'a>(cx: &'a mut Context, parameter: &Parameter) -> Handle<'a, Widget<Self>> {
        Widget::new(cx, parameter, Self { choices: parameter.choices() })
    }

    fn part(&self, bounds: BoundingBox, index: usize) -> BoundingBox {
        #[allow(clippy::cast_precision_loss, reason = "choices are few")]
        let (index, count) = (index as f32, self.choices.len().max(1) as f32);
        let left = (bounds.x + bounds.w * index / count).round();
        let right = (bounds.x + bounds.w * (index + 1.0) / count).round();
        BoundingBox { x: left, w: right - left, ..bounds }
    }
}

impl Face for Segmented {
    fn element(&self) -> &'static str {
        "param-segmented"
    }

    fn role(&self) -> Role {
        Role::RadioGroup
    }

    fn enter(&self) -> Enter {
        Enter::Next
    }

    fn press(&self, at: (f32, f32), control: &Control) -> Press {
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a fraction of a small count, not negative"
        )]
        let choice = (at.0.clamp(0.0, 0.999) * self.choices.len() as f32) as usize;
        Press::Set(control.parameter().value_of_choice(choice))
    }

    fn pull(&self, bounds: BoundingBox, _: f32) -> Pull {
        Pull::Right(bounds.w)
    }

    fn draw(&self, pen: &Pen, state: &State) {
        let theme = pen.theme();
        let chosen = state.parameter.choice(state.value);
        pen.fill(pen.bounds(), 6.0, theme.plot);
        for (index, text) in self.choices.iter().enumerate() {
            let part = self.part(pen.inset(2.0), index);
            if index == chosen {
                pen.fill(part, 4.0, mixed(theme.raised, theme.text, 0.08));
                let (w, h) = (pen.px(14.0), pen.px(2.0));
                let mark = BoundingBox { x: part.x + (part.w - w) / 2.0, y: part.bottom() - h, w, h };
                pen.fill(mark, 1.0, theme.accent);
            }
            let (weight, colour) = if index == chosen { (600, theme.text) } else { (450, theme.dim) };
            let colour =
                if state.hovered && index != chosen { mixed(colour, theme.text, 0.3) } else { colour };
            pen.text(text, Type::new(12.0, weight, colour), part, Align::Centre);
        }
        pen.frame(pen.bounds(), 6.0, 1.0, theme.hairline);
        focus_ring(pen, state, 6.0);
    }
}

/// The chosen one, and a list of the others on demand.
pub struct DropDown;

impl DropDown {
    /// The choices of a stepped parameter.
    #[allow(clippy::new_ret_no_self, reason = "vizia's views return their handle")]
    pub fn new<'a>(cx: &'a mut Context, parameter: &Parameter) -> Handle<'a, Widget<Self>> {
        Widget::new(cx, parameter, Self)
    }
}

impl Face for DropDown {
    fn element(&self) -> &'static str {
        "param-dropdown"
    }

    fn role(&self) -> Role {
        Role::ComboBox
    }

    fn enter(&self) -> Enter {
        Enter::Choose
    }

    fn press(&self, _: (f32, f32), _: &Control) -> Press {
        Press::Choose
    }

    fn pull(&self, bounds: BoundingBox, _: f32) -> Pull {
        Pull::Up(bounds.h)
    }

    fn draw(&self, pen: &Pen, state: &State) {
        let theme = pen.theme();
        let bounds = pen.bounds();
        let ground = if state.hovered { mixed(theme.raised, theme.text, 0.06) } else { theme.raised };
        pen.fill(bounds, 6.0, ground);
        pen.frame(bounds, 6.0, 1.0, theme.hairline);
        let area = BoundingBox { x: bounds.x + pen.px(10.0), w: bounds.w - pen.px(34.0), ..bounds };
        value_text(pen, state, Type::new(12.0, 500, theme.text), area, Align::Left);
        let (x, y) = (bounds.right() - pen.px(14.0), bounds.y + bounds.h / 2.0);
        let d = pen.px(3.5);
        pen.line(&[(x - d, y - d / 2.0), (x, y + d / 2.0), (x + d, y - d / 2.0)], 1.5, theme.dim);
        focus_ring(pen, state, 6.0);
    }
}
