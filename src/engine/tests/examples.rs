//! The examples run, and do what they say.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../examples/draw_eq_curve.rs"]
mod draw_eq_curve;
#[path = "../examples/master_buffer.rs"]
mod master_buffer;
#[path = "../examples/measure.rs"]
mod measure;
#[path = "../examples/write_a_stage.rs"]
mod write_a_stage;

use garnish_engine::units::{count, narrow};

fn tone(hz: f64, gain: f64) -> Vec<f64> {
    (0..240_000).map(|n| gain * (std::f64::consts::TAU * hz * count(n) / 48_000.0).sin()).collect()
}

#[test]
fn master_buffer_keeps_length_place_and_ceiling() {
    master_buffer::main();
    let quiet: Vec<f32> = tone(440.0, 0.1).into_iter().map(narrow).collect();
    let (mut left, mut right) = (quiet.clone(), quiet.clone());
    master_buffer::master(&mut left, &mut right);
    assert_eq!(left.len(), quiet.len());
    // far below the ceiling only the gain of 6 dB is left
    let gain = narrow(10_f64.powf(6.0 / 20.0));
    assert!(left.iter().zip(&quiet).all(|(y, x)| (y - gain * x).abs() < 1e-6));
    let loud: Vec<f32> = tone(440.0, 0.9).into_iter().map(narrow).collect();
    let (mut left, mut right) = (loud.clone(), loud);
    master_buffer::master(&mut left, &mut right);
    let wide: Vec<f64> = left.iter().map(|x| f64::from(*x)).collect();
    assert!(measure::measure(&wide, &wide, 48_000.0).peak_dbtp() <= -0.99);
}

#[test]
fn measure_reads_the_standards_own_tone() {
    measure::main();
    let tone = tone(997.0, 0.1);
    let reading = measure::measure(&tone, &tone, 48_000.0);
    assert!((reading.integrated_lufs + 20.0).abs() < 0.01 && (reading.peak_dbtp() + 20.0).abs() < 0.01);
}

#[test]
fn draw_eq_curve_draws_level_lines_and_bells() {
    draw_eq_curve::main();
    let mut settings = garnish_engine::eq::Settings::default();
    let column = |settings: &_, hz: &str| {
        let rows = draw_eq_curve::draw(settings, 48_000.0);
        rows.iter().find(|row| row.trim_start().starts_with(hz)).unwrap().find('*').unwrap() - 10
    };
    assert_eq!(column(&settings, "100 Hz"), 24, "0 dB without bands");
    (settings.bands[0].on, settings.bands[0].freq_hz, settings.bands[0].gain_db) = (true, 100.0, 6.0);
    assert_eq!(column(&settings, "100 Hz"), 36, "+6 dB");
}

#[test]
fn write_a_stage_swings_between_full_level_and_its_depth() {
    write_a_stage::main();
    let levels = write_a_stage::run(4.0, 60.0);
    let (least, most) = levels.iter().fold((1.0_f64, 0.0_f64), |(a, b), x| (a.min(*x), b.max(*x)));
    assert!((least - 0.4).abs() < 1e-6 && most == 1.0, "{least} {most}");
    assert!(write_a_stage::run(4.0, 0.0).iter().all(|x| *x == 1.0));
}
