//! The tonal difference between two programmes at equal loudness, and where it is certain.

use super::bands::{Band, BandStatistics, Level};

/// Two-sided 95 % quantile of the normal distribution.
const QUANTILE_95: f64 = 1.96;

/// Difference of one band, first programme minus second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// Lower edge in Hz.
    pub low_hz: f64,
    /// Upper edge in Hz.
    pub high_hz: f64,
    /// Difference in dB after both were brought to the same loudness.
    pub db: f64,
    /// Half width of the 95 % confidence interval in dB; infinite where either programme is silent or too short.
    pub uncertainty_db: f64,
}

impl Difference {
    /// True where zero lies outside the confidence interval.
    pub fn is_certain(&self) -> bool {
        self.db.abs() > self.uncertainty_db
    }

    fn of(first: (&Band, Level), second: Level, offset_db: f64) -> Self {
        let (band, first) = first;
        let db = first.mean_db - second.mean_db - offset_db;
        let uncertainty_db = QUANTILE_95 * first.error_db.hypot(second.error_db);
        let known = db.is_finite() && uncertainty_db.is_finite();
        Self {
            low_hz: band.edges_hz.start,
            high_hz: band.edges_hz.end,
            db: if db.is_finite() { db } else { 0.0 },
            uncertainty_db: if known { uncertainty_db } else { f64::INFINITY },
        }
    }
}

/// The part of a programme that is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Both channels together.
    Both,
    /// (left + right) / 2.
    Mid,
    /// (left - right) / 2.
    Side,
}

impl Part {
    /// The band's level in this part.
    pub fn level(self, band: &Band) -> Level {
        match self {
            Self::Both => band.level,
            Self::Mid => band.mid,
            Self::Side => band.side,
        }
    }
}

/// Differences of all bands that both programmes have, `first - second`. `offset_db` is the loudness of the first minus that of the
/// second in LU: it is taken out, so that what remains is tone.
pub fn differences(
    first: &BandStatistics,
    second: &BandStatistics,
    part: Part,
    offset_db: f64,
) -> Vec<Difference> {
    first
        .bands
        .iter()
        .zip(&second.bands)
        .map(|(a, b)| Difference::of((a, part.level(a)), part.level(b), offset_db))
        .collect()
}

/// Neighbouring bands that differ in the same direction.
///
/// A region holds bands that are certain and differ by at least `least_db`; its difference is their mean, and its uncertainty the
/// mean of theirs, since neighbouring bands of music rise and fall together.
pub fn regions(differences: &[Difference], least_db: f64) -> Vec<Difference> {
    let counts = |d: &Difference| d.is_certain() && d.db.abs() >= least_db;
    differences
        .chunk_by(|a, b| counts(a) && counts(b) && (a.db > 0.0) == (b.db > 0.0))
        .filter(|group| counts(&group[0]))
        .map(|group| {
            let bands = crate::units::count(group.len());
            let mean = |value: fn(&Difference) -> f64| group.iter().map(value).sum::<f64>() / bands;
            Difference {
                low_hz: group[0].low_hz,
                high_hz: group[group.len() - 1].high_hz,
                db: mean(|d| d.db),
                uncertainty_db: mean(|d| d.uncertainty_db),
            }
        })
        .collect()
}
