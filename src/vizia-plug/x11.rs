//! What baseview leaves undone on X11: keys that are not ours go on to the host, and the keyboard's focus goes back to
//! whoever had it once nothing is typed any more.
//!
//! A window that has the pointer gets the keys of the focused window around it, whether it wants them or not; sending
//! them to its parent is the only way on. Hosts' toolkits take such events.

use std::error::Error;

use baseview::PlatformHandle;
use raw_window_handle::{HasWindowHandle, RawWindowHandle};
use vizia::prelude::{Code, Modifiers};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt as _, EventMask, InputFocus, KeyButMask, KeyPressEvent, Window};
use x11rb::rust_connection::RustConnection;

/// A second connection to the server, opened when first needed.
#[derive(Default)]
pub(crate) struct Beside {
    link: Option<Link>,
    /// Who had the focus before we took it.
    before: Option<Window>,
}

struct Link {
    connection: RustConnection,
    root: Window,
    window: Window,
}

impl Beside {
    /// Sends a key on to the window we are embedded in.
    pub(crate) fn forward(&mut self, ours: &PlatformHandle, code: Code, down: bool, modifiers: Modifiers) {
        if let Some(detail) = keycode(code) {
            // A host that has gone has no use for the key.
            let _ = self.try_forward(ours, detail, down, modifiers);
        }
    }

    /// To be called before the focus is taken.
    pub(crate) fn remember_focus(&mut self, ours: &PlatformHandle) {
        let focus = self.link(ours).and_then(|link| Ok(link.connection.get_input_focus()?.reply()?.focus));
        self.before = focus.ok();
    }

    /// Gives the focus back.
    pub(crate) fn return_focus(&mut self, ours: &PlatformHandle) {
        let Some(before) = self.before.take() else { return };
        // A window that has gone cannot have it back; the server then leaves it where it is.
        let _ = self.link(ours).and_then(|link| {
            if before != link.window {
                let connection = &link.connection;
                connection.set_input_focus(InputFocus::PARENT, before, x11rb::CURRENT_TIME)?.check()?;
            }
            Ok(())
        });
    }

    fn try_forward(
        &mut self,
        ours: &PlatformHandle,
        detail: u8,
        down: bool,
        modifiers: Modifiers,
    ) -> Result<(), Box<dyn Error>> {
        let Link { connection, root, window } = self.link(ours)?;
        let parent = connection.query_tree(*window)?.reply()?.parent;
        if parent == *root {
            return Ok(());
        }
        let event = KeyPressEvent {
            response_type: if down { 2 } else { 3 },
            detail,
            sequence: 0,
            time: x11rb::CURRENT_TIME,
            root: *root,
            event: parent,
            child: *window,
            root_x: 0,
            root_y: 0,
            event_x: 0,
            event_y: 0,
            state: state(modifiers),
            same_screen: true,
        };
        let mask = if down { EventMask::KEY_PRESS } else { EventMask::KEY_RELEASE };
        connection.send_event(true, parent, mask, event)?;
        connection.flush()?;
        Ok(())
    }

    fn link(&mut self, ours: &PlatformHandle) -> Result<&Link, Box<dyn Error>> {
        match &mut self.link {
            Some(link) => Ok(link),
            empty => {
                let window = match ours.window_handle()?.as_raw() {
                    RawWindowHandle::Xcb(handle) => handle.window.get(),
                    RawWindowHandle::Xlib(handle) => u32::try_from(handle.window)?,
                    _ => return Err("not an X11 window".into()),
                };
                let (connection, screen) = x11rb::connect(None)?;
                let root = connection.setup().roots.get(screen).ok_or("no such screen")?.root;
                Ok(empty.insert(Link { connection, root, window }))
            }
        }
    }
}

fn state(modifiers: Modifiers) -> KeyButMask {
    [
        (Modifiers::SHIFT, KeyButMask::SHIFT),
        (Modifiers::CTRL, KeyButMask::CONTROL),
        (Modifiers::ALT, KeyButMask::MOD1),
        (Modifiers::SUPER, KeyButMask::MOD4),
    ]
    .into_iter()
    .filter(|(modifier, _)| modifiers.contains(*modifier))
    .fold(KeyButMask::default(), |state, (_, bit)| state | bit)
}

/// X11's number of a key: on Linux, the kernel's (`linux/input-event-codes.h`) plus 8.
fn keycode(code: Code) -> Option<u8> {
    let row = |first: u8, keys: &[Code]| {
        keys.iter()
            .position(|key| *key == code)
            .and_then(|index| u8::try_from(index).ok())
            .map(|index| first + index)
    };
    row(9, &MAIN).or_else(|| row(104, &[Code::NumpadEnter, Code::ControlRight, Code::NumpadDivide])).or_else(
        || {
            row(107, &[Code::PrintScreen, Code::AltRight])
                .or_else(|| row(110, &CURSOR))
                .or_else(|| row(94, &[Code::IntlBackslash, Code::F11, Code::F12]))
                .or_else(|| row(133, &[Code::MetaLeft, Code::MetaRight, Code::ContextMenu]))
        },
    )
}

/// Numbers 110 to 119.
const CURSOR: [Code; 10] = [
    Code::Home,
    Code::ArrowUp,
    Code::PageUp,
    Code::ArrowLeft,
    Code::ArrowRight,
    Code::End,
    Code::ArrowDown,
    Code::PageDown,
    Code::Insert,
    Code::Delete,
];

/// Numbers 9 to 91.
#[rustfmt::skip]
const MAIN: [Code; 83] = [
    Code::Escape, Code::Digit1, Code::Digit2, Code::Digit3, Code::Digit4, Code::Digit5, Code::Digit6, Code::Digit7,
    Code::Digit8, Code::Digit9, Code::Digit0, Code::Minus, Code::Equal, Code::Backspace, Code::Tab, Code::KeyQ,
    Code::KeyW, Code::KeyE, Code::KeyR, Code::KeyT, Code::KeyY, Code::KeyU, Code::KeyI, Code::KeyO, Code::KeyP,
    Code::BracketLeft, Code::BracketRight, Code::Enter, Code::ControlLeft, Code::KeyA, Code::KeyS, Code::KeyD,
    Code::KeyF, Code::KeyG, Code::KeyH, Code::KeyJ, Code::KeyK, Code::KeyL, Code::Semicolon, Code::Quote,
    Code::Backquote, Code::ShiftLeft, Code::Backslash, Code::KeyZ, Code::KeyX, Code::KeyC, Code::KeyV, Code::KeyB,
    Code::KeyN, Code::KeyM, Code::Comma, Code::Period, Code::Slash, Code::ShiftRight, Code::NumpadMultiply,
    Code::AltLeft, Code::Space, Code::CapsLock, Code::F1, Code::F2, Code::F3, Code::F4, Code::F5, Code::F6,
    Code::F7, Code::F8, Code::F9, Code::F10, Code::NumLock, Code::ScrollLock, Code::Numpad7, Code::Numpad8,
    Code::Numpad9, Code::NumpadSubtract, Code::Numpad4, Code::Numpad5, Code::Numpad6, Code::NumpadAdd,
    Code::Numpad1, Code::Numpad2, Code::Numpad3, Code::Numpad0, Code::NumpadDecimal,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_the_kernels_numbers() {
        // linux/input-event-codes.h: KEY_SPACE 57, KEY_A 30, KEY_UP 103, KEY_F12 88, KEY_KPENTER 96, KEY_DELETE 111.
        let known = [
            (Code::Space, 57),
            (Code::KeyA, 30),
            (Code::ArrowUp, 103),
            (Code::F12, 88),
            (Code::NumpadEnter, 96),
            (Code::Delete, 111),
            (Code::NumpadDecimal, 83),
            (Code::AltRight, 100),
            (Code::MetaLeft, 125),
        ];
        for (code, kernel) in known {
            assert_eq!(keycode(code), Some(kernel + 8), "{code:?}");
        }
        assert_eq!(keycode(Code::BrowserStop), None);
    }
}
