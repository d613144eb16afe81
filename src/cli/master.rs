//! `master`: files through the chain.

use std::path::{Path, PathBuf};

use garnish_engine::Settings;
use garnish_media::{Reader, Writer};
use garnish_studio::analysis::Analysis;
use garnish_studio::master::{Job, Mastered, Step, master};
use serde::Serialize;

use crate::batch::{self, name};
use crate::comparison::comparison;
use crate::plan::{FileFormat, Plan, Task, profiles};
use crate::progress::Bar;
use crate::reference::{Matched, Reference};
use crate::{Failure, Report};

/// Arguments of `master`.
#[derive(clap::Args, Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub struct Args {
    /// The mixes, mono or stereo: WAV, AIFF, FLAC, MP3, AAC (M4A), Ogg Vorbis and others.
    #[arg(required = true, value_name = "IN")]
    pub(crate) inputs: Vec<PathBuf>,
    /// The master's file, for one input, ending in .wav, .flac or .aiff. An existing one is replaced.
    #[arg(short, long, value_name = "OUT", conflicts_with = "out_dir", required_unless_present = "out_dir")]
    pub(crate) output: Option<PathBuf>,
    /// A folder for masters named like their mixes; it is made if it does not exist.
    #[arg(long, value_name = "DIR")]
    pub(crate) out_dir: Option<PathBuf>,
    /// A factory preset (default, neutral, demo) or a preset file.
    #[arg(long, value_name = "NAME|FILE.toml", default_value = "default")]
    pub(crate) preset: String,
    /// A parameter: a number in its unit, text such as "5.1 kHz", on/off, or a choice's id. The last of an id wins.
    #[arg(long = "set", value_name = "ID=VALUE", allow_hyphen_values = true)]
    pub(crate) sets: Vec<String>,
    /// Integrated loudness or delivery profile.
    #[arg(long, value_name = "LUFS|PROFILE", allow_hyphen_values = true, help = target_help())]
    pub(crate) target: Option<String>,
    /// A finished record to show beside the master.
    #[arg(long, value_name = "FILE")]
    reference: Option<PathBuf>,
    /// Brings the tone nearer to the reference's, by this share of the difference in percent, with free bands of the equaliser
    #[arg(long, value_name = "0..100", requires = "reference", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub(crate) match_tone: Option<u8>,
    /// Makes the master as loud as the reference
    #[arg(long, requires = "reference", conflicts_with = "target")]
    match_loudness: bool,
    /// The file format; without it 24 bit in the format that OUT ends in. Integer formats switch dither on at their depth.
    #[arg(long, value_enum)]
    pub(crate) format: Option<FileFormat>,
    /// One channel counts as two in loudness, as mono does on two loudspeakers: 3 LU louder.
    #[arg(long)]
    pub(crate) dual_mono: bool,
    /// Refuses files that break off, instead of mastering what is there.
    #[arg(long)]
    strict: bool,
    /// JSON instead of tables.
    #[arg(long)]
    json: bool,
}

fn target_help() -> String {
    format!(
        "Integrated loudness, -70 to 0 LUFS, or a delivery profile, which also sets the ceiling: {}. Met within 0.05 LU by the \
         limiter's gain, then the input gain, down also the output gain; else the exit code is 3",
        profiles()
    )
}

/// What became of one file, as JSON shows it. Keys are permanent.
#[derive(Debug, Serialize)]
struct Entry {
    #[serde(flatten)]
    mastered: Mastered,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<Analysis>,
    #[serde(skip_serializing_if = "Option::is_none")]
    match_tone: Option<Matched>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_lufs: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_met: Option<bool>,
    /// Why the target was missed.
    #[serde(skip_serializing_if = "Option::is_none")]
    target_miss: Option<String>,
    gains: Gains,
    /// Samples that did not fit the integer format.
    clipped_samples: u64,
    /// What the input carries besides audio and the master does not.
    dropped: Vec<String>,
    /// What is wrong with the input.
    warnings: Vec<String>,
}

/// The gains of the chain, in dB.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_field_names, reason = "the names carry their unit, and are keys in JSON")]
struct Gains {
    input_db: f64,
    limiter_db: f64,
    output_db: f64,
}

impl Gains {
    fn of(settings: &Settings) -> Self {
        Self {
            input_db: settings.input_gain_db,
            limiter_db: settings.limiter.stage.gain_db,
            output_db: settings.output_gain_db,
        }
    }
}

/// Masters every input.
///
/// # Errors
/// Arguments that are wrong, before anything is done; or the only input fails.
pub fn run(args: &Args) -> Result<Report, Failure> {
    let mut plan = Plan::new(args)?;
    let reference = args.reference.as_deref().map(|path| Reference::read(path, args)).transpose()?;
    if let Some(reference) = reference.as_ref().filter(|_| args.match_loudness) {
        plan.target_lufs = Some(reference.loudness()?);
    }
    let paths: Vec<PathBuf> = plan.tasks.iter().map(|task| task.input.clone()).collect();
    let (all, failed) = batch::each(&paths, args.strict, |number, reader| {
        entry(reader, &plan, &plan.tasks[number], args, reference.as_ref())
    });
    let missed = all.iter().any(|entry| entry.target_met == Some(false));
    let text = match (args.json, failed.is_empty()) {
        (true, true) => crate::json(&serde_json::json!({ "files": all }))?,
        (true, false) => crate::json(&serde_json::json!({ "files": all, "failed": failed }))?,
        (false, _) => all.iter().map(Entry::text).collect::<Vec<_>>().join("\n"),
    };
    batch::report(text, paths.len(), &failed, missed)
}

fn entry(
    mut reader: Reader,
    plan: &Plan,
    task: &Task,
    args: &Args,
    reference: Option<&Reference>,
) -> Result<Entry, Failure> {
    let folder =
        task.output.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if args.out_dir.is_some() {
        std::fs::create_dir_all(folder)
            .map_err(|error| Failure(format!("the folder {} cannot be made: {error}", folder.display())))?;
    }
    let mut settings = plan.settings_for(task.format);
    let matched = match reference.zip(args.match_tone) {
        Some((reference, percent)) => {
            let matched = reference.match_tone(&mut settings, &mut reader, percent, &task.input)?;
            reader.rewind()?;
            Some(matched)
        }
        None => None,
    };
    let mut writer =
        Writer::create(&task.output, task.format, reader.info().sample_rate_hz, reader.info().channels)?;
    let bar = Bar::new(&format!("reading {}", name(&task.input)));
    let mut last = None;
    let mut progress = |step: Step, part: f64| {
        if last.replace(step) != Some(step) {
            bar.restart(&match step {
                Step::Preparing => format!("reading {}", name(&task.input)),
                Step::Pass(pass) => format!("mastering {}, pass {pass}", name(&task.input)),
                Step::Writing => format!("writing {}", name(&task.output)),
            });
        }
        bar.at(part);
    };
    let job = Job { settings: &settings, target_lufs: plan.target_lufs, dual_mono: args.dual_mono, folder };
    let names = [task.input.display().to_string(), task.output.display().to_string()];
    let sink = |planes: &[&[f32]]| -> Result<(), garnish_studio::Error> { Ok(writer.write(planes)?) };
    let mastered = master(&mut reader, [&names[0], &names[1]], &job, sink, &mut progress)?;
    let written = writer.finish()?;
    let warnings = reader.warnings();
    let warnings = warnings.iter().map(ToString::to_string).chain(mastered.input.broken.sentence());
    Ok(Entry {
        reference: reference.map(|reference| reference.analysis.clone()),
        match_tone: matched,
        target_lufs: plan.target_lufs,
        target_met: plan.target_lufs.map(|_| mastered.miss.is_none()),
        target_miss: mastered.miss.map(|miss| miss.to_string()),
        gains: Gains::of(&mastered.settings),
        clipped_samples: written.clipped,
        dropped: reader.info().extras.iter().map(ToString::to_string).collect(),
        warnings: warnings.collect(),
        mastered,
    })
}

impl Entry {
    fn text(&self) -> String {
        let (input, output) = (&self.mastered.input, &self.mastered.output);
        let mut columns = vec![("before", input), ("after", output)];
        columns.extend(self.reference.as_ref().map(|reference| ("reference", reference)));
        let mut lines = vec![output.path.clone(), comparison(&columns).to_string().trim_end().to_owned()];
        let Gains { input_db, limiter_db, output_db } = self.gains;
        lines.push(format!(
            "gains: input {input_db:+.2} dB, limiter {limiter_db:+.2} dB, output {output_db:+.2} dB"
        ));
        let reduction = self.mastered.gain_reduction;
        lines.push(format!(
            "the limiter reduces by {:.1} dB on average, {:.1} dB at most",
            reduction.mean_db, reduction.max_db
        ));
        lines.extend(self.match_tone.iter().map(Matched::text));
        lines.extend(self.warnings.iter().map(|warning| format!("warning: {}: {warning}", input.path)));
        if !self.dropped.is_empty() {
            lines.push(format!("dropped, since the master does not carry them: {}", self.dropped.join(", ")));
        }
        lines.extend(self.clipping());
        lines.extend(self.missing());
        lines.join("\n") + "\n"
    }

    fn clipping(&self) -> Option<String> {
        let samples = match self.clipped_samples {
            0 => return None,
            1 => "1 sample did".to_owned(),
            n => format!("{n} samples did"),
        };
        Some(format!(
            "warning: {samples} not fit the format and clipped; switch the limiter on, lower its ceiling, or use --format f32"
        ))
    }

    fn missing(&self) -> Option<String> {
        let (target_lufs, miss) = (self.target_lufs?, self.target_miss.as_ref()?);
        let reached = match self.mastered.output.integrated_lufs {
            Some(lufs) => format!("{lufs:.2} LUFS"),
            None => "no loudness that can be measured".to_owned(),
        };
        Some(format!("The target of {target_lufs:.1} LUFS was not met, but {reached}: {miss}."))
    }
}
