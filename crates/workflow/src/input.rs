//! Files that people name: opened only when they are plain files, so that nothing hangs on a pipe or a device.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

use snapshot_sql::{FileKind, detect};

use crate::Error;

/// Opens a plain file, or a link to one.
///
/// # Errors
/// It is missing, is something else, or cannot be read.
pub(crate) fn open_plain(path: &Path) -> Result<File, Error> {
    let failed = |source| Error::input(path, source);
    let found = path.metadata().map_err(failed)?;
    if !found.is_file() {
        let what = if found.is_dir() { "a folder" } else { "a pipe or device" };
        return Err(Error::NotAFile { path: path.to_owned(), what });
    }
    File::open(path).map_err(failed)
}

/// Tells what a file is from its first bytes, and goes back to its beginning.
///
/// # Errors
/// It cannot be read.
pub(crate) fn kind_of(file: &mut File, path: &Path) -> Result<FileKind, Error> {
    let failed = |source| Error::input(path, source);
    let mut start = Vec::with_capacity(256);
    file.by_ref().take(256).read_to_end(&mut start).map_err(failed)?;
    file.seek(SeekFrom::Start(0)).map_err(failed)?;
    Ok(detect(&start))
}
