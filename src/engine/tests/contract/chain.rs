//! The whole chain.

use garnish_engine::chain::Chain;
use garnish_engine::params::{Role, table};
use garnish_engine::presets::Preset;
use garnish_engine::settings::{Quality, Settings};

use crate::harness::{Shift, Subject, check};
use crate::support::Random;

/// Any automatable values at all, but no more than 12 dB of gain anywhere: what the chain cannot be blamed for. Each
/// depends on the seed and its id alone, so that a new parameter changes no other.
fn random(seed: u64) -> Settings {
    let mut settings = Settings::default();
    for param in table().iter().filter(|param| param.role == Role::Automated) {
        let seed =
            param.id.bytes().fold(seed, |seed, byte| seed.wrapping_mul(257).wrapping_add(u64::from(byte)));
        let top =
            if param.id.contains("gain") && param.range.max() > 12.0 { 12.0 } else { param.range.max() };
        param.set(&mut settings, Random::new(seed).between(param.range.min(), top));
    }
    settings
}

#[test]
fn the_chain() {
    let settings = |preset| Preset::factory(preset).unwrap().settings(&Settings::default());
    check(&Subject {
        make: Chain::default,
        neutral: settings("neutral"),
        active: vec![
            settings("demo"),
            random(1),
            Settings { quality: Quality::High, ..settings("demo") },
            Settings { quality: Quality::Eco, ..random(2) },
            settings("default"),
        ],
        shift: Shift::Decibels(-110.0),
        // after the slowest of the random releases; the presets are at -76 dB
        after_huge_db: -15.0,
    });
}
