//! A plain X11 window. A button press begins a gesture on the gain, motion moves it, a release ends it; the key of
//! keycode 10 asks the host for twice the size.

use std::ffi::{CStr, c_char};
use std::os::fd::AsRawFd;
use std::sync::atomic::Ordering;

use clap_sys::ext::gui::{
    CLAP_EXT_GUI, CLAP_WINDOW_API_X11, clap_gui_resize_hints, clap_host_gui, clap_plugin_gui, clap_window,
};
use clap_sys::ext::params::{CLAP_EXT_PARAMS, clap_host_params};
use clap_sys::ext::posix_fd_support::{
    CLAP_EXT_POSIX_FD_SUPPORT, CLAP_POSIX_FD_READ, clap_host_posix_fd_support, clap_plugin_posix_fd_support,
};
use clap_sys::ext::timer_support::{
    CLAP_EXT_TIMER_SUPPORT, clap_host_timer_support, clap_plugin_timer_support,
};
use clap_sys::plugin::clap_plugin;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{ConfigureWindowAux, ConnectionExt, CreateWindowAux, EventMask, WindowClass};
use x11rb::rust_connection::RustConnection;

use crate::params::Id;
use crate::plugin::{Edit, Tiny, of};
use crate::{WINDOWS, rule};

/// The smallest size, at scale 1.
const SMALLEST: (u32, u32) = (100, 50);
const DEFAULT: (u32, u32) = (200, 100);
const LARGEST: u32 = 4000;

/// The keycode that asks for a larger window.
const GROW_KEY: u8 = 10;

/// The window, if it is open.
#[derive(Default)]
pub(crate) struct Window {
    open: Option<Open>,
}

struct Open {
    connection: RustConnection,
    id: Option<u32>,
    size: (u32, u32),
    timer: Option<u32>,
    colour: u32,
    held: bool,
}

impl Window {
    pub(crate) fn is_open(&self) -> bool {
        self.open.is_some()
    }
}

macro_rules! tiny {
    ($plugin:expr) => {{
        // SAFETY: CLAP plugin.h: the host passes the plugin back, before destroy.
        let tiny = unsafe { of($plugin) };
        tiny.on_main();
        tiny
    }};
}

unsafe extern "C" fn is_api_supported(_: *const clap_plugin, api: *const c_char, floating: bool) -> bool {
    // SAFETY: CLAP ext/gui.h: a NUL-terminated name.
    !floating && unsafe { CStr::from_ptr(api) } == CLAP_WINDOW_API_X11
}

unsafe extern "C" fn preferred_api(
    _: *const clap_plugin,
    api: *mut *const c_char,
    floating: *mut bool,
) -> bool {
    // SAFETY: CLAP ext/gui.h: two places for the answer.
    unsafe {
        api.write(CLAP_WINDOW_API_X11.as_ptr());
        floating.write(false);
    }
    true
}

unsafe extern "C" fn create(plugin: *const clap_plugin, _: *const c_char, _: bool) -> bool {
    let tiny = tiny!(plugin);
    rule(!tiny.window.borrow().is_open());
    let Ok((connection, _)) = RustConnection::connect(None) else { return false };
    let fd = connection.stream().as_raw_fd();
    let mut id = 0;
    // SAFETY: CLAP ext/posix-fd-support.h and ext/timer-support.h: on the main thread.
    let timer = unsafe {
        let fds = tiny.host_table::<clap_host_posix_fd_support>(CLAP_EXT_POSIX_FD_SUPPORT);
        let register = fds.and_then(|fds| fds.register_fd);
        rule(register.is_some_and(|register| register(tiny.host, fd, CLAP_POSIX_FD_READ)));
        let timers = tiny.host_table::<clap_host_timer_support>(CLAP_EXT_TIMER_SUPPORT);
        let register = timers.and_then(|timers| timers.register_timer);
        register.is_some_and(|register| register(tiny.host, 20, &raw mut id)).then_some(id)
    };
    rule(timer.is_some());
    tiny.window.borrow_mut().open =
        Some(Open { connection, id: None, size: DEFAULT, timer, colour: 0, held: false });
    WINDOWS.fetch_add(1, Ordering::SeqCst);
    true
}

unsafe extern "C" fn destroy(plugin: *const clap_plugin) {
    let tiny = tiny!(plugin);
    let open = tiny.window.borrow_mut().open.take();
    rule(open.is_some());
    let Some(open) = open else { return };
    // SAFETY: CLAP ext/posix-fd-support.h and ext/timer-support.h: on the main thread.
    unsafe {
        let fds = tiny.host_table::<clap_host_posix_fd_support>(CLAP_EXT_POSIX_FD_SUPPORT);
        let unregister = fds.and_then(|fds| fds.unregister_fd);
        let fd = open.connection.stream().as_raw_fd();
        rule(unregister.is_some_and(|unregister| unregister(tiny.host, fd)));
        let timers = tiny.host_table::<clap_host_timer_support>(CLAP_EXT_TIMER_SUPPORT);
        if let (Some(unregister), Some(timer)) =
            (timers.and_then(|timers| timers.unregister_timer), open.timer)
        {
            rule(unregister(tiny.host, timer));
        }
    }
    if let Some(id) = open.id {
        // The parent may be gone, and this window with it.
        let _ = open.connection.destroy_window(id);
        let _ = open.connection.flush();
    }
    WINDOWS.fetch_sub(1, Ordering::SeqCst);
}

/// Runs `f` on the open window.
fn on_open<T>(tiny: &Tiny, otherwise: T, f: impl FnOnce(&mut Open) -> T) -> T {
    if let Some(open) = tiny.window.borrow_mut().open.as_mut() {
        return f(open);
    }
    rule(false);
    otherwise
}

unsafe extern "C" fn set_scale(plugin: *const clap_plugin, scale: f64) -> bool {
    on_open(tiny!(plugin), false, |open| {
        rule(scale > 0.0);
        let side = |side: u32| (f64::from(side) * scale) as u32;
        resize(open, side(DEFAULT.0), side(DEFAULT.1));
        true
    })
}

unsafe extern "C" fn get_size(plugin: *const clap_plugin, width: *mut u32, height: *mut u32) -> bool {
    on_open(tiny!(plugin), false, |open| {
        // SAFETY: CLAP ext/gui.h, get_size: two places for the answer.
        unsafe {
            width.write(open.size.0);
            height.write(open.size.1);
        }
        true
    })
}

unsafe extern "C" fn can_resize(plugin: *const clap_plugin) -> bool {
    on_open(tiny!(plugin), false, |_| true)
}

unsafe extern "C" fn resize_hints(_: *const clap_plugin, _: *mut clap_gui_resize_hints) -> bool {
    false
}

unsafe extern "C" fn adjust_size(plugin: *const clap_plugin, width: *mut u32, height: *mut u32) -> bool {
    on_open(tiny!(plugin), false, |_| {
        // SAFETY: CLAP ext/gui.h, adjust_size: two places with a size to correct.
        unsafe {
            *width = (*width).clamp(SMALLEST.0, LARGEST);
            *height = (*height).clamp(SMALLEST.1, LARGEST);
        }
        true
    })
}

fn resize(open: &mut Open, width: u32, height: u32) {
    open.size = (width.clamp(SMALLEST.0, LARGEST), height.clamp(SMALLEST.1, LARGEST));
    if let Some(id) = open.id {
        let size = ConfigureWindowAux::new().width(open.size.0).height(open.size.1);
        let _ = open.connection.configure_window(id, &size);
        let _ = open.connection.flush();
    }
}

unsafe extern "C" fn set_size(plugin: *const clap_plugin, width: u32, height: u32) -> bool {
    on_open(tiny!(plugin), false, |open| {
        resize(open, width, height);
        open.size == (width, height)
    })
}

unsafe extern "C" fn set_parent(plugin: *const clap_plugin, window: *const clap_window) -> bool {
    on_open(tiny!(plugin), false, |open| {
        // SAFETY: CLAP ext/gui.h, set_parent: a valid window of the api given to `create`.
        let parent = unsafe { (*window).specific.x11 } as u32;
        embed(open, parent).is_some()
    })
}

/// Makes the window inside its parent; `None` if the parent is not a window.
fn embed(open: &mut Open, parent: u32) -> Option<()> {
    let c = &open.connection;
    let id = c.generate_id().ok()?;
    let events = EventMask::BUTTON_PRESS
        | EventMask::BUTTON_RELEASE
        | EventMask::POINTER_MOTION
        | EventMask::KEY_PRESS
        | EventMask::FOCUS_CHANGE
        | EventMask::STRUCTURE_NOTIFY;
    let looks = CreateWindowAux::new().event_mask(events).background_pixel(0x0033_6699);
    let (width, height) = (open.size.0 as u16, open.size.1 as u16);
    let copy = 0;
    c.create_window(0, id, parent, 0, 0, width, height, 0, WindowClass::INPUT_OUTPUT, copy, &looks)
        .ok()?
        .check()
        .ok()?;
    open.id = Some(id);
    Some(())
}

unsafe extern "C" fn set_transient(_: *const clap_plugin, _: *const clap_window) -> bool {
    false
}

unsafe extern "C" fn suggest_title(_: *const clap_plugin, _: *const c_char) {}

unsafe extern "C" fn show(plugin: *const clap_plugin) -> bool {
    on_open(tiny!(plugin), false, |open| {
        let Some(id) = open.id else { return false };
        open.connection.map_window(id).is_ok() && open.connection.flush().is_ok()
    })
}

unsafe extern "C" fn hide(plugin: *const clap_plugin) -> bool {
    on_open(tiny!(plugin), false, |open| {
        let Some(id) = open.id else { return false };
        open.connection.unmap_window(id).is_ok() && open.connection.flush().is_ok()
    })
}

pub(crate) static GUI: clap_plugin_gui = clap_plugin_gui {
    is_api_supported: Some(is_api_supported),
    get_preferred_api: Some(preferred_api),
    create: Some(create),
    destroy: Some(destroy),
    set_scale: Some(set_scale),
    get_size: Some(get_size),
    can_resize: Some(can_resize),
    get_resize_hints: Some(resize_hints),
    adjust_size: Some(adjust_size),
    set_size: Some(set_size),
    set_parent: Some(set_parent),
    set_transient: Some(set_transient),
    suggest_title: Some(suggest_title),
    show: Some(show),
    hide: Some(hide),
};

/// The timer repaints: the colour follows the gain.
unsafe extern "C" fn on_timer(plugin: *const clap_plugin, timer: u32) {
    let tiny = tiny!(plugin);
    let gain = tiny.values.get(Id::Gain);
    on_open(tiny, (), |open| {
        rule(open.timer == Some(timer));
        open.colour = ((gain + 60.0) * 3.5) as u32;
        if let Some(id) = open.id {
            let look =
                x11rb::protocol::xproto::ChangeWindowAttributesAux::new().background_pixel(open.colour);
            let _ = open.connection.change_window_attributes(id, &look);
            let _ = open.connection.clear_area(false, id, 0, 0, 0, 0);
            let _ = open.connection.flush();
        }
    });
}

pub(crate) static TIMER: clap_plugin_timer_support = clap_plugin_timer_support { on_timer: Some(on_timer) };

unsafe extern "C" fn on_fd(plugin: *const clap_plugin, _: i32, flags: u32) {
    let tiny = tiny!(plugin);
    rule(flags & CLAP_POSIX_FD_READ != 0);
    let mut grow = None;
    on_open(tiny, (), |open| {
        while let Ok(Some(event)) = open.connection.poll_for_event() {
            grow = handle(tiny, open, &event).or(grow);
        }
    });
    if let Some((width, height)) = grow {
        let gui = tiny.host_table::<clap_host_gui>(CLAP_EXT_GUI);
        // SAFETY: CLAP ext/gui.h, request_resize: thread-safe.
        gui.and_then(|gui| gui.request_resize).map(|resize| unsafe { resize(tiny.host, width, height) });
    }
}

/// Does what an event asks; the size to ask the host for, if any.
fn handle(tiny: &Tiny, open: &mut Open, event: &Event) -> Option<(u32, u32)> {
    let send = |edit| {
        let _ = tiny.edits.borrow_mut().push(edit);
        let params = tiny.host_table::<clap_host_params>(CLAP_EXT_PARAMS);
        if let Some(flush) = params.and_then(|params| params.request_flush) {
            // SAFETY: CLAP ext/params.h, request_flush: thread-safe.
            unsafe { flush(tiny.host) };
        }
    };
    match event {
        Event::ButtonPress(_) if !open.held => {
            open.held = true;
            send(Edit::Begin(Id::Gain));
        }
        Event::MotionNotify(motion) if open.held => {
            send(Edit::Value(Id::Gain, f64::from(motion.event_x) / 10.0 - 10.0));
        }
        Event::ButtonRelease(_) if open.held => {
            open.held = false;
            send(Edit::End(Id::Gain));
        }
        Event::KeyPress(key) if key.detail == GROW_KEY => return Some((open.size.0 * 2, open.size.1 * 2)),
        Event::DestroyNotify(gone) if Some(gone.window) == open.id => open.id = None,
        _ => {}
    }
    None
}

pub(crate) static POSIX_FD: clap_plugin_posix_fd_support =
    clap_plugin_posix_fd_support { on_fd: Some(on_fd) };
