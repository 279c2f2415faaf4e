//! Rows of any table of the target, followed or not, as people read them.

use model::text::{Shown, show_key};
use model::{LogicalType, Table, Value};

use super::super::codec::{Fields, NotText, from_text};
use super::super::copy::CopyRow;
use super::super::session::Session;
use super::super::sql::identifier;
use crate::Error;
use crate::merge::naming::naming_columns;

/// How rows of one table are named: by a key, else by first columns.
#[derive(Clone, Debug)]
pub(super) struct RowName {
    table: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
struct Part {
    name: String,
    sql: String,
    stored: LogicalType,
    ty: LogicalType,
}

impl RowName {
    /// Rows of `table`, named by columns: name, SQL, what is stored, what it means.
    pub(super) fn of(table: &str, parts: Vec<(String, String, LogicalType, LogicalType)>) -> Self {
        let parts = parts.into_iter().map(|(name, sql, stored, ty)| Part { name, sql, stored, ty });
        Self { table: table.to_owned(), parts: parts.collect() }
    }

    /// Names the rows `alias` of a table by `key`, or by the table's own key where that is empty.
    pub(super) fn new(name: &str, table: &Table, key: &[String], alias: &str) -> Self {
        let parts = naming_columns(table, key).into_iter().map(|column| {
            (column.name.clone(), format!("{alias}.{}", identifier(&column.name)), column.ty, column.ty)
        });
        Self::of(name, parts.collect())
    }

    /// How many result columns a name takes.
    pub(super) fn len(&self) -> usize {
        self.parts.len()
    }

    /// The result columns of a name: `p."id"`.
    pub(super) fn list(&self) -> String {
        self.parts.iter().map(|part| part.sql.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// The name of the row that a query has; its result columns are those of a name. `None` if it has no row.
    ///
    /// # Errors
    /// The target cannot be read.
    pub(super) fn of_row(&self, session: &mut Session, sql: &str) -> Result<Option<String>, Error> {
        let mut name = None;
        session.copy_out(sql, &mut |row| {
            name = Some(self.show(row, 0));
            Ok(())
        })?;
        Ok(name)
    }

    /// The name of the row whose columns begin at `first`: `fragments: id 3`.
    pub(super) fn show(&self, row: &CopyRow, first: usize) -> String {
        format!("{}: {}", Shown(&self.table), self.show_key(row, first))
    }

    /// The key of the row whose columns begin at `first`: `id 3`.
    pub(super) fn show_key(&self, row: &CopyRow, first: usize) -> String {
        let names: Vec<String> = self.parts.iter().map(|part| part.name.clone()).collect();
        let values: Vec<Value> = (self.parts.iter().enumerate())
            .map(|(at, part)| value(part.stored, part.ty, row.text(first + at)))
            .collect();
        show_key(&names, &values)
    }
}

/// What the target stores, as its column's type reads it. A value that the type cannot keep is taken as text: it equals no
/// typed value of a snapshot, so it counts as different, and is no error.
pub(super) fn value(stored: LogicalType, ty: LogicalType, text: Option<&str>) -> Value {
    match text {
        None => Value::Null,
        Some(text) => from_text(stored, ty, text).unwrap_or_else(|_| Value::Text(text.to_owned())),
    }
}

/// Appends the canonical encoding of a row's field, read as [`value`] does: for texts without making a value.
///
/// # Errors
/// It is a text that is none.
pub(super) fn encode(
    row: &impl Fields,
    at: usize,
    stored: LogicalType,
    ty: LogicalType,
    out: &mut Vec<u8>,
) -> Result<(), NotText> {
    let is_text = stored == LogicalType::Text && ty == LogicalType::Text;
    match row.plain_text(at).filter(|_| is_text) {
        Some(text) => encode_text(text, out),
        None => row.value_or_text(at, stored, ty)?.encode_into(out),
    }
    Ok(())
}

/// As [`Value::Text`] is encoded.
fn encode_text(text: &str, out: &mut Vec<u8>) {
    out.push(4);
    out.extend_from_slice(&(text.len() as u64).to_be_bytes());
    out.extend_from_slice(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_without_a_value_is_encoded_as_the_value_is() {
        for text in ["", "a", "ä€"] {
            let (mut one, mut other) = (Vec::new(), Vec::new());
            let mut row = CopyRow::default();
            row.fill(format!("{text}\n").into_bytes()).expect("text");
            assert!(row.advance());
            encode(&row, 0, LogicalType::Text, LogicalType::Text, &mut one).expect("text");
            Value::Text(text.to_owned()).encode_into(&mut other);
            assert_eq!(one, other);
        }
    }
}
