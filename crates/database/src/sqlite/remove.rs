//! Removing a SQLite database, for a fresh start.

use std::path::Path;
use std::time::Duration;

use super::connection::{open_write, side_file};
use crate::Error;
use crate::error::At as _;

/// Removes the file at `path` and its side files; a missing one is fine.
///
/// # Errors
/// It is no database, another process is using it, or the system refuses.
pub(crate) fn remove(path: &Path, lock_timeout: Duration) -> Result<(), Error> {
    if path.symlink_metadata().is_err() {
        return Ok(());
    }
    let connection = open_write(path, lock_timeout)?;
    // Nobody is in the middle of a transaction; in WAL mode this also brings all of it into the one file.
    connection.execute_batch("BEGIN EXCLUSIVE; ROLLBACK").at(&connection)?;
    drop(connection);
    let paths = ["-wal", "-shm", "-journal"].map(|suffix| side_file(path, suffix));
    for file in paths.iter().map(std::path::PathBuf::as_path).chain([path]) {
        match std::fs::remove_file(file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Error::of_io(path, &error));
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_removed_with_its_side_files_and_nothing_else_is() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("a.db");
        let db = rusqlite::Connection::open(&path).expect("opens");
        db.execute_batch("PRAGMA journal_mode = wal; CREATE TABLE t (a)").expect("made");
        drop(db);
        remove(&path, Duration::ZERO).expect("removed");
        remove(&path, Duration::ZERO).expect("nothing to remove");
        assert_eq!(std::fs::read_dir(dir.path()).expect("a folder").count(), 0);

        let other = dir.path().join("notes.txt");
        std::fs::File::create(&other)
            .and_then(|mut f| std::io::Write::write_all(&mut f, &[b'x'; 200]))
            .expect("made");
        assert!(remove(&other, Duration::ZERO).is_err());
        assert!(other.exists());
    }

    #[test]
    fn a_database_in_use_stays() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("a.db");
        let db = rusqlite::Connection::open(&path).expect("opens");
        db.execute_batch("CREATE TABLE t (a); BEGIN IMMEDIATE; INSERT INTO t VALUES (1)").expect("begun");
        assert!(remove(&path, Duration::ZERO).is_err());
        assert!(path.exists());
    }
}
