//! A numeric field.

use vizia::prelude::*;

use crate::control::{Control, Pull};
use crate::ink::{Align, Type};
use crate::param::Parameter;
use crate::pen::Pen;
use crate::theme::mixed;
use crate::widget::{Enter, Face, Press, State, Widget, focus_ring, value_text};

/// Logical pixels of a drag over the whole range.
const TRAVEL: f32 = 300.0;

/// The value in figures: drag it up and down, click it to type.
pub struct NumericField;

impl NumericField {
    /// A field bound to a parameter.
    #[allow(clippy::new_ret_no_self, reason = "vizia's views return their handle")]
    pub fn new<'a>(cx: &'a mut Context, parameter: &Parameter) -> Handle<'a, Widget<Self>> {
        Widget::new(cx, parameter, Self)
    }
}

impl Face for NumericField {
    fn element(&self) -> &'static str {
        "param-field"
    }

    fn role(&self) -> Role {
        Role::SpinButton
    }

    fn enter(&self) -> Enter {
        Enter::Type
    }

    fn press(&self, _: (f32, f32), _: &Control) -> Press {
        Press::Drag
    }

    fn pull(&self, _: BoundingBox, scale: f32) -> Pull {
        Pull::Up(TRAVEL * scale)
    }

    fn types_on_click(&self) -> bool {
        true
    }

    fn draw(&self, pen: &Pen, state: &State) {
        let theme = pen.theme();
        let bounds = pen.bounds();
        if state.hovered || state.held {
            pen.fill(bounds, 4.0, theme.raised);
        }
        let colour = if state.held { mixed(theme.text, theme.accent, 0.8) } else { theme.text };
        let area = BoundingBox { x: bounds.x + pen.px(4.0), w: bounds.w - pen.px(8.0), ..bounds };
        value_text(pen, state, Type::new(12.0, 600, colour), area, Align::Right);
        focus_ring(pen, state, 4.0);
    }
}
