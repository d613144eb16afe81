//! The plugin's editor: CLAP's gui extension, of which there is one, under VST3's views, of which hosts may make more.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use clap_sys::ext::gui::{clap_plugin_gui, clap_window};
use vst3::ComPtr;
use vst3::Steinberg::Linux::IRunLoop;
use vst3::Steinberg::{IPlugFrame, IPlugFrameTrait, IPlugView, ViewRect, kResultOk};

use crate::events::Edit;
use crate::host::request;
use crate::instance::Instance;
use crate::params::ParamTable;
use crate::platform;
use crate::plugin::{Plugin, call};

/// The view that has the editor.
struct Owner {
    view: usize,
    frame: Option<ComPtr<IPlugFrame>>,
    shown: bool,
    /// The size last agreed with the host.
    size: Option<(u32, u32)>,
}

#[derive(Default)]
struct State {
    owner: Option<Owner>,
    /// The host has a run loop for the whole life of the instance: frames' run loops are not needed.
    keeps_run_loop: bool,
}

/// Who has the editor, and where. Main thread only; the lock is never held over a call to plugin or host.
#[derive(Default)]
pub(crate) struct Editor(Mutex<State>);

impl Editor {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn keep_run_loop(&self) {
        self.state().keeps_run_loop = true;
    }

    fn owned_by(&self, view: usize) -> bool {
        self.state().owner.as_ref().is_some_and(|owner| owner.view == view)
    }

    /// Destroys the editor, whoever has it.
    pub(crate) fn close(&self, plugin: &Plugin, params: &ParamTable) -> Vec<usize> {
        let mut state = self.state();
        let owner = state.owner.take();
        let keeps_run_loop = state.keeps_run_loop;
        drop(state);
        let Some(owner) = owner else { return Vec::new() };
        let host = plugin.host();
        if owner.shown {
            host.calling_editor(|| call!(plugin.gui, hide, plugin.raw()));
        }
        host.calling_editor(|| call!(plugin.gui, destroy, plugin.raw()));
        host.threads.release_editor();
        host.take_size();
        host.take_requests(request::CLOSED);
        if !keeps_run_loop {
            host.run_loop.detach();
        }
        // A gesture that the editor left open would keep automation from its parameter for ever.
        (0..params.len()).filter(|index| params.set_gesture(*index, false)).collect()
    }

    /// Serves the editor's own requests: a new size, and its end.
    pub(crate) fn service(&self, plugin: &Plugin) -> bool {
        let host = plugin.host();
        if let Some((width, height)) = host.take_size() {
            self.resize(plugin, width, height);
        }
        host.take_requests(request::CLOSED) != 0
    }

    /// Asks the frame for a new size; a refusal is told to the plugin by its old size (CLAP ext/gui.h, `request_resize`).
    fn resize(&self, plugin: &Plugin, width: u32, height: u32) {
        let state = self.state();
        let Some(owner) = &state.owner else { return };
        let (view, frame, old) = (owner.view as *mut IPlugView, owner.frame.clone(), owner.size);
        drop(state);
        let mut rect = ViewRect { left: 0, top: 0, right: width as i32, bottom: height as i32 };
        let accepted = frame.is_some_and(|frame| {
            // SAFETY: VST3 iplugview.h, IPlugFrame::resizeView: on the UI thread; the view lives, for it gives up
            // the editor when it dies.
            unsafe { frame.resizeView(view, &raw mut rect) == kResultOk }
        });
        if accepted {
            self.set_agreed(view as usize, width, height);
        } else if let Some((width, height)) = old {
            plugin.host().calling(|| call!(plugin.gui, set_size, plugin.raw(), width, height));
        }
    }

    fn set_agreed(&self, view: usize, width: u32, height: u32) {
        if let Some(owner) = self.state().owner.as_mut().filter(|owner| owner.view == view) {
            owner.size = Some((width, height));
        }
    }
}

/// What a view does with the editor; all on the main thread. `view` is the view's own address.
impl Instance {
    /// The gui table, if the plugin can be embedded on this platform.
    pub(crate) fn gui(&self) -> Option<&'static clap_plugin_gui> {
        let api = platform::API?;
        let gui = self.plugin.gui?;
        let host = self.plugin.host();
        let supported =
            host.calling(|| call!(Some(gui), is_api_supported, self.plugin.raw(), api.as_ptr(), false));
        supported.unwrap_or(false).then_some(gui)
    }

    /// Creates the editor for a view; `false` if another view has it or the plugin refuses.
    pub(crate) fn open_editor(
        self: &Arc<Self>,
        view: usize,
        frame: Option<&ComPtr<IPlugFrame>>,
        scale: Option<f64>,
    ) -> bool {
        if self.editor.state().owner.is_some() {
            return self.editor.owned_by(view);
        }
        let (Some(gui), Some(api)) = (self.gui(), platform::API) else { return false };
        let host = self.plugin.host();
        let raw = self.plugin.raw();
        let created = host.calling_editor(|| {
            host.threads.bind_editor();
            let created = call!(Some(gui), create, raw, api.as_ptr(), false);
            if created != Some(true) {
                host.threads.release_editor();
            }
            created
        });
        if created != Some(true) {
            return false;
        }
        if let Some(scale) = scale {
            host.calling_editor(|| call!(Some(gui), set_scale, raw, scale));
        }
        self.editor.state().owner = Some(Owner { view, frame: None, shown: false, size: None });
        self.set_frame(view, frame);
        true
    }

    /// Destroys the editor if this view has it.
    pub(crate) fn close_editor(&self, view: usize) {
        if self.editor.owned_by(view) {
            self.close_any_editor();
        }
    }

    /// Destroys the editor and ends the gestures it left open; on another thread than the editor's, its next service does.
    pub(crate) fn close_any_editor(&self) {
        let host = self.plugin.host();
        if !host.threads.owns_editor() {
            host.request(request::CLOSED);
            return;
        }
        let open = self.editor.close(&self.plugin, &self.params);
        self.end_gestures(open.into_iter().map(Edit::End));
    }

    /// Takes over a view's frame, and the run loop that comes with it.
    pub(crate) fn set_frame(self: &Arc<Self>, view: usize, frame: Option<&ComPtr<IPlugFrame>>) {
        let mut state = self.editor.state();
        let Some(owner) = state.owner.as_mut().filter(|owner| owner.view == view) else { return };
        let before = std::mem::replace(&mut owner.frame, frame.cloned());
        let keeps_run_loop = state.keeps_run_loop;
        drop(state);
        drop(before);
        if keeps_run_loop {
            return;
        }
        match frame.and_then(ComPtr::cast::<IRunLoop>) {
            Some(run_loop) => {
                self.plugin.host().run_loop.attach(run_loop, Arc::downgrade(self));
            }
            None => self.plugin.host().run_loop.detach(),
        }
    }

    /// Puts the opened editor into a parent window and shows it.
    pub(crate) fn embed_editor(&self, view: usize, window: &clap_window) -> bool {
        let (host, raw) = (self.plugin.host(), self.plugin.raw());
        if !host.calling_editor(|| call!(self.plugin.gui, set_parent, raw, window)).unwrap_or(false) {
            return false;
        }
        // Some plugins show themselves with their parent and answer false.
        host.calling_editor(|| call!(self.plugin.gui, show, raw));
        if let Some(owner) = self.editor.state().owner.as_mut().filter(|owner| owner.view == view) {
            owner.shown = true;
        }
        if let Some((width, height)) = self.editor_size() {
            self.editor.set_agreed(view, width, height);
        }
        true
    }

    /// The opened editor's size, in pixels.
    pub(crate) fn editor_size(&self) -> Option<(u32, u32)> {
        let (mut width, mut height) = (0, 0);
        let (w, h) = (&raw mut width, &raw mut height);
        let known =
            self.plugin.host().calling_editor(|| call!(self.plugin.gui, get_size, self.plugin.raw(), w, h));
        known.unwrap_or(false).then_some((width, height))
    }

    pub(crate) fn editor_can_resize(&self) -> bool {
        self.plugin
            .host()
            .calling_editor(|| call!(self.plugin.gui, can_resize, self.plugin.raw()))
            .unwrap_or(false)
    }

    /// The nearest size that the opened editor can have.
    pub(crate) fn editor_nearest_size(&self, width: u32, height: u32) -> Option<(u32, u32)> {
        if !self.editor_can_resize() {
            return self.editor_size();
        }
        let (mut width, mut height) = (width, height);
        let (w, h) = (&raw mut width, &raw mut height);
        let known = self
            .plugin
            .host()
            .calling_editor(|| call!(self.plugin.gui, adjust_size, self.plugin.raw(), w, h));
        known.unwrap_or(false).then_some((width, height))
    }

    /// The host has given the view this size.
    pub(crate) fn size_editor(&self, view: usize, width: u32, height: u32) -> bool {
        let sized = self.editor_size() == Some((width, height)) || {
            let raw = self.plugin.raw();
            self.plugin
                .host()
                .calling_editor(|| call!(self.plugin.gui, set_size, raw, width, height))
                .unwrap_or(false)
        };
        if sized {
            self.editor.set_agreed(view, width, height);
        }
        sized
    }

    pub(crate) fn scale_editor(&self, scale: f64) -> bool {
        self.plugin
            .host()
            .calling_editor(|| call!(self.plugin.gui, set_scale, self.plugin.raw(), scale))
            .unwrap_or(false)
    }

    pub(crate) fn has_editor(&self, view: usize) -> bool {
        self.editor.owned_by(view)
    }
}
