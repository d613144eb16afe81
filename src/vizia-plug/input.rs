//! baseview's events in vizia's words. The two carry different versions of `keyboard-types`; keys cross by their names.

use std::str::FromStr;

use baseview::{DropData as Dropped, MouseButton as Button, MouseCursor, MouseEvent, ScrollDelta};
use keyboard_types::{KeyboardEvent, Modifiers as Held};
use vizia::prelude::*;

use crate::hand::LINES_PER_NOTCH;

/// Logical pixels of a smooth wheel that make a line.
const PIXELS_PER_LINE: f32 = 20.0;

/// What a mouse event means to vizia, and which modifier keys came with it.
pub fn mouse(event: &MouseEvent) -> (Option<Modifiers>, Vec<WindowEvent>) {
    match event {
        MouseEvent::ButtonPressed { button: which, modifiers: held } => {
            (Some(modifiers(*held)), vec![WindowEvent::MouseDown(button(*which))])
        }
        MouseEvent::ButtonReleased { button: which, modifiers: held } => {
            (Some(modifiers(*held)), vec![WindowEvent::MouseUp(button(*which))])
        }
        MouseEvent::WheelScrolled { delta, modifiers: held } => {
            let (x, y) = match *delta {
                ScrollDelta::Lines { x, y } => (x * LINES_PER_NOTCH, y * LINES_PER_NOTCH),
                ScrollDelta::Pixels { x, y } => (x / PIXELS_PER_LINE, y / PIXELS_PER_LINE),
            };
            (Some(modifiers(*held)), vec![WindowEvent::MouseScroll(x, y)])
        }
        MouseEvent::CursorEntered => (None, vec![WindowEvent::MouseEnter]),
        MouseEvent::CursorLeft => (None, vec![WindowEvent::MouseLeave]),
        MouseEvent::CursorMoved { position, modifiers: held }
        | MouseEvent::DragEntered { position, modifiers: held, .. }
        | MouseEvent::DragMoved { position, modifiers: held, .. } => {
            (Some(modifiers(*held)), vec![moved(position.x, position.y)])
        }
        MouseEvent::DragDropped { position, modifiers: held, data } => {
            let mut events = Vec::new();
            if let Dropped::Files(files) = data {
                events.extend(files.iter().flat_map(|file| {
                    // A view takes what was dropped when the button is let go over it.
                    let dropped = WindowEvent::Drop(DropData::File(file.clone()));
                    [moved(position.x, position.y), dropped, WindowEvent::MouseUp(MouseButton::Left)]
                }));
            }
            (Some(modifiers(*held)), events)
        }
        _ => (None, Vec::new()),
    }
}

/// A key press or release: its place on the keyboard, and what it means to vizia, typed text first.
pub fn key(event: &KeyboardEvent) -> (Code, Modifiers, Vec<WindowEvent>) {
    let code = Code::from_str(&event.code.to_string()).unwrap_or(Code::Unidentified);
    let key = Key::from_str(&event.key.to_string()).ok();
    let mut events = Vec::new();
    if event.state.is_down() {
        if let keyboard_types::Key::Character(text) = &event.key {
            events.extend(text.chars().filter(|typed| !typed.is_control()).map(WindowEvent::CharInput));
        }
        events.push(WindowEvent::KeyDown(code, key));
    } else {
        events.push(WindowEvent::KeyUp(code, key));
    }
    (code, modifiers(event.modifiers), events)
}

/// The modifier keys.
pub fn modifiers(held: Held) -> Modifiers {
    let mut modifiers = Modifiers::empty();
    modifiers.set(Modifiers::SHIFT, held.shift());
    modifiers.set(Modifiers::CTRL, held.ctrl());
    modifiers.set(Modifiers::ALT, held.alt());
    modifiers.set(Modifiers::SUPER, held.meta());
    modifiers
}

/// A modifier key's own press or release: events carry the state from before it.
pub fn own_modifier(code: Code) -> Option<Modifiers> {
    Some(match code {
        Code::ShiftLeft | Code::ShiftRight => Modifiers::SHIFT,
        Code::ControlLeft | Code::ControlRight => Modifiers::CTRL,
        Code::AltLeft | Code::AltRight => Modifiers::ALT,
        Code::MetaLeft | Code::MetaRight => Modifiers::SUPER,
        _ => return None,
    })
}

/// The pointer's shape.
pub fn cursor(icon: CursorIcon) -> MouseCursor {
    match icon {
        CursorIcon::Default | CursorIcon::Arrow | CursorIcon::ContextMenu => MouseCursor::Default,
        CursorIcon::Crosshair => MouseCursor::Crosshair,
        CursorIcon::Hand | CursorIcon::Grab => MouseCursor::Hand,
        CursorIcon::Grabbing => MouseCursor::HandGrabbing,
        CursorIcon::Move => MouseCursor::Move,
        CursorIcon::Text => MouseCursor::Text,
        CursorIcon::VerticalText => MouseCursor::VerticalText,
        CursorIcon::Wait => MouseCursor::Working,
        CursorIcon::Progress => MouseCursor::PtrWorking,
        CursorIcon::Help => MouseCursor::Help,
        CursorIcon::NotAllowed | CursorIcon::NoDrop => MouseCursor::NotAllowed,
        CursorIcon::Cell => MouseCursor::Cell,
        CursorIcon::Alias => MouseCursor::Alias,
        CursorIcon::Copy => MouseCursor::Copy,
        CursorIcon::AllScroll => MouseCursor::AllScroll,
        CursorIcon::ZoomIn => MouseCursor::ZoomIn,
        CursorIcon::ZoomOut => MouseCursor::ZoomOut,
        CursorIcon::EResize => MouseCursor::EResize,
        CursorIcon::NResize => MouseCursor::NResize,
        CursorIcon::NeResize => MouseCursor::NeResize,
        CursorIcon::NwResize => MouseCursor::NwResize,
        CursorIcon::SResize => MouseCursor::SResize,
        CursorIcon::SeResize => MouseCursor::SeResize,
        CursorIcon::SwResize => MouseCursor::SwResize,
        CursorIcon::WResize => MouseCursor::WResize,
        CursorIcon::EwResize => MouseCursor::EwResize,
        CursorIcon::NsResize => MouseCursor::NsResize,
        CursorIcon::NeswResize => MouseCursor::NeswResize,
        CursorIcon::NwseResize => MouseCursor::NwseResize,
        CursorIcon::ColResize => MouseCursor::ColResize,
        CursorIcon::RowResize => MouseCursor::RowResize,
        CursorIcon::None => MouseCursor::Hidden,
    }
}

fn moved(x: f64, y: f64) -> WindowEvent {
    #[allow(clippy::cast_possible_truncation, reason = "pixel positions")]
    WindowEvent::MouseMove(x as f32, y as f32)
}

fn button(button: Button) -> MouseButton {
    match button {
        Button::Left => MouseButton::Left,
        Button::Middle => MouseButton::Middle,
        Button::Right => MouseButton::Right,
        Button::Back => MouseButton::Back,
        Button::Forward => MouseButton::Forward,
        Button::Other(number) => MouseButton::Other(number.into()),
        _ => MouseButton::Other(u16::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use keyboard_types::{Code as TheirCode, Key as TheirKey, KeyState, NamedKey};

    fn pressed(key: TheirKey, code: TheirCode) -> (Code, Vec<WindowEvent>) {
        let event = KeyboardEvent { key, code, state: KeyState::Down, ..KeyboardEvent::default() };
        let (code, _, events) = super::key(&event);
        (code, events)
    }

    #[test]
    fn text_comes_before_the_key_that_typed_it() {
        let (code, events) = pressed(TheirKey::Character("é".to_owned()), TheirCode::Digit2);
        assert_eq!(code, Code::Digit2);
        assert!(matches!(
            events[..],
            [WindowEvent::CharInput('é'), WindowEvent::KeyDown(Code::Digit2, Some(_))]
        ));
    }

    #[test]
    fn named_keys_type_nothing() {
        for (named, code) in
            [(NamedKey::Enter, TheirCode::Enter), (NamedKey::ArrowLeft, TheirCode::ArrowLeft)]
        {
            let (_, events) = pressed(TheirKey::Named(named), code);
            assert!(matches!(events[..], [WindowEvent::KeyDown(_, Some(_))]), "{named:?}: {events:?}");
        }
    }

    #[test]
    fn every_place_on_the_keyboard_crosses_by_name() {
        for code in
            [TheirCode::NumpadEnter, TheirCode::Tab, TheirCode::Escape, TheirCode::KeyZ, TheirCode::F12]
        {
            assert_eq!(pressed(TheirKey::Named(NamedKey::Tab), code).0.to_string(), code.to_string());
        }
    }

    #[test]
    fn dropped_files_are_let_go_where_the_pointer_is() {
        let files = vec!["a.wav".into(), "b.flac".into()];
        let event = MouseEvent::DragDropped {
            position: baseview::dpi::PhysicalPosition::new(30.0, 40.0),
            modifiers: Held::empty(),
            data: Dropped::Files(files),
        };
        let (_, events) = mouse(&event);
        let [
            WindowEvent::MouseMove(x, y),
            WindowEvent::Drop(DropData::File(first)),
            WindowEvent::MouseUp(MouseButton::Left),
            WindowEvent::MouseMove(..),
            WindowEvent::Drop(DropData::File(second)),
            WindowEvent::MouseUp(MouseButton::Left),
        ] = &events[..]
        else {
            panic!("{events:?}")
        };
        assert_eq!((*x, *y), (30.0, 40.0));
        assert!(first.ends_with("a.wav") && second.ends_with("b.flac"));
    }

    #[test]
    fn a_smooth_wheel_counts_in_lines() {
        let delta = ScrollDelta::Pixels { x: 0.0, y: -40.0 };
        let (_, events) = mouse(&MouseEvent::WheelScrolled { delta, modifiers: Held::SHIFT });
        assert!(matches!(events[..], [WindowEvent::MouseScroll(_, y)] if (y + 2.0).abs() < 1e-6));
    }

    #[test]
    fn a_notch_is_three_lines() {
        let delta = ScrollDelta::Lines { x: 0.0, y: 1.0 };
        let (_, events) = mouse(&MouseEvent::WheelScrolled { delta, modifiers: Held::empty() });
        assert!(matches!(events[..], [WindowEvent::MouseScroll(_, y)] if (y - 3.0).abs() < 1e-6));
    }
}
