//! An editor without a window: for tests, screenshots and measurements.

use std::rc::Rc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use vizia::prelude::*;

use crate::hand::LINES_PER_NOTCH;
use crate::host::Recorder;
use crate::picture::Picture;
use crate::root::Wish;
use crate::ui::{Extent, Spec, Ui};

/// Time between two ticks.
const TICK: Duration = Duration::from_nanos(16_666_667);

/// A user interface driven tick by tick, by events of the test's making. Positions are logical pixels.
pub struct Headless {
    ui: Ui,
    host: Recorder,
    now: Instant,
    clicks: u32,
}

/// What assistive technology is told about a view.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Unique in the tree.
    pub id: u64,
    /// What it is.
    pub role: Role,
    /// Its name; empty if it has none.
    pub name: String,
    /// Its value as text; empty if it has none.
    pub value: String,
    /// Left, top, right, bottom in physical pixels.
    pub bounds: [f64; 4],
    /// The keyboard reaches it.
    pub focusable: bool,
}

impl Node {
    pub(crate) fn read(id: u64, node: &accesskit::Node) -> Self {
        let bounds = node.bounds().map_or([0.0; 4], |b| [b.x0, b.y0, b.x1, b.y1]);
        Self {
            id,
            role: node.role(),
            name: node.label().unwrap_or_default().to_owned(),
            value: node.value().unwrap_or_default().to_owned(),
            bounds,
            focusable: node.supports_action(accesskit::Action::Focus),
        }
    }
}

impl Headless {
    /// Builds the editor in a window of `width` by `height` logical pixels and lets it settle.
    pub fn new(spec: &Spec, width: f32, height: f32, scale: f32) -> Self {
        let host = Recorder::default();
        let mut ui = Ui::new(spec, Rc::new(host.clone()), extent(width, height, scale));
        ui.use_private_clipboard();
        let mut headless = Self { ui, host, now: Instant::now(), clicks: 0 };
        headless.run(3);
        headless
    }

    /// Returns the calls to the host since this function was last called.
    pub fn gestures(&self) -> Vec<crate::host::Gesture> {
        self.host.take()
    }

    /// Returns the host, which can be asked even after the editor is dropped.
    pub fn recorder(&self) -> Recorder {
        self.host.clone()
    }

    /// Returns the user interface.
    pub fn ui(&mut self) -> &mut Ui {
        &mut self.ui
    }

    /// Ticks a sixtieth of a second after the last tick. Returns true if there is something to draw.
    pub fn tick(&mut self) -> bool {
        self.now += TICK;
        self.ui.tick_at(self.now)
    }

    /// Ticks several times.
    pub fn run(&mut self, ticks: u32) {
        for _ in 0..ticks {
            self.tick();
        }
    }

    /// Ticks until nothing moves any more, at most a second of real time: vizia's transitions go by the clock.
    pub fn settle(&mut self) {
        for _ in 0..100 {
            self.run(2);
            if self.ui.draw().is_none() {
                return;
            }
            sleep(Duration::from_millis(10));
        }
    }

    /// Draws what changed and takes the picture.
    pub fn picture(&mut self) -> Picture {
        self.tick();
        self.ui.draw();
        self.ui.pixels().picture()
    }

    /// Takes a new size and scale.
    pub fn resize(&mut self, width: f32, height: f32, scale: f32) {
        self.ui.resize(extent(width, height, scale));
        self.run(3);
    }

    /// Returns what the views asked of the window since the last call.
    pub fn wishes(&self) -> Vec<Wish> {
        self.ui.wishes()
    }

    /// Sends an event and ticks.
    pub fn send(&mut self, event: WindowEvent) {
        self.ui.send(event);
        self.tick();
    }

    /// Holds these modifier keys from now on.
    pub fn hold(&mut self, modifiers: Modifiers) {
        self.ui.modifiers(modifiers);
    }

    /// Moves the pointer.
    pub fn point(&mut self, (x, y): (f32, f32)) {
        let scale = self.ui.extent().scale;
        self.send(WindowEvent::MouseMove(x * scale, y * scale));
    }

    /// Clicks; two calls never make a double click.
    pub fn click(&mut self, at: (f32, f32)) {
        self.click_with(MouseButton::Left, at);
    }

    /// Clicks with a certain button.
    pub fn click_with(&mut self, button: MouseButton, (x, y): (f32, f32)) {
        self.clicks += 1;
        // A double click needs the very same position.
        let nudge = if self.clicks.is_multiple_of(2) { 0.02 } else { 0.0 };
        self.point((x + nudge, y));
        self.send(WindowEvent::MouseDown(button));
        self.send(WindowEvent::MouseUp(button));
    }

    /// Clicks twice at once.
    pub fn double_click(&mut self, at: (f32, f32)) {
        self.click(at);
        self.send(WindowEvent::MouseDown(MouseButton::Left));
        self.send(WindowEvent::MouseUp(MouseButton::Left));
    }

    /// Presses at `from`, moves to `to` in ten steps, lets go.
    pub fn drag(&mut self, from: (f32, f32), to: (f32, f32)) {
        self.point(from);
        self.send(WindowEvent::MouseDown(MouseButton::Left));
        for step in 1..=10_u8 {
            let t = f32::from(step) / 10.0;
            self.point((from.0 + (to.0 - from.0) * t, from.1 + (to.1 - from.1) * t));
        }
        self.send(WindowEvent::MouseUp(MouseButton::Left));
    }

    /// Turns the wheel by `notches` at a position, away from the user if positive.
    pub fn wheel(&mut self, at: (f32, f32), notches: f32) {
        self.point(at);
        self.send(WindowEvent::MouseScroll(0.0, notches * LINES_PER_NOTCH));
    }

    /// Presses and releases a key, if the editor takes it. Returns false if it would have gone to the host.
    pub fn key(&mut self, code: Code, modifiers: Modifiers) -> bool {
        if !self.ui.wants_key(code, modifiers) {
            return false;
        }
        self.ui.modifiers(modifiers);
        self.send(WindowEvent::KeyDown(code, None));
        self.send(WindowEvent::KeyUp(code, None));
        self.ui.modifiers(Modifiers::empty());
        true
    }

    /// Types text, if the editor takes it.
    pub fn type_text(&mut self, text: &str) {
        for typed in text.chars() {
            if self.ui.wants_key(Code::Unidentified, Modifiers::empty()) {
                self.send(WindowEvent::CharInput(typed));
            }
        }
    }

    /// Returns every named or focusable view.
    pub fn nodes(&mut self) -> Vec<Node> {
        let nodes = self.ui.access_nodes();
        nodes.into_iter().filter(|node| node.focusable || !node.name.is_empty()).collect()
    }

    /// Returns the first view of this name.
    pub fn find(&mut self, name: &str) -> Option<Node> {
        self.nodes().into_iter().find(|node| node.name == name)
    }

    /// Returns the middle of the view of this name, in logical pixels.
    ///
    /// # Panics
    /// If there is none: a test that looks for it has failed.
    pub fn middle(&mut self, name: &str) -> (f32, f32) {
        let scale = f64::from(self.ui.extent().scale);
        let node = self.find(name);
        #[expect(clippy::panic, reason = "only tests look for views by name")]
        let Some(node) = node else { panic!("no view is called {name:?}") };
        let [left, top, right, bottom] = node.bounds;
        #[expect(clippy::cast_possible_truncation, reason = "pixel positions")]
        let middle = |a: f64, b: f64| (f64::midpoint(a, b) / scale) as f32;
        (middle(left, right), middle(top, bottom))
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "window sizes")]
fn extent(width: f32, height: f32, scale: f32) -> Extent {
    Extent { width: (width * scale).round() as u32, height: (height * scale).round() as u32, scale }
}
