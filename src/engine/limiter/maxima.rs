//! Sliding maxima of the need, over windows of several lengths.

use crate::dsp::History;
use crate::limiter::detector::CHUNK;

/// Sliding maxima over several windows at once: `y[n] = max(x[n - window + 1], ..., x[n])`, exactly, at every sample.
///
/// Maxima over 1, 2, 4, 8, ... samples are built from one another, each by comparing two samples of the one before; a window of
/// any length is covered by two overlapping spans of the longest power of two within it. No value depends on where a block
/// or the stream began, and every step is a loop over a whole chunk, which the compiler vectorises.
/// Before the first sample the need was 1.
#[derive(Clone, Debug, Default)]
pub struct Maxima {
    /// Level k holds the maxima over 2^k samples, and 2^k samples of their past.
    levels: Vec<History<f32>>,
}

impl Maxima {
    /// Makes room for windows of up to `longest` samples and forgets the past. Allocates.
    pub fn prepare(&mut self, longest: usize) {
        self.levels = (0..=level(longest)).map(|k| History::new(1 << k)).collect();
        self.reset();
    }

    /// Forgets the past.
    pub fn reset(&mut self) {
        self.levels.iter_mut().for_each(|line| line.fill(1.0));
    }

    /// Takes over the past of another one with as much room. Never allocates.
    pub fn copy_from(&mut self, other: &Self) {
        for (line, other) in self.levels.iter_mut().zip(&other.levels) {
            line.copy_from(other);
        }
    }

    /// Takes up to [`CHUNK`] samples; returns their maxima over each of the windows.
    pub fn process<const WINDOWS: usize>(
        &mut self,
        input: &[f32],
        windows: [usize; WINDOWS],
    ) -> [[f32; CHUNK]; WINDOWS] {
        let frames = input.len();
        let mut outputs = [[1.0_f32; CHUNK]; WINDOWS];
        let mut maxima = [1.0_f32; CHUNK];
        maxima[..frames].copy_from_slice(input);
        for (k, line) in self.levels.iter_mut().enumerate() {
            let span = 1 << k;
            let line = line.append(frames);
            line[span..].copy_from_slice(&maxima[..frames]);
            for (window, output) in windows.iter().zip(&mut outputs) {
                if level(*window) == k {
                    greater_of(&line[span..], &line[2 * span - window..], &mut output[..frames]);
                }
            }
            greater_of(&line[span..], line, &mut maxima[..frames]);
        }
        outputs
    }
}

/// Exponent of the longest power of two within a window of 1 or more.
fn level(window: usize) -> usize {
    usize::try_from(window.max(1).ilog2()).unwrap_or(0)
}

/// The greater of two lines, sample by sample.
#[inline]
fn greater_of(a: &[f32], b: &[f32], greater: &mut [f32]) {
    for ((a, b), greater) in a.iter().zip(b).zip(greater) {
        *greater = if a > b { *a } else { *b };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers from 1 to 16, so that equal neighbours occur: a linear congruential generator (Knuth, MMIX).
    fn noise(n: usize) -> Vec<f32> {
        let mut state = 5_u64;
        (0..n)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                f32::from(u16::try_from(state >> 60).unwrap()) + 1.0
            })
            .collect()
    }

    fn agrees_with_the_naive_maximum<const WINDOWS: usize>(windows: [usize; WINDOWS]) {
        let signal = noise(3_000);
        let mut maxima = Maxima::default();
        maxima.prepare(200);
        let mut at = 0;
        for frames in [64, 1, 3, 57, 64, 2].into_iter().cycle() {
            let end = signal.len().min(at + frames);
            let outputs = maxima.process(&signal[at..end], windows);
            for (output, window) in outputs.iter().zip(windows) {
                for n in at..end {
                    let span = &signal[(n + 1).saturating_sub(window)..=n];
                    let naive = span.iter().fold(1.0_f32, |peak, x| peak.max(*x));
                    assert_eq!(output[n - at], naive, "window {window}, sample {n}");
                }
            }
            at = end;
            if at == signal.len() {
                break;
            }
        }
    }

    #[test]
    fn every_window_agrees_with_the_naive_maximum() {
        agrees_with_the_naive_maximum([1, 2, 3, 4, 5, 7]);
        agrees_with_the_naive_maximum([64, 100, 127, 128, 129, 200]);
        agrees_with_the_naive_maximum([200, 1, 64]);
    }

    #[test]
    fn reset_forgets() {
        let mut maxima = Maxima::default();
        maxima.prepare(10);
        maxima.process(&[9.0], [10]);
        maxima.reset();
        let [output] = maxima.process(&[2.0], [10]);
        assert_eq!(output[0], 2.0);
    }
}
