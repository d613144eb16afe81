//! Long-term power spectra by Welch's method.
//!
//! Source: P. D. Welch, "The Use of Fast Fourier Transform for the Estimation of Power Spectra", IEEE Trans. Audio
//! Electroacoustics 15 (1967).

use std::fmt;
use std::sync::Arc;

use num_complex::Complex64;
use realfft::{RealFftPlanner, RealToComplex};

use crate::units::{count, db_from_power, gain_from_db, whole};

/// Length of a window in frames: 0.17 s at 48 kHz, bins of 6 Hz.
pub const WINDOW: usize = 8192;

/// Slope at which the long-term spectrum of music looks level, in dB an octave.
pub const TILT_DB_PER_OCTAVE: f64 = 4.5;

/// Collects the mean power spectrum of a stream: Hann windows of [`WINDOW`] frames that overlap by half, averaged over time and
/// channels.
pub struct Welch {
    fft: Arc<dyn RealToComplex<f64>>,
    hann: Vec<f64>,
    /// Frames of each channel that still await a whole window.
    waiting: Vec<Vec<f64>>,
    input: Vec<f64>,
    bins: Vec<Complex64>,
    power: Vec<f64>,
    windows: usize,
    sample_rate_hz: f64,
}

impl fmt::Debug for Welch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Welch").field("windows", &self.windows).finish_non_exhaustive()
    }
}

impl Welch {
    /// Starts an empty spectrum of this many channels at this sample rate in Hz. Allocates.
    pub fn new(sample_rate_hz: f64, channels: usize) -> Self {
        let fft = RealFftPlanner::<f64>::new().plan_fft_forward(WINDOW);
        let bins = fft.make_output_vec();
        Self {
            hann: (0..WINDOW)
                .map(|n| 0.5 - 0.5 * (std::f64::consts::TAU * count(n) / count(WINDOW)).cos())
                .collect(),
            waiting: vec![Vec::with_capacity(WINDOW); channels],
            input: fft.make_input_vec(),
            power: vec![0.0; bins.len()],
            bins,
            fft,
            windows: 0,
            sample_rate_hz,
        }
    }

    /// Adds frames, one slice a channel, all of the same length. Non-finite samples count as silence.
    pub fn push(&mut self, channels: &[&[f64]]) {
        for (channel, mut samples) in channels.iter().copied().enumerate().take(self.waiting.len()) {
            while !samples.is_empty() {
                let taken = samples.len().min(WINDOW - self.waiting[channel].len());
                let (now, later) = samples.split_at(taken);
                let finite = now.iter().map(|x| if x.is_finite() { *x } else { 0.0 });
                self.waiting[channel].extend(finite);
                samples = later;
                if self.waiting[channel].len() == WINDOW {
                    self.add_window(channel);
                    self.waiting[channel].drain(..WINDOW / 2);
                }
            }
        }
    }

    /// Returns the spectrum so far. A stream shorter than one window is padded with silence.
    pub fn finish(mut self) -> Spectrum {
        if self.windows == 0 {
            (0..self.waiting.len()).for_each(|channel| self.add_window(channel));
        }
        // the mean square of a Hann window is 3/8; a real spectrum holds half its power at negative frequencies
        let scale = 2.0 / (0.375 * count(WINDOW).powi(2) * count(self.windows.max(1)));
        Spectrum {
            power: self.power.into_iter().map(|power| power * scale).collect(),
            bin_hz: self.sample_rate_hz / count(WINDOW),
        }
    }

    fn add_window(&mut self, channel: usize) {
        self.input.fill(0.0);
        for ((x, sample), w) in self.input.iter_mut().zip(&self.waiting[channel]).zip(&self.hann) {
            *x = sample * w;
        }
        if self.fft.process(&mut self.input, &mut self.bins).is_ok() {
            self.power.iter_mut().zip(&self.bins).for_each(|(power, bin)| *power += bin.norm_sqr());
            self.windows += 1;
        }
    }
}

/// A mean power spectrum from 0 Hz to half the sample rate.
#[derive(Clone, Debug, PartialEq)]
pub struct Spectrum {
    power: Vec<f64>,
    bin_hz: f64,
}

impl Spectrum {
    /// Mean power of each bin. The sum over all bins is the mean square of the samples.
    pub fn power(&self) -> &[f64] {
        &self.power
    }

    /// Distance between two bins in Hz.
    pub fn bin_hz(&self) -> f64 {
        self.bin_hz
    }

    /// Power in nominal third-octave bands (IEC 61260-1, base ten: 1000 Hz times 10^(n/10)), from 20 Hz up to the last band
    /// below half the sample rate: (centre in Hz, dB). A full-scale sine on all channels reads -3.01 dB.
    pub fn third_octaves(&self) -> Vec<(f64, f64)> {
        let half_band = 10_f64.powf(0.05);
        let nyquist_hz = self.bin_hz * count(self.power.len().saturating_sub(1));
        (-17..=13)
            .map(|n| 1000.0 * 10_f64.powf(f64::from(n) / 10.0))
            .take_while(|hz| hz * half_band < nyquist_hz)
            .map(|hz| (hz, db_from_power(self.band_power(hz / half_band, hz * half_band))))
            .collect()
    }

    /// Mean power density in bands of this width in octaves, at 241 frequencies from 20 Hz to 20 kHz evenly spaced on a
    /// logarithmic axis, tilted by [`TILT_DB_PER_OCTAVE`] around 1 kHz: (Hz, dB).
    pub fn smoothed(&self, octaves: f64) -> Vec<(f64, f64)> {
        let half_band = 2_f64.powf(0.5 * octaves);
        let last_bin = self.power.len().saturating_sub(1);
        let bands = 240;
        (0..=bands)
            .map(|n| {
                let hz = 20.0 * 1000_f64.powf(f64::from(n) / f64::from(bands));
                let (low, high) = (hz / half_band / self.bin_hz, hz * half_band / self.bin_hz);
                // a band narrower than a bin takes the bin it lies in
                let first = whole(low.floor()).max(1);
                let last = whole(high.floor()).max(first).min(last_bin);
                let bins = self.power.get(first..=last).unwrap_or_default();
                let mean = bins.iter().sum::<f64>() / count(bins.len().max(1));
                let tilt = gain_from_db(TILT_DB_PER_OCTAVE * (hz / 1000.0).log2()).powi(2);
                (hz, db_from_power(mean * tilt))
            })
            .filter(|(hz, _)| *hz < self.bin_hz * count(last_bin))
            .collect()
    }

    /// Power between two frequencies in Hz. A bin that lies partly inside counts by the part inside.
    fn band_power(&self, low_hz: f64, high_hz: f64) -> f64 {
        let share = |bin: usize| {
            let (low, high) = ((count(bin) - 0.5) * self.bin_hz, (count(bin) + 0.5) * self.bin_hz);
            ((high.min(high_hz) - low.max(low_hz)) / self.bin_hz).clamp(0.0, 1.0)
        };
        self.power.iter().enumerate().map(|(bin, power)| power * share(bin)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sine(hz: f64, frames: usize) -> Vec<f64> {
        (0..frames).map(|n| (std::f64::consts::TAU * hz * count(n) / 48_000.0).sin()).collect()
    }

    fn spectrum(samples: &[f64], piece: usize) -> Spectrum {
        let mut welch = Welch::new(48_000.0, 1);
        samples.chunks(piece).for_each(|samples| welch.push(&[samples]));
        welch.finish()
    }

    #[test]
    fn the_power_of_a_sine_is_found_whole() {
        for hz in [50.0, 997.0, 12_345.0] {
            let spectrum = spectrum(&sine(hz, 96_000), 96_000);
            let power = spectrum.power();
            let total: f64 = power.iter().sum();
            assert!((total - 0.5).abs() < 0.005, "{hz} Hz: {total}");
            let peak = (0..power.len()).max_by(|a, b| power[*a].total_cmp(&power[*b])).unwrap();
            assert!((count(peak) * spectrum.bin_hz() - hz).abs() <= 6.0, "{hz} Hz");
        }
    }

    #[test]
    fn the_way_a_stream_is_cut_changes_nothing() {
        let samples = sine(441.0, 50_000);
        let whole = spectrum(&samples, 50_000);
        for piece in [1, 100, 4096, 9_999] {
            assert_eq!(spectrum(&samples, piece), whole);
        }
    }

    #[test]
    fn a_sine_fills_one_third_octave() {
        let bands = spectrum(&sine(1_000.0, 96_000), 96_000).third_octaves();
        assert_eq!(bands.len(), 31);
        for (hz, level_db) in bands {
            if (hz - 1_000.0).abs() < 1.0 {
                assert!((level_db + 3.01).abs() < 0.02, "{level_db}");
            } else {
                assert!(level_db < -60.0, "{hz} Hz: {level_db}");
            }
        }
    }

    /// White noise has the same power in each hertz: bands grow by 1 dB each.
    #[test]
    fn white_noise_grows_with_the_width_of_the_bands() {
        let mut state = 1_u64;
        let noise: Vec<f64> = (0..960_000)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                count(usize::try_from(state >> 40).unwrap()) / count(1 << 23) - 1.0
            })
            .collect();
        let bands = spectrum(&noise, 4096).third_octaves();
        let density = db_from_power(1.0 / 3.0 / 24_000.0);
        for (hz, level_db) in bands.into_iter().filter(|(hz, _)| *hz > 200.0) {
            let width_hz = hz * (10_f64.powf(0.05) - 10_f64.powf(-0.05));
            let expected_db = density + db_from_power(width_hz);
            assert!((level_db - expected_db).abs() < 0.5, "{hz} Hz: {level_db}, {expected_db}");
        }
    }
}
