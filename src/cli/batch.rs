//! Several files, of which some may be bad.

use std::path::{Path, PathBuf};

use garnish_media::{ReadOptions, Reader};
use serde::Serialize;

use crate::{Failure, Report};

/// A file that could not be processed, as JSON shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failed {
    path: String,
    error: String,
}

/// Opens every file before the first is processed, then processes those that are good: one bad file does not end a batch.
///
/// `process` gets the number of the file and its reader.
pub fn each<T>(
    paths: &[PathBuf],
    strict: bool,
    mut process: impl FnMut(usize, Reader) -> Result<T, Failure>,
) -> (Vec<T>, Vec<Failed>) {
    let looked_at: Vec<_> =
        paths.iter().map(|path| Reader::open_with(path, ReadOptions { strict }).map(drop)).collect();
    let (mut done, mut failed) = (Vec::new(), Vec::new());
    for (number, (path, look)) in paths.iter().zip(looked_at).enumerate() {
        // opened again, so that a long batch does not hold all its files open
        let outcome = look
            .and_then(|()| Reader::open_with(path, ReadOptions { strict }))
            .map_err(Failure::from)
            .and_then(|reader| process(number, reader));
        match outcome {
            Ok(result) => done.push(result),
            Err(Failure(error)) => failed.push(Failed { path: path.display().to_string(), error }),
        }
    }
    (done, failed)
}

/// The report on a batch: `text` on what was done, then a list of what failed.
///
/// # Errors
/// All of the files failed, of which there was one.
pub fn report(text: String, of: usize, failed: &[Failed], missed: bool) -> Result<Report, Failure> {
    let mut failures: Vec<String> = failed.iter().map(|failed| failed.error.clone()).collect();
    match failures.as_slice() {
        [only] if of == 1 => return Err(Failure(only.clone())),
        [] => {}
        [..] => failures.insert(0, format!("{} of {of} files failed:", failed.len())),
    }
    let nothing_done = failed.len() == of;
    Ok(Report { text: if nothing_done { String::new() } else { text }, failures, missed })
}

/// The last part of a path, for progress bars.
pub fn name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
