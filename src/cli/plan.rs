//! What `master` was asked for, checked before anything is done.

use std::path::{Path, PathBuf};

use garnish_engine::Settings;
use garnish_engine::meter::delivery::{PROFILES, Profile};
use garnish_engine::params::by_id;
use garnish_engine::presets::{FACTORY, Preset};
use garnish_media::Format;

use crate::Failure;
use crate::master::Args;

/// Formats of the master.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFormat {
    /// WAV, 16 bit
    Wav16,
    /// WAV, 24 bit
    Wav24,
    /// WAV or AIFF, 32-bit float
    F32,
    /// FLAC, 24 bit
    Flac,
    /// FLAC, 16 bit
    Flac16,
    /// AIFF, 16 bit
    Aiff16,
    /// AIFF, 24 bit
    Aiff24,
}

impl FileFormat {
    fn media(self) -> Format {
        match self {
            Self::Wav16 => Format::Wav16,
            Self::Wav24 => Format::Wav24,
            Self::F32 => Format::WavF32,
            Self::Flac => Format::Flac24,
            Self::Flac16 => Format::Flac16,
            Self::Aiff16 => Format::Aiff16,
            Self::Aiff24 => Format::Aiff24,
        }
    }
}

/// Input, output and format of one master.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    pub input: PathBuf,
    pub output: PathBuf,
    pub format: Format,
}

/// Everything that was asked for, checked.
#[derive(Clone, Debug)]
pub struct Plan {
    pub tasks: Vec<Task>,
    pub target_lufs: Option<f64>,
    settings: Settings,
    /// Ids that `--set` named.
    explicit: Vec<String>,
}

impl Plan {
    /// Checks arguments.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn new(args: &Args) -> Result<Self, Failure> {
        let mut settings = preset(&args.preset)?.settings(&Settings::default());
        let target_lufs =
            args.target.as_deref().map(|text| target(text, &mut settings)).transpose()?.flatten();
        let mut explicit = Vec::new();
        for text in &args.sets {
            explicit.push(set(text, &mut settings)?);
        }
        Ok(Self { tasks: tasks(args)?, target_lufs, settings, explicit })
    }

    /// Returns the settings for a format: integers are dithered at their depth, unless `--set` speaks of dither.
    pub fn settings_for(&self, format: Format) -> Settings {
        let mut settings = self.settings;
        let Some(bits) = format.bits() else { return settings };
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
        [first, ..] => {
            let line = line_of(&text, first.id()).map_or(String::new(), |line| format!(", line {line}"));
            Err(Failure(format!("the preset {name} cannot be used{line}: {first}")))
        }
    }
}

/// The number of the line that sets a key.
fn line_of(text: &str, key: &str) -> Option<usize> {
    let quotes = ['"', '\''];
    let after =
        |line: &str| line.trim_start().trim_start_matches(quotes).strip_prefix(key).map(str::to_owned);
    let sets = |rest: String| rest.trim_start_matches(quotes).trim_start().starts_with('=');
    text.lines().position(|line| after(line).is_some_and(sets)).map(|line| line + 1)
}

/// A loudness, or a delivery profile, which sets the ceiling too.
fn target(text: &str, settings: &mut Settings) -> Result<Option<f64>, Failure> {
    if let Ok(lufs) = text.parse::<f64>() {
        if (-70.0..=0.0).contains(&lufs) {
            return Ok(Some(lufs));
        }
        return Err(Failure(format!("--target {text} is no loudness; use -70 to 0 LUFS")));
    }
    let Some(profile) = Profile::by_id(text) else {
        return Err(Failure(format!(
            "--target {text} is no loudness and no profile; use one of {}",
            profiles()
        )));
    };
    if let (Some(ceiling), Some(param)) = (profile.ceiling_dbtp, by_id("limiter_ceiling")) {
        param.set(settings, ceiling);
    }
    Ok(profile.target_lufs)
}

/// Ids of all delivery profiles, separated by commas.
pub fn profiles() -> String {
    PROFILES.iter().map(|profile| profile.id).collect::<Vec<_>>().join(", ")
}

/// One `--set`; returns its id.
fn set(text: &str, settings: &mut Settings) -> Result<String, Failure> {
    let (id, value) =
        text.split_once('=').ok_or_else(|| Failure(format!("--set {text}: write it as ID=VALUE")))?;
    let id = id.trim();
    let param = by_id(id).ok_or_else(|| {
        Failure(format!("--set {text}: there is no parameter \"{id}\"; `garnish params` lists them"))
    })?;
    let plain = param.parse_in_range(value.trim()).map_err(|why| Failure(format!("--set {id}: {why}")))?;
    param.set(settings, plain);
    Ok(id.to_owned())
}

/// Inputs with their outputs: folders exist or can be made, no output is an input, no two outputs are the same.
fn tasks(args: &Args) -> Result<Vec<Task>, Failure> {
    let outputs: Vec<PathBuf> = match (&args.output, &args.out_dir) {
        (Some(_), _) if args.inputs.len() > 1 => {
            return Err(Failure("-o names one file for several inputs; use --out-dir".to_owned()));
        }
        (Some(output), _) => vec![output.clone()],
        (None, Some(folder)) => {
            if folder.exists() && !folder.is_dir() {
                return Err(Failure(format!(
                    "{} is no folder; name another for --out-dir",
                    folder.display()
                )));
            }
            let extension = args.format.map_or("wav", |format| format.media().extension());
            args.inputs.iter().map(|input| folder.join(format!("{}.{extension}", stem(input)))).collect()
        }
        (None, None) => return Err(Failure("say where to write: -o OUT or --out-dir DIR".to_owned())),
    };
    let mut tasks: Vec<Task> = Vec::new();
    for (input, output) in args.inputs.iter().zip(outputs) {
        let folder =
            output.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if args.out_dir.is_none() && !folder.is_dir() {
            return Err(Failure(format!("the folder {} does not exist; create it first", folder.display())));
        }
        if output.is_dir() {
            return Err(Failure(format!("{} is a folder; name a file, or use --out-dir", output.display())));
        }
        if args.inputs.iter().any(|input| same_file(input, &output)) {
            return Err(Failure(format!("{} is an input; the master needs another name", output.display())));
        }
        if tasks.iter().any(|task| task.output == output) {
            return Err(Failure(format!("two inputs would be written to {}; rename one", output.display())));
        }
        let format = format_of(&output, args.format)?;
        tasks.push(Task { input: input.clone(), output, format });
    }
    Ok(tasks)
}

/// The format that a file's ending and `--format` agree on.
fn format_of(output: &Path, format: Option<FileFormat>) -> Result<Format, Failure> {
    let shown = output.display();
    let ending = output.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    let (by_ending, allowed): (_, &[FileFormat]) = match ending.as_deref() {
        Some("wav" | "wave") => (Format::Wav24, &[FileFormat::Wav16, FileFormat::Wav24, FileFormat::F32]),
        Some("flac") => (Format::Flac24, &[FileFormat::Flac, FileFormat::Flac16]),
        Some("aif" | "aiff") => (Format::Aiff24, &[FileFormat::Aiff16, FileFormat::Aiff24, FileFormat::F32]),
        Some(other) => {
            return Err(Failure(format!(
                "{shown} ends in .{other}, which Garnish does not write; end it in .wav, .flac or .aiff"
            )));
        }
        None => {
            return format.map(FileFormat::media).ok_or_else(|| {
                Failure(format!("{shown} has no ending; end it in .wav, .flac or .aiff, or give --format"))
            });
        }
    };
    match format {
        None => Ok(by_ending),
        Some(FileFormat::F32) if by_ending == Format::Aiff24 => Ok(Format::AiffF32),
        Some(format) if allowed.contains(&format) => Ok(format.media()),
        Some(format) => {
            let right = output.with_extension(format.media().extension());
            Err(Failure(format!(
                "{shown} and --format disagree; name it {}, or leave --format out",
                right.display()
            )))
        }
    }
}

fn same_file(a: &Path, b: &Path) -> bool {
    match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
