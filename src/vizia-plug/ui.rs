//! One editor's user interface, driven by hand: events in, ticks, pixels out. The window and the headless mode are two
//! thin layers around it.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Instant;

use nice_plug::prelude::Params;
use vizia::backend::{BackendContext, WindowDescription};
use vizia::context::EventProxy;
use vizia::events::EventManager;
use vizia::prelude::*;
use vizia_reactive::{Runtime, Scope};

use crate::frame::{Area, Pixels as Surface};
use crate::host::Host;
use crate::ink::Ink;
use crate::keys;
use crate::overlay;
use crate::param::Parameters;
use crate::root::{Root, Wish};
use crate::session::{Session, Watch};
use crate::theme::Theme;

/// Builds what an editor shows; called once for each window opened.
pub type Content = Arc<dyn Fn(&mut Context) + Send + Sync>;

/// Inter, variable in weight, with tabular figures (SIL Open Font License).
pub const INTER: &[u8] = include_bytes!("../../plugin-assets/fonts/Inter.ttf");

/// Describes an editor, except for its window.
#[derive(Clone)]
pub struct Spec {
    /// The view tree.
    pub content: Content,
    /// The plugin's parameters, if any.
    pub params: Option<Arc<dyn Params>>,
    /// The look.
    pub theme: Theme,
    /// Fonts to use before those of the system: the bytes of TrueType or OpenType files.
    pub fonts: Vec<&'static [u8]>,
}

impl Spec {
    /// Describes an editor of `params` with the dark theme and the font [`INTER`].
    pub fn new(
        params: Option<Arc<dyn Params>>,
        content: impl Fn(&mut Context) + Send + Sync + 'static,
    ) -> Self {
        Self { content: Arc::new(content), params, theme: Theme::default(), fonts: vec![INTER] }
    }

    /// Replaces the look.
    #[must_use]
    pub fn theme(mut self, theme: Theme) -> Self {
        self.theme = theme;
        self
    }

    /// Adds a font that is used before those of the system.
    #[must_use]
    pub fn font(mut self, font: &'static [u8]) -> Self {
        self.fonts.push(font);
        self
    }
}

/// A size in physical pixels, and the scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extent {
    /// Width in physical pixels.
    pub width: u32,
    /// Height in physical pixels.
    pub height: u32,
    /// Physical pixels per logical pixel.
    pub scale: f32,
}

/// A user interface without a window. Keep it on the thread that made it.
pub struct Ui {
    cx: BackendContext,
    events: EventManager,
    inbox: Receiver<Event>,
    session: Session,
    wishes: Rc<Cell<Vec<Wish>>>,
    pixels: Surface,
    extent: Extent,
    /// True while the keyboard's focus ring shows: the focus was moved by Tab, not by a click.
    ring: bool,
    /// Owns every signal made here, so that none outlives the editor.
    scope: Scope,
}

/// Events from other threads and from vizia's own layout.
struct Proxy(Sender<Event>);

impl EventProxy for Proxy {
    fn send(&self, event: Event) -> Result<(), ()> {
        // vizia panics on an error; an editor about to close has nothing to hear any more.
        let _ = self.0.send(event);
        Ok(())
    }

    fn make_clone(&self) -> Box<dyn EventProxy> {
        Box::new(Self(self.0.clone()))
    }
}

impl Ui {
    /// Builds the views of `spec`.
    pub fn new(spec: &Spec, host: Rc<dyn Host>, extent: Extent) -> Self {
        let scope = Scope::new();
        let wishes = Rc::new(Cell::new(Vec::new()));
        let (sender, inbox) = channel();
        let (cx, session) = scope.enter(|| build(spec, host, extent, Proxy(sender), &wishes));
        let mut ui = Self {
            cx,
            events: EventManager::new(),
            inbox,
            session,
            wishes,
            pixels: Surface::new(extent.width, extent.height),
            extent,
            ring: false,
            scope,
        };
        ui.resize(extent);
        ui
    }

    /// Returns size and scale.
    pub fn extent(&self) -> Extent {
        self.extent
    }

    /// Takes a new size or scale; everything is laid out and drawn again.
    pub fn resize(&mut self, extent: Extent) {
        let extent = Extent { width: extent.width.max(1), height: extent.height.max(1), ..extent };
        let root = Entity::root();
        self.extent = extent;
        self.session.set_size(extent);
        self.pixels = Surface::new(extent.width, extent.height);
        self.cx.set_scale_factor(f64::from(extent.scale));
        #[allow(clippy::cast_precision_loss, reason = "windows are small")]
        self.cx.set_window_size(root, extent.width as f32, extent.height as f32);
        self.cx.needs_refresh(root);
    }

    /// Queues what the user did. `MouseMove` is in physical pixels from the upper left corner, `MouseScroll` in lines of text.
    pub fn send(&mut self, event: WindowEvent) {
        let event = match event {
            // vizia scrolls by 20 physical pixels a line, whatever the scale
            WindowEvent::MouseScroll(x, y) => {
                WindowEvent::MouseScroll(x * self.extent.scale, y * self.extent.scale)
            }
            other => other,
        };
        match &event {
            WindowEvent::MouseDown(_) => self.ring = false,
            WindowEvent::KeyDown(Code::Tab, _) => self.ring = true,
            WindowEvent::CharInput(typed) if keys::is_harmful(*typed) => return,
            _ => {}
        }
        if let WindowEvent::WindowFocused(focused) = event {
            self.cx.0.window_has_focus = focused;
            // Coming back by a click, vizia would show the ring of whatever had the focus before.
            if focused && !self.ring {
                return;
            }
        }
        self.cx.emit_window_event(Entity::root(), event);
    }

    /// Sets which modifier keys are down; before the event they belong to. Events sent before meet those that were down then, also
    /// when a chord comes and goes between two ticks.
    pub fn modifiers(&mut self, modifiers: Modifiers) {
        if *self.cx.modifiers() == modifiers {
            return;
        }
        let scope = self.scope;
        scope.enter(|| self.events.flush_events(self.cx.context(), |_| {}));
        *self.cx.modifiers() = modifiers;
    }

    /// Returns true if the editor takes this key press; all others belong to the host. See [`keys`].
    pub fn wants_key(&self, code: Code, modifiers: Modifiers) -> bool {
        keys::wanted(code, modifiers, self.keyboard())
    }

    /// Returns who would get a key.
    pub fn keyboard(&self) -> keys::Focus {
        if self.cx.focused_element() == Some("textbox") {
            keys::Focus::Text
        } else if self.session.has_popup() {
            keys::Focus::Popup
        } else if self.ring && self.cx.focused() != Entity::root() {
            keys::Focus::Ring
        } else {
            keys::Focus::None
        }
    }

    /// Hides the focus ring and gives the keys back to the host.
    pub fn unfocus(&mut self) {
        self.ring = false;
        self.cx.with_current(Entity::root(), |cx| cx.focus_with_visibility(false));
    }

    /// Handles everything that is due. Returns true if something is to be drawn.
    pub fn tick(&mut self) -> bool {
        self.tick_at(Instant::now())
    }

    /// Does the same as [`tick`](Self::tick) at the time `now`, by which meters fall and hold.
    pub fn tick_at(&mut self, now: Instant) -> bool {
        let scope = self.scope;
        scope.enter(|| self.run(now));
        self.is_dirty()
    }

    fn run(&mut self, now: Instant) {
        for view in self.session.watch.changed() {
            self.cx.context().emit_to(view, crate::session::ParameterChanged);
        }
        let (views, frame) = self.session.watch.frame(now);
        for view in views {
            self.cx.context().emit_to(view, frame);
        }
        while let Ok(event) = self.inbox.try_recv() {
            self.cx.send_event(event);
        }
        Runtime::drain_pending_work();
        self.cx.process_timers();
        self.cx.emit_scheduled_events();
        self.events.flush_events(self.cx.context(), |_| {});
        self.cx.process_style_updates();
        self.cx.process_animations();
        self.cx.process_visual_updates();
        // Layout may have written signals. vizia keeps what is to be rebuilt by thread, not by editor: another editor
        // on this thread must not find it.
        self.events.flush_events(self.cx.context(), |_| {});
        self.cx.context().tree_updates.clear();
    }

    /// Returns true if a draw would change pixels.
    pub fn is_dirty(&self) -> bool {
        let Some(window) = self.cx.0.windows.get(&Entity::root()) else { return false };
        !window.redraw_list.is_empty() || window.dirty_rect.is_some()
    }

    /// Draws what changed. Returns its area, or `None` if nothing did.
    pub fn draw(&mut self) -> Option<Area> {
        if !self.is_dirty() {
            return None;
        }
        let Self { cx, pixels, .. } = self;
        pixels.draw(|surface, below| {
            cx.draw(Entity::root(), below, surface);
        })
    }

    /// Returns the pixels drawn.
    pub fn pixels(&mut self) -> &mut Surface {
        &mut self.pixels
    }

    /// Returns what the views have asked of the window since the last call.
    pub fn wishes(&self) -> Vec<Wish> {
        self.wishes.take()
    }

    /// Returns vizia's context, for all that is not covered here.
    pub fn context(&mut self) -> &mut Context {
        self.cx.context()
    }

    /// Uses a clipboard shared with nobody instead of the system's.
    pub(crate) fn use_private_clipboard(&mut self) {
        self.cx.set_clipboard_provider(Box::new(crate::clipboard::Private::default()));
    }

    /// Returns every view's accessibility node: identifier, role, name, value, box.
    pub(crate) fn access_nodes(&mut self) -> Vec<crate::headless::Node> {
        let update = self.cx.init_accessibility_tree();
        update.nodes.iter().map(|(id, node)| crate::headless::Node::read(id.0, node)).collect()
    }
}

impl Drop for Ui {
    fn drop(&mut self) {
        // Views hear `Destroyed`, and end gestures under way; bindings leave the reactive runtime.
        let scope = self.scope;
        scope.enter(|| {
            let root = Entity::root();
            let children: Vec<Entity> = root.child_iter(&self.cx.0.tree).collect();
            for child in children {
                self.cx.context().remove(child);
            }
        });
        scope.dispose();
    }
}

fn build(
    spec: &Spec,
    host: Rc<dyn Host>,
    extent: Extent,
    proxy: Proxy,
    wishes: &Rc<Cell<Vec<Wish>>>,
) -> (BackendContext, Session) {
    let root = Entity::root();
    let mut cx = BackendContext::new(Context::new());
    cx.set_event_proxy(Box::new(proxy));
    cx.set_clipboard_provider(Box::new(crate::clipboard::Lazy::default()));
    cx.renegotiate_language();
    for font in &spec.fonts {
        cx.0.add_font_mem(font);
    }
    cx.0.add_built_in_styles();
    if let Err(error) = cx.0.add_stylesheet(CSS::from_string(&spec.theme.css())) {
        log::error!("the style sheet was not read: {error}");
    }
    let session = Session {
        parameters: Rc::new(spec.params.as_ref().map(Parameters::new).unwrap_or_default()),
        host,
        theme: Rc::new(spec.theme.clone()),
        ink: Ink::new(cx.0.text_context.font_collection.clone()),
        popup: Signal::new(None),
        watch: Rc::new(Watch::default()),
        size: Rc::default(),
        scrolled: Rc::default(),
    };
    session.set_size(extent);
    session.clone().build(cx.context());
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "window sizes"
    )]
    let logical = |pixels: u32| (pixels as f32 / extent.scale).round() as u32;
    let mut description = WindowDescription::new();
    description.inner_size = WindowSize::new(logical(extent.width), logical(extent.height));
    cx.0.windows
        .insert(root, WindowState { window_description: description.clone(), ..WindowState::default() });
    // vizia keeps a dropped file until some view under the pointer takes it, however late: the ground takes what nobody wanted
    VStack::new(cx.context(), |cx| (spec.content)(cx)).size(Stretch(1.0)).on_drop(|_, _| {});
    overlay::layer(cx.context());
    cx.add_main_window(root, &description, extent.scale);
    cx.add_window(Root::new(wishes.clone()));
    (cx, session)
}
