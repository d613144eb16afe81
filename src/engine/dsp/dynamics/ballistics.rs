//! Ballistics: how fast the gain follows the curve. The smooth decoupled detector, on gain in dB.
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

use crate::dsp::extremes::larger;
use crate::dsp::svf::Frame;
use crate::units::samples_from_ms;

/// Time constant of automatic release's slower memory of the gain, in set release times. After long reduction it holds the gain
/// back, so that 63 % take nine release times; after a short peak it has hardly moved, and one release time is enough.
const SUSTAINED: f64 = 8.0;

/// (1 + u) e⁻ᵘ = e⁻¹: two equal poles reach 63 % in u of their time constants. Found by bisection.
const TWO_POLES: f64 = 2.146_193_220_620_583;

/// The fraction of its way that each pole goes in a sample, 0 to 1. Speeds may be ramped.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Speeds {
    /// The smoothed value's pole while it rises.
    pub attack: f64,
    /// The first pole of release: the peak memory.
    pub release: f64,
    /// The second pole of release: the smoothed value's pole while it falls.
    pub fall: f64,
    /// The slower memory of automatic release.
    pub sustained: f64,
}

/// Attack and release, ready for [`Smoother`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Times {
    /// How fast the poles move.
    pub speeds: Speeds,
    /// True to release more slowly after long reduction: up to nine times the set time.
    pub auto_release: bool,
}

impl Times {
    /// Times of `attack_ms`, when the level rises, and `release_ms`, when it falls, both above 0: a step of the input has done 63 %
    /// (1 - 1/e) of its way in the set time, within 1 % or a sample.
    pub fn new(attack_ms: f64, release_ms: f64, auto_release: bool, sample_rate_hz: f64) -> Self {
        let fraction = |ms: f64| -(-1.0 / samples_from_ms(ms, sample_rate_hz)).exp_m1();
        let fall_ms = attack_ms.min(release_ms / TWO_POLES);
        let first_ms = release_ms * first_pole(fall_ms / release_ms);
        let speeds = Speeds {
            attack: fraction(attack_ms),
            release: fraction(first_ms),
            fall: fraction(fall_ms),
            sustained: fraction(release_ms * SUSTAINED),
        };
        Self { speeds, auto_release }
    }
}

/// The time constant that together with another of `r` (at most 1/[`TWO_POLES`]) reaches 63 % at time 1: the root q of
/// (q e^(-1/q) - r e^(-1/r))/(q - r) = e⁻¹. A polynomial through the numerical roots, within 0.0005.
fn first_pole(r: f64) -> f64 {
    let c = -0.332_165_333_428_259_53
        + r * (-4.238_999_037_010_536 + r * (15.899_173_215_178_32 - r * 14.437_823_740_104_076));
    1.0 - r + r * r * c
}

/// Smooths the gain of both channels.
///
/// Its input is what rises with the level: the reduction in dB, or the (negative) gain of an expander. Attack is the way up.
/// A value that has been reached is kept to the bit, so every pole goes a fraction of the difference.
#[derive(Clone, Copy, Debug, Default)]
pub struct Smoother {
    peak: Frame,
    sustained: Frame,
    smooth: Frame,
}

/// Smooths several bands in place, for a range of the frames in each. All bands share one loop: each waits for its own last value,
/// so several take hardly longer than one. The same as [`Smoother::next`] of each.
pub fn smooth<const N: usize, const FRAMES: usize>(
    smoothers: [(&mut Smoother, Times); N],
    values: &mut [[Frame; FRAMES]; N],
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
        smoother.end(&times);
    }
}

/// A pole's next value in dB on its way from `y` to `x`. The last 10⁻¹² dB it goes at once: so it arrives, at a time that depends on the
/// signal alone.
#[inline(always)]
fn approach(y: f64, x: f64, speed: f64) -> f64 {
    let way = x - y;
    if way.abs() < 1e-12 { x } else { y + speed * way }
}

impl Smoother {
    /// A smoother whose input has been `x` for ever.
    pub fn settled(x: Frame) -> Self {
        Self { peak: x, sustained: x, smooth: x }
    }

    /// The smoothed value after the next one.
    #[inline(always)]
    pub fn next(&mut self, times: &Times, x: Frame) -> Frame {
        let peak = self.follow_peak(times, x);
        let held = if times.auto_release { self.hold(times, peak) } else { peak };
        let smooth = self.follow(times, held);
        self.end(times);
        smooth
    }

    /// Where automatic release begins when it is switched on.
    #[inline(always)]
    fn end(&mut self, times: &Times) {
        if !times.auto_release {
            self.sustained = self.smooth;
        }
    }

    /// The peak memory y₁.
    #[inline(always)]
    fn follow_peak(&mut self, times: &Times, x: Frame) -> Frame {
        let release = times.speeds.release;
        for (peak, x) in self.peak.iter_mut().zip(x) {
            *peak = larger(x, approach(*peak, x, release));
        }
        self.peak
    }

    /// Raises the peak memory to the slower memory.
    #[inline(always)]
    fn hold(&mut self, times: &Times, peak: Frame) -> Frame {
        let speed = times.speeds.sustained;
        let mut held = peak;
        for (sustained, held) in self.sustained.iter_mut().zip(&mut held) {
            *sustained = approach(*sustained, *held, speed);
            *held = larger(*held, *sustained);
        }
        held
    }

    /// The smoothed value y.
    #[inline(always)]
    fn follow(&mut self, times: &Times, peak: Frame) -> Frame {
        let Speeds { attack, fall, .. } = times.speeds;
        for (smooth, peak) in self.smooth.iter_mut().zip(peak) {
            let speed = if peak > *smooth { attack } else { fall };
            *smooth = approach(*smooth, peak, speed);
        }
        self.smooth
    }

    /// True if the output is 0 and stays so while the input is 0.
    #[inline(always)]
    pub fn is_idle(&self) -> bool {
        self.peak == [0.0; 2] && self.smooth == [0.0; 2] && self.sustained == [0.0; 2]
    }

    /// Turns a tail of less than 10⁻¹² dB into 0, so that an idle band becomes exactly transparent. Call on an absolute sample
    /// grid.
    pub fn settle(&mut self) {
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
        smoother.next(times, [x; 2])[0]
    }

    /// Samples until a step from `from` to `to` has done 1 - 1/e of its way.
    fn time_to_63_percent(times: &Times, from: f64, to: f64) -> f64 {
        let mut smoother = Smoother::settled([from; 2]);
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

    /// At any speed: what is kept only roughly would move away from where it began.
    #[test]
    fn a_value_that_is_reached_is_kept_to_the_bit() {
        for auto in [false, true] {
            for (attack_ms, release_ms) in [(0.05, 5.0), (30.0, 10.0), (7.7, 1_234.5), (500.0, 3_000.0)] {
                let times = Times::new(attack_ms, release_ms, auto, 48_000.0);
                for x in [[0.0, -0.1], [-59.73, 11.1], [-1.0 / 3.0, 1e-5]] {
                    let mut smoother = Smoother::settled(x);
                    assert!((0..5_000).all(|_| smoother.next(&times, x) == x), "{x:?}");
                }
            }
        }
    }

    #[test]
    fn settles_to_idle() {
        let times = Times::new(0.1, 5.0, true, 8_000.0);
        let mut smoother = Smoother::default();
        for _ in 0..400 {
            push(&mut smoother, &times, 6.0);
        }
        assert!(!smoother.is_idle());
        for n in 0..40_000 {
            push(&mut smoother, &times, 0.0);
            if n % 40 == 0 {
                smoother.settle();
            }
        }
        assert!(smoother.is_idle());
    }

    /// Several bands in one loop, cut anywhere, against each band alone, sample by sample.
    #[test]
    fn bands_in_one_loop_are_the_same_bits_as_one_by_one() {
        for auto in [[false, false, false], [true, false, true]] {
            let times = [0, 1, 2].map(|k| Times::new(0.1 + 5.0 * count(k), 20.0, auto[k], 8_000.0));
            let input = |k: usize, n: usize| {
                let x = count(n) * (0.01 + 0.003 * count(k));
                [10.0 * x.sin(), 6.0 * (1.7 * x).cos()]
            };
            let (mut together, mut alone) = ([Smoother::default(); 3], [Smoother::default(); 3]);
            for start in (0..4_000).step_by(16) {
                let mut values: [[Frame; 16]; 3] =
                    std::array::from_fn(|k| std::array::from_fn(|n| input(k, start + n)));
                let split = (start / 16) % 16;
                for range in [0..split, split..16] {
                    let [a, b, c] = &mut together;
                    smooth([(a, times[0]), (b, times[1]), (c, times[2])], &mut values, range);
                }
                for (k, (values, alone)) in values.iter().zip(&mut alone).enumerate() {
                    for (n, value) in values.iter().enumerate() {
                        assert_eq!(*value, alone.next(&times[k], input(k, start + n)));
                    }
                }
            }
        }
    }
}
