//! Clips, lines, surfaces and the canvas's stack.

use crate::support::scene::{rounded, stroke};
use crate::support::{Picture, color, draw, near, solid};
use skia_safe::canvas::SaveLayerRec;
use skia_safe::{
    ClipOp, Paint, PaintCap, PathBuilder, PathEffect, PathOp, Point, Rect, SamplingOptions, raster,
};

#[test]
fn clips_cut_and_are_restored() {
    let picture = draw(60, 40, 0xff_000000, |c| {
        c.save();
        c.clip_rect(Rect::new(10.0, 10.0, 50.0, 30.0), ClipOp::Intersect, false);
        c.clip_path(&rounded([20.0, 5.0, 20.0, 20.0], 5.0), ClipOp::Difference, true);
        c.draw_paint(&solid(0xff_ffffff));
        c.restore();
        c.draw_rect(Rect::new(0.0, 36.0, 60.0, 40.0), &solid(0xff_ff0000));
    });
    for (x, y, white) in
        [(5, 15, false), (15, 15, true), (30, 15, false), (30, 28, true), (45, 28, true), (45, 33, false)]
    {
        assert_eq!(picture.at(x, y)[1] == 255, white, "{x}, {y}: {:?}", picture.at(x, y));
    }
    assert_eq!(picture.at(30, 38), [255, 0, 0, 255]);
}

/// A clip by what is not convex, and by a set, goes by masks; it has to agree with drawing the set.
#[test]
fn clipping_by_any_path_equals_drawing_it() {
    let mut star = PathBuilder::new();
    for i in 0..5_u8 {
        let a = f32::from(i) * 4.0 * std::f32::consts::PI / 5.0;
        let p = (30.0 + 26.0 * a.sin(), 30.0 - 26.0 * a.cos());
        if i == 0 {
            star.move_to(p)
        } else {
            star.line_to(p)
        };
    }
    star.close();
    let star = star.detach();
    let square = rounded([5.0, 5.0, 50.0, 30.0], 4.0);
    let white = solid(0xff_ffffff);
    for (clip, op, drawn) in [
        (star.clone(), ClipOp::Intersect, star.clone()),
        (
            star.clone(),
            ClipOp::Difference,
            rounded([0.0, 0.0, 60.0, 60.0], 0.0).op(&star, PathOp::Difference).expect("finite"),
        ),
        (
            square.op(&star, PathOp::Difference).expect("finite"),
            ClipOp::Intersect,
            square.op(&star, PathOp::Difference).expect("finite"),
        ),
    ] {
        let clipped = draw(60, 60, 0xff_000000, |c| {
            c.clip_path(&clip, op, true).draw_paint(&white);
        });
        let filled = draw(60, 60, 0xff_000000, |c| {
            c.draw_path(&drawn, &white);
        });
        let (worst, x, y) = clipped.greatest_difference(&filled);
        assert!(worst <= 3, "{op:?} at {x}, {y}: {worst}");
    }
}

#[test]
fn lines_are_as_wide_as_asked_and_hairlines_one_pixel() {
    for (width, scale, expected) in [(3.0, 1.0, 3.0), (2.0, 2.0, 4.0), (0.0, 3.0, 1.0)] {
        let picture = draw(60, 40, 0xff_000000, |c| {
            c.scale((scale, scale));
            let mut path = PathBuilder::new();
            path.move_to((2.0, 5.25)).line_to((18.0, 5.25));
            c.draw_path(&path.detach(), &stroke(0xff_ffffff, width));
        });
        let column: f32 = (0..40).map(|y| f32::from(picture.at(10, y)[0]) / 255.0).sum();
        assert!((column - expected).abs() < 0.05, "{width} at {scale}: {column}");
    }
}

#[test]
fn dashes_and_dots() {
    let lit = |intervals: &[f32], cap| {
        let picture = draw(110, 20, 0xff_000000, |c| {
            let mut paint = stroke(0xff_ffffff, 4.0);
            paint.set_path_effect(PathEffect::dash(intervals, 0.0)).set_stroke_cap(cap);
            let mut path = PathBuilder::new();
            path.move_to((5.0, 10.0)).line_to((105.0, 10.0));
            c.draw_path(&path.detach(), &paint);
        });
        picture.pixels.iter().step_by(4).map(|v| f32::from(*v) / 255.0).sum::<f32>()
    };
    let dashes = lit(&[6.0, 4.0], PaintCap::Butt);
    assert!((dashes - 60.0 * 4.0).abs() < 4.0, "{dashes}");
    // vizia's dotted borders: dashes of no length with round caps.
    let dots = lit(&[0.0, 10.0], PaintCap::Round);
    let exact = 10.5 * std::f32::consts::PI * 4.0;
    assert!((dots - exact).abs() < 10.0, "{dots} for {exact}");
    assert!(PathEffect::dash(&[1.0], 0.0).is_none() && PathEffect::dash(&[0.0, 0.0], 0.0).is_none());
    assert!(lit(&[1e-9, 1e-9], PaintCap::Butt) > 100.0, "too fine to see is solid");
}

#[test]
fn a_contour_of_one_point_has_no_dashes() {
    let picture = |point: Option<(f32, f32)>, first: bool| {
        draw(110, 40, 0xff_000000, |c| {
            let mut paint = stroke(0xff_ffffff, 4.0);
            paint.set_path_effect(PathEffect::dash(&[6.0, 4.0], 0.0));
            let mut path = PathBuilder::new();
            if let Some(p) = point.filter(|_| first) {
                path.move_to(p).close();
            }
            path.move_to((5.0, 10.0)).line_to((105.0, 10.0)).line_to((105.0, 30.0));
            if let Some(p) = point.filter(|_| !first) {
                path.move_to(p).close();
            }
            c.draw_path(&path.detach(), &paint);
        })
    };
    let plain = picture(None, true);
    for first in [true, false] {
        assert_eq!(picture(Some((50.0, 25.0)), first).pixels, plain.pixels, "the point comes first: {first}");
    }
}

#[test]
fn without_antialiasing_pixels_are_whole() {
    let picture = draw(40, 40, 0xff_000000, |c| {
        let mut paint = solid(0xff_ffffff);
        paint.set_anti_alias(false);
        c.draw_path(&rounded([5.3, 5.3, 20.0, 20.0], 10.0), &paint);
        c.draw_rect(Rect::new(30.4, 5.4, 34.6, 30.6), &paint);
    });
    assert!(picture.pixels.iter().step_by(4).all(|v| *v == 0 || *v == 255));
    assert_eq!(picture.at(30, 10)[0], 255);
    assert_eq!(picture.at(35, 10)[0], 0);
}

#[test]
fn one_surface_is_drawn_on_another() {
    let mut small = raster::surface(10, 10).expect("a surface");
    small.canvas().clear(color(0xff_ff0000));
    let mut big = raster::surface(30, 30).expect("a surface");
    big.canvas().clear(color(0xff_000000));
    let mut half = Paint::default();
    half.set_alpha_f(0.5);
    small.draw(big.canvas(), (5, 5), SamplingOptions, None);
    small.draw(big.canvas(), (20, 5), SamplingOptions, Some(&half));
    let picture = Picture::of(&mut big);
    assert_eq!(picture.at(14, 14), [255, 0, 0, 255]);
    assert!(near(picture.at(22, 7), [127.5, 0.0, 0.0, 255.0], 1.0));
    assert_eq!(picture.at(16, 16), [0, 0, 0, 255]);
    // What keeps nothing takes nothing.
    let mut null = raster::null_surface();
    small.draw(null.canvas(), (0, 0), SamplingOptions, None);
    assert!(raster::render(&mut null).pixels.is_empty());
}

#[test]
fn saves_and_restores_pair() {
    let picture = draw(40, 10, 0xff_000000, |c| {
        let outer = c.save();
        c.translate((10.0, 0.0));
        c.save();
        c.translate(Point::new(10.0, 0.0));
        c.save_layer(&SaveLayerRec::default());
        c.restore_to_count(outer);
        c.draw_rect(Rect::new(0.0, 0.0, 5.0, 5.0), &solid(0xff_ffffff));
        c.restore().restore().restore();
    });
    assert_eq!(picture.at(2, 2), [255; 4]);
    assert_eq!(picture.at(12, 2)[0], 0);
}
