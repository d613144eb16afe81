//! `analyze`: files measured.

use std::path::{Path, PathBuf};

use garnish_engine::analysis::Welch;
use garnish_engine::meter::Meter;
use garnish_engine::meter::delivery::PROFILES;
use garnish_media::Reader;
use garnish_studio::analysis::{Analysis, Options, analyse_source};
use garnish_studio::report;
use serde::Serialize;

use crate::batch::{self, name};
use crate::comparison::comparison;
use crate::plot::{self, Programme};
use crate::progress::Bar;
use crate::{Failure, Report};

/// Arguments of `analyze`.
#[derive(clap::Args, Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub struct Args {
    /// Audio files, mono or stereo: WAV, AIFF, FLAC, MP3, AAC (M4A), Ogg Vorbis and others.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// JSON instead of a table.
    #[arg(long, long_help = JSON_HELP)]
    json: bool,
    /// Also draws loudness over time with true peaks, and long-term spectra; SVG or PNG by the name's ending.
    #[arg(long, value_name = "out.svg|out.png")]
    plot: Option<PathBuf>,
    /// Also says what each streaming service and broadcast would do to the files, and conversion to 44.1 or 48 kHz to true peaks.
    #[arg(long, conflicts_with = "json")]
    delivery: bool,
    /// One channel counts as two in loudness, as mono does on two loudspeakers: 3 LU louder.
    #[arg(long)]
    dual_mono: bool,
    /// Refuses files that break off, instead of measuring what is there.
    #[arg(long)]
    strict: bool,
}

/// The contract with programs that read the output.
const JSON_HELP: &str = "JSON instead of a table.

{\"files\": [...]}, in the order given. Keys of each file: path, sample_rate (Hz), channels, duration_s, integrated_lufs, \
loudness_range_lu, max_momentary_lufs, max_short_term_lufs, sample_peak_dbfs, true_peak_dbtp, plr_db (true peak over \
integrated loudness), correlation (-1 to 1), headroom (quiet, good, hot, over, clipped), flat_tops, not_numbers and beyond_60_dbfs (broken samples), \
first_broken_s, warnings; \"failed\": [{path, error}] where files failed. null stands for minus infinity. One channel \
counts once, as BS.1770 has it: the same sound on two channels reads 3 LU louder.";

/// What is known of one file, as JSON shows it. Keys are permanent.
#[derive(Debug, Serialize)]
struct Entry {
    #[serde(flatten)]
    analysis: Analysis,
    /// What is wrong with the file.
    warnings: Vec<String>,
    #[serde(skip)]
    programme: Option<Programme>,
}

/// Measures every file.
///
/// # Errors
/// A plot that cannot be written; or the only file fails.
pub fn run(args: &Args) -> Result<Report, Failure> {
    let plot =
        args.plot.as_deref().map(|path| plot::format_of(path).map(|format| (path, format))).transpose()?;
    let (all, failed) =
        batch::each(&args.files, args.strict, |number, reader| entry(reader, &args.files[number], args));
    if let (Some((path, format)), false) = (plot, all.is_empty()) {
        let programmes: Vec<_> = all.iter().filter_map(|entry| entry.programme.clone()).collect();
        garnish_media::replace_file(path, &plot::draw(&programmes, format)?)?;
    }
    let text = match (args.json, failed.is_empty()) {
        (true, true) => crate::json(&serde_json::json!({ "files": all }))?,
        (true, false) => crate::json(&serde_json::json!({ "files": all, "failed": failed }))?,
        (false, _) => text(&all, args.delivery),
    };
    batch::report(text, args.files.len(), &failed, false)
}

fn entry(mut reader: Reader, path: &Path, args: &Args) -> Result<Entry, Failure> {
    let shown = path.display().to_string();
    let bar = Bar::new(&format!("measuring {}", name(path)));
    let options = Options { dual_mono: args.dual_mono, resampled: args.delivery };
    let mut spectrum = args
        .plot
        .is_some()
        .then(|| Welch::new(f64::from(reader.info().sample_rate_hz), reader.info().channels));
    let mut points = Vec::new();
    let heard = |planes: &[&[f32]]| {
        if let Some(spectrum) = &mut spectrum {
            report::push(spectrum, planes);
        }
    };
    let keeps = args.plot.is_some();
    let each = |_, meter: &mut Meter| points.extend(meter.take_point().filter(|_| keeps));
    let analysis = analyse_source(&shown, &mut reader, options, heard, each, &mut |part| bar.at(part))?;
    let warnings =
        reader.warnings().iter().map(ToString::to_string).chain(analysis.broken.sentence()).collect();
    let programme = spectrum.map(|spectrum| {
        Programme::new(&analysis, points, spectrum.finish().smoothed(report::SMOOTHING_OCTAVES))
    });
    Ok(Entry { analysis, warnings, programme })
}

fn text(all: &[Entry], with_delivery: bool) -> String {
    let columns: Vec<_> = all.iter().map(|entry| (entry.analysis.path.as_str(), &entry.analysis)).collect();
    let mut text = comparison(&columns).to_string();
    for entry in all {
        let path = &entry.analysis.path;
        text.extend(entry.warnings.iter().map(|warning| format!("warning: {path}: {warning}\n")));
    }
    for entry in all.iter().filter(|_| with_delivery) {
        text += &delivery(&entry.analysis);
    }
    text
}

/// What becomes of a file everywhere, a line each.
fn delivery(analysis: &Analysis) -> String {
    let level = |x: Option<f64>| x.unwrap_or(f64::NEG_INFINITY);
    let (loudness, peak) = (level(analysis.integrated_lufs), level(analysis.true_peak_dbtp));
    let lines: Vec<_> =
        PROFILES.iter().map(|profile| format!("  {}\n", profile.outcome(loudness, peak))).collect();
    format!("\n{}\n{}", analysis.path, lines.concat())
}
