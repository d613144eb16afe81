//! What a canvas has recorded: commands, with the stack of transformations, clips and open layers.

use crate::display::{ClipNode, ClipPart, Draw, Op, clip_parts};
use crate::{BlendMode, IRect, Matrix, Paint, PaintStyle, Path, Rect};
use std::rc::Rc;
use std::sync::Arc;

use crate::canvas::ClipOp;

#[derive(Clone, Default)]
pub(crate) struct State {
    pub(crate) matrix: Matrix,
    pub(crate) clip: Option<Rc<ClipNode>>,
}

pub(crate) struct Saved {
    pub(crate) state: State,
    pub(crate) layer: Option<OpenLayer>,
}

pub(crate) struct OpenLayer {
    /// The index of its `PushLayer`.
    pub(crate) at: usize,
    /// What has been drawn in it so far.
    pub(crate) content: IRect,
}

pub(crate) struct Recorder {
    /// Nothing is recorded.
    pub(crate) null: bool,
    pub(crate) device: IRect,
    pub(crate) state: State,
    pub(crate) stack: Vec<Saved>,
    pub(crate) ops: Vec<Op>,
}

/// Nesting deeper than this is ignored: each level of a layer needs stack space when it is painted.
pub(crate) const DEEPEST_LAYERS: usize = 64;

impl Recorder {
    pub(crate) fn clip_bounds(&self) -> IRect {
        self.state.clip.as_ref().map_or(self.device, |c| c.bounds)
    }

    pub(crate) fn layer(&mut self) -> Option<&mut OpenLayer> {
        self.stack.iter_mut().rev().find_map(|s| s.layer.as_mut())
    }

    /// Records a command, unless it can change nothing.
    pub(crate) fn push(&mut self, draw: Draw, bounds: IRect, extent: kurbo::Rect) {
        let structural = matches!(draw, Draw::PushLayer(_) | Draw::PopLayer);
        if self.null || (bounds.is_empty() && !structural) {
            return;
        }
        if let Some(layer) = self.layer() {
            layer.content = layer.content.union(bounds);
        }
        let State { matrix, clip } = self.state.clone();
        self.ops.push(Op { draw, matrix, clip, bounds, extent });
    }

    pub(crate) fn draw_path(&mut self, path: &Path, paint: &Paint) {
        let matrix = self.state.matrix;
        let mut extent = path.bounds().to_kurbo();
        if paint.style != PaintStyle::Fill {
            // Corners reach up to the miter limit times half the width; square ends, 1.42 times.
            let reach = f64::from(paint.stroke_width) * f64::from(paint.miter_limit.max(1.5)) * 0.5;
            extent = extent.inflate(reach, reach);
        }
        let (mapped, _) = matrix.map_rect(Rect::from_kurbo(extent));
        let blur = paint.mask_filter.map_or(0.0, |f| {
            let scale = if f.respect_ctm { crate::raster::mean_scale(&matrix) } else { 1.0 };
            3.0 * f64::from(f.sigma) * scale + 2.0
        });
        let extent = mapped.to_kurbo().inflate(1.0 + blur, 1.0 + blur);
        let bounds = self.clip_bounds().intersect(IRect::around(extent));
        self.push(Draw::Path(path.clone(), Arc::new(paint.clone())), bounds, extent);
    }

    pub(crate) fn restore(&mut self) {
        let Some(saved) = self.stack.pop() else { return };
        if let Some(layer) = saved.layer {
            self.state = saved.state;
            self.close_layer(&layer);
        } else {
            self.state = saved.state;
        }
    }

    pub(crate) fn close_layer(&mut self, layer: &OpenLayer) {
        let clip = self.ops.get(layer.at).and_then(|op| op.clip.clone());
        let all = clip.as_ref().map_or(self.device, |c| c.bounds);
        let Some(Op { draw: Draw::PushLayer(rec), .. }) = self.ops.get(layer.at) else { return };
        // A filter can paint beyond the content, and these modes change what the content does not cover.
        let spreads = rec.own_picture || rec.paint.blend_mode == BlendMode::SrcIn;
        let bounds = if spreads { all } else { layer.content };
        if bounds.is_empty() {
            self.ops.truncate(layer.at);
            return;
        }
        let dissolved = crate::simplify::close(&mut self.ops, layer.at);
        if let Some(outer) = self.layer() {
            outer.content = outer.content.union(bounds);
        }
        if dissolved {
            return;
        }
        let Some(op) = self.ops.get_mut(layer.at) else { return };
        op.bounds = bounds;
        op.extent = bounds.to_kurbo();
        // Whatever reads what lies behind it needs the layer around it as a picture.
        if matches!(&op.draw, Draw::PushLayer(l) if l.backdrop.is_some() || l.mask.is_some()) {
            self.need_pictures(layer.at);
        }
        let state = self.state.clone();
        self.ops.push(Op {
            draw: Draw::PopLayer,
            matrix: state.matrix,
            clip,
            bounds,
            extent: bounds.to_kurbo(),
        });
    }

    /// The layers open around the one begun at `inner` get pictures of their own.
    fn need_pictures(&mut self, inner: usize) {
        for saved in &self.stack {
            if let Some(outer) = &saved.layer
                && outer.at < inner
                && let Some(Op { draw: Draw::PushLayer(l), .. }) = self.ops.get_mut(outer.at)
            {
                l.own_picture = true;
            }
        }
    }

    pub(crate) fn clip(&mut self, path: &Path, op: ClipOp, aa: bool) {
        if self.null {
            return;
        }
        let mut path = path.make_transform(&self.state.matrix);
        if !aa && let Some(r) = path.as_rect() {
            path = Path::from_rect(kurbo::Rect::new(r.x0.round(), r.y0.round(), r.x1.round(), r.y1.round()));
        }
        let outer = self.clip_bounds();
        let mut parent = self.state.clip.clone();
        let mut parts = Vec::new();
        let bounds = match op {
            ClipOp::Difference if path.is_empty() => return,
            ClipOp::Difference => outer,
            ClipOp::Intersect if path.is_empty() => IRect::default(),
            ClipOp::Intersect => outer.intersect(IRect::around(path.bounds().to_kurbo())),
        };
        if op == ClipOp::Intersect && path.surely_contains(outer.to_kurbo()) {
            return;
        }
        // A rectangle within a rectangle is one rectangle.
        if op == ClipOp::Intersect
            && let Some(inner) = path.as_rect()
            && let Some(node) = &self.state.clip
            && node.aa == aa
            && let [ClipPart::Rect(r)] = node.parts[..]
        {
            parts.push(ClipPart::Rect(r.intersect(inner)));
            parent.clone_from(&node.parent);
        } else if !path.is_empty() {
            clip_parts(&path, op == ClipOp::Difference, &mut parts);
        }
        self.state.clip = Some(Rc::new(ClipNode { parent, aa, parts, bounds }));
    }
}
