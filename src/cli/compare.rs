//! `compare`: two programmes side by side.

use std::path::{Path, PathBuf};

use garnish_media::{ReadOptions, Reader};
use garnish_studio::analysis::Options;
use garnish_studio::compare::{Comparison, Programme};

use crate::batch::name;
use crate::comparison::comparison;
use crate::progress::Bar;
use crate::table::Table;
use crate::{Failure, Report};

/// Arguments of `compare`.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The programme that is looked at, such as a master.
    #[arg(value_name = "A")]
    first: PathBuf,
    /// The programme it is compared with, such as a finished record.
    #[arg(value_name = "B")]
    second: PathBuf,
    /// JSON instead of a table.
    #[arg(long, long_help = JSON_HELP)]
    json: bool,
    /// One channel counts as two in loudness, as mono does on two loudspeakers: 3 LU louder.
    #[arg(long)]
    dual_mono: bool,
    /// Refuses files that break off, instead of comparing what is there.
    #[arg(long)]
    strict: bool,
}

/// The contract with programs that read the output.
const JSON_HELP: &str = "JSON instead of a table.

\"files\": both files, with the keys of `analyze`. \"difference\": A minus B. loudness_lu; bands, in third octaves at equal \
loudness: low_hz, high_hz, tone_db, mid_db and side_db, each with the half width of its 95 % confidence interval \
(tone_uncertainty_db ...; null where a file is too short to know), correlation of A and of B; sentences, only for what is certain.";

/// Compares two files.
///
/// # Errors
/// A file that cannot be read.
pub fn run(args: &Args) -> Result<Report, Failure> {
    let measure = |path: &Path| {
        let mut reader = Reader::open_with(path, ReadOptions { strict: args.strict })?;
        let bar = Bar::new(&format!("measuring {}", name(path)));
        let options = Options { dual_mono: args.dual_mono, ..Options::default() };
        let shown = path.display().to_string();
        let programme = Programme::measure(&shown, &mut reader, options, &mut |part| bar.at(part))?;
        let warnings: Vec<_> =
            reader.warnings().iter().map(|warning| format!("warning: {shown}: {warning}\n")).collect();
        Ok::<_, Failure>((programme, warnings.concat()))
    };
    let (first, first_warnings) = measure(&args.first)?;
    let (second, second_warnings) = measure(&args.second)?;
    let difference = Comparison::new(&first, &second);
    if args.json {
        let all = serde_json::json!({ "files": [first.analysis, second.analysis], "difference": difference });
        return crate::json(&all).map(Report::from);
    }
    let columns = [&first, &second].map(|programme| (programme.analysis.path.as_str(), &programme.analysis));
    let (a, b) = (name(&args.first), name(&args.second));
    let certain = if difference.sentences.is_empty() {
        "Nothing differs with certainty.\n".to_owned()
    } else {
        let lines: Vec<_> = difference.sentences.iter().map(|sentence| format!("  {sentence}\n")).collect();
        format!("{a} has, or is:\n{}", lines.concat())
    };
    let figures = comparison(&columns);
    let bands = bands(&difference);
    Ok(Report::from(format!(
        "{figures}{first_warnings}{second_warnings}\n{a} against {b}, at equal loudness:\n{bands}\n{certain}"
    )))
}

/// The third octaves; what is not certain stands in brackets.
fn bands(difference: &Comparison) -> Table {
    let mut table = Table::new(&["Hz", "tone dB", "±", "mid dB", "side dB", "correlation A", "B"]);
    let level = |db: f64, uncertainty_db: f64| match () {
        () if !uncertainty_db.is_finite() => "-".to_owned(),
        () if db.abs() > uncertainty_db => format!("{db:+.1}"),
        () => format!("({db:+.1})"),
    };
    for row in &difference.bands {
        let known = row.tone_uncertainty_db.is_finite();
        table.row([
            format!("{:.0}", (row.low_hz * row.high_hz).sqrt()),
            level(row.tone_db, row.tone_uncertainty_db),
            if known { format!("{:.1}", row.tone_uncertainty_db) } else { "-".to_owned() },
            level(row.mid_db, row.mid_uncertainty_db),
            level(row.side_db, row.side_uncertainty_db),
            format!("{:.2}", row.correlation[0]),
            format!("{:.2}", row.correlation[1]),
        ]);
    }
    table
}
