//! A parameter's widget is a [`Face`] (how it looks and what a press means) on top of a [`Control`] (the parameter's value) and a
//! [`Hand`] (the gestures).

use vizia::prelude::*;

use crate::control::{Control, Pull};
use crate::hand::{self, Hand, Touch};
use crate::ink::{Align, Type};
use crate::overlay;
use crate::param::Parameter;
use crate::pen::Pen;
use crate::session::{ParameterChanged, Session};

/// What a press of the left button on a widget does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Press {
    /// Starts a drag.
    Drag,
    /// Sets a value at once.
    Set(f32),
    /// Opens the list of choices.
    Choose,
    /// Nothing.
    Nothing,
}

/// What a click without movement, or Enter, does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enter {
    /// Types a value.
    Type,
    /// Goes to the next choice, after the last the first.
    Next,
    /// Opens the list of choices.
    Choose,
}

/// The look of a widget and what its gestures mean where widgets differ.
pub trait Face: 'static {
    /// Its name in style sheets.
    fn element(&self) -> &'static str;
    /// What it is to assistive technology.
    fn role(&self) -> Role;
    /// What Enter does.
    fn enter(&self) -> Enter;
    /// What a press at `at` (0 to 1 across the box) does.
    fn press(&self, at: (f32, f32), control: &Control) -> Press;
    /// How a drag in a box of this size pulls.
    fn pull(&self, bounds: BoundingBox, scale: f32) -> Pull;
    /// True if a click without movement types a value instead of a double click resetting it.
    fn types_on_click(&self) -> bool {
        false
    }
    /// Draws it.
    fn draw(&self, pen: &Pen, state: &State);
}

/// What a face needs to know to draw.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// The parameter.
    pub parameter: Parameter,
    /// The value to show.
    pub value: f32,
    /// The value after the host's modulation, when it differs.
    pub modulated: Option<f32>,
    /// The pointer is over it.
    pub hovered: bool,
    /// The user drags it.
    pub held: bool,
    /// It has the keyboard's focus ring.
    pub ring: bool,
}

/// A widget bound to one parameter.
pub struct Widget<F> {
    face: F,
    control: Control,
    touch: Touch,
}

impl<F: Face> Widget<F> {
    /// Builds the widget into the tree, named and valued for assistive technology, reachable by Tab.
    pub fn new<'a>(cx: &'a mut Context, parameter: &Parameter, face: F) -> Handle<'a, Self> {
        let role = face.role();
        let control = Control::new(parameter.clone());
        let session = cx.data::<Session>().clone();
        let handle = Self { face, control, touch: Touch::default() }.build(cx, |_| {});
        session.watch(handle.entity(), parameter);
        handle
            .role(role)
            .name(parameter.name().to_owned())
            .text_value(parameter.shown(parameter.value()))
            .numeric_value(f64::from(parameter.value()))
            .navigable(true)
    }

    fn enter(&mut self, cx: &mut EventContext) {
        // what opens makes gestures of its own: a parameter takes one at a time
        self.control.release(cx);
        let parameter = self.control.parameter().clone();
        match self.face.enter() {
            Enter::Type => overlay::entry(cx, &parameter),
            Enter::Choose => overlay::choices(cx, &parameter),
            Enter::Next => {
                let choice = parameter.choice(self.control.value()) + 1;
                let choice = if choice > parameter.steps().unwrap_or(1) { 0 } else { choice };
                self.control.set_once(cx, parameter.value_of_choice(choice));
            }
        }
    }
}

impl<F: Face> Hand for Widget<F> {
    fn touch(&mut self) -> &mut Touch {
        &mut self.touch
    }

    fn held(&self) -> bool {
        self.control.held()
    }

    fn press(&mut self, cx: &mut EventContext, (x, y): (f32, f32)) {
        let bounds = cx.bounds();
        let at = ((x - bounds.x) / bounds.w.max(1.0), (y - bounds.y) / bounds.h.max(1.0));
        match self.face.press(at, &self.control) {
            Press::Drag => self.control.grab(cx, (x, y)),
            Press::Set(value) => self.control.set_once(cx, value),
            Press::Choose => overlay::choices(cx, self.control.parameter()),
            Press::Nothing => {}
        }
    }

    fn press_again(&mut self, cx: &mut EventContext, at: (f32, f32)) {
        if self.face.types_on_click() {
            self.control.release(cx);
            overlay::entry(cx, self.control.parameter());
        } else if cx.modifiers().alt() || self.face.press((0.5, 0.5), &self.control) == Press::Drag {
            self.control.reset(cx);
        } else {
            self.press(cx, at);
        }
    }

    fn drag(&mut self, cx: &mut EventContext, to: (f32, f32)) {
        let pull = self.face.pull(cx.bounds(), cx.scale_factor());
        self.control.drag(cx, to, pull);
    }

    fn let_go(&mut self, cx: &mut EventContext) {
        let was_held = self.control.held();
        let moved = self.control.release(cx);
        if was_held && !moved && self.face.types_on_click() {
            overlay::entry(cx, self.control.parameter());
        }
    }

    fn release(&mut self, cx: &mut EventContext) {
        self.control.release(cx);
    }

    fn reset(&mut self, cx: &mut EventContext) {
        self.control.reset(cx);
    }

    fn menu(&mut self, cx: &mut EventContext) {
        overlay::parameter_menu(cx, self.control.parameter());
    }

    fn step(&mut self, cx: &mut EventContext, up: bool, fine: bool) {
        self.control.step(cx, up, fine);
    }

    fn key(&mut self, cx: &mut EventContext, code: Code) -> bool {
        let enter = matches!(code, Code::Enter | Code::NumpadEnter);
        if enter {
            self.enter(cx);
        }
        enter || self.control.key(cx, code)
    }
}

impl<F: Face> View for Widget<F> {
    fn element(&self) -> Option<&'static str> {
        Some(self.face.element())
    }

    fn accessibility(&self, _: &mut AccessContext, node: &mut AccessNode) {
        node.set_min_numeric_value(0.0);
        node.set_max_numeric_value(1.0);
    }

    fn event(&mut self, cx: &mut EventContext, event: &mut Event) {
        event.map(|_: &ParameterChanged, _| {
            self.control.changed();
            self.control.announce(cx);
            cx.needs_redraw();
        });
        event.map(|event: &WindowEvent, meta| hand::handle(self, cx, event, meta));
    }

    fn draw(&self, cx: &mut DrawContext, canvas: &Canvas) {
        let state = State {
            parameter: self.control.parameter().clone(),
            value: self.control.value(),
            modulated: self.control.modulated(),
            hovered: self.touch.hovered,
            held: self.control.held(),
            ring: self.touch.ring,
        };
        let session = cx.data::<Session>().clone();
        self.face.draw(&Pen::new(cx, &session, canvas), &state);
    }
}

/// Draws the visible focus ring, just inside the widget's box.
pub fn focus_ring(pen: &Pen, state: &State, radius: f32) {
    if state.ring {
        pen.frame(pen.bounds(), radius, 1.5, pen.theme().accent);
    }
}

/// Draws a parameter's present value as text.
pub fn value_text(pen: &Pen, state: &State, face: Type, area: BoundingBox, align: Align) {
    pen.text(&state.parameter.shown(state.value), face, area, align);
}
