//! Equiripple FIR design: the shortest linear-phase filter for a specification.
//!
//! The Remez exchange on a grid of frequencies, in barycentric form, of J. H. `McClellan`, T. W. Parks, L. R. Rabiner, "A computer
//! program for designing optimum FIR linear phase digital filters" (1973). It allocates and takes milliseconds: for `prepare` only.

use std::f64::consts::PI;

use crate::units::{count, whole};

/// A low-pass specification; frequencies are fractions of the sample rate the filter runs at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LowPass {
    /// End of the pass-band.
    pub pass: f64,
    /// Start of the stop-band.
    pub stop: f64,
    /// Greatest error in the pass-band, relative to 1.
    pub ripple: f64,
    /// Greatest gain in the stop-band.
    pub leak: f64,
}

impl LowPass {
    /// The shortest symmetric filter of odd length that meets the specification.
    pub fn design(&self) -> Vec<f64> {
        // Kaiser's estimate of the length (same source), from where the search goes up
        let decades = -10.0 * (self.ripple * self.leak).log10();
        let mut half_length = whole((decades - 13.0) / (14.6 * (self.stop - self.pass)) / 2.0 - 1.5).max(1);
        loop {
            let problem = Problem {
                bands: vec![
                    Band { from: 0.0, to: self.pass, value: 1.0, tolerance: self.ripple },
                    Band { from: self.stop, to: 0.5, value: 0.0, tolerance: self.leak },
                ],
                terms: half_length + 1,
                odd: true,
            };
            let (taps, error) = problem.solve();
            if error <= 1.0 || half_length >= LONGEST {
                return taps;
            }
            half_length += 1;
        }
    }
}

/// The shortest half-band filter that passes up to `pass` with an error of at most `ripple`, and stops as well from 1/2 - `pass` on:
/// every second tap is zero but the centre, which is 1/2.
///
/// H(z) = (z^-c + G(z²)) / 2 with an all-pass-band G of even length: Vaidyanathan, Nguyen, "A trick for the design of FIR half-band
/// filters" (1987).
pub fn half_band(pass: f64, ripple: f64) -> Vec<f64> {
    let band = Band { from: 0.0, to: 2.0 * pass, value: 1.0, tolerance: 2.0 * ripple };
    let mut terms = whole((-20.0 * ripple.log10() - 13.0) / (14.6 * (0.5 - 2.0 * pass)) / 4.0 - 1.0).max(1);
    loop {
        let (others, error) = Problem { bands: vec![band], terms, odd: false }.solve();
        if error <= 1.0 || terms >= LONGEST {
            let mut taps: Vec<f64> = others.iter().flat_map(|tap| [0.5 * tap, 0.0]).collect();
            taps.pop();
            let centre = taps.len() / 2;
            taps[centre] = 0.5;
            return taps;
        }
        terms += 1;
    }
}

/// Where the search for a length ends: no specification here comes near.
const LONGEST: usize = 400;

/// Frequencies in the grid for each term of the cosine sum.
const DENSITY: f64 = 16.0;

#[derive(Clone, Copy, Debug)]
struct Band {
    from: f64,
    to: f64,
    value: f64,
    tolerance: f64,
}

/// The approximation of the bands by a sum of `terms` cosines, times cos (w/2) where the length is even.
struct Problem {
    bands: Vec<Band>,
    terms: usize,
    odd: bool,
}

/// A frequency of the grid: cosine, wanted value, weight, and whether it ends a band.
#[derive(Clone, Copy)]
struct Point {
    x: f64,
    wanted: f64,
    weight: f64,
}

impl Problem {
    /// The taps, and the greatest error in units of the tolerances.
    fn solve(&self) -> (Vec<f64>, f64) {
        let grid = self.grid();
        let last = count(grid.len() - 1);
        let mut extremes: Vec<usize> =
            (0..=self.terms).map(|n| whole(last * count(n) / count(self.terms))).collect();
        let mut sum = CosineSum::through(&grid, &extremes);
        let mut worst = f64::INFINITY;
        for _ in 0..60 {
            let errors: Vec<f64> = grid.iter().map(|p| p.weight * (p.wanted - sum.at(p.x))).collect();
            worst = errors.iter().fold(0.0, |worst, e| e.abs().max(worst));
            if worst <= sum.deviation.abs() * 1.001 {
                break;
            }
            let next = alternating(&errors, self.terms + 1);
            if next.len() <= self.terms || next == extremes {
                break;
            }
            extremes = next;
            sum = CosineSum::through(&grid, &extremes);
        }
        (self.taps(&sum), worst)
    }

    fn grid(&self) -> Vec<Point> {
        let total: f64 = self.bands.iter().map(|band| band.to - band.from).sum();
        let mut grid = Vec::new();
        for band in &self.bands {
            let steps = (DENSITY * count(self.terms) * (band.to - band.from) / total).ceil();
            for n in 0..=whole(steps) {
                let w = 2.0 * PI * (band.from + (band.to - band.from) * count(n) / steps);
                let factor = if self.odd { 1.0 } else { (0.5 * w).cos() };
                grid.push(Point { x: w.cos(), wanted: band.value / factor, weight: factor / band.tolerance });
            }
        }
        grid
    }

    /// Taps from the amplitude at evenly spaced frequencies: the inverse Fourier transform of a symmetric sequence.
    fn taps(&self, sum: &CosineSum) -> Vec<f64> {
        let length = if self.odd { 2 * self.terms - 1 } else { 2 * self.terms };
        let amplitudes: Vec<f64> = (0..self.terms)
            .map(|k| {
                let w = 2.0 * PI * count(k) / count(length);
                sum.at(w.cos()) * if self.odd { 1.0 } else { (0.5 * w).cos() }
            })
            .collect();
        let centre = count(length - 1) / 2.0;
        let tap = |n: usize| {
            let terms = amplitudes.iter().enumerate().skip(1);
            let rest: f64 = terms
                .map(|(k, a)| 2.0 * a * (2.0 * PI * count(k) * (count(n) - centre) / count(length)).cos())
                .sum();
            (amplitudes[0] + rest) / count(length)
        };
        (0..length).map(|n| tap(n.min(length - 1 - n))).collect()
    }
}

/// The sum of cosines through some points with errors of equal size and alternating sign, by barycentric interpolation in x = cos w.
struct CosineSum {
    nodes: Vec<(f64, f64, f64)>,
    deviation: f64,
}

impl CosineSum {
    fn through(grid: &[Point], extremes: &[usize]) -> Self {
        let points: Vec<Point> = extremes.iter().map(|n| grid[*n]).collect();
        // distances are doubled: their product then stays near 1 on an interval of length 2
        let weights: Vec<f64> = points
            .iter()
            .map(|p| points.iter().filter(|q| q.x != p.x).map(|q| 0.5 / (p.x - q.x)).product())
            .collect();
        let sign = |n: usize| if n.is_multiple_of(2) { 1.0 } else { -1.0 };
        let terms = || points.iter().zip(&weights).enumerate();
        let above: f64 = terms().map(|(_, (p, w))| w * p.wanted).sum();
        let below: f64 = terms().map(|(n, (p, w))| sign(n) * w / p.weight).sum();
        let deviation = above / below;
        // the last point is determined by the others
        let last = points[points.len() - 1].x;
        let nodes = terms()
            .take(points.len() - 1)
            .map(|(n, (p, w))| (p.x, w * (p.x - last), p.wanted - sign(n) * deviation / p.weight))
            .collect();
        Self { nodes, deviation }
    }

    fn at(&self, x: f64) -> f64 {
        let (mut above, mut below) = (0.0, 0.0);
        for (node, weight, value) in &self.nodes {
            if x == *node {
                return *value;
            }
            let share = weight / (x - node);
            above += share * value;
            below += share;
        }
        above / below
    }
}

/// The `wanted` largest errors of alternating sign, in order: fewer if there are no more.
fn alternating(errors: &[f64], wanted: usize) -> Vec<usize> {
    let mut found: Vec<usize> = Vec::new();
    for (n, error) in errors.iter().enumerate() {
        let falls_before = n == 0 || errors[n - 1].abs() <= error.abs() || errors[n - 1] * error < 0.0;
        let falls_after = errors.get(n + 1).is_none_or(|next| next.abs() < error.abs() || next * error < 0.0);
        if !(falls_before && falls_after) {
            continue;
        }
        match found.last_mut() {
            Some(last) if errors[*last] * error > 0.0 => {
                if errors[*last].abs() < error.abs() {
                    *last = n;
                }
            }
            _ => found.push(n),
        }
    }
    while found.len() > wanted {
        let size = |n: usize| errors[found[n]].abs();
        if size(0) < size(found.len() - 1) {
            found.remove(0);
        } else {
            found.pop();
        }
    }
    found
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Magnitude of taps at a frequency, as a fraction of the sample rate: the definition.
    pub(crate) fn magnitude(taps: &[f64], frequency: f64) -> f64 {
        let (mut re, mut im) = (0.0, 0.0);
        for (n, tap) in taps.iter().enumerate() {
            let angle = 2.0 * PI * frequency * count(n);
            re += tap * angle.cos();
            im += tap * angle.sin();
        }
        re.hypot(im)
    }

    /// Greatest pass-band error (relative to 1) and greatest stop-band gain.
    pub(crate) fn errors(taps: &[f64], (pass, stop): (f64, f64)) -> (f64, f64) {
        let grid = |from: f64, to: f64| (0..=400).map(move |n| from + (to - from) * f64::from(n) / 400.0);
        let pass = grid(0.0, pass).map(|f| (magnitude(taps, f) - 1.0).abs()).fold(0.0, f64::max);
        let stop = grid(stop, 0.5).map(|f| magnitude(taps, f)).fold(0.0, f64::max);
        (pass, stop)
    }

    #[test]
    fn low_pass_meets_its_figures_and_none_shorter_does() {
        for (pass, stop) in [(20.0 / 96.0, 0.25), (20.0 / 88.2, 0.25), (0.1, 0.3)] {
            for (ripple, leak) in [(1e-3, 1e-4), (3e-4, 1e-5), (3e-4, 1e-6)] {
                let filter = LowPass { pass, stop, ripple, leak };
                let taps = filter.design();
                println!("{pass} {leak} {}", taps.len());
                let (pass_error, stop_error) = errors(&taps, (pass, stop));
                assert!(pass_error < 1.01 * ripple, "{pass} {ripple} {leak}: {pass_error}");
                assert!(stop_error < 1.01 * leak, "{pass} {ripple} {leak}: {stop_error}");
            }
        }
    }

    #[test]
    fn half_bands_meet_their_figures() {
        for ripple in [1e-4, 1e-5, 1e-6] {
            for pass in [20.0 / 96.0, 20.0 / 88.2, 0.125, 0.0625, 0.03125] {
                let taps = half_band(pass, ripple);
                println!("{pass} {ripple} {}", taps.len());
                let (pass_error, stop_error) = errors(&taps, (pass, 0.5 - pass));
                assert!(
                    pass_error < 1.01 * ripple && stop_error < 1.01 * ripple,
                    "{pass}: {pass_error} {stop_error}"
                );
                let centre = taps.len() / 2;
                assert_eq!(taps[centre], 0.5);
                assert!(taps.iter().enumerate().all(|(n, tap)| n % 2 == 0 || n == centre || *tap == 0.0));
            }
        }
    }
}
