//! Removing a SQLite database, for a fresh start.
//!
//! The rule to keep in mind: whoever has the log of a WAL database open would go on writing into files that nobody finds
//! again. In the other modes SQLite notices by itself that its file is gone, and refuses to write.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

use super::connection::{open_write, side_file};
use crate::Error;
use crate::error::At as _;

/// Removes the file at `path` and its side files; a missing one is fine.
///
/// # Errors
/// It is no database or a symbolic link, another process is using it, or the system refuses.
pub(crate) fn remove(path: &Path, lock_timeout: Duration) -> Result<(), Error> {
    match path.symlink_metadata() {
        Ok(found) if found.is_symlink() => return Err(Error::SymbolicLink { path: path.to_owned() }),
        Ok(_) => {}
        // What is left of it would be taken for the next one's.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return remove_files(path),
        Err(error) => return Err(Error::of_io(path, &error)),
    }
    let connection = open_write(path, lock_timeout)?;
    lock_out_everybody(&connection, path)?;
    // Held until the file is gone, so that nobody begins to write to it meanwhile. Windows removes no open file.
    let _lock = (!cfg!(windows)).then_some(connection);
    remove_files(path)
}

/// Removes the file and its side files, so far as they are there.
fn remove_files(path: &Path) -> Result<(), Error> {
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

/// Brings all of a WAL database into the one file and takes its lock. SQLite leaves WAL mode only while nobody else has
/// the log open, even if only to look at it now and then; an exclusive transaction in WAL mode would not say so.
fn lock_out_everybody(connection: &Connection, path: &Path) -> Result<(), Error> {
    let mode = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, String>(0)).at(connection);
    mode("PRAGMA main.journal_mode = DELETE")?;
    connection.execute_batch("BEGIN EXCLUSIVE").at(connection)?;
    // Asked under the lock: somebody may have come between and begun a log again.
    let left = mode("PRAGMA main.journal_mode")? == "delete";
    if left { Ok(()) } else { Err(Error::Locked { path: path.to_owned() }) }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use miette::Diagnostic as _;

    use super::*;

    #[test]
    fn a_database_is_removed_with_its_side_files_and_nothing_else_is() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("a.db");
        let db = Connection::open(&path).expect("opens");
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
        let db = Connection::open(&path).expect("opens");
        db.execute_batch("CREATE TABLE t (a); BEGIN IMMEDIATE; INSERT INTO t VALUES (1)").expect("begun");
        assert!(remove(&path, Duration::ZERO).is_err());
        assert!(path.exists());
    }
    #[test]
    fn a_database_whose_log_somebody_has_open_stays() {
        let (dir, path) = wal_database();
        let other = Connection::open(&path).expect("opens");
        other.query_row("SELECT count(*) FROM t", [], |_| Ok(())).expect("reads, and goes on to do nothing");
        let error = remove(&path, Duration::ZERO).expect_err("in use");
        assert!(matches!(error, Error::Locked { .. }), "{error}");
        other.execute_batch("INSERT INTO t VALUES (1)").expect("writes");
        drop(other);
        let again = Connection::open(&path).expect("opens");
        let rows: i64 = again.query_row("SELECT count(*) FROM t", [], |row| row.get(0)).expect("reads");
        assert_eq!(rows, 1);
        drop(again);
        remove(&path, Duration::ZERO).expect("removed");
        assert_eq!(std::fs::read_dir(dir.path()).expect("a folder").count(), 0);
    }

    #[test]
    #[cfg(unix)]
    fn whoever_keeps_a_removed_file_open_cannot_write_to_it() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("a.db");
        let other = Connection::open(&path).expect("opens");
        other.execute_batch("CREATE TABLE t (a)").expect("made");
        remove(&path, Duration::ZERO).expect("nobody is in the middle of anything");
        assert!(other.execute_batch("INSERT INTO t VALUES (1)").is_err());
    }

    #[test]
    #[cfg(unix)]
    fn a_link_is_refused_with_what_it_leads_to() {
        let (dir, path) = wal_database();
        let other = Connection::open(&path).expect("opens");
        other.execute_batch("INSERT INTO t VALUES (1)").expect("writes");
        let link = dir.path().join("link.db");
        std::os::unix::fs::symlink(&path, &link).expect("a link");
        let broken = dir.path().join("broken.db");
        std::os::unix::fs::symlink(dir.path().join("none.db"), &broken).expect("a link");
        let names = || std::fs::read_dir(dir.path()).expect("a folder").count();
        let before = names();
        let message = |link: &Path| {
            let error = remove(link, Duration::ZERO).expect_err("a link");
            let help = error.help().expect("help");
            format!("{error}\nhelp: {help}").replace(&link.display().to_string(), "[link]")
        };
        assert_snapshot!(message(&link), @"
        `[link]` is a symbolic link: removing it would leave the database that it leads to
        help: give the path of the database file itself, or remove the link by hand
        ");
        assert_eq!(message(&broken), message(&link));
        assert_eq!(names(), before);
    }

    #[test]
    fn what_is_no_file_stays() {
        let dir = tempfile::tempdir().expect("a folder");
        assert!(matches!(remove(dir.path(), Duration::ZERO), Err(Error::NotAFile { .. })));
        assert!(dir.path().exists());
    }

    fn wal_database() -> (tempfile::TempDir, std::path::PathBuf) {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("a.db");
        let db = Connection::open(&path).expect("opens");
        db.execute_batch("PRAGMA journal_mode = wal; CREATE TABLE t (a)").expect("made");
        (dir, path)
    }
}
