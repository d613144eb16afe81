//! Keeping vello's clip stack in step with the recorded clips.

use super::painter::Painter;
use crate::Path;
use crate::display::{ClipNode, ClipPart, outside};
use kurbo::Affine;
use std::rc::Rc;
use vello_cpu::peniko::Fill;
use vello_cpu::{Mask, Pixmap};

/// A piece of a clip: the clip and the piece's number.
#[derive(Clone)]
struct Key(Rc<ClipNode>, usize);

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0) && self.1 == other.1
    }
}

/// What is set in the context.
#[derive(Default)]
pub(super) struct Clips {
    pushed: Vec<Key>,
    masked: Vec<Key>,
}

impl Painter<'_> {
    /// Sets the clip for a drawing that changes nothing outside `extent` (in device pixels).
    pub(super) fn set_clip(&mut self, clip: Option<&Rc<ClipNode>>, extent: kurbo::Rect) {
        let visible = extent.intersect(self.region.to_kurbo());
        let (mut all, mut needed, mut masked) = (Vec::new(), Vec::new(), Vec::new());
        let mut node = clip;
        while let Some(clip) = node {
            for (i, part) in clip.parts.iter().enumerate().rev() {
                let key = Key(clip.clone(), i);
                let spares = part.spares(visible);
                match part {
                    ClipPart::OutsideAny(_) if !spares => masked.push(key),
                    ClipPart::OutsideAny(_) => {}
                    _ => {
                        if !spares {
                            needed.push(key.clone());
                        }
                        all.push(key);
                    }
                }
            }
            node = clip.parent.as_ref();
        }
        // What is set and does not hurt stays; what is set and does not belong goes, with all above it.
        let keep = self.clips.pushed.iter().take_while(|k| all.contains(k)).count();
        while self.clips.pushed.len() > keep {
            self.clips.pushed.pop();
            self.context.pop_clip();
        }
        for key in needed.into_iter().rev() {
            if !self.clips.pushed.contains(&key) {
                self.push(&key);
                self.clips.pushed.push(key);
            }
        }
        self.set_masks(masked);
    }

    fn push(&mut self, key: &Key) {
        let Some(part) = key.0.parts.get(key.1) else { return };
        self.context.set_transform(self.to_context());
        self.context.set_aliasing_threshold((!key.0.aa).then_some(127));
        self.context.set_fill_rule(Fill::NonZero);
        match part {
            ClipPart::Rect(r) => self.context.push_clip_rect(&sane(*r)),
            ClipPart::Inside(path) => {
                let (outline, affine) = super::outline::fine(&path.data().outline, self.to_context());
                self.context.set_transform(affine);
                if path.data().even_odd {
                    self.context.set_fill_rule(Fill::EvenOdd);
                }
                self.context.push_clip_path(&outline);
            }
            ClipPart::Outside(path) => {
                let outline = outside(&path.data().outline, self.region.to_kurbo());
                let (outline, affine) = super::outline::fine(&outline, self.to_context());
                self.context.set_transform(affine);
                self.context.set_fill_rule(Fill::EvenOdd);
                self.context.push_clip_path(&outline);
                self.context.set_fill_rule(Fill::NonZero);
            }
            ClipPart::OutsideAny(_) => {}
        }
        self.context.set_aliasing_threshold(None);
    }

    fn set_masks(&mut self, keys: Vec<Key>) {
        if keys == self.clips.masked {
            return;
        }
        if keys.is_empty() {
            self.context.reset_mask();
        } else {
            let (w, h) = (self.context.width(), self.context.height());
            let mut kept = vec![255_u8; usize::from(w) * usize::from(h)];
            for key in &keys {
                if let Some(ClipPart::OutsideAny(path)) = key.0.parts.get(key.1) {
                    for (k, c) in kept.iter_mut().zip(self.coverage(path)) {
                        *k = times(*k, 255 - c);
                    }
                }
            }
            self.context.set_mask(Mask::from_parts(kept, w, h));
        }
        self.clips.masked = keys;
    }

    /// How much of each pixel of the region a path (in device pixels) covers, sets included.
    pub(super) fn coverage(&mut self, path: &Path) -> Vec<u8> {
        let data = path.data();
        let mut cover = self.outline_coverage(path);
        for p in &data.and {
            for (c, other) in cover.iter_mut().zip(self.coverage(p)) {
                *c = times(*c, other);
            }
        }
        for p in &data.not {
            for (c, other) in cover.iter_mut().zip(self.coverage(p)) {
                *c = times(*c, 255 - other);
            }
        }
        cover
    }

    fn outline_coverage(&mut self, path: &Path) -> Vec<u8> {
        let (w, h) = (self.context.width(), self.context.height());
        let mut context = self.kit.context(w, h);
        let (outline, affine) = super::outline::fine(&path.data().outline, self.to_context());
        if path.data().even_odd {
            context.set_fill_rule(Fill::EvenOdd);
        }
        let cover = cover(&mut context, &outline, affine, &mut self.kit.resources);
        self.kit.give_back(context);
        cover
    }
}

/// The coverage of an outline, of the context's size.
pub(super) fn cover(
    context: &mut vello_cpu::RenderContext,
    outline: &kurbo::BezPath,
    affine: Affine,
    resources: &mut vello_cpu::Resources,
) -> Vec<u8> {
    context.set_transform(affine);
    context.set_paint(vello_cpu::color::palette::css::WHITE);
    context.fill_path(outline);
    context.flush();
    let mut pixmap = Pixmap::new(context.width(), context.height());
    context.render(&mut pixmap, resources);
    pixmap.data().iter().map(|p| p.a).collect()
}

/// The product of two fractions of 255, rounded.
pub(super) fn times(a: u8, b: u8) -> u8 {
    let product = u16::from(a) * u16::from(b) + 127;
    u8::try_from(product / 255).unwrap_or(255)
}

fn sane(r: kurbo::Rect) -> kurbo::Rect {
    const FAR: f64 = super::outline::FAR;
    let edge = |v: f64| v.clamp(-FAR, FAR);
    kurbo::Rect::new(edge(r.x0), edge(r.y0), edge(r.x1), edge(r.y1))
}
