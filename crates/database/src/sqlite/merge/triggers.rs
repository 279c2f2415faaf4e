//! The target's triggers, looked at and never run: which of them would have fired.

use model::text::Shown;
use rusqlite::Connection;
use rusqlite::types::ValueRef;

use super::super::ddl_text::{Token, tokens};
use super::Merge;
use super::fulltext;
use crate::error::At as _;
use crate::{Error, FirstRows, MergePlan};

/// A trigger as the target stores it.
pub(super) struct Trigger {
    /// Its name.
    pub name: String,
    /// The table that it watches.
    pub table: String,
    tokens: Vec<Token>,
}

impl Trigger {
    /// Whether its text names `table`.
    pub(super) fn mentions(&self, table: &str) -> bool {
        self.tokens.iter().any(|token| token.as_name().is_some_and(|name| name.eq_ignore_ascii_case(table)))
    }

    /// Whether the plan does to its table what it waits for.
    pub(super) fn would_fire(&self, plan: &MergePlan) -> bool {
        let Some(table) = plan.tables.iter().find(|table| table.table.eq_ignore_ascii_case(&self.table))
        else {
            return false;
        };
        let events = [("insert", table.insert), ("update", table.update), ("delete", table.delete)];
        // The event is the first of these words: what a trigger does comes after what it waits for.
        let event = self.tokens.iter().find_map(|token| events.iter().find(|(word, _)| token.is_word(word)));
        event.is_none_or(|(_, rows)| *rows > 0)
    }
}

/// The triggers of the main database, by name.
///
/// # Errors
/// The target cannot be read.
pub(super) fn stored(connection: &Connection) -> Result<Vec<Trigger>, Error> {
    let sql = "SELECT name, tbl_name, sql FROM main.sqlite_schema WHERE type = 'trigger' ORDER BY name";
    let mut statement = connection.prepare(sql).at(connection)?;
    let rows = statement.query_map([], |row| {
        Ok(Trigger { name: text(row, 0)?, table: text(row, 1)?, tokens: tokens(&text(row, 2)?) })
    });
    rows.and_then(Iterator::collect).at(connection)
}

/// What to tell of the triggers that would have fired, those that only fill a rebuilt full-text table aside.
///
/// # Errors
/// The target cannot be read.
pub(super) fn silenced(merge: &Merge<'_>, plan: &MergePlan) -> Result<Vec<String>, Error> {
    let full_text = fulltext::stored(merge.connection)?;
    let fills = |trigger: &Trigger| full_text.iter().any(|table| trigger.mentions(&table.name));
    let mut names = FirstRows::default();
    for trigger in
        stored(merge.connection)?.iter().filter(|trigger| trigger.would_fire(plan) && !fills(trigger))
    {
        names.push_with(|| format!("{} on {}", Shown(&trigger.name), Shown(&trigger.table)));
    }
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let more = names.total - names.rows.len() as u64;
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    Ok(vec![format!(
        "Triggers of the target do not fire during the import: {}{more}.",
        names.rows.join(", ")
    )])
}

/// A text of the schema; what is not UTF-8 in it is replaced, and so names nothing.
pub(super) fn text(row: &rusqlite::Row<'_>, at: usize) -> rusqlite::Result<String> {
    Ok(match row.get_ref(at)? {
        ValueRef::Text(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        _ => String::new(),
    })
}
