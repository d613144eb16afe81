//! Brings pixels to the screen by the processor alone.

use std::error::Error;
use std::num::NonZeroU32;

use baseview::PlatformHandle;
use softbuffer::{Context, Rect, Surface};

use crate::frame::{Area, Pixels};

/// A window's buffer.
pub(crate) struct Presenter {
    surface: Surface<PlatformHandle, PlatformHandle>,
    size: (u32, u32),
    /// Nothing of this size was shown yet.
    fresh: bool,
}

impl Presenter {
    pub(crate) fn new(window: &PlatformHandle) -> Result<Self, Box<dyn Error>> {
        let context = Context::new(window.clone()).map_err(boxed)?;
        let surface = Surface::new(&context, window.clone()).map_err(boxed)?;
        Ok(Self { surface, size: (0, 0), fresh: true })
    }

    /// Shows `pixels`; only `damage` differs from what was shown last, if given.
    pub(crate) fn show(&mut self, pixels: &mut Pixels, damage: Option<Area>) -> Result<(), Box<dyn Error>> {
        let (width, height) = pixels.size();
        let (Some(wide), Some(high)) = (NonZeroU32::new(width), NonZeroU32::new(height)) else {
            return Ok(());
        };
        if self.size != (width, height) {
            self.surface.resize(wide, high).map_err(boxed)?;
            (self.size, self.fresh) = ((width, height), true);
        }
        let mut buffer = self.surface.buffer_mut().map_err(boxed)?;
        // Only the very buffer shown last holds what lies outside the damage.
        let partial = !self.fresh && buffer.age() == 1;
        let area =
            damage.filter(|_| partial).unwrap_or(Area { x: 0, y: 0, width, height }).within(width, height);
        let (Some(wide), Some(high)) = (NonZeroU32::new(area.width), NonZeroU32::new(area.height)) else {
            return Ok(());
        };
        copy(pixels.rgba(), &mut buffer, width, area);
        buffer
            .present_with_damage(&[Rect { x: area.x, y: area.y, width: wide, height: high }])
            .map_err(boxed)?;
        self.fresh = false;
        Ok(())
    }
}

/// Copies `area` from RGBA bytes to XRGB words; both rows are `width` pixels long.
fn copy(rgba: &[u8], xrgb: &mut [u32], width: u32, area: Area) {
    let (width, left) = (width as usize, area.x as usize);
    for row in area.y as usize..(area.y + area.height) as usize {
        let start = row * width + left;
        let end = start + area.width as usize;
        let (Some(from), Some(to)) = (rgba.get(start * 4..end * 4), xrgb.get_mut(start..end)) else { return };
        for (pixel, word) in from.chunks_exact(4).zip(to) {
            if let [r, g, b, _] = *pixel {
                *word = u32::from_be_bytes([0, r, g, b]);
            }
        }
    }
}

fn boxed(error: impl Error + 'static) -> Box<dyn Error> {
    Box::new(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_area_is_copied() {
        let rgba: Vec<u8> = (0..4 * 3).flat_map(|i| [i, i + 100, i + 200, 255]).collect();
        let mut xrgb = vec![7; 12];
        copy(&rgba, &mut xrgb, 4, Area { x: 1, y: 1, width: 2, height: 1 });
        let expected = [7, 7, 7, 7, 7, 0x00_05_69_cd, 0x00_06_6a_ce, 7, 7, 7, 7, 7];
        assert_eq!(xrgb, expected);
    }
}
