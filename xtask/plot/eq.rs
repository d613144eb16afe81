//! The equaliser.

use garnish_engine::eq;
use garnish_studio::chart::{Axis, Chart, Line, colour};

use super::{impulse, response, through};

/// Bells of +12 dB at 5, 10 and 16 kHz: what runs, against the analogue prototype.
pub fn responses() -> Vec<Chart> {
    let mut curves = Vec::new();
    let mut errors = Vec::new();
    for (hz, colour) in [(5e3, colour::MASTER), (10e3, colour::MORE[0]), (16e3, colour::MORE[1])] {
        let mut settings = eq::Settings::default();
        let band = &mut settings.bands[0];
        (band.on, band.freq_hz, band.gain_db, band.q) = (true, hz, 12.0, 1.0);
        let measured = response(
            &format!("{} kHz", hz / 1e3),
            colour,
            &through::<eq::Equaliser>(&settings, &impulse(8192)),
        );
        let error =
            measured.points.iter().map(|(f, db)| (*f, db - eq::prototype_db(&settings, *f))).collect();
        errors.push(Line::new(measured.name.clone(), colour, error));
        curves.push(measured);
    }
    vec![
        Chart {
            title: "EQ: bells of +12 dB, Q 1, at 48 kHz, measured".to_owned(),
            x: Axis::frequency(),
            y: Axis::even("dB", -1.0..13.0),
            lines: curves,
        },
        Chart {
            title: "EQ: error against the analogue prototype".to_owned(),
            x: Axis::frequency(),
            y: Axis::even("dB", -0.05..0.05),
            lines: errors,
        },
    ]
}
