//! 3x3 matrices, and the 4x4 that `Canvas::set_matrix` takes.

use crate::{Point, Rect, Vector, rect::is_finite, scalar};
use std::ops::{Index, IndexMut, Mul};

/// A 3x3 matrix in rows: scale x, skew x, translate x, skew y, scale y, translate y, perspective 0, 1, 2.
#[derive(Copy, Clone, PartialEq, Debug)]
pub struct Matrix([scalar; 9]);

/// How `Matrix::rect_2_rect` fits the source into the destination.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum ScaleToFit {
    /// Each axis is scaled on its own.
    Fill,
    /// One scale; placed at the left and top.
    Start,
    /// One scale; centred.
    Center,
    /// One scale; placed at the right and bottom.
    End,
}

/// What is nearer to the eye than this, in perspective, is left out.
const NEAR: f64 = 1e-3;

impl Matrix {
    /// The matrix of these nine elements, row by row.
    #[expect(clippy::too_many_arguments, reason = "Skia's signature")]
    pub fn new_all(
        scale_x: scalar,
        skew_x: scalar,
        trans_x: scalar,
        skew_y: scalar,
        scale_y: scalar,
        trans_y: scalar,
        pers_0: scalar,
        pers_1: scalar,
        pers_2: scalar,
    ) -> Self {
        Self([scale_x, skew_x, trans_x, skew_y, scale_y, trans_y, pers_0, pers_1, pers_2])
    }

    /// The matrix that changes nothing.
    pub const fn new_identity() -> Self {
        Self([1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0])
    }

    /// Scales by (sx, sy) about the origin.
    pub fn scale((sx, sy): (scalar, scalar)) -> Self {
        Self([sx, 0.0, 0.0, 0.0, sy, 0.0, 0.0, 0.0, 1.0])
    }

    /// Moves by `d`.
    pub fn translate(d: impl Into<Vector>) -> Self {
        let d = d.into();
        Self([1.0, 0.0, d.x, 0.0, 1.0, d.y, 0.0, 0.0, 1.0])
    }

    /// Rotates about the origin, clockwise on a screen whose y points down.
    pub fn rotate_rad(rad: scalar) -> Self {
        let (sin, cos) = rad.sin_cos();
        Self([cos, -sin, 0.0, sin, cos, 0.0, 0.0, 0.0, 1.0])
    }

    /// x + kx y, y + ky x.
    pub fn skew((kx, ky): (scalar, scalar)) -> Self {
        Self([1.0, kx, 0.0, ky, 1.0, 0.0, 0.0, 0.0, 1.0])
    }

    /// The scale and translation that take `src` to `dst`; none if `src` is empty.
    pub fn rect_2_rect(
        src: impl AsRef<Rect>,
        dst: impl AsRef<Rect>,
        stf: impl Into<Option<ScaleToFit>>,
    ) -> Option<Self> {
        let (src, dst) = (*src.as_ref(), *dst.as_ref());
        if !src.has_area() || !src.is_finite() || !dst.is_finite() {
            return None;
        }
        let (mut sx, mut sy) = (dst.width() / src.width(), dst.height() / src.height());
        let mut slack = (0.0, 0.0);
        let fit = stf.into().unwrap_or(ScaleToFit::Fill);
        if fit != ScaleToFit::Fill {
            sx = sx.min(sy);
            sy = sx;
            let rest = (dst.width() - src.width() * sx, dst.height() - src.height() * sy);
            let share = match fit {
                ScaleToFit::Center => 0.5,
                ScaleToFit::End => 1.0,
                ScaleToFit::Fill | ScaleToFit::Start => 0.0,
            };
            slack = (rest.0 * share, rest.1 * share);
        }
        let (tx, ty) = (dst.left - src.left * sx + slack.0, dst.top - src.top * sy + slack.1);
        Some(Self([sx, 0.0, tx, 0.0, sy, ty, 0.0, 0.0, 1.0]))
    }

    /// The inverse, if there is one. A pure translation always has one.
    pub fn invert(&self) -> Option<Matrix> {
        let m = self.0.map(f64::from);
        if self.0[..2] == [1.0, 0.0] && self.0[3..5] == [0.0, 1.0] && self.0[6..] == [0.0, 0.0, 1.0] {
            return Some(Self::translate((-self.0[2], -self.0[5])));
        }
        let cofactor = |a: usize, b: usize, c: usize, d: usize| m[a] * m[d] - m[b] * m[c];
        let (c0, c1, c2) = (cofactor(4, 5, 7, 8), cofactor(3, 5, 6, 8), cofactor(3, 4, 6, 7));
        let det = m[0] * c0 - m[1] * c1 + m[2] * c2;
        if !det.is_finite() || det == 0.0 {
            return None;
        }
        let adjugate = [
            c0,
            -cofactor(1, 2, 7, 8),
            cofactor(1, 2, 4, 5),
            -c1,
            cofactor(0, 2, 6, 8),
            -cofactor(0, 2, 3, 5),
            c2,
            -cofactor(0, 1, 6, 7),
            cofactor(0, 1, 3, 4),
        ];
        #[expect(clippy::cast_possible_truncation, reason = "Skia's elements are f32")]
        let inverse = adjugate.map(|v| (v / det) as f32);
        inverse.iter().all(|v| v.is_finite()).then_some(Self(inverse))
    }

    /// The bounds of the mapped corners, and whether a rectangle stays one.
    pub fn map_rect(&self, src: impl AsRef<Rect>) -> (Rect, bool) {
        let r = src.as_ref();
        let corners = [(r.left, r.top), (r.right, r.top), (r.right, r.bottom), (r.left, r.bottom)];
        let mut out = Rect::new(f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY);
        for (x, y) in corners {
            let p = self.map_point(Point::new(x, y));
            out.left = out.left.min(p.x);
            out.top = out.top.min(p.y);
            out.right = out.right.max(p.x);
            out.bottom = out.bottom.max(p.y);
        }
        if !out.is_finite() {
            out = Rect::default();
        }
        let m = &self.0;
        let upright = (m[1] == 0.0 && m[3] == 0.0) || (m[0] == 0.0 && m[4] == 0.0);
        (out, upright && !self.has_perspective())
    }

    pub(crate) fn map_point(&self, p: Point) -> Point {
        let m = &self.0;
        let x = m[0] * p.x + m[1] * p.y + m[2];
        let y = m[3] * p.x + m[4] * p.y + m[5];
        if !self.has_perspective() {
            return Point::new(x, y);
        }
        let w = m[6] * p.x + m[7] * p.y + m[8];
        Point::new(x / w, y / w)
    }

    pub(crate) fn has_perspective(&self) -> bool {
        self.0[6..] != [0.0, 0.0, 1.0]
    }

    /// The affine part; none if an element is not finite.
    pub(crate) fn to_affine(self) -> Option<kurbo::Affine> {
        let m = self.0.map(f64::from);
        let affine = kurbo::Affine::new([m[0], m[3], m[1], m[4], m[2], m[5]]);
        affine.is_finite().then_some(affine)
    }

    #[expect(clippy::cast_possible_truncation, reason = "Skia's elements are f32")]
    pub(crate) fn from_affine(a: kurbo::Affine) -> Self {
        let [a, b, c, d, e, f] = a.as_coeffs().map(|v| v as f32);
        Self([a, c, e, b, d, f, 0.0, 0.0, 1.0])
    }

    /// The outline in mapped coordinates. Under perspective curves become polygons, and what lies behind
    /// the eye is left out.
    pub(crate) fn map_outline(&self, path: &kurbo::BezPath) -> Option<kurbo::BezPath> {
        if !self.has_perspective() {
            return Some(self.to_affine()? * path);
        }
        let m = self.0.map(f64::from);
        let mut out = kurbo::BezPath::new();
        let mut open = false;
        // As fine as a twentieth of a unit, but for huge curves.
        let size = path.control_box().size();
        let tolerance = (size.width.max(size.height) * 1e-5).max(0.05);
        kurbo::flatten(path.elements().iter().copied(), tolerance, |el| {
            let (kurbo::PathEl::MoveTo(p) | kurbo::PathEl::LineTo(p)) = el else {
                if open {
                    out.close_path();
                }
                return;
            };
            open &= !matches!(el, kurbo::PathEl::MoveTo(_));
            let w = m[6] * p.x + m[7] * p.y + m[8];
            if w < NEAR {
                return;
            }
            let q =
                kurbo::Point::new((m[0] * p.x + m[1] * p.y + m[2]) / w, (m[3] * p.x + m[4] * p.y + m[5]) / w);
            if open {
                out.line_to(q);
            } else {
                out.move_to(q);
                open = true;
            }
        });
        is_finite(out.control_box()).then_some(out)
    }
}

impl Default for Matrix {
    fn default() -> Self {
        Self::new_identity()
    }
}

impl Mul for Matrix {
    type Output = Self;

    /// The matrix that applies `rhs` first.
    fn mul(self, rhs: Self) -> Self {
        let mut out = [0.0; 9];
        for (i, v) in out.iter_mut().enumerate() {
            let (row, col) = (i / 3 * 3, i % 3);
            *v = (0..3).map(|k| self.0[row + k] * rhs.0[k * 3 + col]).sum();
        }
        Self(out)
    }
}

impl Index<usize> for Matrix {
    type Output = scalar;
    fn index(&self, index: usize) -> &scalar {
        &self.0[index]
    }
}

impl IndexMut<usize> for Matrix {
    fn index_mut(&mut self, index: usize) -> &mut scalar {
        &mut self.0[index]
    }
}

/// A 4x4 matrix, of which drawing in the plane uses the x, y and w rows and columns.
#[derive(Copy, Clone, PartialEq, Debug)]
pub struct M44(Matrix);

impl M44 {
    pub(crate) fn to_m33(self) -> Matrix {
        self.0
    }
}

impl From<Matrix> for M44 {
    fn from(m: Matrix) -> Self {
        Self(m)
    }
}

impl From<&Matrix> for M44 {
    fn from(m: &Matrix) -> Self {
        Self(*m)
    }
}
