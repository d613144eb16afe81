//! The corner by which the user resizes the window.

use vizia::prelude::*;

use crate::pen::Pen;
use crate::session::Session;

/// A resize handle for the lower right corner. It asks for `WindowEvent::SetSize`; the window keeps its own limits.
pub struct ResizeGrip {
    /// Window size (logical) minus pointer position when the drag began.
    offset: Option<(f32, f32)>,
}

impl ResizeGrip {
    /// Place it with `.position_type(PositionType::Absolute)` in the lower right corner.
    #[allow(clippy::new_ret_no_self, reason = "vizia's views return their handle")]
    pub fn new(cx: &mut Context) -> Handle<'_, Self> {
        Self { offset: None }
            .build(cx, |_| {})
            .name("Resize the window")
            .role(Role::Splitter)
            .cursor(CursorIcon::NwseResize)
    }

    fn wanted(&self, cx: &EventContext) -> Option<WindowSize> {
        let (x, y) = self.offset?;
        let scale = cx.scale_factor();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped just before")]
        let round = |value: f32| value.clamp(1.0, 16_384.0).round() as u32;
        Some(WindowSize::new(round(cx.mouse().cursor_x / scale + x), round(cx.mouse().cursor_y / scale + y)))
    }
}

impl View for ResizeGrip {
    fn element(&self) -> Option<&'static str> {
        Some("resize-grip")
    }

    fn event(&mut self, cx: &mut EventContext, event: &mut Event) {
        event.map(|event, meta| match event {
            WindowEvent::MouseDown(MouseButton::Left) if meta.target == cx.current() => {
                let scale = cx.scale_factor();
                let (width, height) = cx.data::<Session>().size();
                self.offset =
                    Some((width - cx.mouse().cursor_x / scale, height - cx.mouse().cursor_y / scale));
                cx.capture();
            }
            WindowEvent::MouseMove(..) => {
                if let Some(size) = self.wanted(cx) {
                    cx.emit_to(Entity::root(), WindowEvent::SetSize(size));
                }
            }
            WindowEvent::MouseUp(MouseButton::Left) if self.offset.take().is_some() => cx.release(),
            _ => {}
        });
    }

    fn draw(&self, cx: &mut DrawContext, canvas: &Canvas) {
        let session = cx.data::<Session>().clone();
        let pen = Pen::new(cx, &session, canvas);
        let bounds = pen.bounds();
        let (right, bottom) = (bounds.right() - pen.px(3.0), bounds.bottom() - pen.px(3.0));
        for reach in [4.0, 8.0].map(|reach| pen.px(reach)) {
            pen.line(&[(right - reach, bottom), (right, bottom - reach)], 1.25, pen.theme().faint);
        }
    }
}
