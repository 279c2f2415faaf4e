//! A database that does not exist yet: made in a folder beside its place, moved there once the import into it has
//! committed. A run that fails leaves nothing; one that is killed leaves a folder that the next one sweeps.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use database::{DatabaseUrl, Durability, TargetOptions};

use crate::{Context, Error};

const PREFIX: &str = ".new-database-";
const SUFFIX: &str = ".tmp";
const DATABASE: &str = "database.sqlite";
const LOCK: &str = "lock";
/// All that can be in such a folder: nothing else is ever removed.
const FILES: [&str; 5] =
    [DATABASE, "database.sqlite-journal", "database.sqlite-wal", "database.sqlite-shm", LOCK];
/// A folder without its lock file is a moment old, or was left by a kill in that moment.
const MOMENT: Duration = Duration::from_mins(1);

/// A database in a folder of its own, removed unless it is kept.
pub(crate) struct NewDatabase {
    url: DatabaseUrl,
    folder: tempfile::TempDir,
    /// Held as long as the folder is in use.
    _lock: File,
    place: PathBuf,
}

impl NewDatabase {
    /// Makes one if `target` does not exist: with the bundled schema, or empty if the import makes the tables.
    pub(crate) fn prepare(
        context: &Context,
        target: &DatabaseUrl,
        empty: bool,
    ) -> Result<Option<Self>, Error> {
        let DatabaseUrl::Sqlite(place) = target;
        let beside = place.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        sweep(beside);
        // A dangling link is no missing file: what it points at is not ours to make.
        if place.symlink_metadata().is_ok() {
            return Ok(None);
        }
        let failed = |source| Error::new_database(place, &source);
        std::fs::create_dir_all(beside).map_err(failed)?;
        let folder =
            tempfile::Builder::new().prefix(PREFIX).suffix(SUFFIX).tempdir_in(beside).map_err(failed)?;
        let lock = File::create_new(folder.path().join(LOCK)).map_err(failed)?;
        lock.lock().map_err(failed)?;
        let url = DatabaseUrl::Sqlite(folder.path().join(DATABASE));
        database::create_database(&url)?;
        let new = Self { url, folder, _lock: lock, place: place.clone() };
        if !empty {
            database::open_target(&new.url, &Self::options(Some(&new), Duration::ZERO))?
                .migrate(context.migrations)?;
        }
        Ok(Some(new))
    }

    pub(crate) fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// How a target is opened. One that is new is missed by nobody after a crash, so nothing waits for the disk before
    /// it is kept.
    pub(crate) fn options(new: Option<&Self>, lock_timeout: Duration) -> TargetOptions {
        let durability = if new.is_some() { Durability::Scratch } else { Durability::Full };
        TargetOptions { lock_timeout, durability }
    }

    /// Moves the database to its place; never over another that appeared meanwhile.
    pub(crate) fn keep(self) -> Result<bool, Error> {
        let failed = |source: std::io::Error| Error::new_database(&self.place, &source);
        let made = self.folder.path().join(DATABASE);
        File::options().write(true).open(&made).and_then(|file| file.sync_all()).map_err(failed)?;
        let made = tempfile::TempPath::try_from_path(made).map_err(failed)?;
        made.persist_noclobber(&self.place).map_err(|error| failed(error.error))?;
        sync_folder(&self.place);
        Ok(true)
    }
}

/// Makes the new name last. Where the system cannot, a crash may lose the whole database, and never a part.
fn sync_folder(place: &Path) {
    let folder = place.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

/// Removes what killed runs left in `beside`. What cannot be removed is left: it is in nobody's way.
fn sweep(beside: &Path) {
    let Ok(entries) = std::fs::read_dir(beside) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let ours = name.to_str().is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX));
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if ours && is_folder && is_abandoned(&entry.path()) {
            for file in FILES {
                let _ = std::fs::remove_file(entry.path().join(file));
            }
            let _ = std::fs::remove_dir(entry.path());
        }
    }
}

fn is_abandoned(folder: &Path) -> bool {
    match File::open(folder.join(LOCK)) {
        Ok(lock) => !matches!(lock.try_lock(), Err(TryLockError::WouldBlock)),
        Err(_) => {
            let age = folder
                .metadata()
                .and_then(|found| found.modified())
                .ok()
                .and_then(|time| time.elapsed().ok());
            age.is_some_and(|age| age > MOMENT)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn abandoned(beside: &Path, name: &str) -> PathBuf {
        let folder = beside.join(format!("{PREFIX}{name}{SUFFIX}"));
        std::fs::create_dir(&folder).expect("a folder");
        for file in [DATABASE, LOCK, "database.sqlite-journal"] {
            File::create_new(folder.join(file)).expect("a file");
        }
        folder
    }

    #[test]
    fn what_killed_runs_left_is_swept_and_what_is_in_use_is_not() {
        let beside = tempfile::tempdir().expect("a folder");
        let (left, used) = (abandoned(beside.path(), "a"), abandoned(beside.path(), "b"));
        let lock = File::open(used.join(LOCK)).expect("a lock");
        lock.lock().expect("locked");
        sweep(beside.path());
        assert!(!left.exists() && used.join(DATABASE).exists());
        drop(lock);
        sweep(beside.path());
        assert!(!used.exists());
    }

    #[test]
    fn nothing_else_is_swept() {
        let beside = tempfile::tempdir().expect("a folder");
        let mine = abandoned(beside.path(), "a");
        File::create_new(mine.join("mine.txt")).expect("a file");
        let other = beside.path().join("notes.tmp");
        std::fs::create_dir(&other).expect("a folder");
        sweep(beside.path());
        assert!(mine.join("mine.txt").exists() && other.exists());
    }
}
