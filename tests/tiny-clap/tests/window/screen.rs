//! A host's window on the X server, and what a user does in it.

use std::time::Duration;

use garnish_host::vst3::{Frame, RunLoop, Vst3Host};
use vst3::Steinberg::Vst::IEditControllerTrait;
use vst3::Steinberg::{
    IPlugFrame, IPlugView, IPlugViewTrait, ViewRect, kPlatformTypeX11EmbedWindowID, kResultOk,
};
use vst3::{ComPtr, ComWrapper};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ButtonPressEvent, ConnectionExt, CreateWindowAux, EventMask,
    KEY_PRESS_EVENT, KeyButMask, KeyPressEvent, MOTION_NOTIFY_EVENT, MapState, Motion, MotionNotifyEvent,
    WindowClass,
};
use x11rb::rust_connection::RustConnection;

/// The host's own connection, with one parent window.
pub struct Screen {
    c: RustConnection,
    root: u32,
    pub parent: u32,
}

impl Screen {
    pub fn new() -> Self {
        let (c, screen) = RustConnection::connect(None).unwrap();
        let root = c.setup().roots[screen].root;
        let parent = c.generate_id().unwrap();
        let looks = CreateWindowAux::new();
        c.create_window(0, parent, root, 0, 0, 500, 400, 0, WindowClass::INPUT_OUTPUT, 0, &looks).unwrap();
        c.map_window(parent).unwrap();
        let screen = Self { c, root, parent };
        screen.sync();
        screen
    }

    /// Waits until the server has done everything asked of it before.
    pub fn sync(&self) {
        self.c.get_input_focus().unwrap().reply().unwrap();
    }

    pub fn destroy_parent(&self) {
        self.c.destroy_window(self.parent).unwrap();
        self.sync();
    }

    /// The windows inside the parent.
    pub fn children(&self) -> Vec<u32> {
        self.c.query_tree(self.parent).unwrap().reply().unwrap().children
    }

    pub fn is_mapped(&self, window: u32) -> bool {
        let state = self.c.get_window_attributes(window).unwrap().reply().unwrap().map_state;
        state != MapState::UNMAPPED
    }

    pub fn size(&self, window: u32) -> (i32, i32) {
        let geometry = self.c.get_geometry(window).unwrap().reply().unwrap();
        (i32::from(geometry.width), i32::from(geometry.height))
    }

    pub fn button(&self, window: u32, down: bool) {
        let response_type = if down { BUTTON_PRESS_EVENT } else { BUTTON_RELEASE_EVENT };
        let event = ButtonPressEvent {
            response_type,
            detail: 1,
            sequence: 0,
            time: 0,
            root: self.root,
            event: window,
            child: 0,
            root_x: 1,
            root_y: 1,
            event_x: 1,
            event_y: 1,
            state: KeyButMask::default(),
            same_screen: true,
        };
        self.c.send_event(false, window, EventMask::NO_EVENT, event).unwrap();
        self.sync();
    }

    pub fn motion(&self, window: u32, x: i16) {
        let event = MotionNotifyEvent {
            response_type: MOTION_NOTIFY_EVENT,
            detail: Motion::NORMAL,
            sequence: 0,
            time: 0,
            root: self.root,
            event: window,
            child: 0,
            root_x: x,
            root_y: 1,
            event_x: x,
            event_y: 1,
            state: KeyButMask::default(),
            same_screen: true,
        };
        self.c.send_event(false, window, EventMask::NO_EVENT, event).unwrap();
        self.sync();
    }

    pub fn key(&self, window: u32, keycode: u8) {
        let event = KeyPressEvent {
            response_type: KEY_PRESS_EVENT,
            detail: keycode,
            sequence: 0,
            time: 0,
            root: self.root,
            event: window,
            child: 0,
            root_x: 1,
            root_y: 1,
            event_x: 1,
            event_y: 1,
            state: KeyButMask::default(),
            same_screen: true,
        };
        self.c.send_event(false, window, EventMask::NO_EVENT, event).unwrap();
        self.sync();
    }
}

/// An open view in a parent window.
pub struct Shown {
    pub view: ComPtr<IPlugView>,
    pub frame: ComWrapper<Frame>,
}

pub fn create_view(host: &Vst3Host) -> ComPtr<IPlugView> {
    // SAFETY: VST3 ivsteditcontroller.h, createView: the caller owns the view.
    unsafe { ComPtr::from_raw(host.controller().createView(c"editor".as_ptr())) }.unwrap()
}

pub fn set_frame(view: &ComPtr<IPlugView>, frame: &ComWrapper<Frame>) {
    let frame = frame.as_com_ref::<IPlugFrame>().unwrap();
    // SAFETY: VST3 iplugview.h, setFrame: a living frame.
    assert_eq!(unsafe { view.setFrame(frame.as_ptr()) }, kResultOk);
}

pub fn attach(view: &ComPtr<IPlugView>, parent: u32) -> i32 {
    // SAFETY: VST3 iplugview.h, attached: the window's id, passed as a pointer.
    unsafe { view.attached(parent as usize as *mut _, kPlatformTypeX11EmbedWindowID) }
}

pub fn size_of(view: &ComPtr<IPlugView>) -> (i32, i32) {
    let mut rect = rect(0, 0);
    // SAFETY: VST3 iplugview.h, getSize: a place for the answer.
    assert_eq!(unsafe { view.getSize(&raw mut rect) }, kResultOk);
    (rect.right - rect.left, rect.bottom - rect.top)
}

pub fn rect(width: i32, height: i32) -> ViewRect {
    ViewRect { left: 0, top: 0, right: width, bottom: height }
}

impl Shown {
    /// Opens the editor as a host does: view, frame, size, attached.
    pub fn open(host: &Vst3Host, parent: u32, run_loop: Option<RunLoop>, refuses: bool) -> Self {
        let shown = Self::open_any(host, parent, run_loop, refuses);
        assert_eq!(size_of(&shown.view), (200, 100));
        shown
    }

    /// The same for a plugin of any size.
    pub fn open_any(host: &Vst3Host, parent: u32, run_loop: Option<RunLoop>, refuses: bool) -> Self {
        let view = create_view(host);
        let frame = ComWrapper::new(Frame::new(run_loop, refuses));
        set_frame(&view, &frame);
        assert_ne!(size_of(&view), (0, 0), "hosts ask for the size before they attach");
        assert_eq!(attach(&view, parent), kResultOk);
        Self { view, frame }
    }

    pub fn close(self) {
        // SAFETY: VST3 iplugview.h: removed, then no frame, then the last reference.
        unsafe {
            assert_eq!(self.view.removed(), kResultOk);
            assert_eq!(self.view.setFrame(std::ptr::null_mut()), kResultOk);
        }
    }
}

/// Turns the loop until this holds, for at most two seconds.
pub fn until(run_loop: &RunLoop, mut holds: impl FnMut() -> bool) -> bool {
    for _ in 0..400 {
        run_loop.turn();
        if holds() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    false
}
