//! No panic of our own reaches nice-plug, whose C functions would end the host's process.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs `f`; `None` after a panic. What `f` was working on may be left half done.
pub(crate) fn contain<T>(f: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(f)).map_err(std::mem::forget).ok()
}

#[cfg(test)]
mod tests {
    use super::contain;

    #[test]
    fn a_panic_ends_here() {
        assert_eq!(contain(|| 1), Some(1));
        assert_eq!(contain(|| -> i32 { panic!("inside") }), None);
    }
}
