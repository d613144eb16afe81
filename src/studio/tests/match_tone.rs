//! Match tone on programmes whose tone is known, and on the demo music.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use garnish_engine::analysis::{BandAnalyser, BandStatistics, Fraction, Part, differences};
use garnish_engine::eq::{self, Band, Equaliser, Shape};
use garnish_engine::units::gain_from_db;
use garnish_engine::{Block, Spec, Stage};
use garnish_studio::match_tone::{Match, Options, distance_db, match_tone};

const RATE_HZ: f64 = 44_100.0;

type Stereo = [Vec<f64>; 2];

fn statistics([left, right]: &Stereo) -> BandStatistics {
    let mut analyser = BandAnalyser::new(RATE_HZ, Fraction::Sixth);
    analyser.push([left, right]);
    analyser.finish()
}

/// Noise whose level and brightness change every four seconds, as the sections of a song do.
fn song(seed: u64, seconds: usize) -> Stereo {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut random = move || {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        let top = u32::try_from(state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32).unwrap();
        f64::from(top) / f64::from(1_u32 << 31) - 1.0
    };
    let mut channels = [Vec::new(), Vec::new()];
    let (mut low, mut side_low) = (0.0, 0.0);
    for _section in 0..seconds / 4 {
        let gain = gain_from_db(-14.0 + 3.0 * random());
        let brightness = gain_from_db(-6.0 + 2.0 * random());
        for _frame in 0..44_100 * 4 {
            let (mid, side) = (random(), 0.3 * random());
            low += 0.03 * (mid - low);
            side_low += 0.03 * (side - side_low);
            let (mid, side) = (4.0 * low + brightness * mid, 4.0 * side_low + brightness * side);
            channels[0].push(gain * (mid + side));
            channels[1].push(gain * (mid - side));
        }
    }
    channels
}

fn equalised(song: &Stereo, bands: &[Band]) -> Stereo {
    let mut stage = Equaliser::default();
    stage.set(&settings(bands));
    stage.prepare(&Spec { sample_rate_hz: RATE_HZ, max_frames: 4_096 });
    let [mut left, mut right] = song.clone();
    for (left, right) in left.chunks_mut(4_096).zip(right.chunks_mut(4_096)) {
        stage.process(&mut Block::new(left, right));
    }
    [left, right]
}

fn settings(bands: &[Band]) -> eq::Settings {
    let mut settings = eq::Settings::default();
    settings.bands.iter_mut().for_each(|band| band.on = false);
    settings.bands.iter_mut().zip(bands).for_each(|(to, from)| *to = *from);
    settings
}

fn band(shape: Shape, freq_hz: f64, gain_db: f64, q: f64) -> Band {
    Band { on: true, shape, freq_hz, gain_db, q, ..eq::Settings::default().bands[0] }
}

fn curve_db(bands: &[Band], hz: f64) -> f64 {
    eq::prototype_db(&settings(bands), hz)
}

#[test]
fn a_song_matched_to_itself_gets_no_bands() {
    let song = statistics(&song(1, 24));
    let found = match_tone(&song, &song, &Options::default());
    assert_eq!(found, Match { bands: Vec::new(), before_db: 0.0, after_db: 0.0, wants_more: false });
}

#[test]
fn a_song_matched_to_its_equalised_copy_gets_that_equaliser() {
    let song = song(2, 40);
    let used = [
        band(Shape::LowShelf, 130.0, -3.0, 0.707),
        band(Shape::Bell, 800.0, -2.0, 1.0),
        band(Shape::Bell, 3_000.0, 4.0, 0.9),
    ];
    let copy = equalised(&song, &used);
    let found = match_tone(&statistics(&song), &statistics(&copy), &Options::default());
    for n in 0..=100 {
        let hz = 40.0 * 400_f64.powf(f64::from(n) / 100.0);
        let error_db = curve_db(&found.bands, hz) - curve_db(&used, hz);
        assert!(error_db.abs() < 0.3, "{hz} Hz: {error_db} dB with {:?}", found.bands);
    }
    assert!(found.before_db > 1.5 && found.after_db < 0.1, "{found:?}");
}

#[test]
fn amount_limit_and_free_bands_are_kept() {
    let song = song(3, 24);
    let bright = statistics(&equalised(&song, &[band(Shape::HighShelf, 2_000.0, 10.0, 0.707)]));
    let song = statistics(&song);
    let matched = |options: Options| match_tone(&song, &bright, &options).bands;
    let span = |bands: &[Band]| curve_db(bands, 12_000.0) - curve_db(bands, 200.0);
    let whole = span(&matched(Options { limit_db: 12.0, ..Options::default() }));
    let half = span(&matched(Options { limit_db: 12.0, amount_percent: 50.0, ..Options::default() }));
    assert!((whole - 10.0).abs() < 0.5 && (half - 5.0).abs() < 0.4, "{whole} {half}");
    for limit_db in [0.0, 1.0, 3.0] {
        let bands = matched(Options { limit_db, ..Options::default() });
        assert!(bands.iter().all(|band| band.gain_db.abs() <= limit_db), "{limit_db}: {bands:?}");
    }
    assert!(matched(Options { amount_percent: 0.0, ..Options::default() }).is_empty());
    assert!(matched(Options { bands: 0, ..Options::default() }).is_empty());
    let one = match_tone(&song, &bright, &Options { bands: 1, limit_db: 2.0, ..Options::default() });
    assert_eq!(one.bands.len(), 1);
}

/// The demo mix and the demo reference are different songs: a fit to one half of the seconds must bring the other half nearer too.
#[test]
fn seconds_that_were_not_looked_at_come_nearer_too() {
    let read = |name: &str| {
        let path = format!("{}/../../plugin-assets/demo/{name}.flac", env!("CARGO_MANIFEST_DIR"));
        let audio = garnish_media::decode(path).unwrap();
        let audio = garnish_media::resample(&audio, 44_100).unwrap();
        let wide = |n: usize| audio.channels[n].iter().map(|x| f64::from(*x)).collect::<Vec<_>>();
        [wide(0), wide(1)]
    };
    let (mix, reference) = (read("mix"), read("reference"));
    let (seen_mix, unseen_mix) = (statistics(&part(&mix, 0, 2)), part(&mix, 1, 2));
    let (seen_reference, unseen_reference) =
        (statistics(&part(&reference, 0, 2)), statistics(&part(&reference, 1, 2)));
    let found = match_tone(&seen_mix, &seen_reference, &Options::default());
    let distance = |mix: &BandStatistics| distance_db(&differences(&unseen_reference, mix, Part::Both, 0.0));
    let before = distance(&statistics(&unseen_mix));
    let after = distance(&statistics(&equalised(&unseen_mix, &found.bands)));
    assert!(found.after_db < found.before_db, "{found:?}");
    assert!(after < before, "unseen: {before} -> {after}, {found:?}");
}

/// One of `parts` equal stretches.
fn part(song: &Stereo, n: usize, parts: usize) -> Stereo {
    let length = song[0].len() / parts;
    [0, 1].map(|channel| song[channel][n * length..(n + 1) * length].to_vec())
}
