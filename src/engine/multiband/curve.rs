//! The static curve: the gain a band ends up at when its level stays. One formula draws it and processes by it.

use super::settings::Band;
use crate::dsp::exponential::{larger, smaller};

/// The gain in dB that a band's compressor and expander settle at for a steady level in dB. Make-up, mix and on/off are
/// left out.
///
/// With the soft corner h(u) = 0 below -W/2, (u + W/2)²/(2W) within ±W/2, u above (Giannoulis, Massberg, Reiss, "Digital
/// Dynamic Range Compressor Design: A Tutorial and Analysis", JAES 60(6), 2012, eq. 4, as a gain) and level x, threshold T,
/// range L, every branch is a straight slope s from one corner to the next:
///
/// - downward compression, s = 1 - 1/ratio: -s (h(x - T) - h(x - T - L/s))
/// - upward compression, s = 1 - 1/ratio: +s (h(T - x) - h(T - x - L/s))
/// - downward expansion, s = ratio - 1: -s (h(T - x) - h(T - x - L/s))
///
/// The gain is their sum. Beyond the far corner a branch has reached its range exactly.
pub fn curve(band: &Band, level_db: f64) -> f64 {
    let curve = Curve::new(&Corners::of(band));
    curve.compression_db(level_db) + curve.expansion_db(level_db)
}

/// Automatic make-up in dB: half of what the compressor takes from, or adds to, a level of 0 dB.
///
/// It is a function of the settings alone, so a render never depends on where it began.
pub fn auto_makeup_db(band: &Band) -> f64 {
    -0.5 * Curve::new(&Corners::of(band)).compression_db(0.0)
}

/// What a curve is made of, as a ramp moves it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Corners {
    /// Threshold in dB, slope (dB of gain for one of level) and range in dB of downward compression.
    pub(super) down: [f64; 3],
    /// The same of upward compression.
    pub(super) up: [f64; 3],
    /// The same of downward expansion.
    pub(super) expand: [f64; 3],
    /// Width of every corner in dB.
    pub(super) knee_db: f64,
}

impl Corners {
    pub(super) fn of(band: &Band) -> Self {
        Self {
            down: [band.threshold_db, 1.0 - 1.0 / band.ratio, band.range_db],
            up: [band.upward_threshold_db, 1.0 - 1.0 / band.upward_ratio, band.upward_range_db],
            expand: [band.expand_threshold_db, band.expand_ratio - 1.0, band.expand_range_db],
            knee_db: band.knee_db,
        }
    }
}

/// [`curve()`], ready to be evaluated at every sample.
#[derive(Clone, Copy, Debug)]
pub(super) struct Curve {
    down: Branch,
    up: Branch,
    expand: Branch,
    half_knee_db: f64,
    half_of_inverse_knee: f64,
}

#[derive(Clone, Copy, Debug)]
struct Branch {
    threshold_db: f64,
    slope: f64,
    length_db: f64,
}

impl Branch {
    fn new([threshold_db, slope, range_db]: [f64; 3]) -> Self {
        Self { threshold_db, slope, length_db: range_db / slope.max(1e-9) }
    }

    fn is_flat(&self) -> bool {
        self.slope <= 0.0
    }
}

impl Curve {
    pub(super) fn new(corners: &Corners) -> Self {
        Self {
            down: Branch::new(corners.down),
            up: Branch::new(corners.up),
            expand: Branch::new(corners.expand),
            half_knee_db: 0.5 * corners.knee_db,
            // a hard knee has no room for the parabola, which is then multiplied by zero
            half_of_inverse_knee: if corners.knee_db > 1e-6 { 0.5 / corners.knee_db } else { 0.0 },
        }
    }

    /// Gain in dB of downward and upward compression.
    #[inline(always)]
    pub(super) fn compression_db(&self, level_db: f64) -> f64 {
        self.above(&self.up, self.up.threshold_db - level_db)
            - self.above(&self.down, level_db - self.down.threshold_db)
    }

    /// The same where upward compression is known to be flat.
    #[inline(always)]
    pub(super) fn downward_db(&self, level_db: f64) -> f64 {
        0.0 - self.above(&self.down, level_db - self.down.threshold_db)
    }

    /// Gain in dB of expansion.
    #[inline(always)]
    pub(super) fn expansion_db(&self, level_db: f64) -> f64 {
        0.0 - self.above(&self.expand, self.expand.threshold_db - level_db)
    }

    /// True if upward compression never does anything.
    #[inline(always)]
    pub(super) fn only_downward(&self) -> bool {
        self.up.is_flat()
    }

    /// True if expansion never does anything.
    #[inline(always)]
    pub(super) fn never_expands(&self) -> bool {
        self.expand.is_flat()
    }

    #[inline(always)]
    fn above(&self, branch: &Branch, over_db: f64) -> f64 {
        branch.slope * (self.corner(over_db) - self.corner(over_db - branch.length_db))
    }

    #[inline(always)]
    fn corner(&self, u: f64) -> f64 {
        let bent = smaller(larger(u + self.half_knee_db, 0.0), 2.0 * self.half_knee_db);
        bent * bent * self.half_of_inverse_knee + larger(u - self.half_knee_db, 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            let band = Band { threshold_db, ratio, knee_db, ..Band::default() };
            for n in -800..=200 {
                let x = f64::from(n) * 0.1;
                let expected = printed(x, threshold_db, ratio, knee_db) - x;
                assert!((curve(&band, x) - expected).abs() < 1e-9, "{x} dB: {} {expected}", curve(&band, x));
            }
        }
    }

    #[test]
    fn upward_compression_mirrors_downward() {
        let down = Band { threshold_db: -30.0, ratio: 3.0, knee_db: 8.0, ..Band::default() };
        let up = Band {
            threshold_db: 0.0,
            ratio: 1.0,
            upward_threshold_db: -30.0,
            upward_ratio: 3.0,
            upward_range_db: 36.0,
            knee_db: 8.0,
            ..Band::default()
        };
        for n in -400..=400 {
            let over = f64::from(n) * 0.1;
            assert!((curve(&up, -30.0 - over) + curve(&down, -30.0 + over)).abs() < 1e-9, "{over} dB");
        }
    }

    #[test]
    fn expansion_falls_by_its_ratio_to_its_range() {
        let band = Band {
            ratio: 1.0,
            expand_threshold_db: -40.0,
            expand_ratio: 3.0,
            expand_range_db: 20.0,
            knee_db: 0.0,
            ..Band::default()
        };
        for (level_db, gain_db) in
            [(-30.0, 0.0), (-40.0, 0.0), (-45.0, -10.0), (-50.0, -20.0), (-90.0, -20.0)]
        {
            assert!((curve(&band, level_db) - gain_db).abs() < 1e-9, "{level_db} dB");
        }
    }

    #[test]
    fn range_is_reached_and_never_exceeded() {
        let band = Band { threshold_db: -40.0, ratio: 4.0, range_db: 6.0, knee_db: 6.0, ..Band::default() };
        for n in -600..=0 {
            assert!(curve(&band, f64::from(n) * 0.1) >= -6.0 - 1e-12);
        }
        assert!((curve(&band, 0.0) + 6.0).abs() < 1e-12);
        let band = Band { range_db: 0.0, ..band };
        assert_eq!(curve(&band, -5.0), 0.0);
    }

    #[test]
    fn a_ratio_of_one_is_flat() {
        let band = Band { ratio: 1.0, ..Band::default() };
        for n in -800..=400 {
            assert_eq!(curve(&band, f64::from(n) * 0.1), 0.0);
        }
    }

    #[test]
    fn auto_makeup_is_half_the_reduction_at_0_db() {
        let band = Band { threshold_db: -20.0, ratio: 2.0, knee_db: 0.0, ..Band::default() };
        assert!((auto_makeup_db(&band) - 5.0).abs() < 1e-12);
    }
}
