//! Measured values of several files side by side.

use garnish_studio::analysis::Analysis;

use crate::table::Table;

/// A row: its title and the value.
type Row = (&'static str, fn(&Analysis) -> Option<f64>);

/// Title of the row that is measured only where it is asked for.
const RESAMPLED: &str = "at 44.1/48 kHz, dBTP";

/// Titles of the columns that are finished masters, which get no verdict on their headroom.
const FINISHED: [&str; 2] = ["after", "reference"];

/// Makes a table with a column for each analysis under its title.
pub fn comparison(columns: &[(&str, &Analysis)]) -> Table {
    let titles: Vec<_> = std::iter::once("").chain(columns.iter().map(|(title, _)| *title)).collect();
    let mut table = Table::new(&titles);
    let rows: [Row; 9] = [
        ("loudness, LUFS-I", |a| a.integrated_lufs),
        ("range, LU", |a| a.loudness_range_lu),
        ("loudest 3 s, LUFS-S", |a| a.max_short_term_lufs),
        ("loudest 0.4 s, LUFS-M", |a| a.max_momentary_lufs),
        ("sample peak, dBFS", |a| a.sample_peak_dbfs),
        ("true peak, dBTP", |a| a.true_peak_dbtp),
        (RESAMPLED, |a| a.resampled_true_peak_dbtp),
        ("peak to loudness, dB", |a| a.plr_db),
        ("correlation", |a| a.correlation),
    ];
    for (title, value) in rows {
        if title == RESAMPLED && columns.iter().all(|(_, a)| value(a).is_none()) {
            continue;
        }
        let cell = |a: &Analysis| match value(a) {
            None if title == RESAMPLED => String::new(),
            None => "-inf".to_owned(),
            Some(x) if title == "correlation" => format!("{x:+.2}"),
            Some(x) => format!("{x:.2}"),
        };
        table.row(std::iter::once(title.to_owned()).chain(columns.iter().map(|(_, a)| cell(a))));
    }
    let verdict =
        |title: &str, a: &Analysis| if FINISHED.contains(&title) { String::new() } else { a.verdict() };
    table.row(
        std::iter::once("headroom".to_owned()).chain(columns.iter().map(|(title, a)| verdict(title, a))),
    );
    table
}
