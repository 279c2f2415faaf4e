//! What is open between two branches, as people read it, and what they decided on it.

use model::json::Json;
use model::text::{Shown, show_key, show_value};
use model::{TableSpec, Value};
use row_diff::merge::{CellConflict, Conflict, ConflictKind, Differing, Hold, Judge, RowsWriter, Take};
use serde::Serialize;

use super::MergeError;

/// So many conflicts are listed; all are counted.
const MOST_LISTED: usize = 200;
/// So much of a value is shown.
const MOST_SHOWN: usize = 80;

/// Whose word counts for one row, or for all conflicts of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pick {
    /// `TABLE:KEY`, or `TABLE`.
    pub row: String,
    /// Whose.
    pub take: Take,
}

/// What is decided before a merge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picks {
    /// Row by row; these come first.
    pub rows: Vec<Pick>,
    /// For every other conflict.
    pub all: Option<Take>,
}

/// What two branches contradict each other in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Conflicts {
    /// How many rows.
    pub total: u64,
    /// The first of them.
    pub listed: Vec<OpenRow>,
}

/// A row that two branches contradict each other in. All texts are safe to print.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OpenRow {
    /// The row as people read it: `fragments id 7`.
    pub row: String,
    /// How to name it to `--ours` and `--theirs`; `None` where neither helps.
    pub pick: Option<String>,
    /// What is wrong.
    pub what: String,
    /// The columns concerned.
    pub columns: Vec<OpenCell>,
}

/// A value that two branches contradict each other in. All texts are safe to print.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OpenCell {
    /// The column, with the path into its JSON: `metadata $.tags`.
    pub column: String,
    /// What it was.
    pub base: Option<String>,
    /// What ours has.
    pub ours: Option<String>,
    /// What theirs has.
    pub theirs: Option<String>,
}

impl Conflicts {
    pub(super) fn add(&mut self, row: OpenRow) {
        self.total += 1;
        if self.listed.len() < MOST_LISTED {
            self.listed.push(row);
        }
    }
}

/// Takes merged rows on, and decides as it was told to.
pub(super) struct Deciding<'p, 'w> {
    picks: &'p Picks,
    /// Which of the picks found a row.
    used: Vec<bool>,
    pub(super) rows: RowsWriter<'w>,
    pub(super) conflicts: Conflicts,
}

impl<'p, 'w> Deciding<'p, 'w> {
    pub(super) fn new(picks: &'p Picks, rows: RowsWriter<'w>) -> Self {
        Self { picks, used: vec![false; picks.rows.len()], rows, conflicts: Conflicts::default() }
    }

    /// A pick that no row was found for.
    pub(super) fn unused(&self) -> Result<(), MergeError> {
        match self.used.iter().position(|used| !used) {
            None => Ok(()),
            Some(at) => Err(MergeError::NoSuchRow { row: self.picks.rows[at].row.clone() }),
        }
    }
}

impl Judge for Deciding<'_, '_> {
    fn take(&mut self, row: &Differing<'_>) -> Option<Take> {
        let mut taken = None;
        for (pick, used) in self.picks.rows.iter().zip(&mut self.used) {
            let of_table = pick.row == row.table.name;
            if (of_table && row.conflict) || is_row(&pick.row, row.table, row.key) {
                *used = true;
                taken = taken.or(Some(pick.take));
            }
            *used |= of_table;
        }
        taken.or(self.picks.all.filter(|_| row.conflict))
    }

    fn row(&mut self, table: usize, row: &[Value], hold: Hold) -> Result<(), model::StreamError> {
        Ok(self.rows.push(table, row, hold)?)
    }

    fn conflict(&mut self, conflict: &Conflict<'_>) -> Result<(), model::StreamError> {
        let (what, cells) = match &conflict.kind {
            ConflictKind::Columns(cells) => ("both changed it".to_owned(), cells.as_slice()),
            ConflictKind::Added(cells) => ("both added it, with other values".to_owned(), cells.as_slice()),
            ConflictKind::DeletedByOurs(cells) => {
                ("ours deleted it, theirs changed it".to_owned(), cells.as_slice())
            }
            ConflictKind::DeletedByTheirs(cells) => {
                ("theirs deleted it, ours changed it".to_owned(), cells.as_slice())
            }
            ConflictKind::Copies { base, ours, theirs } => {
                (format!("{base} copies in the base, {ours} in ours, {theirs} in theirs"), [].as_slice())
            }
            ConflictKind::NoTable(Take::Ours) => ("ours no longer has the table".to_owned(), [].as_slice()),
            ConflictKind::NoTable(Take::Theirs) => {
                ("theirs no longer has the table".to_owned(), [].as_slice())
            }
        };
        self.conflicts.add(OpenRow {
            row: shown_row(conflict.table, conflict.key),
            pick: Some(pick_of(conflict.table, conflict.key)),
            what,
            columns: cells.iter().map(cell).collect(),
        });
        Ok(())
    }
}

fn cell(open: &CellConflict<'_>) -> OpenCell {
    let column = Shown(&open.column.name).to_string();
    let shown = |value: &Option<Value>| value.as_ref().map(|value| show_value(value, MOST_SHOWN));
    OpenCell {
        column: if open.path.is_empty() { column } else { format!("{column} {}", Shown(&open.path)) },
        base: shown(&open.base),
        ours: shown(&open.ours),
        theirs: shown(&open.theirs),
    }
}

/// A row as people read it.
pub(super) fn shown_row(table: &TableSpec, key: &[Value]) -> String {
    let columns = if table.key.is_empty() { table.column_names() } else { table.key.clone() };
    format!("{} {}", Shown(&table.name), show_key(&columns, key))
}

/// How a row is named on the command line: `fragments:7`, `writes:["thread-1",0]`.
pub(super) fn pick_of(table: &TableSpec, key: &[Value]) -> String {
    let plain = |text: &str| {
        !text.is_empty()
            && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@'))
    };
    let key = match key {
        [Value::Integer(number)] => number.to_string(),
        [Value::Text(text) | Value::Typed(text)] if plain(text) => text.clone(),
        key => json_key(key),
    };
    Shown(&format!("{}:{key}", table.name)).to_string()
}

/// Whether `typed` is a row of the table with that key.
fn is_row(typed: &str, table: &TableSpec, key: &[Value]) -> bool {
    let Some(typed) = typed.strip_prefix(&table.name).and_then(|rest| rest.strip_prefix(':')) else {
        return false;
    };
    match key {
        [Value::Integer(number)] if *typed == number.to_string() => true,
        [Value::Text(text) | Value::Typed(text)] if typed == text => true,
        _ => {
            typed.starts_with('[')
                && model::json::canonicalize(typed).is_ok_and(|typed| typed == json_key(key))
        }
    }
}

fn json_key(key: &[Value]) -> String {
    let value = |value: &Value| match value {
        Value::Null => Json::Null,
        Value::Boolean(value) => Json::Bool(*value),
        Value::Integer(number) => Json::Number(number.to_string()),
        Value::Text(text) | Value::Typed(text) => Json::String(text.clone()),
        Value::Real(number) => Json::String(format!("{number:?}")),
        Value::RawText(bytes) | Value::Bytes(bytes) => Json::String(hex(bytes)),
    };
    Json::Array(key.iter().map(value).collect()).to_text()
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(out, "{byte:02x}");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(key: &[&str]) -> TableSpec {
        TableSpec {
            name: "a:b".to_owned(),
            schema: None,
            columns: Vec::new(),
            key: key.iter().map(|name| (*name).to_owned()).collect(),
            order_parents: false,
            limit: false,
            select: Vec::new(),
            references: Vec::new(),
        }
    }

    #[test]
    fn a_row_is_found_by_the_name_that_is_told() {
        let text = |text: &str| Value::Text(text.to_owned());
        let keys = [
            (vec![Value::Integer(-7)], "a:b:-7"),
            (vec![text("spring-sale")], "a:b:spring-sale"),
            (vec![text("")], "a:b:[\"\"]"),
            (vec![text("two words")], "a:b:[\"two words\"]"),
            (vec![text("\u{202e}")], "a:b:[\"\\u202e\"]"),
            (vec![text("thread"), Value::Integer(0)], "a:b:[\"thread\",0]"),
            (vec![Value::Bytes(vec![0, 255])], "a:b:[\"00ff\"]"),
            (vec![Value::real(0.5), Value::Null, Value::Boolean(true)], "a:b:[\"0.5\",null,true]"),
        ];
        for (key, told) in &keys {
            let table = table(&["id"]);
            assert_eq!(pick_of(&table, key), *told);
            for (other, _) in &keys {
                assert_eq!(is_row(told, &table, other), other == key, "{told} {other:?}");
            }
        }
        assert!(is_row("a:b:[ \"thread\", 0 ]", &table(&["id"]), &keys[5].0));
    }
}
