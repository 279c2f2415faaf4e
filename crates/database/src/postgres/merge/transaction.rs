//! The one transaction of a merge: begun behind the tables' locks, committed as a message of its own, rolled back in every
//! other case.
//!
//! The locks come first, and the first query after them: so the transaction sees one state of the database, in which the
//! snapshot's tables are as they stay. Rows of other tables that somebody changes meanwhile make the server refuse a change
//! that would reach them, instead of changing what the merge never saw.

use std::time::{Duration, Instant};

use model::text::Shown;
use model::{Catalog, Definition, TableSpec};

use super::super::error::PostgresError;
use super::super::introspect;
use super::super::session::Session;
use super::facts::{Relations, get, relations};
use super::refused::refused;
use crate::{Error, MergeMode};

/// How the work within a transaction ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// What was changed is to stay.
    Commit,
    /// Nothing is.
    RollBack,
}

/// Runs `work` in one transaction; it is given the transaction's number.
///
/// # Errors
/// Somebody else holds the tables, `work` fails, or the commit does. The database is then as it was, unless the error says
/// that nobody knows.
pub(super) fn run<T>(
    session: &mut Session,
    definition: &Definition,
    mode: MergeMode,
    work: impl FnOnce(&mut Session, u64) -> Result<(T, End), Error>,
) -> Result<T, Error> {
    let catalog = introspect::catalog(session)?;
    let locks = Locks::of(session, definition, &catalog, mode)?;
    session.batch("BEGIN ISOLATION LEVEL REPEATABLE READ")?;
    let worked = begin(session, &locks).and_then(|number| work(session, number));
    match worked {
        Ok((value, End::Commit)) => match session.commit() {
            Ok(()) => Ok(value),
            Err(error) => {
                roll_back(session);
                Err(refused(error, || "the rows of the import".to_owned()))
            }
        },
        Ok((value, End::RollBack)) => {
            session.batch("ROLLBACK")?;
            Ok(value)
        }
        Err(error) => {
            roll_back(session);
            Err(error)
        }
    }
}

/// Locks, and takes the transaction's number, so that every row that it writes has a number from there on.
fn begin(session: &mut Session, locks: &Locks) -> Result<u64, Error> {
    locks.take(session)?;
    let row = session.query_one("SELECT pg_catalog.pg_current_xact_id()::pg_catalog.text", &[])?;
    let number: String = get(session, &row, 0)?;
    Ok(number.parse().unwrap_or_default())
}

/// The locks of a transaction. Readers go on, writers wait.
struct Locks {
    /// Names and statements, in the order of the names, so that two merges never wait for each other.
    statements: Vec<(String, String)>,
    /// How long all of them may be waited for.
    patience: Duration,
}

impl Locks {
    fn of(
        session: &mut Session,
        definition: &Definition,
        catalog: &Catalog,
        mode: MergeMode,
    ) -> Result<Self, Error> {
        let relations = relations(session, catalog)?;
        let mode = match mode {
            MergeMode::Write => "SHARE ROW EXCLUSIVE",
            MergeMode::DryRun => "ACCESS SHARE",
        };
        let mut found: Vec<_> = (definition.tables.iter())
            .filter_map(|spec| {
                relations.get(&spec.name).map(|relation| (&relation.name, &spec.name, relation))
            })
            .collect();
        found.sort_unstable_by_key(|(qualified, ..)| *qualified);
        let statements = (found.iter())
            .map(|(_, name, relation)| {
                ((*name).clone(), format!("LOCK TABLE {} IN {mode} MODE", relation.from))
            })
            .collect();
        let sql = "SELECT setting::pg_catalog.int8 FROM pg_catalog.pg_settings WHERE name = 'lock_timeout'";
        let row = session.query_one(sql, &[])?;
        let patience = Duration::from_millis(get::<i64>(session, &row, 0)?.unsigned_abs());
        Ok(Self { statements, patience })
    }

    /// Takes them one after the other, each within the time that is left. Neither a setting nor a lock is a query: the
    /// transaction sees the database as it is after them.
    fn take(&self, session: &mut Session) -> Result<(), Error> {
        let begun = Instant::now();
        for (name, statement) in &self.statements {
            let left = self.patience.saturating_sub(begun.elapsed());
            session.batch(&wait_at_most(left))?;
            session.batch(statement).map_err(|error| held(session, error, name))?;
        }
        session.batch(&wait_at_most(self.patience))
    }
}

/// The setting goes with the transaction; 0 would be no limit at all.
fn wait_at_most(time: Duration) -> String {
    format!("SET LOCAL lock_timeout = {}", time.as_millis().max(1))
}

/// Names the table whose lock was waited for, or that was gone when its turn came.
fn held(session: &Session, error: Error, table: &str) -> Error {
    match error {
        Error::Postgres(error) => match *error {
            PostgresError::Locked { place, reason } => {
                let reason = format!("{reason} (the table `{}`)", Shown(table));
                PostgresError::Locked { place, reason }.into()
            }
            PostgresError::Refused { fault, .. } if fault.sqlstate == "42P01" => replaced(session, table),
            error => error.into(),
        },
        error => error,
    }
}

fn replaced(session: &Session, table: &str) -> Error {
    let reason = format!("another session made or replaced the table `{}` meanwhile", Shown(table));
    PostgresError::Locked { place: session.place().to_owned(), reason }.into()
}

/// Checks that the tables as they are now are those that were locked: others may have taken their names before that.
///
/// # Errors
/// [`PostgresError::Locked`], or the target cannot be read.
pub(super) fn check_locked(
    session: &mut Session,
    definition: &Definition,
    relations: &Relations,
) -> Result<(), Error> {
    let sql = "SELECT coalesce(pg_catalog.array_agg(relation), '{}') FROM pg_catalog.pg_locks
        WHERE pid = pg_catalog.pg_backend_pid() AND locktype = 'relation' AND granted
          AND mode IN ('ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')";
    let row = session.query_one(sql, &[])?;
    let locked: Vec<u32> = get(session, &row, 0)?;
    let other =
        |spec: &&TableSpec| relations.get(&spec.name).is_some_and(|relation| !locked.contains(&relation.oid));
    match definition.tables.iter().find(other) {
        Some(spec) => Err(replaced(session, &spec.name)),
        None => Ok(()),
    }
}

fn roll_back(session: &mut Session) {
    if session.batch("ROLLBACK").is_err() {
        // The session's end rolls back what could not be rolled back here.
        tracing::warn!("the target's transaction could not be rolled back at once");
    }
}
