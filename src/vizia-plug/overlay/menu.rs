//! A menu.

use std::cell::RefCell;
use std::rc::Rc;

use vizia::prelude::*;

use super::{close, placed};
use crate::ink::{Align, Type};
use crate::pen::Pen;
use crate::session::Session;

/// Height of a menu's line and its padding, logical.
const LINE: f32 = 28.0;
const PADDING: f32 = 4.0;
const TEXT: f32 = 12.0;

/// One line of a menu.
#[derive(Clone)]
pub struct Item {
    text: String,
    detail: String,
    checked: bool,
    action: Rc<dyn Fn(&mut EventContext)>,
}

impl Item {
    /// A line and what it does.
    pub fn new(text: impl Into<String>, action: impl Fn(&mut EventContext) + 'static) -> Self {
        Self { text: text.into(), detail: String::new(), checked: false, action: Rc::new(action) }
    }

    /// With a quieter text at the right.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// Marked as the present choice.
    #[must_use]
    pub fn checked(mut self, checked: bool) -> Self {
        self.checked = checked;
        self
    }
}

pub(super) fn build(cx: &mut Context, anchor: BoundingBox, items: &Rc<Vec<Item>>) {
    let session = cx.data::<Session>().clone();
    let face = Type::new(TEXT, 450, session.theme.text);
    let wide =
        |item: &Item| session.ink.width(&item.text, face, 1.0) + session.ink.width(&item.detail, face, 1.0);
    let width = items.iter().map(|item| wide(item) + 56.0).fold(anchor.w, f32::max);
    #[allow(clippy::cast_precision_loss, reason = "menus are short")]
    let height = items.len() as f32 * LINE + 2.0 * PADDING;
    let (x, y, height) = placed(anchor, width, height, session.size());
    let first = items.iter().position(|item| item.checked).unwrap_or(0);
    let items = items.clone();
    let lines = Rc::new(RefCell::new(Vec::new()));
    let built = lines.clone();
    Menu { lines }
        .build(cx, move |cx| {
            ScrollView::new(cx, move |cx| {
                for item in items.iter() {
                    let line = line(cx, item);
                    built.borrow_mut().push(line);
                }
                let first = built.borrow().get(first).copied();
                if let Some(first) = first {
                    cx.emit_to(first, TakeFocus);
                }
            })
            .show_horizontal_scrollbar(false);
        })
        .role(Role::Menu)
        .position_type(PositionType::Absolute)
        .left(Pixels(x))
        .top(Pixels(y))
        .width(Pixels(width))
        .height(Pixels(height));
}

fn line(cx: &mut Context, item: &Item) -> Entity {
    Line { item: item.clone(), lit: false, pressed: false }
        .build(cx, |_| {})
        .role(Role::MenuItem)
        .name(item.text.clone())
        .navigable(true)
        .height(Pixels(LINE))
        .width(Stretch(1.0))
        .entity()
}

struct Menu {
    lines: Rc<RefCell<Vec<Entity>>>,
}

/// Told to the line that is lit first.
struct TakeFocus;

impl Menu {
    /// Moves the focus to the line below or above the focused one.
    fn walk(&self, cx: &mut EventContext, down: bool) {
        let lines = self.lines.borrow();
        let Some(index) = lines.iter().position(|line| *line == cx.focused()) else { return };
        let next = if down { index + 1 } else { index + lines.len() - 1 } % lines.len();
        if let Some(line) = lines.get(next) {
            cx.emit_to(*line, TakeFocus);
        }
    }
}

impl View for Menu {
    fn element(&self) -> Option<&'static str> {
        Some("menu-panel")
    }

    fn event(&mut self, cx: &mut EventContext, event: &mut Event) {
        event.map(|event, meta| {
            if let WindowEvent::KeyDown(code @ (Code::ArrowDown | Code::ArrowUp), _) = event {
                meta.consume();
                self.walk(cx, *code == Code::ArrowDown);
            }
        });
    }

    fn draw(&self, cx: &mut DrawContext, canvas: &Canvas) {
        cx.draw_shadows(canvas);
        cx.draw_background(canvas);
        cx.draw_border(canvas);
    }
}

/// A line of a menu.
struct Line {
    item: Item,
    lit: bool,
    pressed: bool,
}

impl Line {
    fn act(&self, cx: &mut EventContext) {
        close(cx);
        (self.item.action)(cx);
    }
}

impl View for Line {
    fn element(&self) -> Option<&'static str> {
        Some("menu-line")
    }

    fn event(&mut self, cx: &mut EventContext, event: &mut Event) {
        event.map(|_: &TakeFocus, _| {
            cx.focus_with_visibility(false);
            let line = cx.current();
            cx.emit(ScrollEvent::ScrollToView(line));
        });
        event.map(|event, meta| match event {
            WindowEvent::MouseEnter => cx.focus_with_visibility(false),
            WindowEvent::FocusIn | WindowEvent::FocusOut => {
                self.lit = matches!(event, WindowEvent::FocusIn);
                cx.needs_redraw();
            }
            WindowEvent::MouseDown(MouseButton::Left) => self.pressed = true,
            WindowEvent::MouseUp(MouseButton::Left) if self.pressed => self.act(cx),
            WindowEvent::KeyDown(Code::Enter | Code::NumpadEnter, _) => {
                meta.consume();
                self.act(cx);
            }
            _ => {}
        });
    }

    fn draw(&self, cx: &mut DrawContext, canvas: &Canvas) {
        let session = cx.data::<Session>().clone();
        let pen = Pen::new(cx, &session, canvas);
        let theme = pen.theme();
        let bounds = pen.bounds();
        if self.lit {
            pen.fill(bounds, 4.0, theme.hairline);
        }
        if self.item.checked {
            pen.disc((bounds.x + pen.px(12.0), bounds.y + bounds.h / 2.0), 3.0, theme.accent);
        }
        let area = BoundingBox { x: bounds.x + pen.px(24.0), w: bounds.w - pen.px(36.0), ..bounds };
        pen.text(&self.item.text, Type::new(TEXT, 450, theme.text), area, Align::Left);
        pen.text(&self.item.detail, Type::new(TEXT, 400, theme.dim), area, Align::Right);
    }
}
