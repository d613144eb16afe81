//! Flat tops: peaks that were cut off before the audio came here.

/// Lower limit of full scale: the largest positive sample of a 16-bit file.
pub const FULL_SCALE: f64 = 32_767.0 / 32_768.0;

/// Number of equal samples in a row that make a flat top. A peak of a wave normalised to full scale touches its extreme with one
/// sample, rarely two.
pub const CLIP_SAMPLES: usize = 3;

/// Least step beside a flat top below full scale, as a part of its level: the rounded top of a slow wave in few bits falls by one
/// step of the format, at most half as much as this at [`LEAST_LEVEL`] in 16 bits.
const LEAST_EDGE: f64 = 1e-3;

/// Least level of a flat top below full scale, 24 dB below it: under this the steps of a 16-bit format look like edges.
const LEAST_LEVEL: f64 = 1.0 / 16.0;

/// Counts flat tops of one channel: runs of at least [`CLIP_SAMPLES`] equal samples at full scale, or at the extreme of all that was
/// measured, as left by a clipper whose output was turned down or stored as floats. Samples above full scale that differ from each other
/// are intact and do not count.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct FlatTops {
    positive: Side,
    negative: Side,
}

/// One polarity; samples of the other one are negative here.
#[derive(Clone, Copy, Debug, Default)]
struct Side {
    last: f64,
    /// Length of the run of samples that equal the last one, and the sample before that run.
    run: usize,
    before: f64,
    counted: bool,
    extreme: f64,
    at_full_scale: usize,
    /// Flat tops below or above full scale; forgotten when a sample goes beyond the extreme, which shows that nothing was cut there.
    at_extreme: usize,
}

impl FlatTops {
    /// Takes the next samples, whose greatest magnitude is `peak`.
    pub(super) fn push(&mut self, samples: &[f64], peak: f64) {
        for (side, sign) in [(&mut self.positive, 1.0), (&mut self.negative, -1.0)] {
            if peak < side.extreme.min(FULL_SCALE) {
                side.skip(sign * samples.last().copied().unwrap_or(side.last * sign));
            } else {
                for sample in samples {
                    side.push(sign * sample);
                }
            }
        }
    }

    /// Number of flat tops so far.
    pub(super) fn count(&self) -> usize {
        [self.positive, self.negative].iter().map(|side| side.at_full_scale + side.at_extreme).sum()
    }
}

impl Side {
    /// Passes over samples below the extreme, the last of which is `last`.
    fn skip(&mut self, last: f64) {
        self.end_run(last);
        self.before = last;
        self.last = last;
        self.run = 1;
        self.counted = false;
    }

    fn push(&mut self, sample: f64) {
        if sample == self.last {
            self.run += 1;
            self.count(self.last - self.before);
        } else {
            self.end_run(sample);
            self.before = self.last;
            self.last = sample;
            self.run = 1;
            self.counted = false;
        }
        if sample > self.extreme {
            self.extreme = sample;
            self.at_extreme = 0;
        }
    }

    /// Ends the run before `sample`, whose other edge may be the steep one.
    fn end_run(&mut self, sample: f64) {
        self.count(self.last - sample);
    }

    /// Counts the current run once, if it is a flat top with this step beside it.
    fn count(&mut self, edge: f64) {
        if self.counted || self.run < CLIP_SAMPLES {
            return;
        }
        if (FULL_SCALE..=1.0).contains(&self.last) {
            self.at_full_scale += 1;
            self.counted = true;
        } else if self.last == self.extreme && self.last >= LEAST_LEVEL && edge >= LEAST_EDGE * self.last {
            self.at_extreme += 1;
            self.counted = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{count, whole};

    fn tops(samples: &[f64]) -> usize {
        let mut tops = FlatTops::default();
        for piece in samples.chunks(120) {
            tops.push(piece, piece.iter().fold(0.0, |peak, x| x.abs().max(peak)));
        }
        tops.count()
    }

    /// A second at 48 kHz.
    fn sine(hz: f64, gain: f64) -> Vec<f64> {
        (0..48_000).map(|n| gain * (0.3 + std::f64::consts::TAU * hz * count(n) / 48_000.0).sin()).collect()
    }

    fn clipped(samples: &[f64], limit: f64) -> Vec<f64> {
        samples.iter().map(|x| x.clamp(-limit, limit)).collect()
    }

    #[test]
    fn an_intact_wave_has_none_whatever_its_level() {
        for gain in [0.05, 0.5, 1.0, 1.5, 40.0] {
            assert_eq!(tops(&sine(997.0, gain)), 0, "{gain}");
        }
    }

    #[test]
    fn each_cut_peak_counts_once_at_any_level() {
        for limit in [0.1, 0.5, FULL_SCALE, 1.0, 2.0] {
            // 100 periods with two cut peaks each
            assert_eq!(tops(&clipped(&sine(100.0, 1.5 * limit), limit)), 200, "{limit}");
        }
    }

    #[test]
    fn a_greater_peak_shows_that_the_flat_ones_below_it_were_no_cut() {
        let mut samples = clipped(&sine(100.0, 0.6), 0.5);
        samples.extend(sine(997.0, 0.9));
        assert_eq!(tops(&samples), 0);
        samples.splice(0..0, clipped(&sine(100.0, 1.5), 1.0));
        assert_eq!(tops(&samples), 200, "cuts at full scale stay");
    }

    #[test]
    fn rounded_tops_of_slow_waves_in_16_bits_do_not_count() {
        let steps = |x: f64| (count(whole((x + 2.0) * 32_768.0 + 0.5)) / 32_768.0) - 2.0;
        for gain in [0.01, 0.07, 0.3, 0.9] {
            let samples: Vec<f64> = sine(20.0, gain).into_iter().map(steps).collect();
            assert_eq!(tops(&samples), 0, "{gain}");
        }
    }
}
