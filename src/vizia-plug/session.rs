//! What the views of one editor share: parameters, host, look, and the list of views to be told of changes.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use vizia::prelude::*;

use crate::host::Host;
use crate::ink::Ink;
use crate::overlay::Popup;
use crate::param::{Parameter, Parameters};
use crate::theme::Theme;
use crate::ui::Extent;

/// The model at the root of every editor's tree; any view finds it with `cx.data::<Session>()`.
#[derive(Clone)]
pub struct Session {
    /// The plugin's parameters; empty for a tree without any.
    pub parameters: Rc<Parameters>,
    /// Where gestures go.
    pub host: Rc<dyn Host>,
    /// The look.
    pub theme: Rc<Theme>,
    /// Draws text in custom views.
    pub ink: Rc<Ink>,
    /// What floats above everything: a menu or an entry field.
    pub(crate) popup: Signal<Option<Popup>>,
    /// The views that are told of changes and ticks.
    pub(crate) watch: Rc<Watch>,
    /// The window's size in logical pixels.
    pub(crate) size: Rc<Cell<(f32, f32)>>,
    /// When and where the wheel last scrolled a page.
    pub(crate) scrolled: Rc<Cell<Option<Scrolled>>>,
}

/// Time after which a turn of the wheel no longer belongs to the one before.
const SCROLLING_FOR: Duration = Duration::from_millis(400);

/// Distance that a pointer at rest may tremble while it scrolls, in physical pixels.
const SCROLLING_WITHIN: f32 = 8.0;

/// A page scrolled: the time of that tick, and the pointer's place in physical pixels.
#[derive(Clone, Copy)]
pub(crate) struct Scrolled {
    tick: Option<Instant>,
    at: (f32, f32),
}

impl Model for Session {}

/// Sent straight to a view when a parameter it watches changed, whoever changed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParameterChanged;

/// Sent straight to every view that asked for frames, once per tick.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    /// Time since the previous tick (the first time: zero).
    pub elapsed: Duration,
}

impl Session {
    /// Sends [`ParameterChanged`] to `view` from now on, whenever `parameter` moves.
    pub fn watch(&self, view: Entity, parameter: &Parameter) {
        let last = Cell::new(bits(parameter));
        self.watch.parameters.borrow_mut().push(Watched { view, parameter: parameter.clone(), last });
    }

    /// Sends a [`Frame`] to `view` from now on, once a tick.
    pub fn frames(&self, view: Entity) {
        self.watch.frames.borrow_mut().push(view);
    }

    /// Returns the window's size in logical pixels.
    pub fn size(&self) -> (f32, f32) {
        self.size.get()
    }

    #[allow(clippy::cast_precision_loss, reason = "windows are small")]
    pub(crate) fn set_size(&self, extent: Extent) {
        self.size.set((extent.width as f32 / extent.scale, extent.height as f32 / extent.scale));
    }

    /// Notes that the wheel scrolls a page, the pointer being at `at`.
    pub(crate) fn page_scrolls(&self, at: (f32, f32)) {
        self.scrolled.set(Some(Scrolled { tick: self.watch.last_tick.get(), at }));
    }

    /// Returns true while the wheel goes on scrolling a page: soon after the last turn and with the pointer where it was. What
    /// comes under the pointer meanwhile must not be changed by the same movement of the hand.
    pub(crate) fn is_scrolling(&self, at: (f32, f32)) -> bool {
        let Some(last) = self.scrolled.get() else { return false };
        let rests = (last.at.0 - at.0).hypot(last.at.1 - at.1) <= SCROLLING_WITHIN;
        let soon = match (last.tick, self.watch.last_tick.get()) {
            (Some(then), Some(now)) => now.saturating_duration_since(then) < SCROLLING_FOR,
            _ => true,
        };
        rests && soon
    }

    /// Returns true while a menu or an entry field is open.
    pub fn has_popup(&self) -> bool {
        self.popup.get().is_some()
    }

    /// Sends nothing more to `view`; views call this when they are destroyed.
    pub fn forget(&self, view: Entity) {
        self.watch.parameters.borrow_mut().retain(|watched| watched.view != view);
        self.watch.frames.borrow_mut().retain(|entry| *entry != view);
    }
}

/// Which view is told of what. Parameters are polled once a tick: reading two atomics per watched parameter costs a few nanoseconds, and no
/// callback of any host can be forgotten.
#[derive(Default)]
pub(crate) struct Watch {
    parameters: RefCell<Vec<Watched>>,
    frames: RefCell<Vec<Entity>>,
    last_tick: Cell<Option<Instant>>,
}

struct Watched {
    view: Entity,
    parameter: Parameter,
    last: Cell<(u32, u32)>,
}

impl Watch {
    /// Returns the views one of whose parameters moved since the last call.
    pub(crate) fn changed(&self) -> Vec<Entity> {
        let mut views: Vec<Entity> = Vec::new();
        for watched in self.parameters.borrow().iter() {
            let now = bits(&watched.parameter);
            if watched.last.replace(now) != now && views.last() != Some(&watched.view) {
                views.push(watched.view);
            }
        }
        views
    }

    /// Returns the views that want a frame, and the frame.
    pub(crate) fn frame(&self, now: Instant) -> (Vec<Entity>, Frame) {
        let elapsed = self.last_tick.replace(Some(now)).map_or(Duration::ZERO, |last| now - last);
        (self.frames.borrow().clone(), Frame { elapsed })
    }
}

fn bits(parameter: &Parameter) -> (u32, u32) {
    (parameter.value().to_bits(), parameter.modulated().to_bits())
}
