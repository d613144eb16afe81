//! Access to the value behind a handle.

/// Gives the inner value of a handle. Real Skia gives a C++ object here; the stand-in gives a value with the
/// same fields under the same names.
pub trait PointerWrapper<N> {
    /// The inner value.
    fn inner(&self) -> &N;
}
