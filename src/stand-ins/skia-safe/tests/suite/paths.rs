//! Paths: sets against brute force, bounds, arcs against circles, matrices.

use crate::support::scene::rounded;
use crate::support::{draw, solid};
use proptest::prelude::*;
use skia_safe::{
    Matrix, Path, PathBuilder, PathDirection, PathOp, Point, RRect, Rect, Vector, path_builder::ArcSize,
    rrect::Corner,
};

fn circle(x: f32, y: f32, r: f32) -> Path {
    let mut path = PathBuilder::new();
    path.add_circle((x, y), r, None);
    path.detach()
}

fn triangle(p: [f32; 6]) -> Path {
    let mut path = PathBuilder::new();
    path.move_to((p[0], p[1])).line_to((p[2], p[3])).line_to((p[4], p[5])).close();
    path.detach()
}

/// The coverage of each pixel, 0 to 255.
fn coverage(path: &Path) -> Vec<u8> {
    let picture = draw(48, 48, 0, |canvas| {
        canvas.draw_path(path, &solid(0xff_ffffff));
    });
    picture.pixels.iter().step_by(4).copied().collect()
}

#[derive(Clone, Debug)]
enum Shape {
    Rect([f32; 4]),
    Round([f32; 4], f32),
    Circle([f32; 3]),
    Triangle([f32; 6]),
}

fn shape() -> impl Strategy<Value = Shape> {
    let n = || 0.0_f32..48.0;
    prop_oneof![
        prop::array::uniform4(n()).prop_map(Shape::Rect),
        (prop::array::uniform4(n()), 0.0_f32..20.0).prop_map(|(r, c)| Shape::Round(r, c)),
        prop::array::uniform3(n()).prop_map(Shape::Circle),
        prop::array::uniform6(n()).prop_map(Shape::Triangle),
    ]
}

impl Shape {
    fn path(&self) -> Path {
        match *self {
            Self::Rect([x, y, w, h]) => rounded([x, y, w, h], 0.0),
            Self::Round([x, y, w, h], r) => rounded([x, y, w, h], r),
            Self::Circle([x, y, r]) => circle(x, y, r),
            Self::Triangle(p) => triangle(p),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// A pixel wholly in or out of each member is in or out of the set as logic says.
    #[test]
    fn sets_are_exact(a in shape(), b in shape(), c in shape(), ops in prop::array::uniform2(any::<bool>())) {
        let op = |subtract| if subtract { PathOp::Difference } else { PathOp::Intersect };
        let (a, b, c) = (a.path(), b.path(), c.path());
        // A set as second operand too: a \ (b ∩ c), a \ (b \ c) and so on.
        let inner = b.op(&c, op(ops[0])).expect("finite");
        let set = a.op(&inner, op(ops[1])).expect("finite");
        let (ca, cb, cc, cs) = (coverage(&a), coverage(&b), coverage(&c), coverage(&set));
        for i in 0..cs.len() {
            if [ca[i], cb[i], cc[i]].iter().any(|v| (3..=252).contains(v)) {
                continue;
            }
            let within = |v: &[u8]| v[i] > 252;
            let inner = within(&cb) && (within(&cc) != ops[0]);
            let expected = within(&ca) && (inner != ops[1]);
            let got = cs[i];
            prop_assert!(if expected { got > 249 } else { got < 6 }, "pixel {}, {}: {got}", i % 48, i / 48);
        }
        // The bounds hold everything there is.
        let bounds = set.bounds();
        for (i, v) in cs.iter().enumerate().filter(|(_, v)| **v > 2) {
            let (x, y) = ((i % 48) as f32, (i / 48) as f32);
            prop_assert!(x + 1.0 >= bounds.left && x <= bounds.right, "column {x} has {v}");
            prop_assert!(y + 1.0 >= bounds.top && y <= bounds.bottom, "row {y} has {v}");
        }
    }

    /// Moving a set moves its picture.
    #[test]
    fn sets_move_whole(a in shape(), b in shape(), dx in 0_u8..10, dy in 0_u8..10) {
        let set = a.path().op(&b.path(), PathOp::Difference).expect("finite");
        let moved = set.make_offset((f32::from(dx), f32::from(dy)));
        let (before, after) = (coverage(&set), coverage(&moved));
        for y in 0..48 - usize::from(dy) {
            for x in 0..48 - usize::from(dx) {
                let (p, q) = (before[y * 48 + x], after[(y + usize::from(dy)) * 48 + x + usize::from(dx)]);
                prop_assert!(p.abs_diff(q) <= 2, "pixel {x}, {y}: {p} became {q}");
            }
        }
    }

    #[test]
    fn an_inverse_undoes_its_matrix(m in prop::array::uniform6(-3.0_f32..3.0)) {
        let matrix = Matrix::new_all(m[0], m[1], m[2] * 10.0, m[3], m[4], m[5] * 10.0, 0.0, 0.0, 1.0);
        prop_assume!((m[0] * m[4] - m[1] * m[3]).abs() > 0.1);
        let product = matrix * matrix.invert().expect("regular");
        for i in 0..9 {
            prop_assert!((product[i] - Matrix::new_identity()[i]).abs() < 1e-3, "{product:?}");
        }
    }
}

#[test]
fn rectangles_stay_rectangles() {
    let a = rounded([0.0, 0.0, 40.0, 30.0], 0.0);
    let b = rounded([10.0, 5.0, 60.0, 50.0], 0.0);
    let both = a.op(&b, PathOp::Intersect).expect("finite");
    assert_eq!(*both.bounds(), Rect::new(10.0, 5.0, 40.0, 30.0));
    let apart = a.op(&b.make_offset((100.0, 0.0)), PathOp::Intersect).expect("finite");
    assert_eq!(*apart.bounds(), Rect::default());
    assert_eq!(*a.op(&a, PathOp::Difference).expect("finite").bounds(), Rect::default());
}

#[test]
fn a_path_far_out_is_no_operand() {
    let mut far = PathBuilder::new();
    far.move_to((0.0, 0.0)).line_to((f32::MAX, 0.0)).line_to((0.0, f32::MAX)).close();
    let far = far.detach().make_transform(&Matrix::scale((10.0, 10.0)));
    // Mapped to infinity it is nothing, or it has no bounds to work with: in neither case is there a panic.
    let _ = far.op(&circle(1.0, 1.0, 1.0), PathOp::Intersect);
}

/// The area of a disc of radius r is pi r squared, drawn as a circle, as an oval's arc, or from arcs of SVG.
#[test]
fn circles_have_the_area_of_circles() {
    let r = 20.0_f32;
    let mut arc = PathBuilder::new();
    arc.arc_to(Rect::new(4.0, 4.0, 44.0, 44.0), 30.0, 360.0, true).close();
    let mut svg = PathBuilder::new();
    svg.move_to((4.0, 24.0));
    svg.r_arc_to((r, r), 0.0, ArcSize::Small, PathDirection::CW, (2.0 * r, 0.0));
    svg.r_arc_to((r, r), 0.0, ArcSize::Large, PathDirection::CW, (-2.0 * r, 0.0)).close();
    for path in [circle(24.0, 24.0, r), arc.detach(), svg.detach()] {
        let area: f32 = coverage(&path).iter().map(|v| f32::from(*v) / 255.0).sum();
        let exact = std::f32::consts::PI * r * r;
        assert!((area / exact - 1.0).abs() < 2e-3, "{area} for {exact}");
    }
}

/// Small and large arcs, clockwise and not, complement one another as the SVG standard draws them.
#[test]
fn the_four_arcs_between_two_points() {
    let half_width = |size, sweep| {
        let mut path = PathBuilder::new();
        path.move_to((14.0, 24.0));
        path.r_arc_to((12.0, 12.0), 0.0, size, sweep, (20.0, 0.0)).close();
        let cover = coverage(&path.detach());
        let area = |rows: std::ops::Range<usize>| -> f32 {
            rows.flat_map(|y| &cover[y * 48..(y + 1) * 48]).map(|v| f32::from(*v) / 255.0).sum()
        };
        (area(0..24), area(24..48))
    };
    let disc = std::f32::consts::PI * 144.0;
    let (above, below) = half_width(ArcSize::Small, PathDirection::CW);
    assert!(below < 1.0 && above < disc / 2.0 && above > 20.0, "{above} {below}");
    let (above_large, below_large) = half_width(ArcSize::Large, PathDirection::CW);
    assert!(below_large < 1.0 && (above_large + above - disc).abs() < 4.0, "{above_large} {below_large}");
    let (above, below_ccw) = half_width(ArcSize::Small, PathDirection::CCW);
    assert!(above < 1.0 && (below_ccw - (disc - above_large)).abs() < 4.0, "{above} {below_ccw}");
}

#[test]
fn radii_that_do_not_fit_are_scaled_together() {
    let r = RRect::new_rect_radii(Rect::new(0.0, 0.0, 20.0, 10.0), &[Vector::new(10.0, 10.0); 4]);
    assert_eq!(r.radii(Corner::UpperLeft), Point::new(5.0, 5.0));
    let out = r.with_outset((2.0, 2.0));
    assert_eq!(*out.bounds(), Rect::new(-2.0, -2.0, 22.0, 12.0));
    assert_eq!(out.radii(Corner::LowerRight), Point::new(7.0, 7.0));
    let square = RRect::new_rect_radii(Rect::new(0.0, 0.0, 8.0, 8.0), &[Vector::default(); 4]);
    assert_eq!(square.with_outset((3.0, 3.0)).radii(Corner::UpperRight), Point::default());
}

#[test]
fn the_pen_goes_on_from_where_it_is() {
    let mut path = PathBuilder::new();
    path.move_to((10.0, 10.0)).line_to((30.0, 10.0)).line_to((30.0, 30.0)).close();
    // After a close the pen is at the contour's beginning.
    path.line_to((30.0, 30.0)).line_to((10.0, 30.0)).close();
    let area: f32 = coverage(&path.detach()).iter().map(|v| f32::from(*v) / 255.0).sum();
    assert!((area - 400.0).abs() < 2.0, "{area}");
}

#[test]
fn a_matrix_maps_rectangles_onto_rectangles() {
    let (src, dst) = (Rect::new(1.0, 2.0, 5.0, 4.0), Rect::new(10.0, 20.0, 50.0, 80.0));
    let m = Matrix::rect_2_rect(src, dst, None).expect("has area");
    let (mapped, upright) = m.map_rect(src);
    assert!(upright);
    for (a, b) in [(mapped.left, 10.0), (mapped.top, 20.0), (mapped.right, 50.0), (mapped.bottom, 80.0)] {
        assert!((a - b).abs() < 1e-4, "{mapped:?}");
    }
    assert!(Matrix::rect_2_rect(Rect::default(), dst, None).is_none());
    let (turned, upright) =
        Matrix::rotate_rad(std::f32::consts::FRAC_PI_4).map_rect(Rect::new(-1.0, -1.0, 1.0, 1.0));
    assert!(!upright && (turned.right - 2.0_f32.sqrt()).abs() < 1e-5);
    assert!(Matrix::scale((0.0, 1.0)).invert().is_none());
    assert!(
        Matrix::translate((f32::NAN, 0.0)).invert().is_some(),
        "vizia unwraps the inverse of translations"
    );
}

/// Under perspective a square becomes a trapezium: its far side is shorter by the ratio of the depths.
#[test]
fn perspective_is_followed() {
    let m = Matrix::new_all(1.0, 0.0, 4.0, 0.0, 1.0, 4.0, 0.0, 0.02, 1.0);
    let path = rounded([0.0, 0.0, 40.0, 40.0], 0.0).make_transform(&m);
    let cover = coverage(&path);
    let width = |y: usize| cover[y * 48..(y + 1) * 48].iter().map(|v| f32::from(*v) / 255.0).sum::<f32>();
    // Device row v comes from y with v = (y + 4) / (1 + 0.02 y), where the width is 40 / (1 + 0.02 y).
    for row in [6_usize, 12, 20] {
        let v = row as f32 + 0.5;
        let y = (v - 4.0) / (1.0 - 0.02 * v);
        let exact = 40.0 / (1.0 + 0.02 * y);
        assert!((width(row) - exact).abs() < 0.3, "row {row}: {} for {exact}", width(row));
    }
}
