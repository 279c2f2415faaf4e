//! The one transaction of a merge: begun as a read, committed as a statement of its own, rolled back in every other case.
//!
//! While triggers are off, so are the engine's foreign-key actions: nothing may cascade into rows of others, and the
//! references of all rows concerned are checked by the merge itself, before the first change (`referenced`) and after
//! the last (`verify`). With triggers on, the engine's own checks and actions are on as well, deferred to the end.

use std::path::PathBuf;

use rusqlite::Connection;
use rusqlite::config::DbConfig;

use super::watch::Watch;
use crate::error::{At as _, reason_of};
use crate::{Error, MergeError, MergeOptions, Triggers};

/// How a transaction begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Begin {
    /// As a read: nobody waits for a comparison that finds nothing to do.
    Reading,
    /// With the write lock: no other writer can come between comparison and change again.
    Writing,
}

/// An open transaction. Dropped without [`Transaction::commit`], it leaves the database as it was.
pub(super) struct Transaction<'c> {
    connection: &'c Connection,
    triggers: Triggers,
    watch: Watch,
}

impl<'c> Transaction<'c> {
    /// Begins. A target whose schema is to be made is locked for writing at once.
    ///
    /// # Errors
    /// The target is locked.
    pub(super) fn begin(
        connection: &'c Connection,
        options: &MergeOptions,
        how: Begin,
    ) -> Result<Self, Error> {
        let on = options.triggers == Triggers::On;
        // Both take effect outside a transaction only.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, on).at(connection)?;
        connection.pragma_update(None, "foreign_keys", on).at(connection)?;
        let transaction = Self { connection, triggers: options.triggers, watch: Watch::default() };
        let writes = options.create_schema.is_some() || how == Begin::Writing;
        let begin = if writes { "BEGIN IMMEDIATE" } else { "BEGIN" };
        connection.execute_batch(begin).at(connection)?;
        Ok(transaction)
    }

    /// The transaction, with `watch` told after every statement.
    pub(super) fn watched_by(mut self, watch: &Watch) -> Self {
        self.watch = watch.clone();
        self
    }

    /// Whether triggers are watched.
    pub(super) fn is_watched(&self) -> bool {
        self.watch.is_on()
    }

    /// Prepares for the first change.
    ///
    /// # Errors
    /// The engine refuses.
    pub(super) fn before_changes(&self) -> Result<(), Error> {
        self.connection.execute_batch("PRAGMA defer_foreign_keys = ON").at(self.connection)?;
        self.still_open()
    }

    /// Checks that the transaction is open: SQLite rolls back by itself when a disk is full or a statement is
    /// interrupted, and whatever came after that would be permanent at once. Then lets the watch note what was done.
    ///
    /// # Errors
    /// It is not, or there is no room for temporary files.
    pub(super) fn still_open(&self) -> Result<(), Error> {
        if self.connection.is_autocommit() {
            return Err(Error::Interrupted { path: path(self.connection) });
        }
        self.watch.settle(self.connection)
    }

    /// Commits, as a statement of its own.
    ///
    /// # Errors
    /// Another process keeps its lock, or the engine's own check of references fails. All is rolled back.
    pub(super) fn commit(self) -> Result<(), Error> {
        self.still_open()?;
        self.connection.execute_batch("COMMIT").map_err(|error| match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::ConstraintViolation) => {
                MergeError::Refused { row: "the rows of the import".to_owned(), reason: reason_of(&error) }
                    .into()
            }
            _ => fault(self.connection, &error),
        })
    }
}

/// What an engine's error means for the database of `connection`.
pub(super) fn fault(connection: &Connection, error: &rusqlite::Error) -> Error {
    Error::of_sqlite(&path(connection), error)
}

fn path(connection: &Connection) -> PathBuf {
    PathBuf::from(connection.path().unwrap_or(""))
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if !self.connection.is_autocommit() && self.connection.execute_batch("ROLLBACK").is_err() {
            // The connection's end rolls back what could not be rolled back here.
            tracing::warn!("the target's transaction could not be rolled back at once");
        }
        if self.triggers == Triggers::Off {
            let restored = self
                .connection
                .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, true)
                .and_then(|_| self.connection.pragma_update(None, "foreign_keys", true));
            if restored.is_err() {
                tracing::warn!("the connection keeps triggers or references off until it is closed");
            }
        }
    }
}
