//! The hand on a view: which gesture of pointer, wheel or keyboard means what. Shared by every view that moves parameters.

use vizia::events::EventMeta;
use vizia::prelude::*;

use crate::session::Session;

/// Lines that one notch of a wheel turns. A page moves by all of them, a control by one step.
pub(crate) const LINES_PER_NOTCH: f32 = 3.0;

/// How a view stands to the pointer and the keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Touch {
    /// True while the pointer is over the view.
    pub hovered: bool,
    /// True while the view has the keyboard's visible focus ring.
    pub ring: bool,
    /// Lines turned by a smooth wheel that do not make a notch yet.
    turned: f32,
}

impl Touch {
    /// Follows the pointer and the focus; redraws the view when either changed.
    pub fn follow(&mut self, cx: &mut EventContext, event: &WindowEvent) {
        let before = *self;
        match event {
            WindowEvent::MouseEnter => self.hovered = true,
            WindowEvent::MouseLeave => self.hovered = false,
            WindowEvent::FocusIn => self.ring = true,
            WindowEvent::FocusOut => self.ring = false,
            WindowEvent::FocusVisibility(visible) => self.ring = *visible && cx.focused() == cx.current(),
            _ => {}
        }
        if *self != before {
            cx.needs_redraw();
        }
    }

    /// Adds `lines` of the wheel. Returns the whole notches turned since, upwards positive.
    fn turn(&mut self, lines: f32) -> i32 {
        // a turn in the other direction starts anew
        if self.turned * lines < 0.0 {
            self.turned = 0.0;
        }
        self.turned += lines / LINES_PER_NOTCH;
        // a rounding error must not swallow a notch
        let whole = (self.turned + 1e-3 * self.turned.signum()).trunc();
        self.turned -= whole;
        #[expect(clippy::cast_possible_truncation, reason = "a wheel turns by a few notches")]
        {
            whole.clamp(-10.0, 10.0) as i32
        }
    }
}

/// A view that moves one or several parameters. [`handle`] calls these.
pub trait Hand {
    /// The view's state of pointer and focus.
    fn touch(&mut self) -> &mut Touch;
    /// True while a drag is under way.
    fn held(&self) -> bool;
    /// Acts on a press of the left button at `at`, in physical pixels.
    fn press(&mut self, cx: &mut EventContext, at: (f32, f32));
    /// Acts on the second press of a double click.
    fn press_again(&mut self, cx: &mut EventContext, at: (f32, f32));
    /// Moves a drag under way to `to`, in physical pixels.
    fn drag(&mut self, cx: &mut EventContext, to: (f32, f32));
    /// Acts on the release of the left button.
    fn let_go(&mut self, cx: &mut EventContext);
    /// Ends every gesture under way.
    fn release(&mut self, cx: &mut EventContext);
    /// Returns every parameter to its default.
    fn reset(&mut self, cx: &mut EventContext);
    /// Opens the menu.
    fn menu(&mut self, cx: &mut EventContext);
    /// Moves by one step of the wheel or of assistive technology.
    fn step(&mut self, cx: &mut EventContext, up: bool, fine: bool);
    /// Acts on a key. Returns false if the key means nothing here.
    fn key(&mut self, cx: &mut EventContext, code: Code) -> bool;
}

/// Turns a window event into calls of the hand.
pub fn handle(hand: &mut impl Hand, cx: &mut EventContext, event: &WindowEvent, meta: &mut EventMeta) {
    if meta.target != cx.current() {
        return;
    }
    hand.touch().follow(cx, event);
    match event {
        WindowEvent::Destroyed => {
            hand.release(cx);
            let view = cx.current();
            cx.data::<Session>().forget(view);
        }
        WindowEvent::MouseUp(MouseButton::Left) => hand.let_go(cx),
        _ if cx.is_disabled() => {}
        WindowEvent::MouseMove(x, y) if hand.held() => hand.drag(cx, (*x, *y)),
        WindowEvent::MouseScroll(_, lines) => scroll(hand, cx, *lines, meta),
        WindowEvent::KeyDown(code, _) => key(hand, cx, *code, meta),
        WindowEvent::ActionRequest(request) => match request.action {
            Action::Increment => hand.step(cx, true, false),
            Action::Decrement => hand.step(cx, false, false),
            _ => {}
        },
        _ => button(hand, cx, event),
    }
}

fn button(hand: &mut impl Hand, cx: &mut EventContext, event: &WindowEvent) {
    let at = (cx.mouse().cursor_x, cx.mouse().cursor_y);
    match event {
        WindowEvent::MouseDown(MouseButton::Left) if cx.modifiers().alt() => hand.reset(cx),
        WindowEvent::MouseDown(MouseButton::Left) | WindowEvent::MouseTripleClick(MouseButton::Left) => {
            hand.press(cx, at);
        }
        WindowEvent::MouseDoubleClick(MouseButton::Left) => hand.press_again(cx, at),
        WindowEvent::MouseDown(MouseButton::Right) | WindowEvent::MouseDoubleClick(MouseButton::Right) => {
            hand.release(cx);
            hand.menu(cx);
        }
        _ => {}
    }
}

/// The wheel belongs to the view under the pointer, unless the pointer came over it because the page scrolls.
fn scroll(hand: &mut impl Hand, cx: &mut EventContext, lines: f32, meta: &mut EventMeta) {
    let at = (cx.mouse().cursor_x, cx.mouse().cursor_y);
    if lines == 0.0 || cx.data::<Session>().is_scrolling(at) {
        return;
    }
    meta.consume();
    let notches = hand.touch().turn(lines / cx.scale_factor());
    if !hand.held() {
        let fine = cx.modifiers().shift();
        for _ in 0..notches.abs() {
            hand.step(cx, notches > 0, fine);
        }
    }
}

fn key(hand: &mut impl Hand, cx: &mut EventContext, code: Code, meta: &mut EventMeta) {
    if matches!(code, Code::Enter | Code::NumpadEnter) && cx.modifiers().alt() {
        meta.consume();
        hand.release(cx);
        hand.menu(cx);
    } else if hand.key(cx, code) {
        meta.consume();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_smooth_wheel_steps_once_a_notch() {
        let mut touch = Touch::default();
        let steps: i32 = (0..300).map(|_| touch.turn(0.1)).sum();
        assert_eq!(steps, 10, "thirty lines are ten notches");
        assert_eq!(touch.turn(LINES_PER_NOTCH), 1);
        assert_eq!(touch.turn(2.0), 0);
        assert_eq!(touch.turn(-LINES_PER_NOTCH), -1, "what was turned upwards does not count downwards");
    }
}
