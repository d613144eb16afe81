//! A horizontal slider.

use vizia::prelude::*;

use super::knob::origin;
use crate::control::{Control, Pull};
use crate::param::Parameter;
use crate::pen::{Pen, shrunk};
use crate::theme::faded;
use crate::widget::{Enter, Face, Press, State, Widget, focus_ring};

/// How far the thumb's middle keeps from either end, in logical pixels.
const MARGIN: f32 = 7.0;

/// A slider. A press does not jump to the pointer: a stray click never changes the sound.
pub struct Slider;

impl Slider {
    /// A slider bound to a parameter.
    #[allow(clippy::new_ret_no_self, reason = "vizia's views return their handle")]
    pub fn new<'a>(cx: &'a mut Context, parameter: &Parameter) -> Handle<'a, Widget<Self>> {
        Widget::new(cx, parameter, Self)
    }
}

impl Face for Slider {
    fn element(&self) -> &'static str {
        "param-slider"
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

    fn pull(&self, bounds: BoundingBox, scale: f32) -> Pull {
        Pull::Right(bounds.w - 2.0 * MARGIN * scale)
    }

    fn draw(&self, pen: &Pen, state: &State) {
        let theme = pen.theme();
        let bounds = pen.bounds();
        let (margin, thick) = (pen.px(MARGIN), pen.px(4.0));
        let track = BoundingBox {
            x: bounds.x,
            y: (bounds.y + (bounds.h - thick) / 2.0).round(),
            w: bounds.w,
            h: thick,
        };
        let x = |value: f32| track.x + margin + (track.w - 2.0 * margin) * value.clamp(0.0, 1.0);
        let span = |a: f32, b: f32| BoundingBox { x: a.min(b), w: (a - b).abs(), ..track };
        let origin = origin(&state.parameter);
        pen.fill(track, 2.0, theme.hairline);
        pen.fill(span(if origin > 0.0 { x(origin) } else { track.x }, x(state.value)), 2.0, theme.accent);
        if let Some(modulated) = state.modulated {
            pen.fill(shrunk(span(x(state.value), x(modulated)), pen.px(1.0)), 1.0, faded(theme.text, 0.85));
        }
        let centre = (x(state.value), track.y + track.h / 2.0);
        let radius = if state.held || state.hovered { 7.0 } else { 6.0 };
        pen.disc(centre, radius, theme.text);
        pen.ring(centre, radius, 2.0, theme.panel);
        focus_ring(pen, state, 6.0);
    }
}
