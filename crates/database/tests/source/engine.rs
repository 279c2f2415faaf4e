//! SQLite's part of the tests of sources: files of its own, and what it spells otherwise than PostgreSQL.

use std::path::{Path, PathBuf};

use database::{DatabaseUrl, Error, Source, SourceOptions, open_source};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::suite::support::message;

pub(crate) struct Db {
    pub(crate) folder: TempDir,
    pub(crate) path: PathBuf,
}

/// A new database made by `sql`.
pub(crate) fn db(sql: &str) -> Db {
    let folder = tempfile::tempdir().unwrap();
    // SQLite names the file that a link leads to, and on some systems the temporary folder is one.
    let path = if cfg!(unix) { folder.path().canonicalize().unwrap() } else { folder.path().to_owned() };
    let path = path.join("test.db");
    let db = Db { folder, path };
    db.run(sql);
    db
}

impl Db {
    pub(crate) fn connect(&self) -> Connection {
        Connection::open(&self.path).unwrap()
    }

    pub(crate) fn run(&self, sql: &str) {
        let connection = self.connect();
        connection.pragma_update(None, "foreign_keys", false).unwrap();
        connection.execute_batch(sql).unwrap();
    }

    pub(crate) fn source(&self) -> Box<dyn Source> {
        open(&self.path).unwrap()
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        std::fs::read(&self.path).unwrap()
    }

    /// An error as people read it, without what differs from run to run.
    pub(crate) fn shown(&self, error: &Error) -> String {
        message(error).replace(&self.path.display().to_string(), "[path]")
    }
}

pub(crate) fn open(path: &Path) -> Result<Box<dyn Source>, Error> {
    open_source(&DatabaseUrl::sqlite(path), &SourceOptions::default())
}

/// Opens it as one who waits that long for a lock.
pub(crate) fn open_waiting(path: &Path, lock_timeout: std::time::Duration) -> Result<Box<dyn Source>, Error> {
    open_source(&DatabaseUrl::sqlite(path), &SourceOptions { lock_timeout })
}

/// The side file of a database.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// The type of a column of integers that need none in SQLite.
pub(crate) const INTEGER: &str = "";

/// Of a computed column, where it may not be computed at each reading.
pub(crate) const STORED: &str = "";

/// Texts that are compared in another way than those of a plain column.
pub(crate) const OTHER_TEXT: &str = "TEXT";

/// What a table of SQLite says that is stored by its key.
pub(crate) const WITHOUT_ROWID: &str = "WITHOUT ROWID";

/// Tables that refer to each other by the columns `a` and `b`.
pub(crate) const CYCLE: &str = "
    CREATE TABLE a (id INTEGER PRIMARY KEY, b REFERENCES b);
    CREATE TABLE b (id INTEGER PRIMARY KEY, a REFERENCES a);
";
