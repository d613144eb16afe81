//! Linear phase: the bands' gains on zero-phase low-passes, without a kernel to design.
//!
//! The low-pass of each crossover is a second-order Butterworth filter run forwards and then backwards in time: its magnitude
//! is that of the Linkwitz-Riley crossover, 1/(1 + (f/f₀)⁴), and its phase is zero. With low-passes L₁ ... Lₙ₋₁ and the
//! delayed input d the bands are L₁, L₂ - L₁, ..., d - Lₙ₋₁, so the output is gₙ d + Σ (gᵢ - gᵢ₊₁) Lᵢ. Where all gains
//! are 1 that is d, bit for bit.
//!
//! Backwards runs what Martin Vicanek describes in "A New Reverse IIR Filtering Algorithm" (2015): a pole p of the
//! reversed filter, 1/(1 - p z) = Σ pⁿ zⁿ, cut after 2ᴷ terms is Π (1 + p^(2ᵏ) z^(2ᵏ)) for k below K. Those are K short FIR
//! filters: always stable, cheap, and nothing has to be designed. The cut leaves e^(-√2 π f₀ T) of the response, T being the
//! latency: below -120 dB for crossovers from 37 Hz up, -65 dB at 20 Hz.
//!
//! The filters' lines hold sums that were weighted for the crossover of their time, and the weights of crossovers differ by powers
//! of ten. So a crossover does not move: a second bank of filters runs with the new crossovers until its lines are filled, and is
//! then cross-faded in.

use super::matrix::amplify;
use super::settings::{BANDS, Channels};
use super::{CHUNK, Chunk};
use crate::dsp::linkwitz_riley::poles;
use crate::dsp::svf::{Coefficients, Frame, Svf, warp};
use crate::dsp::{Delay, Switch, mix};
use crate::units::{samples_from_ms, whole};

/// The least latency in ms. The latency is the next power of two in samples, less one: 85 ms at 48 kHz, 93 ms at 44.1 kHz.
const LEAST_LATENCY_MS: f64 = 80.0;

/// A complex number for each channel: real parts, imaginary parts.
type Pair = [Frame; 2];

/// The low-passes of all crossovers.
type Bank = [LowPass; BANDS - 1];

/// The bands' gains on zero-phase low-passes.
#[derive(Clone, Debug)]
pub(super) struct Linear {
    /// The bank that is left, which runs during a change only, and the one in force.
    banks: [Bank; 2],
    /// The crossovers in force in Hz, and the fade to the next.
    crossovers_hz: Switch<[f64; BANDS - 1]>,
    /// The crossovers to head for.
    wanted_hz: [f64; BANDS - 1],
    sample_rate_hz: f64,
    direct: Delay<Frame>,
}

impl Default for Linear {
    fn default() -> Self {
        let hz = [1_000.0; BANDS - 1];
        Self {
            banks: Default::default(),
            crossovers_hz: Switch::new(hz),
            wanted_hz: hz,
            sample_rate_hz: 48_000.0,
            direct: Delay::default(),
        }
    }
}

impl Linear {
    /// Number of stages, so that 2^stages - 1 is the latency.
    fn stages(sample_rate_hz: f64) -> u32 {
        let least = whole(samples_from_ms(LEAST_LATENCY_MS, sample_rate_hz));
        least.next_power_of_two().trailing_zeros()
    }

    /// Allocates for this rate.
    pub(super) fn prepare(&mut self, sample_rate_hz: f64) {
        let stages = Self::stages(sample_rate_hz);
        self.sample_rate_hz = sample_rate_hz;
        self.direct.resize((1 << stages) - 1);
        self.banks.as_flattened_mut().iter_mut().for_each(|low_pass| low_pass.prepare(stages));
        self.crossovers_hz.prepare(sample_rate_hz);
        self.land();
    }

    /// Delay in samples.
    pub(super) fn latency(&self) -> usize {
        self.direct.len()
    }

    /// Forgets the signal; a change of crossovers goes on.
    pub(super) fn forget(&mut self) {
        self.direct.reset();
        self.banks.as_flattened_mut().iter_mut().for_each(LowPass::reset);
    }

    /// Ends a change of crossovers at once, and takes the next at once, too.
    pub(super) fn land(&mut self) {
        self.crossovers_hz.land(Some(self.wanted_hz));
        self.tune();
    }

    /// Sets crossovers in Hz: at once before the first frame, later by a cross-fade from one bank to the other.
    pub(super) fn set(&mut self, crossovers_hz: &[f64; BANDS - 1]) {
        self.wanted_hz = *crossovers_hz;
        self.follow();
    }

    /// Begins the change that was asked for once an earlier one has ended. Call on an absolute sample grid.
    pub(super) fn follow(&mut self) {
        let before_hz = self.crossovers_hz.state();
        // one latency until the lines are filled, and as long before for the forward filters
        if self.crossovers_hz.cross(self.wanted_hz, 2 * self.latency()) {
            self.banks.swap(0, 1);
            let [_, bank] = &mut self.banks;
            bank.iter_mut().for_each(LowPass::reset);
        }
        if self.crossovers_hz.state() != before_hz {
            self.tune();
        }
    }

    fn tune(&mut self) {
        let [_, bank] = &mut self.banks;
        for (low_pass, hz) in bank.iter_mut().zip(self.crossovers_hz.state()) {
            low_pass.set(hz, self.sample_rate_hz);
        }
    }

    /// Gives the channels of every band their (linear) gains, in place. `clock` counts frames since `reset`.
    pub(super) fn process(
        &mut self,
        clock: usize,
        channels: &[Channels],
        gains: &[Chunk],
        audio: &mut [Frame],
    ) {
        let mut input = [[0.0; 2]; CHUNK];
        let input = &mut input[..audio.len()];
        input.copy_from_slice(audio);
        self.direct.process(audio);
        if let Some((channels, top)) = channels.iter().zip(gains).next_back() {
            for (y, gain) in audio.iter_mut().zip(top) {
                *y = amplify(*channels, *gain, *y);
            }
        }
        let changing = self.crossovers_hz.is_moving();
        self.crossovers_hz.begin();
        let mut weights = [1.0; CHUNK];
        if changing {
            weights[..input.len()].fill_with(|| self.crossovers_hz.next());
        }
        let [left, in_force] = &mut self.banks;
        let banks = left.iter_mut().zip(in_force);
        for ((pair, channels), (left, in_force)) in gains.windows(2).zip(channels.windows(2)).zip(banks) {
            let ([below, above], [channels_below, channels_above]) = (pair, channels) else { continue };
            let mut low = [[0.0; 2]; CHUNK];
            let low = &mut low[..input.len()];
            in_force.process(clock, input, low);
            if changing {
                let mut old = [[0.0; 2]; CHUNK];
                left.process(clock, input, &mut old[..input.len()]);
                for ((low, old), weight) in low.iter_mut().zip(&old).zip(weights) {
                    *low = [mix(old[0], low[0], weight), mix(old[1], low[1], weight)];
                }
            }
            for ((y, low), (below, above)) in audio.iter_mut().zip(low.iter()).zip(below.iter().zip(above)) {
                let below = amplify(*channels_below, *below, *low);
                let above = amplify(*channels_above, *above, *low);
                *y = [y[0] + (below[0] - above[0]), y[1] + (below[1] - above[1])];
            }
        }
    }

    pub(super) fn settle(&mut self) {
        for low_pass in self.banks.as_flattened_mut() {
            low_pass.forward.settle();
        }
    }
}

/// A zero-phase low-pass, 1/(1 + (f/f₀)⁴), delayed.
#[derive(Clone, Debug, Default)]
struct LowPass {
    poles: Coefficients,
    forward: Svf,
    /// p^(2ᵏ), real and imaginary.
    powers: Vec<[f64; 2]>,
    /// Lines of 1, 2, 4, ... values, one behind the other.
    lines: Vec<Pair>,
    /// The reversed filter is `constant` + 2 Re(`residue`/(1 - p z)).
    constant: f64,
    residue: [f64; 2],
    direct: Delay<Frame>,
}

impl LowPass {
    fn prepare(&mut self, stages: u32) {
        let length = (1 << stages) - 1;
        self.direct.resize(length);
        self.lines.resize(length, [[0.0; 2]; 2]);
        self.powers.clear();
        self.powers.extend((0..stages).map(|_| [0.0; 2]));
    }

    fn reset(&mut self) {
        self.forward = Svf::default();
        self.lines.fill([[0.0; 2]; 2]);
        self.direct.reset();
    }

    /// The bilinear transform of the Butterworth poles, and the partial fractions of b (1 + z)²/((1 - p z)(1 - p* z)).
    fn set(&mut self, crossover_hz: f64, sample_rate_hz: f64) {
        self.poles = poles(crossover_hz, sample_rate_hz);
        let g = warp(crossover_hz, sample_rate_hz);
        let half = g * std::f64::consts::FRAC_1_SQRT_2;
        let pole = divide([1.0 - half, half], [1.0 + half, -half]);
        let b = g * g / (1.0 + g * (g + std::f64::consts::SQRT_2));
        let inverse = divide([1.0, 0.0], pole);
        let zeros = square([1.0 + inverse[0], inverse[1]]);
        let other = multiply([pole[0], -pole[1]], inverse);
        self.residue = divide([b * zeros[0], b * zeros[1]], [1.0 - other[0], -other[1]]);
        self.constant = b / (pole[0] * pole[0] + pole[1] * pole[1]);
        let mut power = pole;
        for p in &mut self.powers {
            *p = power;
            power = square(power);
        }
    }

    fn process(&mut self, clock: usize, input: &[Frame], output: &mut [Frame]) {
        let mut sums: [Pair; CHUNK] = [[[0.0; 2]; 2]; CHUNK];
        let sums = &mut sums[..input.len()];
        for ((x, sum), y) in input.iter().zip(sums.iter_mut()).zip(output.iter_mut()) {
            let [_, low] = self.forward.process(&self.poles, *x);
            *sum = [low, [0.0; 2]];
            *y = low;
        }
        self.direct.process(output);
        let mut lines = self.lines.as_mut_slice();
        for (stage, power) in self.powers.iter().enumerate() {
            let length = 1 << stage;
            let Some((line, rest)) = lines.split_at_mut_checked(length) else { break };
            lines = rest;
            add_later(*power, line, clock % length, sums);
        }
        let [a, b] = self.residue;
        for (y, [re, im]) in output.iter_mut().zip(sums.iter()) {
            for i in 0..2 {
                y[i] = self.constant * y[i] + 2.0 * (a * re[i] - b * im[i]);
            }
        }
    }
}

/// One stage, 1 + power z^length, delayed by `length`: the line holds the last `length` values, oldest at `at`.
fn add_later([p, q]: [f64; 2], line: &mut [Pair], at: usize, sums: &mut [Pair]) {
    let mut at = at;
    let mut sums = sums;
    while !sums.is_empty() {
        let n = (line.len() - at).min(sums.len());
        let (now, later) = sums.split_at_mut(n);
        for (sum, slot) in now.iter_mut().zip(&mut line[at..at + n]) {
            let [re, im] = *sum;
            let [old_re, old_im] = std::mem::replace(slot, *sum);
            for i in 0..2 {
                sum[0][i] = old_re[i] + (p * re[i] - q * im[i]);
                sum[1][i] = old_im[i] + (p * im[i] + q * re[i]);
            }
        }
        sums = later;
        at = 0;
    }
}

fn multiply(a: [f64; 2], b: [f64; 2]) -> [f64; 2] {
    [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]]
}

fn square(a: [f64; 2]) -> [f64; 2] {
    multiply(a, a)
}

fn divide(a: [f64; 2], b: [f64; 2]) -> [f64; 2] {
    let power = b[0] * b[0] + b[1] * b[1];
    multiply(a, [b[0] / power, -b[1] / power])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::count;

    /// The impulse response of a low-pass, its centre at the latency.
    fn response(hz: f64, rate_hz: f64) -> (Vec<f64>, usize) {
        let stages = Linear::stages(rate_hz);
        let mut low_pass = LowPass::default();
        low_pass.prepare(stages);
        low_pass.set(hz, rate_hz);
        let latency = (1 << stages) - 1;
        let mut h = Vec::new();
        let mut clock = 0;
        // chunks of changing length: a stage may not depend on them
        while h.len() < 3 * latency {
            let n = 1 + (clock * 7 + 3) % CHUNK;
            let mut input = [[0.0; 2]; CHUNK];
            if clock == 0 {
                input[0] = [1.0, -1.0];
            }
            let mut output = [[0.0; 2]; CHUNK];
            low_pass.process(clock, &input[..n], &mut output[..n]);
            clock += n;
            h.extend(output[..n].iter().map(|y| y[0]));
        }
        (h, latency)
    }

    #[test]
    fn response_is_symmetric_and_squared_butterworth() {
        for (hz, rate_hz) in [(40.0, 48_000.0), (1_000.0, 44_100.0), (15_000.0, 96_000.0)] {
            let (h, latency) = response(hz, rate_hz);
            let peak = h.iter().fold(0.0_f64, |peak, x| peak.max(x.abs()));
            assert_eq!(h[latency], peak);
            for n in 0..=latency {
                assert!(
                    (h[latency - n] - h[latency + n]).abs() < 1e-6 * peak,
                    "{n} samples beside the peak, {hz} Hz"
                );
            }
            for at_hz in [20.0, 0.5 * hz, hz, 1.3 * hz] {
                let w = crate::units::radians_per_sample(at_hz, rate_hz);
                let sum: f64 =
                    h.iter().enumerate().map(|(n, x)| x * (w * (count(n) - count(latency))).cos()).sum();
                let expected = 1.0 / (1.0 + (warp(at_hz, rate_hz) / warp(hz, rate_hz)).powi(4));
                assert!((sum - expected).abs() < 1e-5, "{sum} for {expected} at {at_hz} Hz, {hz} Hz");
            }
        }
    }
}
