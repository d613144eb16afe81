//! The canvas: what is drawn is recorded, and painted when the surface is asked for its pixels.

use crate::display::{Draw, Layer, MaskKind, Op};
pub(crate) use crate::display::{GlyphRun, PositionedGlyph};
use crate::path_builder::{arc_point, oval_arc};
use crate::recorder::{DEEPEST_LAYERS, OpenLayer, Recorder, Saved, State};
use crate::{
    BlendMode, Color4f, IRect, Image, ImageFilter, M44, Matrix, Paint, PaintStyle, Path, PathBuilder, Point,
    Rect, Vector, scalar,
};
use std::cell::RefCell;
use std::sync::Arc;

/// Whether a clip keeps the inside or the outside.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Default, Debug)]
pub enum ClipOp {
    /// The outside.
    Difference,
    /// The inside.
    #[default]
    Intersect,
}

/// What `Canvas::save_layer` makes.
#[derive(Copy, Clone, Default, Debug)]
pub struct SaveLayerRec<'a> {
    paint: Option<&'a Paint>,
    backdrop: Option<&'a ImageFilter>,
}

impl<'a> SaveLayerRec<'a> {
    /// The opacity, blend mode and image filter the layer is composed with.
    #[must_use]
    pub fn paint(mut self, paint: &'a Paint) -> Self {
        self.paint = Some(paint);
        self
    }

    /// The layer begins with what lies behind it, changed by this filter.
    #[must_use]
    pub fn backdrop(mut self, backdrop: &'a ImageFilter) -> Self {
        self.backdrop = Some(backdrop);
        self
    }
}

/// Records drawings, with a stack of transformations and clips.
pub struct Canvas {
    recorder: RefCell<Recorder>,
}

impl Canvas {
    pub(crate) fn new(width: i32, height: i32) -> Self {
        Self::make(IRect::new(0, 0, width, height), false)
    }

    pub(crate) fn null() -> Self {
        Self::make(IRect::default(), true)
    }

    fn make(device: IRect, null: bool) -> Self {
        let recorder = Recorder { null, device, state: State::default(), stack: Vec::new(), ops: Vec::new() };
        Self { recorder: RefCell::new(recorder) }
    }

    pub(crate) fn is_null(&self) -> bool {
        self.recorder.borrow().null
    }

    /// Takes what was recorded; layers still open are closed, and stay closed.
    pub(crate) fn take_ops(&self) -> Vec<Op> {
        let mut r = self.recorder.borrow_mut();
        while let Some(layer) = r.stack.iter_mut().rev().find_map(|s| s.layer.take()) {
            r.close_layer(&layer);
        }
        std::mem::take(&mut r.ops)
    }

    /// Saves transformation and clip. Returns the depth to give to `restore_to_count` to undo this.
    pub fn save(&self) -> usize {
        let mut r = self.recorder.borrow_mut();
        let state = r.state.clone();
        r.stack.push(Saved { state, layer: None });
        r.stack.len()
    }

    /// Saves, and draws into a layer of its own until that is restored.
    pub fn save_layer(&self, layer_rec: &SaveLayerRec<'_>) -> usize {
        self.push_layer(layer_rec.paint.cloned().unwrap_or_default(), layer_rec.backdrop.cloned(), None)
    }

    pub(crate) fn push_layer(
        &self,
        paint: Paint,
        backdrop: Option<ImageFilter>,
        mask: Option<MaskKind>,
    ) -> usize {
        let mut r = self.recorder.borrow_mut();
        let state = r.state.clone();
        let nested = r.stack.iter().filter(|s| s.layer.is_some()).count();
        let layer = (!r.null && nested < DEEPEST_LAYERS).then(|| {
            let own_picture = backdrop.is_some() || paint.image_filter.is_some() || mask.is_some();
            let layer = Layer { paint: Arc::new(paint), backdrop, own_picture, mask };
            let at = r.ops.len();
            r.push(Draw::PushLayer(layer), IRect::default(), kurbo::Rect::ZERO);
            OpenLayer { at, content: IRect::default() }
        });
        r.stack.push(Saved { state, layer });
        r.stack.len()
    }

    /// Undoes the last save; does nothing without one.
    pub fn restore(&self) -> &Self {
        self.recorder.borrow_mut().restore();
        self
    }

    /// Restores until the depth is what it was before the save that returned `save_count`.
    pub fn restore_to_count(&self, save_count: usize) -> &Self {
        let mut r = self.recorder.borrow_mut();
        while r.stack.len() >= save_count.max(1) {
            r.restore();
        }
        drop(r);
        self
    }

    /// Moves the origin by `d`.
    pub fn translate(&self, d: impl Into<Vector>) -> &Self {
        self.concat(&Matrix::translate(d))
    }

    /// Scales the axes.
    pub fn scale(&self, (sx, sy): (scalar, scalar)) -> &Self {
        self.concat(&Matrix::scale((sx, sy)))
    }

    pub(crate) fn concat(&self, m: &Matrix) -> &Self {
        let mut r = self.recorder.borrow_mut();
        r.state.matrix = r.state.matrix * *m;
        drop(r);
        self
    }

    /// Replaces the transformation.
    pub fn set_matrix(&self, matrix: &M44) -> &Self {
        self.recorder.borrow_mut().state.matrix = matrix.to_m33();
        self
    }

    /// Restricts drawing to a rectangle or its outside; without antialiasing (the default), to whole pixels.
    pub fn clip_rect(
        &self,
        rect: impl AsRef<Rect>,
        op: impl Into<Option<ClipOp>>,
        do_anti_alias: impl Into<Option<bool>>,
    ) -> &Self {
        let rect = *rect.as_ref();
        let path = if rect.is_finite() { Path::from_rect(rect.sorted().to_kurbo()) } else { Path::new() };
        self.clip_path(&path, op, do_anti_alias)
    }

    /// Restricts drawing to a path or its outside.
    pub fn clip_path(
        &self,
        path: &Path,
        op: impl Into<Option<ClipOp>>,
        do_anti_alias: impl Into<Option<bool>>,
    ) -> &Self {
        let op = op.into().unwrap_or_default();
        let aa = do_anti_alias.into().unwrap_or(false);
        self.recorder.borrow_mut().clip(path, op, aa);
        self
    }

    /// Gives everything inside the clip this colour, whatever was there.
    pub fn clear(&self, color: impl Into<Color4f>) -> &Self {
        let mut r = self.recorder.borrow_mut();
        let bounds = r.clip_bounds();
        let extent = r.device.to_kurbo();
        r.push(Draw::Clear(color.into()), bounds, extent);
        drop(r);
        self
    }

    /// Paints everything inside the clip.
    pub fn draw_paint(&self, paint: &Paint) -> &Self {
        self.filtered(paint, |paint| {
            let mut r = self.recorder.borrow_mut();
            let mut bounds = r.clip_bounds();
            // Where a layer is empty, this mode leaves it so.
            if paint.blend_mode == BlendMode::SrcIn
                && let Some(layer) = r.layer()
            {
                bounds = bounds.intersect(layer.content);
            }
            let extent = r.device.to_kurbo();
            r.push(Draw::Fill(Arc::new(paint.clone())), bounds, extent);
        })
    }

    /// Draws a rectangle.
    pub fn draw_rect(&self, rect: impl AsRef<Rect>, paint: &Paint) -> &Self {
        let rect = *rect.as_ref();
        if !rect.is_finite() {
            return self;
        }
        let rect = rect.sorted();
        if rect.has_area() {
            return self.draw_path(&Path::from_rect(rect.to_kurbo()), paint);
        }
        // Without area there is still an outline.
        let mut line = PathBuilder::new();
        line.move_to((rect.left, rect.top)).line_to((rect.right, rect.bottom)).close();
        self.draw_path(&line.detach(), paint)
    }

    /// Draws an arc of the ellipse in `oval`, in degrees from the right and clockwise; with `use_center`,
    /// the wedge between it and the centre.
    pub fn draw_arc(
        &self,
        oval: impl AsRef<Rect>,
        start_angle: scalar,
        sweep_angle: scalar,
        use_center: bool,
        paint: &Paint,
    ) -> &Self {
        let oval = *oval.as_ref();
        let Some(arc) = oval_arc(oval, start_angle, sweep_angle) else { return self };
        if !oval.sorted().has_area() || sweep_angle == 0.0 {
            return self;
        }
        let mut path = PathBuilder::new();
        let whole = sweep_angle.abs() >= 360.0;
        if use_center && !whole {
            #[expect(clippy::cast_possible_truncation, reason = "Skia's coordinates are f32")]
            let point = |p: kurbo::Point| Point::new(p.x as f32, p.y as f32);
            path.move_to(point(arc.center)).line_to(point(arc_point(&arc, arc.start_angle)));
        }
        path.arc_to(oval, start_angle, sweep_angle, !use_center || whole);
        if use_center || whole {
            path.close();
        }
        self.draw_path(&path.detach(), paint)
    }

    /// Draws a path. The outline of a path made by set operations is that of its first member, inside the
    /// others.
    pub fn draw_path(&self, path: &Path, paint: &Paint) -> &Self {
        if path.is_empty() && paint.style == PaintStyle::Fill {
            return self;
        }
        self.filtered(paint, |paint| {
            self.recorder.borrow_mut().draw_path(path, paint);
        })
    }

    pub(crate) fn draw_glyphs(&self, run: &Arc<GlyphRun>, at: Point, paint: &Arc<Paint>) {
        let mut r = self.recorder.borrow_mut();
        let Some(affine) = r.state.matrix.to_affine() else { return };
        let width = if paint.style == PaintStyle::Fill { 0.0 } else { f64::from(paint.stroke_width) };
        let local = (run.extent() + at.to_kurbo().to_vec2()).inflate(width, width);
        let extent = affine.transform_rect_bbox(local).inflate(1.0, 1.0);
        let bounds = r.clip_bounds().intersect(IRect::around(extent));
        r.push(Draw::Glyphs(run.clone(), at, paint.clone()), bounds, extent);
    }

    pub(crate) fn draw_image(&self, image: &Image, at: Point, paint: &Paint) {
        let mut r = self.recorder.borrow_mut();
        let Some(affine) = r.state.matrix.to_affine() else { return };
        let (w, h) = (f64::from(image.width()), f64::from(image.height()));
        let extent = affine.transform_rect_bbox(kurbo::Rect::from_origin_size(at.to_kurbo(), (w, h)));
        let bounds = r.clip_bounds().intersect(IRect::around(extent));
        r.push(Draw::Picture(image.clone(), at, Arc::new(paint.clone())), bounds, extent);
    }

    /// A drawing whose paint has an image filter is a layer with that filter.
    fn filtered(&self, paint: &Paint, draw: impl FnOnce(&Paint)) -> &Self {
        if paint.image_filter.is_some() {
            let layer = Paint {
                image_filter: paint.image_filter.clone(),
                blend_mode: paint.blend_mode,
                ..Paint::default()
            };
            self.push_layer(layer, None, None);
            draw(&Paint { image_filter: None, blend_mode: BlendMode::SrcOver, ..paint.clone() });
            self.restore();
        } else {
            draw(paint);
        }
        self
    }
}
