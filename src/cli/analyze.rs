//! `analyze`: files measured.

use std::path::PathBuf;

use garnish_engine::meter::delivery::PROFILES;
use garnish_engine::units::count;
use garnish_studio::analysis::{Analysis, analyse_with};

use crate::Failure;
use crate::plot::{self, Programme};
use crate::progress::Bar;

/// Arguments of `analyze`.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Audio files: WAV, AIFF, FLAC, MP3, AAC (M4A) or Ogg Vorbis, mono or stereo.
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
}

/// The contract with programs that read the output.
const JSON_HELP: &str = "JSON instead of a table.

{\"files\": [...]}, in the order given. Keys of each file: path, sample_rate (Hz), channels, duration_s, integrated_lufs, \
loudness_range_lu, max_momentary_lufs, max_short_term_lufs, sample_peak_dbfs, true_peak_dbtp, plr_db (true peak over \
integrated loudness), correlation (-1 to 1), headroom (quiet, good, hot, over, clipped). null stands for minus infinity. One channel \
counts once, as BS.1770 has it: the same sound on two channels reads 3 LU louder.";

/// Measures every file.
///
/// # Errors
/// The first file that cannot be read, or a plot that cannot be written.
pub fn run(args: &Args) -> Result<String, Failure> {
    let plot =
        args.plot.as_deref().map(|path| plot::format_of(path).map(|format| (path, format))).transpose()?;
    let mut all = Vec::new();
    let mut programmes = Vec::new();
    for path in &args.files {
        let shown = path.display().to_string();
        let bar = Bar::new(&format!("reading {shown}"));
        let audio = garnish_media::decode_with(path, &mut |x| bar.at(x))?;
        bar.restart(&format!("measuring {shown}"));
        let frames = count(audio.frames());
        let mut points = Vec::new();
        let analysis = analyse_with(&shown, &audio, |done, meter| {
            bar.at(count(done) / frames);
            points.extend(meter.take_point());
        });
        if plot.is_some() {
            programmes.push(Programme::new(&analysis, points, &audio));
        }
        all.push(if args.delivery { analysis.with_resampled(&audio)? } else { analysis });
    }
    if let Some((path, format)) = plot {
        garnish_media::replace_file(path, &plot::draw(&programmes, format)?)?;
    }
    if args.json {
        return crate::json(&serde_json::json!({ "files": all }));
    }
    let columns: Vec<_> = all.iter().map(|analysis| (analysis.path.as_str(), analysis)).collect();
    let mut text = crate::master::comparison(&columns).to_string();
    if args.delivery {
        for analysis in &all {
            text += &delivery(analysis);
        }
    }
    Ok(text)
}

/// What becomes of a file everywhere, a line each.
fn delivery(analysis: &Analysis) -> String {
    let level = |x: Option<f64>| x.unwrap_or(f64::NEG_INFINITY);
    let (loudness, peak) = (level(analysis.integrated_lufs), level(analysis.true_peak_dbtp));
    let lines: Vec<_> =
        PROFILES.iter().map(|profile| format!("  {}\n", profile.outcome(loudness, peak))).collect();
    format!("\n{}\n{}", analysis.path, lines.concat())
}
