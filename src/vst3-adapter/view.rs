//! The VST3 view: the plugin's editor inside a host window. What is particular to a window system lies in `platform`.

use std::ffi::{CStr, c_void};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use vst3::Steinberg::{
    FIDString, IPlugFrame, IPlugView, IPlugViewContentScaleSupport, IPlugViewContentScaleSupportTrait,
    IPlugViewTrait, TBool, ViewRect, char16, int16, kInternalError, kInvalidArgument, kNotInitialized,
    kResultFalse, kResultOk, tresult,
};
use vst3::{Class, ComPtr, ComRef, ComWrapper};

use crate::guard::guard;
use crate::instance::Instance;
use crate::platform;

#[derive(Default)]
struct State {
    frame: Option<ComPtr<IPlugFrame>>,
    scale: Option<f64>,
}

/// One view. It may outlive the plugin: then it answers `kNotInitialized`.
pub(crate) struct View {
    instance: Weak<Instance>,
    state: Mutex<State>,
    /// The address of this object's `IPlugView`, which frames know it by.
    address: AtomicUsize,
}

impl Class for View {
    type Interfaces = (IPlugView, IPlugViewContentScaleSupport);
}

impl View {
    /// Whether the plugin has an editor that can be embedded here.
    pub(crate) fn is_possible(instance: &Instance) -> bool {
        instance.gui().is_some()
    }

    pub(crate) fn create(instance: &Arc<Instance>) -> Option<ComPtr<IPlugView>> {
        instance.plugin.host().adopt_home();
        let instance = Arc::downgrade(instance);
        let view = ComWrapper::new(Self { instance, state: Mutex::default(), address: AtomicUsize::new(0) });
        let pointer = view.to_com_ptr::<IPlugView>()?;
        view.address.store(pointer.as_ptr() as usize, Ordering::Relaxed);
        Some(pointer)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn address(&self) -> usize {
        self.address.load(Ordering::Relaxed)
    }

    fn on(&self, f: impl FnOnce(&Arc<Instance>) -> tresult) -> tresult {
        guard(kInternalError, || self.instance.upgrade().as_ref().map_or(kNotInitialized, f))
    }

    /// Creates the editor for this view, if it has none yet.
    fn open(&self, instance: &Arc<Instance>) -> bool {
        let state = self.state();
        let (frame, scale) = (state.frame.clone(), state.scale);
        drop(state);
        instance.open_editor(self.address(), frame.as_ref(), scale)
    }
}

impl Drop for View {
    fn drop(&mut self) {
        guard((), || {
            if let Some(instance) = self.instance.upgrade() {
                instance.close_editor(self.address());
            }
        });
    }
}

impl IPlugViewTrait for View {
    unsafe fn isPlatformTypeSupported(&self, kind: FIDString) -> tresult {
        // SAFETY: VST3 iplugview.h, isPlatformTypeSupported: null or a NUL-terminated name.
        guard(kInternalError, || if unsafe { is_supported(kind) } { kResultOk } else { kResultFalse })
    }

    unsafe fn attached(&self, parent: *mut c_void, kind: FIDString) -> tresult {
        self.on(|instance| {
            // SAFETY: VST3 iplugview.h, attached: null or a NUL-terminated name.
            if parent.is_null() || !unsafe { is_supported(kind) } {
                return kInvalidArgument;
            }
            instance.plugin.host().adopt_home();
            if !self.open(instance) {
                return kResultFalse;
            }
            if !instance.embed_editor(self.address(), &platform::window(parent)) {
                instance.close_editor(self.address());
                return kResultFalse;
            }
            instance.service();
            kResultOk
        })
    }

    unsafe fn removed(&self) -> tresult {
        self.on(|instance| {
            instance.close_editor(self.address());
            kResultOk
        })
    }

    /// The mouse and the keyboard reach the editor through its own window; CLAP has no other way for them.
    unsafe fn onWheel(&self, _: f32) -> tresult {
        guard(kInternalError, || kResultFalse)
    }

    unsafe fn onKeyDown(&self, _: char16, _: int16, _: int16) -> tresult {
        guard(kInternalError, || kResultFalse)
    }

    unsafe fn onKeyUp(&self, _: char16, _: int16, _: int16) -> tresult {
        guard(kInternalError, || kResultFalse)
    }

    unsafe fn getSize(&self, rect: *mut ViewRect) -> tresult {
        self.on(|instance| {
            // SAFETY: VST3 iplugview.h, getSize: null or a place for the answer.
            let Some(rect) = (unsafe { rect.as_mut() }) else { return kInvalidArgument };
            if !self.open(instance) {
                return kResultFalse;
            }
            let Some((width, height)) = instance.editor_size() else { return kResultFalse };
            *rect = ViewRect { left: 0, top: 0, right: width as i32, bottom: height as i32 };
            kResultOk
        })
    }

    unsafe fn onSize(&self, rect: *mut ViewRect) -> tresult {
        self.on(|instance| {
            // SAFETY: VST3 iplugview.h, onSize: null or a rectangle.
            let Some((width, height)) = unsafe { rect.as_ref() }.and_then(extent) else {
                return kInvalidArgument;
            };
            let sized =
                instance.has_editor(self.address()) && instance.size_editor(self.address(), width, height);
            if sized { kResultOk } else { kResultFalse }
        })
    }

    /// An X11 editor takes the focus itself when it is clicked.
    unsafe fn onFocus(&self, _: TBool) -> tresult {
        guard(kInternalError, || kResultOk)
    }

    unsafe fn setFrame(&self, frame: *mut IPlugFrame) -> tresult {
        // SAFETY: VST3 iplugview.h, setFrame: null or a living frame.
        let frame = unsafe { ComRef::from_raw(frame) }.map(|frame| frame.to_com_ptr());
        guard(kInternalError, || {
            let before = std::mem::replace(&mut self.state().frame, frame.clone());
            drop(before);
            if let Some(instance) = self.instance.upgrade() {
                instance.set_frame(self.address(), frame.as_ref());
            }
            kResultOk
        })
    }

    unsafe fn canResize(&self) -> tresult {
        self.on(
            |instance| {
                if self.open(instance) && instance.editor_can_resize() { kResultOk } else { kResultFalse }
            },
        )
    }

    unsafe fn checkSizeConstraint(&self, rect: *mut ViewRect) -> tresult {
        self.on(|instance| {
            // SAFETY: VST3 iplugview.h, checkSizeConstraint: null or a rectangle to correct.
            let Some(rect) = (unsafe { rect.as_mut() }) else { return kInvalidArgument };
            // An empty rectangle asks for the least size.
            let (width, height) = extent(rect).unwrap_or((1, 1));
            if !self.open(instance) {
                return kResultFalse;
            }
            let Some((width, height)) = instance.editor_nearest_size(width, height) else {
                return kResultFalse;
            };
            rect.right = rect.left.saturating_add(width as i32);
            rect.bottom = rect.top.saturating_add(height as i32);
            kResultOk
        })
    }
}

impl IPlugViewContentScaleSupportTrait for View {
    unsafe fn setContentScaleFactor(&self, factor: f32) -> tresult {
        self.on(|instance| {
            if !factor.is_finite() || factor <= 0.0 {
                return kInvalidArgument;
            }
            let scale = f64::from(factor);
            self.state().scale = Some(scale);
            // Without an editor yet, it gets the scale when it is created.
            let taken = !instance.has_editor(self.address()) || instance.scale_editor(scale);
            if taken { kResultOk } else { kResultFalse }
        })
    }
}

/// Width and height of a rectangle; `None` if it is empty or turned over.
fn extent(rect: &ViewRect) -> Option<(u32, u32)> {
    let side =
        |from: i32, to: i32| u32::try_from(i64::from(to) - i64::from(from)).ok().filter(|side| *side > 0);
    Some((side(rect.left, rect.right)?, side(rect.top, rect.bottom)?))
}

/// # Safety
/// `kind` is null or a NUL-terminated name.
unsafe fn is_supported(kind: FIDString) -> bool {
    if kind.is_null() || platform::API.is_none() {
        return false;
    }
    // SAFETY: this function's contract; the platform's own name is a literal.
    unsafe { CStr::from_ptr(kind) == CStr::from_ptr(platform::KIND) }
}
