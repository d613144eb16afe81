//! The pixels an editor draws into: the one place that knows how a surface is made and read.

use vizia::vg::{Surface, raster};

use crate::picture::Picture;

/// A box of physical pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    /// Left edge.
    pub x: u32,
    /// Upper edge.
    pub y: u32,
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

impl Area {
    /// The part of it inside a picture of this size.
    #[must_use]
    pub fn within(self, width: u32, height: u32) -> Self {
        let (x, y) = (self.x.min(width), self.y.min(height));
        Self { x, y, width: self.width.min(width - x), height: self.height.min(height - y) }
    }
}

/// An editor's pixels.
pub struct Pixels {
    surface: Surface,
    /// vizia copies what it drew to a second surface, for the screen; ours goes there another way.
    nowhere: Surface,
    size: (u32, u32),
}

impl Pixels {
    pub(crate) fn new(width: u32, height: u32) -> Self {
        let side = |length: u32| {
            u16::try_from(length).unwrap_or(raster::LONGEST_SIDE).clamp(1, raster::LONGEST_SIDE)
        };
        let (width, height) = (side(width), side(height));
        let surface = raster::surface(width, height).unwrap_or_else(raster::null_surface);
        Self { surface, nowhere: raster::null_surface(), size: (width.into(), height.into()) }
    }

    /// Width and height.
    pub fn size(&self) -> (u32, u32) {
        self.size
    }

    /// Lets `f` draw into the first surface. The area that changed, or `None` if nothing did.
    pub(crate) fn draw(&mut self, f: impl FnOnce(&mut Surface, &mut Surface)) -> Option<Area> {
        f(&mut self.surface, &mut self.nowhere);
        let damage = raster::render(&mut self.surface).damage?;
        let side = |from: i32, to: i32| u32::try_from(to.saturating_sub(from)).unwrap_or(0);
        let area = Area {
            x: u32::try_from(damage.left).unwrap_or(0),
            y: u32::try_from(damage.top).unwrap_or(0),
            width: side(damage.left.max(0), damage.right),
            height: side(damage.top.max(0), damage.bottom),
        };
        let area = area.within(self.size.0, self.size.1);
        (area.width > 0 && area.height > 0).then_some(area)
    }

    /// Red, green, blue, alpha; rows from the top. The window's background is opaque, so is every pixel.
    pub fn rgba(&mut self) -> &[u8] {
        raster::render(&mut self.surface).pixels
    }

    /// A copy.
    pub fn picture(&mut self) -> Picture {
        let (width, height) = self.size;
        Picture { width, height, rgba: self.rgba().to_vec() }
    }
}
