//! Rows of any table of the target, followed or not, as people read them.

use model::text::{Shown, show_key};
use model::{LogicalType, Table, Value};
use rusqlite::{Connection, Row};

use super::super::convert::Affinity;
use super::shape::read_value;
use crate::Error;
use crate::error::At as _;
use crate::merge::naming::naming_columns;
use crate::sql::identifier;

/// How rows of one table are named: by the table's key, else by its first columns.
#[derive(Debug)]
pub(super) struct RowName {
    table: String,
    columns: Vec<(String, LogicalType, Affinity)>,
}

impl RowName {
    /// Names rows of `table` by `key`, or by the table's own key where that is empty.
    pub(super) fn new(name: &str, table: &Table, key: &[String]) -> Self {
        let columns = naming_columns(table, key)
            .into_iter()
            .map(|column| (column.name.clone(), column.ty, Affinity::of_column(table, column)))
            .collect();
        Self { table: name.to_owned(), columns }
    }

    /// How many result columns a name takes.
    pub(super) fn len(&self) -> usize {
        self.columns.len()
    }

    /// The result columns of a name: `p."id"`.
    pub(super) fn list(&self, alias: &str) -> String {
        let columns: Vec<String> =
            self.columns.iter().map(|(name, ..)| format!("{alias}.{}", identifier(name))).collect();
        columns.join(", ")
    }

    /// The name of the first row of a query; its result columns are those of a name. `None` if it has no row.
    ///
    /// # Errors
    /// The target cannot be read.
    pub(super) fn of_row(&self, connection: &Connection, sql: &str) -> Result<Option<String>, Error> {
        let mut statement = connection.prepare(sql).at(connection)?;
        let mut rows = statement.query([]).at(connection)?;
        rows.next().at(connection)?.map(|row| self.show(row, 0).at(connection)).transpose()
    }

    /// The name of the row whose columns begin at `first`: `fragments: id 3`.
    pub(super) fn show(&self, row: &Row<'_>, first: usize) -> rusqlite::Result<String> {
        let names: Vec<String> = self.columns.iter().map(|(name, ..)| name.clone()).collect();
        let values: Vec<Value> = self
            .columns
            .iter()
            .enumerate()
            .map(|(at, (_, ty, affinity))| Ok(read_value(*ty, *affinity, row.get_ref(first + at)?)))
            .collect::<rusqlite::Result<_>>()?;
        Ok(format!("{}: {}", Shown(&self.table), show_key(&names, &values)))
    }
}
