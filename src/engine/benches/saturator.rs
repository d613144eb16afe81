//! The saturator's cost.
#![allow(missing_docs, reason = "criterion's macros")]

mod support;

use criterion::{Criterion, criterion_group, criterion_main};
use garnish_engine::saturator::{Character, Saturator, Settings};
use garnish_engine::settings::Quality;
use support::{measure, prepared, short};

fn saturator(criterion: &mut Criterion) {
    for (name, quality, character) in [
        ("saturator/eco", Quality::Eco, Character::Tape),
        ("saturator/standard", Quality::Standard, Character::Tape),
        ("saturator/high", Quality::High, Character::Tape),
        ("saturator/standard tube", Quality::Standard, Character::Tube),
        ("saturator/standard transformer", Quality::Standard, Character::Transformer),
        ("saturator/standard console", Quality::Standard, Character::Console),
        ("saturator/standard soft clip", Quality::Standard, Character::SoftClip),
    ] {
        let settings = Settings { drive_db: 12.0, character, quality, ..Settings::default() };
        measure(criterion, name, prepared::<Saturator>(&settings, 48e3), |_| {});
    }
}

criterion_group! { name = benches; config = short(); targets = saturator }
criterion_main!(benches);
