//! `master`: files through the chain.

use std::path::{Path, PathBuf};

use garnish_engine::Settings;
use garnish_engine::meter::delivery;
use garnish_engine::params::by_id;
use garnish_engine::presets::{FACTORY, Preset};
use garnish_media::{Audio, Format};
use garnish_studio::analysis::{Analysis, analyse};
use garnish_studio::render::render;
use garnish_studio::target::{self, Reached};
use serde::Serialize;

use crate::Failure;
use crate::progress::Bar;
use crate::table::Table;

/// Arguments of `master`.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The mixes: WAV, AIFF, FLAC, MP3, AAC (M4A) or Ogg Vorbis, mono or stereo.
    #[arg(required = true, value_name = "IN")]
    inputs: Vec<PathBuf>,
    /// The master's file, for one input. An existing one is replaced.
    #[arg(short, long, value_name = "OUT", conflicts_with = "out_dir", required_unless_present = "out_dir")]
    output: Option<PathBuf>,
    /// A folder for masters named like their mixes.
    #[arg(long, value_name = "DIR")]
    out_dir: Option<PathBuf>,
    /// A factory preset (default, neutral, demo) or a preset file.
    #[arg(long, value_name = "NAME|FILE.toml", default_value = "default")]
    preset: String,
    /// A parameter: a number in its unit, text such as "5.1 kHz", on/off, or a choice's id. The last of an id wins.
    #[arg(long = "set", value_name = "ID=VALUE", allow_hyphen_values = true)]
    sets: Vec<String>,
    /// Integrated loudness in LUFS, or a delivery profile (spotify, apple, youtube ...), which also sets the ceiling.
    #[arg(long, value_name = "LUFS|PROFILE", allow_hyphen_values = true)]
    target: Option<String>,
    /// A finished record to show beside the master.
    #[arg(long, value_name = "FILE")]
    reference: Option<PathBuf>,
    /// The file format; without it flac by OUT's extension, else wav24. Integer formats switch dither on at their depth.
    #[arg(long, value_enum)]
    format: Option<FileFormat>,
    /// JSON instead of tables.
    #[arg(long)]
    json: bool,
}

/// Formats of the master.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum FileFormat {
    /// WAV, 16 bit
    Wav16,
    /// WAV, 24 bit
    Wav24,
    /// WAV, 32-bit float
    F32,
    /// FLAC, 24 bit
    Flac,
}

impl FileFormat {
    fn of(path: &Path) -> Self {
        let flac = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("flac"));
        if flac { Self::Flac } else { Self::Wav24 }
    }

    fn media(self) -> Format {
        match self {
            Self::Wav16 => Format::Wav16,
            Self::Wav24 => Format::Wav24,
            Self::F32 => Format::WavF32,
            Self::Flac => Format::Flac24,
        }
    }
}

/// What became of one file, as JSON shows it. Keys are permanent.
#[derive(Debug, Serialize)]
struct Mastered {
    input: Analysis,
    output: Analysis,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<Analysis>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_lufs: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_met: Option<bool>,
    passes: usize,
    latency_samples: usize,
}

/// Masters every input.
///
/// # Errors
/// The first thing that is wrong, before anything is written where it can be known before.
pub fn run(args: &Args) -> Result<String, Failure> {
    let plan = Plan::new(args)?;
    let reference = args.reference.as_deref().map(measured).transpose()?;
    let mut all = Vec::new();
    for (input, output) in &plan.files {
        all.push(plan.master(input, output, reference.clone())?);
    }
    if args.json {
        return crate::json(&serde_json::json!({ "files": all }));
    }
    Ok(all.iter().map(Mastered::table).collect())
}

/// Everything that was asked for, checked.
struct Plan {
    files: Vec<(PathBuf, PathBuf)>,
    format: Option<FileFormat>,
    settings: Settings,
    explicit: Vec<String>,
    target_lufs: Option<f64>,
}

impl Plan {
    fn new(args: &Args) -> Result<Self, Failure> {
        let mut settings = preset(&args.preset)?.settings(&Settings::default());
        let target_lufs =
            args.target.as_deref().map(|text| target(text, &mut settings)).transpose()?.flatten();
        let mut explicit = Vec::new();
        for text in &args.sets {
            explicit.push(set(text, &mut settings)?);
        }
        Ok(Self { files: files(args)?, format: args.format, settings, explicit, target_lufs })
    }

    fn master(&self, input: &Path, output: &Path, reference: Option<Analysis>) -> Result<Mastered, Failure> {
        let bar = Bar::new(&format!("reading {}", name(input)));
        let mix = garnish_media::decode_with(input, &mut |x| bar.at(x))?;
        let format = self.format.unwrap_or_else(|| FileFormat::of(output));
        let settings = self.with_dither(format);
        let before = analyse(&input.display().to_string(), &mix);
        let mut last: Option<(Audio, Analysis)> = None;
        let mut pass = |settings: &Settings, pass: usize| {
            bar.restart(&format!("mastering {}, pass {pass}", name(input)));
            let master = render(&mix, settings, |x| bar.at(x));
            let after = analyse(&output.display().to_string(), &master);
            let loudness = after.integrated_lufs.unwrap_or(f64::NEG_INFINITY);
            last = Some((master, after));
            Ok::<f64, Failure>(loudness)
        };
        let reached = match self.target_lufs {
            Some(target_lufs) => target::reach(&settings, target_lufs, pass)?,
            None => Reached { loudness_lufs: pass(&settings, 1)?, settings, passes: 1 },
        };
        let Some((master, after)) = last else { return Err(Failure("no pass was made".to_owned())) };
        bar.restart(&format!("writing {}", name(output)));
        garnish_media::encode_with(output, &master, format.media(), &mut |x| bar.at(x))?;
        bar.restart(&format!("resampling {}", name(output)));
        Ok(Mastered {
            input: before,
            output: after.with_resampled(&master)?,
            reference,
            target_lufs: self.target_lufs,
            target_met: self.target_lufs.map(|target_lufs| reached.meets(target_lufs)),
            passes: reached.passes,
            latency_samples: garnish_studio::render::latency(&mix, &reached.settings),
        })
    }

    /// Integer formats are dithered at their depth, unless `--set` speaks of dither.
    fn with_dither(&self, format: FileFormat) -> Settings {
        let mut settings = self.settings;
        let Some(bits) = format.media().bits() else { return settings };
        for (id, value) in [("dither_on", "on".to_owned()), ("dither_bits", bits.to_string())] {
            let asked = self.explicit.iter().any(|known| known == id);
            if let (false, Some(param)) = (asked, by_id(id))
                && let Some(plain) = param.parse(&value)
            {
                param.set(&mut settings, plain);
            }
        }
        settings
    }
}

impl Mastered {
    fn table(&self) -> String {
        let mut columns = vec![("before", &self.input), ("after", &self.output)];
        columns.extend(self.reference.as_ref().map(|reference| ("reference", reference)));
        let text = format!("{}\n{}", self.output.path, comparison(&columns));
        let (Some(target_lufs), Some(false)) = (self.target_lufs, self.target_met) else { return text };
        let reached =
            self.output.integrated_lufs.map_or("silence".to_owned(), |lufs| format!("{lufs:.1} LUFS"));
        let passes = self.passes;
        text + &format!(
            "The target of {target_lufs:.1} LUFS was not met: {reached} after {passes} passes. Choose one nearer to the mix, \
             raise limiter_ceiling, or check that the limiter is on.\n"
        )
    }
}

/// A row of [`comparison`]: its title and the value.
type Row = (&'static str, fn(&Analysis) -> Option<f64>);

/// The row of what is measured only where it is asked for.
const RESAMPLED: &str = "at 44.1/48 kHz, dBTP";

/// Measured values of several files side by side.
pub fn comparison(columns: &[(&str, &Analysis)]) -> Table {
    let mut table =
        Table::new(&std::iter::once("").chain(columns.iter().map(|(title, _)| *title)).collect::<Vec<_>>());
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
    // a verdict on a mix: what is mastered already gets none
    let verdict = |title: &str, a: &Analysis| match title {
        "after" | "reference" => String::new(),
        _ => a.headroom.id().to_owned(),
    };
    table.row(
        std::iter::once("headroom".to_owned()).chain(columns.iter().map(|(title, a)| verdict(title, a))),
    );
    table
}

fn measured(path: &Path) -> Result<Analysis, Failure> {
    let bar = Bar::new(&format!("reading {}", name(path)));
    let audio = garnish_media::decode_with(path, &mut |x| bar.at(x))?;
    Ok(analyse(&path.display().to_string(), &audio))
}

/// A factory preset, or one from a file; anything wrong in it is refused.
fn preset(name: &str) -> Result<Preset, Failure> {
    if let Some(preset) = Preset::factory(name) {
        return Ok(preset);
    }
    if !Path::new(name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml")) {
        let known: Vec<_> = FACTORY.iter().map(|(id, _)| *id).collect();
        return Err(Failure(format!(
            "there is no preset \"{name}\"; use {} or a .toml file",
            known.join(", ")
        )));
    }
    let text = std::fs::read_to_string(name)
        .map_err(|error| Failure(format!("the preset {name} cannot be read: {error}")))?;
    let preset =
        Preset::parse(&text).map_err(|error| Failure(format!("the preset {name} is not TOML: {error}")))?;
    match preset.problems() {
        [] => Ok(preset),
        [first, ..] => Err(Failure(format!("the preset {name} cannot be used: {first}"))),
    }
}

/// A loudness, or a delivery profile, which sets the ceiling too.
fn target(text: &str, settings: &mut Settings) -> Result<Option<f64>, Failure> {
    if let Ok(lufs) = text.parse::<f64>() {
        if (-70.0..=0.0).contains(&lufs) {
            return Ok(Some(lufs));
        }
        return Err(Failure(format!("--target {text} is no loudness; use -70 to 0 LUFS")));
    }
    let Some(profile) = delivery::Profile::by_id(text) else {
        let known: Vec<_> = delivery::PROFILES.iter().map(|profile| profile.id).collect();
        return Err(Failure(format!(
            "--target {text} is no loudness and no profile; use one of {}",
            known.join(", ")
        )));
    };
    if let (Some(ceiling), Some(param)) = (profile.ceiling_dbtp, by_id("limiter_ceiling")) {
        param.set(settings, ceiling);
    }
    Ok(profile.target_lufs)
}

/// One `--set`; returns its id.
fn set(text: &str, settings: &mut Settings) -> Result<String, Failure> {
    let (id, value) =
        text.split_once('=').ok_or_else(|| Failure(format!("--set {text}: write it as ID=VALUE")))?;
    let id = id.trim();
    let param = by_id(id).ok_or_else(|| {
        Failure(format!("--set {text}: there is no parameter \"{id}\"; `garnish-cli params` lists them"))
    })?;
    let plain = param.parse_in_range(value.trim()).map_err(|why| Failure(format!("--set {id}: {why}")))?;
    param.set(settings, plain);
    Ok(id.to_owned())
}

/// Inputs with their outputs: folders exist, no output is an input, no two outputs are the same.
fn files(args: &Args) -> Result<Vec<(PathBuf, PathBuf)>, Failure> {
    let outputs: Vec<PathBuf> = match (&args.output, &args.out_dir) {
        (Some(_), _) if args.inputs.len() > 1 => {
            return Err(Failure("-o names one file for several inputs; use --out-dir".to_owned()));
        }
        (Some(output), _) => vec![output.clone()],
        (None, Some(folder)) => {
            let extension = args.format.map_or("wav", |format| format.media().extension());
            args.inputs.iter().map(|input| folder.join(format!("{}.{extension}", stem(input)))).collect()
        }
        (None, None) => return Err(Failure("say where to write: -o OUT or --out-dir DIR".to_owned())),
    };
    for (n, output) in outputs.iter().enumerate() {
        let folder =
            output.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !folder.is_dir() {
            return Err(Failure(format!("the folder {} does not exist; create it first", folder.display())));
        }
        if output.is_dir() {
            return Err(Failure(format!("{} is a folder; name a file, or use --out-dir", output.display())));
        }
        if args.inputs.iter().any(|input| same_file(input, output)) {
            return Err(Failure(format!("{} is an input; the master needs another name", output.display())));
        }
        if outputs[..n].contains(output) {
            return Err(Failure(format!("two inputs would be written to {}; rename one", output.display())));
        }
    }
    Ok(args.inputs.iter().cloned().zip(outputs).collect())
}

fn same_file(a: &Path, b: &Path) -> bool {
    match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
