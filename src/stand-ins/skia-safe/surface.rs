//! Surfaces: a canvas and the pixels it is painted to.

use crate::raster::Raster;
use crate::{Canvas, IRect, Image, Paint, Point, SamplingOptions};

/// A canvas with pixels behind it. How surfaces are made, and their pixels read: [`crate::raster`].
pub struct Surface {
    pub(crate) canvas: Canvas,
    /// None for a surface that keeps nothing.
    pub(crate) raster: Option<Box<Raster>>,
}

impl Surface {
    /// The canvas to draw on.
    pub fn canvas(&mut self) -> &Canvas {
        &self.canvas
    }

    /// Draws what is on this surface on another's canvas, its top left at `offset`.
    pub fn draw(
        &mut self,
        canvas: &Canvas,
        offset: impl Into<Point>,
        sampling: impl Into<SamplingOptions>,
        paint: Option<&Paint>,
    ) {
        let SamplingOptions = sampling.into();
        let offset = offset.into();
        if canvas.is_null() || !offset.to_kurbo().is_finite() {
            return;
        }
        self.flush();
        if let Some(raster) = &self.raster {
            let image = Image::from_pixmap(raster.snapshot());
            canvas.draw_image(&image, offset, &paint.cloned().unwrap_or_default());
        }
    }

    /// Paints what was recorded.
    pub(crate) fn flush(&mut self) {
        let ops = self.canvas.take_ops();
        if let Some(raster) = &mut self.raster {
            raster.paint(&ops);
        }
    }

    pub(crate) fn take_damage(&mut self) -> Option<IRect> {
        self.raster.as_mut().and_then(|r| r.take_damage())
    }
}
