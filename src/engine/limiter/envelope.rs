//! From the attenuation that each sample needs to the gain that is applied: hold, release, link, smooth.

use crate::dsp::{BoxSmooth, PeakHold};
use crate::limiter::timing::Timing;

/// How the gain comes back: a style and the release settings, in samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    /// Samples over which the greatest need is held. Never less than [`Timing::least_window`].
    pub window: usize,
    /// Part of the way that the gain goes back in one sample.
    pub release: f64,
    /// Part of the way in one sample that sustained reduction follows the gain down.
    pub sustain: f64,
    /// Part of the way in one sample that sustained reduction comes back.
    pub recovery: f64,
    /// 1 if the gain comes back only as far as sustained reduction lets it (auto release), else 0.
    pub auto: f64,
    /// How far each channel follows the other's reduction at once, 0 to 1.
    pub link_transients: f64,
    /// How far each channel follows the other's sustained reduction, 0 to 1.
    pub link_release: f64,
}

/// The gain computer of both channels.
///
/// With need a(n) >= 1 (how far above the ceiling the signal is at n), per channel:
/// 1. h = greatest a of the last [`Shape::window`] samples ([`PeakHold`]); the gain may not exceed 1/h.
/// 2. e: falls to 1/h at once, comes back exponentially (to 1, or with auto release to the sustained gain s).
/// 3. s: follows e slowly: reduction that lasts. It alone is linked by `link_release`, e by `link_transients`.
/// 4. Two running means ([`BoxSmooth`]).
///
/// Every step only ever lowers the gain below 1/h or averages such gains, so where the window covers the span of the
/// means, gain times need is at most 1. Sources: Giannoulis, Massberg, Reiss, "Digital Dynamic Range Compressor Design",
/// JAES 60(6) 2012; Hämäläinen, "Smoothing of the control signal without clipped output in digital peak limiters",
/// DAFx-02; Signalsmith Audio, "Building a nice limiter" (peak hold, release, box smoothing).
#[derive(Clone, Debug)]
pub struct Envelope {
    hold: [PeakHold; 2],
    gain: [f64; 2],
    sustained: [f64; 2],
    smooth: [BoxSmooth<2>; 2],
}

impl Default for Envelope {
    fn default() -> Self {
        Self {
            hold: [PeakHold::new(1.0), PeakHold::new(1.0)],
            gain: [1.0; 2],
            sustained: [1.0; 2],
            smooth: [BoxSmooth::new(1.0), BoxSmooth::new(1.0)],
        }
    }
}

impl Envelope {
    /// Makes room and rests at a gain of 1. Allocates.
    pub fn prepare(&mut self, timing: &Timing) {
        self.hold.iter_mut().for_each(|hold| hold.resize(timing.longest_window));
        self.smooth.iter_mut().for_each(|smooth| smooth.resize(timing.means));
        self.reset();
    }

    /// Rests at a gain of 1.
    pub fn reset(&mut self) {
        self.hold.iter_mut().for_each(PeakHold::reset);
        self.smooth.iter_mut().for_each(BoxSmooth::reset);
        self.gain = [1.0; 2];
        self.sustained = [1.0; 2];
    }

    /// Takes the need of both channels, returns their gains.
    #[inline]
    pub fn push(&mut self, need: [f64; 2], shape: &Shape) -> [f64; 2] {
        let state = self.hold.iter_mut().zip(self.gain.iter_mut().zip(&mut self.sustained));
        for (need, (hold, (gain, sustained))) in need.into_iter().zip(state) {
            let limit = 1.0 / hold.push(need, shape.window);
            let rest = 1.0 + shape.auto * (*sustained - 1.0);
            *gain = (*gain + (rest - *gain) * shape.release).min(limit);
            let follow = if *gain < *sustained { shape.sustain } else { shape.recovery };
            *sustained += (*gain - *sustained) * follow;
        }
        let [left, right] = self.gain;
        [
            self.smooth[0].push(link(left, right, self.sustained[1], shape)),
            self.smooth[1].push(link(right, left, self.sustained[0], shape)),
        ]
    }
}

/// A channel's gain, drawn towards the other's where that is lower.
#[inline]
fn link(own: f64, other: f64, other_sustained: f64, shape: &Shape) -> f64 {
    let transients = own + shape.link_transients * (other - own).min(0.0);
    let release = own + shape.link_release * (other_sustained - own).min(0.0);
    transients.min(release)
}
