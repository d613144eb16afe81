//! The static curve: the gain that a compressor settles at for a steady level. One formula draws it and processes by it.

use crate::dsp::extremes::{larger, smaller};

/// One branch of a [`Curve`]: a straight slope from one corner to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Branch {
    /// Level in dB at which the branch begins.
    pub threshold_db: f64,
    /// Gain in dB for each dB of level beyond the threshold, 0 or more.
    pub slope: f64,
    /// Most gain that the branch reaches, in dB, 0 or more.
    pub range_db: f64,
}

impl Branch {
    /// A branch that does nothing.
    pub const FLAT: Self = Self { threshold_db: 0.0, slope: 0.0, range_db: 0.0 };

    /// Downward or upward compression by `ratio` (1 is off): the slope is 1 - 1/ratio.
    pub fn compress(threshold_db: f64, ratio: f64, range_db: f64) -> Self {
        Self { threshold_db, slope: 1.0 - 1.0 / ratio, range_db }
    }

    /// Downward expansion by `ratio` (1 is off): the slope is ratio - 1.
    pub fn expand(threshold_db: f64, ratio: f64, range_db: f64) -> Self {
        Self { threshold_db, slope: ratio - 1.0, range_db }
    }
}

/// The settings of a [`Curve`], each of which may be ramped.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Corners {
    /// Downward compression: takes gain away above its threshold.
    pub down: Branch,
    /// Upward compression: adds gain below its threshold.
    pub up: Branch,
    /// Downward expansion: takes gain away below its threshold.
    pub expand: Branch,
    /// Width of every corner in dB, 0 or more.
    pub knee_db: f64,
}

/// The gain computer: downward and upward compression and downward expansion on one curve.
///
/// With the soft corner h(u) = 0 below -W/2, (u + W/2)²/(2W) within ±W/2, u above (Giannoulis, Massberg, Reiss, "Digital
/// Dynamic Range Compressor Design: A Tutorial and Analysis", JAES 60(6), 2012, eq. 4, as a gain), level x, threshold T,
/// slope s and range L the branches are
///
/// - downward compression: -s (h(x - T) - h(x - T - L/s))
/// - upward compression: +s (h(T - x) - h(T - x - L/s))
/// - downward expansion: -s (h(T - x) - h(T - x - L/s))
///
/// The gain is their sum. Beyond its far corner a branch has reached its range exactly.
#[derive(Clone, Copy, Debug)]
pub struct Curve {
    down: Reach,
    up: Reach,
    expand: Reach,
    half_knee_db: f64,
    half_of_inverse_knee: f64,
}

/// A [`Branch`] with the distance in dB between its corners in place of its range.
#[derive(Clone, Copy, Debug)]
struct Reach {
    threshold_db: f64,
    slope: f64,
    length_db: f64,
}

impl Reach {
    fn of(branch: Branch) -> Self {
        let Branch { threshold_db, slope, range_db } = branch;
        Self { threshold_db, slope, length_db: range_db / slope.max(1e-9) }
    }

    #[inline(always)]
    fn is_flat(&self) -> bool {
        self.slope <= 0.0
    }
}

impl Curve {
    /// Gets ready to evaluate the curve of these corners.
    pub fn new(corners: &Corners) -> Self {
        Self {
            down: Reach::of(corners.down),
            up: Reach::of(corners.up),
            expand: Reach::of(corners.expand),
            half_knee_db: 0.5 * corners.knee_db,
            // a hard knee has no room for the parabola, which is then multiplied by zero
            half_of_inverse_knee: if corners.knee_db > 1e-6 { 0.5 / corners.knee_db } else { 0.0 },
        }
    }

    /// Gain in dB at a level in dB.
    pub fn gain_db(&self, level_db: f64) -> f64 {
        self.compression_db(level_db) + self.expansion_db(level_db)
    }

    /// Gain in dB of downward and upward compression.
    #[inline(always)]
    pub fn compression_db(&self, level_db: f64) -> f64 {
        self.above(&self.up, self.up.threshold_db - level_db)
            - self.above(&self.down, level_db - self.down.threshold_db)
    }

    /// Gain in dB of downward compression alone: the same as [`compression_db`](Self::compression_db), at half its cost, where
    /// [`only_downward`](Self::only_downward) is true.
    #[inline(always)]
    pub fn downward_db(&self, level_db: f64) -> f64 {
        0.0 - self.above(&self.down, level_db - self.down.threshold_db)
    }

    /// Gain in dB of expansion.
    #[inline(always)]
    pub fn expansion_db(&self, level_db: f64) -> f64 {
        0.0 - self.above(&self.expand, self.expand.threshold_db - level_db)
    }

    /// True if upward compression does nothing at any level.
    #[inline(always)]
    pub fn only_downward(&self) -> bool {
        self.up.is_flat()
    }

    /// True if expansion does nothing at any level.
    #[inline(always)]
    pub fn never_expands(&self) -> bool {
        self.expand.is_flat()
    }

    /// Gain of a branch, without its sign, for a level `over_db` beyond its threshold.
    #[inline(always)]
    fn above(&self, branch: &Reach, over_db: f64) -> f64 {
        branch.slope * (self.corner(over_db) - self.corner(over_db - branch.length_db))
    }

    /// The soft corner h.
    #[inline(always)]
    fn corner(&self, u: f64) -> f64 {
        let bent = smaller(larger(u + self.half_knee_db, 0.0), 2.0 * self.half_knee_db);
        bent * bent * self.half_of_inverse_knee + larger(u - self.half_knee_db, 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFF: Corners = Corners { down: Branch::FLAT, up: Branch::FLAT, expand: Branch::FLAT, knee_db: 0.0 };

    fn gain_db(corners: &Corners, level_db: f64) -> f64 {
        Curve::new(corners).gain_db(level_db)
    }

    /// Giannoulis, Massberg, Reiss 2012, eq. 4, as printed: the output level of a downward compressor.
    fn printed(x: f64, t: f64, r: f64, w: f64) -> f64 {
        if 2.0 * (x - t) < -w {
            x
        } else if 2.0 * (x - t).abs() <= w && w > 0.0 {
            x + (1.0 / r - 1.0) * (x - t + w / 2.0).powi(2) / (2.0 * w)
        } else {
            t + (x - t) / r
        }
    }

    #[test]
    fn downward_compression_is_the_printed_formula() {
        for (threshold_db, ratio, knee_db) in [(-20.0, 4.0, 6.0), (-35.0, 100.0, 0.0), (-10.0, 1.5, 24.0)] {
            let corners = Corners { down: Branch::compress(threshold_db, ratio, 60.0), knee_db, ..OFF };
            let curve = Curve::new(&corners);
            assert!(curve.only_downward() && curve.never_expands());
            for n in -800..=200 {
                let x = f64::from(n) * 0.1;
                let expected = printed(x, threshold_db, ratio, knee_db) - x;
                for gain_db in [curve.gain_db(x), curve.downward_db(x)] {
                    assert!((gain_db - expected).abs() < 1e-9, "{x} dB: {gain_db} for {expected}");
                }
            }
        }
    }

    #[test]
    fn upward_compression_mirrors_downward() {
        let branch = Branch::compress(-30.0, 3.0, 36.0);
        let (down, up) =
            (Corners { down: branch, knee_db: 8.0, ..OFF }, Corners { up: branch, knee_db: 8.0, ..OFF });
        for n in -400..=400 {
            let over = f64::from(n) * 0.1;
            assert!((gain_db(&up, -30.0 - over) + gain_db(&down, -30.0 + over)).abs() < 1e-9, "{over} dB");
        }
    }

    #[test]
    fn expansion_falls_by_its_ratio_to_its_range() {
        let corners = Corners { expand: Branch::expand(-40.0, 3.0, 20.0), ..OFF };
        for (level_db, expected_db) in
            [(-30.0, 0.0), (-40.0, 0.0), (-45.0, -10.0), (-50.0, -20.0), (-90.0, -20.0)]
        {
            assert!((gain_db(&corners, level_db) - expected_db).abs() < 1e-9, "{level_db} dB");
        }
    }

    #[test]
    fn range_is_reached_and_never_exceeded() {
        let corners = Corners { down: Branch::compress(-40.0, 4.0, 6.0), knee_db: 6.0, ..OFF };
        for n in -600..=0 {
            assert!(gain_db(&corners, f64::from(n) * 0.1) >= -6.0 - 1e-12);
        }
        assert!((gain_db(&corners, 0.0) + 6.0).abs() < 1e-12);
        let none = Corners { down: Branch::compress(-40.0, 4.0, 0.0), ..corners };
        assert_eq!(gain_db(&none, -5.0), 0.0);
    }

    #[test]
    fn a_ratio_of_one_is_flat() {
        let one = Branch::compress(-20.0, 1.0, 60.0);
        let corners = Corners { down: one, up: one, expand: Branch::expand(-20.0, 1.0, 60.0), knee_db: 6.0 };
        for n in -800..=400 {
            assert_eq!(gain_db(&corners, f64::from(n) * 0.1), 0.0);
        }
    }
}
