//! Files appear whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::Error;

/// Writes through `write` to a file beside `path` and renames it to `path` once it is complete and on disk.
///
/// An existing file is replaced; if anything fails it stays as it was and the unfinished one is removed.
pub(crate) fn replace(path: &Path, write: impl FnOnce(&mut File) -> Result<(), Error>) -> Result<(), Error> {
    let unwritable = |source| Error::Unwritable { path: path.into(), source };
    let target = resolve(path)?;
    let part = Part::create(&target).map_err(unwritable)?;
    let mut file = part.open().map_err(unwritable)?;
    write(&mut file)?;
    file.sync_all().map_err(unwritable)?;
    drop(file);
    part.rename(&target).map_err(unwritable)
}

/// Writes a small file whole: beside its place first, then renamed. An existing one is replaced.
///
/// # Errors
///
/// A missing folder, something there that is no file, a full disk.
pub fn replace_file(path: impl AsRef<Path>, content: &[u8]) -> Result<(), Error> {
    let path = path.as_ref();
    let unwritable = |source| Error::Unwritable { path: path.into(), source };
    replace(path, |file| file.write_all(content).map_err(unwritable))
}

/// What the name leads to: a link is followed, so that the link itself survives.
fn resolve(path: &Path) -> Result<PathBuf, Error> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.into());
    if target.exists() && !target.is_file() {
        return Err(Error::NotAFile { path: path.into() });
    }
    match target.parent().map(|folder| if folder.as_os_str().is_empty() { Path::new(".") } else { folder }) {
        Some(folder) if folder.is_dir() && target.file_name().is_some() => Ok(target),
        _ => Err(Error::NoFolder { path: path.into() }),
    }
}

/// A file in the making; removed when dropped before it is renamed.
struct Part(Option<PathBuf>);

impl Part {
    fn create(target: &Path) -> io::Result<Self> {
        let name = target.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for attempt in 0..100 {
            let part = target.with_file_name(format!(".{name}.{}-{attempt}.part", std::process::id()));
            match File::create_new(&part) {
                Ok(_) => return Ok(Self(Some(part))),
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                Err(e) => return Err(e),
            }
        }
        Err(io::Error::from(io::ErrorKind::AlreadyExists))
    }

    fn open(&self) -> io::Result<File> {
        let part = self.0.as_deref().ok_or(io::ErrorKind::NotFound)?;
        File::options().read(true).write(true).open(part)
    }

    fn rename(mut self, target: &Path) -> io::Result<()> {
        let part = self.0.as_deref().ok_or(io::ErrorKind::NotFound)?;
        fs::rename(part, target)?;
        self.0 = None;
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if let Some(part) = &self.0 {
            // Nothing more can be done about a file that will not go.
            let _ = fs::remove_file(part);
        }
    }
}
