//! A parameter's widget is a [`Face`] (how it looks and what a press means) on top of a [`Control`] (the hand).

use vizia::events::EventMeta;
use vizia::prelude::*;

use crate::control::{Control, Pull};
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

/// The look of a widget and the little that differs in how it is handled.
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

/// When the wheel moves a value rather than scroll the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Wheel {
    /// Whenever the pointer is over the widget.
    #[default]
    Always,
    /// Only once the widget has been clicked or tabbed to: for pages that scroll.
    WhenFocused,
}

/// A widget bound to one parameter.
pub struct Widget<F> {
    face: F,
    control: Control,
    wheel: Wheel,
    hovered: bool,
    ring: bool,
}

impl<F: Face> Widget<F> {
    /// Builds the widget into the tree, named and valued for assistive technology, reachable by Tab.
    pub fn new<'a>(cx: &'a mut Context, parameter: &Parameter, face: F) -> Handle<'a, Self> {
        let role = face.role();
        let control = Control::new(parameter.clone());
        let session = cx.data::<Session>().clone();
        let handle =
            Self { face, control, wheel: Wheel::default(), hovered: false, ring: false }.build(cx, |_| {});
        session.watch(handle.entity(), parameter);
        handle
            .role(role)
            .name(parameter.name().to_owned())
            .text_value(parameter.text(parameter.value()))
            .numeric_value(f64::from(parameter.value()))
            .navigable(true)
    }

    fn pressed(&mut self, cx: &mut EventContext) {
        if cx.is_disabled() {
            return;
        }
        if cx.modifiers().alt() {
            return self.control.reset(cx);
        }
        let (x, y) = (cx.mouse().cursor_x, cx.mouse().cursor_y);
        let bounds = cx.bounds();
        let at = ((x - bounds.x) / bounds.w.max(1.0), (y - bounds.y) / bounds.h.max(1.0));
        match self.face.press(at, &self.control) {
            Press::Drag => self.control.grab(cx, (x, y)),
            Press::Set(value) => self.control.set_once(cx, value),
            Press::Choose => overlay::choices(cx, self.control.parameter()),
            Press::Nothing => {}
        }
    }

    fn released(&mut self, cx: &mut EventContext) {
        let was_held = self.control.held();
        let moved = self.control.release(cx);
        if was_held && !moved && self.face.types_on_click() {
            overlay::entry(cx, self.control.parameter());
        }
    }

    fn scrolled(&mut self, cx: &mut EventContext, lines: f32, meta: &mut EventMeta) {
        let wanted = self.wheel == Wheel::Always || cx.focused() == cx.current();
        if wanted && lines != 0.0 && !cx.is_disabled() {
            meta.consume();
            if !self.control.held() {
                let fine = cx.modifiers().shift();
                self.control.step(cx, lines > 0.0, fine);
            }
        }
    }

    fn key(&mut self, cx: &mut EventContext, code: Code, meta: &mut EventMeta) {
        if cx.is_disabled() {
            return;
        }
        let taken =
            self.control.key(cx, code) || matches!(code, Code::Enter | Code::NumpadEnter) && self.enter(cx);
        if taken {
            meta.consume();
        }
    }

    fn enter(&mut self, cx: &mut EventContext) -> bool {
        // what opens has hands of its own: one gesture of a parameter at a time
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
        true
    }

    fn window_event(&mut self, cx: &mut EventContext, event: &WindowEvent, meta: &mut EventMeta) {
        if meta.target != cx.current() {
            return;
        }
        match event {
            WindowEvent::MouseDown(MouseButton::Left) | WindowEvent::MouseTripleClick(MouseButton::Left) => {
                self.pressed(cx);
            }
            WindowEvent::MouseDoubleClick(MouseButton::Left) if self.face.types_on_click() => {
                self.control.release(cx);
                overlay::entry(cx, self.control.parameter());
            }
            WindowEvent::MouseDoubleClick(MouseButton::Left) => {
                match self.face.press((0.5, 0.5), &self.control) {
                    Press::Drag => self.control.reset(cx),
                    _ => self.pressed(cx),
                }
            }
            WindowEvent::MouseUp(MouseButton::Left) => self.released(cx),
            WindowEvent::MouseDown(MouseButton::Right)
            | WindowEvent::MouseDoubleClick(MouseButton::Right) => {
                self.control.release(cx);
                overlay::parameter_menu(cx, self.control.parameter());
            }
            WindowEvent::MouseMove(x, y) if self.control.held() => {
                let pull = self.face.pull(cx.bounds(), cx.scale_factor());
                self.control.drag(cx, (*x, *y), pull);
            }
            WindowEvent::MouseScroll(_, lines) => self.scrolled(cx, *lines, meta),
            WindowEvent::KeyDown(code, _) => self.key(cx, *code, meta),
            WindowEvent::MouseEnter => self.mark(cx, true, self.ring),
            WindowEvent::MouseLeave => self.mark(cx, false, self.ring),
            WindowEvent::FocusIn => self.mark(cx, self.hovered, true),
            WindowEvent::FocusOut => self.mark(cx, self.hovered, false),
            WindowEvent::FocusVisibility(visible) => {
                let visible = *visible && cx.focused() == cx.current();
                self.mark(cx, self.hovered, visible);
            }
            WindowEvent::ActionRequest(request) => match request.action {
                Action::Increment => self.control.step(cx, true, false),
                Action::Decrement => self.control.step(cx, false, false),
                _ => {}
            },
            WindowEvent::Destroyed => {
                self.control.release(cx);
                let view = cx.current();
                cx.data::<Session>().forget(view);
            }
            _ => {}
        }
    }

    fn mark(&mut self, cx: &mut EventContext, hovered: bool, ring: bool) {
        if (hovered, ring) != (self.hovered, self.ring) {
            (self.hovered, self.ring) = (hovered, ring);
            cx.needs_redraw();
        }
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
        event.map(|event: &WindowEvent, meta| self.window_event(cx, event, meta));
    }

    fn draw(&self, cx: &mut DrawContext, canvas: &Canvas) {
        let state = State {
            parameter: self.control.parameter().clone(),
            value: self.control.value(),
            modulated: self.control.modulated(),
            hovered: self.hovered,
            held: self.control.held(),
            ring: self.ring,
        };
        let session = cx.data::<Session>().clone();
        self.face.draw(&Pen::new(cx, &session, canvas), &state);
    }
}

/// Settings of any widget.
pub trait WidgetModifiers {
    /// When the wheel moves the value.
    #[must_use]
    fn wheel(self, wheel: Wheel) -> Self;
}

impl<F: Face> WidgetModifiers for Handle<'_, Widget<F>> {
    fn wheel(self, wheel: Wheel) -> Self {
        self.modify(|widget| widget.wheel = wheel)
    }
}

/// The visible focus ring, just inside the widget's box.
pub fn focus_ring(pen: &Pen, state: &State, radius: f32) {
    if state.ring {
        pen.frame(pen.bounds(), radius, 1.5, pen.theme().accent);
    }
}

/// A parameter's text at its present value.
pub fn value_text(pen: &Pen, state: &State, face: Type, area: BoundingBox, align: Align) {
    pen.text(&state.parameter.text(state.value), face, area, align);
}
