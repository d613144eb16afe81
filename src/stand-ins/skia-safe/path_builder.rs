//! Building outlines.

use crate::path::Shape;
use crate::{Path, PathDirection, Point, RRect, Rect, Vector, rrect::Corner, scalar};
use kurbo::{Affine, Arc, BezPath, PathEl, Vec2};

/// Which of the two arcs between two points of an ellipse is meant.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub enum ArcSize {
    /// The shorter.
    Small,
    /// The longer.
    Large,
}

/// Collects contours, and hands them over as a [`Path`]. Numbers that are not finite are left out.
#[derive(Clone, Debug, Default)]
pub struct PathBuilder {
    path: BezPath,
    /// What the outline is if nothing more is added.
    shape: Option<Shape>,
    start: kurbo::Point,
    last: kurbo::Point,
    /// A contour has been begun and not closed.
    open: bool,
}

/// How far arcs may be from their ellipse: a thousandth of a pixel, or 2e-6 of the radius (nine cubics a turn).
fn arc_tolerance(arc: &Arc) -> f64 {
    (arc.radii.x.abs().max(arc.radii.y.abs()) * 2e-6).max(1e-3)
}

impl PathBuilder {
    /// An empty builder.
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins a contour at `pt`.
    pub fn move_to(&mut self, pt: impl Into<Point>) -> &mut Self {
        let p = pt.into().to_kurbo();
        if p.is_finite() {
            self.shape = None;
            self.begin(p);
        }
        self
    }

    /// A straight line to `pt`.
    pub fn line_to(&mut self, pt: impl Into<Point>) -> &mut Self {
        let p = pt.into().to_kurbo();
        if p.is_finite() {
            self.ensure_contour();
            self.path.line_to(p);
            self.last = p;
        }
        self
    }

    /// A cubic Bézier curve with control points `p1` and `p2` to `p3`.
    pub fn cubic_to(
        &mut self,
        p1: impl Into<Point>,
        p2: impl Into<Point>,
        p3: impl Into<Point>,
    ) -> &mut Self {
        let (p1, p2, p3) = (p1.into().to_kurbo(), p2.into().to_kurbo(), p3.into().to_kurbo());
        if p1.is_finite() && p2.is_finite() && p3.is_finite() {
            self.ensure_contour();
            self.path.curve_to(p1, p2, p3);
            self.last = p3;
        }
        self
    }

    /// Closes the contour by a line to its beginning.
    pub fn close(&mut self) -> &mut Self {
        if self.open {
            self.path.close_path();
            self.last = self.start;
            self.open = false;
        }
        self
    }

    /// An arc of the ellipse of radii `r`, turned by `x_axis_rotate` degrees, to the point `dxdy` away: the
    /// arc of SVG.
    pub fn r_arc_to(
        &mut self,
        r: impl Into<Vector>,
        x_axis_rotate: scalar,
        large_arc: ArcSize,
        sweep: PathDirection,
        dxdy: impl Into<Vector>,
    ) -> &mut Self {
        let (r, d) = (r.into(), dxdy.into().to_kurbo().to_vec2());
        self.ensure_contour();
        let to = self.last + d;
        if !to.is_finite() {
            return self;
        }
        let arc = kurbo::SvgArc {
            from: self.last,
            to,
            radii: Vec2::new(f64::from(r.x), f64::from(r.y)),
            x_rotation: f64::from(x_axis_rotate).to_radians(),
            large_arc: large_arc == ArcSize::Large,
            sweep: sweep == PathDirection::CW,
        };
        match Arc::from_svg_arc(&arc).filter(|a| a.radii.is_finite() && a.center.is_finite()) {
            Some(arc) => {
                let path = &mut self.path;
                arc.to_cubic_beziers(arc_tolerance(&arc), |p1, p2, p3| path.curve_to(p1, p2, p3));
                // The arc ends at `to` up to rounding; the next piece begins exactly there.
                if let Some(PathEl::CurveTo(.., end)) = self.path.elements_mut().last_mut() {
                    *end = to;
                }
            }
            None => self.path.line_to(to),
        }
        self.last = to;
        self
    }

    /// An arc of the ellipse in `oval`, from `start_angle_deg` (0 is right, 90 is down) over
    /// `sweep_angle_deg`; joined by a line to what is there, unless `force_move_to` begins a contour.
    pub fn arc_to(
        &mut self,
        oval: impl AsRef<Rect>,
        start_angle_deg: scalar,
        sweep_angle_deg: scalar,
        force_move_to: bool,
    ) -> &mut Self {
        let Some(arc) = oval_arc(*oval.as_ref(), start_angle_deg, sweep_angle_deg) else { return self };
        let from = arc_point(&arc, arc.start_angle);
        self.shape = None;
        if force_move_to || !self.open {
            self.begin(from);
        } else if (from - self.last).hypot() > 1e-6 {
            self.path.line_to(from);
        }
        let path = &mut self.path;
        arc.to_cubic_beziers(arc_tolerance(&arc), |p1, p2, p3| path.curve_to(p1, p2, p3));
        self.last = arc_point(&arc, arc.start_angle + arc.sweep_angle);
        self
    }

    /// A whole circle as a contour of its own.
    pub fn add_circle(
        &mut self,
        center: impl Into<Point>,
        radius: scalar,
        dir: impl Into<Option<PathDirection>>,
    ) -> &mut Self {
        let (c, r) = (center.into(), radius);
        if r > 0.0 && r.is_finite() {
            let rect = Rect::new(c.x - r, c.y - r, c.x + r, c.y + r);
            let rrect = RRect::new_rect_radii(rect, &[Vector::new(r, r); 4]);
            self.add_rrect(rrect, dir, None);
        }
        self
    }

    /// A rounded rectangle as a contour of its own, begun at corner point `start_index` of the eight
    /// (clockwise from the end of the upper left arc; Skia's default is 6 for clockwise, 7 otherwise).
    pub fn add_rrect(
        &mut self,
        rect: impl AsRef<RRect>,
        dir: impl Into<Option<PathDirection>>,
        start_index: impl Into<Option<usize>>,
    ) -> &mut Self {
        let rrect = *rect.as_ref();
        let dir = dir.into().unwrap_or_default();
        let start = start_index.into().unwrap_or(if dir == PathDirection::CW { 6 } else { 7 });
        let bounds = *rrect.bounds();
        if !bounds.is_finite() || !bounds.has_area() {
            return self;
        }
        let first = self.path.is_empty();
        append_rrect(&mut self.path, &rrect, dir, start);
        self.open = false;
        if let Some(PathEl::MoveTo(p)) =
            self.path.elements().iter().rev().find(|e| matches!(e, PathEl::MoveTo(_)))
        {
            (self.start, self.last) = (*p, *p);
        }
        self.shape = first.then(|| rrect_shape(&rrect));
        self
    }

    /// Moves everything collected so far by `d`.
    pub fn offset(&mut self, d: impl Into<Vector>) -> &mut Self {
        let d = d.into().to_kurbo().to_vec2();
        if !d.is_finite() {
            return self;
        }
        self.path.apply_affine(Affine::translate(d));
        self.start += d;
        self.last += d;
        self.shape = match self.shape {
            Some(Shape::Rect(r)) => Some(Shape::Rect(r + d)),
            Some(Shape::Round(r, radii)) => Some(Shape::Round(r + d, radii)),
            other => other,
        };
        self
    }

    /// Hands over the path, leaving the builder empty.
    pub fn detach(&mut self) -> Path {
        let built = std::mem::take(self);
        Path::from_outline(built.path, built.shape.unwrap_or(Shape::Any))
    }

    fn begin(&mut self, p: kurbo::Point) {
        // A move after a move replaces it.
        if let Some(PathEl::MoveTo(at)) = self.path.elements_mut().last_mut() {
            *at = p;
        } else {
            self.path.move_to(p);
        }
        (self.start, self.last, self.open) = (p, p, true);
    }

    /// After a close, and at the very beginning, drawing goes on from where the pen is.
    fn ensure_contour(&mut self) {
        self.shape = None;
        if !self.open {
            self.begin(self.last);
        }
    }
}

/// The arc of `Canvas::draw_arc` and `arc_to`; at most one turn. None if nothing can be drawn.
pub(crate) fn oval_arc(oval: Rect, start_deg: f32, sweep_deg: f32) -> Option<Arc> {
    if !oval.is_finite() || !start_deg.is_finite() || !sweep_deg.is_finite() {
        return None;
    }
    let r = oval.sorted().to_kurbo();
    Some(Arc {
        center: r.center(),
        radii: Vec2::new(r.width() / 2.0, r.height() / 2.0),
        start_angle: f64::from(start_deg % 360.0).to_radians(),
        sweep_angle: f64::from(sweep_deg.clamp(-360.0, 360.0)).to_radians(),
        x_rotation: 0.0,
    })
}

pub(crate) fn arc_point(arc: &Arc, angle: f64) -> kurbo::Point {
    arc.center + Vec2::new(arc.radii.x * angle.cos(), arc.radii.y * angle.sin())
}

fn rrect_shape(rrect: &RRect) -> Shape {
    let radii = rrect.all_radii();
    let bounds = rrect.bounds().to_kurbo();
    if radii.iter().all(|r| r.x == 0.0) {
        Shape::Rect(bounds)
    } else if radii.iter().all(|r| (r.x - r.y).abs() <= 1e-4 * r.x) {
        Shape::Round(bounds, radii.map(|r| f64::from(r.x)))
    } else {
        Shape::Convex
    }
}

/// The eight points where arcs and sides meet, clockwise from the top side's left end, and the four corners.
fn append_rrect(path: &mut BezPath, rrect: &RRect, dir: PathDirection, start: usize) {
    // (4/3)(sqrt(2) - 1): the cubic that touches the quarter circle at its middle.
    const KAPPA: f64 = 0.552_284_749_830_793_4;
    let b = rrect.bounds().to_kurbo();
    let radius = |c: Corner| {
        let r = rrect.radii(c);
        Vec2::new(f64::from(r.x), f64::from(r.y))
    };
    let (ul, ur) = (radius(Corner::UpperLeft), radius(Corner::UpperRight));
    let (lr, ll) = (radius(Corner::LowerRight), radius(Corner::LowerLeft));
    let p = kurbo::Point::new;
    let ring = [
        p(b.x0 + ul.x, b.y0),
        p(b.x1 - ur.x, b.y0),
        p(b.x1, b.y0 + ur.y),
        p(b.x1, b.y1 - lr.y),
        p(b.x1 - lr.x, b.y1),
        p(b.x0 + ll.x, b.y1),
        p(b.x0, b.y1 - ll.y),
        p(b.x0, b.y0 + ul.y),
    ];
    let corners = [p(b.x1, b.y0), p(b.x1, b.y1), p(b.x0, b.y1), p(b.x0, b.y0)];
    let start = start % 8;
    path.move_to(ring[start]);
    let mut at = start;
    for _ in 0..8 {
        let next = if dir == PathDirection::CW { (at + 1) % 8 } else { (at + 7) % 8 };
        // Odd points begin an arc when going clockwise: 1-2, 3-4, 5-6, 7-0 are corners.
        let low = if dir == PathDirection::CW { at } else { next };
        let (from, to) = (ring[at], ring[next]);
        if low % 2 == 1 && from != to {
            let corner = corners[(low - 1) / 2];
            path.curve_to(from.lerp(corner, KAPPA), to.lerp(corner, KAPPA), to);
        } else if from != to && next != start {
            path.line_to(to);
        }
        at = next;
    }
    path.close_path();
}
