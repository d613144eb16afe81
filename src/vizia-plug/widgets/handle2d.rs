//! Points dragged in two dimensions, such as the bands of an equaliser over its plot.

use vizia::prelude::*;

use crate::control::{Control, Pull};
use crate::hand::{self, Hand, Touch};
use crate::ink::{Align, Type};
use crate::overlay;
use crate::param::Parameter;
use crate::pen::Pen;
use crate::session::{ParameterChanged, Session};
use crate::theme::faded;

/// The area in which handles move. It fills its parent and lets everything but its handles through.
pub struct HandleArea;

/// Sent to the handles when the area's size changes.
struct Place;

impl HandleArea {
    /// Build the handles in `content`.
    #[allow(clippy::new_ret_no_self, reason = "vizia's views return their handle")]
    pub fn new(cx: &mut Context, content: impl FnOnce(&mut Context)) -> Handle<'_, Self> {
        Self.build(cx, content).position_type(PositionType::Absolute).size(Percentage(100.0))
    }
}

impl View for HandleArea {
    fn element(&self) -> Option<&'static str> {
        Some("handle-area")
    }

    fn event(&mut self, cx: &mut EventContext, event: &mut Event) {
        event.map(|event, _| {
            if let WindowEvent::GeometryChanged(_) = event {
                let here = cx.current();
                cx.emit_custom(Event::new(Place).target(here).origin(here).propagate(Propagation::Subtree));
            }
        });
    }

    fn draw(&self, _: &mut DrawContext, _: &Canvas) {}
}

/// A point bound to two parameters, and to a third by the wheel. It moves by a transform, never by a relayout.
pub struct Handle2d {
    x: Control,
    y: Control,
    wheel: Option<Control>,
    text: String,
    colour: Color,
    area: Entity,
    /// Where the transform has put it, physical pixels from the area's corner.
    offset: (f32, f32),
    touch: Touch,
}

/// The view's side in logical pixels; the point itself is smaller.
const SIDE: f32 = 36.0;

impl Handle2d {
    /// A point labelled `text`. To the right is more of `x`, upwards more of `y`.
    #[allow(clippy::new_ret_no_self, reason = "vizia's views return their handle")]
    pub fn new<'a>(
        cx: &'a mut Context,
        text: &str,
        colour: Color,
        (x, y): (&Parameter, &Parameter),
        wheel: Option<&Parameter>,
    ) -> Handle<'a, Self> {
        let session = cx.data::<Session>().clone();
        let area = cx.current();
        let control = |parameter: &Parameter| Control::new(parameter.clone());
        let handle = Self {
            x: control(x),
            y: control(y),
            wheel: wheel.map(control),
            text: text.to_owned(),
            colour,
            area,
            offset: (0.0, 0.0),
            touch: Touch::default(),
        }
        .build(cx, |_| {});
        // The third shows elsewhere.
        session.watch(handle.entity(), x);
        session.watch(handle.entity(), y);
        handle
            .role(Role::Slider)
            .name(format!("{text}: {}, {}", x.name(), y.name()))
            .navigable(true)
            .position_type(PositionType::Absolute)
            .size(Pixels(SIDE))
    }

    fn place(&mut self, cx: &mut EventContext) {
        let area = cx.cache.get_bounds(self.area);
        let scale = cx.scale_factor();
        let (x, y) = (self.x.value() * area.w / scale, (1.0 - self.y.value()) * area.h / scale);
        let (left, top) = (x - SIDE / 2.0, y - SIDE / 2.0);
        self.offset = (left * scale, top * scale);
        cx.set_translate((Pixels(left), Pixels(top)));
        let (x, y) = (self.x.parameter().shown(self.x.value()), self.y.parameter().shown(self.y.value()));
        cx.text_value(&format!("{x}, {y}"));
        cx.needs_redraw();
    }
}

impl Hand for Handle2d {
    fn touch(&mut self) -> &mut Touch {
        &mut self.touch
    }

    fn held(&self) -> bool {
        self.x.held()
    }

    fn press(&mut self, cx: &mut EventContext, at: (f32, f32)) {
        self.x.grab(cx, at);
        self.y.grab(cx, at);
    }

    fn press_again(&mut self, cx: &mut EventContext, _: (f32, f32)) {
        self.reset(cx);
    }

    fn drag(&mut self, cx: &mut EventContext, to: (f32, f32)) {
        let area = cx.cache.get_bounds(self.area);
        self.x.drag(cx, to, Pull::Right(area.w));
        self.y.drag(cx, to, Pull::Up(area.h));
        self.place(cx);
    }

    fn let_go(&mut self, cx: &mut EventContext) {
        self.release(cx);
    }

    fn release(&mut self, cx: &mut EventContext) {
        self.x.release(cx);
        self.y.release(cx);
    }

    fn reset(&mut self, cx: &mut EventContext) {
        self.x.reset(cx);
        self.y.reset(cx);
        self.place(cx);
    }

    fn menu(&mut self, cx: &mut EventContext) {
        let wheel = self.wheel.as_ref().map(Control::parameter);
        let parameters = [Some(self.x.parameter()), Some(self.y.parameter()), wheel];
        overlay::parameters_menu(cx, &parameters.into_iter().flatten().collect::<Vec<_>>());
    }

    fn step(&mut self, cx: &mut EventContext, up: bool, fine: bool) {
        if let Some(wheel) = &mut self.wheel {
            wheel.step(cx, up, fine);
        }
    }

    fn key(&mut self, cx: &mut EventContext, code: Code) -> bool {
        let taken = match code {
            Code::ArrowLeft | Code::ArrowRight => self.x.key(cx, code),
            Code::ArrowDown | Code::ArrowUp => self.y.key(cx, code),
            Code::Enter | Code::NumpadEnter => {
                self.release(cx);
                overlay::entry(cx, self.x.parameter());
                true
            }
            _ => false,
        };
        self.place(cx);
        taken
    }
}

impl View for Handle2d {
    fn element(&self) -> Option<&'static str> {
        Some("handle-2d")
    }

    fn accessibility(&self, cx: &mut AccessContext, node: &mut AccessNode) {
        node.set_bounds(cx.bounds().offset(self.offset.0, self.offset.1));
    }

    fn event(&mut self, cx: &mut EventContext, event: &mut Event) {
        event.map(|_: &Place, _| self.place(cx));
        event.map(|_: &ParameterChanged, _| {
            self.x.changed();
            self.y.changed();
            self.place(cx);
        });
        event.map(|event: &WindowEvent, meta| hand::handle(self, cx, event, meta));
    }

    fn draw(&self, cx: &mut DrawContext, canvas: &Canvas) {
        let session = cx.data::<Session>().clone();
        let pen = Pen::new(cx, &session, canvas);
        let bounds = pen.bounds();
        let centre = (bounds.x + bounds.w / 2.0, bounds.y + bounds.h / 2.0);
        let active = self.touch.hovered || self.x.held();
        if active {
            pen.disc(centre, 14.0, faded(self.colour, 0.25));
            pen.ring(centre, 14.0, 1.25, self.colour);
        }
        pen.disc(centre, 8.0, self.colour);
        pen.ring(centre, 8.0, 1.5, pen.theme().plot);
        pen.text(&self.text, Type::new(10.5, 700, pen.theme().background), bounds, Align::Centre);
        if self.touch.ring {
            pen.ring(centre, 16.0, 1.5, pen.theme().accent);
        }
    }
}
