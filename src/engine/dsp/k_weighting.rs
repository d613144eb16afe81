//! The K frequency weighting.

use std::f64::consts::PI;

use super::svf::SILENCE;

/// The two filters of ITU-R BS.1770-5 (annex 1, figures 1 to 4), for several channels at once: a shelf of +4 dB for the head,
/// then a high pass at 38 Hz.
///
/// The standard gives coefficients for 48 kHz only. Undoing the bilinear transform gives the analogue prototypes below, and
/// the transform at another rate gives the filter there. What the usual re-derivations leave out: at 48 kHz the high pass is
/// not 0 dB but +0.0432 dB at the top, a constant of the standard that this one keeps at every rate. So the weighting agrees
/// with the standard's to 0.009 dB up to 20 kHz from 44.1 to 384 kHz; at 32, 22.05, 16 and 8 kHz to 0.011, 0.032, 0.067 and 0.29 dB.
#[derive(Clone, Copy, Debug)]
pub struct KWeighting<const CHANNELS: usize> {
    shelf: Section<CHANNELS>,
    high_pass: Section<CHANNELS>,
}

/// The shelf: corner in Hz, quality, gain in dB and the exponent of the middle coefficient; from the 48 kHz
/// coefficients of table 1 by the inverse bilinear transform (Brecht De Man, "Evaluation of implementations of the EBU
/// R128 loudness measurement", AES 145, 2018, section 2.1).
const SHELF_HZ: f64 = 1_681.974_450_955_533;
const SHELF_Q: f64 = 0.707_175_236_955_419_6;
const SHELF_DB: f64 = 3.999_843_853_973_347;
const SHELF_EXPONENT: f64 = 0.499_666_774_154_541_6;
/// The high pass: corner in Hz and quality, likewise from table 2.
const HIGH_PASS_HZ: f64 = 38.135_470_876_024_44;
const HIGH_PASS_Q: f64 = 0.500_327_037_323_877_3;
/// The rate of the standard's coefficients.
const STANDARD_HZ: f64 = 48_000.0;

impl<const CHANNELS: usize> KWeighting<CHANNELS> {
    /// The weighting at a sample rate.
    pub fn new(sample_rate_hz: f64) -> Self {
        Self { shelf: shelf(sample_rate_hz), high_pass: high_pass(sample_rate_hz) }
    }

    /// Forgets.
    pub fn reset(&mut self) {
        self.shelf.state = [[0.0; CHANNELS]; 2];
        self.high_pass.state = [[0.0; CHANNELS]; 2];
    }

    /// Filters frames and gives each to `hear`.
    #[inline]
    pub fn process(
        &mut self,
        frames: impl Iterator<Item = [f64; CHANNELS]>,
        mut hear: impl FnMut([f64; CHANNELS]),
    ) {
        // Copies, so that the compiler keeps states and coefficients in registers.
        let (mut shelf, mut high_pass) = (self.shelf, self.high_pass);
        for x in frames {
            hear(high_pass.next(shelf.next(x)));
        }
        (self.shelf, self.high_pass) = (shelf, high_pass);
    }

    /// Ends decays before their numbers become so small that processors slow down. Call on an absolute sample grid.
    pub fn settle(&mut self) {
        self.shelf.settle();
        self.high_pass.settle();
    }
}

impl KWeighting<2> {
    /// Filters both channels, settles, and returns the sum of squares of each.
    pub fn energy(&mut self, left: &[f64], right: &[f64]) -> [f64; 2] {
        let mut sum = [0.0; 2];
        self.process(left.iter().zip(right).map(|(l, r)| [*l, *r]), |y| {
            sum[0] += y[0] * y[0];
            sum[1] += y[1] * y[1];
        });
        self.settle();
        sum
    }
}

/// A second-order section, transposed direct form II, channels side by side.
#[derive(Clone, Copy, Debug)]
struct Section<const CHANNELS: usize> {
    b: [f64; 3],
    a: [f64; 2],
    state: [[f64; CHANNELS]; 2],
}

impl<const CHANNELS: usize> Section<CHANNELS> {
    fn new(b: [f64; 3], a: [f64; 2]) -> Self {
        Self { b, a, state: [[0.0; CHANNELS]; 2] }
    }

    #[inline]
    fn next(&mut self, x: [f64; CHANNELS]) -> [f64; CHANNELS] {
        let ([b0, b1, b2], [a1, a2]) = (self.b, self.a);
        let [s1, s2] = &mut self.state;
        let mut y = [0.0; CHANNELS];
        for i in 0..CHANNELS {
            y[i] = b0 * x[i] + s1[i];
            // what waits for y comes last
            s1[i] = (b1 * x[i] + s2[i]) - a1 * y[i];
            s2[i] = b2 * x[i] - a2 * y[i];
        }
        y
    }

    fn settle(&mut self) {
        for s in self.state.iter_mut().flatten() {
            if s.abs() < SILENCE {
                *s = 0.0;
            }
        }
    }
}

fn shelf<const CHANNELS: usize>(sample_rate_hz: f64) -> Section<CHANNELS> {
    let k = (PI * SHELF_HZ / sample_rate_hz).tan();
    let high = 10f64.powf(SHELF_DB / 20.0);
    let middle = high.powf(SHELF_EXPONENT);
    let q = k / SHELF_Q;
    let a0 = 1.0 + q + k * k;
    Section::new(
        [(high + middle * q + k * k) / a0, 2.0 * (k * k - high) / a0, (high - middle * q + k * k) / a0],
        [2.0 * (k * k - 1.0) / a0, (1.0 - q + k * k) / a0],
    )
}

fn high_pass<const CHANNELS: usize>(sample_rate_hz: f64) -> Section<CHANNELS> {
    let denominator = |rate_hz: f64| {
        let k = (PI * HIGH_PASS_HZ / rate_hz).tan();
        (k, 1.0 + k / HIGH_PASS_Q + k * k)
    };
    let (k, a0) = denominator(sample_rate_hz);
    // The standard's numerator is 1, -2, 1 at 48 kHz: that fixes the prototype's gain.
    let b = denominator(STANDARD_HZ).1 / a0;
    Section::new([b, -2.0 * b, b], [2.0 * (k * k - 1.0) / a0, (1.0 - k / HIGH_PASS_Q + k * k) / a0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{count, db_from_power};
    use std::f64::consts::TAU;

    /// Tables 1 and 2 of the standard.
    #[test]
    fn coefficients_at_48_khz_are_the_standards() {
        let filter = KWeighting::<2>::new(48_000.0);
        let near = |x: f64, y: f64| assert!((x - y).abs() < 1e-13, "{x} {y}");
        near(filter.shelf.b[0], 1.535_124_859_586_97);
        near(filter.shelf.b[1], -2.691_696_189_406_38);
        near(filter.shelf.b[2], 1.198_392_810_852_85);
        near(filter.shelf.a[0], -1.690_659_293_182_41);
        near(filter.shelf.a[1], 0.732_480_774_215_85);
        assert_eq!(filter.high_pass.b, [1.0, -2.0, 1.0]);
        near(filter.high_pass.a[0], -1.990_047_454_833_98);
        near(filter.high_pass.a[1], 0.990_072_250_366_21);
    }

    fn magnitude_db(filter: &KWeighting<2>, frequency_hz: f64, sample_rate_hz: f64) -> f64 {
        let w = TAU * frequency_hz / sample_rate_hz;
        let power = |c: [f64; 3]| {
            let re = c[0] + c[1] * w.cos() + c[2] * (2.0 * w).cos();
            let im = c[1] * w.sin() + c[2] * (2.0 * w).sin();
            re * re + im * im
        };
        let section = |s: &Section<2>| power(s.b) / power([1.0, s.a[0], s.a[1]]);
        db_from_power(section(&filter.shelf) * section(&filter.high_pass))
    }

    /// The bilinear transform squeezes the shelf at rates for which the standard has no filter.
    #[test]
    fn at_low_rates_the_shelf_is_squeezed_by_so_much() {
        let standard = KWeighting::new(STANDARD_HZ);
        for (rate_hz, tolerance_db) in
            [(8_000.0, 0.29), (16_000.0, 0.067), (22_050.0, 0.032), (32_000.0, 0.011)]
        {
            let filter = KWeighting::new(rate_hz);
            for n in 0..200 {
                let hz = 20.0 * (0.45 * rate_hz / 20.0).powf(count(n) / 200.0);
                let difference =
                    magnitude_db(&filter, hz, rate_hz) - magnitude_db(&standard, hz, STANDARD_HZ);
                assert!(difference.abs() < tolerance_db, "{rate_hz} Hz, {hz} Hz: {difference:.4} dB");
            }
        }
    }

    #[test]
    fn the_weighting_is_the_same_at_every_rate() {
        let standard = KWeighting::new(STANDARD_HZ);
        for (rate_hz, tolerance_db) in
            [(44_100.0, 0.002), (88_200.0, 0.007), (96_000.0, 0.007), (192_000.0, 0.009), (384_000.0, 0.009)]
        {
            let filter = KWeighting::new(rate_hz);
            for n in 0..200 {
                let hz = 20.0 * 1000f64.powf(count(n) / 200.0);
                let difference =
                    magnitude_db(&filter, hz, rate_hz) - magnitude_db(&standard, hz, STANDARD_HZ);
                assert!(difference.abs() < tolerance_db, "{rate_hz} Hz, {hz} Hz: {difference:.4} dB");
            }
        }
    }
}
