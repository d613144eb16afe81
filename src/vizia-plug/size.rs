//! How large an editor is and may be.

use std::sync::Mutex;

/// The editor's size in logical pixels, its limits, and the screen's scale. Shared by the editor and its window; outlives
/// the window, so that an editor opened again is as large as it was left.
#[derive(Debug)]
pub struct EditorSize {
    now: Mutex<Now>,
    least: (f64, f64),
    most: (f64, f64),
}

#[derive(Debug, Clone, Copy)]
struct Now {
    width: f64,
    height: f64,
    scale: f64,
}

impl EditorSize {
    /// A size at first, and how far it may be changed.
    pub fn new(first: (f64, f64), least: (f64, f64), most: (f64, f64)) -> Self {
        let size = Self { now: Mutex::new(Now { width: first.0, height: first.1, scale: 1.0 }), least, most };
        size.set(first.0, first.1);
        size
    }

    /// Never changes.
    pub fn fixed(width: f64, height: f64) -> Self {
        Self::new((width, height), (width, height), (width, height))
    }

    /// True if it may change.
    pub fn is_resizable(&self) -> bool {
        self.least != self.most
    }

    /// The smallest and the largest size.
    pub fn limits(&self) -> ((f64, f64), (f64, f64)) {
        (self.least, self.most)
    }

    /// Width and height in logical pixels.
    pub fn logical(&self) -> (f64, f64) {
        let now = self.get();
        (now.width, now.height)
    }

    /// Physical pixels per logical pixel, as last heard from the window.
    pub fn scale(&self) -> f64 {
        self.get().scale
    }

    /// A new size, kept within the limits. For a size read from a project before the window is opened, or by the window.
    pub fn set(&self, width: f64, height: f64) {
        let (width, height) = self.clamped(width, height);
        self.change(|now| (now.width, now.height) = (width, height));
    }

    pub(crate) fn set_scale(&self, scale: f64) {
        if scale.is_finite() && scale > 0.0 {
            self.change(|now| now.scale = scale.clamp(0.25, 8.0));
        }
    }

    /// The nearest size within the limits.
    pub fn clamped(&self, width: f64, height: f64) -> (f64, f64) {
        let within = |value: f64, least: f64, most: f64| {
            if value.is_finite() { value.clamp(least, most) } else { least }
        };
        (within(width, self.least.0, self.most.0), within(height, self.least.1, self.most.1))
    }

    fn get(&self) -> Now {
        *self.now.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn change(&self, f: impl FnOnce(&mut Now)) {
        f(&mut self.now.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_stay_within_limits_whatever_is_asked() {
        let size = EditorSize::new((5000.0, 1.0), (600.0, 400.0), (1600.0, 1000.0));
        assert_eq!(size.logical(), (1600.0, 400.0));
        size.set(f64::NAN, f64::INFINITY);
        assert_eq!(size.logical(), (600.0, 400.0));
        size.set_scale(0.0);
        assert_eq!(size.scale(), 1.0);
    }
}
