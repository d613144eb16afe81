//! A view that shows a reading: it asks its source at a steady pace and draws only when the answer changed.

use std::time::Duration;

use vizia::prelude::*;

use crate::pen::Pen;
use crate::session::{Frame, Session};

/// Where a reading comes from and how it is shown.
pub trait Reading: 'static {
    /// What is shown, as exactly as the eye can tell it apart.
    type Shown: PartialEq + 'static;

    /// The view's name in style sheets.
    fn element(&self) -> &'static str;
    /// Reads the source, `elapsed` after the last time (zero at first), for a view `width` physical pixels wide.
    fn read(&mut self, elapsed: Duration, width: f32) -> Self::Shown;
    /// Returns the text for assistive technology, if there is one.
    fn spoken(&self, shown: &Self::Shown) -> Option<String>;
    /// Draws what was read last.
    fn draw(&self, pen: &Pen, shown: &Self::Shown);
}

/// The view of a [`Reading`].
pub struct Readout<R: Reading> {
    reading: R,
    every: Duration,
    /// Time since the last read; `None` before the first.
    since: Option<Duration>,
    shown: Option<R::Shown>,
}

impl<R: Reading> Readout<R> {
    /// Builds the view. It reads at the next tick, and from then on at ticks at least `every` apart.
    #[allow(clippy::new_ret_no_self, reason = "vizia's views return their handle")]
    pub fn new(cx: &mut Context, every: Duration, reading: R) -> Handle<'_, Self> {
        let session = cx.data::<Session>().clone();
        let handle = Self { reading, every, since: None, shown: None }.build(cx, |_| {});
        session.frames(handle.entity());
        handle
    }

    fn advance(&mut self, cx: &mut EventContext, elapsed: Duration) {
        let since = self.since.map_or(Duration::ZERO, |since| since + elapsed);
        if self.since.is_some() && since < self.every {
            self.since = Some(since);
            return;
        }
        self.since = Some(Duration::ZERO);
        let new = self.reading.read(since, cx.bounds().w);
        if self.shown.as_ref() == Some(&new) {
            return;
        }
        if let Some(text) = self.reading.spoken(&new) {
            cx.text_value(&text);
        }
        self.shown = Some(new);
        cx.needs_redraw();
    }
}

impl<R: Reading> View for Readout<R> {
    fn element(&self) -> Option<&'static str> {
        Some(self.reading.element())
    }

    fn event(&mut self, cx: &mut EventContext, event: &mut Event) {
        event.map(|frame: &Frame, _| self.advance(cx, frame.elapsed));
        event.map(|event, _| {
            if let WindowEvent::Destroyed = event {
                let view = cx.current();
                cx.data::<Session>().forget(view);
            }
        });
    }

    fn draw(&self, cx: &mut DrawContext, canvas: &Canvas) {
        cx.draw_background(canvas);
        let Some(shown) = &self.shown else { return };
        let session = cx.data::<Session>().clone();
        self.reading.draw(&Pen::new(cx, &session, canvas), shown);
    }
}
