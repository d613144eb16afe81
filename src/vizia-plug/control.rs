//! The hand on a parameter: gestures, dragging, keys, wheel. Shared by every widget, whatever it looks like.

use std::time::{Duration, Instant};

use vizia::prelude::*;

use crate::overlay;
use crate::param::Parameter;
use crate::session::{ParameterChanged, Session};

/// With shift, a drag moves this much as far.
const FINE: f32 = 0.1;

/// How long a value is shown as the user left it while the host has not passed it on.
const PATIENCE: Duration = Duration::from_millis(500);

/// How a drag moves the value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pull {
    /// Upwards is more; the whole range is this many physical pixels.
    Up(f32),
    /// To the right is more.
    Right(f32),
}

/// One parameter under the user's hand.
pub struct Control {
    parameter: Parameter,
    drag: Option<Drag>,
    /// What the user last set, until the host confirms.
    shown: Option<(f32, Instant)>,
}

struct Drag {
    last: (f32, f32),
    /// Where the hand is, not yet on the parameter's grid.
    value: f32,
    moved: bool,
}

impl Control {
    /// Nothing held yet.
    pub fn new(parameter: Parameter) -> Self {
        Self { parameter, drag: None, shown: None }
    }

    /// The parameter.
    pub fn parameter(&self) -> &Parameter {
        &self.parameter
    }

    /// The value to show: what the user just set, else what the host says.
    pub fn value(&self) -> f32 {
        match self.shown {
            Some((value, since)) if self.drag.is_some() || since.elapsed() < PATIENCE => value,
            _ => self.parameter.value(),
        }
    }

    /// The modulated value, when the host modulates and no hand is on it.
    pub fn modulated(&self) -> Option<f32> {
        let (base, modulated) = (self.parameter.value(), self.parameter.modulated());
        ((base - modulated).abs() > 1e-6).then_some(modulated)
    }

    /// True while the user drags.
    pub fn held(&self) -> bool {
        self.drag.is_some()
    }

    /// The parameter moved: if not by this hand's drag, show what it is now.
    pub fn changed(&mut self) {
        if self.drag.is_none() {
            self.shown = None;
        }
    }

    /// One complete gesture to `value`.
    pub fn set_once(&mut self, cx: &mut EventContext, value: f32) {
        let value = self.parameter.snapped(value);
        if self.drag.is_some() || value == self.value() {
            return;
        }
        let host = cx.data::<Session>().host.clone();
        host.begin(&self.parameter);
        host.set(&self.parameter, value);
        host.end(&self.parameter);
        self.show(cx, value);
        let view = cx.current();
        cx.schedule_emit_to(view, ParameterChanged, Instant::now() + PATIENCE);
    }

    /// Back to the default.
    pub fn reset(&mut self, cx: &mut EventContext) {
        self.release(cx);
        self.set_once(cx, self.parameter.default_value());
    }

    /// The next or previous step.
    pub fn step(&mut self, cx: &mut EventContext, up: bool, fine: bool) {
        self.set_once(cx, self.parameter.stepped(self.value(), up, fine));
    }

    /// Takes hold at `at` (physical pixels).
    pub fn grab(&mut self, cx: &mut EventContext, at: (f32, f32)) {
        if self.drag.is_some() {
            return;
        }
        self.drag = Some(Drag { last: at, value: self.value(), moved: false });
        self.shown = Some((self.value(), Instant::now()));
        cx.data::<Session>().host.clone().begin(&self.parameter);
        cx.capture();
        cx.needs_redraw();
    }

    /// The hand moves to `at`; with shift ten times finer.
    pub fn drag(&mut self, cx: &mut EventContext, at: (f32, f32), pull: Pull) {
        let fine = if cx.modifiers().shift() { FINE } else { 1.0 };
        let Some(drag) = &mut self.drag else { return };
        let by = match pull {
            Pull::Up(range) => (drag.last.1 - at.1) / range.max(1.0),
            Pull::Right(range) => (at.0 - drag.last.0) / range.max(1.0),
        };
        drag.last = at;
        drag.moved |= by != 0.0;
        drag.value = (drag.value + by * fine).clamp(0.0, 1.0);
        let value = drag.value;
        self.set_held(cx, value);
    }

    /// While held: the value wanted, snapped; the host hears of it when it differs.
    pub fn set_held(&mut self, cx: &mut EventContext, value: f32) {
        let value = self.parameter.snapped(value);
        if self.drag.is_some() && value != self.value() {
            cx.data::<Session>().host.clone().set(&self.parameter, value);
            self.show(cx, value);
        }
    }

    /// Lets go. True if the hand had moved.
    pub fn release(&mut self, cx: &mut EventContext) -> bool {
        let Some(drag) = self.drag.take() else { return false };
        cx.data::<Session>().host.clone().end(&self.parameter);
        cx.release();
        if let Some((_, since)) = &mut self.shown {
            *since = Instant::now();
        }
        let view = cx.current();
        cx.schedule_emit_to(view, ParameterChanged, Instant::now() + PATIENCE);
        cx.needs_redraw();
        drag.moved
    }

    /// Arrow keys (shift: finer) and alt+Enter for the menu. True if the key was one of them.
    pub fn key(&mut self, cx: &mut EventContext, code: Code) -> bool {
        let fine = cx.modifiers().shift();
        match code {
            Code::ArrowUp | Code::ArrowRight => self.step(cx, true, fine),
            Code::ArrowDown | Code::ArrowLeft => self.step(cx, false, fine),
            Code::Enter | Code::NumpadEnter if cx.modifiers().alt() => {
                overlay::parameter_menu(cx, &self.parameter);
            }
            _ => return false,
        }
        true
    }

    /// Tells assistive technology the value.
    pub fn announce(&self, cx: &mut EventContext) {
        let value = self.value();
        cx.text_value(&self.parameter.text(value));
        cx.numeric_value(f64::from(value));
    }

    fn show(&mut self, cx: &mut EventContext, value: f32) {
        self.shown = Some((value, Instant::now()));
        self.announce(cx);
        cx.needs_redraw();
    }
}
