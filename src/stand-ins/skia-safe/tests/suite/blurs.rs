//! Shadows and blurred layers, against the error function.

use crate::support::scene::rounded;
use crate::support::{draw, solid};
use skia_safe::canvas::SaveLayerRec;
use skia_safe::{BlurStyle, Canvas, ClipOp, ImageFilter, MaskFilter, Paint, PathOp, Rect};

#[test]
fn a_blurred_edge_is_the_error_function() {
    for sigma in [1.0_f32, 2.0, 6.0, 12.0] {
        let mut paint = solid(0xff_ffffff);
        paint.set_mask_filter(MaskFilter::blur(BlurStyle::Normal, sigma, false));
        let picture = draw(200, 60, 0xff_000000, |c| {
            c.draw_rect(Rect::new(100.3, -200.0, 400.0, 260.0), &paint);
        });
        let mut exact = 0.0_f64;
        let step = 0.01;
        let mut x = -6.0 * f64::from(sigma);
        for column in 0..200 {
            let end = column as f64 + 0.5 - 100.3;
            while x < end {
                exact += step * (-0.5 * (x / f64::from(sigma)).powi(2)).exp()
                    / (f64::from(sigma) * std::f64::consts::TAU.sqrt());
                x += step;
            }
            let got = f64::from(picture.at(column, 30)[0]);
            assert!(
                (got - exact * 255.0).abs() < 7.0,
                "sigma {sigma}, column {column}: {got} for {}",
                exact * 255.0
            );
        }
    }
}

/// Nine pieces stretched give what blurring the shape as it is gives.
#[test]
fn stretched_shadows_equal_whole_ones() {
    for (rect, radius) in
        [([30.25, 31.5, 120.0, 80.6], 9.0), ([40.0, 40.0, 30.0, 100.0], 0.0), ([50.5, 50.5, 12.0, 9.0], 4.0)]
    {
        let mut paint = solid(0xff_ffffff);
        paint.set_mask_filter(MaskFilter::blur(BlurStyle::Normal, 4.0, false));
        let path = rounded(rect, radius);
        let pieces = draw(200, 200, 0xff_000000, |c| {
            c.draw_path(&path, &paint);
        });
        // As one of a set it is blurred as it is.
        let set =
            path.op(&rounded([rect[0] - 40.0, 0.0, 41.0, 0.5], 0.1), PathOp::Difference).expect("finite");
        let set = set.op(&rounded([-10.0, -10.0, 300.0, 300.0], 100.0), PathOp::Intersect).expect("finite");
        let whole = draw(200, 200, 0xff_000000, |c| {
            c.draw_path(&set, &paint);
        });
        let (worst, x, y) = pieces.greatest_difference(&whole);
        assert!(worst <= 3, "{rect:?} at {x}, {y}: {worst}");
        assert!(pieces.at(rect[0] as usize + 6, rect[1] as usize + 5)[0] > 60);
    }
}

#[test]
fn a_blurred_layer_keeps_its_light() {
    let glow = |canvas: &Canvas| {
        let mut paint = Paint::default();
        let filter = ImageFilter::crop(Rect::new(0.0, 0.0, 80.0, 80.0), None, None)
            .and_then(|f| f.blur(None, (4.0, 4.0), None));
        paint.set_image_filter(filter);
        canvas.save_layer(&SaveLayerRec::default().paint(&paint));
        canvas.draw_rect(Rect::new(30.0, 30.0, 50.0, 50.0), &solid(0xff_ffffff));
        canvas.restore();
    };
    let picture = draw(80, 80, 0xff_000000, glow);
    let light: f32 = picture.pixels.iter().step_by(4).map(|v| f32::from(*v) / 255.0).sum();
    assert!((light - 400.0).abs() < 8.0, "{light} for 400");
    assert!(picture.at(27, 40)[0] > 30 && picture.at(40, 40)[0] < 255);
}

#[test]
fn a_backdrop_is_blurred_behind_its_layer_only() {
    let picture = draw(80, 40, 0xff_000000, |c| {
        c.draw_rect(Rect::new(0.0, 0.0, 80.0, 20.0), &solid(0xff_ffffff));
        c.save();
        c.clip_rect(Rect::new(0.0, 0.0, 40.0, 40.0), ClipOp::Intersect, false);
        let filter = ImageFilter::crop(Rect::new(-50.0, -50.0, 130.0, 90.0), None, None)
            .and_then(|f| f.blur(None, (4.0, 4.0), None))
            .expect("sound");
        c.save_layer(&SaveLayerRec::default().backdrop(&filter));
        c.draw_rect(Rect::new(4.0, 30.0, 8.0, 34.0), &solid(0xff_ff0000));
        c.restore();
        c.restore();
    });
    assert_eq!(picture.at(60, 19), [255; 4], "sharp outside");
    assert_eq!(picture.at(60, 20), [0, 0, 0, 255], "sharp outside");
    let (above, below) = (picture.at(15, 18)[0], picture.at(15, 22)[0]);
    assert!((90..250).contains(&above) && (20..140).contains(&below), "blurred inside: {above} {below}");
    assert_eq!(picture.at(6, 32), [255, 0, 0, 255], "and drawn over");
}
