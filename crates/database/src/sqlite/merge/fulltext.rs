//! Full-text tables beside the snapshot's tables. While triggers are off nothing fills them, so those that index another
//! table's rows are rebuilt, and those that only a trigger can fill ask for triggers. Where triggers fill them, they are
//! checked afterwards.

use std::collections::BTreeSet;

use model::text::Shown;
use rusqlite::{Connection, ErrorCode};

use super::super::ddl_text::{Token, tokens};
use super::super::fulltext::{FullText, stored};
use super::Merge;
use super::transaction::fault;
use super::triggers::{self, Trigger};
use crate::error::At as _;
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
    let mut tables = concerned(merge, plan)?;
    tables.retain(|table| table.content.is_some());
    Ok(tables)
}

/// The full-text tables that index rows which the plan changes, or that a trigger would write to.
fn concerned(merge: &Merge<'_>, plan: &MergePlan) -> Result<Vec<FullText>, Error> {
    let triggers = triggers::stored(merge.connection)?;
    let changed = changed(merge.connection, plan)?;
    let mut tables = stored(merge.connection)?;
    tables.retain(|table| {
        let indexed = table.content.as_ref().map(|content| content.to_ascii_lowercase());
        indexed.is_some_and(|content| changed.contains(&content))
            || table.filled_by(&triggers, plan).is_some()
    });
    Ok(tables)
}

/// The tables that the plan changes and the views that show them, straight or by way of others, in ASCII lower case.
fn changed(connection: &Connection, plan: &MergePlan) -> Result<BTreeSet<String>, Error> {
    let tables = plan.tables.iter().filter(|table| table.changes_anything());
    let mut changed: BTreeSet<String> = tables.map(|table| table.table.to_ascii_lowercase()).collect();
    let mut statement =
        connection.prepare("SELECT name, sql FROM main.sqlite_schema WHERE type = 'view'").at(connection)?;
    let read = |row: &rusqlite::Row<'_>| Ok((triggers::text(row, 0)?, triggers::text(row, 1)?));
    let views: Vec<(String, String)> =
        statement.query_map([], read).and_then(Iterator::collect).at(connection)?;
    let views: Vec<(String, BTreeSet<String>)> = views
        .into_iter()
        .map(|(name, sql)| {
            let named = tokens(&sql);
            let named = named.iter().filter_map(Token::as_name).map(str::to_ascii_lowercase).collect();
            (name.to_ascii_lowercase(), named)
        })
        .collect();
    loop {
        let before = changed.len();
        for (view, named) in &views {
            if !named.is_disjoint(&changed) {
                changed.insert(view.clone());
            }
        }
        if changed.len() == before {
            return Ok(changed);
        }
    }
}

/// Full-text tables that triggers are about to fill, and that agree with their rows until then.
pub(super) struct InStep(Vec<FullText>);

impl InStep {
    /// Finds them, before the first change; none while triggers are off.
    ///
    /// # Errors
    /// The target cannot be read.
    pub(super) fn before(merge: &Merge<'_>, plan: &MergePlan) -> Result<Self, Error> {
        let mut tables = Vec::new();
        if merge.options.triggers == Triggers::On {
            for table in concerned(merge, plan)? {
                // One that cannot be asked (its tokenizer is a program's own) is for the triggers to stumble over.
                if matches!(table.agrees(merge.connection), Ok(true)) {
                    tables.push(table);
                }
            }
        }
        Ok(Self(tables))
    }

    /// A sentence on each that no longer agrees with the rows of its table: triggers may leave rows out on purpose.
    ///
    /// # Errors
    /// [`MergeError::FullText`] for one that does not even agree with itself.
    pub(super) fn after(self, merge: &Merge<'_>) -> Result<Vec<String>, Error> {
        let mut notes = Vec::new();
        for table in self.0 {
            if table.agrees(merge.connection)? {
                continue;
            }
            let Some(content) = &table.content else {
                let reason = "it does not agree with its own rows after the triggers".to_owned();
                return Err(MergeError::FullText { table: table.name, reason }.into());
            };
            notes.push(format!(
                "The full-text table {} does not index the rows of {} as a rebuild would: triggers of the target left it so.",
                Shown(&table.name),
                Shown(content)
            ));
        }
        Ok(notes)
    }
}

impl FullText {
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
