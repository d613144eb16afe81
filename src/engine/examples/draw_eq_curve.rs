//! Draws an equaliser's curve in the terminal, from the coefficients that process the sound.
#![allow(clippy::print_stdout, reason = "an example shows its result")]

use garnish_engine::eq::{Response, Settings};
use garnish_engine::units::whole;

/// Frequencies of the rows, in Hz: three an octave from 25 Hz on.
fn frequencies() -> impl Iterator<Item = f64> {
    (0..29).map(|n| 25.0 * 2_f64.powf(f64::from(n) / 3.0))
}

/// A row for each frequency, a column for each half dB from -12 to +12 dB.
pub fn draw(settings: &Settings, sample_rate_hz: f64) -> Vec<String> {
    let response = Response::new(settings, sample_rate_hz); // designs the filters once
    let row = |hz: f64| {
        let column = whole(((response.db(hz) + 12.0) * 2.0).clamp(0.0, 48.0));
        format!("{hz:>6.0} Hz {}*", " ".repeat(column))
    };
    frequencies().map(row).collect()
}

/// Runs the example: a bell of +6 dB at 100 Hz and one of -9 dB at 3 kHz.
pub fn main() {
    let mut settings = Settings::default();
    for (band, (freq_hz, gain_db)) in settings.bands.iter_mut().zip([(100.0, 6.0), (3_000.0, -9.0)]) {
        band.on = true;
        band.freq_hz = freq_hz;
        band.gain_db = gain_db;
    }
    for row in draw(&settings, 48_000.0) {
        println!("{row}");
    }
}
