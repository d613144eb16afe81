//! Band statistics against signals whose statistics are known.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use garnish_engine::analysis::{
    BandAnalyser, BandStatistics, Difference, Fraction, Part, differences, regions,
};
use garnish_engine::units::{count, db_from_power, gain_from_db, whole};
use support::Random;

fn statistics(rate_hz: f64, fraction: Fraction, [left, right]: [&[f64]; 2], piece: usize) -> BandStatistics {
    let mut analyser = BandAnalyser::new(rate_hz, fraction);
    for (left, right) in left.chunks(piece).zip(right.chunks(piece)) {
        analyser.push([left, right]);
    }
    analyser.finish()
}

fn noise(frames: usize, gain: f64, seed: u64) -> Vec<f64> {
    let mut random = Random::new(seed);
    (0..frames).map(|_| gain * random.signed()).collect()
}

#[test]
fn a_sine_in_one_channel_has_the_level_of_its_power() {
    let sine: Vec<_> =
        (0..480_000).map(|n| (std::f64::consts::TAU * 1_000.0 * count(n) / 48_000.0).sin()).collect();
    let silence = vec![0.0; sine.len()];
    let found = statistics(48_000.0, Fraction::Third, [&sine, &silence], 4_096);
    assert_eq!(found.bands.len(), 31);
    for band in &found.bands {
        if (band.centre_hz() - 1_000.0).abs() < 1.0 {
            // half of 1/2 for the mean of both channels; a quarter of 1/2 each for mid and side
            for (level, power) in [(band.both, 0.25), (band.mid, 0.125), (band.side, 0.125)] {
                for db in [level.mean_db, level.p10_db, level.p50_db, level.p95_db] {
                    assert!((db - db_from_power(power)).abs() < 0.01, "{level:?}");
                }
            }
            assert!(band.width_db().abs() < 1e-9 && band.correlation == 0.0, "{band:?}");
        } else {
            assert!(band.both.mean_db < -60.0, "{band:?}");
        }
    }
}

/// White noise has the same power in each hertz, so each band has that of its width; its channels have what they share as mid.
#[test]
fn noise_fills_bands_by_their_width_and_channels_correlate_by_what_they_share() {
    let frames = 48_000 * 60;
    let (common, own) = (noise(frames, 0.4, 1), noise(frames, 0.2, 2));
    let left: Vec<_> = common.iter().zip(&own).map(|(mid, side)| mid + side).collect();
    let right: Vec<_> = common.iter().zip(&own).map(|(mid, side)| mid - side).collect();
    for fraction in [Fraction::Third, Fraction::Sixth] {
        let found = statistics(48_000.0, fraction, [&left, &right], 10_000);
        for band in found.bands.iter().filter(|band| band.edges_hz.start > 300.0) {
            let share = (band.edges_hz.end - band.edges_hz.start) / 24_000.0;
            for (level, gain) in [(band.mid, 0.4_f64), (band.side, 0.2)] {
                let expected_db = db_from_power(gain * gain / 3.0 * share);
                let error_db = level.mean_db - expected_db;
                assert!(error_db.abs() < 4.0 * level.error_db.max(0.02), "{band:?}, {expected_db}");
                assert!(level.error_db < 0.3, "{band:?}");
            }
            assert!((band.width_db() + 6.02).abs() < 0.4, "{band:?}");
            assert!((band.correlation - 0.6).abs() < 0.04, "{band:?}");
        }
    }
}

#[test]
fn quiet_passages_and_silence_do_not_count() {
    let loud = noise(48_000 * 20, 0.3, 3);
    let mut programme = noise(48_000 * 40, 0.003, 4);
    programme.extend(&loud);
    programme.extend(vec![0.0; 48_000 * 30]);
    let alone = statistics(48_000.0, Fraction::Third, [&loud, &loud], 4_800);
    let among = statistics(48_000.0, Fraction::Third, [&programme, &programme], 4_800);
    for (alone, among) in alone.bands.iter().zip(&among.bands).skip(12) {
        // the two windows at the borders hold half of each
        assert!((alone.both.mean_db - among.both.mean_db).abs() < 0.35, "{alone:?} {among:?}");
    }
    let silence = vec![0.0; 96_000];
    let silent = statistics(48_000.0, Fraction::Third, [&silence, &silence], 4_800);
    assert!(silent.is_silent());
    assert!(silent.bands.iter().all(|band| band.both.mean_db == f64::NEG_INFINITY));
}

#[test]
fn the_way_a_stream_is_cut_changes_nothing() {
    let [left, right] = support::music(150_000, 48_000.0, 5);
    let whole = statistics(48_000.0, Fraction::Sixth, [&left, &right], left.len());
    for piece in [1, 333, 16_384, 40_000] {
        assert_eq!(statistics(48_000.0, Fraction::Sixth, [&left, &right], piece), whole);
    }
    let mut bad = left.clone();
    bad[70_000] = f64::NAN;
    bad[70_001] = f64::INFINITY;
    let healed = statistics(48_000.0, Fraction::Sixth, [&bad, &right], 4_096);
    assert!(healed.bands.iter().all(|band| band.both.mean_db.is_finite()));
}

/// Noise whose level changes every five seconds, as the sections of a song do.
fn song(seed: u64) -> Vec<f64> {
    let mut random = Random::new(seed);
    let mut samples = Vec::new();
    for _section in 0..12 {
        let level_db: f64 = (0..4).map(|_| 2.0 * random.signed()).sum();
        samples.extend((0..8_000 * 5).map(|_| 0.2 * gain_from_db(level_db) * random.signed()));
    }
    samples
}

/// A confidence interval of 95 % must hold zero nearly always when two programmes come from the same process; with the
/// textbook error of independent windows it would miss it in most cases.
#[test]
fn programmes_of_the_same_kind_seldom_differ_with_certainty() {
    let songs: Vec<_> = (0..40)
        .map(|seed| {
            let song = song(seed + 10);
            statistics(8_000.0, Fraction::Third, [&song, &song], 8_000)
        })
        .collect();
    let band = songs[0].bands.len() - 4;
    let (mut certain, mut all) = (0, 0);
    for (n, first) in songs.iter().enumerate() {
        for second in &songs[n + 1..] {
            all += 1;
            certain += usize::from(differences(first, second, Part::Both, 0.0)[band].is_certain());
        }
    }
    let share = count(certain) / count(all);
    assert!(share < 0.15, "{share} of {all} pairs");
    let wide = songs.iter().filter(|song| song.bands[band].both.error_db > 3.0).count();
    assert_eq!(wide, 0, "intervals so wide that nothing is ever certain");
}

#[test]
fn a_gain_is_a_difference_of_that_gain_until_it_is_taken_out() {
    let song = song(60);
    let louder: Vec<_> = song.iter().map(|x| x * gain_from_db(-5.2)).collect();
    let [first, second] =
        [&louder, &song].map(|song| statistics(8_000.0, Fraction::Sixth, [song, song], 1_000));
    for (offset_db, left_db) in [(0.0, -5.2), (-5.2, 0.0)] {
        for difference in differences(&first, &second, Part::Mid, offset_db) {
            assert!((difference.db - left_db).abs() < 1e-3, "{difference:?}");
        }
    }
    // the two rise and fall together: nothing is uncertain but rounding
    assert!(differences(&first, &second, Part::Mid, 0.0).iter().all(|d| d.uncertainty_db < 1e-3));
    // mono programmes have no side: nothing can be said of it
    let side = differences(&first, &second, Part::Side, 0.0);
    assert!(side.iter().all(|difference| !difference.is_certain()));
}

#[test]
fn regions_join_neighbours_that_differ_alike() {
    let band = |n: u32, db: f64| Difference {
        low_hz: 100.0 * f64::from(n),
        high_hz: 100.0 * f64::from(n + 1),
        db,
        uncertainty_db: 1.0,
    };
    let found =
        regions(&[band(1, 2.0), band(2, 4.0), band(3, 0.5), band(4, -3.0), band(5, 3.0), band(6, 1.2)], 1.5);
    let seen: Vec<_> = found.iter().map(|d| (whole(d.low_hz), whole(d.high_hz), d.db)).collect();
    assert_eq!(seen, [(100, 300, 3.0), (400, 500, -3.0), (500, 600, 3.0)]);
}
