//! Dither, the last stage.

pub(crate) mod params;
pub mod shaping;

use crate::params::choices;
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
    filters: [Taps; 2],
    channels: [Channel; 2],
    silent: usize,
    blank_after: usize,
}

impl Default for Dither {
    fn default() -> Self {
        Self {
            settings: Settings::default(),
            filters: [[0.0; ORDER]; 2],
            channels: [Channel::new(0), Channel::new(1)],
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

    /// By how much the output can exceed the input: one and a half steps of dither and rounding, as shaped, and the step
    /// that the highest code lies below full scale. Known after `prepare`.
    pub fn peak(&self) -> f64 {
        let factor = self.taps().map_or(1.0, shaping::peak_factor);
        (1.5 * factor + 1.0) / self.settings.steps()
    }

    /// The filter in force, if the noise is shaped.
    fn taps(&self) -> Option<&Taps> {
        match self.settings.shaping {
            Shaping::None => None,
            Shaping::Light => self.filters.first(),
            Shaping::Strong => self.filters.last(),
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
}

impl Stage for Dither {
    type Settings = Settings;
    type Reading = Reading;

    fn prepare(&mut self, spec: &Spec) {
        self.filters = RANGES_DB.map(|range_db| shaping::design(range_db, spec.sample_rate_hz));
        self.blank_after = whole(samples_from_ms(Self::BLANK_MS, spec.sample_rate_hz));
        self.reset();
    }

    fn reset(&mut self) {
        self.channels = [Channel::new(0), Channel::new(1)];
        self.silent = usize::MAX;
    }

    fn set(&mut self, settings: &Settings) {
        self.settings = *settings;
    }

    fn process(&mut self, block: &mut Block<'_>) {
        let steps = self.settings.steps();
        let silence = gain_from_db(Self::SILENCE_DB);
        let taps = self.taps().copied();
        let [left_channel, right_channel] = &mut self.channels;
        for (left, right) in block.frames() {
            if left.abs() > silence || right.abs() > silence {
                self.silent = 0;
            } else {
                self.silent = self.silent.saturating_add(1);
            }
            if self.silent > self.blank_after {
                *left = left_channel.blank();
                *right = right_channel.blank();
            } else {
                *left = left_channel.push(*left, steps, taps.as_ref());
                *right = right_channel.push(*right, steps, taps.as_ref());
            }
        }
    }

    fn latency(&self) -> usize {
        0
    }

    fn take_reading(&mut self) -> Reading {
        Reading { blanked: self.silent > self.blank_after }
    }
}

/// One channel: its noise and its past errors.
#[derive(Clone, Debug)]
struct Channel {
    random: u64,
    /// Errors of the last samples in steps, newest first.
    errors: Taps,
}

impl Channel {
    fn new(seed: u64) -> Self {
        // two far apart, odd seeds: the golden ratio's bits, as in splitmix64
        Self { random: 0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(2 * seed + 1), errors: [0.0; ORDER] }
    }

    fn blank(&mut self) -> f64 {
        self.errors = [0.0; ORDER];
        0.0
    }

    #[inline]
    fn push(&mut self, x: f64, steps: f64, taps: Option<&Taps>) -> f64 {
        let wanted = x.clamp(-2.0, 2.0) * steps;
        let Some(taps) = taps else { return code(wanted + self.triangular(), steps) / steps };
        let feedback: f64 = taps.iter().zip(&self.errors).map(|(tap, error)| tap * error).sum();
        let shaped = wanted + feedback;
        let rounded = nearest(shaped + self.triangular());
        // the error before clamping: a filter fed with clamped errors would build up
        self.errors.copy_within(..ORDER - 1, 1);
        self.errors[0] = rounded - shaped;
        code(rounded, steps) / steps
    }

    /// Sum of two independent uniform values of -1/2..1/2 (xorshift64*, Vigna, "An experimental exploration of Marsaglia's
    /// xorshift generators, scrambled", ACM TOMS 42(4) 2016; the two halves of one number).
    #[inline]
    fn triangular(&mut self) -> f64 {
        self.random ^= self.random >> 12;
        self.random ^= self.random << 25;
        self.random ^= self.random >> 27;
        let bits = self.random.wrapping_mul(0x2545_F491_4F6C_DD1D);
        let half = |bits: u64| f64::from(u32::try_from(bits & 0xFFFF_FFFF).unwrap_or(0));
        (half(bits >> 32) + half(bits) - 4_294_967_295.0) / 4_294_967_296.0
    }
}

/// The nearest whole number (half to even), for magnitudes below 2^51.
#[inline]
fn nearest(x: f64) -> f64 {
    const ROUNDER: f64 = 6_755_399_441_055_744.0; // 1.5 * 2^52
    (x + ROUNDER) - ROUNDER
}

/// The nearest code of the file.
#[inline]
fn code(x: f64, steps: f64) -> f64 {
    nearest(x).clamp(-steps, steps - 1.0)
}
