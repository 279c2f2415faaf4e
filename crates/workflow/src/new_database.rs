//! A database that does not exist yet: made in a folder beside its place, moved there once the import into it has
//! committed. A run that fails leaves nothing; one that is killed leaves a folder that the next one sweeps.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use database::{DatabaseUrl, Durability, SourceOptions, TargetOptions};
use model::text::Shown;
use model::{Definition, TableSpec};

use crate::{Error, Schema, SchemaError};

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
    /// Held as long as the folder is in use; let go before it is removed.
    _lock: File,
    folder: tempfile::TempDir,
    made: MadeFolders,
    place: PathBuf,
}

/// The folders that had to be made for the place, outermost first: removed again unless the database is kept.
struct MadeFolders(Vec<PathBuf>);

impl MadeFolders {
    fn make(folder: &Path) -> std::io::Result<Self> {
        let missing = folder.ancestors().take_while(|dir| !dir.as_os_str().is_empty() && !dir.exists());
        let mut missing: Vec<PathBuf> = missing.map(Path::to_path_buf).collect();
        missing.reverse();
        let made = Self(missing);
        std::fs::create_dir_all(folder).map(|()| made)
    }
}

impl Drop for MadeFolders {
    fn drop(&mut self) {
        for folder in self.0.iter().rev() {
            // Not where somebody has put something into it meanwhile.
            let _ = std::fs::remove_dir(folder);
        }
    }
}

impl NewDatabase {
    /// Makes one if `target` is a file that does not exist: with a bundled schema, or empty if the import makes the tables.
    /// A PostgreSQL database is made by its server's administrator; its tables, by the import's own transaction.
    pub(crate) fn prepare(schema: Schema, target: &DatabaseUrl, empty: bool) -> Result<Option<Self>, Error> {
        let DatabaseUrl::Sqlite(place) = target else { return Ok(None) };
        let beside = place.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        sweep(beside);
        // A dangling link is no missing file: what it points at is not ours to make.
        if place.symlink_metadata().is_ok() {
            return Ok(None);
        }
        nothing_left_behind(place)?;
        let failed = |source| Error::new_database(place, &source);
        let made = MadeFolders::make(beside).map_err(failed)?;
        let folder =
            tempfile::Builder::new().prefix(PREFIX).suffix(SUFFIX).tempdir_in(beside).map_err(failed)?;
        let lock = File::create_new(folder.path().join(LOCK)).map_err(failed)?;
        lock.lock().map_err(failed)?;
        let path = folder.path().join(DATABASE);
        database::create_database(&path)?;
        let url = DatabaseUrl::Sqlite(path);
        let new = Self { url, _lock: lock, folder, made, place: place.clone() };
        if !empty {
            database::open_target(&new.url, &Self::options(Some(&new), Duration::ZERO))?
                .migrate(schema.migrations.sqlite)?;
        }
        Ok(Some(new))
    }

    /// Checks that what was made has the tables of `definition`.
    ///
    /// # Errors
    /// The bundled schema is another one, or there is none: the rows have nowhere to go.
    pub(crate) fn check_holds(&self, schema: Schema, definition: &Definition) -> Result<(), Error> {
        let made = database::open_source(&self.url, &SourceOptions::default())?.catalog()?;
        let lacks = |spec: &&TableSpec| !made.tables.contains_key(&spec.name);
        let Some(lacking) = definition.tables.iter().find(lacks) else { return Ok(()) };
        let path = self.place.to_string_lossy().into_owned();
        let why = if made.tables.is_empty() {
            String::new()
        } else {
            let (schema, table) = (Shown(schema.name), Shown(&lacking.name));
            format!(", and the bundled schema `{schema}` that it would be made with has no table `{table}`")
        };
        Err(SchemaError::NoTarget { path, why }.into())
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
    pub(crate) fn keep(mut self) -> Result<bool, Error> {
        nothing_left_behind(&self.place)?;
        let failed = |source: std::io::Error| Error::new_database(&self.place, &source);
        let made = self.folder.path().join(DATABASE);
        File::options().write(true).open(&made).and_then(|file| file.sync_all()).map_err(failed)?;
        let made = tempfile::TempPath::try_from_path(made).map_err(failed)?;
        made.persist_noclobber(&self.place).map_err(|error| failed(error.error))?;
        sync_folder(&self.place);
        self.made.0.clear();
        Ok(true)
    }
}

/// A log or journal of a database that is gone would be taken for the new one's, and destroy it.
fn nothing_left_behind(place: &Path) -> Result<(), Error> {
    for suffix in ["-wal", "-shm", "-journal"] {
        let mut name = place.as_os_str().to_owned();
        name.push(suffix);
        let path = PathBuf::from(name);
        if path.symlink_metadata().is_ok() {
            return Err(Error::LeftBehind { path, database: place.to_owned() });
        }
    }
    Ok(())
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
    let lock = folder.join(LOCK);
    // Opening a pipe would wait for ever.
    let is_plain = lock.symlink_metadata().is_ok_and(|found| found.is_file());
    match if is_plain { File::open(lock) } else { Err(std::io::ErrorKind::NotFound.into()) } {
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
    fn a_log_of_a_database_that_is_gone_is_not_taken_for_the_new_ones() {
        let beside = tempfile::tempdir().expect("a folder");
        let place = beside.path().join("demo.db");
        nothing_left_behind(&place).expect("nothing there");
        File::create_new(beside.path().join("demo.db-wal")).expect("a log");
        assert!(matches!(nothing_left_behind(&place), Err(Error::LeftBehind { .. })));
    }

    #[test]
    fn folders_made_for_nothing_are_removed_again() {
        let beside = tempfile::tempdir().expect("a folder");
        let deep = beside.path().join("a/b");
        drop(MadeFolders::make(&deep).expect("made"));
        assert!(!beside.path().join("a").exists());
        let made = MadeFolders::make(&deep).expect("made");
        File::create_new(beside.path().join("a/mine.txt")).expect("a file");
        drop(made);
        assert!(beside.path().join("a/mine.txt").exists() && !deep.exists());
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
