//! Opening SQLite files: what is looked at before SQLite sees the path, and how a connection is hardened.
//!
//! A source is opened read-only and its transaction begins at once. A target is opened for writing but never created.
//! The rule to keep in mind: nothing in a database's own schema is trusted to be harmless.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};

use super::functions::register_functions;
use crate::Error;
use crate::error::At as _;

/// The engine counts in milliseconds of 31 bits, and its binding panics beyond them.
const LONGEST_WAIT: Duration = Duration::from_hours(24);

/// Opens `path` to read it, in a read transaction that lasts as long as the connection.
///
/// Main and temporary database, sorts and indexes that the engine makes keep to a small cache and the disk.
///
/// # Errors
/// There is no such file, it is no database, it is locked for longer than `lock_timeout`, or it needs a writer to finish
/// a change.
pub(crate) fn open_read(path: &Path, lock_timeout: Duration) -> Result<Connection, Error> {
    check_regular_file(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let error = match begin_read(path, &absolute(path)?, flags, lock_timeout) {
        // To a reader this can only mean the side files of a WAL database.
        Err(Error::ReadOnly { path }) => Error::WalUnreadable { path },
        Err(Error::Permission { path, .. }) if side_file(&path, "-wal").exists() => {
            Error::WalUnreadable { path }
        }
        result => return result,
    };
    // In a folder that cannot be written and without a `-wal` or journal file, nobody is writing to the database, so it
    // can be read as a file that does not change.
    let in_use = ["-wal", "-journal"].iter().any(|suffix| side_file(path, suffix).exists());
    match immutable_uri(&absolute(path)?).filter(|_| !in_use) {
        Some(uri) => {
            let flags = flags | OpenFlags::SQLITE_OPEN_URI;
            begin_read(path, Path::new(&uri), flags, lock_timeout).map_err(|_| error)
        }
        None => Err(error),
    }
}

/// Opens the existing `path` to change it. Foreign keys are enforced; no transaction is open.
///
/// # Errors
/// There is no such file, it is no database, it is locked for longer than `lock_timeout`, or it cannot be written.
pub(crate) fn open_write(path: &Path, lock_timeout: Duration) -> Result<Connection, Error> {
    check_regular_file(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = open(path, &absolute(path)?, flags)?;
    // Where it may not write, SQLite opens the file for reading and says nothing.
    if connection.is_readonly("main").at(&connection)? {
        return Err(Error::ReadOnly { path: path.to_owned() });
    }
    connection.busy_timeout(lock_timeout.min(LONGEST_WAIT)).at(&connection)?;
    harden(&connection)?;
    connection.pragma_update(None, "foreign_keys", true).at(&connection)?;
    read_header(&connection)?;
    Ok(connection)
}

/// Makes the new, empty database `path`.
///
/// # Errors
/// Something stands there already, or the folder cannot be written.
pub(crate) fn create(path: &Path) -> Result<(), Error> {
    OpenOptions::new().write(true).create_new(true).open(path).map_err(|error| Error::of_io(path, &error))?;
    Ok(())
}

/// The side file of `path` whose name ends in `suffix`: `-wal`, `-shm`, `-journal`. It stands beside the file that a
/// symbolic link leads to.
pub(crate) fn side_file(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.canonicalize().unwrap_or_else(|_| path.to_owned()).into_os_string();
    name.push(suffix);
    PathBuf::from(name)
}

/// Opening a pipe would wait for ever, and opening a device may do anything: so the kind is checked first. The file
/// is not opened here: closing it again would drop the locks that other connections of this process hold on it.
fn check_regular_file(path: &Path) -> Result<(), Error> {
    let kind = std::fs::metadata(path).map_err(|error| Error::of_io(path, &error))?.file_type();
    let what = if kind.is_dir() { "a folder" } else { "a pipe or device" };
    if kind.is_file() { Ok(()) } else { Err(Error::NotAFile { path: path.to_owned(), what }) }
}

/// An absolute path, so that SQLite reads no meaning into `file:…` or `:memory:`.
fn absolute(path: &Path) -> Result<PathBuf, Error> {
    std::path::absolute(path).map_err(|error| Error::of_io(path, &error))
}

fn open(shown: &Path, path: &Path, flags: OpenFlags) -> Result<Connection, Error> {
    Connection::open_with_flags(path, flags).map_err(|error| Error::of_sqlite(shown, &error))
}

fn begin_read(
    shown: &Path,
    path: &Path,
    flags: OpenFlags,
    lock_timeout: Duration,
) -> Result<Connection, Error> {
    let connection = open(shown, path, flags)?;
    let begin = || -> Result<(), Error> {
        connection.busy_timeout(lock_timeout.min(LONGEST_WAIT)).at(&connection)?;
        harden(&connection)?;
        connection.execute_batch("BEGIN").at(&connection)?;
        read_header(&connection)
    };
    begin()?;
    Ok(connection)
}

/// The first read: takes the lock, fixes the snapshot, and shows whether the file is a database at all.
fn read_header(connection: &Connection) -> Result<(), Error> {
    connection.query_row("SELECT count(*) FROM main.sqlite_schema", [], |_| Ok(())).at(connection)
}

fn harden(connection: &Connection) -> Result<(), Error> {
    for (config, on) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        // "name" must never fall back to the text 'name'.
        (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DDL, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_ATTACH_CREATE, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_ATTACH_WRITE, false),
    ] {
        connection.set_db_config(config, on).at(connection)?;
    }
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0).at(connection)?;
    connection
        .execute_batch(
            "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA temp_store = FILE;
             PRAGMA cache_size = -8000; PRAGMA temp.cache_size = -4000; PRAGMA cache_spill = ON;",
        )
        .at(connection)?;
    connection.set_prepared_statement_cache_capacity(256);
    register_functions(connection).at(connection)
}

/// The URI under which SQLite reads `path` without locks or side files; `None` for a path that is not UTF-8.
fn immutable_uri(path: &Path) -> Option<String> {
    let text = path.to_str()?.replace('\\', "/");
    let mut uri = "file://".to_owned();
    if !text.starts_with('/') {
        uri.push('/');
    }
    for byte in text.bytes() {
        match byte {
            b'/' | b'.' | b'_' | b'-' | b':' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => {
                uri.push(char::from(byte));
            }
            _ => {
                use std::fmt::Write as _;
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri.push_str("?immutable=1&mode=ro");
    Some(uri)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_part_of_a_path_becomes_a_parameter_of_its_uri() {
        let uri = |path: &str| immutable_uri(Path::new(path));
        let expected = "file:///a%20b/%C3%A9%3Fmode%3Drwc%23%25.db?immutable=1&mode=ro";
        assert_eq!(uri("/a b/é?mode=rwc#%.db").as_deref(), Some(expected));
        assert_eq!(uri("C:\\x.db").as_deref(), Some("file:///C:/x.db?immutable=1&mode=ro"));
    }

    #[test]
    fn a_target_is_never_made_and_a_source_never_written() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("x.db");
        assert!(matches!(open_write(&path, Duration::ZERO), Err(Error::Missing { .. })));
        create(&path).expect("made");
        let source = open_read(&path, Duration::MAX).expect("opens");
        assert!(source.execute_batch("CREATE TABLE t (x)").is_err());
        drop(source);
        let target = open_write(&path, Duration::MAX).expect("opens");
        target.execute_batch("CREATE TABLE t (x REFERENCES t)").expect("a table");
        assert!(
            target.execute_batch("INSERT INTO t VALUES ('elsewhere')").is_err(),
            "foreign keys are enforced"
        );
        assert!(target.execute_batch("SELECT \"no column\" FROM t").is_err(), "a name is never a text");
        assert!(target.execute_batch("ATTACH ':memory:' AS other").is_err());
        assert!(target.execute_batch("PRAGMA writable_schema = ON; DELETE FROM sqlite_schema").is_err());
    }
}
