//! SQLite's part of the merge's tests: files of its own, and what it spells and says otherwise than PostgreSQL.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use database::DatabaseUrl;
use rusqlite::fallible_iterator::FallibleIterator as _;
use rusqlite::types::ValueRef;
use rusqlite::{Batch, Connection};
use tempfile::TempDir;

pub(crate) use crate::suite::support::NOTES_IN_SQLITE as NOTES;
use crate::suite::support::make_in_sqlite;

pub(crate) const LOCK_TIMEOUT: Duration = Duration::from_millis(50);

/// A database made by `sql`, alone in a folder.
pub(crate) fn fresh(name: &str, sql: &str) -> Database {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(name);
    make_in_sqlite(&path, sql);
    Database { folder, path }
}

/// A SQLite file.
pub(crate) struct Database {
    folder: TempDir,
    pub(crate) path: PathBuf,
}

impl Database {
    pub(crate) fn url(&self) -> DatabaseUrl {
        DatabaseUrl::sqlite(&self.path)
    }

    pub(crate) fn connect(&self) -> Connection {
        Connection::open(&self.path).expect("the database")
    }

    #[track_caller]
    pub(crate) fn execute(&self, sql: &str) {
        self.connect().execute_batch(sql).expect("the test's SQL");
    }

    /// Throws it away and makes it by `sql`.
    pub(crate) fn remake(&self, sql: &str) {
        std::fs::remove_file(&self.path).expect("the file");
        make_in_sqlite(&self.path, sql);
    }

    /// Names of the files in its folder, sorted.
    pub(crate) fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).expect("the folder");
        let mut names: Vec<String> =
            entries.map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// The bytes of the file, beside which no other lies.
    #[track_caller]
    pub(crate) fn content(&self) -> Vec<u8> {
        let name = self.path.file_name().expect("a name").to_string_lossy().into_owned();
        assert_eq!(self.files(), [name], "no journal is left");
        std::fs::read(&self.path).expect("the file")
    }

    /// The bytes, and when they were written: any write would show.
    #[track_caller]
    pub(crate) fn traces(&self) -> (Vec<u8>, SystemTime) {
        let modified = std::fs::metadata(&self.path).expect("the file").modified().expect("a time");
        (self.content(), modified)
    }

    /// The references that lead nowhere.
    pub(crate) fn dangling(&self) -> String {
        self.rows("PRAGMA foreign_key_check")
    }

    /// Rows of queries, a line each, columns separated by `|`.
    #[track_caller]
    pub(crate) fn rows(&self, sql: &str) -> String {
        let connection = self.connect();
        let mut lines = Vec::new();
        let mut statements = Batch::new(&connection, sql);
        while let Some(mut statement) = statements.next().expect("the test's query") {
            let columns = statement.column_count();
            let mut rows = statement.query([]).expect("the test's query");
            while let Some(row) = rows.next().expect("a row") {
                let values: Vec<String> =
                    (0..columns).map(|at| shown(row.get_ref(at).expect("a value"))).collect();
                lines.push(values.join("|"));
            }
        }
        lines.join("\n")
    }
}

fn shown(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "NULL".to_owned(),
        ValueRef::Integer(n) => n.to_string(),
        ValueRef::Real(x) => format!("{x:?}"),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        ValueRef::Blob(bytes) => format!("{bytes:?}"),
    }
}

/// How `false` and `true` are printed.
pub(crate) const BOOLEANS: [&str; 2] = ["0", "1"];

/// Another value of a boolean column than false, true and NULL, or false where there is none.
pub(crate) const ODD_BOOLEAN: &str = "5";

/// As what type a snapshot may read a column of integers.
pub(crate) const TYPE_OF_INTEGERS: &str = "text";

/// What tells a row of a table from an equal one.
pub(crate) const ROW: &str = "rowid";

/// Makes the collation `NOCASE`.
pub(crate) const MAKE_NOCASE: &str = "";

/// Of a computed column, where it may not be computed at each reading.
pub(crate) const STORED: &str = "";

/// What a reference may do about a change of the key that it leads to, so that keys can move.
pub(crate) const ON_UPDATE_MOVABLE: &str = "ON UPDATE RESTRICT";

/// Said of a row in the table `switches` that cannot move.
pub(crate) const SECOND_SWITCH: &str = "";

/// Why a key that is the user's cannot be the snapshot's, where the target tells the two apart by case only.
pub(crate) const TAKEN_BUT_FOR_CASE: &str = "\
unique values of the snapshot are taken in the target:
  tags: name 'go' needs the (name) that tags: name 'GO' has
help: give the rows that hold them other values, or delete them, then import again";

/// What SQLite says of a fragment that is there twice.
pub(crate) const FRAGMENT_TWICE: &str = "UNIQUE constraint failed: fragments.id";

/// Said of a primary key of whole numbers that the snapshot lacks: SQLite counts it.
pub(crate) const UNCOUNTED_KEY: &str = "";

/// The type that keeps a JSON text as it was written.
pub(crate) const JSON_TYPE: &str = "JSON";

/// How many random merges each law is tried with.
pub(crate) const CASES: u32 = 96;

/// The tables of the laws.
pub(crate) const LAW_TABLES: &str = "
    CREATE TABLE groups (id INTEGER PRIMARY KEY, name TEXT);
    CREATE TABLE items (
        id INTEGER PRIMARY KEY,
        group_id INTEGER NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
        next_id INTEGER REFERENCES items (id) ON DELETE SET NULL,
        code TEXT NOT NULL UNIQUE COLLATE NOCASE,
        scenario TEXT
    );
    CREATE TABLE parts (
        id INTEGER PRIMARY KEY,
        item TEXT NOT NULL REFERENCES items (code) ON DELETE CASCADE ON UPDATE CASCADE,
        place INTEGER,
        mark TEXT,
        UNIQUE (item, place)
    );
    CREATE UNIQUE INDEX marks ON parts (lower(mark)) WHERE place > 0;
    CREATE TABLE pins (
        id INTEGER PRIMARY KEY,
        item_id INTEGER REFERENCES items (id) ON DELETE CASCADE,
        item TEXT REFERENCES items (code) ON DELETE SET NULL ON UPDATE CASCADE
    );
";

/// What the target has besides, once its rows are there.
pub(crate) const LAW_KEYS: &str = "CREATE TRIGGER never AFTER DELETE ON items BEGIN DELETE FROM pins; END;";
