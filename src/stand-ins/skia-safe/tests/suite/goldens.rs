//! Pictures compared with ones looked at before.

use crate::support::scene::{HEIGHT, Scene, WIDTH, rounded, stroke};
use crate::support::{Picture, color, compare_with_golden, draw, fonts, paragraph, solid, text_style};
use skia_safe::textlayout::{ParagraphBuilder, ParagraphStyle, TextAlign, TextDecoration};
use skia_safe::{
    BlurStyle, Canvas, ClipOp, MaskFilter, PaintCap, PaintStyle, PathBuilder, PathEffect, PathOp, Rect,
    raster,
};

#[test]
fn editor_scene() {
    let scene = Scene::new(&fonts(), 1.0);
    let mut surface = raster::surface(WIDTH as u16, HEIGHT as u16).expect("a surface");
    scene.draw(surface.canvas(), 0.3);
    compare_with_golden("editor", &Picture::of(&mut surface));
}

#[test]
fn editor_scene_at_twice_the_size() {
    let scene = Scene::new(&fonts(), 2.0);
    let mut surface = raster::surface(2 * WIDTH as u16, 2 * HEIGHT as u16).expect("a surface");
    scene.draw(surface.canvas(), 0.3);
    compare_with_golden("editor-2x", &Picture::of(&mut surface));
}

#[test]
fn shapes() {
    let picture = draw(320, 240, 0x14_161a, |canvas| {
        shadows(canvas);
        strokes(canvas);
        sets(canvas);
    });
    compare_with_golden("shapes", &picture);
}

/// Outer, coloured and inset shadows, as vizia draws them.
fn shadows(canvas: &Canvas) {
    for (x, sigma, rgb) in [(20.0, 3.0, 0xc0_000000), (100.0, 6.0, 0xff_f0b24a)] {
        let path = rounded([x, 20.0, 56.0, 40.0], 8.0);
        let mut paint = solid(rgb);
        paint.set_mask_filter(MaskFilter::blur(BlurStyle::Normal, sigma, false));
        canvas.save();
        canvas.clip_path(&path, ClipOp::Difference, true);
        canvas.draw_path(&path.make_offset((0.0, 4.0)), &paint);
        canvas.restore();
        canvas.draw_path(&path, &solid(0x2e_333d));
    }
    let path = rounded([180.0, 20.0, 120.0, 40.0], 8.0);
    canvas.draw_path(&path, &solid(0x3e_434d));
    let mut paint = solid(0xff_000000);
    paint.set_mask_filter(MaskFilter::blur(BlurStyle::Normal, 4.0, false));
    canvas.save();
    canvas.clip_path(&path, ClipOp::Intersect, true);
    let inset = path.op(&rounded([184.0, 28.0, 112.0, 32.0], 4.0), PathOp::Difference).expect("finite");
    canvas.draw_path(&inset, &paint);
    canvas.restore();
}

fn strokes(canvas: &Canvas) {
    let mut curve = PathBuilder::new();
    curve.move_to((20.0, 120.0)).cubic_to((60.0, 60.0), (80.0, 180.0), (120.0, 100.0));
    let curve = curve.detach();
    let mut paint = stroke(0x62_cfc4, 3.0);
    canvas.draw_path(&curve, &paint);
    paint.set_path_effect(PathEffect::dash(&[9.0, 6.0], 0.0));
    canvas.draw_path(&curve.make_offset((110.0, 0.0)), &paint);
    paint.set_path_effect(PathEffect::dash(&[0.0, 8.0], 0.0)).set_stroke_cap(PaintCap::Round);
    canvas.draw_path(&curve.make_offset((200.0, 0.0)), &paint);
    let mut both = stroke(0x80_f2786b, 6.0);
    both.set_style(PaintStyle::StrokeAndFill);
    canvas.draw_path(&rounded([20.0, 150.0, 40.0, 30.0], 4.0), &both);
    for (i, use_center) in [false, true].into_iter().enumerate() {
        let x = 80.0 + 60.0 * i as f32;
        let oval = Rect::new(x, 145.0, x + 44.0, 185.0);
        canvas.draw_arc(oval, 135.0, 200.0, use_center, &solid(0x7c_c7f2));
        canvas.draw_arc(oval, 135.0, 270.0, use_center, &stroke(0xf0_b24a, 2.0));
    }
}

fn sets(canvas: &Canvas) {
    let mut disc = PathBuilder::new();
    disc.add_circle((240.0, 200.0), 26.0, None);
    let disc = disc.detach();
    let square = rounded([240.0, 190.0, 40.0, 40.0], 6.0);
    canvas.draw_path(&disc.op(&square, PathOp::Difference).expect("finite"), &solid(0x8f_d694));
    canvas.draw_path(&disc.op(&square, PathOp::Intersect).expect("finite"), &solid(0xd9_8ad0));
    canvas.save();
    canvas.clip_path(&disc.make_offset((-200.0, 10.0)), ClipOp::Intersect, true);
    canvas.draw_rect(Rect::new(0.0, 200.0, 120.0, 240.0), &solid(0x62_cfc4));
    canvas.restore();
}

#[test]
fn text() {
    let fonts = fonts();
    let picture = draw(360, 250, 0x14_161a, |canvas| {
        let mut y = 8.0;
        for (size, weight) in [(10.5, 400), (12.0, 400), (13.0, 650), (15.0, 650), (34.0, 600)] {
            let mut p = paragraph(
                &fonts,
                &ParagraphStyle::default(),
                &text_style(size, weight, 0xe8_eaee),
                "−13.6 LUFS · Größe, Ångström, Ελλάδα",
            );
            p.layout(1000.0);
            p.paint(canvas, (10.0, y));
            y += p.height() + 3.0;
        }
        let mut style = ParagraphStyle::default();
        style.set_text_align(TextAlign::Justify);
        let long = "The master is louder by 3.1 dB than the reference between 60 and 120 Hz; turn it down.";
        let mut p = paragraph(&fonts, &style, &text_style(12.0, 400, 0x98_a1ad), long);
        p.layout(160.0);
        p.paint(canvas, (10.0, y));
        style.set_ellipsis("…").set_max_lines(2);
        let mut p = paragraph(&fonts, &style, &text_style(12.0, 400, 0xf0_b24a), long);
        p.layout(160.0);
        p.paint(canvas, (190.0, y));
        decorated(canvas, &fonts, 190.0, y + 44.0);
    });
    compare_with_golden("text", &picture);
}

fn decorated(canvas: &Canvas, fonts: &skia_safe::textlayout::FontCollection, x: f32, y: f32) {
    let mut builder = ParagraphBuilder::new(&ParagraphStyle::default(), fonts);
    let lines = [TextDecoration::UNDERLINE, TextDecoration::OVERLINE, TextDecoration::LINE_THROUGH];
    for (line, word) in lines.into_iter().zip(["under ", "over ", "through"]) {
        let mut style = text_style(14.0, 500, 0xe8_eaee);
        style.set_decoration_type(line);
        style.set_decoration_color(color(0xf2_786b));
        style.set_background_paint(&solid(0x23_272f));
        builder.push_style(&style).add_text(word);
    }
    let mut outlined = text_style(22.0, 700, 0x62_cfc4);
    outlined.set_foreground_paint(&stroke(0x62_cfc4, 1.0));
    builder.push_style(&outlined).add_text(" out");
    let mut p = builder.build();
    p.layout(1000.0);
    p.paint(canvas, (x, y));
}
