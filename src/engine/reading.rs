//! Readings of the whole engine.

use crate::chain;
use crate::meter::{self, Reductions};
use crate::sync::Merge;

/// Readings of the meters and the stages since the last reading.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reading {
    /// The input meter's, before the input gain.
    pub input: meter::Reading,
    /// The stages'.
    pub stages: chain::Reading,
    /// The output meter's: the signal that the host gets.
    pub output: meter::Reading,
}

impl Merge for Reading {
    fn after(self, unseen: &Self) -> Self {
        Self {
            input: self.input.after(&unseen.input),
            stages: self.stages.after(&unseen.stages),
            output: self.output.after(&unseen.output),
        }
    }
}

/// Readings of the stages that wait to be taken. A stage's own reading ends whenever it is taken; here it is collected both for the
/// next [`Reading`] and for the next point of the history.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    since_reading: chain::Reading,
    since_point: Reductions,
}

impl Collected {
    /// Adds what the stages measured since the last call.
    pub(crate) fn add(&mut self, stages: &chain::Reading) {
        self.since_point = self.since_point.max(stages.reductions());
        self.since_reading = stages.after(&self.since_reading);
    }

    /// Takes the readings since the last call.
    pub(crate) fn take(&mut self) -> chain::Reading {
        std::mem::take(&mut self.since_reading)
    }

    /// Takes the greatest gain reductions since the last call.
    pub(crate) fn take_reductions(&mut self) -> Reductions {
        std::mem::take(&mut self.since_point)
    }
}
