//! Text: measures, and places that agree with one another.

use crate::support::{draw, fonts, paragraph, solid, text_style};
use skia_safe::font_arguments::{VariationPosition, variation_position::Coordinate};
use skia_safe::textlayout::{
    Paragraph, ParagraphBuilder, ParagraphStyle, RectHeightStyle, RectWidthStyle, TextAlign, TextBox,
    TextDirection,
};
use skia_safe::{FontArguments, Rect};

fn laid(content: &str, width: f32, set: impl FnOnce(&mut ParagraphStyle)) -> Paragraph {
    let mut style = ParagraphStyle::default();
    set(&mut style);
    let mut p = paragraph(&fonts(), &style, &text_style(16.0, 400, 0xff_ffff), content);
    p.layout(width);
    p
}

fn rects(p: &Paragraph, range: std::ops::Range<usize>) -> Vec<TextBox> {
    p.get_rects_for_range(range, RectHeightStyle::Tight, RectWidthStyle::Tight)
}

const TEXT: &str = "The quick brown fox jumps over the lazy dog, again and again.";

/// Inter's own metrics: ascender 1984, descender 494 in 2048 units; digits 1328 wide.
#[test]
fn measures_are_those_of_the_font() {
    let p = laid("0123456789", 1000.0, |_| ());
    assert_eq!(p.line_number(), 1);
    assert!((p.height() - (1984.0 + 494.0) / 2048.0 * 16.0).abs() <= 1.0, "{}", p.height());
    assert!(
        (p.max_intrinsic_width() - 10.0 * 1328.0 / 2048.0 * 16.0).abs() < 0.5,
        "{}",
        p.max_intrinsic_width()
    );
    let line = &p.get_line_metrics()[0];
    assert!(
        (line.ascent - 1984.0 / 2048.0 * 16.0).abs() < 0.01
            && (line.descent - 494.0 / 2048.0 * 16.0).abs() < 0.01
    );
    assert_eq!((line.start_index, line.end_index, line.hard_break), (0, 10, true));
}

#[test]
fn figures_are_tabular() {
    let width = |s: &str| laid(s, 1000.0, |_| ()).max_intrinsic_width();
    assert_eq!(width("1111111"), width("8888888"));
}

#[test]
fn its_own_width_holds_a_line() {
    for text in [TEXT, "a", "−13.6 LUFS", "Ångström — Ελλάδα"] {
        let mut p = laid(text, f32::MAX, |_| ());
        let (min, max) = (p.min_intrinsic_width(), p.max_intrinsic_width());
        assert!(min <= max && min > 0.0);
        p.layout(max);
        assert_eq!(p.line_number(), 1, "{text}");
        p.layout(max.ceil());
        assert_eq!(p.line_number(), 1, "{text}");
        p.layout(min);
        assert!(p.get_line_metrics().iter().all(|l| l.width <= f64::from(min) + 0.5), "{text}");
    }
}

#[test]
fn lines_follow_one_another_without_gaps() {
    let p = laid(&format!("{TEXT}\nSecond\n\nFourth"), 150.0, |_| ());
    let lines = p.get_line_metrics();
    assert!(lines.len() > 6);
    assert_eq!(lines[0].start_index, 0);
    for pair in lines.windows(2) {
        assert_eq!(pair[0].end_including_newline, pair[1].start_index);
        assert!(pair[0].end_index <= pair[0].end_including_newline);
        assert!(pair[1].baseline > pair[0].baseline);
    }
    let height: f64 = lines.iter().map(|l| l.height).sum();
    assert!((height - f64::from(p.height())).abs() < 0.01);
    assert_eq!(lines.iter().filter(|l| l.hard_break).count(), 4);
    let feed = TEXT.len();
    let (before, after) =
        (p.get_line_number_at(feed).expect("a line"), p.get_line_number_at(feed + 1).expect("a line"));
    assert_eq!(after, before + 1);
    assert!(p.get_line_metrics_at(lines.len()).is_none());
}

#[test]
fn alignment() {
    let left = |align| {
        laid("word", 200.0, |s| {
            s.set_text_align(align);
        })
        .get_line_metrics()[0]
            .left
    };
    let width = f64::from(laid("word", 200.0, |_| ()).max_intrinsic_width());
    assert!(left(TextAlign::Left).abs() < 0.1);
    assert!((left(TextAlign::Right) - (200.0 - width)).abs() < 0.5, "{}", left(TextAlign::Right));
    assert!((left(TextAlign::Center) - (200.0 - width) / 2.0).abs() < 0.5);
    let rtl = laid("word", 200.0, |s| {
        s.set_text_direction(TextDirection::RTL);
    })
    .get_line_metrics()[0]
        .left;
    assert!((rtl - (200.0 - width)).abs() < 0.5, "start is right: {rtl}");
    let justified = laid(TEXT, 200.0, |s| {
        s.set_text_align(TextAlign::Justify);
    });
    let first = rects(&justified, 0..justified.get_line_metrics()[0].end_index);
    assert!((first.last().expect("text").rect.right - 200.0).abs() < 1.0, "{first:?}");
}

/// Clusters in order tile their line; each holds its own middle; a hit on its halves gives its two ends.
#[test]
fn hits_agree_with_places() {
    for text in [TEXT, "Ångström\nΕλλάδα office", "a🎛b e\u{301}x"] {
        let p = laid(text, 180.0, |_| ());
        let mut byte = 0;
        let mut right: Option<(usize, f32)> = None;
        while byte < text.len() {
            let c = p.get_glyph_cluster_at(byte).expect("a cluster");
            assert_eq!(c.text_range.start, byte, "{text:?}");
            let line = p.get_line_number_at(byte).expect("a line");
            if let Some((l, x)) = right
                && l == line
            {
                assert!((c.bounds.left - x).abs() < 0.01, "{text:?} at {byte}");
            }
            right = Some((line, c.bounds.right));
            if c.bounds.width() > 0.5 {
                let middle = (c.bounds.center_x(), c.bounds.center_y_for_test());
                assert_eq!(
                    p.get_closest_glyph_cluster_at(middle).expect("a cluster"),
                    c,
                    "{text:?} at {byte}"
                );
                let utf16 = |b: usize| text[..b].encode_utf16().count();
                let quarter = c.bounds.width() / 4.0;
                for (x, end) in [
                    (c.bounds.left + quarter, c.text_range.start),
                    (c.bounds.right - quarter, c.text_range.end),
                ] {
                    let hit = p.get_glyph_position_at_coordinate((x, middle.1)).position;
                    assert_eq!(hit as usize, utf16(end), "{text:?} at {byte}");
                }
                let boxes = rects(&p, utf16(c.text_range.start)..utf16(c.text_range.end));
                assert_eq!(boxes.len(), 1);
                assert_eq!(boxes[0].rect, c.bounds);
            }
            byte = c.text_range.end;
        }
    }
}

trait Middle {
    fn center_y_for_test(&self) -> f32;
}

impl Middle for Rect {
    fn center_y_for_test(&self) -> f32 {
        self.top * 0.5 + self.bottom * 0.5
    }
}

#[test]
fn hits_outside_are_the_nearest() {
    let p = laid("first line\nsecond", 500.0, |_| ());
    let at = |x, y| p.get_glyph_position_at_coordinate((x, y)).position;
    assert_eq!(at(-50.0, -50.0), 0);
    assert_eq!(at(900.0, 5.0), 10, "before the line feed");
    assert_eq!(at(-5.0, 500.0), 11);
    assert_eq!(at(900.0, 500.0), 17);
}

/// vizia ends every paragraph with a zero-width space, and moves the caret by line metrics and clusters.
#[test]
fn what_vizia_asks_of_a_text_box() {
    for text in ["", "abc", "two\nlines"] {
        let p = laid(&format!("{text}\u{200b}"), 500.0, |_| ());
        let n = text.len();
        let last = p.line_number() - 1;
        assert_eq!(p.get_line_number_at(n), Some(last));
        let cluster = p.get_glyph_cluster_at(n).expect("the zero-width space");
        assert!(cluster.bounds.width() < 0.01);
        let lm = p.get_line_metrics_at(last).expect("a line");
        assert_eq!(lm.end_index - 1, n, "the End key goes behind the text: {text:?}");
        assert!(p.get_closest_glyph_cluster_at((0.0, -10.0)).is_some());
        let hit = p.get_glyph_position_at_coordinate((400.0, 4.0)).position as usize;
        assert_eq!(hit.min(n), n.min(3), "the end of the first line: {text:?}");
    }
}

#[test]
fn right_to_left_text() {
    // Inter has no Hebrew: the boxes of missing glyphs are set from the right all the same.
    let p = laid("אבג", 200.0, |s| {
        s.set_text_direction(TextDirection::RTL);
    });
    let (first, last) = (p.get_glyph_cluster_at(0).expect("alef"), p.get_glyph_cluster_at(4).expect("gimel"));
    assert!(first.bounds.left > last.bounds.left, "{first:?} {last:?}");
    assert_eq!(first.position, TextDirection::RTL);
    let boxes = rects(&p, 0..3);
    assert_eq!(boxes.len(), 1);
    let hit = p.get_glyph_position_at_coordinate((first.bounds.right - 0.5, 5.0)).position;
    assert_eq!(hit, 0, "the right edge is the beginning");
}

#[test]
fn too_long_text_is_cut() {
    let p = laid(TEXT, 100.0, |s| {
        s.set_ellipsis("…");
    });
    assert_eq!(p.line_number(), 1, "an ellipsis means one line");
    assert!(p.get_line_metrics()[0].width <= 100.5);
    assert!(p.min_intrinsic_width() > 300.0, "and no narrower form than the whole");
    let whole = laid("short", 100.0, |s| {
        s.set_ellipsis("…");
    });
    let plain = laid("short", 100.0, |_| ());
    assert_eq!(whole.get_line_metrics(), plain.get_line_metrics());
    let two = laid(TEXT, 100.0, |s| {
        s.set_max_lines(2);
    });
    assert_eq!(two.line_number(), 2);
    let cut = laid(TEXT, 100.0, |s| {
        s.set_max_lines(3).set_ellipsis("…");
    });
    assert_eq!(cut.line_number(), 3);
    assert!(cut.get_line_metrics().iter().all(|l| l.width <= 100.5));
    // The ellipsis is really there: ink where the plain limit has none.
    let ink = |p: &Paragraph| {
        let picture = draw(120, 80, 0xff_000000, |c| p.paint(c, (0.0, 0.0)));
        picture.pixels.iter().step_by(4).map(|v| u64::from(*v)).sum::<u64>()
    };
    let cut_two = laid(TEXT, 100.0, |s| {
        s.set_max_lines(2).set_ellipsis("…");
    });
    assert_ne!(ink(&cut_two), ink(&two));
    assert!(
        laid(TEXT, 1.0, |s| {
            s.set_ellipsis("…");
        })
        .line_number()
            == 1
    );
}

#[test]
fn weight_and_variations_change_the_letters() {
    let width = |weight: i32, axis: Option<f32>| {
        let mut style = text_style(40.0, weight, 0xff_ffff);
        let coordinates = axis.map(|value| Coordinate { axis: u32::from_be_bytes(*b"wght").into(), value });
        let coordinates = coordinates.as_slice();
        style.set_font_arguments(
            &FontArguments::new().set_variation_design_position(VariationPosition { coordinates }),
        );
        let mut p = paragraph(&fonts(), &ParagraphStyle::default(), &style, "Hamburgefonts");
        p.layout(1000.0);
        p.max_intrinsic_width()
    };
    assert!(width(400, None) < width(650, None) && width(650, None) < width(900, None));
    assert!((width(400, Some(900.0)) - width(900, None)).abs() < 0.1, "the axis wins over the weight");
}

#[test]
fn the_first_text_style_sets_the_height() {
    let mut builder = ParagraphBuilder::new(&ParagraphStyle::default(), &fonts());
    builder.push_style(&text_style(10.0, 400, 0xff_ffff)).add_text("small");
    let mut small = builder.build();
    small.layout(100.0);
    assert!(small.height() < 14.0, "no hidden strut: {}", small.height());
    let mut builder = ParagraphBuilder::new(&ParagraphStyle::default(), &fonts());
    builder.push_style(&text_style(10.0, 400, 0xff_ffff)).add_text("small ");
    builder.push_style(&text_style(30.0, 400, 0xff_ffff)).add_text("large");
    let mut both = builder.build();
    both.layout(500.0);
    assert!(both.height() > 34.0);
    let (s, l) = (rects(&both, 0..5)[0].rect, rects(&both, 6..11)[0].rect);
    assert!(s.height() < 14.0 && l.height() > 34.0, "tight boxes: {s:?} {l:?}");
}

#[test]
fn letters_are_where_the_measures_say() {
    let p = laid("HHH", 500.0, |_| ());
    let picture = draw(80, 40, 0xff_000000, |c| p.paint(c, (10.0, 5.0)));
    let lit = |x: usize, y: usize| picture.at(x, y)[0] > 40;
    let columns: Vec<usize> = (0..80).filter(|x| (0..40).any(|y| lit(*x, y))).collect();
    let rows: Vec<usize> = (0..40).filter(|y| (0..80).any(|x| lit(x, *y))).collect();
    let bounds = rects(&p, 0..3)[0].rect;
    let (first, last) = (columns[0] as f32, columns[columns.len() - 1] as f32);
    assert!(
        first >= 10.0 && first < 13.0 && last <= 10.0 + bounds.right && last > 6.0 + bounds.right,
        "{first} {last} {bounds:?}"
    );
    let baseline = 5.0 + p.get_line_metrics()[0].baseline as f32;
    assert!((rows[rows.len() - 1] as f32 + 1.0 - baseline).abs() <= 1.0, "{rows:?} {baseline}");
    // Inter's capitals are 1490 units high.
    assert!((rows.len() as f32 - 1490.0 / 2048.0 * 16.0).abs() <= 1.0, "{}", rows.len());
}

#[test]
fn a_shader_colours_letters_in_the_canvas_s_own_coordinates() {
    let mut style = text_style(20.0, 900, 0xff_ffff);
    let mut paint = crate::support::scene::across(0.0, 200.0);
    paint.set_alpha_f(1.0);
    style.set_foreground_paint(&paint);
    let mut p = paragraph(&fonts(), &ParagraphStyle::default(), &style, "MMMMMMMMMMM");
    p.layout(500.0);
    let mut plain = solid(0xff_ffffff);
    plain.set_shader(None);
    let picture = draw(220, 30, 0xff_000000, |c| p.paint(c, (2.0, 0.0)));
    let column = |x: usize| (0..30).map(|y| picture.at(x, y)).max_by_key(|p| p[0]).expect("rows");
    let reds: Vec<u8> =
        [10, 100, 190].map(|x| (x..x + 8).map(|x| column(x)[0]).max().expect("columns")).to_vec();
    assert!(reds[0] < reds[1] && reds[1] <= reds[2].saturating_add(20), "green, yellow, red: {reds:?}");
}
