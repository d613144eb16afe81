//! `analyze`: files measured.

use std::path::PathBuf;

use crate::Failure;
use crate::analysis::analyse_with;
use crate::progress::Bar;

/// Arguments of `analyze`.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Audio files: WAV, AIFF, FLAC, MP3, AAC (M4A) or Ogg Vorbis, mono or stereo.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// JSON instead of a table.
    #[arg(long)]
    json: bool,
}

/// Measures every file.
///
/// # Errors
/// The first file that cannot be read.
pub fn run(args: &Args) -> Result<String, Failure> {
    let mut all = Vec::new();
    for path in &args.files {
        let shown = path.display().to_string();
        let bar = Bar::new(&format!("reading {shown}"));
        let audio = garnish_media::decode_with(path, &mut |x| bar.at(x))?;
        bar.restart(&format!("measuring {shown}"));
        let frames = garnish_engine::units::count(audio.frames());
        let analysis =
            analyse_with(&shown, &audio, |done, _| bar.at(garnish_engine::units::count(done) / frames));
        all.push(analysis);
    }
    if args.json {
        return crate::json(&serde_json::json!({ "files": all }));
    }
    let columns: Vec<_> = all.iter().map(|analysis| (analysis.path.as_str(), analysis)).collect();
    Ok(crate::master::comparison(&columns).to_string())
}
