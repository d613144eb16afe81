//! Layers that change nothing are dissolved when they are closed.
//!
//! Source-over is associative: a layer at full opacity whose content is all drawn source-over gives what the
//! content alone gives. A layer filled with one opaque colour by source-in - how vizia tints icons - gives what
//! its content gives when drawn in that colour. And a layer's opacity can be its only drawing's own.

use crate::display::{Draw, Layer, Op};
use crate::{BlendMode, Color4f, Paint, PaintStyle};
use std::rc::Rc;
use std::sync::Arc;

/// Simplifies the layer that begins at `at` and ends with the list; true if it is no layer any more.
pub(crate) fn close(ops: &mut [Op], at: usize) -> bool {
    let Some((push, content)) = ops[at..].split_first_mut() else { return false };
    let Draw::PushLayer(layer) = &push.draw else { return false };
    if layer.own_picture || layer.paint.blend_mode != BlendMode::SrcOver {
        return false;
    }
    let opacity = layer.paint.color.a;
    if let Some((last, drawn)) = content.split_last_mut()
        && let Some(tint) = tint_of(last)
        && same_clip(last, push)
        && drawn.iter().all(can_recolour)
    {
        for op in drawn {
            recolour(op, tint);
        }
        last.draw = Draw::Nothing;
    }
    let dissolved = match content {
        [only] if opacity < 1.0 => fade(only, opacity),
        _ => opacity >= 1.0 && content.iter().all(is_source_over),
    };
    if dissolved {
        push.draw = Draw::Nothing;
    }
    dissolved
}

fn same_clip(a: &Op, b: &Op) -> bool {
    match (&a.clip, &b.clip) {
        (None, None) => true,
        (Some(a), Some(b)) => Rc::ptr_eq(a, b),
        _ => false,
    }
}

fn tint_of(op: &Op) -> Option<Color4f> {
    let Draw::Fill(paint) = &op.draw else { return None };
    let solid = paint.shader.is_none() && paint.color.a >= 1.0;
    (solid && paint.blend_mode == BlendMode::SrcIn).then_some(paint.color)
}

fn can_recolour(op: &Op) -> bool {
    match &op.draw {
        Draw::Path(_, paint) => paint.shader.is_none() && paint.blend_mode == BlendMode::SrcOver,
        Draw::Nothing => true,
        // Glyphs may be coloured by their font.
        _ => false,
    }
}

fn recolour(op: &mut Op, tint: Color4f) {
    if let Draw::Path(_, paint) = &mut op.draw {
        let a = paint.color.a;
        Arc::make_mut(paint).color = Color4f { a, ..tint };
    }
}

fn is_source_over(op: &Op) -> bool {
    let over = |paint: &Paint| paint.blend_mode == BlendMode::SrcOver;
    match &op.draw {
        Draw::Path(_, p) | Draw::Glyphs(_, _, p) | Draw::Picture(_, _, p) | Draw::Fill(p) => over(p),
        Draw::PushLayer(Layer { paint, backdrop: None, mask: None, .. }) => over(paint),
        Draw::PopLayer | Draw::Nothing => true,
        Draw::PushLayer(_) | Draw::Clear(_) => false,
    }
}

/// Gives a single drawing the layer's opacity. Glyphs overlap, so they are left alone.
fn fade(op: &mut Op, opacity: f32) -> bool {
    match &mut op.draw {
        Draw::Path(_, paint) | Draw::Picture(_, _, paint) | Draw::Fill(paint)
            if paint.blend_mode == BlendMode::SrcOver && paint.style != PaintStyle::StrokeAndFill =>
        {
            Arc::make_mut(paint).color.a *= opacity;
            true
        }
        _ => false,
    }
}
