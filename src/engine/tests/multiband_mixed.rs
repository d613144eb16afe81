//! Bands that work on left and right beside bands that work on mid and side.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/multiband.rs"]
mod stand;
mod support;

use std::f64::consts::TAU;

use garnish_engine::multiband::{Band, Channels, Settings, curve};
use garnish_engine::units::{count, gain_from_db, whole};
use stand::{IDLE, PHASES, amplitude, idle, mixtures, prepared, run, with_channels};

const RATES_HZ: [f64; 5] = [44_100.0, 48_000.0, 88_200.0, 96_000.0, 192_000.0];

/// Left and right of what one channel (0 or 1) of a band is.
fn decoded(channels: Channels, channel: usize, x: f64) -> [f64; 2] {
    match (channels, channel) {
        (Channels::LeftRight, 0) => [x, 0.0],
        (Channels::LeftRight, _) => [0.0, x],
        (Channels::MidSide, 0) => [x, x],
        (Channels::MidSide, _) => [x, -x],
    }
}

/// What a channel of a band hears of left and right.
fn coded(channels: Channels, channel: usize, [left, right]: &[Vec<f64>; 2]) -> Vec<f64> {
    let code = |(l, r): (&f64, &f64)| match (channels, channel) {
        (Channels::LeftRight, 0) => *l,
        (Channels::LeftRight, _) => *r,
        (Channels::MidSide, 0) => 0.5 * (l + r),
        (Channels::MidSide, _) => 0.5 * (l - r),
    };
    left.iter().zip(right).map(code).collect()
}

/// In every band one channel is loud and the other weak: the loud one is brought down by the band's curve, the weak one stays.
#[test]
fn each_band_compresses_its_own_channels() {
    let loud_hz = [36.0, 340.0, 2_800.0, 15_600.0];
    let band = Band { threshold_db: -24.0, ratio: 2.0, link_percent: 0.0, attack_ms: 0.05, ..IDLE };
    // bands that are summed overlap more than shelves do
    for (phase, tolerance_db) in PHASES.into_iter().zip([0.25, 0.5, 0.5]) {
        for (rate_hz, channels) in RATES_HZ.into_iter().zip(mixtures().into_iter().cycle()) {
            let mut settings = Settings { phase, band: [band; 6], ..idle() };
            settings.crossover_hz[..3].copy_from_slice(&[100.0, 1_000.0, 8_000.0]);
            let mut stage = prepared(&with_channels(settings, channels), rate_hz);
            let frames = whole(2.5 * rate_hz);
            let [mut left, mut right] = [vec![0.0; frames], vec![0.0; frames]];
            for (n, hz) in loud_hz.into_iter().enumerate() {
                // which of the two channels is the loud one
                for (channel, hz, level_db) in [(n / 2, hz, -12.0), (1 - n / 2, 1.25 * hz, -60.0)] {
                    for (at, (left, right)) in left.iter_mut().zip(&mut right).enumerate() {
                        let fade = (count(at) / rate_hz * 5.0).min(1.0);
                        let x = fade * gain_from_db(level_db) * (TAU * hz / rate_hz * count(at)).sin();
                        let [l, r] = decoded(channels[n], channel, x);
                        *left += l;
                        *right += r;
                    }
                }
            }
            let mut worst = 0.0_f64;
            let output =
                run(&mut stage, [left, right]).map(|channel| channel[frames - whole(rate_hz)..].to_vec());
            for (n, hz) in loud_hz.into_iter().enumerate() {
                for (channel, hz, level_db, gain_db) in
                    [(n / 2, hz, -12.0, curve(&band, -12.0)), (1 - n / 2, 1.25 * hz, -60.0, 0.0)]
                {
                    let heard = amplitude(&coded(channels[n], channel, &output), hz, rate_hz);
                    let error = 20.0 * heard.log10() - level_db - gain_db;
                    worst = worst.max(error.abs());
                }
            }
            println!("{phase:?}, {channels:?}, {rate_hz} Hz: within {worst:.3} dB");
            assert!(worst < tolerance_db, "{worst} dB, {phase:?}, {channels:?}, {rate_hz} Hz");
        }
    }
}

/// The side of one band moves fast; a tone of another band, in the left channel alone, keeps its level.
#[test]
fn a_fast_side_moves_nothing_elsewhere() {
    let rate_hz = 48_000.0;
    let frames = 96_000;
    let fast =
        Band { threshold_db: -40.0, ratio: 3.0, attack_ms: 0.5, release_ms: 20.0, link_percent: 0.0, ..IDLE };
    for (fast_band, fast_hz, tone_hz) in [
        (3, 12_000.0, 50.0),
        (3, 12_000.0, 700.0),
        (1, 350.0, 30.0),
        (0, 60.0, 3_000.0),
        (1, 350.0, 12_000.0),
    ] {
        for phase in PHASES {
            let mut settings = Settings { phase, ..idle() };
            settings.band[fast_band] = Band { channels: Channels::MidSide, ..fast };
            // bursts of 50 ms every 100 ms
            let burst = |n: usize| {
                let on = (n / 2_400).is_multiple_of(2);
                if on { 0.5 * (TAU * fast_hz / rate_hz * count(n)).sin() } else { 0.0 }
            };
            let bursts: Vec<_> = (0..frames).map(burst).collect();
            let opposite: Vec<_> = bursts.iter().map(|x| -x).collect();
            let without = run(&mut prepared(&settings, rate_hz), [bursts.clone(), opposite.clone()]);
            // far too weak to move a gain: the outputs for its cosine and its sine make one complex gain, known at every sample
            let heard = [0.0, 0.25].map(|turn| {
                let weak: Vec<_> =
                    (0..frames).map(|n| 1e-6 * (TAU * (tone_hz / rate_hz * count(n) + turn)).sin()).collect();
                let left = bursts.iter().zip(&weak).map(|(a, b)| a + b).collect();
                let with = run(&mut prepared(&settings, rate_hz), [left, opposite.clone()]);
                let alone = run(&mut prepared(&Settings { phase, ..idle() }, rate_hz), [weak.clone(), weak]);
                let change =
                    |i: usize| -> Vec<_> { with[i].iter().zip(&without[i]).map(|(a, b)| a - b).collect() };
                [change(0), change(1), alone[0].clone()]
            });
            let [[left_sin, right_sin, alone_sin], [left_cos, right_cos, alone_cos]] = &heard;
            // of mid and side: the greatest change of level in dB
            let mut worst = [0.0_f64; 2];
            for n in 24_000..frames {
                let alone = alone_cos[n].hypot(alone_sin[n]);
                let parts = [1.0, -1.0].map(|sign| {
                    let [sin, cos] =
                        [(left_sin, right_sin), (left_cos, right_cos)].map(|(x, y)| x[n] + sign * y[n]);
                    20.0 * (cos.hypot(sin) / alone).log10()
                });
                for (worst, part) in worst.iter_mut().zip(parts) {
                    *worst = worst.max(part.abs());
                }
            }
            println!("{tone_hz} Hz beside {fast_hz} Hz, {phase:?}: mid, side within {worst:.3?} dB");
            assert!(worst.iter().all(|db| *db < 0.1), "{tone_hz} Hz, {phase:?}: {worst:?} dB");
        }
    }
}
