//! One interface, two engines: introspect a catalog, stream a definition's rows, merge a snapshot and verify it. The only
//! crate that knows rusqlite, tokio-postgres and rustls. What both engines mean and say alike stands beside them, once.
//!
//! Knows nothing of files, scenarios or terminals: rows come from a [`model::RowSource`], questions go to the caller.
//! The rule to keep in mind: a source is never written, and a target is changed in one transaction that commits only
//! what was read back and found equal.

use std::path::Path;

mod check;
mod conditions;
mod ddl;
mod error;
mod explain;
mod known;
mod merge;
mod owned;
mod postgres;
mod reach;
mod row;
mod scratch;
mod source;
mod sql;
mod sqlite;
mod target;
mod url;

pub use check::{CheckProgress, CheckedTable, DataCheck, Finding, FindingKind};
pub use error::Error;
pub use explain::{Explanation, ReasonCount, Step, Why, explain};
pub use merge::digest::{RowSet, RunKey};
pub use merge::{
    Decision, FirstRows, History, LostRow, LostWhy, MergeError, MergeMode, MergeOptions, MergeOutcome,
    MergePlan, MergeProgress, OnConflict, Parents, TablePlan, Triggers,
};
pub use postgres::{DbFault, PostgresError, PostgresUrl};
pub use source::{LONGEST_SAMPLE, SectionCount, Source, SourceOptions, TableStatistics};
pub use target::{
    CreatedSchema, Durability, Migration, MigrationReport, Migrations, Schema, Target, TargetOptions,
};
pub use url::{DatabaseUrl, UrlError};

/// Opens a database to read from it: read-only, in one consistent transaction.
///
/// # Errors
/// The database is missing, is no database, or is locked for longer than the options say.
pub fn open_source(url: &DatabaseUrl, options: &SourceOptions) -> Result<Box<dyn Source>, Error> {
    match url {
        DatabaseUrl::Sqlite(path) => Ok(Box::new(sqlite::SqliteSource::open(path, options)?)),
        DatabaseUrl::Postgres(url) => Ok(Box::new(postgres::PostgresSource::open(url, options)?)),
    }
}

/// Opens an existing database to change it.
///
/// # Errors
/// The database is missing, is no database, is locked, or cannot be written.
pub fn open_target(url: &DatabaseUrl, options: &TargetOptions) -> Result<Box<dyn Target>, Error> {
    match url {
        DatabaseUrl::Sqlite(path) => Ok(Box::new(sqlite::SqliteTarget::open(path, options)?)),
        DatabaseUrl::Postgres(url) => Ok(Box::new(postgres::PostgresTarget::open(url, options)?)),
    }
}

/// Makes a new, empty SQLite file. A database of a PostgreSQL server is its administrator's to make.
///
/// # Errors
/// Something stands there already, or the place cannot be written.
pub fn create_database(path: &Path) -> Result<(), Error> {
    sqlite::create(path)
}

/// Removes a SQLite file with its side files, for a fresh start; a missing one is fine.
///
/// # Errors
/// It is no database, another process is using it, or the system refuses.
pub fn remove_database(path: &Path) -> Result<(), Error> {
    sqlite::remove(path, TargetOptions::default().lock_timeout)
}

/// A fresh start on a PostgreSQL server, in one transaction: drops the `tables` of the schema `public` if migrations made
/// them, and runs all of `migrations`. Tables of others stay.
///
/// # Errors
/// Something depends on the tables, they are not the role's or are in use, the database holds tables of another origin and
/// none of these migrations' own, or a migration fails. The database is then as it was.
pub fn migrate_anew(
    url: &PostgresUrl,
    tables: &[String],
    migrations: &[Migration],
) -> Result<MigrationReport, Error> {
    postgres::migrate_anew(url, tables, migrations)
}
