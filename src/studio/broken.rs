//! Samples that no recording holds.

use garnish_engine::units::count;
use serde::Serialize;

/// Greatest magnitude of a sample that is believed: +60 dBFS.
const GREATEST: f32 = 1000.0;

/// Samples that are not numbers, infinite, or beyond +60 dBFS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Broken {
    /// Samples that are NaN or infinite.
    pub not_numbers: u64,
    /// Finite samples beyond +60 dBFS.
    pub beyond_60_dbfs: u64,
    /// Time of the first broken sample, in seconds.
    #[serde(rename = "first_broken_s")]
    pub first_s: Option<f64>,
}

impl Broken {
    /// Counts the broken samples among the first `frames` of the planes and replaces them by silence. `at` is the position of the
    /// planes in the programme, in frames.
    pub fn mend(&mut self, planes: &mut [Vec<f32>], frames: usize, at: usize, sample_rate_hz: u32) {
        for plane in planes {
            let plane = &mut plane[..frames];
            // `&` and not `&&`: without an early exit the loop is vectorised
            if plane.iter().fold(true, |sound, x| sound & (x.abs() <= GREATEST)) {
                continue;
            }
            for (n, sample) in plane.iter_mut().enumerate().filter(|(_, x)| x.is_nan() || x.abs() > GREATEST)
            {
                *if sample.is_finite() { &mut self.beyond_60_dbfs } else { &mut self.not_numbers } += 1;
                let time_s = count(at + n) / f64::from(sample_rate_hz.max(1));
                self.first_s = Some(self.first_s.map_or(time_s, |first_s| first_s.min(time_s)));
                *sample = 0.0;
            }
        }
    }

    /// Says what was found, such as "3 samples were not numbers, first at 0:12.034"; nothing if all samples are sound.
    pub fn sentence(&self) -> Option<String> {
        let first = clock(self.first_s?);
        let samples = |n: u64| if n == 1 { "1 sample was".to_owned() } else { format!("{n} samples were") };
        let found = match (self.not_numbers, self.beyond_60_dbfs) {
            (n, 0) => format!("{} not numbers", samples(n)),
            (0, n) => format!("{} beyond +60 dBFS", samples(n)),
            (n, beyond) => format!("{} not numbers and {beyond} beyond +60 dBFS", samples(n)),
        };
        Some(format!("{found}, first at {first}; silence was put in their place"))
    }
}

/// Minutes, seconds and milliseconds: "0:12.034".
fn clock(time_s: f64) -> String {
    let minutes = (time_s / 60.0).floor();
    // rounded down to the millisecond, so that 59.9999 s is not shown as 60.000
    let seconds = ((time_s - 60.0 * minutes) * 1e3 + 1e-6).floor() / 1e3;
    format!("{minutes:.0}:{seconds:06.3}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_samples_are_counted_told_and_silenced() {
        let mut planes = vec![vec![0.5_f32; 100], vec![-0.5; 100]];
        (planes[0][40], planes[1][34], planes[1][50]) = (f32::NAN, f32::NEG_INFINITY, f32::INFINITY);
        let mut broken = Broken::default();
        broken.mend(&mut planes, 100, 12_000, 1000);
        assert_eq!(broken, Broken { not_numbers: 3, beyond_60_dbfs: 0, first_s: Some(12.034) });
        let sentence = broken.sentence().unwrap();
        assert!(sentence.starts_with("3 samples were not numbers, first at 0:12.034"), "{sentence}");
        assert_eq!(planes.iter().flatten().filter(|x| **x == 0.0).count(), 3);
        planes[0][0] = 1001.0;
        planes[0][1] = 1000.0;
        broken.mend(&mut planes, 100, 150_000, 1000);
        assert_eq!((broken.beyond_60_dbfs, planes[0][0], planes[0][1]), (1, 0.0, 1000.0));
        assert!(broken.sentence().unwrap().contains("3 samples were not numbers and 1 beyond +60 dBFS"));
        assert_eq!(Broken::default().sentence(), None);
        assert_eq!((clock(59.9999), clock(3_725.5)), ("0:59.999".to_owned(), "62:05.500".to_owned()));
    }
}
