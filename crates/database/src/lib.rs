//! One interface, two engines: introspect a catalog, stream a definition's rows, merge a snapshot and verify it. The only
//! crate that knows rusqlite.
//!
//! Knows nothing of files, scenarios or terminals: rows come from a [`model::RowSource`], questions go to the caller.
//! The rule to keep in mind: a source is never written, and a target is changed in one transaction that commits only
//! what was read back and found equal.

mod error;
mod merge;
mod source;
mod sqlite;
mod target;
mod url;

pub use error::Error;
pub use merge::{
    Decision, FirstRows, History, LostRow, LostWhy, MergeError, MergeMode, MergeOptions, MergeOutcome,
    MergePlan, MergeProgress, OnConflict, Parents, TablePlan, Triggers,
};
pub use source::{SectionCount, Source, SourceOptions, TableStatistics};
pub use target::{CreatedSchema, Durability, Migration, MigrationReport, Target, TargetOptions};
pub use url::{DatabaseUrl, UrlError};

/// Opens a database to read from it: read-only, in one consistent transaction.
///
/// # Errors
/// The database is missing, is no database, or is locked for longer than the options say.
pub fn open_source(url: &DatabaseUrl, options: &SourceOptions) -> Result<Box<dyn Source>, Error> {
    match url {
        DatabaseUrl::Sqlite(path) => Ok(Box::new(sqlite::SqliteSource::open(path, options)?)),
    }
}

/// Opens an existing database to change it.
///
/// # Errors
/// The database is missing, is no database, is locked, or cannot be written.
pub fn open_target(url: &DatabaseUrl, options: &TargetOptions) -> Result<Box<dyn Target>, Error> {
    match url {
        DatabaseUrl::Sqlite(path) => Ok(Box::new(sqlite::SqliteTarget::open(path, options)?)),
    }
}

/// Makes a new, empty database.
///
/// # Errors
/// Something stands there already, or the place cannot be written.
pub fn create_database(url: &DatabaseUrl) -> Result<(), Error> {
    match url {
        DatabaseUrl::Sqlite(path) => sqlite::create(path),
    }
}

/// Removes a database with its side files, for a fresh start; a missing one is fine.
///
/// # Errors
/// It is no database, another process is using it, or the system refuses.
pub fn remove_database(url: &DatabaseUrl) -> Result<(), Error> {
    match url {
        DatabaseUrl::Sqlite(path) => sqlite::remove(path, TargetOptions::default().lock_timeout),
    }
}
