//! Match tone: ordinary equaliser bands that bring a mix nearer to the long-term tone of a reference.
//!
//! The difference of the two in sixth octaves, less its mean, is shrunk where the songs themselves do not determine it,
//! smoothed, and limited. Bands are added one at a time, each where it helps most, and all are refined together after each. How many
//! are kept is decided by what they do for seconds that were not looked at: beyond that number bands follow the
//! song, not its tone.

use garnish_engine::Settings;
use garnish_engine::analysis::{BandStatistics, Difference, Part, differences};
use garnish_engine::eq::{self, Band, Shape};
use garnish_engine::params::by_id;
use garnish_engine::units::count;

/// Most bands that are fitted: as many as the equaliser has.
pub const MAX_BANDS: usize = eq::BANDS;

/// Greatest limit of the change, in dB.
pub const MAX_LIMIT_DB: f64 = 12.0;

/// Where tone is matched, in Hz. Beyond, recordings hold rumble and the edges of codecs.
const RANGE_HZ: std::ops::Range<f64> = 25.0..18_000.0;

/// Error in dB that is nothing to mend, added to the uncertainty of each band.
const FLOOR_DB: f64 = 0.5;

/// Least gain of a band that is kept, in dB.
const LEAST_GAIN_DB: f64 = 0.2;

/// A further band must lower the mean square error on unseen seconds by this factor.
const WORTHWHILE: f64 = 0.96;

/// Q of bells that are tried first, then refined between the first and the last.
const BELL_QS: [f64; 5] = [0.5, 0.8, 1.2, 1.8, 2.8];

/// Q of shelves: the steepest that does not overshoot.
const SHELF_Q: f64 = std::f64::consts::FRAC_1_SQRT_2;

/// How to match.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// Share of the difference that is made up for, in percent, 0 to 100.
    pub amount_percent: f64,
    /// Greatest change in dB at any frequency, 0 to [`MAX_LIMIT_DB`].
    pub limit_db: f64,
    /// Width of the smoothing in octaves, 1/12 to 1.
    pub smoothing_octaves: f64,
    /// Most bands, 0 to [`MAX_BANDS`]: those that are free in the equaliser.
    pub bands: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { amount_percent: 100.0, limit_db: 6.0, smoothing_octaves: 1.0 / 3.0, bands: MAX_BANDS }
    }
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// The bands, in order of frequency.
    pub bands: Vec<Band>,
    /// Root mean square of the tonal difference before, in dB.
    pub before_db: f64,
    /// The same after, as the bands' curves predict it.
    pub after_db: f64,
    /// True where the number of bands was the limit: more would have come nearer on unseen seconds.
    pub wants_more: bool,
}

/// Fits bands that bring `mix` nearer to `reference`. Loudness plays no part: only what differs between frequencies counts.
pub fn match_tone(mix: &BandStatistics, reference: &BandStatistics, options: &Options) -> Match {
    let target = Target::new(mix, reference, options);
    let most = options.bands.min(MAX_BANDS);
    let (mixes, references) = (mix.halves(), reference.halves());
    let halves: Vec<_> =
        mixes.iter().zip(&references).map(|(mix, reference)| Target::new(mix, reference, options)).collect();
    // what a fit to one half does for the other, for each number of bands
    let mut unseen = vec![0.0; most + 1];
    for (seen, other) in [(0, 1), (1, 0)] {
        for (n, fit) in halves[seen].fits(most).iter().enumerate() {
            unseen[n] += halves[other].mean_square(fit);
        }
    }
    let kept = (1..=most).take_while(|n| unseen[*n] < WORTHWHILE * unseen[n - 1]).last().unwrap_or(0);
    let mut bands = target.fits(kept).pop().unwrap_or_default();
    bands.retain(|band| band.gain_db.abs() >= LEAST_GAIN_DB);
    bands.sort_by(|a, b| a.freq_hz.total_cmp(&b.freq_hz));
    Match {
        before_db: target.mean_square(&[]).sqrt(),
        after_db: target.mean_square(&bands).sqrt(),
        wants_more: kept == most && most > 0 && target.mean_square(&bands).sqrt() > FLOOR_DB,
        bands,
    }
}

/// Numbers, from 0, of the equaliser's bands that a match may use: those that are off, and those whose gain of 0 dB changes nothing.
pub fn free_bands(settings: &Settings) -> Vec<usize> {
    let bands = settings.eq.stage.bands.iter().enumerate();
    bands.filter(|(_, b)| !b.on || (b.shape.has_gain() && b.gain_db == 0.0)).map(|(n, _)| n).collect()
}

/// Puts bands into the free ones of the equaliser, in order of frequency, and switches the equaliser on. What else it does stays as
/// it is; bands for which there is no room are left out.
pub fn apply(settings: &mut Settings, bands: &[Band]) {
    for (n, band) in free_bands(settings).into_iter().zip(bands) {
        let shape = count(Shape::ALL.iter().position(|shape| *shape == band.shape).unwrap_or(0));
        let values =
            [("shape", shape), ("freq", band.freq_hz), ("gain", band.gain_db), ("q", band.q), ("on", 1.0)];
        for (what, value) in values {
            if let Some(param) = by_id(&format!("eq_band_{what}_{}", n + 1)) {
                param.set(settings, value);
            }
        }
    }
    settings.eq.on |= !bands.is_empty();
}

/// Root mean square of the differences where tone is matched, in dB, each weighted by how certain it is; their common offset is taken
/// out, as it is loudness and not tone.
pub fn distance_db(differences: &[Difference]) -> f64 {
    Target::unsmoothed(differences).mean_square(&[]).sqrt()
}

/// A curve to be reached.
struct Target {
    hz: Vec<f64>,
    db: Vec<f64>,
    weights: Vec<f64>,
    limit_db: f64,
}

impl Target {
    fn new(mix: &BandStatistics, reference: &BandStatistics, options: &Options) -> Self {
        let found = differences(reference, mix, Part::Both, 0.0);
        let mut target = Self::unsmoothed(&found);
        let level_db = target.mean(&target.db);
        target.limit_db = options.limit_db.clamp(0.0, MAX_LIMIT_DB);
        target.db = found
            .iter()
            .filter(|d| RANGE_HZ.contains(&d.centre_hz()))
            .map(|d| Difference { db: d.db - level_db, ..*d }.shrunk_db())
            .collect();
        target.smooth(options.smoothing_octaves.clamp(1.0 / 12.0, 1.0));
        let share = (0.01 * options.amount_percent).clamp(0.0, 1.0);
        for db in &mut target.db {
            *db = (share * *db).clamp(-target.limit_db, target.limit_db);
        }
        target
    }

    fn unsmoothed(differences: &[Difference]) -> Self {
        let inside = differences.iter().filter(|d| RANGE_HZ.contains(&d.centre_hz()));
        let (mut hz, mut db, mut weights) = (Vec::new(), Vec::new(), Vec::new());
        for difference in inside {
            hz.push(difference.centre_hz());
            db.push(difference.db);
            let variance = difference.uncertainty_db.powi(2) + FLOOR_DB * FLOOR_DB;
            weights.push(if variance.is_finite() { 1.0 / variance } else { 0.0 });
        }
        Self { hz, db, weights, limit_db: MAX_LIMIT_DB }
    }

    /// Gaussian smoothing over the logarithm of frequency, `octaves` wide at half height; what is certain counts most.
    fn smooth(&mut self, octaves: f64) {
        let width = 4.0 * std::f64::consts::LN_2 / (octaves * octaves);
        let smoothed = self.hz.iter().map(|centre| {
            let (mut sum, mut weight) = (0.0, 0.0);
            for ((hz, db), certainty) in self.hz.iter().zip(&self.db).zip(&self.weights) {
                let w = certainty * (-width * (hz / centre).log2().powi(2)).exp();
                sum += w * db;
                weight += w;
            }
            if weight > 0.0 { sum / weight } else { 0.0 }
        });
        self.db = smoothed.collect();
    }

    /// The best bands for each number from 0 to `most`.
    fn fits(&self, most: usize) -> Vec<Vec<Band>> {
        let mut bands = Vec::new();
        let mut fits = vec![bands.clone()];
        for _ in 0..most {
            if let Some(band) = self.best_addition(&bands) {
                bands.push(band);
                self.refine(&mut bands);
            }
            fits.push(bands.clone());
        }
        fits
    }

    /// The band that lowers the error most, of bells and shelves at every frequency; none where the error is 0.
    fn best_addition(&self, bands: &[Band]) -> Option<Band> {
        let residual = self.residual(bands);
        let mut best = (self.spread(&residual), None);
        let bells = BELL_QS.map(|q| (Shape::Bell, q));
        let shapes = bells.into_iter().chain([(Shape::LowShelf, SHELF_Q), (Shape::HighShelf, SHELF_Q)]);
        for (shape, q) in shapes {
            for hz in &self.hz {
                let unit = self.curve(&band(shape, *hz, 1.0, q));
                let gain_db = self.projection(&residual, &unit);
                let candidate = band(shape, *hz, gain_db.clamp(-self.limit_db, self.limit_db), q);
                let left: Vec<_> = residual.iter().zip(self.curve(&candidate)).map(|(r, c)| r - c).collect();
                let error = self.spread(&left);
                if error < best.0 - 1e-9 {
                    best = (error, Some(candidate));
                }
            }
        }
        best.1
    }

    /// Moves frequency, gain and Q of all bands by shrinking steps while the error falls (Hooke and Jeeves, "Direct search solution
    /// of numerical and statistical problems", J. ACM 8 (1961)).
    fn refine(&self, bands: &mut [Band]) {
        let mut curves: Vec<_> = bands.iter().map(|band| self.curve(band)).collect();
        let mut left = self.residual(bands);
        let mut error = self.spread(&left);
        let mut step = 1.0;
        while step > 0.01 {
            let before = error;
            for (n, band) in bands.iter_mut().enumerate() {
                for moved in self.moves(band, step) {
                    let curve = self.curve(&moved);
                    let now: Vec<_> = left
                        .iter()
                        .zip(&curves[n])
                        .zip(&curve)
                        .map(|((l, old), new)| l + old - new)
                        .collect();
                    let spread = self.spread(&now);
                    if spread < error {
                        (*band, curves[n], left, error) = (moved, curve, now, spread);
                        break;
                    }
                }
            }
            if error > 0.999 * before {
                step *= 0.5;
            }
        }
    }

    /// The neighbours of a band: a step of 1 is a third of an octave, 2 dB, or half as much Q again.
    fn moves(&self, band: &Band, step: f64) -> impl Iterator<Item = Band> + use<> {
        let (from, limit_db) = (*band, self.limit_db);
        let bell = band.shape == Shape::Bell;
        [1.0, -1.0].into_iter().flat_map(move |sign| {
            let s = sign * step;
            let by = |freq: f64, gain: f64, q: f64| {
                let mut moved = from;
                moved.freq_hz = (from.freq_hz * 2_f64.powf(freq / 3.0)).clamp(RANGE_HZ.start, RANGE_HZ.end);
                moved.gain_db = (from.gain_db + 2.0 * gain).clamp(-limit_db, limit_db);
                if bell {
                    moved.q = (from.q * 1.5_f64.powf(q)).clamp(BELL_QS[0], BELL_QS[BELL_QS.len() - 1]);
                }
                moved
            };
            [by(s, 0.0, 0.0), by(0.0, s, 0.0), by(0.0, 0.0, s)]
        })
    }

    /// The curve of one band in dB.
    fn curve(&self, band: &Band) -> Vec<f64> {
        let mut settings = eq::Settings::default();
        settings.bands.iter_mut().for_each(|band| band.on = false);
        settings.bands[0] = *band;
        self.hz.iter().map(|hz| eq::prototype_db(&settings, *hz)).collect()
    }

    fn residual(&self, bands: &[Band]) -> Vec<f64> {
        let mut left = self.db.clone();
        for band in bands {
            left.iter_mut().zip(self.curve(band)).for_each(|(left, curve)| *left -= curve);
        }
        left
    }

    /// The gain that takes most of `unit` out of `residual`, a common offset aside.
    fn projection(&self, residual: &[f64], unit: &[f64]) -> f64 {
        let (r0, u0) = (self.mean(residual), self.mean(unit));
        let (mut product, mut power) = (0.0, 0.0);
        for ((r, u), w) in residual.iter().zip(unit).zip(&self.weights) {
            product += w * (r - r0) * (u - u0);
            power += w * (u - u0).powi(2);
        }
        if power > 0.0 { product / power } else { 0.0 }
    }

    fn mean(&self, values: &[f64]) -> f64 {
        let total: f64 = self.weights.iter().sum();
        let sum: f64 = values.iter().zip(&self.weights).map(|(x, w)| w * x).sum();
        if total > 0.0 { sum / total } else { 0.0 }
    }

    /// Weighted variance: the mean square once the common offset is gone.
    fn spread(&self, values: &[f64]) -> f64 {
        let mean = self.mean(values);
        self.mean(&values.iter().map(|x| (x - mean).powi(2)).collect::<Vec<_>>())
    }

    fn mean_square(&self, bands: &[Band]) -> f64 {
        self.spread(&self.residual(bands))
    }
}

fn band(shape: Shape, freq_hz: f64, gain_db: f64, q: f64) -> Band {
    Band { on: true, shape, freq_hz, gain_db, q, ..eq::Settings::default().bands[0] }
}
