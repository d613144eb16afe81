//! Measures audio: loudness after BS.1770, true peak, and what Spotify would do to it.
#![allow(clippy::print_stdout, reason = "an example shows its result")]

use garnish_engine::meter::delivery::Profile;
use garnish_engine::meter::{Meter, Reading};
use garnish_engine::units::count;

/// Measures a whole programme of two channels.
pub fn measure(left: &[f64], right: &[f64], sample_rate_hz: f64) -> Reading {
    let mut meter = Meter::new();
    meter.prepare(sample_rate_hz);
    meter.measure([left, right]); // any number of times, blocks of any length
    meter.finish(); // the true peak looks a little ahead: this brings it to the end
    meter.take_reading()
}

/// Runs the example on a 997 Hz tone at -20 dBFS, which BS.1770 calls -20 LUFS.
pub fn main() {
    let tone: Vec<f64> =
        (0..240_000).map(|n| 0.1 * (std::f64::consts::TAU * 997.0 * count(n) / 48_000.0).sin()).collect();
    let reading = measure(&tone, &tone, 48_000.0);
    println!("{:.2} LUFS, {:.2} dBTP", reading.integrated_lufs, reading.peak_dbtp());
    if let Some(profile) = Profile::by_id("spotify") {
        println!("{}", profile.outcome(reading.integrated_lufs, reading.peak_dbtp()));
    }
}
