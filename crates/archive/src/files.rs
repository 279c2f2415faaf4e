//! Reading and replacing single files without following links: the only place where files are written.
//!
//! A file is replaced whole: temporary file beside it, fsync, rename, fsync of the folder. A kill at any point leaves the
//! old bytes or the new ones. Symbolic links are never read or written through.

use std::fs::{self, File, Metadata};
use std::io::{self, Read, Write};
use std::path::Path;

use tempfile::{Builder, NamedTempFile, TempPath};

use crate::Error;

/// Temporary files are recognised by both, so that sweeping cannot take anybody else's.
const TEMP_PREFIX: &str = ".demo-";
const TEMP_SUFFIX: &str = ".tmp";

/// Whether a write changed anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// The file has new bytes.
    Changed,
    /// The file had these bytes already and was left alone.
    Same,
}

/// Makes `path` hold `bytes`, whole or not at all; a symbolic link there is replaced, not followed. Left alone if it
/// holds them already. The folder must exist.
///
/// # Errors
/// A folder or device stands there, or the system refuses: no permission, disk full.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<Written, Error> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_file() && found.len() == bytes.len() as u64 => {
            if fs::read(path).map_err(Error::io("read", path))? == bytes {
                return Ok(Written::Same);
            }
        }
        Ok(found) if found.is_file() || found.is_symlink() => {}
        Ok(found) => return Err(Error::NotAFile { path: path.to_owned(), found: kind(&found) }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(Error::io("read", path)(error)),
    }
    let mut temp = temp(parent(path))?;
    temp.write_all(bytes).map_err(Error::io("write", path))?;
    temp.as_file().sync_all().map_err(Error::io("write", path))?;
    replace(temp.into_temp_path(), path)?;
    Ok(Written::Changed)
}

/// Puts a finished temporary file (or link) in the place of whatever file is at `path`.
pub(crate) fn replace(temp: TempPath, path: &Path) -> Result<(), Error> {
    temp.persist(path).map_err(|failed| Error::io("replace", path)(failed.error))?;
    sync_folder(parent(path))
}

/// Puts a finished temporary file where nothing is yet.
pub(crate) fn place_new(temp: NamedTempFile, path: &Path) -> Result<(), Error> {
    temp.as_file().sync_all().map_err(Error::io("write", path))?;
    let exists = || Error::Exists { path: path.to_owned() };
    match fs::symlink_metadata(path) {
        Ok(_) => return Err(exists()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(Error::io("read", path)(error)),
    }
    match temp.persist_noclobber(path) {
        Ok(_) => {}
        Err(failed) if failed.error.kind() == io::ErrorKind::AlreadyExists => return Err(exists()),
        // No hard links and no exclusive rename on this file system: looked above, and we hold the lock.
        Err(failed) if failed.error.kind() == io::ErrorKind::Unsupported => {
            failed.file.persist(path).map_err(|failed| Error::io("create", path)(failed.error))?;
        }
        Err(failed) => return Err(Error::io("create", path)(failed.error)),
    }
    sync_folder(parent(path))
}

/// [`temp_in`], as the archive's errors.
pub(crate) fn temp(folder: &Path) -> Result<NamedTempFile, Error> {
    temp_in(folder).map_err(Error::io("create a file in", folder))
}

/// A new, empty temporary file in `folder`, deleted when dropped. What a kill leaves of it is ignored by git, and in the
/// archive's folders swept by the next command.
///
/// # Errors
/// The folder cannot be written.
pub fn temp_in(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(TEMP_PREFIX).suffix(TEMP_SUFFIX);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // The umask decides, as for any file of a working tree; the library's default is owner only.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// A temporary symbolic link in `folder` to `target`, deleted when dropped.
pub(crate) fn temp_link(folder: &Path, target: &str) -> io::Result<TempPath> {
    let mut builder = Builder::new();
    builder.prefix(TEMP_PREFIX).suffix(TEMP_SUFFIX);
    Ok(builder.make_in(folder, |path| symlink(target, path))?.into_temp_path())
}

#[cfg(unix)]
fn symlink(target: &str, path: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, path)
}

#[cfg(windows)]
fn symlink(target: &str, path: &Path) -> io::Result<()> {
    std::os::windows::fs::symlink_file(target, path)
}

#[cfg(not(any(unix, windows)))]
fn symlink(_target: &str, _path: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Removes what interrupted runs left in `folder`. Only under the lock: then nobody else's can be there.
pub(crate) fn sweep(folder: &Path) -> Result<(), Error> {
    for name in names_in(folder)? {
        if name.starts_with(TEMP_PREFIX) && name.ends_with(TEMP_SUFFIX) {
            let path = folder.join(&name);
            let found = fs::symlink_metadata(&path).map_err(Error::io("read", &path))?;
            if found.is_file() || found.is_symlink() {
                fs::remove_file(&path).map_err(Error::io("remove", &path))?;
                tracing::debug!(file = name, "removed an unfinished file");
            }
        }
    }
    Ok(())
}

/// The names in `folder` that are UTF-8, sorted; none if it does not exist.
pub(crate) fn names_in(folder: &Path) -> Result<Vec<String>, Error> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::io("list", folder)(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(Error::io("list", folder))?;
        names.extend(entry.file_name().into_string().ok());
    }
    names.sort();
    Ok(names)
}

/// Opens a plain file to read, without following a link and without waiting on a pipe or device.
pub(crate) fn open_plain(path: &Path) -> Result<(File, Metadata), Error> {
    // Looked at by name, then opened by name: make sure that it is one and the same. A writer may replace it between the
    // two, hence another look; one that never rests is told.
    const LOOKS: usize = 100;
    for _ in 0..LOOKS {
        let seen = plain(path)?.ok_or_else(|| Error::Missing { path: path.to_owned() })?;
        let file = File::open(path).map_err(Error::io("open", path))?;
        let opened = file.metadata().map_err(Error::io("read", path))?;
        if same_file(&seen, &opened) {
            return Ok((file, opened));
        }
    }
    Err(Error::Replaced { path: path.to_owned() })
}

/// The metadata of the plain file at `path`; `None` if nothing is there.
pub(crate) fn plain(path: &Path) -> Result<Option<Metadata>, Error> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_file() => Ok(Some(found)),
        Ok(found) => Err(Error::NotAFile { path: path.to_owned(), found: kind(&found) }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io("read", path)(error)),
    }
}

/// The text of a plain file; `None` if nothing is there.
pub(crate) fn read_text(path: &Path, cap: u64) -> Result<Option<String>, Error> {
    if plain(path)?.is_none() {
        return Ok(None);
    }
    let (file, found) = open_plain(path)?;
    let too_large = |actual| Error::TooLarge { path: path.to_owned(), actual, cap };
    if found.len() > cap {
        return Err(too_large(found.len()));
    }
    let mut bytes = Vec::new();
    file.take(cap + 1).read_to_end(&mut bytes).map_err(Error::io("read", path))?;
    if bytes.len() as u64 > cap {
        return Err(too_large(bytes.len() as u64));
    }
    String::from_utf8(bytes)
        .map(Some)
        .map_err(|error| Error::NotUtf8 { path: path.to_owned(), at: error.utf8_error().valid_up_to() })
}

/// Whether `path` is a real folder; `false` if nothing is there.
pub(crate) fn is_folder(path: &Path) -> Result<bool, Error> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => Ok(true),
        Ok(found) => Err(Error::NotAFolder { path: path.to_owned(), found: kind(&found) }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(Error::io("read", path)(error)),
    }
}

/// Makes the folder if it is missing; its parent must exist.
pub(crate) fn make_folder(path: &Path) -> Result<(), Error> {
    if is_folder(path)? {
        return Ok(());
    }
    match fs::create_dir(path) {
        Ok(()) => sync_folder(parent(path)),
        // Another process was faster.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => is_folder(path).map(drop),
        Err(error) => Err(Error::io("create", path)(error)),
    }
}

/// Removes a plain file. Returns whether one was there; anything else is left alone and refused.
pub(crate) fn remove_plain(path: &Path) -> Result<bool, Error> {
    if plain(path)?.is_none() {
        return Ok(false);
    }
    fs::remove_file(path).map_err(Error::io("remove", path))?;
    sync_folder(parent(path))?;
    Ok(true)
}

/// What stands at a path, for messages.
pub(crate) fn kind(found: &Metadata) -> &'static str {
    if found.is_symlink() {
        "a symbolic link"
    } else if found.is_dir() {
        "a folder"
    } else if found.is_file() {
        "a plain file"
    } else {
        "a device, pipe or socket"
    }
}

fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => path,
    }
}

#[cfg(unix)]
fn same_file(a: &Metadata, b: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (a.dev(), a.ino()) == (b.dev(), b.ino())
}

#[cfg(not(unix))]
fn same_file(a: &Metadata, b: &Metadata) -> bool {
    a.is_file() && b.is_file() && a.len() == b.len()
}

/// Makes renames in a folder durable. Windows has no such call and needs none.
fn sync_folder(folder: &Path) -> Result<(), Error> {
    if cfg!(unix) {
        let open = File::open(folder).map_err(Error::io("open", folder))?;
        match open.sync_all() {
            // Some network and FUSE file systems have no such call for folders.
            Err(error)
                if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => {}
            done => done.map_err(Error::io("write", folder))?,
        }
    }
    Ok(())
}

/// Whether the first line ends as Windows ends lines.
pub(crate) fn starts_with_crlf_line(file: &File) -> bool {
    let mut start = Vec::new();
    let read = file.take(256).read_to_end(&mut start);
    read.is_ok()
        && start.iter().position(|byte| *byte == b'\n').is_some_and(|at| start[..at].ends_with(b"\r"))
}
