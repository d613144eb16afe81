//! No panic crosses a C boundary.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs `f`; a panic inside, like `None`, becomes `otherwise`.
pub fn guard<T>(otherwise: T, f: impl FnOnce() -> Option<T>) -> T {
    match catch_unwind(AssertUnwindSafe(f)) {
        Ok(value) => value.unwrap_or(otherwise),
        Err(payload) => {
            // A payload whose drop panics would escape: it is leaked instead.
            std::mem::forget(payload);
            otherwise
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Bomb;

    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("in the payload's drop");
        }
    }

    #[test]
    fn neither_a_panic_nor_its_payload_escapes() {
        assert_eq!(guard(1, || Some(2)), 2);
        assert_eq!(guard(1, || None), 1);
        assert_eq!(guard(1, || std::panic::panic_any(Bomb)), 1);
    }
}
