//! The note that a chosen mode waits for the host.

use std::sync::Arc;

use vizia_plug::vizia::prelude::*;
use vizia_plug::{Frame, Session};

use crate::HostParams;

/// The note. Modes that bear on latency are heard and reported only after the host has restarted the plugin.
const WAITING: &str = "Waiting for the host: the mode you chose is heard once the host restarts the plugin.";

/// Builds the note's place; it takes no room while nothing waits.
pub(super) fn build(cx: &mut Context, params: &Arc<HostParams>) {
    let waiting = Signal::new(params.modes().is_waiting());
    let session = cx.data::<Session>().clone();
    let theme = session.theme.clone();
    let handle = Note { params: Arc::clone(params), waiting }.build(cx, move |cx| {
        Binding::new(cx, waiting, move |cx| {
            if !waiting.get() {
                return;
            }
            Label::new(cx, WAITING)
                .role(Role::Status)
                .name(WAITING)
                .color(theme.text)
                .background_color(theme.raised)
                .border_width(Pixels(1.0))
                .border_color(theme.warning)
                .corner_radius(Pixels(6.0))
                .padding(Pixels(8.0))
                .width(Stretch(1.0))
                .height(Pixels(34.0));
        });
    });
    session.frames(handle.entity());
    handle.width(Stretch(1.0)).height(Auto).padding(Pixels(0.0));
}

struct Note {
    params: Arc<HostParams>,
    waiting: Signal<bool>,
}

impl View for Note {
    fn element(&self) -> Option<&'static str> {
        Some("waiting-note")
    }

    fn event(&mut self, cx: &mut EventContext, event: &mut Event) {
        event.map(|_: &Frame, _| self.waiting.set_if_changed(self.params.modes().is_waiting()));
        event.map(|event, _| {
            if let WindowEvent::Destroyed = event {
                let view = cx.current();
                cx.data::<Session>().forget(view);
            }
        });
    }
}
