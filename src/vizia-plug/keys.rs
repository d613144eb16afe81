//! Which keys an editor takes and which it leaves to the host.
//!
//! A text field takes every key. A widget with the visible focus ring takes Tab, the arrows, Enter, Escape and undo
//! (ctrl+Z, ctrl+Y); an open menu takes the same. Tab is always taken, since it is how the ring is got. All else goes on
//! to the host, the space bar always: it plays and stops the music.

use vizia::prelude::{Code, Modifiers};

/// Who has the keyboard inside the editor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    /// A text field being edited.
    Text,
    /// A menu.
    Popup,
    /// A widget with the visible focus ring.
    Ring,
    /// Nobody.
    None,
}

/// True if the key is for the editor.
pub fn wanted(code: Code, modifiers: Modifiers, focus: Focus) -> bool {
    let command = modifiers.intersects(Modifiers::CTRL | Modifiers::SUPER);
    match focus {
        Focus::Text => true,
        _ if code == Code::Tab => !command && !modifiers.alt(),
        Focus::None => false,
        Focus::Ring | Focus::Popup => match code {
            Code::ArrowUp
            | Code::ArrowDown
            | Code::ArrowLeft
            | Code::ArrowRight
            | Code::Enter
            | Code::NumpadEnter
            | Code::Escape => !command,
            Code::KeyZ | Code::KeyY => command && focus == Focus::Ring,
            _ => false,
        },
    }
}

/// Characters vizia 0.4.0 cannot take: it loops forever on a Backspace behind a regional indicator (a flag's half).
pub fn is_harmful(typed: char) -> bool {
    matches!(typed, '\u{1F1E6}'..='\u{1F1FF}')
}

/// `text` without [harmful](is_harmful) characters.
pub fn harmless(text: &str) -> String {
    text.chars().filter(|c| !is_harmful(*c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_space_bar_belongs_to_the_host_unless_text_is_typed() {
        for focus in [Focus::Popup, Focus::Ring, Focus::None] {
            assert!(!wanted(Code::Space, Modifiers::empty(), focus), "{focus:?}");
        }
        assert!(wanted(Code::Space, Modifiers::empty(), Focus::Text));
    }

    #[test]
    fn without_a_ring_only_tab_is_taken() {
        for code in [Code::ArrowUp, Code::Enter, Code::Escape, Code::KeyA, Code::KeyZ, Code::F5] {
            assert!(!wanted(code, Modifiers::empty(), Focus::None), "{code:?}");
            assert!(!wanted(code, Modifiers::CTRL, Focus::None), "ctrl+{code:?}");
        }
        assert!(wanted(Code::Tab, Modifiers::SHIFT, Focus::None));
        assert!(!wanted(Code::Tab, Modifiers::ALT, Focus::None), "the window manager's");
    }

    #[test]
    fn a_ring_takes_its_keys_and_no_letters() {
        for code in [Code::ArrowUp, Code::Enter, Code::Escape, Code::Tab] {
            assert!(wanted(code, Modifiers::empty(), Focus::Ring), "{code:?}");
        }
        assert!(wanted(Code::KeyZ, Modifiers::CTRL, Focus::Ring));
        assert!(!wanted(Code::KeyZ, Modifiers::empty(), Focus::Ring));
        assert!(!wanted(Code::KeyS, Modifiers::CTRL, Focus::Ring), "saving is the host's");
    }

    #[test]
    fn halves_of_flags_are_kept_from_vizia() {
        assert_eq!(harmless("a🇩🇪b"), "ab");
        assert_eq!(harmless("−3,5 dB 🏴"), "−3,5 dB 🏴");
    }
}
