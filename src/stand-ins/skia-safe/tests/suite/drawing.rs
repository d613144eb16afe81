//! What is drawn, against the formulas of the standards.

use crate::support::scene::{rounded, stroke};
use crate::support::{Picture, color, draw, solid};
use skia_safe::canvas::SaveLayerRec;
use skia_safe::gradient_shader::{Gradient, GradientColors, Interpolation};
use skia_safe::{
    BlendMode, BlurStyle, Canvas, ClipOp, Color4f, Data, Image, ImageFilter, MaskFilter, Matrix, Paint,
    PaintCap, PathBuilder, PathEffect, PathOp, Point, Rect, SamplingOptions, TileMode, raster, shaders,
};

fn near(got: [u8; 4], expected: [f32; 4], by: f32) -> bool {
    got.iter().zip(expected).all(|(g, e)| (f32::from(*g) - e).abs() <= by)
}

/// An ascending gradient from black to white over 100 pixels.
fn ramp(tile: TileMode) -> Paint {
    let colors = [color(0xff_000000).into(), color(0xff_ffffff).into()];
    let gradient = Gradient::new(GradientColors::new(&colors, None, tile, None), Interpolation::default());
    let mut paint = solid(0xff_000000);
    paint.set_shader(shaders::linear_gradient(((10.0, 0.0), (110.0, 0.0)), &gradient, None));
    paint
}

#[test]
fn linear_gradients_are_linear() {
    for (tile, after) in [(TileMode::Clamp, 255.0), (TileMode::Repeat, 0.105 * 255.0)] {
        let picture = draw(160, 4, 0, |c| {
            c.draw_rect(Rect::new(0.0, 0.0, 160.0, 4.0), &ramp(tile));
        });
        for x in 11..109 {
            let exact = (x as f32 + 0.5 - 10.0) / 100.0 * 255.0;
            assert!(
                near(picture.at(x, 2), [exact, exact, exact, 255.0], 1.5),
                "{tile:?} {x}: {:?}",
                picture.at(x, 2)
            );
        }
        assert!(
            near(picture.at(120, 2), [after, after, after, 255.0], 2.0),
            "{tile:?}: {:?}",
            picture.at(120, 2)
        );
    }
}

#[test]
fn gradients_mix_unpremultiplied_colours() {
    // Red to transparent green: halfway (0.5, 0.5, 0) at half alpha, as CSS would not have it but Skia does.
    let colors = [Color4f { r: 1.0, g: 0.0, b: 0.0, a: 1.0 }, Color4f { r: 0.0, g: 1.0, b: 0.0, a: 0.0 }];
    let gradient =
        Gradient::new(GradientColors::new(&colors, None, TileMode::Clamp, None), Interpolation::default());
    let mut paint = solid(0xff_000000);
    paint.set_shader(shaders::linear_gradient(((0.0, 0.0), (101.0, 0.0)), &gradient, None));
    let picture = draw(101, 1, 0, |c| {
        c.draw_rect(Rect::new(0.0, 0.0, 101.0, 1.0), &paint);
    });
    assert!(near(picture.at(50, 0), [63.75, 63.75, 0.0, 255.0], 2.0), "{:?}", picture.at(50, 0));
}

#[test]
fn radial_gradients_are_round() {
    let colors = [color(0xff_ffffff).into(), color(0xff_000000).into()];
    let gradient =
        Gradient::new(GradientColors::new(&colors, None, TileMode::Clamp, None), Interpolation::default());
    let mut paint = solid(0xff_000000);
    let half = Matrix::scale((0.5, 1.0));
    paint.set_shader(shaders::radial_gradient(((100.0, 50.0), 40.0), &gradient, &half));
    let picture = draw(100, 100, 0, |c| {
        c.draw_rect(Rect::new(0.0, 0.0, 100.0, 100.0), &paint);
    });
    for (x, y) in [(50, 50), (60, 50), (50, 70), (58, 66), (5, 5)] {
        let (dx, dy) = ((x as f32 + 0.5) * 2.0 - 100.0, y as f32 + 0.5 - 50.0);
        let exact = (1.0 - dx.hypot(dy) / 40.0).max(0.0) * 255.0;
        assert!(
            near(picture.at(x, y), [exact, exact, exact, 255.0], 3.0),
            "{x}, {y}: {:?} for {exact}",
            picture.at(x, y)
        );
    }
}

#[test]
fn a_gradient_without_extent_or_colours() {
    let colors = [color(0xff_102030).into(), color(0xff_405060).into()];
    let gradient =
        Gradient::new(GradientColors::new(&colors, None, TileMode::Clamp, None), Interpolation::default());
    let mut paint = solid(0xff_000000);
    paint.set_shader(shaders::linear_gradient(((5.0, 5.0), (5.0, 5.0)), &gradient, None));
    let picture = draw(4, 4, 0, |c| {
        c.draw_paint(&paint);
    });
    assert_eq!(picture.at(1, 1), [0x40, 0x50, 0x60, 255]);
    let none = Gradient::new(GradientColors::new(&[], None, TileMode::Clamp, None), Interpolation::default());
    assert!(shaders::linear_gradient(((0.0, 0.0), (1.0, 0.0)), &none, None).is_none());
    assert!(shaders::radial_gradient(((0.0, 0.0), -1.0), &gradient, None).is_none());
}

/// W3C Compositing and Blending Level 1, sections 10.1 and 10.2: B(backdrop, source) of each separable mode.
fn separable(mode: BlendMode, b: f32, s: f32) -> Option<f32> {
    let hard_light =
        |b: f32, s: f32| if s <= 0.5 { b * 2.0 * s } else { b + (2.0 * s - 1.0) - b * (2.0 * s - 1.0) };
    Some(match mode {
        BlendMode::SrcOver => s,
        BlendMode::Multiply => b * s,
        BlendMode::Screen => b + s - b * s,
        BlendMode::Overlay => hard_light(s, b),
        BlendMode::Darken => b.min(s),
        BlendMode::Lighten => b.max(s),
        BlendMode::ColorDodge if b == 0.0 => 0.0,
        BlendMode::ColorDodge if s >= 1.0 => 1.0,
        BlendMode::ColorDodge => (b / (1.0 - s)).min(1.0),
        BlendMode::ColorBurn if b >= 1.0 => 1.0,
        BlendMode::ColorBurn if s <= 0.0 => 0.0,
        BlendMode::ColorBurn => 1.0 - ((1.0 - b) / s).min(1.0),
        BlendMode::HardLight => hard_light(b, s),
        BlendMode::SoftLight => {
            let d = if b <= 0.25 { ((16.0 * b - 12.0) * b + 4.0) * b } else { b.sqrt() };
            if s <= 0.5 { b - (1.0 - 2.0 * s) * b * (1.0 - b) } else { b + (2.0 * s - 1.0) * (d - b) }
        }
        BlendMode::Difference => (b - s).abs(),
        BlendMode::Exclusion => b + s - 2.0 * b * s,
        _ => return None,
    })
}

#[test]
fn separable_blend_modes_follow_the_standard() {
    use BlendMode as M;
    let modes = [
        M::SrcOver,
        M::Multiply,
        M::Screen,
        M::Overlay,
        M::Darken,
        M::Lighten,
        M::ColorDodge,
        M::ColorBurn,
        M::HardLight,
        M::SoftLight,
        M::Difference,
        M::Exclusion,
    ];
    let (backdrop, source) = (0xff_c08030_u32, 0x99_4060e0_u32);
    let channels = |rgb: u32| rgb.to_be_bytes().map(|v| f32::from(v) / 255.0);
    let ([_, br, bg, bb], [alpha, sr, sg, sb]) = (channels(backdrop), channels(source));
    for mode in modes {
        let mut paint = solid(source);
        paint.set_blend_mode(mode);
        let expect = |b: f32, s: f32| {
            let mixed = separable(mode, b, s).expect("separable");
            (b * (1.0 - alpha) + mixed * alpha) * 255.0
        };
        let exact = [expect(br, sr), expect(bg, sg), expect(bb, sb), 255.0];
        // Drawn directly, as a path, and as a layer.
        let direct = draw(8, 8, backdrop, |c| {
            c.draw_rect(Rect::new(0.0, 0.0, 8.0, 8.0), &paint);
        });
        let path = draw(8, 8, backdrop, |c| {
            c.draw_path(&rounded([-9.0, -9.0, 30.0, 30.0], 9.0), &paint);
        });
        let layer = draw(8, 8, backdrop, |c| {
            let mut rec = Paint::default();
            rec.set_blend_mode(mode).set_alpha_f(alpha);
            c.save_layer(&SaveLayerRec::default().paint(&rec));
            c.draw_rect(Rect::new(0.0, 0.0, 8.0, 8.0), &solid(source | 0xff_000000));
            c.restore();
        });
        for (how, picture) in [("direct", direct), ("path", path), ("layer", layer)] {
            assert!(
                near(picture.at(4, 4), exact, 3.0),
                "{mode:?} {how}: {:?} for {exact:?}",
                picture.at(4, 4)
            );
        }
    }
}

#[test]
fn other_blend_modes() {
    let over = |mode, source| {
        let mut paint = solid(source);
        paint.set_blend_mode(mode);
        draw(4, 4, 0xff_806040, |c| {
            c.draw_rect(Rect::new(0.0, 0.0, 4.0, 4.0), &paint);
        })
        .at(1, 1)
    };
    assert!(near(over(BlendMode::Plus, 0xff_304050), [176.0, 160.0, 144.0, 255.0], 1.5));
    // The source's hue and saturation do not change the backdrop's luminosity, and the other way round.
    let luminosity = |p: [u8; 4]| 0.3 * f32::from(p[0]) + 0.59 * f32::from(p[1]) + 0.11 * f32::from(p[2]);
    let backdrop = luminosity([0x80, 0x60, 0x40, 255]);
    for mode in [BlendMode::Hue, BlendMode::Saturation, BlendMode::Color] {
        assert!((luminosity(over(mode, 0xff_2050c0)) - backdrop).abs() < 3.0, "{mode:?}");
    }
    let source = luminosity([0x20, 0x50, 0xc0, 255]);
    assert!((luminosity(over(BlendMode::Luminosity, 0xff_2050c0)) - source).abs() < 3.0);
}

/// Source-in gives the source's colour with the backdrop's alpha, inside the shape; the rest stays.
#[test]
fn source_in_tints() {
    let tinted = |alpha: u32| {
        let mut surface = raster::surface(40, 20).expect("a surface");
        let canvas = surface.canvas();
        canvas.draw_path(&rounded([4.0, 4.0, 12.0, 12.0], 3.0), &solid(0x80_ff0000));
        canvas.draw_path(&rounded([24.0, 4.0, 12.0, 12.0], 3.0), &solid(0x80_ff0000));
        let mut paint = solid(alpha << 24 | 0x00_ff00);
        paint.set_color(skia_safe::Color::from_argb(alpha as u8, 0, 255, 0)).set_blend_mode(BlendMode::SrcIn);
        canvas.draw_rect(Rect::new(0.0, 0.0, 20.0, 20.0), &paint);
        Picture::of(&mut surface)
    };
    let picture = tinted(255);
    assert!(near(picture.at(10, 10), [0.0, 128.0, 0.0, 128.0], 1.5), "{:?}", picture.at(10, 10));
    assert_eq!(picture.at(1, 1), [0, 0, 0, 0], "nothing stays nothing");
    assert!(
        near(picture.at(30, 10), [128.0, 0.0, 0.0, 128.0], 1.5),
        "outside the shape: {:?}",
        picture.at(30, 10)
    );
    assert!(near(tinted(128).at(10, 10), [0.0, 64.0, 0.0, 64.0], 2.0), "{:?}", tinted(128).at(10, 10));
}

/// vizia's icons: a layer, a shape, and a colour poured over it.
#[test]
fn a_tinted_layer_shows_only_its_shape() {
    for alpha in [255_u8, 128] {
        let picture = draw(30, 20, 0xff_102030, |c| {
            c.save_layer(&SaveLayerRec::default());
            c.draw_path(&rounded([5.0, 5.0, 10.0, 10.0], 2.0), &solid(0xff_000000));
            let mut pour = solid(0xff_ffffff);
            pour.set_color(skia_safe::Color::from_argb(alpha, 240, 178, 74)).set_blend_mode(BlendMode::SrcIn);
            c.draw_paint(&pour);
            c.restore();
        });
        let a = f32::from(alpha) / 255.0;
        let mix = |s: f32, b: f32| s * a + b * (1.0 - a);
        let exact = [mix(240.0, 16.0), mix(178.0, 32.0), mix(74.0, 48.0), 255.0];
        assert!(near(picture.at(10, 10), exact, 2.0), "{:?} for {exact:?}", picture.at(10, 10));
        assert_eq!(picture.at(22, 10), [16, 32, 48, 255]);
    }
}

#[test]
fn a_layer_is_seen_through_as_a_whole() {
    let picture = draw(30, 10, 0xff_000000, |c| {
        let mut half = Paint::default();
        half.set_alpha_f(0.5);
        let depth = c.save_layer(&SaveLayerRec::default().paint(&half));
        c.draw_rect(Rect::new(0.0, 0.0, 20.0, 10.0), &solid(0xff_ffffff));
        c.draw_rect(Rect::new(10.0, 0.0, 30.0, 10.0), &solid(0xff_ff0000));
        c.restore_to_count(depth);
    });
    assert!(near(picture.at(5, 5), [127.5, 127.5, 127.5, 255.0], 1.0));
    assert!(near(picture.at(15, 5), [127.5, 0.0, 0.0, 255.0], 1.0), "no white shines through the red");
}

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

/// Two by two pixels as PNG: red, half-transparent green, blue, white.
fn tiny_png() -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, 2, 2);
    encoder.set_color(png::ColorType::Rgba);
    let data = [255, 0, 0, 255, 0, 255, 0, 128, 0, 0, 255, 255, 255, 255, 255, 255];
    encoder.write_header().and_then(|mut w| w.write_image_data(&data)).expect("written");
    out
}

#[test]
fn pictures_are_decoded_and_tiled() {
    let image = Image::from_encoded(Data::new_copy(&tiny_png())).expect("a PNG");
    assert_eq!((image.width(), image.height()), (2, 2));
    let mut paint = solid(0xff_000000);
    let place = Matrix::rect_2_rect(Rect::new(0.0, 0.0, 2.0, 2.0), Rect::new(4.0, 4.0, 12.0, 12.0), None)
        .expect("has area");
    paint.set_shader(image.to_shader((TileMode::Repeat, TileMode::Repeat), SamplingOptions, &place));
    let picture = draw(24, 24, 0xff_000000, |c| {
        c.draw_rect(Rect::new(0.0, 0.0, 24.0, 24.0), &paint);
    });
    for (x, y, expected) in [
        (5, 5, [255.0, 0.0, 0.0, 255.0]),
        (9, 5, [0.0, 128.0, 0.0, 255.0]),
        (5, 9, [0.0, 0.0, 255.0, 255.0]),
        (13, 5, [255.0, 0.0, 0.0, 255.0]),
        (1, 1, [255.0, 255.0, 255.0, 255.0]),
    ] {
        assert!(near(picture.at(x, y), expected, 1.5), "{x}, {y}: {:?}", picture.at(x, y));
    }
}

/// A JPEG of two plain colours (libjpeg, quality 90): they come back as they were, but for its rounding.
#[test]
fn jpegs_are_decoded() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/two-colours.jpg");
    let image = Image::from_encoded(Data::new_copy(&std::fs::read(file).expect("the file"))).expect("a JPEG");
    assert_eq!((image.width(), image.height()), (16, 8));
    let mut paint = solid(0xff_000000);
    paint.set_shader(image.to_shader(None, SamplingOptions, None));
    let picture = draw(16, 8, 0, |c| {
        c.draw_paint(&paint);
    });
    assert!(near(picture.at(3, 3), [200.0, 100.0, 50.0, 255.0], 6.0), "{:?}", picture.at(3, 3));
    assert!(near(picture.at(12, 3), [30.0, 60.0, 120.0, 255.0], 6.0), "{:?}", picture.at(12, 3));
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
