//! A knob: an arc from the default or the minimum to the value, with a needle.

use vizia::prelude::*;

use crate::control::{Control, Pull};
use crate::ink::{Align, Type};
use crate::param::Parameter;
use crate::pen::Pen;
use crate::theme::{faded, mixed};
use crate::widget::{Enter, Face, Press, State, Widget, focus_ring, value_text};

/// Degrees clockwise from three o'clock where the scale begins.
const START: f32 = 135.0;
/// Degrees the scale spans.
const SWEEP: f32 = 270.0;
/// Logical pixels of a drag over the whole range.
const TRAVEL: f32 = 200.0;

/// A knob. Drag it up and down; its arc starts where "nothing" is: at the default when that lies inside the range, else
/// at the minimum.
pub struct Knob {
    figures: bool,
    colour: Option<Color>,
}

impl Knob {
    /// The dial alone.
    #[allow(clippy::new_ret_no_self, reason = "vizia's views return their handle")]
    pub fn new<'a>(cx: &'a mut Context, parameter: &Parameter) -> Handle<'a, Widget<Self>> {
        Widget::new(cx, parameter, Self { figures: false, colour: None })
    }

    /// The dial with value and name at its right.
    pub fn with_figures<'a>(cx: &'a mut Context, parameter: &Parameter) -> Handle<'a, Widget<Self>> {
        Widget::new(cx, parameter, Self { figures: true, colour: None }).class("with-figures")
    }

    /// Either, in a hue of its own.
    pub fn coloured<'a>(
        cx: &'a mut Context,
        parameter: &Parameter,
        figures: bool,
        colour: Color,
    ) -> Handle<'a, Widget<Self>> {
        let handle = Widget::new(cx, parameter, Self { figures, colour: Some(colour) });
        if figures { handle.class("with-figures") } else { handle }
    }

    fn dial(&self, pen: &Pen, state: &State, centre: (f32, f32), radius: f32) {
        let theme = pen.theme();
        let colour = self.colour.unwrap_or(theme.accent);
        let rim = radius - 1.5;
        pen.disc(
            centre,
            radius - 5.0,
            if state.hovered || state.held { mixed(theme.raised, theme.text, 0.08) } else { theme.raised },
        );
        pen.arc(centre, rim, 3.0, START, START + SWEEP, theme.hairline);
        let angle = |value: f32| START + SWEEP * value.clamp(0.0, 1.0);
        let (from, to) = (angle(origin(&state.parameter)), angle(state.value));
        if (to - from).abs() > 0.5 {
            pen.arc(centre, rim, 3.0, from.min(to), from.max(to), colour);
        }
        if let Some(modulated) = state.modulated {
            let at = angle(modulated);
            let (low, high) = (to.min(at), to.max(at));
            pen.arc(centre, rim - 4.0, 1.5, low, high, faded(theme.text, 0.85));
        }
        let needle = |distance: f32| {
            let (sin, cos) = to.to_radians().sin_cos();
            (centre.0 + pen.px(distance) * cos, centre.1 + pen.px(distance) * sin)
        };
        pen.line(&[needle(radius * 0.22), needle(radius - 8.0)], 2.0, theme.text);
    }
}

impl Face for Knob {
    fn element(&self) -> &'static str {
        "param-knob"
    }

    fn role(&self) -> Role {
        Role::Slider
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

    fn draw(&self, pen: &Pen, state: &State) {
        let bounds = pen.bounds();
        let size = bounds.h.min(bounds.w);
        let centre =
            (bounds.x + if self.figures { size / 2.0 } else { bounds.w / 2.0 }, bounds.y + bounds.h / 2.0);
        self.dial(pen, state, centre, size / pen.px(1.0) / 2.0 - 2.0);
        if self.figures {
            let theme = pen.theme();
            let left = bounds.x + size + pen.px(6.0);
            let half = bounds.h / 2.0;
            let area = BoundingBox { x: left, y: bounds.y, w: bounds.right() - left - pen.px(4.0), h: half };
            let upper = BoundingBox { y: bounds.y + pen.px(2.0), h: half - pen.px(1.0), ..area };
            let lower = BoundingBox { y: bounds.y + half, h: half - pen.px(3.0), ..area };
            value_text(pen, state, Type::new(13.0, 600, theme.text), upper, Align::Left);
            pen.text(state.parameter.name(), Type::new(10.5, 400, theme.dim), lower, Align::Left);
        }
        focus_ring(pen, state, 8.0);
    }
}

/// Where the arc begins.
pub(super) fn origin(parameter: &Parameter) -> f32 {
    let default = parameter.default_value();
    if (0.1..=0.9).contains(&default) && parameter.steps().is_none() { default } else { 0.0 }
}
