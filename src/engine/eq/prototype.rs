//! The analogue filters that the equaliser reproduces.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

use super::{Band, Shape};
use crate::units::{count, db_from_power, gain_from_db};

/// Analogue sections in a band, at most: a cut of 48 dB an octave.
pub(super) const MAX_SECTIONS: usize = 4;

/// A ratio of two polynomials in s/w0, constant term first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Prototype {
    pub numerator: [f64; 3],
    pub denominator: [f64; 3],
}

impl Prototype {
    /// Passes everything.
    const FLAT: Self = Self { numerator: [1.0, 0.0, 0.0], denominator: [1.0, 0.0, 0.0] };

    /// The squared magnitude at a squared frequency, in units of w0^2.
    pub fn power(&self, squared: f64) -> f64 {
        let value = |[a, b, c]: [f64; 3]| (a - c * squared).powi(2) + b * b * squared;
        value(self.numerator) / value(self.denominator)
    }
}

/// The sections of a band's shape, and how many.
///
/// Bell: (s^2 + s A/Q + 1)/(s^2 + s/(A Q) + 1), A = 10^(gain/40). Shelves, notch and band pass: Bristow-Johnson, "Cookbook
/// formulae for audio EQ biquad filter coefficients", analogue forms, with Q. Tilt: the high shelf of twice the gain,
/// lowered by the gain. Cuts: Butterworth of the slope's order, its sharpest section's Q multiplied by
/// Q/0.707.
pub(super) fn sections(
    shape: Shape,
    gain_db: f64,
    q: f64,
    order: usize,
) -> ([Prototype; MAX_SECTIONS], usize) {
    let mut sections = [Prototype::FLAT; MAX_SECTIONS];
    sections[0] = match shape {
        Shape::Bell => {
            let a = gain_from_db(0.5 * gain_db);
            Prototype { numerator: [1.0, a / q, 1.0], denominator: [1.0, 1.0 / (a * q), 1.0] }
        }
        Shape::LowShelf => {
            let a = gain_from_db(0.5 * gain_db);
            let b = a.sqrt() / q;
            Prototype { numerator: [a * a, a * b, a], denominator: [1.0, b, a] }
        }
        Shape::HighShelf => high_shelf(gain_from_db(0.5 * gain_db), q, 1.0),
        Shape::Tilt => high_shelf(gain_from_db(gain_db), q, gain_from_db(-gain_db)),
        Shape::Notch => Prototype { numerator: [1.0, 0.0, 1.0], denominator: [1.0, 1.0 / q, 1.0] },
        Shape::BandPass => Prototype { numerator: [0.0, 1.0 / q, 0.0], denominator: [1.0, 1.0 / q, 1.0] },
        Shape::LowCut | Shape::HighCut => return cut(shape == Shape::HighCut, q, order),
    };
    (sections, 1)
}

fn high_shelf(a: f64, q: f64, gain: f64) -> Prototype {
    let b = a.sqrt() / q;
    Prototype { numerator: [a, a * b, a * a].map(|c| c * gain), denominator: [a, b, 1.0] }
}

fn cut(high: bool, q: f64, order: usize) -> ([Prototype; MAX_SECTIONS], usize) {
    let mut sections = [Prototype::FLAT; MAX_SECTIONS];
    let pairs = order / 2;
    for (k, section) in sections[..pairs].iter_mut().enumerate() {
        // poles at angles of PI/order apart; the first pair is the sharpest
        let damping = 2.0 * (PI * (2.0 * count(k) + 1.0) / (2.0 * count(order))).sin();
        let sharpness = if k == 0 { q / FRAC_1_SQRT_2 } else { 1.0 };
        *section = Prototype {
            numerator: if high { [1.0, 0.0, 0.0] } else { [0.0, 0.0, 1.0] },
            denominator: [1.0, damping / sharpness, 1.0],
        };
    }
    if order % 2 == 1 {
        sections[pairs] = Prototype {
            numerator: if high { [1.0, 0.0, 0.0] } else { [0.0, 1.0, 0.0] },
            denominator: [1.0, 1.0, 0.0],
        };
    }
    (sections, pairs + order % 2)
}

/// The analogue curve of a band in dB at a frequency: what its digital filter is measured against.
pub(super) fn band_db(band: &Band, hz: f64) -> f64 {
    let (sections, n) = sections(band.shape, band.gain_db, band.q, band.slope.order());
    let squared = (hz / band.freq_hz).powi(2);
    sections[..n].iter().map(|section| db_from_power(section.power(squared))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The magnitude in dB at a frequency in units of w0.
    fn db(shape: Shape, gain_db: f64, q: f64, order: usize, w: f64) -> f64 {
        let (sections, n) = sections(shape, gain_db, q, order);
        sections[..n].iter().map(|section| db_from_power(section.power(w * w))).sum()
    }

    #[test]
    fn the_landmarks_are_where_they_belong() {
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-4, "{a} for {b}");
        for gain_db in [-12.0, -1.0, 6.0] {
            for q in [0.3, FRAC_1_SQRT_2, 8.0] {
                near(db(Shape::Bell, gain_db, q, 2, 1.0), gain_db);
                near(db(Shape::Bell, gain_db, q, 2, 1e-5), 0.0);
                near(db(Shape::LowShelf, gain_db, q, 2, 1e-5), gain_db);
                near(db(Shape::LowShelf, gain_db, q, 2, 1e5), 0.0);
                near(db(Shape::HighShelf, gain_db, q, 2, 1e-5), 0.0);
                near(db(Shape::HighShelf, gain_db, q, 2, 1e5), gain_db);
                near(db(Shape::Tilt, gain_db, q, 2, 1e-5), -gain_db);
                near(db(Shape::Tilt, gain_db, q, 2, 1.0), 0.0);
                near(db(Shape::Tilt, gain_db, q, 2, 1e5), gain_db);
            }
            near(db(Shape::LowShelf, gain_db, FRAC_1_SQRT_2, 2, 1.0), 0.5 * gain_db);
        }
        // half a power, one bandwidth of Q around the centre
        let edge = (1.0 + 1.0 / 64.0_f64).sqrt() + 0.125;
        near(db(Shape::Notch, 0.0, 4.0, 2, edge), 10.0 * 0.5_f64.log10());
        near(db(Shape::BandPass, 0.0, 4.0, 2, edge), 10.0 * 0.5_f64.log10());
    }

    #[test]
    fn plain_cuts_are_butterworth() {
        for order in [1, 2, 3, 4, 6, 8] {
            for w in [0.01, 0.3, 1.0, 1.7, 40.0_f64] {
                let exponent = 2 * i32::try_from(order).unwrap();
                let high = -10.0 * (1.0 + w.powi(exponent)).log10();
                let low = -10.0 * (1.0 + w.powi(-exponent)).log10();
                assert!(
                    (db(Shape::HighCut, 0.0, FRAC_1_SQRT_2, order, w) - high).abs() < 1e-9,
                    "{order} {w}"
                );
                assert!((db(Shape::LowCut, 0.0, FRAC_1_SQRT_2, order, w) - low).abs() < 1e-9, "{order} {w}");
            }
        }
        // Q is the level at the corner of a second-order cut
        assert!((db(Shape::LowCut, 0.0, 4.0, 2, 1.0) - 20.0 * 4f64.log10()).abs() < 1e-9);
    }
}
