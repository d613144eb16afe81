//! Gain that makes the saturated signal as loud as the input.

use crate::units::{count, radians_per_sample, samples_from_ms, whole};

/// Measures input and output with the K-weighting of ITU-R BS.1770-5 and finds the gain of the saturated signal at which
/// the mix of both is as loud as the input.
///
/// With D and S the powers of dry and saturated signal, C their product's mean and m the mix, the gain g solves
///
/// (1-m)² D + 2 m (1-m) g C + m² g² S = D
///
/// The powers are means over all that was heard, later over the last [`MEMORY_S`](Self::MEMORY_S) seconds: each loud moment counts by its
/// energy, silence not at all. So the gain is soon as good as constant and does not pump.
#[derive(Debug, Default)]
pub struct LevelMatch {
    weighting: Weighting,
    interval: usize,
    at: usize,
    longest_memory: usize,
    memory: usize,
    sums: Powers,
    means: Powers,
    recent: Powers,
    gain: f64,
    step: f64,
}

/// Powers of dry and saturated signal, and the mean of their product.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Powers {
    dry: f64,
    cross: f64,
    wet: f64,
}

impl LevelMatch {
    /// Memory in the long run, in seconds.
    pub const MEMORY_S: f64 = 10.0;
    /// Time over which powers are summed before they are looked at, in ms.
    const INTERVAL_MS: f64 = 10.0;
    /// The shorter memory that is left after a change of settings, in intervals: the half second that
    /// [`Recent`](super::recent::Recent) knows.
    const RECENT: usize = 50;
    /// Time in which the gain goes to what it should be, in intervals: that of a [`Ramp`](crate::dsp::Ramp).
    const GLIDE: f64 = 2.0;
    /// Softer than -70 LUFS is silence (BS.1770-5), louder than +20 dB no signal.
    const HEARD: std::ops::Range<f64> = 1.2e-7..1e2;
    /// Greatest gain in either direction.
    const GREATEST: f64 = 100.0;

    /// Gets ready for a sample rate.
    pub fn prepare(&mut self, sample_rate_hz: f64) {
        self.weighting = Weighting::new(sample_rate_hz);
        self.interval = whole(samples_from_ms(Self::INTERVAL_MS, sample_rate_hz)).max(1);
        self.longest_memory = whole(Self::MEMORY_S * 1e3 / Self::INTERVAL_MS);
        self.reset();
    }

    /// Forgets.
    pub fn reset(&mut self) {
        self.weighting.reset();
        self.at = 0;
        self.memory = 0;
        self.sums = Powers::default();
        self.means = Powers::default();
        self.recent = Powers::default();
        self.gain = 1.0;
        self.step = 0.0;
    }

    /// Settings have changed: takes the past for what it would have been with the new ones. `change` holds by what factor the mean
    /// product with the dry signal and the saturated signal's power have changed. From here on the past says less.
    pub fn foresee(&mut self, [cross, wet]: [f64; 2], mix: f64) {
        if cross.is_finite() && wet.is_finite() && cross > 0.0 && wet > 0.0 {
            self.memory = self.memory.min(Self::RECENT);
            self.recent.cross *= cross;
            self.recent.wet *= wet;
            self.means = self.recent;
            self.aim(mix);
        }
    }

    /// Hears one frame, returns the gain for it.
    #[inline]
    pub fn next(&mut self, dry: [f64; 2], wet: [f64; 2], mix: f64) -> f64 {
        let [dry_left, dry_right, wet_left, wet_right] =
            self.weighting.next([dry[0], dry[1], wet[0], wet[1]]);
        self.sums.dry += dry_left * dry_left + dry_right * dry_right;
        self.sums.cross += dry_left * wet_left + dry_right * wet_right;
        self.sums.wet += wet_left * wet_left + wet_right * wet_right;
        self.at += 1;
        if self.at == self.interval {
            self.update(mix);
        }
        self.gain += self.step;
        self.gain
    }

    fn update(&mut self, mix: f64) {
        self.at = 0;
        let scale = 1.0 / count(self.interval);
        let sums = std::mem::take(&mut self.sums);
        if Self::HEARD.contains(&(sums.dry * scale)) {
            self.memory = (self.memory + 1).min(self.longest_memory);
            let heard = Powers { dry: sums.dry * scale, cross: sums.cross * scale, wet: sums.wet * scale };
            self.means.approach(&heard, 1.0 / count(self.memory));
            self.recent.approach(&heard, 1.0 / count(self.memory.min(Self::RECENT)));
        }
        self.aim(mix);
    }

    fn aim(&mut self, mix: f64) {
        let target = self.means.gain(mix).clamp(1.0 / Self::GREATEST, Self::GREATEST);
        self.step = (target - self.gain) / (Self::GLIDE * count(self.interval));
    }
}

impl Powers {
    fn approach(&mut self, heard: &Self, weight: f64) {
        self.dry += weight * (heard.dry - self.dry);
        self.cross += weight * (heard.cross - self.cross);
        self.wet += weight * (heard.wet - self.wet);
    }

    /// The positive root of the equation above, in the form that holds at m = 0 too; 1 before anything was heard.
    fn gain(&self, mix: f64) -> f64 {
        let rest = (2.0 - mix) * self.dry;
        let b = (1.0 - mix) * self.cross;
        let gain = rest / (b + (b * b + mix * rest * self.wet).max(0.0).sqrt());
        if gain.is_finite() { gain } else { 1.0 }
    }
}

/// K-weighting of four channels: a high shelf of +4 dB and a high-pass at 38 Hz (BS.1770-5, annex 1).
///
/// The recommendation gives coefficients for 48 kHz; the analogue parameters they come from are those of De Man, "Evaluation of
/// implementations of the EBU R128 loudness measurement" (AES 145, 2018).
#[derive(Clone, Debug, Default)]
struct Weighting {
    sections: [Section; 2],
}

/// A biquad in transposed direct form II, for four channels side by side.
#[derive(Clone, Debug, Default)]
struct Section {
    b: [f64; 3],
    a: [f64; 2],
    state: [[f64; 4]; 2],
}

impl Weighting {
    fn new(sample_rate_hz: f64) -> Self {
        let warped =
            |hz: f64| (0.5 * radians_per_sample(hz.min(0.45 * sample_rate_hz), sample_rate_hz)).tan();
        let k = warped(1_681.974_450_955_533);
        let q = 0.707_175_236_955_419_6;
        let high = 10_f64.powf(3.999_843_853_973_347 / 20.0);
        let band = high.powf(0.499_666_774_154_541_6);
        let shelf = Section::new(
            [high + band * k / q + k * k, 2.0 * (k * k - high), high - band * k / q + k * k],
            [1.0 + k / q + k * k, 2.0 * (k * k - 1.0), 1.0 - k / q + k * k],
        );
        let k = warped(38.135_470_876_024_44);
        let q = 0.500_327_037_323_877_3;
        let a = [1.0 + k / q + k * k, 2.0 * (k * k - 1.0), 1.0 - k / q + k * k];
        Self { sections: [shelf, Section::new([a[0], -2.0 * a[0], a[0]], a)] }
    }

    fn reset(&mut self) {
        self.sections.iter_mut().for_each(|section| section.state = [[0.0; 4]; 2]);
    }

    #[inline]
    fn next(&mut self, mut x: [f64; 4]) -> [f64; 4] {
        for section in &mut self.sections {
            x = section.next(x);
        }
        x
    }
}

impl Section {
    fn new(b: [f64; 3], a: [f64; 3]) -> Self {
        Self { b: b.map(|b| b / a[0]), a: [a[1] / a[0], a[2] / a[0]], state: [[0.0; 4]; 2] }
    }

    #[inline]
    fn next(&mut self, x: [f64; 4]) -> [f64; 4] {
        let ([b0, b1, b2], [a1, a2]) = (self.b, self.a);
        let [s1, s2] = &mut self.state;
        let mut y = [0.0; 4];
        for i in 0..4 {
            y[i] = b0 * x[i] + s1[i];
            s1[i] = b1 * x[i] - a1 * y[i] + s2[i];
            s2[i] = b2 * x[i] - a2 * y[i];
        }
        y
    }
}
