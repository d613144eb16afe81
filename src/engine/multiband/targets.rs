//! What moves by ramps in a band's control.

use super::curve::{auto_makeup_db, corners};
use super::settings::{Band, Detector};
use crate::dsp::dynamics::{Branch, Corners, Speeds};

/// The values of a band's control that are ramped when a setting changes. A setting that is a switch here is a share of 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Targets {
    /// The curve.
    pub(super) corners: Corners,
    /// Make-up in dB, automatic make-up included.
    pub(super) makeup_db: f64,
    /// 1 while the band is on, 0 while it is off.
    pub(super) on: f64,
    /// Share of the compressed signal, of the band's mix and the module's together.
    pub(super) mix: f64,
    /// How far each channel follows the louder one.
    pub(super) link: f64,
    /// 0 for the peak detector, 1 for RMS.
    pub(super) rms: f64,
    /// Delay of the gain in samples: the signal's latency less the band's look-ahead.
    pub(super) delay: f64,
    /// Attack and release. Ramped, because a gain that lags behind must not leap when its attack becomes short.
    pub(super) speeds: Speeds,
}

impl Targets {
    /// The targets of a band; `mix`, 0 to 1, is the whole module's.
    pub(super) fn of(band: &Band, mix: f64, auto_makeup: bool, delay: f64, speeds: Speeds) -> Self {
        Self {
            corners: corners(band),
            makeup_db: band.makeup_db + if auto_makeup { auto_makeup_db(band) } else { 0.0 },
            on: f64::from(u8::from(band.on)),
            mix: mix * band.mix_percent * 0.01,
            link: band.link_percent * 0.01,
            rms: f64::from(u8::from(band.detector == Detector::Rms)),
            delay,
            speeds,
        }
    }

    /// Number of values.
    pub(super) const COUNT: usize = 20;

    /// The values in the order of [`from_array`](Self::from_array), for [`Ramps`](crate::dsp::Ramps).
    pub(super) fn to_array(self) -> [f64; Self::COUNT] {
        let Self { corners, makeup_db, on, mix, link, rms, delay, speeds } = self;
        let Corners { down, up, expand, knee_db } = corners;
        let Speeds { attack, release, fall, sustained } = speeds;
        let [[d0, d1, d2], [u0, u1, u2], [e0, e1, e2]] =
            [down, up, expand].map(|branch| [branch.threshold_db, branch.slope, branch.range_db]);
        [
            d0, d1, d2, u0, u1, u2, e0, e1, e2, knee_db, makeup_db, on, mix, link, rms, delay, attack,
            release, fall, sustained,
        ]
    }

    /// The values from [`to_array`](Self::to_array).
    #[inline]
    pub(super) fn from_array(values: &[f64; Self::COUNT]) -> Self {
        let [
            d0,
            d1,
            d2,
            u0,
            u1,
            u2,
            e0,
            e1,
            e2,
            knee_db,
            makeup_db,
            on,
            mix,
            link,
            rms,
            delay,
            attack,
            release,
            fall,
            sustained,
        ] = *values;
        let [down, up, expand] = [[d0, d1, d2], [u0, u1, u2], [e0, e1, e2]]
            .map(|[threshold_db, slope, range_db]| Branch { threshold_db, slope, range_db });
        Self {
            corners: Corners { down, up, expand, knee_db },
            makeup_db,
            on,
            mix,
            link,
            rms,
            delay,
            speeds: Speeds { attack, release, fall, sustained },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each value has a place of its own, and comes back from it.
    #[test]
    fn values_return_from_their_places() {
        let branch = |n: f64| Branch { threshold_db: n, slope: n + 1.0, range_db: n + 2.0 };
        let targets = Targets {
            corners: Corners { down: branch(1.0), up: branch(4.0), expand: branch(7.0), knee_db: 10.0 },
            makeup_db: 11.0,
            on: 12.0,
            mix: 13.0,
            link: 14.0,
            rms: 15.0,
            delay: 16.0,
            speeds: Speeds { attack: 17.0, release: 18.0, fall: 19.0, sustained: 20.0 },
        };
        let array = targets.to_array();
        let mut places = array;
        places.sort_by(f64::total_cmp);
        assert_eq!(
            places,
            std::array::from_fn(|n| crate::units::count(n + 1)),
            "a value is missing or twice there"
        );
        assert_eq!(Targets::from_array(&array), targets);
    }
}
