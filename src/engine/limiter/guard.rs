//! Finds content near Nyquist.

use crate::dsp::History;
use crate::limiter::detector::CHUNK;
use crate::units::narrow;

/// Measures content near Nyquist: the magnitude of the signal times (-1)^n, low-passed by two running means of 16 samples.
///
/// Each mean of 16 is four sums of two: no recursion, so nothing drifts, and the sums are computed side by side.
#[derive(Clone, Debug)]
pub struct Guard {
    past: History<f32>,
}

/// Samples of the past that a reading needs.
const PAST: usize = 30;

impl Default for Guard {
    fn default() -> Self {
        Self { past: History::new(PAST) }
    }
}

impl Guard {
    /// Forgets the past.
    pub fn reset(&mut self) {
        self.past.reset();
    }

    /// Takes up to [`CHUNK`] samples, raises each of `most` to their reading.
    pub fn process(&mut self, input: &[f64], most: &mut [f32; CHUNK]) {
        let line = self.past.append(input.len());
        for (slot, x) in line[PAST..].iter_mut().zip(input) {
            *slot = narrow(*x);
        }
        let mut sums = [0.0; CHUNK + PAST];
        let sums = &mut sums[..line.len()];
        sums.copy_from_slice(line);
        // (-1)^n: neighbours are subtracted; two, four and eight samples away the sign is the same
        for _ in 0..2 {
            add_neighbour(sums, 1, -1.0);
            add_neighbour(sums, 2, 1.0);
            add_neighbour(sums, 4, 1.0);
            add_neighbour(sums, 8, 1.0);
        }
        for (most, sum) in most.iter_mut().zip(&sums[PAST..]) {
            let reading = (sum * (1.0 / 256.0)).abs();
            *most = if reading > *most { reading } else { *most };
        }
    }
}

/// `x[n] += sign * x[n - distance]`, all at once.
#[inline]
fn add_neighbour(x: &mut [f32], distance: usize, sign: f32) {
    for n in (distance..x.len()).rev() {
        x[n] += sign * x[n - distance];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::count;

    fn reading(of_rate: f64) -> f32 {
        let mut guard = Guard::default();
        let mut last = [0.0; CHUNK];
        for start in (0..512).step_by(CHUNK) {
            let tone: Vec<f64> =
                (start..start + CHUNK).map(|n| (std::f64::consts::TAU * of_rate * count(n)).cos()).collect();
            last = [0.0; CHUNK];
            guard.process(&tone, &mut last);
        }
        last.into_iter().fold(0.0, f32::max)
    }

    #[test]
    fn agrees_with_the_definition() {
        for of_rate in [0.5, 0.49, 0.47, 0.45, 0.4, 0.25, 0.1] {
            // magnitude of two running means of 16 at the distance from Nyquist
            let d: f64 = std::f64::consts::PI * (0.5 - of_rate);
            let mean = if d == 0.0 { 1.0 } else { (16.0 * d).sin() / (16.0 * d.sin()) };
            let expected = mean * mean;
            let read = f64::from(reading(of_rate));
            assert!(
                read <= expected + 1e-4 && read >= 0.9 * expected - 1e-4,
                "{of_rate}: {read}, {expected}"
            );
        }
    }
}
