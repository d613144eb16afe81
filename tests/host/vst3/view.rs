//! An editor in an X11 window.

use vst3::Steinberg::Vst::IEditControllerTrait;
use vst3::Steinberg::{
    IPlugFrame, IPlugView, IPlugViewTrait, ViewRect, kPlatformTypeX11EmbedWindowID, tresult,
};
use vst3::{ComPtr, ComWrapper};

use super::{Frame, RunLoop, Vst3Host, check};
use crate::{Editor, HostError};

/// An open view in a parent window.
pub struct Shown {
    /// The plugin's view.
    pub view: ComPtr<IPlugView>,
    /// The host's frame around it.
    pub frame: ComWrapper<Frame>,
}

impl Shown {
    /// Opens the editor as a host does: view, frame, size, attached.
    ///
    /// # Errors
    /// If there is none, or it cannot be opened there.
    pub fn open(
        host: &Vst3Host,
        parent: u32,
        run_loop: Option<RunLoop>,
        refuses: bool,
    ) -> Result<Self, HostError> {
        let view = create_view(host).ok_or_else(|| HostError("the VST3 plugin has no editor".to_owned()))?;
        let frame = ComWrapper::new(Frame::new(run_loop, refuses));
        check("setFrame", set_frame(&view, &frame))?;
        if size_of(&view)? == (0, 0) {
            return Err(HostError("the VST3 plugin's editor has no size before it is attached".to_owned()));
        }
        check("attached", attach(&view, parent))?;
        Ok(Self { view, frame })
    }

    /// Removes it from its window.
    ///
    /// # Errors
    /// If the plugin says that it was not there.
    pub fn close(self) -> Result<(), HostError> {
        // SAFETY: VST3 iplugview.h: removed, then no frame, then the last reference
        unsafe {
            check("removed", self.view.removed())?;
            check("setFrame", self.view.setFrame(std::ptr::null_mut()))
        }
    }
}

/// The plugin's view, attached to nothing.
pub fn create_view(host: &Vst3Host) -> Option<ComPtr<IPlugView>> {
    // SAFETY: VST3 ivsteditcontroller.h, createView: the caller owns the view
    unsafe { ComPtr::from_raw(host.controller().createView(c"editor".as_ptr())) }
}

/// Gives the view its frame.
pub fn set_frame(view: &ComPtr<IPlugView>, frame: &ComWrapper<Frame>) -> tresult {
    let frame = frame.as_com_ref::<IPlugFrame>().map_or(std::ptr::null_mut(), |frame| frame.as_ptr());
    // SAFETY: VST3 iplugview.h, setFrame: a living frame
    unsafe { view.setFrame(frame) }
}

/// Attaches the view to an X11 window.
pub fn attach(view: &ComPtr<IPlugView>, parent: u32) -> tresult {
    // SAFETY: VST3 iplugview.h, attached: the window's id, passed as a pointer
    unsafe { view.attached(parent as usize as *mut _, kPlatformTypeX11EmbedWindowID) }
}

/// The view's width and height.
///
/// # Errors
/// If it has none.
pub fn size_of(view: &ComPtr<IPlugView>) -> Result<(i32, i32), HostError> {
    let mut rect = rect(0, 0);
    // SAFETY: VST3 iplugview.h, getSize: a place for the answer
    check("getSize", unsafe { view.getSize(&raw mut rect) })?;
    Ok((rect.right - rect.left, rect.bottom - rect.top))
}

/// A size as VST3 has it.
pub fn rect(width: i32, height: i32) -> ViewRect {
    ViewRect { left: 0, top: 0, right: width, bottom: height }
}

impl Editor for Vst3Host {
    fn open_editor(&mut self, parent: u32) -> Result<(), HostError> {
        self.shown = Some(Shown::open(self, parent, Some(self.run_loop().clone()), false)?);
        Ok(())
    }

    fn editor_size(&mut self) -> Result<(u32, u32), HostError> {
        let (width, height) = size_of(&self.shown()?.view)?;
        Ok((width.unsigned_abs(), height.unsigned_abs()))
    }

    fn resize_editor(&mut self, width: u32, height: u32) -> Result<(), HostError> {
        let mut wanted = rect(width as i32, height as i32);
        let view = &self.shown()?.view;
        // SAFETY: VST3 iplugview.h: an attached view on the main thread; the limits are asked for first
        unsafe {
            check("checkSizeConstraint", view.checkSizeConstraint(&raw mut wanted))?;
            check("onSize", view.onSize(&raw mut wanted))
        }
    }

    fn close_editor(&mut self) -> Result<(), HostError> {
        self.shown.take().map_or(Ok(()), Shown::close)
    }

    fn turn(&mut self) {
        self.run_loop().turn();
    }
}

impl Vst3Host {
    fn shown(&self) -> Result<&Shown, HostError> {
        self.shown.as_ref().ok_or_else(|| HostError("the VST3 plugin's editor is not open".to_owned()))
    }
}
