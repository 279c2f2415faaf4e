//! What can go wrong with a database. Faults of the environment (locked, full, not permitted) and faults of the data
//! (damaged, dangling, not convertible) are never in one variant, so that a caller can give them different exit codes.
//!
//! Names and texts from outside pass through [`Shown`] before they enter a message; values are cut.

use std::path::{Path, PathBuf};

use miette::Diagnostic;
use model::StreamError;
use model::json::JsonError;
use model::text::Shown;
use rusqlite::{Connection, ErrorCode, ffi};

use crate::{MergeError, PostgresError, url::UrlError};

/// Why a database could not be opened, read or changed.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[non_exhaustive]
pub enum Error {
    /// The address cannot be read.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Url(#[from] UrlError),
    /// The snapshot and the target disagree.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Merge(#[from] MergeError),
    /// Whoever gives or takes the rows failed: its own error.
    #[error(transparent)]
    Stream(StreamError),

    /// Environment: there is no file.
    #[error("there is no database at `{}`", shown(.path))]
    #[diagnostic(help("check the path; `db-migrate` makes a new database with the bundled schema"))]
    Missing {
        /// Where.
        path: PathBuf,
    },
    /// Environment: a file stands where a new database was to be made.
    #[error("`{}` exists already", shown(.path))]
    #[diagnostic(help("a new database never replaces a file: choose another path, or move that file away"))]
    Exists {
        /// Where.
        path: PathBuf,
    },
    /// Environment: a folder, pipe or device.
    #[error("`{}` is {what}, not a database file", shown(.path))]
    #[diagnostic(help("give the path of a SQLite file"))]
    NotAFile {
        /// Where.
        path: PathBuf,
        /// `a folder`, `no regular file`.
        what: &'static str,
    },
    /// Environment: a link where the file itself has to be named.
    #[error("`{}` is a symbolic link: removing it would leave the database that it leads to", shown(.path))]
    #[diagnostic(help("give the path of the database file itself, or remove the link by hand"))]
    SymbolicLink {
        /// Where.
        path: PathBuf,
    },
    /// Environment: the file system says no.
    #[error("`{}` may not be opened: {reason}", shown(.path))]
    #[diagnostic(help("check the permissions of the file and of its folder"))]
    Permission {
        /// Where.
        path: PathBuf,
        /// What the system or the engine said.
        reason: String,
    },
    /// Environment: the file can be read but not written.
    #[error("the database `{}` cannot be written: it, or its folder, is read-only", shown(.path))]
    #[diagnostic(help("make the file and its folder writable, or import into a copy"))]
    ReadOnly {
        /// Where.
        path: PathBuf,
    },
    /// Environment: another process holds a lock.
    #[error("the database `{}` is locked by another process", shown(.path))]
    #[diagnostic(help("close the program that is using it, or wait, then run the command again"))]
    Locked {
        /// Where.
        path: PathBuf,
    },
    /// Environment: no room.
    #[error("the disk is full, or a quota is reached, while working on `{}`", shown(.path))]
    #[diagnostic(help("free some space (temporary files count too), then run the command again"))]
    DiskFull {
        /// Where.
        path: PathBuf,
    },
    /// Environment: reading or writing failed.
    #[error("reading or writing `{}` failed: {reason}", shown(.path))]
    #[diagnostic(help("check the disk and its mount, then run the command again"))]
    Io {
        /// Where.
        path: PathBuf,
        /// What the system or the engine said.
        reason: String,
    },
    /// Environment: something stopped the engine.
    #[error("work on `{}` was interrupted", shown(.path))]
    #[diagnostic(help("nothing was changed; run the command again"))]
    Interrupted {
        /// Where.
        path: PathBuf,
    },
    /// Environment: no memory.
    #[error("not enough memory for `{}`", shown(.path))]
    #[diagnostic(help("close other programs, then run the command again"))]
    OutOfMemory {
        /// Where.
        path: PathBuf,
    },
    /// Environment: a writer was killed; only a writer may finish or undo its change.
    #[error("`{}` was left in the middle of a change, which reading alone cannot finish or undo", shown(.path))]
    #[diagnostic(help(
        "open it once with a program that may write to it, such as its own application, then run the command again"
    ))]
    NeedsRecovery {
        /// Where.
        path: PathBuf,
    },
    /// Environment: WAL mode, side files missing, and no way to make them.
    #[error("`{}` is in WAL mode, and its side files can be neither used nor made", shown(.path))]
    #[diagnostic(help(
        "make its folder writable, or copy the file with its `-wal` file to a writable folder and read it there"
    ))]
    WalUnreadable {
        /// Where.
        path: PathBuf,
    },

    /// Data: the file holds something else.
    #[error("`{}` is no SQLite database", shown(.path))]
    #[diagnostic(help("check the path; an encrypted database has to be decrypted first"))]
    NotADatabase {
        /// Where.
        path: PathBuf,
    },
    /// Data: the file is damaged.
    #[error("the database `{}` is damaged: {reason}", shown(.path))]
    #[diagnostic(help("restore it from a backup; SQLite's `.recover` may save most rows"))]
    Corrupt {
        /// Where.
        path: PathBuf,
        /// What the engine said.
        reason: String,
    },
    /// Data: the engine refused a statement for a reason of the schema.
    #[error("SQLite refused to work on `{}`: {reason}", shown(.path))]
    #[diagnostic(help("the schema uses something that cannot be used here; see the reason given"))]
    Engine {
        /// Where.
        path: PathBuf,
        /// What the engine said.
        reason: String,
    },
    /// Data: a name that no file can hold.
    #[error("{place} has a name that no snapshot can hold: `{name}`")]
    #[diagnostic(help(
        "rename it: names with control, invisible or direction-changing characters, tabs or line breaks are refused"
    ))]
    Name {
        /// `a table`, `a column of fragments`.
        place: String,
        /// The name, made safe.
        name: String,
    },
    /// Data: SQLite cannot be asked about the schema, since something in the schema would answer.
    #[error("the database `{}` holds a {kind} `{name}`, which hides what SQLite itself says of the schema", shown(.path))]
    #[diagnostic(help(
        "rename it: SQLite itself must answer under this name, so no table or view may have it"
    ))]
    SchemaShadowed {
        /// Where.
        path: PathBuf,
        /// `table`, `view`.
        kind: &'static str,
        /// Its name, made safe.
        name: String,
    },
    /// Data: SQLite hides the row numbers of this table.
    #[error("the rows of `{}` cannot be told apart: its columns hide every name of SQLite's row number", Shown(.table))]
    #[diagnostic(help(
        "rename one of its columns `rowid`, `_rowid_`, `oid`, or give it an INTEGER PRIMARY KEY"
    ))]
    RowNumberHidden {
        /// The table.
        table: String,
    },

    /// Data: the definition names a table that the database lacks.
    #[error("the database has no table `{}`", Shown(.table))]
    #[diagnostic(help("migrate the database, or take the table out of the scenario"))]
    UnknownTable {
        /// The table.
        table: String,
    },
    /// Data: the definition names a column that the table lacks or computes.
    #[error("the table `{}` has no stored column `{}`", Shown(.table), Shown(.column))]
    #[diagnostic(help(
        "migrate the database, or take the column out of the scenario; generated columns are never exported"
    ))]
    UnknownColumn {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// Data: the selection is more than the engine can take.
    #[error("the selection of `{}` is too large: {reason}", Shown(.table))]
    #[diagnostic(help("select by a column that marks the scenario's rows instead of listing values"))]
    Selection {
        /// The table.
        table: String,
        /// Why.
        reason: String,
    },
    /// Data: a condition looks into JSON that has no one value.
    #[error("{place}: a value of JSON that cannot be compared: {reason}")]
    #[diagnostic(help(
        "repair the value: the selection looks at every row of the table, so it must be able to read each of them"
    ))]
    UncomparableJson {
        /// `table.column`, made safe.
        place: String,
        /// What is wrong with it, made safe.
        reason: String,
    },
    /// Data: a table refers to one that the definition lacks, mostly since the database lacks it too.
    #[error("{} refers to {}, which is not among the tables", Shown(.table), Shown(.parent))]
    #[diagnostic(help(
        "make that table, or drop the foreign key: a snapshot holds every row that its rows refer to"
    ))]
    UnknownParent {
        /// The referring table.
        table: String,
        /// The table referred to.
        parent: String,
    },
    /// Data: a reference whose two ends do not match.
    #[error("{} refers to {} by {columns} columns, and the key there has {keys}", Shown(.table), Shown(.parent))]
    #[diagnostic(help("name as many columns as the key has, under `relations:` or in the foreign key"))]
    UnevenReference {
        /// The referring table.
        table: String,
        /// The table referred to.
        parent: String,
        /// How many columns refer.
        columns: usize,
        /// How many are referred to.
        keys: usize,
    },
    /// Data: a reference leads nowhere.
    #[error("{}: the row {key} refers by {reference} to {}, which has no such row", Shown(.table), Shown(.parent))]
    #[diagnostic(help(
        "repair the row in the source, or insert the parent: a snapshot holds every row that its rows refer to"
    ))]
    Dangling {
        /// The referring table.
        table: String,
        /// The row, as people read it.
        key: String,
        /// The referring columns and their values, as people read them.
        reference: String,
        /// The table referred to.
        parent: String,
    },
    /// Data: a row key holds NULL.
    #[error("{}: the row {key} has NULL in its key", Shown(.table))]
    #[diagnostic(help(
        "give the row a key: SQLite allows NULL there, a snapshot cannot find such a row again"
    ))]
    NullKey {
        /// The table.
        table: String,
        /// The row, as people read it.
        key: String,
    },
    /// Data: two rows with the same key once their values are read.
    #[error("{}: two rows have the key {key}", Shown(.table))]
    #[diagnostic(help(
        "the key's values mean the same in their columns' types; change one of them, or name the columns' types under `columns:`"
    ))]
    DuplicateKey {
        /// The table.
        table: String,
        /// The key, as people read it.
        key: String,
    },
    /// Data: rows whose NOT NULL references to their own table go round in a circle.
    #[error("{}: the row {key} is its own ancestor along a NOT NULL reference", Shown(.table))]
    #[diagnostic(help("break the circle in the source: no order of rows could insert it"))]
    ParentCycle {
        /// The table.
        table: String,
        /// One row of the circle, as people read it.
        key: String,
    },
    /// Data: a value that its column's type cannot keep.
    #[error("{}.{}, row {key}: {reason}", Shown(.table), Shown(.column))]
    #[diagnostic(help("repair the value, or keep its exact text with `columns: {{ {}: {{ {}: json-verbatim }} }}` in the scenario", Shown(.table), Shown(.column)))]
    Value {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// The row, as people read it.
        key: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Data: a text that its database's encoding cannot mean, and that SQLite reads as another one.
    #[error("{}.{}, row {key}: text with half a surrogate pair or half a code unit", Shown(.table), Shown(.column))]
    #[diagnostic(help("repair the value: it is no UTF-16, and SQLite itself reads it as another text"))]
    BrokenText {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// The row, as people read it.
        key: String,
    },
    /// Data: a value that is too large.
    #[error("{}.{}, row {key}: a value of {size} bytes; a snapshot holds at most {limit}", Shown(.table), Shown(.column))]
    #[diagnostic(help("keep such values outside the database, or leave the row out of the scenario"))]
    ValueTooLarge {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// The row, as people read it.
        key: String,
        /// Its size in bytes.
        size: usize,
        /// The largest size in bytes.
        limit: usize,
    },

    /// What a PostgreSQL server says, or that there is none.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Postgres(Box<PostgresError>),

    /// Data: the schema is newer than this program.
    #[error("the database `{}` has schema version {found}, and this program knows {known}", shown(.path))]
    #[diagnostic(help("use a newer version of this program, or start again with `db-migrate --fresh`"))]
    SchemaTooNew {
        /// Where.
        path: PathBuf,
        /// The database's version.
        found: i64,
        /// The last version that is known.
        known: usize,
    },
    /// Data: tables that no migration made.
    #[error("the database `{}` holds tables of another origin: {tables}", shown(.path))]
    #[diagnostic(help(
        "migrations run only on an empty database or on one that they made; choose another database"
    ))]
    ForeignSchema {
        /// Where.
        path: PathBuf,
        /// Some of their names, made safe.
        tables: String,
    },
    /// Data: a migration failed; the database is as it was before that migration.
    #[error("the migration `{}` failed on `{}`: {reason}", Shown(.name), shown(.path))]
    #[diagnostic(help(
        "the database keeps the schema it had before this migration; repair what the reason names, then run it again"
    ))]
    Migration {
        /// Where.
        path: PathBuf,
        /// The migration.
        name: String,
        /// What the engine said.
        reason: String,
    },
}

impl Error {
    /// What `error` means for the database at `path`.
    pub(crate) fn of_sqlite(path: &Path, error: &rusqlite::Error) -> Self {
        if let Some(failure) = Self::of_json_failure(error) {
            return failure;
        }
        let path = path.to_owned();
        let Some((code, extended)) = codes(error) else {
            return Self::Engine { path, reason: reason_of(error) };
        };
        match code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Locked { path },
            ErrorCode::ReadOnly => match extended {
                ffi::SQLITE_READONLY_ROLLBACK => Self::NeedsRecovery { path },
                ffi::SQLITE_READONLY_RECOVERY
                | ffi::SQLITE_READONLY_CANTLOCK
                | ffi::SQLITE_READONLY_CANTINIT => Self::WalUnreadable { path },
                _ => Self::ReadOnly { path },
            },
            ErrorCode::CannotOpen
            | ErrorCode::PermissionDenied
            | ErrorCode::AuthorizationForStatementDenied => {
                Self::Permission { path, reason: "the engine cannot open it".to_owned() }
            }
            ErrorCode::DiskFull => Self::DiskFull { path },
            ErrorCode::SystemIoFailure
            | ErrorCode::FileLockingProtocolFailed
            | ErrorCode::NoLargeFileSupport => Self::Io { path, reason: reason_of(error) },
            ErrorCode::OperationInterrupted => Self::Interrupted { path },
            ErrorCode::OutOfMemory => Self::OutOfMemory { path },
            ErrorCode::NotADatabase => Self::NotADatabase { path },
            ErrorCode::DatabaseCorrupt => Self::Corrupt { path, reason: reason_of(error) },
            _ => Self::Engine { path, reason: reason_of(error) },
        }
    }

    /// The error that [`json_failure`] sent through the engine, if `error` is one.
    fn of_json_failure(error: &rusqlite::Error) -> Option<Self> {
        let rusqlite::Error::SqliteFailure(code, Some(message)) = error else { return None };
        let (place, reason) = message.strip_prefix(JSON_FAILURE)?.split_once('\n')?;
        let cut = |text: &str| Shown(&text.chars().take(300).collect::<String>()).to_string();
        (code.extended_code == ffi::SQLITE_ERROR)
            .then(|| Self::UncomparableJson { place: cut(place), reason: cut(reason) })
    }

    /// What a failure of the file system means for `path`.
    pub(crate) fn of_io(path: &Path, error: &std::io::Error) -> Self {
        use std::io::ErrorKind;
        let path = path.to_owned();
        match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => Self::Missing { path },
            ErrorKind::AlreadyExists => Self::Exists { path },
            ErrorKind::PermissionDenied => {
                Self::Permission { path, reason: "the system denies it".to_owned() }
            }
            ErrorKind::ReadOnlyFilesystem => Self::ReadOnly { path },
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::DiskFull { path },
            _ => Self::Io { path, reason: error.kind().to_string() },
        }
    }
}

/// Gives an engine's error its place.
pub(crate) trait At<T> {
    /// The value, or what its error means for `connection`'s database.
    ///
    /// # Errors
    /// See [`Error::of_sqlite`].
    fn at(self, connection: &Connection) -> Result<T, Error>;
}

impl<T> At<T> for rusqlite::Result<T> {
    fn at(self, connection: &Connection) -> Result<T, Error> {
        self.map_err(|error| Error::of_sqlite(Path::new(connection.path().unwrap_or("")), &error))
    }
}

/// How the message of a failure begins that one of our SQL functions reports: the engine carries a text and nothing else.
const JSON_FAILURE: &str = "demo_json\n";

/// What an SQL function returns for the JSON at `place` (made safe, so without line breaks): the statement fails, and
/// [`Error::of_sqlite`] makes [`Error::UncomparableJson`] of it.
pub(crate) fn json_failure(place: &str, error: &JsonError) -> rusqlite::Error {
    rusqlite::Error::UserFunctionError(format!("{JSON_FAILURE}{place}\n{error}").into())
}

/// What the engine said, in one bounded line.
pub(crate) fn reason_of(error: &rusqlite::Error) -> String {
    let text = match error {
        rusqlite::Error::SqliteFailure(_, Some(message)) => message.clone(),
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        rusqlite::Error::Utf8Error(..) => "a name that is not UTF-8".to_owned(),
        other => other.to_string(),
    };
    let cut: String = text.chars().take(300).collect();
    Shown(&cut).to_string()
}

fn codes(error: &rusqlite::Error) -> Option<(ErrorCode, i32)> {
    match error {
        rusqlite::Error::SqliteFailure(code, _) => Some((code.code, code.extended_code)),
        rusqlite::Error::SqlInputError { error, .. } => Some((error.code, error.extended_code)),
        _ => None,
    }
}

/// A path as people read it.
pub(crate) fn shown(path: &Path) -> String {
    Shown(&path.to_string_lossy()).to_string()
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn message(error: &Error) -> String {
        let help = error.help().map_or_else(String::new, |help| help.to_string());
        format!("{error}\nhelp: {help}")
    }

    fn sqlite(code: i32) -> String {
        let error =
            rusqlite::Error::SqliteFailure(ffi::Error::new(code), Some("what it\u{1b} said".to_owned()));
        message(&Error::of_sqlite(Path::new("a\u{1b}.db"), &error))
    }

    #[test]
    fn faults_of_the_environment_are_told_from_faults_of_the_data() {
        assert_snapshot!(sqlite(ffi::SQLITE_BUSY_SNAPSHOT), @r"
        the database `a\u001b.db` is locked by another process
        help: close the program that is using it, or wait, then run the command again
        ");
        assert_snapshot!(sqlite(ffi::SQLITE_READONLY), @r"
        the database `a\u001b.db` cannot be written: it, or its folder, is read-only
        help: make the file and its folder writable, or import into a copy
        ");
        assert_snapshot!(sqlite(ffi::SQLITE_FULL), @r"
        the disk is full, or a quota is reached, while working on `a\u001b.db`
        help: free some space (temporary files count too), then run the command again
        ");
        assert_snapshot!(sqlite(ffi::SQLITE_IOERR_READ), @r"
        reading or writing `a\u001b.db` failed: what it\u001b said
        help: check the disk and its mount, then run the command again
        ");
        assert_snapshot!(sqlite(ffi::SQLITE_INTERRUPT), @r"
        work on `a\u001b.db` was interrupted
        help: nothing was changed; run the command again
        ");
        assert_snapshot!(sqlite(ffi::SQLITE_NOMEM), @r"
        not enough memory for `a\u001b.db`
        help: close other programs, then run the command again
        ");
        assert_snapshot!(sqlite(ffi::SQLITE_ERROR), @r"
        SQLite refused to work on `a\u001b.db`: what it\u001b said
        help: the schema uses something that cannot be used here; see the reason given
        ");
    }

    #[test]
    fn the_systems_own_faults_have_the_same_names() {
        use std::io::ErrorKind;
        let io = |kind: ErrorKind| message(&Error::of_io(Path::new("x.db"), &kind.into()));
        assert_snapshot!(io(ErrorKind::PermissionDenied), @"
        `x.db` may not be opened: the system denies it
        help: check the permissions of the file and of its folder
        ");
        assert!(io(ErrorKind::ReadOnlyFilesystem).contains("is read-only"));
        assert!(io(ErrorKind::StorageFull).starts_with("the disk is full"));
        assert!(io(ErrorKind::NotFound).starts_with("there is no database"));
        assert_snapshot!(io(ErrorKind::TimedOut), @"
        reading or writing `x.db` failed: timed out
        help: check the disk and its mount, then run the command again
        ");
    }

    #[test]
    fn what_the_engine_says_is_cut() {
        let error =
            rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_ERROR), Some("x".repeat(10_000)));
        assert_eq!(reason_of(&error).len(), 300);
    }
}
