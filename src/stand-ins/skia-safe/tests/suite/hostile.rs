//! Whatever is drawn, nothing panics, hangs or takes all memory.

use crate::support::{fonts, solid, text_style};
use proptest::prelude::*;
use skia_safe::gradient_shader::{Gradient, GradientColors, Interpolation};
use skia_safe::textlayout::{
    ParagraphBuilder, ParagraphStyle, RectHeightStyle, RectWidthStyle, TextAlign, TextDirection,
};
use skia_safe::{
    BlendMode, BlurStyle, Canvas, ClipOp, Color4f, ImageFilter, M44, MaskFilter, Matrix, Paint, PaintCap,
    PaintStyle, Path, PathBuilder, PathDirection, PathEffect, PathOp, RRect, Rect, TileMode, Vector,
    canvas::SaveLayerRec, path_builder::ArcSize, raster, shaders, svg,
};

/// Ordinary numbers, and those that break things.
fn number() -> impl Strategy<Value = f32> {
    prop_oneof![
        6 => -50.0_f32..150.0,
        1 => prop::num::f32::ANY,
        1 => prop::sample::select(vec![
            f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, f32::MIN, f32::MIN_POSITIVE, 0.0, -0.0,
            1e-30, 1e9, -1e9, 1e20, 65_536.0, 32_768.0, 0.5,
        ]),
    ]
}

#[derive(Clone, Debug)]
struct Step {
    kind: u8,
    n: [f32; 9],
    flags: u16,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (any::<u8>(), prop::array::uniform9(number()), any::<u16>())
        .prop_map(|(kind, n, flags)| Step { kind, n, flags });
    prop::collection::vec(step, 1..24)
}

const MODES: [BlendMode; 18] = [
    BlendMode::SrcIn,
    BlendMode::SrcOver,
    BlendMode::Plus,
    BlendMode::Screen,
    BlendMode::Overlay,
    BlendMode::Darken,
    BlendMode::Lighten,
    BlendMode::ColorDodge,
    BlendMode::ColorBurn,
    BlendMode::HardLight,
    BlendMode::SoftLight,
    BlendMode::Difference,
    BlendMode::Exclusion,
    BlendMode::Multiply,
    BlendMode::Hue,
    BlendMode::Saturation,
    BlendMode::Color,
    BlendMode::Luminosity,
];

fn paint(step: &Step) -> Paint {
    let (n, flags) = (step.n, step.flags);
    let mut paint = solid(u32::from(flags) * 65_537);
    paint.set_alpha_f(n[7]).set_stroke_width(n[8]).set_anti_alias(flags & 1 == 0);
    paint
        .set_style([PaintStyle::Fill, PaintStyle::Stroke, PaintStyle::StrokeAndFill][usize::from(flags % 3)]);
    paint.set_stroke_cap([PaintCap::Butt, PaintCap::Round, PaintCap::Square][usize::from(flags / 3 % 3)]);
    if flags & 0x10 == 0 {
        paint.set_blend_mode(MODES[usize::from(flags >> 5) % MODES.len()]);
    }
    if flags & 0x600 == 0 {
        paint.set_path_effect(PathEffect::dash(&[n[0], n[1]], n[2]));
    }
    if flags & 0x1800 == 0 {
        paint.set_mask_filter(MaskFilter::blur(BlurStyle::Normal, n[3], flags & 2 == 0));
    }
    if flags & 0xe000 == 0 {
        let colors = [Color4f { r: n[0], g: n[1], b: n[2], a: n[3] }, Color4f::default()];
        let places = [n[4], n[5]];
        let tile = if flags & 4 == 0 { TileMode::Clamp } else { TileMode::Repeat };
        let gradient =
            Gradient::new(GradientColors::new(&colors, Some(&places), tile, None), Interpolation::default());
        paint.set_shader(if flags & 8 == 0 {
            shaders::linear_gradient(((n[0], n[1]), (n[2], n[3])), &gradient, &matrix(n))
        } else {
            shaders::radial_gradient(((n[0], n[1]), n[2]), &gradient, None)
        });
    }
    paint
}

fn matrix(n: [f32; 9]) -> Matrix {
    Matrix::new_all(n[0], n[1], n[2], n[3], n[4], n[5], 0.0, 0.0, 1.0)
}

fn path(step: &Step) -> Path {
    let n = step.n;
    let mut path = PathBuilder::new();
    match step.flags % 5 {
        0 => {
            path.move_to((n[0], n[1])).line_to((n[2], n[3])).line_to((n[4], n[5])).close();
        }
        1 => {
            path.move_to((n[0], n[1])).cubic_to((n[2], n[3]), (n[4], n[5]), (n[6], n[7]));
            path.line_to((n[8], n[0]));
        }
        2 => {
            let radii =
                [Vector::new(n[4], n[5]), Vector::new(n[6], n[7]), Vector::new(3.0, 3.0), Vector::default()];
            let rrect = RRect::new_rect_radii(Rect::new(n[0], n[1], n[2], n[3]), &radii);
            path.add_rrect(
                rrect.with_outset((n[8], n[4])),
                PathDirection::CCW,
                Some(usize::from(step.flags)),
            );
        }
        3 => {
            path.add_circle((n[0], n[1]), n[2], None);
            path.arc_to(Rect::new(n[3], n[4], n[5], n[6]), n[7], n[8], step.flags & 1 == 0);
        }
        _ => {
            path.r_arc_to((n[0], n[1]), n[2], ArcSize::Large, PathDirection::CW, (n[3], n[4]));
            path.r_arc_to((n[5], n[6]), 0.0, ArcSize::Small, PathDirection::CCW, (n[7], n[8])).close();
        }
    }
    if step.flags & 7 == 3 {
        path.offset((n[0], n[8]));
    }
    path.detach()
}

fn apply(canvas: &Canvas, step: &Step, last: &Path) -> Path {
    let n = step.n;
    let new = path(step);
    match step.kind % 16 {
        0 => {
            canvas.save();
        }
        1 => {
            canvas.restore();
        }
        2 => {
            canvas.translate((n[0], n[1]));
        }
        3 => {
            canvas.scale((n[0], n[1]));
        }
        4 if step.flags & 3 == 0 => {
            canvas.set_matrix(&M44::from(Matrix::new_all(
                n[0],
                n[1],
                n[2],
                n[3],
                n[4],
                n[5],
                n[6] * 1e-3,
                n[7] * 1e-3,
                1.0,
            )));
        }
        4 => {
            canvas.set_matrix(&M44::from(matrix(n)));
        }
        5 => {
            canvas.clip_rect(Rect::new(n[0], n[1], n[2], n[3]), ClipOp::Intersect, step.flags & 1 == 0);
        }
        6 => {
            canvas.clip_path(
                last,
                if step.flags & 1 == 0 { ClipOp::Difference } else { ClipOp::Intersect },
                true,
            );
        }
        7 => {
            let layer = paint(step);
            let filter = ImageFilter::crop(Rect::new(n[0], n[1], n[2], n[3]), None, None)
                .and_then(|f| f.blur(None, (n[4].abs(), n[5].abs()), None));
            let mut rec = SaveLayerRec::default().paint(&layer);
            if step.flags & 0x30 == 0
                && let Some(filter) = &filter
            {
                rec = rec.backdrop(filter);
            }
            canvas.save_layer(&rec);
        }
        8 => {
            canvas.draw_rect(Rect::new(n[0], n[1], n[2], n[3]), &paint(step));
        }
        9 => {
            canvas.draw_arc(Rect::new(n[0], n[1], n[2], n[3]), n[4], n[5], step.flags & 1 == 0, &paint(step));
        }
        10 => {
            canvas.draw_paint(&paint(step));
        }
        11 => {
            canvas.clear(Color4f { r: n[0], g: n[1], b: n[2], a: n[3] });
        }
        12 => {
            let op = if step.flags & 1 == 0 { PathOp::Difference } else { PathOp::Intersect };
            if let Some(set) = new.op(last, op) {
                canvas.draw_path(&set, &paint(step));
                return set;
            }
        }
        13 => {
            canvas.draw_path(&last.make_transform(&matrix(n)), &paint(step));
        }
        14 => {
            canvas.restore_to_count(usize::from(step.flags % 9));
        }
        _ => {
            canvas.draw_path(&new, &paint(step));
        }
    }
    new
}

/// 192 cases, unless the variable `PROPTEST_CASES` says otherwise.
fn config() -> ProptestConfig {
    let standard = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    if std::env::var_os("PROPTEST_CASES").is_some() {
        return standard;
    }
    ProptestConfig { cases: 192, ..standard }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn hostile_geometry(all in steps()) {
        let mut surface = raster::surface(100, 80).expect("a surface");
        let mut last = Path::new();
        for step in &all {
            last = apply(surface.canvas(), step, &last);
        }
        let frame = raster::render(&mut surface);
        prop_assert_eq!(frame.pixels.len(), 100 * 80 * 4);
        for p in frame.pixels.chunks_exact(4) {
            prop_assert!(p[0] <= p[3] && p[1] <= p[3] && p[2] <= p[3], "not premultiplied: {p:?}");
        }
    }

    #[test]
    fn random_paragraphs(
        pieces in prop::collection::vec(("\\PC{0,12}|[ \\n\\r\\t\u{200b}]{0,3}|[אبगก한🎛\u{301}\u{200d}a]{0,6}", number()), 0..6),
        widths in prop::collection::vec(number(), 1..4),
        limits in (0_usize..4, any::<bool>(), any::<u8>()),
        at in (number(), number()),
    ) {
        let mut style = ParagraphStyle::default();
        style.set_max_lines((limits.0 > 0).then_some(limits.0)).set_ellipsis(if limits.1 { "…" } else { "" });
        let aligns = [TextAlign::Left, TextAlign::Right, TextAlign::Center, TextAlign::Justify, TextAlign::Start, TextAlign::End];
        style.set_text_align(aligns[usize::from(limits.2) % 6]);
        style.set_text_direction(if limits.2 & 64 == 0 { TextDirection::LTR } else { TextDirection::RTL });
        let mut builder = ParagraphBuilder::new(&style, &fonts());
        let mut text = String::new();
        for (piece, size) in &pieces {
            builder.push_style(&text_style(*size, 400, 0xff_ffff)).add_text(piece);
            text.push_str(piece);
        }
        builder.add_text("\u{200b}");
        text.push('\u{200b}');
        let mut paragraph = builder.build();
        let mut surface = raster::surface(64, 64).expect("a surface");
        for width in widths {
            paragraph.layout(width);
            paragraph.paint(surface.canvas(), at);
            prop_assert!(paragraph.height().is_finite() && paragraph.height() >= 0.0);
            prop_assert!(paragraph.min_intrinsic_width() <= paragraph.max_intrinsic_width());
            prop_assert!(paragraph.line_number() >= 1);
            for i in 0..text.len() {
                // Whatever byte is asked for belongs to a line and a cluster: vizia unwraps both.
                prop_assert!(paragraph.get_line_number_at(i).is_some_and(|l| l < paragraph.line_number()));
                prop_assert!(paragraph.get_glyph_cluster_at(i).is_some_and(|c| text.get(c.text_range).is_some()));
                paragraph.get_rects_for_range(i..i + 3, RectHeightStyle::Tight, RectWidthStyle::Tight);
            }
            prop_assert!(paragraph.get_glyph_cluster_at(text.len()).is_none());
            prop_assert!(paragraph.get_closest_glyph_cluster_at(at).is_some());
            let position = paragraph.get_glyph_position_at_coordinate(at).position;
            prop_assert!(usize::try_from(position).is_ok_and(|p| p <= text.encode_utf16().count()));
            prop_assert_eq!(paragraph.get_line_metrics().len(), paragraph.line_number());
        }
        raster::render(&mut surface);
    }

    #[test]
    fn random_bytes_are_no_font_picture_or_svg(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
        png.extend(&bytes);
        let mut jpeg = vec![0xff, 0xd8, 0xff];
        jpeg.extend(&bytes);
        for data in [bytes.clone(), png, jpeg] {
            prop_assert!(skia_safe::Image::from_encoded(skia_safe::Data::new_copy(&data)).is_none());
        }
        let fonts = skia_safe::FontMgr::default();
        prop_assert!(fonts.new_from_data(&bytes, None).is_none());
        prop_assert!(svg::Dom::from_bytes(&bytes, fonts).is_err());
    }
}

/// Once a contour of one point, left over by the difference of two outlines, gave dashes that began without a point to
/// begin at.
#[test]
fn dashes_of_what_a_difference_leaves() {
    let view = [0.0, 0.0, 0.0, 0.0, 138.05438, 22.8011, 59.113_014, -30.066_137, 108.06634];
    let shape = [31.681_284, f32::MAX, 0.0, 121.72813, 6.229_848e31, 0.0, 0.0, 0.0, f32::NAN];
    let mut surface = raster::surface(100, 80).expect("a surface");
    let arc = apply(surface.canvas(), &Step { kind: 68, n: view, flags: 51108 }, &Path::new());
    apply(surface.canvas(), &Step { kind: 12, n: shape, flags: 57530 }, &arc);
    raster::render(&mut surface);
}

#[test]
fn deep_nesting_is_bounded() {
    let mut surface = raster::surface(40, 40).expect("a surface");
    let canvas = surface.canvas();
    let mut layer = solid(0x80_ffffff);
    layer.set_alpha_f(0.99);
    for _ in 0..2000 {
        canvas.save_layer(&SaveLayerRec::default().paint(&layer));
        canvas.clip_rect(Rect::new(0.5, 0.5, 39.5, 39.5), ClipOp::Intersect, true);
        canvas.draw_rect(Rect::new(1.0, 1.0, 30.0, 30.0), &layer);
    }
    raster::render(&mut surface);
}

#[test]
fn sizes_without_pixels_are_refused() {
    assert!(raster::surface(0, 5).is_none());
    assert!(raster::surface(5, 0).is_none());
    assert!(raster::surface(u16::MAX, 1).is_none());
}
