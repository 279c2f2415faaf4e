//! Full-text tables beside the snapshot's tables. While triggers are off nothing fills them, so those that index another
//! table's rows are rebuilt, and those that only a trigger can fill ask for triggers.

use model::text::Shown;
use rusqlite::{Connection, ErrorCode};

use super::super::connection::quote_identifier;
use super::super::ddl_text::{Token, tokens};
use super::Merge;
use super::transaction::fault;
use super::triggers::{self, Trigger, text};
use crate::error::{At as _, reason_of};
use crate::{Error, FirstRows, MergeError, MergePlan, Triggers};

/// A full-text table as the target stores it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FullText {
    /// Its name.
    pub name: String,
    /// The table whose rows it indexes; `None` if it keeps its own text, or none at all.
    content: Option<String>,
    /// Whether the module takes FTS5's commands.
    is_fts5: bool,
}

/// The full-text tables of the main database, by name.
///
/// # Errors
/// The target cannot be read.
pub(super) fn stored(connection: &Connection) -> Result<Vec<FullText>, Error> {
    let sql = "SELECT name, sql FROM main.sqlite_schema
               WHERE type = 'table' AND sql LIKE 'create virtual%' ORDER BY name";
    let mut statement = connection.prepare(sql).at(connection)?;
    let rows = statement.query_map([], |row| Ok((text(row, 0)?, text(row, 1)?)));
    let found: Vec<(String, String)> = rows.and_then(Iterator::collect).at(connection)?;
    Ok(found.into_iter().filter_map(|(name, sql)| FullText::parse(name, &sql)).collect())
}

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
    /// Reads a `CREATE VIRTUAL TABLE … USING fts5(…)`; `None` for other modules.
    fn parse(name: String, sql: &str) -> Option<Self> {
        let tokens = tokens(sql);
        let using = tokens.iter().position(|token| token.is_word("using"))?;
        let module = tokens.get(using + 1)?.as_name()?.to_ascii_lowercase();
        if !matches!(module.as_str(), "fts3" | "fts4" | "fts5") {
            return None;
        }
        let content = tokens[using + 2..].windows(3).find_map(|part| match part {
            [option, Token::Mark('='), value] if option.is_word("content") => Some(match value {
                Token::Text(name) | Token::Name(name) | Token::Word(name) => name.clone(),
                Token::Mark(_) => String::new(),
            }),
            _ => None,
        });
        Some(Self { name, content: content.filter(|name| !name.is_empty()), is_fts5: module == "fts5" })
    }

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
        let name = quote_identifier(&self.name);
        let sql = if self.is_fts5 {
            // Rank 1 compares with the rows themselves, not only the index with its own parts.
            format!("INSERT INTO main.{name} ({name}, rank) VALUES ('integrity-check', 1)")
        } else {
            format!("INSERT INTO main.{name} ({name}) VALUES ('integrity-check')")
        };
        match connection.execute_batch(&sql) {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt) => Ok(false),
            done => done.map(|()| true).map_err(|error| self.fault(connection, &error)),
        }
    }

    fn rebuild(&self, connection: &Connection) -> Result<(), Error> {
        let name = quote_identifier(&self.name);
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
                // Of a check the engine says only that it failed; reading the rows says what they lack.
                let read = format!("SELECT * FROM main.{} LIMIT 1", quote_identifier(&self.name));
                let said = connection.prepare(&read).and_then(|mut rows| rows.exists([])).err();
                let reason = reason_of(said.as_ref().unwrap_or(error));
                MergeError::FullText { table: self.name.clone(), reason }.into()
            }
            _ => fault(connection, error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_of_full_text_tables_are_read_in_every_spelling() {
        let parse =
            |sql: &str| FullText::parse("f".to_owned(), sql).map(|table| (table.content, table.is_fts5));
        let own = |name: &str| Some(name.to_owned());
        for (sql, expected) in [
            (
                "CREATE VIRTUAL TABLE f USING fts5(title, content='fragments', content_rowid='id')",
                Some((own("fragments"), true)),
            ),
            ("create virtual table f using FTS5(title, content = \"a b\")", Some((own("a b"), true))),
            ("CREATE VIRTUAL TABLE f USING fts4(content=[t], title)", Some((own("t"), false))),
            ("CREATE VIRTUAL TABLE f USING fts5(title, content='')", Some((None, true))),
            ("CREATE VIRTUAL TABLE f USING fts5(title, /* content='x' */ body)", Some((None, true))),
            ("CREATE VIRTUAL TABLE f USING rtree(id, a, b)", None),
            ("CREATE VIRTUAL TABLE f", None),
        ] {
            assert_eq!(parse(sql), expected, "{sql}");
        }
    }
}
