//! The static curve of a band, for drawing and for automatic make-up.

use super::settings::Band;
use crate::dsp::dynamics::{Branch, Corners, Curve};

/// The gain in dB that a band's compressor and expander settle at for a steady level in dB. Make-up, mix and on/off are
/// left out. It is the [`Curve`] that runs, with these branches:
///
/// - downward compression above the threshold, slope 1 - 1/ratio
/// - upward compression below its threshold, slope 1 - 1/ratio
/// - downward expansion below its threshold, slope ratio - 1
pub fn curve(band: &Band, level_db: f64) -> f64 {
    Curve::new(&corners(band)).gain_db(level_db)
}

/// Automatic make-up in dB: half of the gain, negated, that compression gives a level of 0 dB.
///
/// It is a function of the settings alone, so a render never depends on where it began.
pub fn auto_makeup_db(band: &Band) -> f64 {
    -0.5 * Curve::new(&corners(band)).compression_db(0.0)
}

/// The corners of a band's curve.
pub(super) fn corners(band: &Band) -> Corners {
    Corners {
        down: Branch::compress(band.threshold_db, band.ratio, band.range_db),
        up: Branch::compress(band.upward_threshold_db, band.upward_ratio, band.upward_range_db),
        expand: Branch::expand(band.expand_threshold_db, band.expand_ratio, band.expand_range_db),
        knee_db: band.knee_db,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A band with three different branches, each of them in force at a level of its own.
    #[test]
    fn each_setting_reaches_its_branch() {
        let band = Band {
            threshold_db: -10.0,
            ratio: 2.0,
            range_db: 4.0,
            upward_threshold_db: -30.0,
            upward_ratio: 4.0,
            upward_range_db: 6.0,
            expand_threshold_db: -60.0,
            expand_ratio: 3.0,
            expand_range_db: 9.0,
            knee_db: 0.0,
            ..Band::default()
        };
        for (level_db, gain_db) in [
            (0.0, -4.0),        // 10 dB over at 2:1 would be -5 dB; the range is 4
            (-4.0, -3.0),       // 6 dB over at 2:1
            (-20.0, 0.0),       // between the thresholds
            (-34.0, 3.0),       // 4 dB under at 4:1
            (-50.0, 6.0),       // the upward range
            (-62.0, 6.0 - 4.0), // 2 dB under at 3:1
            (-90.0, 6.0 - 9.0), // the expander's range
        ] {
            assert!((curve(&band, level_db) - gain_db).abs() < 1e-9, "{level_db} dB");
        }
    }

    #[test]
    fn auto_makeup_is_half_the_reduction_at_0_db() {
        let band = Band { threshold_db: -20.0, ratio: 2.0, knee_db: 0.0, ..Band::default() };
        assert!((auto_makeup_db(&band) - 5.0).abs() < 1e-12);
    }
}
