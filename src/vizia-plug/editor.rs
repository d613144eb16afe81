//! nice-plug's editor on top of the window.

use std::error::Error;
use std::rc::Rc;
use std::sync::Arc;

use baseview::host::{Host as Parent, HostCallbacks, HostMainThreadCaller};
use baseview::{HandlerError, Window, WindowSettings, WindowSize, dpi as their};
use nice_plug::context::gui::GuiContext;
use nice_plug::editor::dpi::{LogicalSize, NativeSize, Size};
use nice_plug::editor::{Editor, EditorHandle, HostMethods, ParentWindowHandle, ResizeHint, SpawnedEditor};

use crate::host::Plugin;
use crate::size::EditorSize;
use crate::ui::Spec;
use crate::window::Handler;

/// A plugin's editor. Give it to nice-plug from `Plugin::editor`; it can be opened and closed any number of times.
pub struct PlugEditor {
    title: String,
    spec: Spec,
    size: Arc<EditorSize>,
}

impl PlugEditor {
    /// An editor called `title` in windows of the stand-alone application.
    pub fn new(title: impl Into<String>, spec: Spec, size: Arc<EditorSize>) -> Self {
        Self { title: title.into(), spec, size }
    }

    fn settings(&self, parent: Option<ParentWindowHandle>, wait: bool, scale: Option<f64>) -> WindowSettings {
        let (width, height) = self.size.logical();
        let (least, most) = self.size.limits();
        WindowSettings::new()
            .with_title(self.title.clone())
            .with_size(their::LogicalSize::new(width, height))
            .with_parent(parent.as_ref())
            .with_wait_for_parent(wait)
            .with_fallback_scale_factor(scale)
            .with_resizable(self.size.is_resizable())
            .with_min_size(their::LogicalSize::new(least.0, least.1))
            .with_max_size(their::LogicalSize::new(most.0, most.1))
    }
}

impl Editor for PlugEditor {
    type Handle = PlugHandle;

    fn spawn(
        &self,
        parent: Option<ParentWindowHandle>,
        wait_for_parent: bool,
        fallback_scale_factor: Option<f64>,
        gui_context: GuiContext,
        host: Option<HostMethods>,
    ) -> Result<SpawnedEditor<PlugHandle>, Box<dyn Error>> {
        let (spec, size) = (self.spec.clone(), Arc::clone(&self.size));
        let window = Window::create_with_host(
            self.settings(parent, wait_for_parent, fallback_scale_factor),
            move |window| Handler::new(window, &spec, Rc::new(Plugin(gui_context)), size),
            host.map(parent_of),
        )?;
        Ok(SpawnedEditor { handle: PlugHandle { size: Arc::clone(&self.size) }, window })
    }

    fn size(&self) -> NativeSize<u32> {
        native(&self.size)
    }

    fn resize_hint(&self) -> ResizeHint {
        #[allow(clippy::cast_possible_truncation, reason = "window sizes")]
        let size = |(width, height): (f64, f64)| Some(LogicalSize::new(width as f32, height as f32));
        let (least, most) = self.size.limits();
        if self.size.is_resizable() {
            ResizeHint::resizable().with_min_max_logical_size(size(least), size(most))
        } else {
            ResizeHint::NON_RESIZABLE
        }
    }
}

/// An open editor.
pub struct PlugHandle {
    size: Arc<EditorSize>,
}

impl EditorHandle for PlugHandle {
    type Window = Window;
    type Error = baseview::Error;

    fn run_until_closed(window: Window) -> Result<(), Self::Error> {
        window.run_until_closed()
    }

    fn set_parent(&self, parent: ParentWindowHandle, window: &Window) -> Result<(), Self::Error> {
        window.set_parent(&parent)
    }

    fn show(&self, window: &Window) -> Result<(), Self::Error> {
        window.show()
    }

    fn hide(&self, window: &Window) -> Result<(), Self::Error> {
        window.hide()
    }

    fn set_size(&self, new: NativeSize<u32>, window: &Window) -> Result<(), Self::Error> {
        window.resize(their::Size::from(baseview::dpi::NativeSize::new(new.width, new.height)))
    }

    fn host_main_thread_callback(&self, window: &Window) {
        window.host_main_thread_callback();
    }

    fn adjust_size(&self, new: NativeSize<u32>, _: &Window) -> Option<NativeSize<u32>> {
        let scale = self.size.scale();
        let wanted: LogicalSize<f64> = new.to_logical(scale).cast();
        let (width, height) = self.size.clamped(wanted.width, wanted.height);
        Some(NativeSize::from_size(Size::Logical(LogicalSize::new(width, height)), scale))
    }

    fn set_fallback_scale_factor(&self, scale: f64, window: &Window) -> Result<(), Self::Error> {
        window.suggest_fallback_scale_factor(scale)
    }

    // Every tick compares all parameters shown with what they were; nothing needs to be woken.
    fn param_value_changed(&self, _: &str, _: f32) {}

    fn param_modulation_changed(&self, _: &str, _: f32) {}
}

fn native(size: &EditorSize) -> NativeSize<u32> {
    let (width, height) = size.logical();
    NativeSize::from_size(Size::Logical(LogicalSize::new(width, height)), size.scale())
}

/// nice-plug's idea of the host in baseview's words.
fn parent_of(host: HostMethods) -> Parent {
    Parent::new().with_callbacks(Callbacks(host.callbacks)).with_main_thread(Caller(host.main_thread_caller))
}

struct Callbacks(Box<dyn nice_plug::editor::HostCallbacks>);

impl HostCallbacks for Callbacks {
    fn request_resize(&mut self, new: WindowSize) -> Result<(), HandlerError> {
        let size = Size::Logical(LogicalSize::new(new.logical.width, new.logical.height));
        self.0.request_resize(size, new.scale_factor).map_err(HandlerError::from_boxed)
    }

    fn destroyed(&mut self) {
        self.0.destroyed();
    }
}

struct Caller(Box<dyn nice_plug::editor::HostMainThreadCaller>);

impl HostMainThreadCaller for Caller {
    fn call_main_thread(&mut self) {
        self.0.call_main_thread();
    }
}
