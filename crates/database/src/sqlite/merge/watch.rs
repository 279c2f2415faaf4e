//! What the target's triggers do to rows that are not the scenario's, while they are on.
//!
//! The engine tells of every row that changes; what is not among the merge's own notes was a trigger. It tells nothing of
//! tables without a row number (`triggers` refuses triggers that may change rows there), nor of rows that a REPLACE takes
//! away: those are found by counting. Rows that triggers add to tables outside the snapshot (an audit log) are theirs,
//! and may change again.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::hooks::{Action, AuthAction, AuthContext, Authorization};
use rusqlite::{Connection, params};

use super::Merge;
use super::resolve::count;
use super::shape::Shape;
use crate::error::At as _;
use crate::merge::triggers::Effects;
use crate::sql::identifier;
use crate::{Error, MergePlan, Triggers};

/// How many changes of one statement are kept, so that memory does not grow with what a trigger does.
const MOST_EVENTS: usize = 1_000_000;

const INSERTED: i64 = 0;
const UPDATED: i64 = 1;
const DELETED: i64 = 2;

/// Listens to a connection from [`Watch::begin`] to [`Watch::end`]; to nothing while triggers are off.
#[derive(Clone, Default)]
pub(super) struct Watch(Option<Arc<Mutex<Log>>>);

#[derive(Default)]
struct Log {
    tables: Vec<String>,
    /// Position in `tables`, what was done, the row's number. Emptied after every statement of the merge.
    events: Vec<(usize, i64, i64)>,
    overflown: bool,
    /// How many rows each table, by its position, gained or lost.
    gained: Vec<i64>,
}

/// How many rows each table of the target had before the changes.
pub(super) type Sizes = BTreeMap<String, u64>;

impl Watch {
    /// Listens, if triggers are on.
    ///
    /// # Errors
    /// The engine refuses.
    pub(super) fn begin(connection: &mut Connection, triggers: Triggers) -> Result<Self, Error> {
        if triggers == Triggers::Off {
            return Ok(Self::default());
        }
        let log = Arc::new(Mutex::new(Log::default()));
        let written = Arc::clone(&log);
        let hook = move |action: Action, database: &str, table: &str, row: i64| {
            if database == "main" {
                written.lock().unwrap_or_else(PoisonError::into_inner).note(action, table, row);
            }
        };
        connection.update_hook(Some(hook)).at(connection)?;
        connection.authorizer(Some(row_by_row)).at(connection)?;
        Ok(Self(Some(log)))
    }

    /// Stops listening.
    pub(super) fn end(self, connection: &mut Connection) {
        if self.0.is_none() {
            return;
        }
        let no_hook = None::<fn(Action, &str, &str, i64)>;
        let no_authorizer = None::<fn(AuthContext<'_>) -> Authorization>;
        if connection.update_hook(no_hook).and_then(|()| connection.authorizer(no_authorizer)).is_err() {
            tracing::warn!("the connection keeps telling of changed rows until it is closed");
        }
    }

    /// Begins to note: how many rows the tables have now. Empty where nothing is listened to.
    ///
    /// # Errors
    /// The target cannot be read, or there is no room for temporary files.
    pub(super) fn before_changes(&self, merge: &Merge<'_>) -> Result<Sizes, Error> {
        let Some(log) = &self.0 else { return Ok(Sizes::new()) };
        *log.lock().unwrap_or_else(PoisonError::into_inner) = Log::default();
        // The first thing done to a row tells whether it was there before: the table keeps that alone.
        merge
            .connection
            .execute_batch(
                "DROP TABLE IF EXISTS temp.merge_event;
                 CREATE TABLE temp.merge_event (name TEXT, r INTEGER, what INTEGER, PRIMARY KEY (name, r))
                 WITHOUT ROWID;",
            )
            .at(merge.connection)?;
        merge.catalog.tables.keys().map(|name| Ok((name.clone(), size(merge, name)?))).collect()
    }

    /// Notes on disk what the last statement did.
    ///
    /// # Errors
    /// There is no room for temporary files.
    pub(super) fn settle(&self, connection: &Connection) -> Result<(), Error> {
        let Some(log) = &self.0 else { return Ok(()) };
        let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
        let events = std::mem::take(&mut log.events);
        if events.is_empty() {
            return Ok(());
        }
        let names = log.tables.clone();
        // The statement below tells the log of itself.
        drop(log);
        let mut insert = connection
            .prepare_cached("INSERT OR IGNORE INTO temp.merge_event (name, r, what) VALUES (?, ?, ?)")
            .at(connection)?;
        for (table, what, row) in events {
            insert.execute(params![names[table], row, what]).at(connection)?;
        }
        Ok(())
    }

    /// Looks at what triggers did: a sentence on rows that they added to tables of their own.
    ///
    /// # Errors
    /// [`TriggersChangedOthers`](crate::MergeError::TriggersChangedOthers), or the target cannot be read.
    pub(super) fn check(
        &self,
        merge: &Merge<'_>,
        plan: &MergePlan,
        before: &Sizes,
    ) -> Result<Option<String>, Error> {
        let Some(log) = &self.0 else { return Ok(None) };
        self.settle(merge.connection)?;
        let (gained, overflown) = {
            let log = log.lock().unwrap_or_else(PoisonError::into_inner);
            let gained = log.tables.iter().cloned().zip(log.gained.iter().copied());
            (gained.collect::<BTreeMap<_, _>>(), log.overflown)
        };
        let mut effects = Effects::default();
        for (name, size_before) in before {
            let shape = merge.shape_of(name);
            let known = gained.get(name).copied().unwrap_or(0) + unheard(shape, plan);
            let mut counts = others(merge, shape, name)?;
            let surplus = size(merge, name)?.cast_signed() - size_before.cast_signed() - known;
            counts[usize::from(surplus < 0) * 2] += surplus.unsigned_abs();
            effects.note(name, shape.is_some(), counts);
        }
        if overflown {
            effects.changed.push_with(|| format!("more than {MOST_EVENTS} rows by one statement"));
        }
        effects.told()
    }

    /// Whether anything is listened to.
    pub(super) fn is_on(&self) -> bool {
        self.0.is_some()
    }
}

impl Log {
    fn note(&mut self, action: Action, table: &str, row: i64) {
        let at = self.tables.iter().position(|name| name == table).unwrap_or_else(|| {
            self.tables.push(table.to_owned());
            self.gained.push(0);
            self.tables.len() - 1
        });
        let what = match action {
            Action::SQLITE_INSERT => INSERTED,
            Action::SQLITE_DELETE => DELETED,
            _ => UPDATED,
        };
        // One for a new row, minus one for a deleted one.
        self.gained[at] += UPDATED - what;
        if self.events.len() < MOST_EVENTS {
            self.events.push((at, what, row));
        } else {
            self.overflown = true;
        }
    }
}

/// To ignore a DELETE means that the engine deletes row by row and tells of each, where it would empty the whole table at
/// once. (For a DROP it would mean to do nothing; the merge drops temporary tables alone.)
fn row_by_row(context: AuthContext<'_>) -> Authorization {
    match (context.action, context.database_name) {
        (AuthAction::Delete { .. }, Some("main")) => Authorization::Ignore,
        _ => Authorization::Allow,
    }
}

/// How many rows of a table that are not the scenario's were inserted, updated and deleted, so far as the engine told.
fn others(merge: &Merge<'_>, shape: Option<&Shape>, name: &str) -> Result<[u64; 3], Error> {
    let own = match shape {
        Some(shape) if shape.by_row_number => format!(
            " AND NOT EXISTS (SELECT 1 FROM {} AS s WHERE s.r0 = e.r AND NOT s.skipped)
              AND NOT EXISTS (SELECT 1 FROM {} AS g WHERE g.r0 = e.r)",
            shape.seen(),
            shape.gone()
        ),
        _ => String::new(),
    };
    let sql = format!("SELECT what, count(*) FROM temp.merge_event AS e WHERE name = ?{own} GROUP BY what");
    let mut statement = merge.connection.prepare(&sql).at(merge.connection)?;
    let mut found = statement.query([name]).at(merge.connection)?;
    let mut counts = [0; 3];
    while let Some(row) = found.next().at(merge.connection)? {
        let (what, count): (usize, i64) = row
            .get(0)
            .and_then(|what: i64| Ok((usize::from(what.to_le_bytes()[0]), row.get(1)?)))
            .at(merge.connection)?;
        if let Some(counted) = counts.get_mut(what) {
            *counted = count.unsigned_abs();
        }
    }
    Ok(counts)
}

/// How many rows a table of the snapshot gains by the plan where the engine does not tell.
fn unheard(shape: Option<&Shape>, plan: &MergePlan) -> i64 {
    let planned = shape.filter(|shape| !shape.by_row_number).and_then(|shape| plan.tables.get(shape.index));
    planned.map_or(0, |table| table.insert.cast_signed() - table.delete.cast_signed())
}

fn size(merge: &Merge<'_>, table: &str) -> Result<u64, Error> {
    count(merge.connection, &format!("main.{}", identifier(table)))
}
