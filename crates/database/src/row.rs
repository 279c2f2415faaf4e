//! What both engines' readers know of a table's rows: their keys, how messages name them, and how large a value may be.
//!
//! The rule to keep in mind: a row is named by its key as it is stored, and by nothing else where it has one.

use model::text::{Shown, show_key};
use model::{TableSpec, Value};

use crate::Error;
use crate::sql::identifier;

/// How many columns name a row of a table without a key.
const SHOWN_COLUMNS: usize = 3;

/// The rows of a [`TableSpec`].
#[derive(Clone, Debug)]
pub(crate) struct Rows<'a> {
    pub(crate) spec: &'a TableSpec,
    /// The indexes of the row key's columns.
    pub(crate) key: Vec<usize>,
    /// The most bytes that a value may have.
    pub(crate) max_value: usize,
}

impl<'a> Rows<'a> {
    pub(crate) fn of(spec: &'a TableSpec) -> Self {
        Self { spec, key: spec.key_indexes(), max_value: Value::MAX_BYTES }
    }

    /// The row key's values among a row's.
    pub(crate) fn key_of<'v>(&self, values: &'v [Value]) -> impl Iterator<Item = &'v Value> {
        self.key.iter().map(|at| &values[*at])
    }

    /// The row as people read it: its key as `stored`, by column, or, without one, its first columns.
    pub(crate) fn shown(&self, stored: impl Fn(usize) -> Value) -> String {
        let first: Vec<usize> = (0..self.spec.columns.len().min(SHOWN_COLUMNS)).collect();
        let columns = if self.key.is_empty() { &first } else { &self.key };
        let names: Vec<String> = columns.iter().map(|at| self.spec.columns[*at].name.clone()).collect();
        let values: Vec<Value> = columns.iter().map(|at| stored(*at)).collect();
        show_key(&names, &values)
    }

    /// A column of the definition, through `alias`.
    pub(crate) fn column_sql(&self, alias: &str, at: usize) -> String {
        format!("{alias}.{}", identifier(&self.spec.columns[at].name))
    }

    /// The definition's columns through `alias`, in their order.
    pub(crate) fn columns_sql(&self, alias: &str) -> String {
        let columns: Vec<String> =
            (0..self.spec.columns.len()).map(|at| self.column_sql(alias, at)).collect();
        columns.join(", ")
    }

    /// # Errors
    /// The `size` of the value in the column `at` is more than a snapshot holds; `key` names the row.
    pub(crate) fn check_size(
        &self,
        at: usize,
        size: usize,
        key: impl FnOnce() -> String,
    ) -> Result<(), Error> {
        if size <= self.max_value {
            return Ok(());
        }
        Err(Error::ValueTooLarge {
            table: self.spec.name.clone(),
            column: self.spec.columns[at].name.clone(),
            key: key(),
            size,
            limit: self.max_value,
        })
    }

    /// The value in the column `at` of the row that `key` names has no place in its type.
    pub(crate) fn misfit(&self, at: usize, key: String, reason: String) -> Error {
        Error::Value {
            table: self.spec.name.clone(),
            column: self.spec.columns[at].name.clone(),
            key,
            reason,
        }
    }
}

/// Where the sentence on a column begins: `items.score`.
pub(crate) fn place(spec: &TableSpec, column: &str) -> String {
    format!("{}.{}", Shown(&spec.name), Shown(column))
}

/// What is said of a column that gave so many values of -0.0.
pub(crate) fn negative_zero_sentence(count: u64) -> Option<String> {
    match count {
        0 => None,
        1 => Some("1 value of -0.0 was written as 0.0".to_owned()),
        _ => Some(format!("{count} values of -0.0 were written as 0.0")),
    }
}

/// What is said of a column of which so many references were left out.
pub(crate) fn cut_note(spec: &TableSpec, column: &str, count: u64) -> Option<String> {
    let place = place(spec, column);
    match count {
        0 => None,
        1 => Some(format!("{place}: 1 reference to a row that the scenario leaves out was written as NULL")),
        _ => Some(format!(
            "{place}: {count} references to rows that the scenario leaves out were written as NULL"
        )),
    }
}
