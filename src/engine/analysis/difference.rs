//! The tonal difference between two programmes at equal loudness, and where it is certain.

use super::statistics::{BandStatistics, DB_PER_NEPER_OF_POWER, Part, standard_error};
use crate::units::{count, db_from_power};

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
    /// Half width of the 95 % confidence interval in dB; infinite where either programme is silent or too short, under 4 s.
    pub uncertainty_db: f64,
}

impl Difference {
    /// True where zero lies outside the confidence interval.
    pub fn is_certain(&self) -> bool {
        self.db.abs() > self.uncertainty_db
    }

    /// Geometric centre of the band in Hz.
    pub fn centre_hz(&self) -> f64 {
        (self.low_hz * self.high_hz).sqrt()
    }

    /// The difference shrunk to what the programmes determine, in dB: d · d² / (d² + s²) with the standard error s. It is the
    /// estimate of least expected error when differences are as likely to be noise as their size compares with s.
    pub fn shrunk_db(&self) -> f64 {
        let power = self.db * self.db;
        let error = self.uncertainty_db / QUANTILE_95;
        if power > 0.0 && error.is_finite() { self.db * power / (power + error * error) } else { 0.0 }
    }
}

/// Differences of all bands that both programmes have, `first - second`. `offset_db` is the loudness of the first minus that of the
/// second in LU: it is taken out, so that what remains is tone.
///
/// Programmes of the same length are compared window by window: where they rise and fall together, as a mix and its master do, the
/// uncertainty is that of what differs. Where they do not, this is the uncertainty of independent programmes.
pub fn differences(
    first: &BandStatistics,
    second: &BandStatistics,
    part: Part,
    offset_db: f64,
) -> Vec<Difference> {
    (0..first.bands.len().min(second.bands.len()))
        .map(|n| {
            let [a, b] = [first, second].map(|programme| Influence::new(programme, n, part));
            let db = db_from_power(a.mean) - db_from_power(b.mean) - offset_db;
            let known = db.is_finite();
            let error_db =
                if first.total == second.total && first.windows_per_block == second.windows_per_block {
                    let difference: Vec<_> = a.series.iter().zip(&b.series).map(|(a, b)| a - b).collect();
                    standard_error(&difference, first.windows_per_block)
                } else {
                    let [a, b] = [(a, first), (b, second)].map(|(influence, programme)| {
                        standard_error(&influence.series, programme.windows_per_block)
                    });
                    a.hypot(b)
                } * DB_PER_NEPER_OF_POWER;
            let band = &first.bands[n].edges_hz;
            Difference {
                low_hz: band.start,
                high_hz: band.end,
                db: if known { db } else { 0.0 },
                uncertainty_db: if known { QUANTILE_95 * error_db } else { f64::INFINITY },
            }
        })
        .collect()
}

/// How much each window contributes to the mean power of a band, relative to it. Its mean over all windows is 1; gated windows
/// contribute nothing. A small change of level is the mean of a change in this.
struct Influence {
    mean: f64,
    series: Vec<f64>,
}

impl Influence {
    fn new(programme: &BandStatistics, band: usize, part: Part) -> Self {
        let power = |n: usize| part.power(&programme.kept[n].bands[band]);
        let kept = programme.kept.len();
        let mean = (0..kept).map(power).sum::<f64>() / count(kept.max(1));
        let mut series = vec![0.0; programme.total];
        let scale = count(programme.total) / (count(kept.max(1)) * mean);
        for (n, window) in programme.kept.iter().enumerate() {
            series[window.index] = power(n) * scale;
        }
        Self { mean, series }
    }
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
            let mean =
                |value: fn(&Difference) -> f64| group.iter().map(value).sum::<f64>() / count(group.len());
            Difference {
                low_hz: group[0].low_hz,
                high_hz: group[group.len() - 1].high_hz,
                db: mean(|d| d.db),
                uncertainty_db: mean(|d| d.uncertainty_db),
            }
        })
        .collect()
}
