//! Gradients, against their formulas.

use crate::support::{color, draw, near, solid};
use skia_safe::gradient_shader::{Gradient, GradientColors, Interpolation};
use skia_safe::{Color4f, Matrix, Paint, Rect, TileMode, shaders};

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
