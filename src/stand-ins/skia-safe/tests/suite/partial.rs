//! Repainting part of a picture gives what painting all of it gives.

use crate::support::scene::{HEIGHT, Scene, WIDTH};
use crate::support::{Picture, color, fonts};
use proptest::prelude::*;
use skia_safe::{Canvas, ClipOp, IRect, Rect, Surface, raster};

fn surface(scale: f32) -> Surface {
    raster::surface((WIDTH * scale) as u16, (HEIGHT * scale) as u16).expect("a surface")
}

/// As vizia draws: clipped to the dirty rectangle, which is cleared first.
fn redraw(scene: &Scene, canvas: &Canvas, dirty: Rect, phase: f32) {
    canvas.save();
    canvas.clip_rect(dirty, ClipOp::Intersect, false);
    canvas.clear(color(0x14_161a));
    scene.draw(canvas, phase);
    canvas.restore();
}

#[test]
fn a_partial_redraw_equals_a_full_one() {
    let fonts = fonts();
    let mut seed = 1_u32;
    let mut random = |n: f32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as f32 / (1 << 24) as f32 * n
    };
    for scale in [1.0, 1.25, 2.0] {
        let scene = Scene::new(&fonts, scale);
        let mut whole = surface(scale);
        scene.draw(whole.canvas(), 1.0);
        let whole = Picture::of(&mut whole);
        let mut patched = surface(scale);
        scene.draw(patched.canvas(), 1.0);
        for _ in 0..12 {
            let (w, h) = (random(500.0) * scale, random(300.0) * scale);
            let (x, y) = (random(WIDTH * scale - w).floor(), random(HEIGHT * scale - h).floor());
            redraw(&scene, patched.canvas(), Rect::new(x, y, x + w.ceil(), y + h.ceil()), 1.0);
            raster::render(&mut patched);
        }
        let (worst, x, y) = Picture::of(&mut patched).greatest_difference(&whole);
        assert!(worst <= 2, "at scale {scale}, pixel {x}, {y}: {worst}/255");
    }
}

#[test]
fn nothing_outside_the_dirty_rectangle_changes() {
    let scene = Scene::new(&fonts(), 1.0);
    let mut surface = surface(1.0);
    scene.draw(surface.canvas(), 0.0);
    let before = Picture::of(&mut surface);
    redraw(&scene, surface.canvas(), Rect::new(100.0, 200.0, 300.0, 400.0), 2.0);
    let frame = raster::render(&mut surface);
    assert_eq!(frame.damage, Some(IRect::new(100, 200, 300, 400)));
    let after = Picture::of(&mut surface);
    let mut changed = 0;
    for y in 0..before.height {
        for x in 0..before.width {
            let inside = (100..300).contains(&x) && (200..400).contains(&y);
            let same = before.at(x, y) == after.at(x, y);
            assert!(inside || same, "pixel {x}, {y} changed");
            changed += usize::from(!same);
        }
    }
    assert!(changed > 100, "the spectrum moved: {changed} pixels");
}

#[test]
fn drawing_without_clearing_adds_to_what_is_there() {
    let mut surface = raster::surface(20, 20).expect("a surface");
    surface.canvas().clear(color(0x20_4060));
    raster::render(&mut surface);
    let mut paint = crate::support::solid(0x80_ffffff);
    surface.canvas().draw_rect(Rect::new(5.0, 5.0, 10.0, 10.0), &paint);
    let picture = Picture::of(&mut surface);
    assert_eq!(picture.at(1, 1), [0x20, 0x40, 0x60, 255]);
    let [r, g, b, a] = picture.at(7, 7);
    let over = |v: f32| v + (255.0 - v) * 128.0 / 255.0;
    for (got, was) in [(r, 32.0), (g, 64.0), (b, 96.0)] {
        assert!((f32::from(got) - over(was)).abs() <= 1.5, "{got} for {}", over(was));
    }
    assert_eq!(a, 255);
    // A blend mode finds what was painted in an earlier frame.
    paint = crate::support::solid(0xff_8080ff);
    paint.set_blend_mode(skia_safe::BlendMode::Multiply);
    surface.canvas().draw_rect(Rect::new(0.0, 0.0, 4.0, 4.0), &paint);
    let [r, g, b, _] = Picture::of(&mut surface).at(1, 1);
    assert!(r.abs_diff(16) <= 1 && g.abs_diff(32) <= 1 && b.abs_diff(96) <= 1, "{r} {g} {b}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Also of single shapes, with blurs and blends, in rectangles cutting through them.
    #[test]
    fn partial_equals_full_for_effects(x in 0_i32..60, y in 0_i32..60, w in 1_i32..60, h in 1_i32..60) {
        let draw = |canvas: &Canvas| {
            let mut glow = crate::support::solid(0xc0_f0b24a);
            glow.set_mask_filter(skia_safe::MaskFilter::blur(skia_safe::BlurStyle::Normal, 5.0, true));
            canvas.draw_path(&crate::support::scene::rounded([20.3, 22.7, 30.0, 20.0], 7.0), &glow);
            canvas.draw_arc(Rect::new(30.0, 30.0, 70.0, 60.0), 20.0, 200.0, true, &glow);
            let mut blend = crate::support::solid(0xff_40a0ff);
            blend.set_blend_mode(skia_safe::BlendMode::Screen);
            canvas.draw_path(&crate::support::scene::rounded([40.5, 10.5, 24.0, 50.0], 9.0), &blend);
        };
        let mut whole = raster::surface(96, 96).expect("a surface");
        whole.canvas().clear(color(0x30_3438));
        draw(whole.canvas());
        let whole = Picture::of(&mut whole);
        let mut part = raster::surface(96, 96).expect("a surface");
        part.canvas().clear(color(0x30_3438));
        draw(part.canvas());
        raster::render(&mut part);
        let canvas = part.canvas();
        canvas.save();
        let rect = Rect::new(x as f32, y as f32, (x + w) as f32, (y + h) as f32);
        canvas.clip_rect(rect, ClipOp::Intersect, false);
        canvas.clear(color(0x30_3438));
        draw(canvas);
        canvas.restore();
        let (worst, px, py) = Picture::of(&mut part).greatest_difference(&whole);
        prop_assert!(worst <= 2, "pixel {px}, {py}: {worst}/255");
    }
}
