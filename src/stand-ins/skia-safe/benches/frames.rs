//! Frames of an editor-like scene: whole, a meter area, the spectrum, and nothing at all.

#![allow(
    missing_docs,
    clippy::missing_docs_in_private_items,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "criterion's macros make undocumented items; the scenes are small"
)]

#[path = "../tests/suite/support.rs"]
mod support;

use criterion::{Criterion, criterion_group, criterion_main};
use skia_safe::{ClipOp, Rect, raster};
use std::time::Duration;
use support::scene::{HEIGHT, Scene, WIDTH, draw_meters};

fn frames(c: &mut Criterion) {
    let fonts = support::fonts();
    for (scale, name) in [(1.0_f32, "1x"), (2.0, "2x")] {
        let scene = Scene::new(&fonts, scale);
        let mut surface =
            raster::surface((WIDTH * scale) as u16, (HEIGHT * scale) as u16).expect("a surface");
        let mut phase = 0.0;
        c.bench_function(&format!("full redraw 1120x720 {name}"), |b| {
            b.iter(|| {
                phase += 0.1;
                scene.draw(surface.canvas(), phase);
                raster::render(&mut surface);
            });
        });
        c.bench_function(&format!("meters {name}"), |b| {
            b.iter(|| {
                phase += 0.1;
                let canvas = surface.canvas();
                canvas.save();
                canvas.scale((scale, scale));
                canvas.clip_rect(Rect::new(864.0, 388.0, 1109.0, 406.0), ClipOp::Intersect, false);
                canvas.clear(support::color(0x14_161a));
                draw_meters(canvas, phase);
                canvas.restore();
                raster::render(&mut surface);
            });
        });
        c.bench_function(&format!("spectrum {name}"), |b| {
            b.iter(|| {
                phase += 0.1;
                let canvas = surface.canvas();
                canvas.save();
                canvas.scale((scale, scale));
                canvas.clip_rect(Rect::new(14.0, 175.0, 838.0, 523.0), ClipOp::Intersect, false);
                canvas.clear(support::color(0x10_1216));
                scene.draw_plot(canvas, phase);
                canvas.restore();
                raster::render(&mut surface);
            });
        });
        c.bench_function(&format!("nothing {name}"), |b| {
            b.iter(|| {
                raster::render(&mut surface);
            });
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(1));
    targets = frames
}
criterion_main!(benches);
