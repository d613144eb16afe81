//! The window: baseview's events go in, ticks sixty times a second, pixels go out.

use std::cell::{Cell, RefCell};
use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use baseview::{
    DropEffect, Event, EventStatus, HandlerError, MouseEvent, TimerHandle, WindowContext,
    WindowEvent as Change, WindowHandler, WindowSize as Size, dpi,
};
use vizia::prelude::*;

use crate::host::Host;
use crate::input;
use crate::keys::Focus;
use crate::presenter::Presenter;
use crate::root::Wish;
use crate::size::EditorSize;
use crate::ui::{Extent, Spec, Ui};

/// Between two ticks: sixty a second.
const TICK: Duration = Duration::from_millis(16);
/// After so many ticks without a change or an event, every other one is left out.
const RESTING: u32 = 60;

/// What a baseview window asks of us.
pub(crate) struct Handler {
    window: WindowContext,
    /// baseview 0.4.2 stops a timer on X11 as soon as its handle is gone.
    _timer: TimerHandle,
    inner: RefCell<Inner>,
    size: Arc<EditorSize>,
    /// A fault was caught; nothing is called any more.
    broken: Cell<bool>,
    /// Ticks since anything changed.
    quiet: Cell<u32>,
    /// The last tick was left out.
    skipped: Cell<bool>,
    /// The size the user asked for last, and when.
    wanted: Cell<Option<((f64, f64), Instant)>>,
    /// Text is being typed.
    typing: Cell<bool>,
    #[cfg(target_os = "linux")]
    beside: RefCell<crate::x11::Beside>,
}

struct Inner {
    ui: Ui,
    presenter: Presenter,
    modifiers: Modifiers,
    /// Parts of the window were covered and must be shown again.
    exposed: bool,
    cursor: CursorIcon,
}

impl Handler {
    /// Builds the editor on the window's own thread.
    pub(crate) fn new(
        window: WindowContext,
        spec: &Spec,
        host: Rc<dyn Host>,
        size: Arc<EditorSize>,
    ) -> Result<Self, HandlerError> {
        let presenter = Presenter::new(&window.platform_handle()).map_err(HandlerError::from_boxed)?;
        let scale = window.scale_factor();
        size.set_scale(scale);
        let (width, height) = size.logical();
        let wanted: dpi::PhysicalSize<u32> = dpi::LogicalSize::new(width, height).to_physical(scale);
        if wanted != window.size().physical {
            window.resize(wanted)?;
        }
        let ui = Ui::new(spec, host, extent(wanted, scale));
        let timer = window.create_timer(TICK)?;
        let inner = Inner {
            ui,
            presenter,
            modifiers: Modifiers::empty(),
            exposed: true,
            cursor: CursorIcon::Default,
        };
        Ok(Self {
            window,
            _timer: timer,
            inner: RefCell::new(inner),
            size,
            broken: Cell::new(false),
            quiet: Cell::new(0),
            skipped: Cell::new(false),
            wanted: Cell::new(None),
            typing: Cell::new(false),
            #[cfg(target_os = "linux")]
            beside: RefCell::default(),
        })
    }

    /// Runs `f`. A fault in the editor must not take the host down: the window closes instead.
    fn guarded<T>(&self, otherwise: T, f: impl FnOnce(&mut Inner) -> T) -> T {
        if self.broken.get() {
            return otherwise;
        }
        // A platform that calls back while we call it finds us busy; what it says comes again with the next tick.
        let Ok(mut inner) = self.inner.try_borrow_mut() else { return otherwise };
        if let Ok(value) = catch_unwind(AssertUnwindSafe(|| f(&mut inner))) {
            value
        } else {
            log::error!("the editor failed and is closed");
            self.broken.set(true);
            self.window.request_close();
            otherwise
        }
    }

    fn tick(&self) {
        let wishes = self.guarded(Vec::new(), |inner| {
            let changed = inner.ui.tick();
            self.quiet.set(if changed { 0 } else { self.quiet.get().saturating_add(1) });
            if let Err(error) = inner.show() {
                log::error!("nothing could be shown: {error}");
            }
            inner.ui.wishes()
        });
        // The window is asked with nothing borrowed: on some systems it answers before it returns.
        for wish in wishes {
            if let Err(error) = self.grant(&wish) {
                log::warn!("{wish:?}: {error}");
            }
        }
        self.insist_on_size();
        self.follow_typing();
    }

    /// Asks once more for the size the user wanted last. While a window grows step by step, the host's answer to an
    /// earlier step can come last and undo the later ones.
    fn insist_on_size(&self) {
        let Some(((width, height), since)) = self.wanted.get() else { return };
        if since.elapsed() < Duration::from_millis(200) {
            return;
        }
        self.wanted.set(None);
        let now = self.window.size().logical;
        if (now.width - width).abs() > 1.0 || (now.height - height).abs() > 1.0 {
            // A host that refuses keeps its size.
            let _ = self.window.resize(dpi::LogicalSize::new(width, height));
        }
    }

    /// Takes the keyboard's focus while text is typed, so that it can be typed even if the pointer leaves the window,
    /// and gives it back afterwards.
    fn follow_typing(&self) {
        let typing = self.guarded(false, |inner| inner.ui.keyboard() == Focus::Text);
        if self.typing.replace(typing) == typing {
            return;
        }
        #[cfg(target_os = "linux")]
        {
            let ours = self.window.platform_handle();
            let mut beside = self.beside.borrow_mut();
            if typing { beside.remember_focus(&ours) } else { beside.return_focus(&ours) }
        }
        if typing && let Err(error) = self.window.focus() {
            log::warn!("the keyboard's focus was refused: {error}");
        }
    }

    /// A key that is not ours: other systems pass it on by themselves.
    fn pass_on(&self, code: Code, down: bool, modifiers: Modifiers) -> EventStatus {
        #[cfg(target_os = "linux")]
        self.beside.borrow_mut().forward(&self.window.platform_handle(), code, down, modifiers);
        #[cfg(not(target_os = "linux"))]
        let _ = (code, down, modifiers);
        EventStatus::Ignored
    }

    fn grant(&self, wish: &Wish) -> Result<(), baseview::Error> {
        match *wish {
            Wish::Cursor(icon) => {
                let other = self.guarded(false, |inner| std::mem::replace(&mut inner.cursor, icon) != icon);
                if other { self.window.set_mouse_cursor(input::cursor(icon)) } else { Ok(()) }
            }
            Wish::Size(width, height) => {
                let (width, height) = self.size.clamped(f64::from(width), f64::from(height));
                self.wanted.set(Some(((width, height), Instant::now())));
                self.window.resize(dpi::LogicalSize::new(width, height))
            }
            Wish::Close => {
                self.window.request_close();
                Ok(())
            }
        }
    }

    fn keyboard(&self, event: &keyboard_types::KeyboardEvent) -> EventStatus {
        let (code, modifiers, events) = input::key(event);
        let status = self.guarded(EventStatus::Ignored, |inner| {
            inner.hold(match input::own_modifier(code) {
                Some(own) if event.state.is_down() => modifiers | own,
                Some(own) => modifiers - own,
                None => modifiers,
            });
            if !inner.ui.wants_key(code, modifiers) {
                return EventStatus::Ignored;
            }
            if code == Code::Escape && inner.ui.keyboard() == Focus::Ring {
                inner.ui.unfocus();
                return EventStatus::Captured;
            }
            for event in events {
                inner.ui.send(event);
            }
            EventStatus::Captured
        });
        match status {
            EventStatus::Ignored => self.pass_on(code, event.state.is_down(), modifiers),
            taken => taken,
        }
    }

    fn mouse(&self, event: &MouseEvent) -> EventStatus {
        let (modifiers, events) = input::mouse(event);
        self.guarded((), |inner| {
            if let Some(modifiers) = modifiers {
                inner.hold(modifiers);
            }
            for event in events {
                inner.ui.send(event);
            }
        });
        match event {
            MouseEvent::DragEntered { .. }
            | MouseEvent::DragMoved { .. }
            | MouseEvent::DragDropped { .. } => EventStatus::AcceptDrop(DropEffect::Copy),
            _ => EventStatus::Captured,
        }
    }
}

impl Inner {
    fn hold(&mut self, modifiers: Modifiers) {
        self.modifiers = modifiers;
        self.ui.modifiers(modifiers);
    }

    fn show(&mut self) -> Result<(), Box<dyn Error>> {
        let damage = self.ui.draw();
        let exposed = std::mem::take(&mut self.exposed);
        if damage.is_none() && !exposed {
            return Ok(());
        }
        let damage = if exposed { None } else { damage };
        self.presenter.show(self.ui.pixels(), damage)
    }
}

impl WindowHandler for Handler {
    fn draw(&self) -> Result<(), HandlerError> {
        // Called when the window was covered or has just appeared: show again what we have.
        self.guarded((), |inner| inner.exposed = true);
        self.tick();
        Ok(())
    }

    fn resized(&self, new: Size) -> Result<(), HandlerError> {
        self.size.set(new.logical.width, new.logical.height);
        self.size.set_scale(new.scale_factor);
        self.guarded((), |inner| {
            inner.ui.resize(extent(new.physical, new.scale_factor));
            inner.exposed = true;
        });
        self.tick();
        Ok(())
    }

    fn on_event(&self, event: Event) -> EventStatus {
        self.quiet.set(0);
        match event {
            Event::Mouse(event) => self.mouse(&event),
            Event::Keyboard(event) => self.keyboard(&event),
            Event::Window(change @ (Change::Focused | Change::Unfocused)) => {
                let focused = matches!(change, Change::Focused);
                self.guarded((), |inner| inner.ui.send(WindowEvent::WindowFocused(focused)));
                EventStatus::Captured
            }
            _ => EventStatus::Ignored,
        }
    }

    fn on_timer(&self, _: &TimerHandle) {
        let skip = self.quiet.get() > RESTING && !self.skipped.get();
        self.skipped.set(skip);
        if !skip {
            self.tick();
        }
    }
}

#[allow(clippy::cast_possible_truncation, reason = "scale factors are small")]
fn extent(size: dpi::PhysicalSize<u32>, scale: f64) -> Extent {
    Extent { width: size.width, height: size.height, scale: scale as f32 }
}
