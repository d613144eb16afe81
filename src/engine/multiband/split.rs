//! The bands by Linkwitz-Riley crossovers: what the detectors hear, and what [`Phase::LinkwitzRiley`] is made of.
//!
//! [`Phase::LinkwitzRiley`]: super::Phase::LinkwitzRiley

use super::matrix::amplify;
use super::settings::{BANDS, Channels};
use super::{CHUNK, Chunk};
use crate::dsp::linkwitz_riley::{AllPass, Crossover, poles};
use crate::dsp::svf::{Coefficients, Frame};

/// A chain of crossovers from the bottom, and the all-passes that put the bands together again.
#[derive(Clone, Debug, Default)]
pub(super) struct Split {
    poles: [Coefficients; BANDS - 1],
    crossover: [Crossover; BANDS - 1],
    all_pass: [AllPass; BANDS - 1],
}

impl Split {
    pub(super) fn reset(&mut self) {
        self.crossover = Default::default();
        self.all_pass = Default::default();
    }

    pub(super) fn set(&mut self, crossovers_hz: &[f64; BANDS - 1], sample_rate_hz: f64) {
        self.poles = crossovers_hz.map(|hz| poles(hz, sample_rate_hz));
    }

    /// Splits into the bands from the lowest. Each still lacks the phase of the crossovers above its own.
    pub(super) fn split(&mut self, input: &[Frame], bands: &mut [Chunk]) {
        let mut rest = [[0.0; 2]; CHUNK];
        let rest = &mut rest[..input.len()];
        rest.copy_from_slice(input);
        let Some((top, lower)) = bands.split_last_mut() else { return };
        for ((band, crossover), poles) in lower.iter_mut().zip(&mut self.crossover).zip(&self.poles) {
            // copies stay in registers
            let (mut running, poles) = (*crossover, *poles);
            for (low, x) in band.iter_mut().zip(rest.iter_mut()) {
                [*low, *x] = running.process(&poles, *x);
            }
            *crossover = running;
        }
        top[..rest.len()].copy_from_slice(rest);
    }

    /// Adds up the bands with the (linear) gains of their channels, from the bottom. Before a band is added, the sum of those below takes the
    /// phase of the crossover above that band, so that in the end all have the phase of all crossovers.
    pub(super) fn sum(
        &mut self,
        bands: &[Chunk],
        channels: &[Channels],
        gains: &[Chunk],
        output: &mut [Frame],
    ) {
        output.fill([0.0; 2]);
        for (n, ((band, channels), gains)) in bands.iter().zip(channels).zip(gains).enumerate() {
            if n > 0
                && n + 1 < bands.len()
                && let (Some(all_pass), Some(poles)) = (self.all_pass.get_mut(n), self.poles.get(n))
            {
                let (mut running, poles) = (*all_pass, *poles);
                for y in output.iter_mut() {
                    *y = running.process(&poles, *y);
                }
                *all_pass = running;
            }
            for ((y, x), gain) in output.iter_mut().zip(band).zip(gains) {
                let heard = amplify(*channels, *gain, *x);
                *y = [y[0] + heard[0], y[1] + heard[1]];
            }
        }
    }

    /// Turns inaudible tails into silence. Call on an absolute sample grid.
    pub(super) fn settle(&mut self) {
        self.crossover.iter_mut().for_each(Crossover::settle);
        self.all_pass.iter_mut().for_each(AllPass::settle);
    }
}
