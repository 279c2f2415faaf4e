//! PostgreSQL's part of the tests of sources: databases of its own, and what it spells otherwise than SQLite.

use database::{DatabaseUrl, Error, Source, SourceOptions, open_source};
use test_support::postgres::TestDatabase;

use super::suite::support::message;

pub(crate) struct Db(pub(crate) TestDatabase);

/// A new database made by `sql`.
#[track_caller]
pub(crate) fn db(sql: &str) -> Db {
    let db = TestDatabase::new();
    db.psql(sql);
    Db(db)
}

impl Db {
    pub(crate) fn source(&self) -> Box<dyn Source> {
        open(&self.0.url()).unwrap()
    }

    /// An error as people read it, without what differs from run to run.
    pub(crate) fn shown(&self, error: &Error) -> String {
        let place = DatabaseUrl::parse(&self.0.url()).unwrap().to_string();
        message(error).replace(&place, "[place]").replace(self.0.name(), "[database]")
    }
}

pub(crate) fn open(url: &str) -> Result<Box<dyn Source>, Error> {
    open_source(&DatabaseUrl::parse(url).unwrap(), &SourceOptions::default())
}

/// The type of a column of integers that need none in SQLite.
pub(crate) const INTEGER: &str = "INTEGER";

/// Of a computed column, where it may not be computed at each reading.
pub(crate) const STORED: &str = "STORED";

/// Texts that are compared in another way than those of a plain column.
pub(crate) const OTHER_TEXT: &str = "VARCHAR(5) COLLATE \"de-x-icu\"";

/// What a table of SQLite says that is stored by its key.
pub(crate) const WITHOUT_ROWID: &str = "";

/// Tables that refer to each other by the columns `a` and `b`.
pub(crate) const CYCLE: &str = "
    CREATE TABLE a (id INTEGER PRIMARY KEY, b INTEGER);
    CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER REFERENCES a);
    ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;
";
