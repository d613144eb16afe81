//! Blend modes and layers, against W3C's Compositing and Blending.

use crate::support::scene::rounded;
use crate::support::{Picture, draw, near, solid};
use skia_safe::canvas::SaveLayerRec;
use skia_safe::{BlendMode, Paint, Rect, raster};

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
