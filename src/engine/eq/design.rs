//! From an analogue prototype to running sections.

use num_complex::Complex64;

use super::map::{FrequencyMap, MAX_ORDER, NO_TRACK, Root, Roots, Track};
use super::prototype::{MAX_SECTIONS, Prototype, sections};
use super::section::Section;
use super::{Shape, Slope};
use crate::units::radians_per_sample;

/// Digital sections of a band, at most.
pub(super) const MAX_DIGITAL: usize = MAX_SECTIONS * MAX_ORDER;

/// A band's digital filter: the sections in use come first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Filter {
    pub sections: [Section; MAX_DIGITAL],
    pub len: usize,
}

impl Filter {
    /// The sections in use.
    pub fn used(&self) -> &[Section] {
        &self.sections[..self.len]
    }
}

/// What a band's filter is made from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Target {
    pub shape: Shape,
    pub slope: Slope,
    pub freq_hz: f64,
    pub gain_db: f64,
    pub q: f64,
}

/// Designs one band's filter again and again, so that a parameter in motion gives sections in motion.
#[derive(Clone, Copy, Debug)]
pub(super) struct Designer {
    map: FrequencyMap,
    sample_rate_hz: f64,
    tracks: [[Track; 2]; MAX_SECTIONS],
}

impl Designer {
    pub fn new(sample_rate_hz: f64) -> Self {
        Self { map: FrequencyMap::new(sample_rate_hz), sample_rate_hz, tracks: [[NO_TRACK; 2]; MAX_SECTIONS] }
    }

    /// Forgets earlier designs: the next is the same as a new designer's, bit for bit.
    pub fn reset(&mut self) {
        self.tracks = [[NO_TRACK; 2]; MAX_SECTIONS];
    }

    /// The filter for a target. Takes a few microseconds, never allocates.
    pub fn design(&mut self, target: &Target) -> Filter {
        let (prototypes, n) = sections(target.shape, target.gain_db, target.q, target.slope.order());
        let squared = self.map.squared(radians_per_sample(target.freq_hz, self.sample_rate_hz));
        let order = self.map.order();
        let mut filter = Filter { sections: [Section::IDENTITY; MAX_DIGITAL], len: n * order };
        for (part, (prototype, tracks)) in
            filter.sections.chunks_exact_mut(order).zip(prototypes[..n].iter().zip(&mut self.tracks))
        {
            digital(&self.map, prototype, squared, tracks, part);
        }
        filter
    }
}

/// Writes the sections that stand for one analogue section centred at the square root of `squared`.
fn digital(
    map: &FrequencyMap,
    prototype: &Prototype,
    squared: f64,
    [zeros_track, poles_track]: &mut [Track; 2],
    sections: &mut [Section],
) {
    let zeros = map.digital(&roots(prototype.numerator), squared, zeros_track);
    let poles = map.digital(&roots(prototype.denominator), squared, poles_track);
    // Every section but the first passes DC as it is, and so does the first, but for the prototype's gain there. Where
    // that is 0, Nyquist settles the gain: there, a section's is its factor.
    let mut rest = 1.0;
    for (section, (zeros, poles)) in sections.iter_mut().zip(zeros.iter().zip(&poles)).skip(1) {
        let gain = poles.constant / zeros.constant;
        rest *= gain;
        *section = Section::new(gain, *zeros, *poles);
    }
    let at_dc = prototype.numerator[0] / prototype.denominator[0];
    let gain = if at_dc > 0.0 {
        at_dc * (poles[0].constant / zeros[0].constant)
    } else {
        prototype.power(map.squared_at_nyquist() / squared).sqrt() / rest
    };
    if let Some(first) = sections.first_mut() {
        *first = Section::new(gain, zeros[0], poles[0]);
    }
}

/// The roots of c0 + c1 s + c2 s^2.
fn roots([c0, c1, c2]: [f64; 3]) -> Roots {
    if c2 == 0.0 {
        let one = if c1 == 0.0 {
            Root::Infinite
        } else if c0 == 0.0 {
            Root::Zero
        } else {
            Root::Real(-c0 / c1)
        };
        return Roots::Apart(one, Root::Infinite);
    }
    if c0 == 0.0 {
        return Roots::Apart(Root::Zero, if c1 == 0.0 { Root::Zero } else { Root::Real(-c1 / c2) });
    }
    let half = -0.5 * c1 / c2;
    let square = half * half - c0 / c2;
    if square < 0.0 {
        return Roots::Conjugate(Complex64::new(half, -(-square).sqrt()));
    }
    // the larger first: the other follows without cancellation
    let larger = half - square.sqrt();
    Roots::Apart(Root::Real(larger), Root::Real(c0 / c2 / larger))
}
