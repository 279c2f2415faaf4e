//! One stored row as values of the model, and how it is named in messages.

use model::{LogicalType, Table, TableSpec, Value};
use rusqlite::Row;
use rusqlite::types::ValueRef;

use super::convert::{Affinity, from_storage};
use super::functions::{MAX_KEY_ARGUMENTS, key_spec};
use crate::Error;
use crate::row::Rows;

/// Reads rows whose statement starts with the columns of a [`TableSpec`].
#[derive(Clone, Debug)]
pub(crate) struct RowReader<'a> {
    rows: Rows<'a>,
    types: Vec<(LogicalType, Affinity)>,
}

impl<'a> RowReader<'a> {
    /// A reader for `spec`, whose columns `table` has.
    pub(crate) fn new(spec: &'a TableSpec, table: &Table) -> Self {
        let types = spec.columns.iter().map(|column| {
            let stored = table.column(&column.name);
            (column.ty, stored.map_or(Affinity::Blob, |stored| Affinity::of_column(table, stored)))
        });
        Self { rows: Rows::of(spec), types: types.collect() }
    }

    /// Puts the row's values into `values`, in the order of the definition's columns.
    ///
    /// # Errors
    /// A value is too large, or has no place in its column's type.
    pub(crate) fn read(&self, row: &Row<'_>, values: &mut Vec<Value>) -> Result<(), Error> {
        values.clear();
        for (at, (ty, affinity)) in self.types.iter().enumerate() {
            let stored = stored(row, at);
            if let ValueRef::Text(bytes) | ValueRef::Blob(bytes) = stored {
                self.rows.check_size(at, bytes.len(), || self.shown(row))?;
            }
            values.push(
                from_storage(*ty, *affinity, stored)
                    .map_err(|error| self.rows.misfit(at, self.shown(row), error.to_string()))?,
            );
        }
        Ok(())
    }

    /// The row key's values among a row's.
    pub(crate) fn key_of<'v>(&self, values: &'v [Value]) -> impl Iterator<Item = &'v Value> {
        self.rows.key_of(values)
    }

    /// The row as people read it: its key as stored, or, without one, its first columns.
    pub(crate) fn shown(&self, row: &Row<'_>) -> String {
        self.rows.shown(|at| stored_value(row, at))
    }

    /// SQL for bytes that order rows of `alias` by these columns, after conversion; several where one call cannot take
    /// them all.
    pub(crate) fn order_sql(&self, alias: &str, columns: &[usize]) -> String {
        let calls: Vec<String> = columns
            .chunks(MAX_KEY_ARGUMENTS)
            .map(|columns| {
                let spec = key_spec(columns.iter().map(|at| self.types[*at]));
                let names: Vec<String> = columns.iter().map(|at| self.rows.column_sql(alias, *at)).collect();
                format!("demo_key('{spec}', {})", names.join(", "))
            })
            .collect();
        calls.join(", ")
    }

    /// The definition's columns through `alias`, in their order.
    pub(crate) fn columns_sql(&self, alias: &str) -> String {
        self.rows.columns_sql(alias)
    }

    /// The indexes of the row key's columns; all columns for a table without one.
    pub(crate) fn order_columns(&self) -> Vec<usize> {
        if self.rows.key.is_empty() { (0..self.types.len()).collect() } else { self.rows.key.clone() }
    }
}

/// A value as it is stored, for messages.
pub(crate) fn stored_value(row: &Row<'_>, at: usize) -> Value {
    from_storage(LogicalType::Any, Affinity::Blob, stored(row, at)).unwrap_or(Value::Null)
}

/// What the statement stores in its column `at`.
pub(crate) fn stored<'r>(row: &'r Row<'_>, at: usize) -> ValueRef<'r> {
    row.get_ref(at).expect("the statement starts with the definition's columns")
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use miette::Diagnostic as _;
    use rusqlite::Connection;

    use super::*;
    use crate::known::whole_spec;
    use crate::sqlite::introspect;

    #[test]
    fn a_value_that_is_too_large_is_refused_by_name() {
        let connection = Connection::open_in_memory().expect("opens");
        connection.execute_batch("CREATE TABLE t (id INTEGER PRIMARY KEY, x)").expect("the test's schema");
        let catalog = introspect::catalog(&connection).expect("a catalog");
        let table = &catalog.tables["t"];
        let spec = whole_spec("t", table);
        let mut reader = RowReader::new(&spec, table);
        reader.rows.max_value = 3;
        let read = |sql: &str| {
            let mut values = Vec::new();
            connection.query_row(sql, [], |row| Ok(reader.read(row, &mut values))).expect("a row")
        };
        assert!(read("SELECT 7, 'abc'").is_ok());
        let error = read("SELECT 7, 'abcd'").expect_err("refused");
        assert_snapshot!(format!("{error}\nhelp: {}", error.help().expect("a help")), @"
        t.x, row id 7: a value of 4 bytes; a snapshot holds at most 3
        help: keep such values outside the database, or leave the row out of the scenario
        ");
        assert!(read("SELECT 7, x'00010203'").is_err());
    }
}
