//! Text between CLAP (UTF-8, NUL-terminated) and VST3 (ASCII `char8` and UTF-16 `char16` arrays).

use std::ffi::{CStr, c_char};

/// Copies `text` into a fixed array, cut at a character boundary, always NUL-terminated.
pub(crate) fn put_utf8(text: &str, to: &mut [c_char]) {
    let Some(room) = to.len().checked_sub(1) else { return };
    let mut end = text.len().min(room);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    to.fill(0);
    for (to, byte) in to.iter_mut().zip(&text.as_bytes()[..end]) {
        *to = *byte as c_char;
    }
}

/// Copies `text` into a fixed UTF-16 array, cut at a character boundary, always NUL-terminated.
pub(crate) fn put_utf16(text: &str, to: &mut [u16]) {
    let Some(room) = to.len().checked_sub(1) else { return };
    to.fill(0);
    let mut at = 0;
    for c in text.chars() {
        let mut pair = [0; 2];
        let units = c.encode_utf16(&mut pair);
        if at + units.len() > room {
            break;
        }
        to[at..at + units.len()].copy_from_slice(units);
        at += units.len();
    }
}

/// The text of a NUL-terminated `char*`; empty for null.
///
/// # Safety
/// `text` is null or points to a NUL-terminated string (CLAP: all `const char *` are).
pub(crate) unsafe fn from_c(text: *const c_char) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: this function's contract.
    let text = unsafe { CStr::from_ptr(text) };
    text.to_string_lossy().into_owned()
}

/// The text of a fixed `char` array, up to its first NUL or its end.
pub(crate) fn from_array(text: &[c_char]) -> String {
    let bytes: Vec<u8> = text.iter().take_while(|c| **c != 0).map(|c| *c as u8).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The text of a NUL-terminated UTF-16 string of at most 128 units (VST3's `String128`).
///
/// # Safety
/// `text` is non-null and readable up to its NUL or 128 units (VST3 ivsteditcontroller.h, `getParamValueByString`).
pub(crate) unsafe fn from_utf16(text: *const u16) -> String {
    let mut units = Vec::new();
    for i in 0..128 {
        // SAFETY: this function's contract; every unit before `i` was not the NUL.
        let unit = unsafe { text.add(i).read_unaligned() };
        if unit == 0 {
            break;
        }
        units.push(unit);
    }
    String::from_utf16_lossy(&units)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_at_character_boundaries() {
        let mut ascii = [1; 4];
        put_utf8("aé€", &mut ascii);
        assert_eq!(from_array(&ascii), "aé");
        let mut wide = [1; 3];
        put_utf16("a𝄞", &mut wide);
        assert_eq!(wide, [u16::from(b'a'), 0, 0]);
        put_utf16("é€", &mut wide);
        // SAFETY: `wide` is NUL-terminated.
        assert_eq!(unsafe { from_utf16(wide.as_ptr()) }, "é€");
        put_utf8("x", &mut []);
        put_utf16("x", &mut []);
    }
}
