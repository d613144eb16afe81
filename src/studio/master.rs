//! A programme through the chain to a loudness, in pieces.

use std::path::Path;

use garnish_engine::Settings;
use garnish_engine::units::count;
use serde::Serialize;

use crate::Error;
use crate::analysis::{Analyser, Analysis, Options};
use crate::feed::PIECE;
use crate::parts::{Parts, Reduction};
use crate::render::stream;
use crate::search::{Bench, Found, before_limiter};
use crate::source::Source;
use crate::target::Miss;

/// What to do with a programme.
#[derive(Clone, Copy, Debug)]
pub struct Job<'a> {
    /// Settings of the chain, whose gains a target moves.
    pub settings: &'a Settings,
    /// Integrated loudness to reach, in LUFS.
    pub target_lufs: Option<f64>,
    /// One channel counts as two in every loudness.
    pub dual_mono: bool,
    /// Folder for temporary files, which need up to 24 bytes a frame while a target is searched.
    pub folder: &'a Path,
}

/// Where a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The programme is read and goes through what lies before the limiter.
    Preparing,
    /// It goes through the chain; the number of the pass.
    Pass(usize),
    /// The master is measured and written.
    Writing,
}

/// What became of a programme.
#[derive(Clone, Debug, Serialize)]
pub struct Mastered {
    /// Measurements of the programme.
    pub input: Analysis,
    /// Measurements of the master.
    pub output: Analysis,
    /// Settings it was made with.
    #[serde(skip)]
    pub settings: Settings,
    /// Why the target was missed; none if it was met, or none was asked for.
    #[serde(skip)]
    pub miss: Option<Miss>,
    /// Number of whole passes through the limiter.
    pub passes: usize,
    /// Latency that was compensated, in frames.
    pub latency_samples: usize,
    /// Gain reduction of the limiter.
    pub gain_reduction: Reduction,
}

/// Masters a source: latency compensated, same length, mono in mono out. `sink` gets the master in order, one slice a channel.
///
/// Without a target everything happens in one pass. With one, what lies before the limiter is rendered once into a temporary file and only
/// the limiter runs again: see [`drive`](crate::target::drive) for the gains that move.
///
/// # Errors
/// The source cannot be read, the temporary file cannot be written, or `sink` fails.
pub fn master(
    source: &mut impl Source,
    [input, output]: [&str; 2],
    job: &Job<'_>,
    mut sink: impl FnMut(&[&[f32]]) -> Result<(), Error>,
    progress: &mut dyn FnMut(Step, f64),
) -> Result<Mastered, Error> {
    let (rate_hz, channels) = (source.sample_rate_hz(), source.channels());
    let options = Options { dual_mono: job.dual_mono, resampled: false };
    let mut before = Analyser::new(rate_hz, channels, options);
    let mut after = Analyser::new(rate_hz, channels, Options { resampled: true, ..options });
    let mut parts = Parts::new(job.settings, rate_hz);
    let latency_samples = parts.chain_latency();
    let mut heard = |planes: &[&[f32]]| -> Result<(), Error> { Ok(before.push(planes, |_, _| {})?) };
    let mut written = |planes: &[&[f32]]| -> Result<(), Error> {
        after.push(planes, |_, _| {})?;
        sink(planes)
    };
    let (broken, found) = if let Some(target_lufs) = job.target_lufs {
        let preparing = &mut |part| progress(Step::Preparing, part);
        let (broken, rendered) =
            before_limiter(source, &mut parts, job.settings, job.folder, job.dual_mono, preparing, heard)?;
        let mut bench = Bench {
            source,
            parts,
            rendered,
            folder: job.folder,
            dual_mono: job.dual_mono,
            progress: &mut *progress,
        };
        let mut found = bench.search(job.settings, target_lufs)?;
        pour(&mut found, channels, written, progress)?;
        (broken, (found.settings, found.miss, found.passes, found.reduction))
    } else {
        let passing = &mut |part| progress(Step::Pass(1), part);
        let (broken, reduction) =
            stream(source, &mut parts, job.settings, passing, &mut heard, &mut written)?;
        (broken, (*job.settings, None, 1, reduction))
    };
    let input = before.finish(input, broken)?;
    let output = after.finish(output, crate::broken::Broken::default())?;
    let (settings, miss, passes, gain_reduction) = found;
    // a momentary loudness may have been met where there is no integrated one
    let unmeasured = job.target_lufs.is_some() && output.integrated_lufs.is_none();
    let miss = miss.or(unmeasured.then_some(Miss::BelowGate)).map(|miss| explain(miss, &input));
    Ok(Mastered { input, output, settings, miss, passes, latency_samples, gain_reduction })
}

/// Measures and writes what a search found.
fn pour(
    found: &mut Found,
    channels: usize,
    mut sink: impl FnMut(&[&[f32]]) -> Result<(), Error>,
    progress: &mut dyn FnMut(Step, f64),
) -> Result<(), Error> {
    let frames = found.output.frames();
    let mut planes = vec![vec![0.0; PIECE]; channels];
    for at in (0..frames).step_by(PIECE) {
        let read = found.output.read(at, &mut planes)?;
        sink(&planes.iter().map(|plane| &plane[..read]).collect::<Vec<_>>())?;
        progress(Step::Writing, count(at + read) / count(frames));
    }
    Ok(())
}

/// A more precise reason where the programme has no loudness.
fn explain(miss: Miss, input: &Analysis) -> Miss {
    match miss {
        Miss::Bypassed => miss,
        _ if input.sample_peak_dbfs.is_none() => Miss::Silence,
        _ if input.duration_s < 0.4 => Miss::TooShort(input.duration_s),
        _ => miss,
    }
}
