//! The multiband compressor's controls beyond the curve: look-ahead, link, mid/side, listening, readings.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/multiband.rs"]
mod stand;

use std::f64::consts::{FRAC_PI_4, TAU};

use garnish_engine::Stage;
use garnish_engine::multiband::{
    Band, Bands, Channels, Detector, LookAhead, Monitor, Multiband, Phase, Settings, auto_makeup_db,
};
use garnish_engine::units::count;
use num_complex::Complex;
use stand::{IDLE, PHASES, amplitude, band_responses, idle, prepared, run, sine};

#[test]
fn look_ahead_moves_the_gain_by_its_time() {
    for (look_ahead, look_ahead_ms) in [
        (LookAhead::FiveMs, 5.0),
        (LookAhead::TwentyMs, 20.0),
        (LookAhead::TwentyMs, 7.0),
        (LookAhead::FiveMs, 0.0),
    ] {
        for phase in PHASES {
            let rate_hz = 48_000.0;
            let band = Band { threshold_db: -20.0, ratio: 10.0, look_ahead_ms, attack_ms: 0.1, ..IDLE };
            let settings = Settings {
                phase,
                look_ahead,
                bands: Bands::Two,
                crossover_hz: [50.0, 2e4, 2e4, 2e4, 2e4],
                band: [band; 6],
                ..idle()
            };
            let mut stage = prepared(&settings, rate_hz);
            let latency = stage.latency();
            let step = 12_000;
            let tone: Vec<_> = (0..32_000)
                .map(|n| (TAU * 0.25 * count(n) + FRAC_PI_4).sin() * if n < step { 0.01 } else { 0.5 })
                .collect();
            let [output, _] = run(&mut stage, [tone.clone(), tone.clone()]);
            let reduced = |n: &usize| {
                output[n + latency].hypot(output[n + latency + 1]) < 0.97 * tone[*n].hypot(tone[n + 1])
            };
            let first = (6_000..step + 1_000).find(reduced).unwrap();
            let early_ms = (count(step) - count(first)) / rate_hz * 1e3;
            assert!(
                (early_ms - look_ahead_ms).abs() < 0.1,
                "{early_ms} ms early, set {look_ahead_ms}, {phase:?}"
            );
        }
    }
}

/// Runs one second, listens to the last tenth: level in dB of a tone in each channel.
fn levels_db(stage: &mut Multiband, audio: [Vec<f64>; 2], hz: f64) -> [f64; 2] {
    let frames = audio[0].len();
    run(stage, audio).map(|channel| 20.0 * amplitude(&channel[frames - 4_800..], hz, 48_000.0).log10())
}

#[test]
fn stereo_link_decides_what_the_quieter_channel_follows() {
    let audio = || {
        [sine(2_500.0, 48_000.0, 0.5, 48_000)[0].clone(), sine(2_500.0, 48_000.0, 0.05, 48_000)[0].clone()]
    };
    let band = Band { threshold_db: -30.0, ratio: 4.0, knee_db: 0.0, release_ms: 200.0, ..IDLE };
    let reduction = |link_percent, phase| {
        let settings = Settings {
            phase,
            bands: Bands::Two,
            crossover_hz: [50.0, 2e4, 2e4, 2e4, 2e4],
            band: [Band { link_percent, ..band }; 6],
            ..idle()
        };
        let [left, right] = levels_db(&mut prepared(&settings, 48_000.0), audio(), 2_500.0);
        [-6.0206 - left, -26.0206 - right]
    };
    // 4:1 takes 3/4 of what a level lies above -30 dB; linked by half, -26 and -6 dB count as -16 dB
    let expected = |level_db: f64| 0.75 * (level_db + 30.0);
    for phase in PHASES {
        for (link_percent, right_level_db) in [(0.0, -26.0206), (50.0, -16.0206), (100.0, -6.0206)] {
            let reductions = reduction(link_percent, phase);
            let errors = [reductions[0] - expected(-6.0206), reductions[1] - expected(right_level_db)];
            assert!(
                errors.iter().all(|error| error.abs() < 0.02),
                "{errors:?} dB off, {link_percent} %, {phase:?}"
            );
        }
    }
}

#[test]
fn mid_side_compresses_the_side_alone() {
    let channels = Channels::MidSide;
    let band =
        Band { threshold_db: -30.0, ratio: 4.0, link_percent: 0.0, release_ms: 200.0, channels, ..IDLE };
    let [mid, _] = sine(3_000.0, 48_000.0, 0.01, 48_000);
    let [side, _] = sine(500.0, 48_000.0, 0.5, 48_000);
    let left: Vec<_> = mid.iter().zip(&side).map(|(m, s)| m + s).collect();
    let right: Vec<_> = mid.iter().zip(&side).map(|(m, s)| m - s).collect();
    for phase in PHASES {
        let both = run(&mut prepared(&one_band(phase, band), 48_000.0), [left.clone(), right.clone()]);
        let level_db = |sign: f64, hz| {
            let coded: Vec<_> = both[0].iter().zip(&both[1]).map(|(l, r)| 0.5 * (l + sign * r)).collect();
            20.0 * amplitude(&coded[43_200..], hz, 48_000.0).log10()
        };
        // the mid lies below the threshold, the side 24 dB above it
        for (sign, hz, expected_db) in
            [(1.0, 3_000.0, -40.0), (-1.0, 500.0, -6.0206 - 0.75 * (30.0 - 6.0206))]
        {
            let error = level_db(sign, hz) - expected_db;
            assert!(error.abs() < 0.02, "{error} dB off at {hz} Hz, {phase:?}");
        }
    }
}

/// What is heard of a tone is the sum of the bands that are heard, each at the response of its crossovers.
#[test]
fn solo_and_mute_are_heard_and_leave_no_trace() {
    let hz = 2_500.0; // in the third band, 1 to 6 kHz
    let tone = || sine(hz, 48_000.0, 0.5, 48_000);
    let solo = |n: usize| Monitor { solo: std::array::from_fn(|band| band == n), ..Monitor::default() };
    let mute = |n: usize| Monitor { mute: std::array::from_fn(|band| band == n), ..Monitor::default() };
    for phase in PHASES {
        let settings = Settings { phase, ..idle() };
        let bands = band_responses(&settings, hz, 48_000.0);
        let whole: Complex<f64> = bands.iter().sum();
        assert!((whole.norm() - 1.0).abs() < 1e-9);
        let mut stage = prepared(&settings, 48_000.0);
        for (monitor, expected) in [
            (solo(2), bands[2]),
            (solo(0), bands[0]),
            (mute(2), whole - bands[2]),
            (solo(3), bands[3]),
            (mute(1), whole - bands[1]),
        ] {
            stage.set(&Settings { monitor, ..settings });
            let [level_db, _] = levels_db(&mut stage, tone(), hz);
            let error = level_db - 20.0 * (0.5 * expected.norm()).log10();
            assert!(error.abs() < 0.01, "{error} dB off at {level_db} dB, {phase:?}, {monitor:?}");
        }
        stage.set(&settings);
        if phase == Phase::Dynamic {
            let audio = tone();
            let output = run(&mut stage, audio.clone());
            assert!(output[0][4_800..] == audio[0][4_800..]);
        }
    }
}

#[test]
fn solo_of_a_band_that_is_not_in_use_silences_nothing() {
    let monitor = Monitor { solo: [false, false, false, false, false, true], ..Monitor::default() };
    let settings = Settings { bands: Bands::Six, monitor, ..idle() };
    let mut stage = prepared(&settings, 48_000.0);
    let [six, _] = levels_db(&mut stage, sine(300.0, 48_000.0, 0.5, 48_000), 300.0);
    assert!(six < -200.0, "the sixth band alone, which begins at 15 kHz: {six} dB");
    stage.set(&Settings { bands: Bands::Four, ..settings });
    let [four, _] = levels_db(&mut stage, sine(300.0, 48_000.0, 0.5, 48_000), 300.0);
    assert!((four + 6.0206).abs() < 0.001, "there is no sixth band: {four} dB");
}

/// One band from 50 Hz up, so that nothing is shared with a neighbour.
fn one_band(phase: Phase, band: Band) -> Settings {
    let crossover_hz = [50.0, 2e4, 2e4, 2e4, 2e4];
    Settings { phase, bands: Bands::Two, crossover_hz, band: [band; 6], ..idle() }
}

#[test]
fn readings_are_the_greatest_since_the_last() {
    let band =
        Band { threshold_db: -30.0, ratio: 2.0, knee_db: 0.0, attack_ms: 0.05, release_ms: 50.0, ..IDLE };
    let mut stage = prepared(&one_band(Phase::Dynamic, band), 48_000.0);
    run(&mut stage, sine(2_500.0, 48_000.0, 0.1, 24_000));
    run(&mut stage, [vec![0.0; 48_000], vec![0.0; 48_000]]);
    let reading = stage.take_reading();
    assert!((reading.level_db[1] + 20.0).abs() < 0.1, "{reading:?}");
    assert!((reading.reduction_db[1] - 5.0).abs() < 0.1, "{reading:?}");
    assert_eq!(reading.boost_db, [0.0; 6]);
    assert!(reading.level_db[2] == -180.0 && reading.reduction_db[2] == 0.0, "a band at rest: {reading:?}");
    run(&mut stage, [vec![0.0; 480], vec![0.0; 480]]);
    let reading = stage.take_reading();
    assert!(reading.level_db[1] < -100.0 && reading.reduction_db[1] < 0.01, "{reading:?}");
}

#[test]
fn detectors_read_peak_and_root_mean_square() {
    for (detector, expected_db) in [(Detector::Peak, -6.0206), (Detector::Rms, -9.0309)] {
        let settings = one_band(Phase::Dynamic, Band { detector, window_ms: 50.0, ..IDLE });
        let mut stage = prepared(&settings, 48_000.0);
        run(&mut stage, sine(2_500.0, 48_000.0, 0.5, 48_000));
        let level_db = stage.take_reading().level_db[1];
        assert!((level_db - expected_db).abs() < 0.05, "{detector:?} reads {level_db} dB");
    }
}

/// Mix, make-up and on/off are gains of the band: 1 + mix (g - 1).
#[test]
fn mix_and_makeup_are_what_is_heard() {
    let band = Band { threshold_db: -30.0, ratio: 4.0, knee_db: 0.0, release_ms: 200.0, ..IDLE };
    let reduction_db = -18.0; // of a tone of -6 dB
    let heard = |phase, band: Band, mix_percent, auto_makeup| {
        let settings = Settings { mix_percent, auto_makeup, ..one_band(phase, band) };
        let amplitude = 0.5 * 10f64.powf(0.0206 / 20.0);
        levels_db(&mut prepared(&settings, 48_000.0), sine(2_500.0, 48_000.0, amplitude, 48_000), 2_500.0)[0]
            + 6.0
    };
    let of_mix = |mix: f64| 20.0 * (1.0 + mix * (10f64.powf(reduction_db / 20.0) - 1.0)).log10();
    for phase in PHASES {
        for (band, mix_percent, auto_makeup, expected_db) in [
            (band, 100.0, false, reduction_db),
            (Band { mix_percent: 40.0, ..band }, 100.0, false, of_mix(0.4)),
            (Band { mix_percent: 50.0, ..band }, 40.0, false, of_mix(0.2)),
            (band, 0.0, false, 0.0),
            (Band { makeup_db: 7.0, ..band }, 100.0, false, reduction_db + 7.0),
            (Band { on: false, makeup_db: 7.0, ..band }, 100.0, true, 0.0),
            (band, 100.0, true, reduction_db + auto_makeup_db(&band)),
        ] {
            let gain_db = heard(phase, band, mix_percent, auto_makeup);
            assert!(
                (gain_db - expected_db).abs() < 0.05,
                "{gain_db} dB for {expected_db}, {phase:?}, {band:?}"
            );
        }
    }
}
