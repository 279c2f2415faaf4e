//! Full-text tables beside the snapshot's tables. While triggers are off nothing fills them, so those that index another
//! table's rows are rebuilt, and those that only a trigger can fill ask for triggers.

use model::text::Shown;
use rusqlite::{Connection, ErrorCode};

use super::super::fulltext::{FullText, stored};
use super::Merge;
use super::transaction::fault;
use super::triggers::{self, Trigger};
use crate::sql::identifier;
use crate::{Error, FirstRows, MergeError, MergePlan, Triggers};

/// Looks for full-text tables that the plan would leave behind its rows.
///
/// # Errors
/// [`MergeError::NeedsTriggers`], or the target cannot be read.
pub(super) fn check(merge: &Merge<'_>, plan: &MergePlan) -> Result<(), Error> {
    if merge.options.triggers == Triggers::On {
        return Ok(());
    }
    let triggers = triggers::stored(merge.connection)?;
    let mut tables = FirstRows::default();
    for table in stored(merge.connection)?.iter().filter(|table| table.content.is_none()) {
        if let Some(trigger) = table.filled_by(&triggers, plan) {
            let (name, trigger, on) = (Shown(&table.name), Shown(&trigger.name), Shown(&trigger.table));
            tables.push_with(|| format!("{name} (by the trigger {trigger} on {on})"));
        }
    }
    if tables.is_empty() { Ok(()) } else { Err(MergeError::NeedsTriggers { tables }.into()) }
}

/// Looks for full-text tables over rows about to change that do not agree with their rows even now: an application may
/// leave rows out on purpose, and a rebuild would put them in.
///
/// To the engine the question is a statement that writes, so it takes the lock for writing; no page of the file
/// changes. So it is asked last: after the caller's decision, before the first change, and at the end of a dry run.
///
/// # Errors
/// [`MergeError::FullTextPartial`], or the target is locked or cannot be read.
pub(super) fn check_in_step(merge: &Merge<'_>, plan: &MergePlan) -> Result<(), Error> {
    let mut tables = FirstRows::default();
    for table in to_rebuild(merge, plan)? {
        if !table.agrees(merge.connection)? {
            let content = table.content.as_deref().unwrap_or_default();
            tables.push_with(|| format!("{} (of {})", Shown(&table.name), Shown(content)));
        }
    }
    if tables.is_empty() { Ok(()) } else { Err(MergeError::FullTextPartial { tables }.into()) }
}

/// Rebuilds the full-text tables over changed rows, and checks them.
///
/// # Errors
/// [`MergeError::FullText`] if one cannot be rebuilt, or does not agree with its rows afterwards.
pub(super) fn follow(merge: &Merge<'_>, plan: &MergePlan) -> Result<(), Error> {
    for table in to_rebuild(merge, plan)? {
        table.rebuild(merge.connection)?;
    }
    Ok(())
}

/// The full-text tables that index rows which the plan changes.
fn to_rebuild(merge: &Merge<'_>, plan: &MergePlan) -> Result<Vec<FullText>, Error> {
    if merge.options.triggers == Triggers::On {
        return Ok(Vec::new());
    }
    let triggers = triggers::stored(merge.connection)?;
    let mut tables = stored(merge.connection)?;
    tables.retain(|table| {
        table.indexes_changed_rows(plan)
            || table.content.is_some() && table.filled_by(&triggers, plan).is_some()
    });
    Ok(tables)
}

impl FullText {
    fn indexes_changed_rows(&self, plan: &MergePlan) -> bool {
        self.content.as_ref().is_some_and(|content| {
            let changed = plan.tables.iter().filter(|table| table.insert + table.update + table.delete > 0);
            changed.into_iter().any(|table| table.table.eq_ignore_ascii_case(content))
        })
    }

    /// The first trigger that would fire and write to this table.
    fn filled_by<'t>(&self, triggers: &'t [Trigger], plan: &MergePlan) -> Option<&'t Trigger> {
        triggers.iter().find(|trigger| trigger.mentions(&self.name) && trigger.would_fire(plan))
    }

    /// Compares the index with the rows: `false` if they do not agree.
    fn agrees(&self, connection: &Connection) -> Result<bool, Error> {
        self.compare(connection).map_err(|error| self.fault(connection, &error))
    }

    fn rebuild(&self, connection: &Connection) -> Result<(), Error> {
        let name = identifier(&self.name);
        let sql = format!("INSERT INTO main.{name} ({name}) VALUES ('rebuild')");
        connection.execute_batch(&sql).map_err(|error| self.fault(connection, &error))?;
        if self.agrees(connection)? {
            return Ok(());
        }
        let reason = "it does not agree with its rows after a rebuild".to_owned();
        Err(MergeError::FullText { table: self.name.clone(), reason }.into())
    }

    fn fault(&self, connection: &Connection, error: &rusqlite::Error) -> Error {
        match error.sqlite_error_code() {
            Some(ErrorCode::Unknown | ErrorCode::DatabaseCorrupt) | None => {
                let reason = self.reason(connection, error);
                MergeError::FullText { table: self.name.clone(), reason }.into()
            }
            _ => fault(connection, error),
        }
    }
}
