//! Dither, the last stage.

pub(crate) mod params;
pub mod shaping;

use crate::dsp::svf::Frame;
use crate::params::plain::choices;
use crate::stage::{Block, Spec, Stage};
use crate::units::{gain_from_db, samples_from_ms, whole};
use shaping::{ORDER, Taps};

choices! {
    /// Word length of the output.
    pub enum Bits {
        /// 16 bits: compact disc.
        Sixteen = "16", "16 bit";
        /// 20 bits.
        Twenty = "20", "20 bit";
        /// 24 bits: what files for distribution have.
        #[default]
        TwentyFour = "24", "24 bit";
    }
}

choices! {
    /// Where the noise goes.
    pub enum Shaping {
        /// White.
        #[default]
        None = "none", "None";
        /// Follows the ear's threshold over 12 dB: a few dB less audible, hardly more noise.
        Light = "light", "Light";
        /// Follows the ear's threshold over 40 dB: least audible, most noise, all of it near and above 15 kHz.
        Strong = "strong", "Strong";
    }
}

/// Range of the ear's threshold that the filters follow, light and strong, in dB.
const RANGES_DB: [f64; 2] = [12.0, 40.0];

/// What can be set.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Settings {
    /// Word length.
    pub bits: Bits,
    /// Spectrum of the noise.
    pub shaping: Shaping,
}

/// What can be shown.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reading {
    /// True while the output is blanked because the input is silent.
    pub blanked: bool,
}

/// Rounds to the steps of an integer file, after adding noise that makes the rounding error independent of the signal.
///
/// `y = Q(x - shaped past errors + d)`, with d the sum of two uniform values of one step each (TPDF): the first and second
/// moments of the error do not depend on the signal (Lipshitz, Wannamaker, Vanderkooy, "Quantization and dither: a
/// theoretical survey", JAES 40(5) 1992). Full scale is 2^(bits - 1) steps a side, so an integer file stores the output
/// exactly; what would exceed the highest code is set to it.
///
/// **Blanking:** after [`BLANK_MS`](Self::BLANK_MS) of input below [`SILENCE_DB`](Self::SILENCE_DB) in both channels the
/// output is exactly 0, until the first sample above. Before the first sample the past counts as silence, so silence
/// in is silence out from the start.
///
/// No latency.
#[derive(Debug)]
pub struct Dither {
    settings: Settings,
    filters: Filters,
    noise: [Noise; 2],
    /// What the errors so far add to the samples to come, in steps, the next one first: the filter in its transposed form, which has
    /// everything ready but the newest error's part.
    pending: [Frame; ORDER],
    silent: usize,
    blank_after: usize,
}

impl Default for Dither {
    fn default() -> Self {
        Self {
            settings: Settings::default(),
            filters: Filters::default(),
            noise: Noise::SEEDS,
            pending: [[0.0; 2]; ORDER],
            silent: usize::MAX,
            blank_after: 0,
        }
    }
}

impl Dither {
    /// Input this quiet counts as silence, in dBFS: far below the last bit, above what filters leave behind for ever.
    pub const SILENCE_DB: f64 = -200.0;
    /// Silence this long is blanked.
    pub const BLANK_MS: f64 = 10.0;
}

/// The noise-shaping filters of a sample rate.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filters {
    light: Taps,
    strong: Taps,
}

impl Filters {
    /// Designs the filters for a sample rate in Hz.
    pub fn design(sample_rate_hz: f64) -> Self {
        let [light, strong] = RANGES_DB.map(|range_db| shaping::design(range_db, sample_rate_hz));
        Self { light, strong }
    }

    /// The filter of a spectrum; none for white noise.
    pub fn taps(&self, shaping: Shaping) -> Option<&Taps> {
        match shaping {
            Shaping::None => None,
            Shaping::Light => Some(&self.light),
            Shaping::Strong => Some(&self.strong),
        }
    }
}

impl Settings {
    /// Steps of full scale, one side.
    pub fn steps(&self) -> f64 {
        match self.bits {
            Bits::Sixteen => 32_768.0,
            Bits::Twenty => 524_288.0,
            Bits::TwentyFour => 8_388_608.0,
        }
    }

    /// Amplitude by which the output can exceed the input, given the filters of the sample rate: one and a half steps of dither and
    /// rounding, as shaped, and the step that the highest code lies below full scale.
    pub fn peak(&self, filters: &Filters) -> f64 {
        let factor = filters.taps(self.shaping).map_or(1.0, shaping::peak_factor);
        (1.5 * factor + 1.0) / self.steps()
    }
}

impl Stage for Dither {
    type Settings = Settings;
    type Reading = Reading;

    fn prepare(&mut self, spec: &Spec) {
        self.filters = Filters::design(spec.sample_rate_hz);
        self.blank_after = whole(samples_from_ms(Self::BLANK_MS, spec.sample_rate_hz));
        self.reset();
    }

    fn reset(&mut self) {
        self.noise = Noise::SEEDS;
        self.pending = [[0.0; 2]; ORDER];
        self.silent = usize::MAX;
    }

    fn set(&mut self, settings: &Settings) {
        self.settings = *settings;
    }

    fn process(&mut self, block: &mut Block<'_>) {
        let steps = self.settings.steps();
        let silence = gain_from_db(Self::SILENCE_DB);
        let taps = self.filters.taps(self.settings.shaping).copied();
        // copies stay in registers
        let (mut noise, mut pending, mut silent) = (self.noise, self.pending, self.silent);
        for (left, right) in block.frames() {
            let quiet = left.abs() <= silence && right.abs() <= silence;
            silent = if quiet { silent.saturating_add(1) } else { 0 };
            if silent > self.blank_after {
                pending = [[0.0; 2]; ORDER];
                (*left, *right) = (0.0, 0.0);
                continue;
            }
            let wanted = [left.clamp(-2.0, 2.0) * steps, right.clamp(-2.0, 2.0) * steps];
            let [next, ..] = pending;
            let shaped = [wanted[0] + next[0], wanted[1] + next[1]];
            let [noise_left, noise_right] = &mut noise;
            let rounded =
                [nearest(shaped[0] + noise_left.triangular()), nearest(shaped[1] + noise_right.triangular())];
            if let Some(taps) = &taps {
                // the error before clamping: a filter fed with clamped errors would build up
                let error = [rounded[0] - shaped[0], rounded[1] - shaped[1]];
                for (k, tap) in taps.iter().enumerate() {
                    let later = pending.get(k + 1).copied().unwrap_or_default();
                    pending[k] = [later[0] + tap * error[0], later[1] + tap * error[1]];
                }
            } else {
                pending = [[0.0; 2]; ORDER];
            }
            // steps are a power of two: exact
            *left = rounded[0].clamp(-steps, steps - 1.0) * (1.0 / steps);
            *right = rounded[1].clamp(-steps, steps - 1.0) * (1.0 / steps);
        }
        (self.noise, self.pending, self.silent) = (noise, pending, silent);
    }

    fn latency(&self) -> usize {
        0
    }

    fn take_reading(&mut self) -> Reading {
        Reading { blanked: self.silent > self.blank_after }
    }
}

/// One channel's noise.
#[derive(Clone, Copy, Debug)]
struct Noise(u64);

impl Noise {
    /// Two far apart, odd seeds: the golden ratio's bits, as in splitmix64.
    const SEEDS: [Self; 2] = [Self(0x9E37_79B9_7F4A_7C15), Self(0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(3))];

    /// Sum of two independent uniform values of -1/2..1/2 (xorshift64*, Vigna, "An experimental exploration of Marsaglia's
    /// xorshift generators, scrambled", ACM TOMS 42(4) 2016; the two halves of one number).
    #[inline]
    fn triangular(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let bits = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D);
        let half = |bits: u64| f64::from(u32::try_from(bits & 0xFFFF_FFFF).unwrap_or(0));
        (half(bits >> 32) + half(bits) - 4_294_967_295.0) * (1.0 / 4_294_967_296.0)
    }
}

/// The nearest whole number (half to even), for magnitudes below 2^51.
#[inline]
fn nearest(x: f64) -> f64 {
    const ROUNDER: f64 = 6_755_399_441_055_744.0; // 1.5 * 2^52
    (x + ROUNDER) - ROUNDER
}
