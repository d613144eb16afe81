//! How fast the gain follows the curve: the smooth decoupled detector, on gain in dB.
//!
//! Source: Giannoulis, Massberg, Reiss, "Digital Dynamic Range Compressor Design: A Tutorial and Analysis", JAES 60(6), 2012,
//! section 2.3.3, eq. 17, placed behind the gain computer as section 2.4 recommends:
//! y₁[n] = max(x[n], αr y₁[n-1] + (1 - αr) x[n]), y[n] = αa y[n-1] + (1 - αa) y₁[n].
//!
//! Two changes make the set times true. The paper's release takes the attack's time on top of its own; here the two poles
//! that work in release are chosen so that together they reach 63 % in the set time. And while y falls its second pole
//! is no slower than the release allows, so an attack longer than the release keeps both times too. The second pole
//! changes only where y = y₁, so y has no kink there.

use std::ops::Range;

use super::Chunk;
use crate::dsp::exponential::larger;
use crate::dsp::svf::Frame;
use crate::units::samples_from_ms;

/// Automatic release: a second memory of the gain, slower by this many set release times. After long reduction it holds the gain
/// back, so that 63 % take nine release times; after a short peak it has hardly moved, and one release time is enough.
const SUSTAINED: f64 = 8.0;

/// (1 + u) e⁻ᵘ = e⁻¹: two equal poles reach 63 % in u of their time constants. Found by bisection.
const TWO_POLES: f64 = 2.146_193_220_620_583;

/// The detector's speeds: what fraction of the way each pole goes in a sample.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Times {
    /// Of attack, of the release's first pole, of its second, and of the slower memory.
    pub(super) speeds: [f64; 4],
    pub(super) auto_release: bool,
}

impl Times {
    pub(super) fn new(attack_ms: f64, release_ms: f64, auto_release: bool, sample_rate_hz: f64) -> Self {
        let fraction = |ms: f64| -(-1.0 / samples_from_ms(ms, sample_rate_hz)).exp_m1();
        let fall_ms = attack_ms.min(release_ms / TWO_POLES);
        let first_ms = release_ms * first_pole(fall_ms / release_ms);
        Self { speeds: [attack_ms, first_ms, fall_ms, release_ms * SUSTAINED].map(fraction), auto_release }
    }
}

/// The time constant that together with another of `r` (at most 1/[`TWO_POLES`]) reaches 63 % at time 1: the root q of
/// (q e^(-1/q) - r e^(-1/r))/(q - r) = e⁻¹. A polynomial through the numerical roots, within 0.0005.
fn first_pole(r: f64) -> f64 {
    let c = -0.332_165_333_428_259_53
        + r * (-4.238_999_037_010_536 + r * (15.899_173_215_178_32 - r * 14.437_823_740_104_076));
    1.0 - r + r * r * c
}

/// Smooths one gain signal of both channels. What rises with the level goes in: reduction, or the (negative) gain of an expander.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Smoother {
    peak: Frame,
    sustained: Frame,
    smooth: Frame,
}

/// Replaces the values in a range of each chunk by the smoothed ones. All chunks are done at a time: each waits for its own
/// last value, so several take no longer than one.
pub(super) fn smooth<const N: usize>(
    smoothers: [(&mut Smoother, Times); N],
    values: &mut [Chunk; N],
    range: Range<usize>,
) {
    let mut states = smoothers.each_ref().map(|(smoother, _)| **smoother);
    let times = smoothers.each_ref().map(|(_, times)| *times);
    if times.iter().any(|times| times.auto_release) {
        for n in range {
            for ((state, times), values) in states.iter_mut().zip(&times).zip(values.iter_mut()) {
                let peak = state.follow_peak(times, values[n]);
                let held = if times.auto_release { state.hold(times, peak) } else { peak };
                values[n] = state.follow(times, held);
            }
        }
    } else {
        for n in range {
            for ((state, times), values) in states.iter_mut().zip(&times).zip(values.iter_mut()) {
                let peak = state.follow_peak(times, values[n]);
                values[n] = state.follow(times, peak);
            }
        }
    }
    for ((smoother, times), state) in smoothers.into_iter().zip(states) {
        *smoother = state;
        if !times.auto_release {
            // where automatic release begins when it is switched on
            smoother.sustained = smoother.smooth;
        }
    }
}

impl Smoother {
    #[inline(always)]
    fn follow_peak(&mut self, times: &Times, x: Frame) -> Frame {
        let [_, release, ..] = times.speeds;
        for (peak, x) in self.peak.iter_mut().zip(x) {
            *peak = larger(x, (1.0 - release) * *peak + release * x);
        }
        self.peak
    }

    /// Holds the gain back as long as the slower memory says.
    #[inline(always)]
    fn hold(&mut self, times: &Times, peak: Frame) -> Frame {
        let [.., speed] = times.speeds;
        let mut held = peak;
        for (sustained, held) in self.sustained.iter_mut().zip(&mut held) {
            *sustained = (1.0 - speed) * *sustained + speed * *held;
            *held = larger(*held, *sustained);
        }
        held
    }

    #[inline(always)]
    fn follow(&mut self, times: &Times, peak: Frame) -> Frame {
        let [attack, _, fall, _] = times.speeds;
        for (smooth, peak) in self.smooth.iter_mut().zip(peak) {
            let up = (1.0 - attack) * *smooth + attack * peak;
            let down = (1.0 - fall) * *smooth + fall * peak;
            *smooth = if peak > *smooth { up } else { down };
        }
        self.smooth
    }

    /// True if the last value and everything remembered is 0: it stays so while the input is 0.
    #[inline(always)]
    pub(super) fn rests(&self) -> bool {
        self.peak == [0.0; 2] && self.smooth == [0.0; 2] && self.sustained == [0.0; 2]
    }

    /// Turns a tail of less than 10⁻¹² dB into rest, so that an idle band becomes exactly transparent. Call on an absolute grid.
    pub(super) fn settle(&mut self) {
        for y in self.peak.iter_mut().chain(&mut self.sustained).chain(&mut self.smooth) {
            if y.abs() < 1e-12 {
                *y = 0.0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::count;

    /// The smoothed value after another `x`.
    fn push(smoother: &mut Smoother, times: &Times, x: f64) -> f64 {
        let mut values = [[[x; 2]; super::super::CHUNK]];
        smooth([(smoother, *times)], &mut values, 0..1);
        values[0][0][0]
    }

    /// Samples until a step from `from` to `to` has done 1 - 1/e of its way.
    fn time_to_63_percent(times: &Times, from: f64, to: f64) -> f64 {
        let mut smoother = Smoother { peak: [from; 2], sustained: [from; 2], smooth: [from; 2] };
        let goal = from + (to - from) * (1.0 - (-1.0_f64).exp());
        for n in 1..20_000_000_usize {
            if (push(&mut smoother, times, to) - goal) * (to - from) >= 0.0 {
                return count(n);
            }
        }
        f64::INFINITY
    }

    #[test]
    fn attack_and_release_keep_their_times_at_every_rate() {
        for rate_hz in [44_100.0, 48_000.0, 88_200.0, 96_000.0, 192_000.0] {
            for attack_ms in [0.05, 0.5, 2.0, 5.0, 30.0, 500.0] {
                for release_ms in [5.0, 12.0, 100.0, 600.0] {
                    let times = Times::new(attack_ms, release_ms, false, rate_hz);
                    for (from, to, set_ms) in
                        [(0.0, 12.0, attack_ms), (12.0, 0.0, release_ms), (-6.0, 0.0, attack_ms)]
                    {
                        let set = samples_from_ms(set_ms, rate_hz);
                        let error = (time_to_63_percent(&times, from, to) - set).abs();
                        assert!(
                            error <= (0.01 * set).max(1.0),
                            "{from} to {to} dB at {rate_hz} Hz, {attack_ms}/{release_ms} ms: {error} samples off"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn automatic_release_depends_on_how_long_reduction_lasted() {
        let rate_hz = 48_000.0;
        let times = Times::new(1.0, 50.0, true, rate_hz);
        let after = |held_ms: f64| {
            let mut smoother = Smoother::default();
            for _ in 0..crate::units::whole(samples_from_ms(held_ms, rate_hz)) {
                push(&mut smoother, &times, 10.0);
            }
            let mut n = 0;
            while push(&mut smoother, &times, 0.0) > 10.0 * (-1.0_f64).exp() {
                n += 1;
            }
            crate::units::ms_from_samples(n, rate_hz)
        };
        let (short, long) = (after(10.0), after(4_000.0));
        assert!((45.0..55.0).contains(&short), "{short} ms after 10 ms");
        assert!((435.0..465.0).contains(&long), "{long} ms after 4 s");
    }

    #[test]
    fn settles_to_rest() {
        let times = Times::new(0.1, 5.0, true, 8_000.0);
        let mut smoother = Smoother::default();
        for _ in 0..400 {
            push(&mut smoother, &times, 6.0);
        }
        assert!(!smoother.rests());
        for n in 0..40_000 {
            push(&mut smoother, &times, 0.0);
            if n % 40 == 0 {
                smoother.settle();
            }
        }
        assert!(smoother.rests());
    }
}
