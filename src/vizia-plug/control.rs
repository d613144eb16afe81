//! One parameter under the user's hand: gestures to the host, and the value to show meanwhile.

use std::time::{Duration, Instant};

use vizia::prelude::*;

use crate::param::Parameter;
use crate::session::{ParameterChanged, Session};

/// Factor by which shift shortens a drag.
const FINE: f32 = 0.1;

/// Time for which a value is shown as the user left it, although the host has not confirmed it.
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
    /// The normalised value under the pointer, before it is snapped to the parameter's grid.
    value: f32,
    moved: bool,
}

impl Control {
    /// Creates a control of `parameter`; no drag is under way.
    pub fn new(parameter: Parameter) -> Self {
        Self { parameter, drag: None, shown: None }
    }

    /// Returns the parameter.
    pub fn parameter(&self) -> &Parameter {
        &self.parameter
    }

    /// Returns the value to show: what the user has just set, else what the host says.
    pub fn value(&self) -> f32 {
        match self.shown {
            Some((value, since)) if self.drag.is_some() || since.elapsed() < PATIENCE => value,
            _ => self.parameter.value(),
        }
    }

    /// Returns the modulated value while the host modulates the parameter.
    pub fn modulated(&self) -> Option<f32> {
        let (base, modulated) = (self.parameter.value(), self.parameter.modulated());
        ((base - modulated).abs() > 1e-6).then_some(modulated)
    }

    /// Returns true while a drag is under way.
    pub fn held(&self) -> bool {
        self.drag.is_some()
    }

    /// Takes note that the parameter moved: unless a drag is under way, its present value is shown from now on.
    pub fn changed(&mut self) {
        if self.drag.is_none() {
            self.shown = None;
        }
    }

    /// Sets `value` in one complete gesture.
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

    /// Sets the default in one complete gesture, after ending one under way.
    pub fn reset(&mut self, cx: &mut EventContext) {
        self.release(cx);
        self.set_once(cx, self.parameter.default_value());
    }

    /// Sets the next or the previous step; `fine` steps are smaller where the parameter is continuous.
    pub fn step(&mut self, cx: &mut EventContext, up: bool, fine: bool) {
        self.set_once(cx, self.parameter.stepped(self.value(), up, fine));
    }

    /// Begins a drag at `at`, in physical pixels.
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

    /// Moves a drag under way to `at`, in physical pixels; with shift a tenth as far.
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

    /// During a drag, sets the snapped value; the host is told when it differs.
    pub fn set_held(&mut self, cx: &mut EventContext, value: f32) {
        let value = self.parameter.snapped(value);
        if self.drag.is_some() && value != self.value() {
            cx.data::<Session>().host.clone().set(&self.parameter, value);
            self.show(cx, value);
        }
    }

    /// Ends a drag. Returns true if it had moved.
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

    /// Acts on an arrow key: one step, a finer one with shift. Returns false for any other key.
    pub fn key(&mut self, cx: &mut EventContext, code: Code) -> bool {
        let up = match code {
            Code::ArrowUp | Code::ArrowRight => true,
            Code::ArrowDown | Code::ArrowLeft => false,
            _ => return false,
        };
        let fine = cx.modifiers().shift();
        self.step(cx, up, fine);
        true
    }

    /// Tells assistive technology the value.
    pub fn announce(&self, cx: &mut EventContext) {
        let value = self.value();
        cx.text_value(&self.parameter.shown(value));
        cx.numeric_value(f64::from(value));
    }

    fn show(&mut self, cx: &mut EventContext, value: f32) {
        self.shown = Some((value, Instant::now()));
        self.announce(cx);
        cx.needs_redraw();
    }
}
