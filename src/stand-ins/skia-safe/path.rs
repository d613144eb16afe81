//! Paths: outlines, and the exact sets that intersecting and subtracting them makes.
//!
//! A path is `outline ∩ and... \ not...`, each member again a path. No outline is ever computed from a set:
//! filling and clipping by one is exact, and costs no geometry.

use crate::{Matrix, Rect, Vector, rect::contains_rect};
use kurbo::{BezPath, PathEl, Shape as _};
use std::sync::{Arc, LazyLock};

/// The set operations of `Path::op`.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub enum PathOp {
    /// What is in the first and not in the second.
    Difference,
    /// What is in both.
    Intersect,
}

/// The direction an outline is drawn in.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Default, Debug)]
pub enum PathDirection {
    /// Clockwise on the screen.
    #[default]
    CW,
    /// Counterclockwise on the screen.
    CCW,
}

/// A shape in the plane, filled by the nonzero rule. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Path(Arc<PathData>);

#[derive(Debug, Default)]
pub(crate) struct PathData {
    pub(crate) outline: BezPath,
    pub(crate) shape: Shape,
    pub(crate) and: Vec<Path>,
    pub(crate) not: Vec<Path>,
    /// Filled by the even-odd rule instead of the nonzero one; only SVG asks for it.
    pub(crate) even_odd: bool,
    bounds: Rect,
}

/// What is known about an outline.
#[derive(Copy, Clone, PartialEq, Debug, Default)]
pub(crate) enum Shape {
    /// No area and no line.
    #[default]
    Empty,
    /// An upright rectangle.
    Rect(kurbo::Rect),
    /// An upright rectangle with circular corners: upper left, upper right, lower right, lower left.
    Round(kurbo::Rect, [f64; 4]),
    /// One convex contour: its inside is the same by every fill rule.
    Convex,
    /// Anything.
    Any,
}

static EMPTY: LazyLock<Path> = LazyLock::new(|| Path(Arc::new(PathData::default())));

impl Path {
    /// The empty path.
    pub fn new() -> Self {
        EMPTY.clone()
    }

    /// The smallest rectangle known to hold the path: that of its control points.
    pub fn bounds(&self) -> &Rect {
        &self.0.bounds
    }

    /// The path moved by `d`.
    #[must_use]
    pub fn make_offset(&self, d: impl Into<Vector>) -> Path {
        let d = d.into();
        if d.x == 0.0 && d.y == 0.0 {
            return self.clone();
        }
        self.make_transform(&Matrix::translate(d))
    }

    /// The path mapped by `m`; empty if that gives no finite numbers.
    #[must_use]
    pub fn make_transform(&self, m: &Matrix) -> Path {
        let Some(outline) = m.map_outline(&self.0.outline) else { return Self::new() };
        let shape = if m.has_perspective() {
            Shape::Any
        } else {
            m.to_affine().map_or(Shape::Any, |a| self.0.shape.mapped(a))
        };
        let map = |set: &[Path]| set.iter().map(|p| p.make_transform(m)).collect();
        self.with_outline(outline, shape, map(&self.0.and), map(&self.0.not))
    }

    /// The set operation on two paths, exact; none if either has no finite bounds.
    pub fn op(&self, path: &Path, path_op: PathOp) -> Option<Self> {
        if !self.0.bounds.is_finite() || !path.0.bounds.is_finite() {
            return None;
        }
        Some(match path_op {
            PathOp::Intersect => self.intersected(path),
            PathOp::Difference => self.without(path),
        })
    }

    fn intersected(&self, other: &Path) -> Path {
        let (a, b) = (&self.0, &other.0);
        let common = a.bounds.to_kurbo().intersect(b.bounds.to_kurbo());
        if a.shape == Shape::Empty || b.shape == Shape::Empty || common.area() <= 0.0 {
            return Self::new();
        }
        if let (Some(p), Some(q)) = (self.as_rect(), other.as_rect()) {
            return Self::from_rect(p.intersect(q));
        }
        if self.surely_contains(b.bounds.to_kurbo()) {
            return other.clone();
        }
        if other.surely_contains(a.bounds.to_kurbo()) {
            return self.clone();
        }
        let mut and = a.and.clone();
        and.push(other.first_member());
        and.extend(b.and.iter().cloned());
        let not = a.not.iter().chain(&b.not).cloned().collect();
        self.with_outline(a.outline.clone(), a.shape, and, not)
    }

    fn without(&self, other: &Path) -> Path {
        let (a, b) = (&self.0, &other.0);
        if a.shape == Shape::Empty || other.surely_contains(a.bounds.to_kurbo()) {
            return Self::new();
        }
        let common = a.bounds.to_kurbo().intersect(b.bounds.to_kurbo());
        if b.shape == Shape::Empty || common.area() <= 0.0 {
            return self.clone();
        }
        let mut not = a.not.clone();
        not.push(other.clone());
        self.with_outline(a.outline.clone(), a.shape, a.and.clone(), not)
    }

    pub(crate) fn from_rect(r: kurbo::Rect) -> Path {
        if r.width() <= 0.0 || r.height() <= 0.0 {
            return Self::new();
        }
        Self::assemble(r.to_path(0.1), Shape::Rect(r), Vec::new(), Vec::new())
    }

    pub(crate) fn from_outline(outline: BezPath, shape: Shape) -> Path {
        let shape = match shape {
            Shape::Any if outline.is_empty() => Shape::Empty,
            Shape::Any if is_convex(&outline) => Shape::Convex,
            known => known,
        };
        Self::assemble(outline, shape, Vec::new(), Vec::new())
    }

    /// The same outline by the even-odd rule.
    pub(crate) fn even_odd(outline: BezPath) -> Path {
        let shape = if outline.is_empty() { Shape::Empty } else { Shape::Any };
        let mut path = Self::assemble(outline, shape, Vec::new(), Vec::new());
        if let Some(data) = Arc::get_mut(&mut path.0) {
            data.even_odd = true;
        }
        path
    }

    /// The outline the set begins with, alone.
    pub(crate) fn first_member(&self) -> Path {
        self.with_outline(self.0.outline.clone(), self.0.shape, Vec::new(), Vec::new())
    }

    fn with_outline(&self, outline: BezPath, shape: Shape, and: Vec<Path>, not: Vec<Path>) -> Path {
        let mut path = Self::assemble(outline, shape, and, not);
        if self.0.even_odd
            && let Some(data) = Arc::get_mut(&mut path.0)
        {
            data.even_odd = true;
        }
        path
    }

    fn assemble(outline: BezPath, shape: Shape, and: Vec<Path>, not: Vec<Path>) -> Path {
        let bounds = match shape {
            Shape::Empty => return Self::new(),
            Shape::Rect(r) | Shape::Round(r, _) => r,
            _ => outline.control_box(),
        };
        let bounds = and.iter().fold(bounds, |b, p| b.intersect(p.0.bounds.to_kurbo()));
        let bounds = Rect::from_kurbo(bounds);
        Path(Arc::new(PathData { outline, shape, and, not, even_odd: false, bounds }))
    }

    pub(crate) fn data(&self) -> &PathData {
        &self.0
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.shape == Shape::Empty
    }

    /// Whether it is one outline rather than a set of several.
    pub(crate) fn is_plain(&self) -> bool {
        self.0.and.is_empty() && self.0.not.is_empty()
    }

    pub(crate) fn as_rect(&self) -> Option<kurbo::Rect> {
        match self.0.shape {
            Shape::Rect(r) if self.is_plain() => Some(r),
            _ => None,
        }
    }

    /// Whether `r` lies inside; may say no though it does.
    pub(crate) fn surely_contains(&self, r: kurbo::Rect) -> bool {
        self.0.shape.surely_contains(r)
            && self.0.and.iter().all(|p| p.surely_contains(r))
            && self.0.not.iter().all(|p| p.0.bounds.to_kurbo().intersect(r).area() <= 0.0)
    }
}

impl Default for Path {
    fn default() -> Self {
        Self::new()
    }
}

impl Shape {
    fn mapped(self, a: kurbo::Affine) -> Shape {
        let [xx, yx, xy, yy, ..] = a.as_coeffs();
        let upright = yx == 0.0 && xy == 0.0 && xx > 0.0 && yy > 0.0;
        match self {
            Shape::Empty => Shape::Empty,
            Shape::Rect(r) if upright => Shape::Rect(a.transform_rect_bbox(r)),
            Shape::Round(r, radii) if upright && (xx - yy).abs() <= 1e-6 * xx => {
                Shape::Round(a.transform_rect_bbox(r), radii.map(|v| v * xx))
            }
            Shape::Any => Shape::Any,
            _ => Shape::Convex,
        }
    }

    fn surely_contains(self, r: kurbo::Rect) -> bool {
        match self {
            Shape::Rect(own) => contains_rect(own, r),
            // A rectangle keeping clear of each corner's square, or tucked into the arc, is inside.
            Shape::Round(own, radii) => {
                let most = radii.iter().copied().fold(0.0, f64::max);
                let tuck = most * (1.0 - std::f64::consts::FRAC_1_SQRT_2);
                contains_rect(own.inflate(-most, 0.0), r)
                    || contains_rect(own.inflate(0.0, -most), r)
                    || contains_rect(own.inflate(-tuck, -tuck), r)
            }
            Shape::Empty | Shape::Convex | Shape::Any => false,
        }
    }
}

/// Whether the control polygon is one convex contour; then so is the curve, since each piece stays inside
/// its own control polygon.
fn is_convex(path: &BezPath) -> bool {
    const MOST_POINTS: usize = 64;
    let mut points: Vec<kurbo::Point> = Vec::with_capacity(24);
    for (i, el) in path.elements().iter().enumerate() {
        match *el {
            PathEl::MoveTo(p) if i == 0 => points.push(p),
            PathEl::MoveTo(_) => return false,
            PathEl::LineTo(p) => points.push(p),
            PathEl::QuadTo(p, q) => points.extend([p, q]),
            PathEl::CurveTo(p, q, r) => points.extend([p, q, r]),
            PathEl::ClosePath => {}
        }
        if points.len() > MOST_POINTS {
            return false;
        }
    }
    points.dedup_by(|a, b| (*a - *b).hypot2() < 1e-10);
    while points.len() > 1 && (points[0] - points[points.len() - 1]).hypot2() < 1e-10 {
        points.pop();
    }
    let n = points.len();
    if n < 3 {
        return false;
    }
    let (mut turning, mut sign) = (0.0_f64, 0.0_f64);
    for i in 0..n {
        let (u, v) = (points[(i + 1) % n] - points[i], points[(i + 2) % n] - points[(i + 1) % n]);
        let angle = u.cross(v).atan2(u.dot(v));
        if angle.abs() < 1e-6 {
            continue;
        }
        if sign * angle < 0.0 {
            return false;
        }
        sign = angle;
        turning += angle;
    }
    (turning.abs() - std::f64::consts::TAU).abs() < 1e-3
}
