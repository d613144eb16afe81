//! The multiband compressor.

pub(crate) mod params;

use crate::stage::{Block, Spec, Stage};

/// What can be set.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Settings {}

/// What can be shown.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reading {}

/// The stage.
#[derive(Debug, Default)]
pub struct Multiband {}

impl Stage for Multiband {
    type Settings = Settings;
    type Reading = Reading;

    fn prepare(&mut self, _spec: &Spec) {}
    fn reset(&mut self) {}
    fn set(&mut self, _settings: &Settings) {}
    fn process(&mut self, _block: &mut Block<'_>) {}
    fn latency(&self) -> usize {
        0
    }
    fn take_reading(&mut self) -> Reading {
        Reading {}
    }
}
