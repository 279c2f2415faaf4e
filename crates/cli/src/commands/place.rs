//! A file that a result is written to: beside its place first, moved there when it is whole.
//!
//! The rule to keep in mind: a result replaces another result, never a database, a snapshot or anything of the archive.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use workflow::Context;

use crate::commands::Failure;
use crate::environment;

const DATABASE: &[u8] = b"SQLite format 3\0";

/// How files begin that nobody wants to lose to a result.
const PRECIOUS: [(&[u8], &str); 2] = [(DATABASE, "a database"), (b"-- Demo Data Export", "a snapshot")];

/// Whether a plain file is a SQLite database.
pub(crate) fn is_database(path: &Path) -> bool {
    path.is_file() && beginning(path).is_ok_and(|start| start.starts_with(DATABASE))
}

fn beginning(path: &Path) -> io::Result<Vec<u8>> {
    let mut start = Vec::new();
    File::open(path)?.take(32).read_to_end(&mut start)?;
    Ok(start)
}

/// The place of a result.
pub(crate) struct Place {
    path: PathBuf,
    temp: NamedTempFile,
}

impl Place {
    /// Begins a file for `path`.
    ///
    /// # Errors
    /// There is something that is not to be replaced, or the folder cannot be written.
    pub(crate) fn new(context: &Context, path: &Path) -> Result<Self, Failure> {
        let shown = environment::shown(path);
        let failed = |doing| {
            let path = shown.clone();
            move |source: io::Error| Failure::Io { path, doing, source }
        };
        let refused = |what| Failure::Place { path: shown.clone(), what };
        match path.metadata() {
            Ok(found) if found.is_dir() => return Err(refused("a folder")),
            Ok(found) if !found.is_file() => return Err(refused("a pipe or device")),
            Ok(_) => {
                let start = beginning(path).map_err(failed("reading its beginning"))?;
                if let Some((_, what)) = PRECIOUS.iter().find(|(magic, _)| start.starts_with(magic)) {
                    return Err(refused(what));
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed("looking at it")(error)),
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let real = folder.canonicalize().map_err(failed("finding its folder"))?;
        if context.archive.dir().canonicalize().is_ok_and(|archive| real.starts_with(archive)) {
            return Err(refused("inside the archive"));
        }
        let temp = archive::temp_in(folder)
            .map_err(|error| failed("creating a file beside it")(error.kind().into()))?;
        Ok(Self { path: path.to_owned(), temp })
    }

    /// The file.
    pub(crate) fn file(&self) -> &File {
        self.temp.as_file()
    }

    /// Moves it to its place; returns that as it is shown.
    ///
    /// # Errors
    /// The system refuses.
    pub(crate) fn keep(self) -> Result<String, Failure> {
        let path = environment::shown(&self.path);
        let failed = |doing| {
            let path = path.clone();
            move |source: io::Error| Failure::Io { path, doing, source }
        };
        self.temp.as_file().sync_all().map_err(failed("writing"))?;
        self.temp.persist(&self.path).map_err(|error| failed("replacing")(error.error))?;
        Ok(path)
    }
}
