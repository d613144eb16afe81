//! Files appear whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::Error;

/// A file in the making, beside its place under another name: renamed when complete, removed when dropped before that.
pub(crate) struct Part {
    /// The path as the caller gave it, for messages.
    path: PathBuf,
    /// Where the file goes; not `path` if that is a link, so that the link itself survives.
    target: PathBuf,
    file: NamedTempFile,
}

impl Part {
    /// Creates an empty file in the folder of `path`.
    pub fn create(path: &Path) -> Result<Self, Error> {
        let target = resolve(path)?;
        let folder = target.parent().unwrap_or(Path::new("."));
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let file =
            hidden().tempfile_in(folder).map_err(|source| Error::Unwritable { path: path.into(), source })?;
        Ok(Self { path: path.into(), target, file })
    }

    /// Opens the file once more, to write it.
    pub fn open(&self) -> Result<File, Error> {
        self.file.reopen().map_err(|source| self.unwritable(source))
    }

    /// Waits until the content is on disk and gives the file its name; an existing file is replaced.
    pub fn persist(self) -> Result<(), Error> {
        let path = self.path;
        let unwritable = |source| Error::Unwritable { path: path.clone(), source };
        self.file.as_file().sync_all().map_err(unwritable)?;
        self.file.persist(&self.target).map_err(|e| unwritable(e.error))?;
        Ok(())
    }

    /// The error for a file that cannot be written.
    pub fn unwritable(&self, source: io::Error) -> Error {
        Error::Unwritable { path: self.path.clone(), source }
    }
}

/// A hidden name, and the permissions any new file gets.
fn hidden() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".garnish-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The system takes the umask off; tempfile's own default would keep the result from everyone else.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder
}

/// Writes a small file whole: beside its place first, then renamed. An existing one is replaced.
///
/// # Errors
///
/// A missing folder, something there that is no file, a full disk.
pub fn replace_file(path: impl AsRef<Path>, content: &[u8]) -> Result<(), Error> {
    let part = Part::create(path.as_ref())?;
    part.open()?.write_all(content).map_err(|source| part.unwritable(source))?;
    part.persist()
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
