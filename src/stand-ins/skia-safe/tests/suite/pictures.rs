//! Decoded pictures, as they are drawn and tiled.

use crate::support::{draw, near, solid};
use skia_safe::{Data, Image, Matrix, Rect, SamplingOptions, TileMode};

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
